// Which spec and frame does a message speak? All are tried and ranked; the runner-up shows its first wrong byte.
import { equalBytes } from '@chipswitch/bytes';
import { FrameDecoder, bodyOffset } from '../message/frame.ts';
import { type NamedFraming, framings, isUsualPair } from '../message/framings.ts';
import { decodeMessage, encodeMessage } from '../message/message.ts';
import { parseMti } from '../message/mti.ts';
import type { Message } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';
import { specs as readyMade, variantOf } from '../specs/ready-made.ts';
import type { DecodeError } from '../wire/errors.ts';
import { type Issue, validateMessage } from './message-rules.ts';

/** One way to understand what a person gave as a message. */
export interface ByteReading {
  readonly bytes: Uint8Array;
}

/** One way to read a message, tried. */
export interface Diagnosis<R extends ByteReading = ByteReading> {
  readonly reading: R;
  /** Undefined: the bytes are the message itself. */
  readonly framing: NamedFraming | undefined;
  readonly specName: string;
  readonly spec: Spec;
  /** The message without its frame, and where it stands in the reading's bytes. */
  readonly body: Uint8Array;
  readonly bodyOffset: number;
  /** 0 to 100. */
  readonly score: number;
  readonly ok: boolean;
  /** Encoding what was decoded gives the same bytes. */
  readonly roundTrip: boolean;
  /** The message, or what could be decoded of it. */
  readonly message: Partial<Message>;
  /** Why it does not decode; offsets count from the start of the body. */
  readonly error: DecodeError | undefined;
  /** What speaks against it though it decodes. */
  readonly doubts: readonly Issue[];
  /** Further frames behind this one. */
  readonly moreFrames: number;
}

/** What is tried. */
export interface DiagnoseOptions {
  /** Specs by name; default all ready-made ones. */
  readonly specs?: readonly (readonly [string, Spec])[];
  /** `undefined` in the list stands for no framing; default: none, then all. */
  readonly framings?: readonly (NamedFraming | undefined)[];
  /** Which of several frames, counted from 1; default the first. */
  readonly frame?: number;
}

/** Messages longer than this are not read by trying everything. */
const bytesMax = 64 * 1024;
const bytesMin = 4;

/** Issues that a right reading would not show; what is only missing is none. */
const doubtful: ReadonlySet<Issue['code']> = new Set([
  'bad-mti',
  'other-version',
  'bad-date',
  'bad-time',
  'bad-value',
  'unexpected',
]);

function scoreFailure(error: DecodeError, message: Partial<Message>, length: number): number {
  const type = message.mti === undefined ? undefined : parseMti(message.mti);
  if (type?.class === undefined || type.version === undefined) return 0;
  const elements = Object.keys(message).length - 1;
  const share = length === 0 ? 0 : Math.min(error.byte, length) / length;
  return Math.round(10 + Math.min(elements, 8) + share * 40);
}

interface Body {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly more: number;
}

/** A frame's body, when the bytes are whole frames and nothing else. */
function unframe(
  framing: NamedFraming | undefined,
  bytes: Uint8Array,
  frame: number,
): Body | undefined {
  if (framing === undefined) return frame === 1 ? { bytes, offset: 0, more: 0 } : undefined;
  const decoder = new FrameDecoder(framing.options);
  const frames = decoder.push(bytes);
  // A keep-alive in front of a single message is half of a longer length.
  const bodies = frames.flatMap((one) => (one.ok && one.body.length > 0 ? [one.body] : []));
  const body = bodies[frame - 1];
  if (body === undefined || bodies.length < frames.length || decoder.pendingBytes > 0)
    return undefined;
  const lengthOf = (some: readonly Uint8Array[]): number =>
    some.reduce((sum, { length }) => sum + length, 0);
  // All frames have the same bytes around their bodies.
  const around = (bytes.length - lengthOf(bodies)) / bodies.length;
  const before = lengthOf(bodies.slice(0, frame - 1)) + around * (frame - 1);
  const offset = before + bodyOffset(framing.options);
  return { bytes: body, offset, more: bodies.length - frame };
}

function diagnose<R extends ByteReading>(
  reading: R,
  framing: NamedFraming | undefined,
  body: Body,
  [specName, spec]: readonly [string, Spec],
): Diagnosis<R> {
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
  const doubts = validateMessage(spec, result.message).filter(({ code }) => doubtful.has(code));
  const places = new Set(doubts.map(({ path }) => path)).size;
  const score = Math.max(20, (roundTrip ? 100 : 90) - 15 * places);
  return { ...shared, score, ok: true, roundTrip, error: undefined, doubts };
}

/**
 * Every reading × framing × spec, best first; among equals a framing with the spec it usually carries,
 * then in order of the lists. What understands nothing (no message type) is left out.
 *
 * @example diagnoseReadings([{ how: 'hex', bytes }])[0].reading.how // 'hex'
 */
export function diagnoseReadings<R extends ByteReading>(
  readings: readonly R[],
  options: DiagnoseOptions = {},
): Diagnosis<R>[] {
  const specs = options.specs ?? Object.entries(readyMade);
  const diagnoses: Diagnosis<R>[] = [];
  for (const reading of readings) {
    if (reading.bytes.length < bytesMin || reading.bytes.length > bytesMax) continue;
    for (const framing of options.framings ?? [undefined, ...framings]) {
      const body = unframe(framing, reading.bytes, options.frame ?? 1);
      if (body === undefined) continue;
      const scores = new Map<string, number>();
      for (const spec of specs) {
        const tried = diagnose(reading, framing, body, spec);
        scores.set(tried.specName, tried.score);
        const base = variantOf[tried.specName];
        // A variant that reads no more than what it is a variant of says nothing.
        const tells = base === undefined || (tried.ok && tried.score > (scores.get(base) ?? 0));
        if (tells && tried.score > 0) diagnoses.push(tried);
      }
    }
  }
  const usual = ({ specName, framing }: Diagnosis<R>): number =>
    isUsualPair(specName, framing) ? 1 : 0;
  return diagnoses.sort((a, b) => b.score - a.score || usual(b) - usual(a));
}

/**
 * Tries all specs and framings on the bytes of one message (framed or not), best first.
 * @example diagnoseMessage(bytes)[0].specName // 'iso1987Ascii'
 */
export function diagnoseMessage(bytes: Uint8Array, options?: DiagnoseOptions): Diagnosis[] {
  return diagnoseReadings([{ bytes }], options);
}
