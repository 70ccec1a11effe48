// How the messages of one port of the terminals look: frame, dialect, and whose clock tells the time.
import { flagSetting, textOf, wholeOf, wordOf } from '@chipswitch/program';
import type { FrameLength, FrameOptions } from 'iso8583-js';
import * as v from 'valibot';

const frameLengths = /^(?:(?:binary|ascii|ebcdic|bcd|hex)[1-8]|visa)$/;

/** Frames of a port; the defaults are a two-byte length and a TPDU. */
const framingSettings = v.strictObject({
  length: v.optional(
    v.custom<FrameLength>(
      (length) => frameLengths.test(String(length)),
      `must be of the form ${frameLengths.source}`,
    ),
    'binary2',
  ),
  /** The length counts its own bytes. */
  countsItself: flagSetting,
  /** `60` is the usual first byte of a TPDU; `any` takes each. Addresses change places in an answer. */
  tpdu: v.optional(wordOf(['none', '60', 'any']), '60'),
  /** Bytes between TPDU and message: they come back as they were. */
  headerBytes: v.optional(wholeOf(0, 64), 0),
});

/** The settings of a port. */
export const portEntries = {
  /** Name of a ready-made spec of iso8583-js. */
  dialect: v.optional(textOf(), 'posTerminal'),
  /** Elements by number that differ from the dialect's: a field spec, or null where there is none. */
  elements: v.exactOptional(v.record(textOf(/^\d{1,3}$/), v.unknown())),
  /** A whole spec (as `chipswitch specs NAME --json` shows one) instead of a dialect. */
  spec: v.exactOptional(v.record(v.string(), v.unknown())),
  framing: v.optional(framingSettings, {}),
  /** `switch`: terminals may leave DE 12 and 13 out. */
  localTime: v.exactOptional(wordOf(['terminal', 'switch'])),
};

const portSettings = v.strictObject(portEntries);
export type PortForm = v.InferOutput<typeof portSettings>;
export type FramingSettings = v.InferOutput<typeof framingSettings>;

/** The codec's options for a port's frames. */
export function frameOptionsOf(framing: FramingSettings, maxBytes: number): FrameOptions {
  const { length, countsItself, tpdu, headerBytes } = framing;
  return {
    length,
    maxBytes,
    headerBytes,
    inclusive: countsItself,
    tpdu: tpdu !== 'none',
    tpduId: tpdu === 'any' ? 'any' : 0x60,
  };
}
