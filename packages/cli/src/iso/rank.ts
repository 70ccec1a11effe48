// Which spec, framing and reading fit a message: all are tried, each is scored, the best come first.
import {
  decodeMessage,
  type DecodeError,
  encodeMessage,
  FrameDecoder,
  type Message,
  parseMti,
  type Spec,
} from 'iso8583-js';
import { equalBytes } from '@chipswitch/bytes';
import type { Reading } from '../frame/input.ts';
import { framings, isUsualPair, type NamedFraming } from './framings.ts';

/** One way to read a message, tried. */
export interface Attempt {
  readonly reading: Reading;
  /** Undefined: the bytes are the message itself. */
  readonly framing: NamedFraming | undefined;
  readonly specName: string;
  readonly spec: Spec;
  /** The message without its frame. */
  readonly body: Uint8Array;
  /** Offset of the body in the input's bytes. */
  readonly bodyOffset: number;
  /** 0 to 100. */
  readonly score: number;
  readonly ok: boolean;
  /** Encoding what was decoded gives the same bytes. */
  readonly roundTrip: boolean;
  readonly message: Partial<Message>;
  readonly error: DecodeError | undefined;
  /** What speaks against it though it decodes. */
  readonly doubts: readonly string[];
  /** Further frames behind the first. */
  readonly moreFrames: number;
}

/** Messages longer than this are not ranked by trying everything. */
const bytesMax = 64 * 1024;

const isTime = (text: string): boolean => /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(text);
const isMonthDay = (text: string): boolean =>
  /^(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(text);

/** Values that a right reading would not show. */
function doubtsOf(message: Partial<Message>, specName: string): string[] {
  const doubts: string[] = [];
  const { mti } = message;
  const type = mti === undefined ? undefined : parseMti(mti);
  if (type?.class === undefined || type.function === undefined || type.version === undefined)
    doubts.push('the message type is none of the standard');
  const year = /1993|2003/.exec(specName)?.[0] ?? '1987';
  if (
    type?.version !== undefined &&
    /^(?:1987|1993|2003)$/.test(type.version) &&
    type.version !== year
  )
    doubts.push(`the message type is of the ${type.version} version`);
  const { de7, de12, de13, de49, de3 } = message;
  if (typeof de7 === 'string' && !(isMonthDay(de7.slice(0, 4)) && isTime(de7.slice(4))))
    doubts.push('DE 7 is no date and time');
  if (year === '1987') {
    if (typeof de12 === 'string' && !isTime(de12)) doubts.push('DE 12 is no time');
    if (typeof de13 === 'string' && !isMonthDay(de13)) doubts.push('DE 13 is no date');
  }
  if (typeof de49 === 'string' && !/^(?:\d{3}|[A-Z]{3})$/.test(de49))
    doubts.push('DE 49 is no currency');
  if (typeof de3 === 'string' && !/^[0-9A-Z]{6}$/.test(de3))
    doubts.push('DE 3 is no processing code');
  return doubts;
}

function scoreFailure(error: DecodeError, message: Partial<Message>, length: number): number {
  const type = message.mti === undefined ? undefined : parseMti(message.mti);
  if (type?.class === undefined || type.version === undefined) return 0;
  const fields = Object.keys(message).length - 1;
  const share = length === 0 ? 0 : Math.min(error.byte, length) / length;
  return Math.round(10 + Math.min(fields, 8) + share * 40);
}

interface Body {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly more: number;
}

/** The first frame's body, when the bytes are whole frames and nothing else. */
function unframe(framing: NamedFraming, bytes: Uint8Array): Body | undefined {
  const decoder = new FrameDecoder(framing.options);
  const frames = decoder.push(bytes);
  // A keep-alive in front of a single message is half of a longer length.
  const bodies = frames.flatMap((frame) => (frame.ok && frame.body.length > 0 ? [frame.body] : []));
  if (bodies.length < frames.length) return undefined;
  const [first] = bodies;
  if (first === undefined || decoder.pendingBytes > 0) return undefined;
  // The body stands behind what the framing puts before it; a trailer may follow.
  const offset = indexOfBytes(bytes, first);
  return { bytes: first, offset, more: bodies.length - 1 };
}

function indexOfBytes(bytes: Uint8Array, part: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(part);
}

function attempt(
  reading: Reading,
  framing: NamedFraming | undefined,
  body: Body,
  [specName, spec]: readonly [string, Spec],
): Attempt {
  const result = decodeMessage(spec, body.bytes);
  const message: Partial<Message> = result.ok ? result.message : result.partial;
  const shared = {
    reading,
    framing,
    specName,
    spec,
    body: body.bytes,
    bodyOffset: body.offset,
    message,
    moreFrames: body.more,
  };
  if (!result.ok) {
    const score = scoreFailure(result.error, message, body.bytes.length);
    return { ...shared, score, ok: false, roundTrip: false, error: result.error, doubts: [] };
  }
  const encoded = encodeMessage(spec, result.message);
  const roundTrip = encoded.ok && equalBytes(encoded.bytes, body.bytes);
  const doubts = doubtsOf(message, specName);
  const base = roundTrip ? 100 : 90;
  return {
    ...shared,
    score: Math.max(20, base - 15 * doubts.length),
    ok: true,
    roundTrip,
    error: undefined,
    doubts,
  };
}

/** What is tried. */
export interface RankOptions {
  readonly specs: readonly (readonly [string, Spec])[];
  /** `undefined` in the list stands for no framing; default: none, then all. */
  readonly framings?: readonly (NamedFraming | undefined)[];
}

/**
 * Every reading × framing × spec, best first; among equals the one without framing, then in order of
 * the lists. Attempts that understood nothing (no message type) are left out.
 */
export function rankReadings(readings: readonly Reading[], options: RankOptions): Attempt[] {
  const attempts: Attempt[] = [];
  for (const reading of readings) {
    if (reading.bytes.length < 4 || reading.bytes.length > bytesMax) continue;
    for (const framing of options.framings ?? [undefined, ...framings]) {
      const body =
        framing === undefined
          ? { bytes: reading.bytes, offset: 0, more: 0 }
          : unframe(framing, reading.bytes);
      if (body === undefined) continue;
      for (const spec of options.specs) {
        const tried = attempt(reading, framing, body, spec);
        if (tried.score > 0) attempts.push(tried);
      }
    }
  }
  const usual = ({ specName, framing }: Attempt): number =>
    isUsualPair(specName, framing) ? 1 : 0;
  return attempts.sort((a, b) => b.score - a.score || usual(b) - usual(a));
}
