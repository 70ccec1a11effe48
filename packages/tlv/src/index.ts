// BER-TLV as bytes, with no EMV meaning: readers, a map, a builder, data object lists.
export {
  type TlvError,
  type TlvErrorCode,
  TlvFault,
  type TlvFaultCode,
  tlvErrorCodes,
} from './error.ts';
export { type Tag, isConstructed, isTag, parseTag, tagHex, tagLength } from './tag.ts';
export type { PaddingByte, TlvOptions } from './options.ts';
export { TlvNode } from './node.ts';
export { type TlvResult, findAllTags, findPath, findTag, isTemplate, parseTlv } from './parse.ts';
export { TlvMap, type TlvMapOptions, type TlvMapResult, deepTlvMap, tlvMap } from './map.ts';
export { TlvCursor, type TlvVisitor, walkTlv } from './cursor.ts';
export { type TlvInput, encodeTlv } from './encode.ts';
export {
  type DolEntry,
  type DolFormat,
  type DolResult,
  type DolSource,
  type TagListResult,
  fillDol,
  parseDol,
  parseTagList,
} from './dol.ts';
