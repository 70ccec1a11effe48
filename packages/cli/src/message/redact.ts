// `chipswitch redact`: the same message without card data, same lengths, still decodable: to be shared.
import { toHex } from '@chipswitch/bytes';
import { maskingNet, zeroText } from '@chipswitch/cardholder-data';
import { encodeMessage, issueLine, type Message, redactMessage } from 'iso8583-js';
import { type Outcome, undecodable } from '../frame/outcome.ts';
import type { RunVerb } from '../frame/verb.ts';
import { numbersInMessage } from '../iso/account-numbers.ts';
import { inputArgument, readOne } from '../iso/read-one.ts';
import { type OutputForm, reframe, writeBytes } from '../iso/write.ts';

/** `chipswitch redact MSG`. */
export const run: RunVerb = async (context): Promise<Outcome> => {
  const { args } = context;
  const argument = inputArgument(context);
  if (typeof argument !== 'string') return argument;
  const read = await readOne(argument, context);
  // What cannot be understood cannot be made safe: nothing is written then.
  if ('code' in read) return read;
  const { spec, specName, framing, reading, bodyOffset, body, doubts } = read;
  if (doubts.length > 0 && !args.has('spec'))
    return undecodable(
      'UNCERTAIN_SPEC',
      `${specName} fits, but ${issueLine(doubts[0])}: it may be another spec`,
      'name the spec with --spec; chipswitch doctor INPUT ranks them',
    );
  const clean = redactMessage(spec, read.message as Message);
  const encoded = encodeMessage(spec, clean);
  if (!encoded.ok)
    return undecodable(
      'CANNOT_ENCODE',
      `the redacted message does not encode: ${encoded.error.code}`,
      'chipswitch doctor INPUT',
      { path: encoded.error.path },
    );
  const whole = reframe(
    encoded.bytes,
    framing,
    partsBefore(reading.bytes, bodyOffset, framing?.options.headerBytes),
  );
  if (!context.unsafe && numbersInMessage(read.message).some((pan) => holds(whole, pan)))
    return undecodable(
      'STILL_SENSITIVE',
      'the account number, or a part of it, also stands in an element that is not marked',
      'name the right --spec, or mark the element in it ("sensitive": "pan")',
    );
  const form = (args.value('out') ?? (reading.how === 'text' ? 'text' : 'hex')) as OutputForm;
  const text = writeBytes(whole, form);
  const changed = toHex(encoded.bytes) !== toHex(body);
  return {
    ok: true,
    data: { message: text, spec: specName, framing: framing?.name ?? 'none', changed },
    text: () => [text],
    notices: changed ? [] : ['the message held no card data'],
  };
};

/** TPDU and header that stood before the body. */
function partsBefore(
  bytes: Uint8Array,
  bodyOffset: number,
  headerBytes: number | undefined,
): { tpdu?: Uint8Array; header?: Uint8Array } {
  const headerAt = bodyOffset - (headerBytes ?? 0);
  const tpduAt = headerAt - 5;
  return {
    ...(tpduAt >= 0 ? { tpdu: bytes.slice(tpduAt, headerAt) } : {}),
    ...(headerBytes === undefined ? {} : { header: bytes.slice(headerAt, bodyOffset) }),
  };
}

/**
 * Whether bytes still give away more of a number than redaction leaves of it, packed or as
 * characters (ASCII, EBCDIC): also a part of it, as in a message that is read by a wrong spec.
 */
function holds(bytes: Uint8Array, pan: string): boolean {
  const left = zeroText('pan', pan);
  const forms = [left, left.replaceAll(/\d/g, '3$&'), left.replaceAll(/\d/g, 'F$&')];
  const rest = forms.reduce((hex, form) => hex.replaceAll(form, '-'), toHex(bytes));
  return maskingNet([pan])(rest) !== rest;
}
