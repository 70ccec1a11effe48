// Look-up of EMV tags: every meaning that a tag has, by tag or by words of its name.
import { given } from '@chipswitch/bytes';
import { findTagInfo, type TagInfo, tagDictionary } from '@chipswitch/emv/look-up';
import { parseTag, tagHex } from '@chipswitch/tlv';
import type { RunVerb } from '../frame/verb.ts';
import { type Dictionary, type Entry, lookUp } from './dictionary.ts';

const formats: Readonly<Record<TagInfo['format'], string>> = {
  a: 'letters',
  an: 'letters and digits',
  ans: 'text',
  b: 'binary',
  cn: 'digits, padded with F on the right',
  n: 'digits, padded with 0 on the left',
  dol: 'data object list',
  'tag-list': 'list of tags',
  tlv: 'template',
};
const sources: Readonly<Record<TagInfo['source'], string>> = {
  icc: 'from the card',
  terminal: 'from the terminal',
  issuer: 'from the issuer',
  any: 'from anyone',
};
const scopes: Readonly<Record<TagInfo['scope'], string>> = {
  emv: 'EMV Books',
  iso: 'ISO/IEC 7816',
  ca: 'EMV Contactless Books A and B',
  cpm: 'EMVCo consumer-presented QR',
  c2: 'EMV kernel 2 (Mastercard)',
  c8: 'EMV kernel 8',
  visa: 'Visa',
  amex: 'American Express',
  jcb: 'JCB',
  disc: 'Discover',
  upi: 'UnionPay',
  gp: 'GlobalPlatform',
};

function lengthText({ lengthMin, lengthMax }: TagInfo): string {
  if (lengthMin === lengthMax) return `${lengthMin} ${lengthMin === 1 ? 'byte' : 'bytes'}`;
  return lengthMin === 0 ? `up to ${lengthMax} bytes` : `${lengthMin} to ${lengthMax} bytes`;
}

function entryOf(info: TagInfo): Entry {
  const templates = info.templates.map(tagHex);
  const facts = [
    `${formats[info.format]}, ${lengthText(info)}, ${sources[info.source]}`,
    ...(templates.length === 0 ? [] : [`in ${templates.join(', ')}`]),
    scopes[info.scope],
    ...(info.sensitivity === undefined ? [] : ['sensitive: shown masked']),
  ];
  const { source, format, lengthMin, lengthMax, scope, sensitivity } = info;
  return {
    code: tagHex(info.tag),
    en: info.name,
    ...given({ zh: info.nameZh }),
    facts,
    data: {
      source,
      format,
      lengthMin,
      lengthMax,
      templates,
      scope,
      ...given({ sensitivity }),
    },
  };
}

/** The name of a tag, for others. */
export function tagName(tag: number): string {
  return findTagInfo(tag)?.name ?? 'Unknown';
}

/** All tags; made when first asked for. */
export function tagEntries(): Dictionary {
  const all = [...tagDictionary().values()].flat().map(entryOf);
  return {
    verb: 'tag',
    noun: 'tag',
    all,
    find: (query) => {
      const text = query.replaceAll(/[\s:]/g, '').replace(/^0x/i, '');
      const tag = /^(?:[0-9A-Fa-f]{2}){1,4}$/.test(text) ? parseTag(text) : undefined;
      return tag === undefined ? [] : (tagDictionary().get(tag) ?? []).map(entryOf);
    },
  };
}

/** `chipswitch tag`. */
export const run: RunVerb = (context) => lookUp(tagEntries(), context);
