// BER-TLV as a tree of lines: tag, name, value, what it says; names in the language asked for.
import type { DescribedObject, Description, TagInfo } from '@chipswitch/emv';
import { tagHex } from '@chipswitch/tlv';
import type { TreeNode } from '../frame/tree.ts';
import type { Context } from '../frame/verb.ts';
import { scrubOpaqueHex, scrubTextHex } from '../frame/scrub.ts';
import { cutColumns } from '../frame/width.ts';

function nameOf(object: DescribedObject, language: Context['language']): string {
  if (object.nameZh === undefined || language === 'en') return object.name;
  return language === 'zh' ? object.nameZh : `${object.name} · ${object.nameZh}`;
}

/** An account number takes seven bytes at least. */
const numberBytesMin = 7;

/** Certificates, signatures, cryptograms: what looks like a number in them is chance. */
const cryptographicTags: ReadonlySet<number> = new Set([
  0x90, 0x92, 0x93, 0x9f26, 0x9f2d, 0x9f2f, 0x9f46, 0x9f48, 0x9f4b, 0x9f4c,
]);

/**
 * Hex of a value that the library does not mask, searched for account numbers, because anything may
 * hide in it, unless it is short or known to be cryptographic.
 *
 * @param asDeclared the value is as the dictionary says: its length and its characters
 */
export function searchedHex(hex: string, info: TagInfo | undefined, asDeclared: boolean): string {
  if (hex.length < 2 * numberBytesMin) return hex;
  if (info === undefined || !asDeclared) return scrubOpaqueHex(hex);
  if (cryptographicTags.has(info.tag)) return hex;
  // The codes of capital letters are digits in hex, too: in text only codes of digits count.
  const isText = info.format === 'a' || info.format === 'an' || info.format === 'ans';
  return isText ? scrubTextHex(hex) : scrubOpaqueHex(hex);
}

/** The value as it may be shown: masked ones as the library masked them, others searched. */
export function shownValue(object: DescribedObject, unsafe: boolean): string {
  const { value = '', masked, info, error, remarks } = object;
  if (unsafe || masked) return value;
  // A template in the wrong place says nothing about the value; a length does.
  const asDeclared = error === undefined && !remarks.some((remark) => remark.startsWith('length'));
  return searchedHex(value, info, asDeclared);
}

/** Lines that say more than the value; one short line stands beside it. */
function saying(object: DescribedObject): { beside: string; below: readonly string[] } {
  const texts = object.text.filter((line) => line !== '' && line !== object.value);
  const [first] = texts;
  if (texts.length === 1 && first !== undefined && first.length <= 60)
    return { beside: first, below: [] };
  return { beside: '', below: texts };
}

/** One described object as a node. */
export function tlvNode(object: DescribedObject, context: Context): TreeNode {
  const { paint, language, unsafe, width } = context;
  const value = cutColumns(shownValue(object, unsafe), Math.max(24, Math.floor(width / 3)));
  const { beside, below } = saying(object);
  const problems = [
    ...object.remarks,
    ...(object.error === undefined ? [] : [`value not readable: ${object.error.code}`]),
  ];
  const length = object.children === undefined ? value : `${object.lengthBytes} bytes`;
  return {
    label: paint('name', object.tag),
    cells: [
      nameOf(object, language),
      object.children === undefined ? paint('value', length) : paint('dim', length),
      beside,
    ],
    remarks: [
      ...below.map((line) => paint('dim', line)),
      ...problems.map((line) => paint('warn', `! ${line}`)),
    ],
    children: (object.children ?? []).map((child) => tlvNode(child, context)),
  };
}

/** A whole description as nodes. */
export function tlvNodes(description: Description, context: Context): TreeNode[] {
  return description.objects.map((object) => tlvNode(object, context));
}

/** One described object as data, masked as the text is. */
export function tlvData(object: DescribedObject, unsafe: boolean): Record<string, unknown> {
  const { tag, name, nameZh, offset, lengthBytes, masked, data, text, error, remarks, children } =
    object;
  return {
    tag,
    name,
    ...(nameZh === undefined ? {} : { nameZh }),
    offset,
    lengthBytes,
    ...(object.value === undefined ? {} : { value: shownValue(object, unsafe), masked }),
    ...(data === undefined || ('type' in data && data.type === 'hex') ? {} : { decoded: data }),
    ...(text.length === 0 ? {} : { text }),
    ...(error === undefined ? {} : { error }),
    ...(remarks.length === 0 ? {} : { remarks }),
    ...(children === undefined
      ? {}
      : { children: children.map((child) => tlvData(child, unsafe)) }),
  };
}

/** Where and why TLV ended early, as a path and an offset. */
export function tlvPlace(error: NonNullable<Description['error']>): {
  path?: string;
  offset: number;
} {
  const path = error.path.map(tagHex).join(' > ');
  return path === '' ? { offset: error.offset } : { path, offset: error.offset };
}
