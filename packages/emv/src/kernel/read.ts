// Reading application data by the application file locator (Book 3 section 10.2).
import { unpackPan } from '@chipswitch/cardholder-data';
import { parseTlv } from '@chipswitch/tlv';
import { decodeAfl } from '../decoders/afl.ts';
import { readRecordCommand, statusText } from './apdu.ts';
import { type Context, type Stop, faultStop, note } from './context.ts';
import { type Asking, exchange } from './exchange.ts';
import { notFromCard, tag } from './tags.ts';

// A locator may name 63 x 255 records; no card has this many.
const recordsMax = 128;

/**
 * Takes over what a card answered, except objects whose source is the terminal or issuer: a card
 * cannot replace the amount, the unpredictable number or the terminal verification results.
 */
export function storeCardObjects(
  data: Map<number, Uint8Array>,
  objects: ReadonlyMap<number, Uint8Array>,
): void {
  for (const [number, value] of objects) {
    if (!notFromCard.has(number)) data.set(number, value);
  }
}

/** Why a record cannot be stored. */
export type RecordErrorCode = 'format' | 'redundant';

/** Stores the objects of one record, by the same rule as `storeCardObjects`. */
export function storeRecord(
  data: Map<number, Uint8Array>,
  record: Uint8Array,
  seen: Set<number>,
): RecordErrorCode | undefined {
  const parsed = parseTlv(record);
  const [template] = parsed.nodes;
  if (!parsed.ok || parsed.nodes.length !== 1 || template.tag !== tag.recordTemplate) {
    return 'format';
  }
  for (const node of template.children ?? []) {
    if (notFromCard.has(node.tag)) continue;
    if (seen.has(node.tag)) return 'redundant';
    seen.add(node.tag);
    data.set(node.tag, node.value);
  }
  return undefined;
}

// Lengths of what the kernel computes with (Book 3 annex A): anything else is a format error.
const lengths: readonly (readonly [tagNumber: number, min: number, max: number])[] = [
  [tag.pan, 4, 10],
  [tag.expirationDate, 3, 3],
  [tag.effectiveDate, 3, 3],
  [tag.issuerCountry, 2, 2],
  [tag.panSequenceNumber, 1, 1],
  [tag.cdol1, 1, 252],
  [tag.cdol2, 1, 252],
  [tag.usageControl, 2, 2],
  [tag.cardVersion, 2, 2],
  [tag.iacDefault, 5, 5],
  [tag.iacDenial, 5, 5],
  [tag.iacOnline, 5, 5],
  [tag.lowerOfflineLimit, 1, 1],
  [tag.upperOfflineLimit, 1, 1],
  [tag.applicationCurrency, 2, 2],
  [tag.caKeyIndex, 1, 1],
  [tag.track2, 7, 19],
];

function isDate(value: Uint8Array | undefined): boolean {
  if (value === undefined) return true;
  const [, month, day] = value;
  const digits = value.every((byte) => byte >> 4 < 10 && (byte & 15) < 10);
  return digits && month >= 0x01 && month <= 0x12 && day >= 0x01 && day <= 0x31;
}

/** The first tag whose length or contents cannot be used; undefined when all can. */
function badFormat(data: ReadonlyMap<number, Uint8Array>): number | undefined {
  for (const [number, min, max] of lengths) {
    const value = data.get(number);
    if (value !== undefined && (value.length < min || value.length > max)) return number;
  }
  for (const number of [tag.expirationDate, tag.effectiveDate]) {
    if (!isDate(data.get(number))) return number;
  }
  const pan = data.get(tag.pan);
  // cn: digits, then only F.
  if (pan !== undefined && unpackPan(pan) === undefined) {
    return tag.pan;
  }
  return undefined;
}

/** Reads every record the locator names; contactless cards may have none to read. */
export function* readRecords(context: Context): Asking<Stop | undefined> {
  const terminated = (reason: Stop['reason'], text: string): Stop => {
    note(context, 'read', text);
    return { type: 'terminated', reason };
  };
  const afl = decodeAfl(context.data.get(tag.afl) ?? new Uint8Array(0));
  if (!afl.ok) return terminated('card-data-error', `file locator: ${afl.error.code}`);
  const { reads } = afl.data;
  if (reads.length > recordsMax) return terminated('card-data-error', 'file locator: too long');
  // What selection and GPO gave (AIP, locator, PDOL, a quick cryptogram) makes a record's own one
  // neither redundant nor right: a record replaces nothing.
  const before = new Map(context.data);
  const seen = new Set<number>();
  for (const { sfi, record, authenticated } of reads) {
    const answer = yield* exchange('read', readRecordCommand(sfi, record));
    if (!answer.ok) return faultStop(context, answer.error.code, true);
    if (answer.sw !== 0x9000) {
      return terminated('card-status-error', `record ${sfi}.${record}: ${statusText(answer.sw)}`);
    }
    if (authenticated) context.signedRecords.push({ sfi, record: answer.data });
    const error = storeRecord(context.data, answer.data, seen);
    // Files 11 to 30 belong to the payment system or issuer and may hold anything.
    if (error === 'format' && sfi > 10) continue;
    if (error === 'format') {
      return terminated('card-data-error', `record ${sfi}.${record} is no template 70`);
    }
    if (error === 'redundant') {
      return terminated('card-data-redundant', `record ${sfi}.${record}: object twice`);
    }
  }
  for (const [number, value] of before) context.data.set(number, value);
  note(
    context,
    'read',
    `${reads.length} records read, ${context.signedRecords.length} of them signed`,
  );
  return undefined;
}

/** Whether everything is there that no transaction can do without, in a usable form. */
export function checkApplicationData(
  context: Context,
  mandatory: readonly number[],
): Stop | undefined {
  const terminated = (reason: Stop['reason'], text: string): Stop => {
    note(context, 'read', text);
    return { type: 'terminated', reason };
  };
  const missing = mandatory.filter((number) => !context.data.has(number));
  if (missing.length > 0) {
    const names = missing.map((number) => number.toString(16).toUpperCase());
    return terminated('card-data-missing', `missing ${names.join(', ')}`);
  }
  const bad = badFormat(context.data);
  if (bad !== undefined) {
    return terminated('card-data-error', `format of ${bad.toString(16).toUpperCase()}`);
  }
  return undefined;
}

/** Objects without which no transaction is possible (Book 3 section 7.2). */
const contactMandatory = [tag.expirationDate, tag.pan, tag.cdol1, tag.cdol2] as const;

/** Reads every record the locator names and checks what was read. */
export function* readApplicationData(context: Context): Asking<Stop | undefined> {
  const stop = yield* readRecords(context);
  return stop ?? checkApplicationData(context, contactMandatory);
}
