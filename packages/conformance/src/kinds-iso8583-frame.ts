// The frame level of iso8583 vectors: a length in front, an optional header, and a body.
import { fromHex, toHex } from '@chipswitch/bytes';
import { FrameDecoder, type FrameLength, type FrameOptions, decodeFrameLength } from 'iso8583-js';
import type { Vector } from './runner.ts';

interface FrameVectorSpec {
  readonly lengthData: string;
  readonly lengthSize?: number;
  readonly max?: number;
  readonly counts?: string;
  readonly headerBytes?: number;
  readonly bodyAbsent?: boolean;
}

interface FrameExpect {
  readonly length?: number;
  readonly sessionControl?: boolean;
  readonly header?: string;
  readonly body?: string;
}

function lengthKind(spec: FrameVectorSpec): string {
  if (spec.lengthData === 'vmlh') return 'visa';
  const size = spec.lengthSize ?? 0;
  // Sizes of BCD and hex lengths are stated in digits; the frame's names state them likewise by bytes.
  if (spec.lengthData === 'bcd') return `bcd${(size + 1) >> 1}`;
  if (spec.lengthData === 'hex-digit') return `hex${size}`;
  if (spec.lengthData === 'hex-ascii') return `hex${size * 2}`;
  // The digits of the two EBCDIC code pages are the same bytes.
  if (spec.lengthData === 'ebcdic1047') return `ebcdic${size}`;
  return `${spec.lengthData}${size}`;
}

function optionsOf(spec: FrameVectorSpec): FrameOptions {
  return {
    length: lengthKind(spec) as FrameLength,
    inclusive: spec.counts === 'self',
    maxBytes: spec.max ?? Number.MAX_SAFE_INTEGER,
    ...(spec.headerBytes === undefined ? {} : { headerBytes: spec.headerBytes }),
  };
}

function errorDifference(vector: Vector, code: string, offset: number): string | undefined {
  const at = (vector['at'] ?? {}) as { readonly offset?: number };
  if (code !== vector['error']) return `error ${code}, wanted ${vector['error'] as string}`;
  if (at.offset !== undefined && at.offset !== offset) return `error at ${offset}`;
  return undefined;
}

/** Checks one frame. */
export function checkFrame(vector: Vector): string | undefined {
  const spec = vector['spec'] as FrameVectorSpec;
  const options = optionsOf(spec);
  const bytes = fromHex(vector['hex'] as string);
  const lead = decodeFrameLength(options, bytes);
  const wantsError = vector['error'] !== undefined;
  if (!lead.ok) {
    if (!wantsError) return `error ${lead.error.code}`;
    return errorDifference(vector, lead.error.code, lead.error.offset);
  }
  const expect = (vector['expect'] ?? {}) as FrameExpect;
  const decoder = new FrameDecoder(options);
  if (spec.bodyAbsent !== true) {
    const frames = decoder.push(bytes);
    const frame = frames[0] ?? decoder.end();
    if (frame === undefined) return 'no frame';
    if (!frame.ok) {
      if (!wantsError) return `error ${frame.error.code}`;
      return errorDifference(vector, frame.error.code, frame.error.offset);
    }
    if (expect.body !== undefined && toHex(frame.body) !== expect.body) {
      return `body ${toHex(frame.body)}`;
    }
    if (expect.header !== undefined && toHex(frame.header ?? new Uint8Array(0)) !== expect.header) {
      return 'another header';
    }
  }
  if (wantsError) return `read, wanted the error ${vector['error'] as string}`;
  if (expect.length !== undefined && lead.length !== expect.length) {
    return `length ${lead.length}, wanted ${expect.length}`;
  }
  if (expect.sessionControl !== undefined && lead.sessionControl !== expect.sessionControl) {
    return `session control ${String(lead.sessionControl)}`;
  }
  return undefined;
}
