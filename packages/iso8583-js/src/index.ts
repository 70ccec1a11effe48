// ISO 8583 messages to bytes and back: specs as data and types, framing, masking.

// Specs: ready-made ones, and your own.
export {
  type Spec,
  compileDefinition,
  defineSpec,
  fieldSpecOf,
  type SpecError,
  specFromJson,
  specToJson,
} from './specs/define-spec.ts';
export { base24, baseI, type PosTerminalMessage, posTerminal } from './specs/dialects.ts';
export { jposIso87Ascii, jposIso87Binary, jposIso93Ascii, jposIso93Binary } from './specs/jpos.ts';
export {
  type Iso1987Message,
  iso1987Ascii,
  iso1987Binary,
  iso1987Ebcdic,
} from './specs/iso1987.ts';
export { type Iso1993Message, iso1993Ascii, iso1993Binary } from './specs/iso1993.ts';
export { type Iso2003Message, iso2003 } from './specs/iso2003.ts';
export { specs } from './specs/ready-made.ts';
export { type UnionpayPosMessage, unionpayPos } from './specs/unionpay-pos.ts';
export { type SpecProblem } from './spec/spec-validate.ts';
export {
  type BitmapSpec,
  type BytesEncoding,
  type Charset,
  type Dataset,
  type DatasetsSpec,
  type Encoding,
  type FieldSpec,
  type FieldSpecs,
  type FieldValue,
  type Message,
  type MessageOf,
  type Odd,
  type PositionalSpec,
  type PrefixEncoding,
  type PrefixSpec,
  type Sensitive,
  type SpecDefinition,
  type SubBitmapSpec,
  type SubSpec,
  type TextEncoding,
  type TlvSpec,
  type ValueOf,
} from './spec/spec-types.ts';

// Messages to bytes and back.
export { decodeMessage, encodeMessage } from './message/message.ts';
export {
  type DecodeOptions,
  type DecodeResult,
  type EncodeOptions,
  type EncodeResult,
} from './codec/message-codec.ts';
export { type ElementNumber, MessageView, type ViewResult, decodeView } from './message/view.ts';
export {
  type PartBytes,
  type PartFailure,
  decodeBitmap,
  decodeField,
  decodePrefix,
  encodeBitmap,
  encodeField,
  encodePrefix,
} from './codec/codec-parts.ts';
export { type Leniency } from './wire/cursor.ts';
export {
  type DecodeError,
  type DecodeErrorCode,
  type EncodeError,
  type EncodeErrorCode,
  type FaultCode,
  Iso8583Fault,
  decodeErrorCodes,
  encodeErrorCodes,
  errorLine,
} from './wire/errors.ts';

// Message types, answers, frames and headers.
export {
  type MessageType,
  adviceMti,
  describeMti,
  isResponseMti,
  parseMti,
  repeatMti,
  responseMti,
} from './message/mti.ts';
export { createResponse, echoedElements } from './message/response.ts';
export {
  type Frame,
  FrameDecoder,
  type FrameError,
  type FrameErrorCode,
  type FrameLead,
  type FrameLength,
  type FrameOptions,
  type FrameParts,
  decodeFrameLength,
  encodeFrame,
  frameErrorCodes,
  swapTpdu,
} from './message/frame.ts';
export { type NamedFraming, framingByName, framings, isUsualPair } from './message/framings.ts';
export { MessageStream, type StreamedMessage } from './message/message-stream.ts';
export {
  type BaseOneHeader,
  type BaseOneHeaderParts,
  buildBaseOneHeader,
  parseBaseOneHeader,
  swapBaseOneHeader,
} from './message/base-one-header.ts';

// For people: dumps, masks, comparison, rules, which spec it is.
export {
  type DescribeOptions,
  type DescribedElement,
  type Description,
  describeMessage,
} from './people/describe.ts';
export { type Difference, diffMessages } from './people/diff.ts';
export {
  type ByteReading,
  type DiagnoseOptions,
  type Diagnosis,
  diagnoseMessage,
  diagnoseReadings,
} from './people/doctor.ts';
export { encodeProblem } from './people/encode-problem.ts';
export {
  type JsonMessage,
  type JsonValue,
  copyTagOrder,
  messageFromJson,
  messageToJson,
  valueFromJson,
  valueToJson,
} from './people/json.ts';
export { meaningOf } from './people/meaning.ts';
export {
  type Issue,
  type RuleOptions,
  issueLine,
  validateMessage,
} from './people/message-rules.ts';
export { maskMessage, redactMessage, statedNumbers } from './people/redact.ts';
export {
  type ResponseClass,
  type ResponseCode,
  type ResponseCodeTable,
  type ResponseVerdict,
  findResponseCode,
  responseCodes,
  verdictOf,
} from './people/response-code.ts';
export { specPage } from './people/spec-page.ts';
