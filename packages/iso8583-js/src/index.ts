// ISO 8583 messages to bytes and back: specs as data and types, framing, masking.
export * from './message/base-one-header.ts';
export * from './codec/codec-parts.ts';
export * from './people/describe.ts';
export * from './people/diff.ts';
export * from './people/doctor.ts';
export * from './spec/element-table.ts';
export * from './wire/errors.ts';
export * from './message/frame.ts';
export * from './people/json.ts';
export * from './people/mask.ts';
export * from './people/meaning.ts';
export * from './message/message-stream.ts';
export * from './message/mti.ts';
export * from './people/plausibility.ts';
export * from './people/redact.ts';
export * from './people/response-code.ts';
export * from './message/response.ts';
export * from './people/spec-page.ts';
export * from './spec/spec-types.ts';
export * from './spec/spec-validate.ts';
export * from './specs/define-spec.ts';
export * from './message/message.ts';
export * from './specs/dialects.ts';
export * from './specs/iso1987.ts';
export * from './specs/iso1993.ts';
export * from './specs/iso2003.ts';
export * from './specs/ready-made.ts';
export * from './message/view.ts';
export {
  type DecodeOptions,
  type DecodeResult,
  type EncodeOptions,
  type EncodeResult,
} from './codec/message-codec.ts';
export { type Leniency } from './wire/cursor.ts';
