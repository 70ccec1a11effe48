// Which spec and frame does a message speak? All are tried and ranked; the runner-up shows its first wrong byte.
import type { DecodeError } from '../wire/errors.ts';
import { FrameDecoder, type FrameOptions } from '../message/frame.ts';
import { parseMti } from '../message/mti.ts';
import { type Issue, validateMessage } from './plausibility.ts';
import type { Message } from '../spec/spec-types.ts';
import { decodeMessage } from '../message/message.ts';
import type { Spec } from '../specs/define-spec.ts';
import { specs as readyMade } from '../specs/ready-made.ts';

/** One way to read the bytes, and how far it came. */
export interface Diagnosis {
  readonly spec: string;
  readonly framing: string;
  /** Where the message starts and how many bytes it has. */
  readonly offset: number;
  readonly length: number;
  /** Between 0 and 1: the share of bytes that make sense, less what is implausible. */
  readonly score: number;
  readonly mti: string | undefined;
  /** Why it does not decode, with offsets from the start of all bytes. */
  readonly error: DecodeError | undefined;
  /** What is implausible about a message that decodes. */
  readonly issues: readonly Issue[];
}

interface Framing {
  readonly name: string;
  readonly options: FrameOptions | undefined;
  readonly lead: number;
}

function framed(name: string, options: FrameOptions, lead: number): Framing {
  return { name, options, lead };
}

/** Frames that are tried: none, each length, with and without a TPDU, counting itself or not. */
const framings: readonly Framing[] = [
  { name: 'none', options: undefined, lead: 0 },
  framed('binary2', { length: 'binary2' }, 2),
  framed('binary2 inclusive', { length: 'binary2', inclusive: true }, 2),
  framed('binary2 + TPDU', { length: 'binary2', tpdu: true }, 7),
  framed('binary4', { length: 'binary4' }, 4),
  framed('ascii4', { length: 'ascii4' }, 4),
  framed('ascii4 inclusive', { length: 'ascii4', inclusive: true }, 4),
  framed('bcd2', { length: 'bcd2' }, 2),
  framed('bcd2 + TPDU', { length: 'bcd2', tpdu: true }, 7),
  framed('hex4', { length: 'hex4' }, 4),
  framed('ebcdic4', { length: 'ebcdic4' }, 4),
  framed('visa', { length: 'visa' }, 4),
  framed('ETX', { length: 'none', trailer: 3 }, 0),
];

function bodyOf(framing: Framing, bytes: Uint8Array): Uint8Array | undefined {
  if (framing.options === undefined) return bytes;
  const decoder = new FrameDecoder(framing.options);
  const [frame] = decoder.push(bytes);
  if (frame === undefined || !frame.ok || decoder.pendingBytes > 0) return undefined;
  return frame.body.length > 0 ? frame.body : undefined;
}

/** How much a decoded message is worth: known message type, and each implausible value costs. */
function worth(message: Message, issues: readonly Issue[]): number {
  const type = parseMti(message.mti);
  const known =
    type?.version !== undefined && type.class !== undefined && type.function !== undefined;
  const elements = Object.keys(message).filter((key) => key.startsWith('de')).length;
  const implausible = issues.filter((issue) => issue.code !== 'missing').length;
  const missing = issues.length - implausible;
  const base = known ? 1 : 0.6;
  const empty = elements === 0 ? 0.2 : 0;
  return Math.max(0, base - 0.08 * implausible - 0.02 * missing - empty);
}

function diagnose(
  spec: Spec,
  name: string,
  framing: Framing,
  body: Uint8Array,
  total: number,
): Diagnosis {
  const decoded = decodeMessage(spec, body);
  const offset = framing.options === undefined ? 0 : framing.lead;
  const shared = { spec: name, framing: framing.name, offset, length: body.length };
  if (decoded.ok) {
    const issues = validateMessage(spec, decoded.message);
    const score = worth(decoded.message, issues);
    return { ...shared, score, mti: decoded.message.mti, error: undefined, issues };
  }
  const { error, partial } = decoded;
  const known = parseMti(partial.mti ?? '')?.class !== undefined ? 1 : 0.5;
  // An error never beats a message that decodes; the further it came, the better.
  const score = 0.5 * known * Math.min(1, error.offset / Math.max(1, total));
  const moved = { ...error, offset: error.offset + offset, byte: error.byte + offset };
  return { ...shared, score, mti: partial.mti, error: moved, issues: [] };
}

/**
 * Tries all specs and frames on one message (framed or not) and ranks what comes out, best first.
 *
 * @param options.specs specs by name; default all ready-made ones
 * @param options.limit how many to return (default 10)
 * @example diagnoseMessage(bytes)[0].spec // 'iso1987Ascii'
 */
export function diagnoseMessage(
  bytes: Uint8Array,
  options: { readonly specs?: { readonly [name: string]: Spec }; readonly limit?: number } = {},
): Diagnosis[] {
  const specs = Object.entries(options.specs ?? readyMade);
  const diagnoses: Diagnosis[] = [];
  for (const framing of framings) {
    const body = bodyOf(framing, bytes);
    if (body === undefined) continue;
    for (const [name, spec] of specs) {
      diagnoses.push(diagnose(spec, name, framing, body, bytes.length));
    }
  }
  // A frame that fits exactly is evidence in itself: it wins over none at the same score.
  diagnoses.sort((a, b) => b.score - a.score || b.offset - a.offset);
  return diagnoses.slice(0, options.limit ?? 10);
}
