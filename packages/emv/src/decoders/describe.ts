// TLV with everything said about it: offsets, names, meaning; sensitive values masked unless asked
// by name.
import { toHex } from '@chipswitch/bytes';
import {
  type NumberCover,
  coverStated,
  maskBytes,
  sensitiveTags,
  statedNumber,
  tagSensitivity,
} from '@chipswitch/cardholder-data';
import {
  type Tag,
  type TlvError,
  type TlvNode,
  type TlvOptions,
  deepTlvMap,
  parseTag,
  parseTlv,
  tagHex,
} from '@chipswitch/tlv';
import type { Scheme } from '../dictionary/application.ts';
import {
  type Sensitivity,
  type TagInfo,
  type TagScope,
  findTagInfo,
  searchIn,
  sensitivityOf,
} from '../dictionary/tag-info.ts';
import {
  type DecodeContext,
  type DecodedData,
  decodeValueAs,
  schemeOfContext,
} from './decode-value.ts';
import type { DecodeError } from './result.ts';

/** One object, described. */
export interface DescribedObject {
  /** Tag as hex. */
  readonly tag: string;
  readonly name: string;
  readonly nameZh?: string;
  /** Offset of the tag in the input, of its value, and the value's length in bytes. */
  readonly offset: number;
  readonly valueOffset: number;
  readonly lengthBytes: number;
  /** The value as hex; masked for sensitive objects. Absent for templates that were opened. */
  readonly value?: string;
  readonly masked: boolean;
  readonly info?: TagInfo;
  /** What the value says, for programs; absent for templates and for masked values. */
  readonly data?: DecodedData;
  /** What the value says, for people; always safe to show. */
  readonly text: readonly string[];
  /** Why the value could not be read. */
  readonly error?: DecodeError;
  /** Notes on form: length outside the dictionary's range, unexpected template. */
  readonly remarks: readonly string[];
  readonly children?: readonly DescribedObject[];
}

/** A described input: whole, or up to where it is malformed. */
export interface Description {
  readonly objects: readonly DescribedObject[];
  readonly error?: TlvError;
}

/** Options of `describeTlv`. */
export interface DescribeOptions extends TlvOptions {
  readonly context?: DecodeContext;
  /** Where tags have a meaning of their own: `cpm` in consumer-presented QR codes. */
  readonly scope?: TagScope;
  /** Card numbers that are known from elsewhere, as from the message that carries the TLV: hidden in it, too. */
  readonly numbers?: readonly string[];
}

const noLines: readonly string[] = [];

interface Describing {
  readonly context: DecodeContext;
  readonly under: Scheme | TagScope | undefined;
  readonly unmasked: boolean;
  /** Hides the numbers that the input states wherever they stand in it; undefined when it states none. */
  readonly stated: NumberCover | undefined;
}

/** Tags that state a card number, in some meaning. */
const statingTags = new Set(
  sensitiveTags
    .filter((tag) => ['pan', 'track1', 'track2'].includes(tagSensitivity(tag) ?? ''))
    .map((tag) => parseTag(tag)),
);

/** Adds the card numbers that objects state. */
function addNumbers(nodes: readonly TlvNode[], under: Describing['under'], found: string[]): void {
  for (const node of nodes) {
    const { tag, length, children } = node;
    if (children !== undefined) addNumbers(children, under, found);
    else if (statingTags.has(tag)) {
      const sensitivity = sensitivityOf(tag, length, findTagInfo(tag, under));
      const stated = statedNumber(sensitivity, node.value);
      if (stated !== undefined) found.push(stated);
    }
  }
}

function remarksOf(info: TagInfo, node: TlvNode, parent: Tag | undefined): readonly string[] {
  const remarks: string[] = [];
  const { lengthMin, lengthMax } = info;
  if (node.length < lengthMin || node.length > lengthMax) {
    const range = lengthMin === lengthMax ? `${lengthMin}` : `${lengthMin} to ${lengthMax}`;
    remarks.push(`length ${node.length}, expected ${range}`);
  }
  // Templates of a message or of a private structure may hold anything; EMV's own may not.
  const inTemplate = parent !== undefined && findTagInfo(parent)?.scope === 'emv';
  const placed = info.scope === 'emv' && info.templates.length > 0;
  if (inTemplate && placed && !info.templates.includes(parent)) {
    remarks.push(`not expected in template ${tagHex(parent)}`);
  }
  return remarks;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

// Filled field by field: spreading one object into the next costs more than decoding the value.
function describeNode(
  node: TlvNode,
  run: Describing,
  parent: Tag | undefined,
  inherited: Sensitivity | undefined,
): DescribedObject {
  const info = findTagInfo(node.tag, run.under);
  const described: Mutable<DescribedObject> = {
    tag: tagHex(node.tag),
    name: info?.name ?? 'Unknown',
    offset: node.offset,
    valueOffset: node.valueOffset,
    lengthBytes: node.length,
    masked: false,
    text: noLines,
    remarks: info === undefined ? noLines : remarksOf(info, node, parent),
  };
  if (info !== undefined) described.info = info;
  if (info?.nameZh !== undefined) described.nameZh = info.nameZh;
  // What stands in a sensitive template is sensitive itself.
  const sensitivity = sensitivityOf(node.tag, node.length, info) ?? inherited;
  if (node.children !== undefined) {
    described.children = node.children.map((child) =>
      describeNode(child, run, node.tag, sensitivity),
    );
  } else describeValue(described, node.value, run, sensitivity);
  return described;
}

function describeValue(
  described: Mutable<DescribedObject>,
  value: Uint8Array,
  run: Describing,
  sensitivity: Sensitivity | undefined,
): void {
  const { info } = described;
  const result = decodeValueAs(info, value, run.context);
  const clear = toHex(value);
  const judgement = sensitivity ?? searchIn(info, value.length, result.ok);
  const masked = run.unmasked || judgement === 'nowhere' ? clear : maskBytes(judgement, value);
  // What is sensitive by its tag shows nothing but a number's first and last digits.
  const stated = sensitivity === undefined && !run.unmasked ? run.stated : undefined;
  described.value = stated === undefined ? masked : stated.hex(clear, '*', masked);
  described.masked = !run.unmasked && (sensitivity !== undefined || described.value !== clear);
  if (!result.ok) {
    described.error = result.error;
    return;
  }
  if (!described.masked) described.data = result.data;
  // Text is safe where the tag itself is marked; a mark from outside says that nothing is.
  if (!described.masked || info?.sensitivity !== undefined) described.text = result.text;
}

/** AID of the input itself: 84, 4F or 9F06, whichever stands in it. */
function aidIn(objects: { get(tag: Tag): Uint8Array | undefined }): string | undefined {
  const aid = objects.get(0x84) ?? objects.get(0x4f) ?? objects.get(0x9f06);
  return aid === undefined ? undefined : toHex(aid);
}

function describe(bytes: Uint8Array, options: DescribeOptions, unmasked: boolean): Description {
  const parsed = parseTlv(bytes, options);
  const here = deepTlvMap(parsed.nodes);
  const outside = options.context?.objects;
  const objects = { get: (tag: Tag) => here.get(tag) ?? outside?.get(tag) };
  const aid = options.context?.aid ?? aidIn(objects);
  const context = { ...options.context, objects, ...(aid === undefined ? {} : { aid }) };
  const under = options.scope ?? schemeOfContext(context);
  const numbers = unmasked ? [] : [...(options.numbers ?? [])];
  if (!unmasked) addNumbers(parsed.nodes, under, numbers);
  const stated = numbers.length === 0 ? undefined : coverStated(numbers);
  const run = { context, under, unmasked, stated };
  const described = parsed.nodes.map((node) => describeNode(node, run, undefined, undefined));
  return parsed.ok ? { objects: described } : { objects: described, error: parsed.error };
}

/**
 * Reads TLV and says of each object where it stands, what it is called and what its value means.
 * Sensitive values (PAN, tracks, names, PIN data …) are masked: safe for logs, consoles and
 * tickets. The AID and currency that decoders need are taken from the input where the context has
 * none.
 *
 * @example describeTlv(fromHex('9A03221215')).objects[0].text // ['2022-12-15']
 */
export function describeTlv(bytes: Uint8Array, options: DescribeOptions = {}): Description {
  return describe(bytes, options, false);
}

/**
 * The same with nothing masked. Never for logs.
 *
 * @example describeTlvUnmasked(fromHex('5A024761')).objects[0].value // '4761'
 */
export function describeTlvUnmasked(bytes: Uint8Array, options: DescribeOptions = {}): Description {
  return describe(bytes, options, true);
}

/**
 * A description as lines of text, two blanks per level; `locale` picks the names.
 *
 * @example formatDescription(describeTlv(fromHex('9A03221215'))).join('\n')
 */
export function formatDescription(description: Description, locale: 'en' | 'zh' = 'en'): string[] {
  const lines: string[] = [];
  const add = (object: DescribedObject, depth: number): void => {
    const indent = '  '.repeat(depth);
    const name = locale === 'zh' ? (object.nameZh ?? object.name) : object.name;
    const value = object.value === undefined ? '' : ` ${object.value}`;
    lines.push(`${indent}${object.tag} ${name} [${object.lengthBytes}]${value}`);
    for (const line of object.text) lines.push(`${indent}  - ${line}`);
    for (const remark of object.remarks) lines.push(`${indent}  ! ${remark}`);
    if (object.error !== undefined) {
      const at = object.error.offset === undefined ? '' : ` at byte ${object.error.offset}`;
      lines.push(`${indent}  ! value not readable: ${object.error.code}${at}`);
    }
    for (const child of object.children ?? []) add(child, depth + 1);
  };
  for (const object of description.objects) add(object, 0);
  const { error } = description;
  if (error !== undefined) {
    const path = [...error.path.map(tagHex), `byte ${error.offset}`].join(' > ');
    lines.push(`! ${error.code}: ${path}`);
  }
  return lines;
}
