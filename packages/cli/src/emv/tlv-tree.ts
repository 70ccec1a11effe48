// BER-TLV as a tree of lines: tag, name, value, what it says; names in the language asked for.
import { given } from '@chipswitch/bytes';
import type { DecodeContext, DescribedObject, Description } from '@chipswitch/emv';
import { tagHex } from '@chipswitch/tlv';
import { findResponseCode } from 'iso8583-js';
import type { TreeNode } from '../frame/tree.ts';
import type { Context } from '../frame/verb.ts';
import { cutColumns } from '../frame/width.ts';

/** What the dictionary is told beside the TLV itself: the application, and the words of response codes. */
export function emvContext(aid: string | undefined): DecodeContext {
  return { responseWords: findResponseCode, ...given({ aid }) };
}

function nameOf(object: DescribedObject, language: Context['language']): string {
  if (object.nameZh === undefined || language === 'en') return object.name;
  return language === 'zh' ? object.nameZh : `${object.name} · ${object.nameZh}`;
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
function tlvNode(object: DescribedObject, context: Context): TreeNode {
  const { paint, language, width } = context;
  const value = cutColumns(object.value ?? '', Math.max(24, Math.floor(width / 3)));
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
export function tlvData(object: DescribedObject): Record<string, unknown> {
  const { tag, name, nameZh, offset, lengthBytes, masked, data, text, error, remarks, children } =
    object;
  return {
    tag,
    name,
    ...given({ nameZh }),
    offset,
    lengthBytes,
    ...(object.value === undefined ? {} : { value: object.value, masked }),
    ...(data === undefined || ('type' in data && data.type === 'hex') ? {} : { decoded: data }),
    ...(text.length === 0 ? {} : { text }),
    ...given({ error }),
    ...(remarks.length === 0 ? {} : { remarks }),
    ...(children === undefined ? {} : { children: children.map((child) => tlvData(child)) }),
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
