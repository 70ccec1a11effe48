// Consumer-presented codes: base64 of BER-TLV that starts with the payload format indicator (EMVCo
// QR CPM section 4).
import { toLatin1 } from '@chipswitch/bytes';
import {
  type TlvErrorCode,
  type TlvInput,
  type TlvNode,
  encodeTlv,
  parseTlv,
} from '@chipswitch/tlv';

/** What can be wrong with a consumer-presented code, beside malformed TLV. */
export type ConsumerQrErrorCode =
  | 'too-long'
  | 'base64'
  | 'order'
  | 'version'
  | 'duplicate'
  | TlvErrorCode;

/** Why a code was refused; the offset counts characters for `base64`, else bytes. */
export interface ConsumerQrError {
  readonly code: ConsumerQrErrorCode;
  readonly offset: number;
}

/** The tree, or what is wrong and the objects before that. */
export type ConsumerQrResult =
  | { readonly ok: true; readonly nodes: readonly TlvNode[] }
  | { readonly ok: false; readonly error: ConsumerQrError; readonly nodes: readonly TlvNode[] };

/** Characters that a QR code of version 40-L can hold. */
const charactersMax = 4296;

/** Payload format indicator of version 1. */
const payloadFormat = 'CPV01';

/**
 * Offset of the first character that makes the text no base64 (RFC 4648 section 4, padded), or -1.
 */
function firstNotBase64(text: string): number {
  const bad = text.search(/[^A-Za-z0-9+/=]/);
  if (bad >= 0) return bad;
  const padding = text.indexOf('=');
  if (padding >= 0 && !/^={1,2}$/.test(text.slice(padding))) return padding;
  return text.length % 4 === 0 ? -1 : text.length;
}

function bytesOfBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * Reads a consumer-presented code. 85 has to be first, `CPV01` and the only one.
 *
 * @example parseConsumerQr('hQVDUFYwMWEJTwegAAAAVVVV').ok // true
 */
export function parseConsumerQr(base64: string): ConsumerQrResult {
  const refuse = (
    code: ConsumerQrErrorCode,
    offset: number,
    nodes: readonly TlvNode[] = [],
  ): ConsumerQrResult => ({ ok: false, error: { code, offset }, nodes });
  if (base64.length > charactersMax) return refuse('too-long', charactersMax);
  const bad = firstNotBase64(base64);
  if (bad >= 0) return refuse('base64', bad);
  const parsed = parseTlv(bytesOfBase64(base64));
  const { nodes } = parsed;
  if (!parsed.ok) return refuse(parsed.error.code, parsed.error.offset, nodes);
  if (nodes.length === 0 || nodes[0].tag !== 0x85) {
    return refuse('order', nodes[0]?.offset ?? 0, nodes);
  }
  if (toLatin1(nodes[0].value) !== payloadFormat) {
    return refuse('version', nodes[0].valueOffset, nodes);
  }
  const second = nodes.slice(1).find((node) => node.tag === 0x85);
  if (second !== undefined) return refuse('duplicate', second.offset, nodes);
  return { ok: true, nodes };
}

/**
 * Writes a consumer-presented code: the payload format indicator, then these objects
 * (application templates 61, common data template 62, and what they hold).
 *
 * @throws TlvFault for a tag that is none.
 * @example buildConsumerQr([[0x61, [[0x4f, fromHex('A0000000555555')]]]]) // 'hQVDUFYwMWEJTwegAAAAVVVV'
 */
export function buildConsumerQr(objects: readonly TlvInput[]): string {
  const indicator = Uint8Array.from(payloadFormat, (character) => character.charCodeAt(0));
  const bytes = encodeTlv([[0x85, indicator], ...objects]);
  return btoa(toLatin1(bytes));
}
