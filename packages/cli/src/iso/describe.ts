// An ISO 8583 message as lines: every element with its offset, name, value and meaning; DE 55 opened.
import { given } from '@chipswitch/bytes';
import { issuerRangeOf } from '@chipswitch/cardholder-data';
import { describeTlv, describeTlvUnmasked, findTagInfo } from '@chipswitch/emv';
import { findTag, parseTag, parseTlv } from '@chipswitch/tlv';
import {
  decodeMessage,
  type DescribedElement,
  describeMessage,
  type Description,
  errorLine,
  type Message,
  type Spec,
} from 'iso8583-js';
import { emvContext, tlvData, tlvNodes } from '../emv/tlv-tree.ts';
import { drawTree, type TreeNode } from '../frame/tree.ts';
import type { Context } from '../frame/verb.ts';
import { cutColumns } from '../frame/width.ts';
import { numbersInMessage } from '../iso/account-numbers.ts';
import { amountText } from '../words/amount.ts';

const textKeys = ['de4', 'de5', 'de6', 'de49', 'de50', 'de51'] as const;
const currencyOf: Readonly<Record<string, (typeof textKeys)[number]>> = {
  '4': 'de49',
  '5': 'de50',
  '6': 'de51',
};

/** DE 55 read by the EMV dictionary; the account number tells the scheme where no tag does. */
function describeEmv(
  de55: Uint8Array,
  message: Partial<Message>,
  unsafe: boolean,
): ReturnType<typeof describeTlv> {
  const parsed = parseTlv(de55);
  const hasAid = [0x84, 0x4f, 0x9f06].some((tag) => findTag(parsed.nodes, tag) !== undefined);
  const numbers = numbersInMessage(message);
  const aid = hasAid ? undefined : issuerRangeOf(numbers[0] ?? '')?.rid;
  const options = { numbers, context: emvContext(aid) };
  return unsafe ? describeTlvUnmasked(de55, options) : describeTlv(de55, options);
}

/** What an element's value means beyond what the codec says: amounts with their currency. */
function meaningOf(element: DescribedElement, message: Partial<Message>): string {
  if (element.meaning !== undefined) return element.meaning;
  const currencyKey = currencyOf[element.path];
  if (currencyKey === undefined || element.value === undefined) return '';
  const currency = message[currencyKey];
  return amountText(element.value, typeof currency === 'string' ? currency : undefined);
}

function elementNode(
  element: DescribedElement,
  message: Partial<Message>,
  context: Context,
): TreeNode {
  const { paint, unsafe, width } = context;
  const number = /^\d+$/.test(element.path)
    ? element.path.padStart(3)
    : (element.path.split('.').at(-1) ?? '');
  const de55 = message.de55;
  // A raw DE 55 is read by the EMV dictionary, which knows more than the codec.
  const emv = element.path === '55' && de55 instanceof Uint8Array ? de55 : undefined;
  const described = emv === undefined ? undefined : describeEmv(emv, message, unsafe);
  const whole = described !== undefined && described.error === undefined;
  const children = whole
    ? tlvNodes(described, context)
    : (element.children ?? []).map((child) => elementNode(child, message, context));
  const value = cutColumns(element.value ?? '', Math.max(24, Math.floor(width / 3)));
  const shown =
    children.length > 0 ? paint('dim', `${element.length} bytes`) : paint('value', value);
  return {
    label: `${paint('dim', String(element.offset).padStart(4, '0'))} ${paint('name', number)}`,
    cells: [element.name, shown, meaningOf(element, message)],
    children,
  };
}

/** A description with the message it belongs to. */
export interface DescribedMessage {
  readonly description: Description;
  readonly message: Partial<Message>;
}

/** Name of an EMV tag, for the codec, which has no dictionary. */
function emvTagName(hex: string): string | undefined {
  const tag = parseTag(hex);
  return tag === undefined ? undefined : findTagInfo(tag)?.name;
}

/** Describes bytes by a spec. */
export function describeBytes(spec: Spec, bytes: Uint8Array, unsafe: boolean): DescribedMessage {
  const description = describeMessage(spec, bytes, { unmasked: unsafe, emvTagName });
  const decoded = decodeMessage(spec, bytes);
  return { description, message: decoded.ok ? decoded.message : decoded.partial };
}

/** The tree of a described message, and the place of its error. */
export function describedLines(
  { description, message }: DescribedMessage,
  context: Context,
): string[] {
  const nodes = description.elements.map((element) => elementNode(element, message, context));
  const lines = drawTree(nodes);
  const { error } = description;
  return error === undefined ? lines : [...lines, context.paint('bad', `! ${errorLine(error)}`)];
}

/** Lines of a message. */
export function messageLines(spec: Spec, bytes: Uint8Array, context: Context): string[] {
  return describedLines(describeBytes(spec, bytes, context.unsafe), context);
}

/** A described message as data. */
export function describedData(
  { description, message }: DescribedMessage,
  unsafe: boolean,
): Record<string, unknown> {
  const { mti, elements, error, length } = description;
  const de55 = message.de55;
  const emv = de55 instanceof Uint8Array ? describeEmv(de55, message, unsafe) : undefined;
  return {
    ...given({ mti }),
    length,
    elements,
    ...(emv === undefined ? {} : { de55: emv.objects.map((object) => tlvData(object)) }),
    ...given({ error }),
  };
}
