// The CVM list: rules, conditions and what the terminal can do (Book 3 section 10.5, annex C3).
import { equalBytes } from '@chipswitch/bytes';
import type { CvmListValue, CvmRule } from '../decoders/cvm.ts';
import { hasCashback, isCash } from './restrictions.ts';
import { tag } from './tags.ts';
import type { ReadonlyTagMap } from './types.ts';

/** What the methods of a CVM list come down to. */
export type CvmMethod =
  | 'fail'
  | 'plaintext-pin'
  | 'online-pin'
  | 'plaintext-pin-and-signature'
  | 'enciphered-pin'
  | 'enciphered-pin-and-signature'
  | 'signature'
  | 'no-cvm';

const methods: ReadonlyMap<number, CvmMethod> = new Map([
  [0x00, 'fail'],
  [0x01, 'plaintext-pin'],
  [0x02, 'online-pin'],
  [0x03, 'plaintext-pin-and-signature'],
  [0x04, 'enciphered-pin'],
  [0x05, 'enciphered-pin-and-signature'],
  [0x1e, 'signature'],
  [0x1f, 'no-cvm'],
]);

/** The method of a rule; undefined for one this kernel does not know (biometrics, reserved). */
export function methodOf(rule: CvmRule): CvmMethod | undefined {
  // Bit 8 is reserved: a code with it on is nobody's.
  return (rule.code & 0x80) === 0 ? methods.get(rule.code & 0x3f) : undefined;
}

/** What the terminal can do, out of 9F33 byte 2 and its own switch for plaintext PIN. */
export function supportsMethod(
  method: CvmMethod,
  capabilities: Uint8Array,
  plaintextPin: boolean,
): boolean {
  const can = capabilities[1];
  switch (method) {
    case 'fail':
      return true;
    case 'plaintext-pin':
      return plaintextPin && (can & 0x80) !== 0;
    case 'online-pin':
      return (can & 0x40) !== 0;
    case 'plaintext-pin-and-signature':
      return plaintextPin && (can & 0xa0) === 0xa0;
    case 'enciphered-pin':
      return (can & 0x10) !== 0;
    case 'enciphered-pin-and-signature':
      return (can & 0x30) === 0x30;
    case 'signature':
      return (can & 0x20) !== 0;
    case 'no-cvm':
      return (can & 0x08) !== 0;
  }
}

/** Whether the method needs a PIN pad. */
export function needsPin(method: CvmMethod): boolean {
  return method.includes('pin');
}

function isUnattended(data: ReadonlyTagMap): boolean {
  const kind = (data.get(tag.terminalType)?.[0] ?? 0) & 0x0f;
  return kind >= 4 && kind <= 6;
}

/** Whether the amount is in the currency of the application (9F42 is 5F2A). */
function inApplicationCurrency(data: ReadonlyTagMap): boolean {
  const application = data.get(tag.applicationCurrency);
  const transaction = data.get(tag.transactionCurrency);
  if (application === undefined || transaction === undefined) return false;
  return equalBytes(application, transaction);
}

/**
 * Whether a rule's condition holds (Book 3 table 43). Reserved and unknown conditions do not.
 *
 * @param amountMinor the amount authorised
 */
export function conditionHolds(
  rule: CvmRule,
  list: CvmListValue,
  data: ReadonlyTagMap,
  amountMinor: bigint,
  supported: boolean,
): boolean {
  const type = data.get(tag.transactionType)?.[0] ?? 0;
  const cash = isCash(type);
  const unattended = isUnattended(data);
  switch (rule.conditionCode) {
    case 0x00:
      return true;
    case 0x01:
      return cash && unattended;
    case 0x02:
      return !cash && !hasCashback(data);
    case 0x03:
      return supported;
    case 0x04:
      return cash && !unattended;
    case 0x05:
      return hasCashback(data);
    case 0x06:
      return inApplicationCurrency(data) && amountMinor < BigInt(list.x);
    case 0x07:
      return inApplicationCurrency(data) && amountMinor > BigInt(list.x);
    case 0x08:
      return inApplicationCurrency(data) && amountMinor < BigInt(list.y);
    case 0x09:
      return inApplicationCurrency(data) && amountMinor > BigInt(list.y);
    default:
      return false;
  }
}
