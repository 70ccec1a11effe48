// Values of single tags: bit strings with the place of each bit, lists, and everything the dictionary reads.
import { toHex } from '@chipswitch/bytes';
import {
  cardNumbersIn,
  maskBytes,
  maskingNet,
  mayBeCardNumber,
  unpackPan,
} from '@chipswitch/cardholder-data';
import {
  type DecodedData,
  decodeValue,
  findTagInfo,
  schemeOfAid,
  searchIn,
  sensitivityOf,
} from '@chipswitch/emv';
import { emvContext } from '../emv/tlv-tree.ts';
import type { Input, Reading } from '../frame/input.ts';
import { type Refusal, undecodable } from '../frame/outcome.ts';
import type { Report } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';
import { byteReadings, type Guess, report } from './guess.ts';

/** Kinds that are the value of a tag. */
export const valueKinds: Readonly<Record<string, { tag: number; help: string }>> = {
  tvr: { tag: 0x95, help: 'terminal verification results, tag 95' },
  tsi: { tag: 0x9b, help: 'transaction status information, tag 9B' },
  aip: { tag: 0x82, help: 'application interchange profile, tag 82' },
  auc: { tag: 0x9f07, help: 'application usage control, tag 9F07' },
  afl: { tag: 0x94, help: 'application file locator, tag 94' },
  'cvm-list': { tag: 0x8e, help: 'cardholder verification method list, tag 8E' },
  'cvm-results': { tag: 0x9f34, help: 'cardholder verification results, tag 9F34' },
  iad: { tag: 0x9f10, help: 'issuer application data, tag 9F10 (with --aid)' },
  cid: { tag: 0x9f27, help: 'cryptogram information data, tag 9F27' },
  ttq: { tag: 0x9f66, help: 'terminal transaction qualifiers, tag 9F66' },
  ctq: { tag: 0x9f6c, help: 'card transaction qualifiers, tag 9F6C' },
  'terminal-capabilities': { tag: 0x9f33, help: 'terminal capabilities, tag 9F33' },
  'additional-capabilities': { tag: 0x9f40, help: 'additional terminal capabilities, tag 9F40' },
  'form-factor': { tag: 0x9f6e, help: 'form factor indicator, tag 9F6E (with --aid)' },
  'script-results': { tag: 0x9f5b, help: 'issuer script results, tag 9F5B' },
};

/** Where the bits that are on stand: `B3 b8`, counted as the books do. */
function bitPlaces(value: Uint8Array): string[] {
  const places: string[] = [];
  value.forEach((byte, index) => {
    for (let bit = 8; bit >= 1; bit--)
      if ((byte & (1 << (bit - 1))) !== 0) places.push(`B${index + 1} b${bit}`);
  });
  return places;
}

function isBits(data: DecodedData): boolean {
  return 'type' in data && data.type === 'bits';
}

/** Lines of a bit string: the places of the bits beside the texts, where they go one to one. */
function bitLines(value: Uint8Array, texts: readonly string[], { paint }: Context): string[] {
  const places = bitPlaces(value);
  const count = paint('dim', `${places.length} of ${value.length * 8} bits set`);
  const oneToOne = places.length === texts.length;
  const lines = texts.map((text, index) =>
    oneToOne ? `${paint('name', places[index])}  ${text}` : text,
  );
  if (!oneToOne && places.length > 0) lines.push(paint('dim', places.join(', ')));
  return [...lines, count];
}

/** The value of a tag as a report, or why it is none. */
export function readTagValue(tag: number, value: Uint8Array, context: Context): Report | Refusal {
  const aid = context.args.value('aid')?.toUpperCase();
  const info = findTagInfo(tag, schemeOfAid(aid));
  const result = decodeValue(tag, value, emvContext(aid));
  const name = info?.name ?? 'Unknown tag';
  if (!result.ok) {
    const { code, offset } = result.error;
    const wanted =
      info === undefined
        ? ''
        : `, which has ${info.lengthMin === info.lengthMax ? info.lengthMin : `${info.lengthMin} to ${info.lengthMax}`} bytes`;
    const message = `${value.length} bytes are no ${name}${wanted}`;
    return undecodable(
      `VALUE_${code.replaceAll('-', '_').toUpperCase()}`,
      message,
      'chipswitch decode INPUT guesses what it is',
      offset === undefined ? {} : { offset },
    );
  }
  const sensitivity = context.unsafe ? undefined : sensitivityOf(tag, value.length, info);
  // Who names the tag may be mistaken: what is a card number to its last digit, or digits as characters, is no chance.
  const search = searchIn(info, value.length, result.ok);
  const mistaken = mayBeCardNumber(unpackPan(value) ?? '') ? 'anywhere' : 'characters';
  const judgement = sensitivity ?? (search === 'nowhere' ? mistaken : search);
  const shown = context.unsafe ? toHex(value) : maskBytes(judgement, value);
  const data = {
    tag: tag.toString(16).toUpperCase(),
    name,
    value: shown,
    ...(sensitivity === undefined ? { decoded: result.data } : {}),
    text: result.text,
  };
  const lines = (): string[] =>
    isBits(result.data) ? bitLines(value, result.text, context) : [...result.text];
  const hide = maskingNet(
    toHex(value) === maskBytes(judgement, value) ? [] : cardNumbersIn([value]),
  );
  return {
    ...report(data, () => [
      `${context.paint('name', data.tag)} ${name}  ${context.paint('value', shown)}`,
      ...lines().map((line) => `  ${line}`),
    ]),
    hide,
  };
}

/** Whether none of the bits of a mask, byte by byte, are on: the reserved ones of a table. */
function without(value: Uint8Array, mask: readonly number[]): boolean {
  return value.length === mask.length && mask.every((bits, index) => (value[index] & bits) === 0);
}

/** CVM codes and conditions that Book 3 tables C1 and C2 name. */
function isCvmRule(method: number, condition: number): boolean {
  const code = method & 0x3f;
  return (code <= 5 || code === 0x1e || code === 0x1f) && condition <= 9;
}

function cvmListPlausibility(value: Uint8Array): number {
  if (value.length < 10 || value.length % 2 !== 0 || value.length > 252) return 0;
  for (let at = 8; at < value.length; at += 2) if (!isCvmRule(value[at], value[at + 1])) return 0;
  return value.subarray(0, 8).every((byte) => byte === 0) ? 88 : 60;
}

function iadPlausibility(value: Uint8Array): number {
  const hex = toHex(value);
  if (/^06[0-9A-F]{2}(?:0A|11|12)03[0-9A-F]{6}/.test(hex)) return 55;
  if (/^(?:0[01]1[0-9A-F]|0F[AB]5)/.test(hex) && value.length >= 8) return 55;
  return /^0701[0-9A-F]{2}03/.test(hex) ? 50 : 0;
}

/** How strongly bytes alone speak for a tag's value, 0 when they cannot be it. */
const plausibilities: Readonly<Record<string, (value: Uint8Array) => number>> = {
  tvr: (value) => (without(value, [0x01, 0x07, 0x03, 0x07, 0x0f]) ? 72 : 0),
  tsi: (value) => (without(value, [0x03, 0xff]) && value[0] !== 0 ? 40 : 0),
  aip: (value) => (without(value, [0x80, 0x0e]) && value[0] !== 0 ? 42 : 0),
  'cvm-list': cvmListPlausibility,
  'cvm-results': (value) =>
    value.length === 3 && (isCvmRule(value[0], value[1]) || value[0] === 0x3f) && value[2] <= 2
      ? 66
      : 0,
  afl: (value) => (value.length >= 4 && value.length % 4 === 0 ? 55 : 0),
  iad: iadPlausibility,
  ttq: (value) => (without(value, [0x40, 0x1f, 0x3f, 0x7f]) && value[0] !== 0 ? 46 : 0),
  'terminal-capabilities': (value) =>
    without(value, [0x1f, 0x00, 0x17]) && value[0] !== 0 ? 45 : 0,
};

function guessValue(kind: string, reading: Reading, context: Context): Guess | undefined {
  const certainty = plausibilities[kind]?.(reading.bytes) ?? 0;
  if (certainty === 0) return undefined;
  const { tag, help } = valueKinds[kind];
  const read = readTagValue(tag, reading.bytes, context);
  if (!read.ok) return undefined;
  return {
    kind,
    title: help,
    certainty,
    reason: `${reading.bytes.length} bytes, no reserved bits or codes`,
    reading: reading.how,
    show: () => read,
  };
}

/** Guesses at values of single tags. */
export function recogniseTagValues(input: Input, context: Context): readonly Guess[] {
  return byteReadings(input).flatMap((reading) =>
    Object.keys(valueKinds).flatMap((kind) => guessValue(kind, reading, context) ?? []),
  );
}
