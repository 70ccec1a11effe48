// ISO 8583 messages to bytes and back: specs as data and types, framing, masking.
export * from './base-one-header.ts';
export * from './codec-parts.ts';
export * from './describe.ts';
export * from './diff.ts';
export * from './doctor.ts';
export * from './element-table.ts';
export * from './errors.ts';
export * from './frame.ts';
export * from './json.ts';
export * from './mask.ts';
export * from './meaning.ts';
export * from './message-stream.ts';
export * from './mti.ts';
export * from './plausibility.ts';
export * from './redact.ts';
export * from './response.ts';
export * from './spec-page.ts';
export * from './spec-types.ts';
export * from './spec-validate.ts';
export * from './spec.ts';
export * from './specs/dialects.ts';
export * from './specs/iso1987.ts';
export * from './specs/iso1993.ts';
export * from './specs/iso2003.ts';
export * from './specs/ready-made.ts';
export * from './view.ts';
export {
  type DecodeOptions,
  type DecodeResult,
  type EncodeOptions,
  type EncodeResult,
} from './message-codec.ts';
export { type Leniency } from './cursor.ts';
