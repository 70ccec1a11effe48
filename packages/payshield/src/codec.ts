// Host commands and responses of a payShield as bytes, driven by the command table; pure.
import { given } from '@chipswitch/bytes';
import { readFields } from './body-reader.ts';
import { writeFields } from './body-writer.ts';
import { commandLayouts, responseLayouts } from './data/commands.ts';
import type { Fields, ReadFields } from './fields.ts';
import { textOf } from './latin1.ts';
import type { CommandLayout } from './layout.ts';
import { type CodecResult, refuse } from './result.ts';

/** A request to encode. */
export interface EncodeRequest {
  /** Two characters, e.g. `CA`. */
  readonly command: string;
  /** The message header, echoed by the HSM; its length is a setting of the HSM. */
  readonly header: Uint8Array;
  readonly fields: Fields;
  /** Up to 32 characters behind X'19', echoed by the HSM. */
  readonly trailer?: string;
}

/** A message read: everything the frame carried. */
export interface DecodedMessage {
  readonly header: Uint8Array;
  /** Command or response code, e.g. `CB`. */
  readonly code: string;
  readonly fields: ReadFields;
  readonly trailer?: string;
}

/** A response read. Anything but `00` and documented warnings has no fields, save diagnostics. */
export interface DecodedResponse extends DecodedMessage {
  readonly errorCode: string;
  /** Whether the error code is a documented warning beside a usable answer. */
  readonly warning: boolean;
}

const endOfMessage = 0x19;
const trailerLengthMax = 32;

function assemble(
  header: Uint8Array,
  start: string,
  body: string,
  trailer: string | undefined,
  path: string,
): CodecResult<Uint8Array> {
  if (trailer !== undefined && (trailer.length > trailerLengthMax || /[^ -~]/.test(trailer))) {
    return refuse('field-length', `${path} > trailer`);
  }
  const tail = trailer === undefined ? '' : String.fromCharCode(endOfMessage) + trailer;
  const text = start + body + tail;
  const message = new Uint8Array(header.length + text.length);
  message.set(header);
  for (let i = 0; i < text.length; i++) message[header.length + i] = text.charCodeAt(i);
  return { ok: true, value: message };
}

/**
 * A command as the bytes that follow the frame's length: header, command, body, trailer.
 *
 * @returns `command-unknown`, `field-missing`, `field-length` or `field-value`, with the field's
 *   path and never its content.
 * @example
 * encodeCommand({ command: 'NC', header: fromAscii('0001'), fields: {} })
 * // { ok: true, value: bytes of '0001NC' }
 */
export function encodeCommand(request: EncodeRequest): CodecResult<Uint8Array> {
  const layout = commandLayouts.get(request.command);
  if (layout === undefined) return refuse('command-unknown', request.command.slice(0, 2));
  const body = writeFields(layout.request, request.fields, layout.command);
  if (!body.ok) return body;
  return assemble(request.header, layout.command, body.value, request.trailer, layout.command);
}

/**
 * A response as an HSM sends it; for simulators and tests.
 *
 * @param response the command's code it answers (`CA`), its error code and fields
 * @returns the same refusals as {@link encodeCommand}.
 */
export function encodeResponse(response: {
  readonly command: string;
  readonly header: Uint8Array;
  readonly errorCode: string;
  readonly fields?: Fields;
  /** Fields of the command, where the answer's form depends on them. */
  readonly request?: Readonly<Record<string, string>>;
  readonly trailer?: string;
}): CodecResult<Uint8Array> {
  const layout = commandLayouts.get(response.command);
  if (layout === undefined) return refuse('command-unknown', response.command.slice(0, 2));
  const body = encodeAnswer(layout, response);
  if (!body.ok) return body;
  const start = layout.response + response.errorCode;
  return assemble(response.header, start, body.value, response.trailer, layout.response);
}

function encodeAnswer(
  layout: CommandLayout,
  response: {
    readonly errorCode: string;
    readonly fields?: Fields;
    readonly request?: Readonly<Record<string, string>>;
  },
): CodecResult<string> {
  const { errorCode, fields, request } = response;
  if (fields === undefined || Object.keys(fields).length === 0) return { ok: true, value: '' };
  const answered = errorCode === '00' || layout.warnings?.includes(errorCode) === true;
  const description = answered ? layout.answer : (layout.diagnostics?.[errorCode] ?? []);
  return writeFields(description, fields, layout.response, request);
}

interface Envelope {
  readonly header: Uint8Array;
  readonly code: string;
  readonly body: string;
  readonly trailer?: string;
}

// Binary fields may hold X'19' themselves, so the trailer is only looked for where a caller says
// that it sends trailers, and then by its own text.
function openEnvelope(
  message: Uint8Array,
  headerLength: number,
  trailer: string | undefined,
): CodecResult<Envelope> {
  if (message.length < headerLength + 2) {
    return refuse('body-truncated', 'message > code', message.length);
  }
  const code = textOf(message, headerLength, headerLength + 2);
  let end = message.length;
  if (trailer !== undefined) {
    const tail = String.fromCharCode(endOfMessage) + trailer;
    const at = message.length - tail.length;
    if (at < headerLength + 2 || textOf(message, at) !== tail) {
      return refuse('body-trailing', `${code} > trailer`, Math.max(at, 0));
    }
    end = at;
  }
  return {
    ok: true,
    value: {
      header: message.subarray(0, headerLength),
      code,
      body: textOf(message, headerLength + 2, end),
      ...given({ trailer }),
    },
  };
}

/**
 * A command taken apart; for simulators, logs and tests.
 *
 * @returns `command-unknown`, `body-truncated`, `body-trailing` or `field-value`, with path and offset.
 */
export function decodeCommand(
  message: Uint8Array,
  options: { readonly headerLength: number; readonly trailer?: string },
): CodecResult<DecodedMessage> {
  const opened = openEnvelope(message, options.headerLength, options.trailer);
  if (!opened.ok) return opened;
  const { header, code, body, trailer } = opened.value;
  const layout = commandLayouts.get(code);
  if (layout === undefined) return refuse('command-unknown', code, options.headerLength);
  const fields = readFields(layout.request, body, code, options.headerLength + 2);
  if (!fields.ok) return fields;
  return {
    ok: true,
    value: { header, code, fields: fields.value, ...given({ trailer }) },
  };
}

/**
 * A response taken apart.
 *
 * @param options.headerLength characters of the message header, a setting of the HSM
 * @param options.request fields of the command, where the answer's form depends on them
 * @returns `command-unknown`, `body-truncated`, `body-trailing` or `field-value`, with path and offset.
 * @example
 * decodeResponse(fromAscii('0046CX00705'), { headerLength: 4 })
 * // { ok: true, value: { code: 'CX', errorCode: '00', fields: { cvv: '705' } … } }
 */
export function decodeResponse(
  message: Uint8Array,
  options: {
    readonly headerLength: number;
    readonly request?: Readonly<Record<string, string>>;
    readonly trailer?: string;
  },
): CodecResult<DecodedResponse> {
  const opened = openEnvelope(message, options.headerLength, options.trailer);
  if (!opened.ok) return opened;
  const { header, code, body, trailer } = opened.value;
  const layout = responseLayouts.get(code);
  if (layout === undefined) return refuse('command-unknown', code, options.headerLength);
  const errorCode = body.slice(0, 2);
  const bodyAt = options.headerLength + 4;
  if (!/^[0-9A-Z]{2}$/.test(errorCode)) {
    return errorCode.length < 2
      ? refuse('body-truncated', `${code} > errorCode`, options.headerLength + 2)
      : refuse('field-value', `${code} > errorCode`, options.headerLength + 2);
  }
  const warning = layout.warnings?.includes(errorCode) === true;
  const diagnostics = body.length > 2 ? layout.diagnostics?.[errorCode] : undefined;
  const description = errorCode === '00' || warning ? layout.answer : diagnostics;
  let fields: ReadFields = {};
  if (description !== undefined) {
    const read = readFields(description, body.slice(2), code, bodyAt, options.request);
    if (!read.ok) return read;
    fields = read.value;
  }
  return {
    ok: true,
    value: {
      header,
      code,
      errorCode,
      warning,
      fields,
      ...given({ trailer }),
    },
  };
}
