// Processing restrictions: version, usage control, dates (Book 3 section 10.4).
import { equalBytes, toHex } from '@chipswitch/bytes';
import { dateNumber } from '../oda/dates.ts';
import type { TvrBit } from './bits.ts';
import { tag } from './tags.ts';
import type { ReadonlyTagMap } from './types.ts';

/** Whether a terminal is an ATM: types 14, 15, 16 that dispense cash (Book 4 annex A1). */
function isAtm(data: ReadonlyTagMap): boolean {
  const type = data.get(tag.terminalType)?.[0] ?? 0;
  const dispensesCash = ((data.get(tag.additionalCapabilities)?.[0] ?? 0) & 0x80) !== 0;
  return type >= 0x14 && type <= 0x16 && dispensesCash;
}

/** Whether a transaction type (9C) is cash: 01, and 17 where the attendant pays it out. */
export function isCash(transactionType: number): boolean {
  return transactionType === 0x01 || transactionType === 0x17;
}

/** Whether cash goes with a purchase: type 09, or an amount other than nothing in 9F03. */
export function hasCashback(data: ReadonlyTagMap): boolean {
  const type = data.get(tag.transactionType)?.[0] ?? 0;
  if (type === 0x09) return true;
  const other = data.get(tag.amountOther);
  return type === 0x00 && other !== undefined && !/^0*$/.test(toHex(other));
}

function serviceAllowed(data: ReadonlyTagMap, usage: Uint8Array): boolean {
  if ((usage[0] & (isAtm(data) ? 0x02 : 0x01)) === 0) return false;
  const issuerCountry = data.get(tag.issuerCountry);
  const country = data.get(tag.terminalCountry);
  // Without the issuer's country nothing is known of domestic and international use.
  if (issuerCountry === undefined || country === undefined) return true;
  const domestic = equalBytes(issuerCountry, country);
  const type = data.get(tag.transactionType)?.[0] ?? 0;
  const allows = (byte: number, home: number, abroad: number): boolean =>
    (usage[byte] & (domestic ? home : abroad)) !== 0;
  if (isCash(type)) return allows(0, 0x80, 0x40);
  if (type !== 0x00 && type !== 0x09) return true;
  // A terminal that sells both goods and services needs one of the two.
  if (type === 0x00 && !allows(0, 0x28, 0x14)) return false;
  return !hasCashback(data) || allows(1, 0x80, 0x40);
}

/**
 * The TVR bits that processing restrictions turn on, over 9F09, 9F35, 9F40, 9F1A, 9C, 9A, 9F03
 * of the terminal and 9F08, 9F07, 5F28, 5F24, 5F25 of the card.
 *
 * @example checkRestrictions(new Map([[0x9f08, card], [0x9f09, terminal]])) // ['versions-differ']
 */
export function checkRestrictions(data: ReadonlyTagMap): TvrBit[] {
  const bits: TvrBit[] = [];
  const cardVersion = data.get(tag.cardVersion);
  const version = data.get(tag.terminalVersion);
  // A card without a version is taken to have the terminal's.
  if (cardVersion !== undefined && !equalBytes(cardVersion, version ?? new Uint8Array(0))) {
    bits.push('versions-differ');
  }
  const date = data.get(tag.transactionDate);
  const expiration = data.get(tag.expirationDate);
  const effective = data.get(tag.effectiveDate);
  if (date !== undefined && expiration !== undefined && dateNumber(date) > dateNumber(expiration)) {
    bits.push('expired');
  }
  if (date !== undefined && effective !== undefined && dateNumber(date) < dateNumber(effective)) {
    bits.push('not-yet-effective');
  }
  const usage = data.get(tag.usageControl);
  if (usage?.length === 2 && !serviceAllowed(data, usage)) bits.push('service-not-allowed');
  return bits;
}
