// The dictionary of data objects: what a tag is called, who it comes from, how it is written and
// shown.
import {
  type Judgement,
  type NumberSearch,
  type TagSensitivity,
  numberSearchIn,
  tagSensitivity,
} from '@chipswitch/cardholder-data';
import { type DolEntry, type DolFormat, type Tag, fillDol, parseTag } from '@chipswitch/tlv';
import type { Scheme } from '../data/applications.ts';
import { tagRows } from '../data/tags.ts';

/** Who a data object comes from. */
export type TagSource = 'icc' | 'terminal' | 'issuer' | 'any';

/**
 * How its value is written (Book 3 section 4.3); `dol`, `tag-list` and `tlv` are structures of
 * tags.
 */
export type TagFormat = 'a' | 'an' | 'ans' | 'b' | 'cn' | 'n' | 'dol' | 'tag-list' | 'tlv';

/**
 * What makes a value sensitive; such values are masked everywhere but in functions named
 * `unmasked`. An expiry date is shown, beside a number that is masked (PCI DSS 3.3).
 */
export type Sensitivity = Exclude<TagSensitivity, 'expiry'>;

/**
 * Which documents define a meaning: EMV books, ISO/IEC 7816, contactless kernels, schemes,
 * platforms.
 */
export type TagScope =
  | 'emv'
  | 'iso'
  | 'ca'
  | 'c2'
  | 'c8'
  | 'visa'
  | 'amex'
  | 'jcb'
  | 'disc'
  | 'upi'
  | 'gp'
  | 'cpm';

/** One meaning of one tag. */
export interface TagInfo {
  readonly tag: Tag;
  readonly name: string;
  /** Name in Chinese, where there is an established one. */
  readonly nameZh?: string;
  readonly source: TagSource;
  readonly format: TagFormat;
  readonly lengthMin: number;
  readonly lengthMax: number;
  /** Templates it stands in. */
  readonly templates: readonly Tag[];
  /** Which decoder reads the value; empty: by format. */
  readonly decoder: string;
  readonly sensitivity?: Sensitivity;
  readonly scope: TagScope;
  /** How a card number is looked for in a value that is as it is named here. */
  readonly search: NumberSearch;
}

const sources: Readonly<Record<string, TagSource>> = {
  icc: 'icc',
  term: 'terminal',
  iss: 'issuer',
  any: 'any',
};

/** By format; of binary data by what its tag is filled with. */
function searchOf(tag: string, format: string, lengthMax: number): NumberSearch {
  if (format === 'ans' || format === 'an' || format === 'a') return 'characters';
  if (format === 'n' || format === 'cn') return 'nowhere';
  return numberSearchIn(tag, lengthMax) === 'nowhere' ? 'nowhere' : 'delimited';
}

function infoOf(line: string): TagInfo {
  const [tag, source, format, length, templates, decoder, scope, name, zh] = line.split('|');
  const sensitivity = tagSensitivity(tag, scope);
  const [min, max] = length.split('-').map(Number);
  return {
    tag: Number.parseInt(tag, 16),
    name,
    ...(zh === '' ? {} : { nameZh: zh }),
    source: sources[source],
    format: (format === 'tl' ? 'tag-list' : format) as TagFormat,
    lengthMin: min,
    lengthMax: max ?? min,
    templates: templates === '-' ? [] : templates.split(' ').map((hex) => parseTag(hex) ?? 0),
    decoder,
    ...(sensitivity === undefined || sensitivity === 'expiry' ? {} : { sensitivity }),
    scope: scope as TagScope,
    search: searchOf(tag, format, max ?? min),
  };
}

let index: ReadonlyMap<Tag, readonly TagInfo[]> | undefined;

/**
 * All meanings by tag, in the order of the table: the general meaning first. Read once, on first
 * use.
 *
 * @example tagDictionary().get(0x9f5b)?.length // 2
 */
export function tagDictionary(): ReadonlyMap<Tag, readonly TagInfo[]> {
  if (index !== undefined) return index;
  const byTag = new Map<Tag, TagInfo[]>();
  for (const line of tagRows.trim().split('\n')) {
    const info = infoOf(line);
    const meanings = byTag.get(info.tag);
    if (meanings === undefined) byTag.set(info.tag, [info]);
    else meanings.push(info);
  }
  index = byTag;
  return index;
}

const scopesOf: Readonly<Partial<Record<Scheme, readonly TagScope[]>>> = {
  visa: ['visa', 'ca'],
  mastercard: ['c2'],
  amex: ['amex', 'ca'],
  jcb: ['jcb', 'ca'],
  discover: ['disc', 'ca'],
  unionpay: ['upi', 'ca', 'visa'],
};

/**
 * What a tag means, under a scheme or in a scope where that matters (9F5B, 9F6B, 9F6E, 9F7C …).
 *
 * @returns undefined for a tag that nobody lists.
 * @example findTagInfo(0x9f26)?.name // 'Application Cryptogram (AC)'
 */
export function findTagInfo(tag: Tag, under?: Scheme | TagScope): TagInfo | undefined {
  const meanings = tagDictionary().get(tag);
  if (meanings === undefined || meanings.length === 1 || under === undefined) return meanings?.[0];
  for (const scope of scopesOf[under as Scheme] ?? [under]) {
    const meaning = meanings.find((info) => info.scope === scope);
    if (meaning !== undefined) return meaning;
  }
  return meanings[0];
}

/**
 * How sensitive a value is. A meaning that is not sensitive counts only for values of its length:
 * what does not fit is taken for the most sensitive thing that the tag stands for anywhere.
 *
 * @example sensitivityOf(0x9f6b, 17, findTagInfo(0x9f6b, 'visa')) // 'track2'
 */
export function sensitivityOf(
  tag: Tag,
  lengthBytes: number,
  meaning: TagInfo | undefined,
): Sensitivity | undefined {
  if (meaning === undefined || meaning.sensitivity !== undefined) return meaning?.sensitivity;
  if (lengthBytes >= meaning.lengthMin && lengthBytes <= meaning.lengthMax) return undefined;
  return anySensitivityOf(tag);
}

/** How sensitive the tag is in any of its meanings; undefined when in none. */
export function anySensitivityOf(tag: Tag): Sensitivity | undefined {
  return tagDictionary()
    .get(tag)
    ?.find((info) => info.sensitivity !== undefined)?.sensitivity;
}

/**
 * Where a card number may hide in a value that is not sensitive by its tag: in what nobody can name, or what is not as
 * it is named, anywhere; in text as characters; in binary data of a party's own format where something marks it; in
 * numbers and what the books fix, nowhere.
 *
 * @param readable the value decodes as what it is named
 * @example searchIn(findTagInfo(0x9f10), 18, true) // 'delimited'
 */
export function searchIn(
  meaning: TagInfo | undefined,
  lengthBytes: number,
  readable: boolean,
): Judgement {
  const fits =
    meaning !== undefined && lengthBytes >= meaning.lengthMin && lengthBytes <= meaning.lengthMax;
  return fits && readable ? meaning.search : 'anywhere';
}

/**
 * How a value is cut or filled in a DOL (Book 3 section 5.4), by the dictionary's format.
 *
 * @example dolFormatOf(0x9f02) // 'n'
 */
export function dolFormatOf(tag: Tag): DolFormat {
  const format = findTagInfo(tag)?.format;
  return format === 'n' || format === 'cn' ? format : 'other';
}

/**
 * The data that a DOL asks for, cut and filled by each object's format.
 *
 * @example fillEmvDol([{ tag: 0x9f02, length: 2 }], new Map()) // Uint8Array.of(0, 0)
 */
export function fillEmvDol(
  entries: readonly DolEntry[],
  data: { get(tag: Tag): Uint8Array | undefined },
): Uint8Array {
  return fillDol(entries, { valueOf: (tag) => data.get(tag), formatOf: dolFormatOf });
}

/**
 * Meanings whose name (English or Chinese) or tag contains every word of the query, any case.
 *
 * @example searchTags('cryptogram information')[0].tag // 0x9f27
 */
export function searchTags(query: string): TagInfo[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found: TagInfo[] = [];
  for (const [tag, meanings] of tagDictionary()) {
    for (const info of meanings) {
      const text = `${tag.toString(16)} ${info.name} ${info.nameZh ?? ''}`.toLowerCase();
      if (words.length > 0 && words.every((word) => text.includes(word))) found.push(info);
    }
  }
  return found;
}
