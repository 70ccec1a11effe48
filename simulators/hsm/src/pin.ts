// PIN blocks by payShield format code, Visa PVV and IBM 3624 inside the simulated HSM (ISO 9564-1).
import { randomInt } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import { type ClearKey, xor } from './cipher.ts';

/** A clear PIN, or the error code that says why the block has none. */
export type OpenedPin =
  | { readonly ok: true; readonly pin: string }
  | { readonly ok: false; readonly error: { readonly code: string } };

const knownFormats = ['01', '03', '04', '05', '35', '47', '48'];
const bad = (code: string): OpenedPin => ({ ok: false, error: { code } });

// Formats 0 and 3 take the rightmost twelve digits without the check digit; Plus takes the leftmost
// twelve of the PAN, of which the host link carries the same field.
function accountBlock(account: string): Uint8Array {
  return fromHex(account.padStart(16, '0'));
}

function randomDigits(count: number, from: number): string {
  let digits = '';
  for (let i = 0; i < count; i++) digits += randomInt(from, 16).toString(16).toUpperCase();
  return digits;
}

function pinOfField(field: string, control: string, filler: RegExp): OpenedPin {
  if (field[0] !== control) return bad('20');
  const length = Number.parseInt(field[1], 16);
  if (length < 4 || length > 12) return bad('24');
  const pin = field.slice(2, 2 + length);
  if (!/^\d+$/.test(pin) || !filler.test(field.slice(2 + length))) return bad('20');
  return { ok: true, pin };
}

/** ISO format 4: two enciphered fields, the second with the account (ISO 9564-1 9.5). */
function panField(account: string): Uint8Array {
  // The host link carries twelve digits: a PAN of twelve, so the length digit is 0.
  return fromHex(`0${account}`.padEnd(32, '0'));
}

/** The PIN in an enciphered block. */
export function openPinBlock(
  block: string,
  format: string,
  account: string,
  key: ClearKey,
): OpenedPin {
  if (!knownFormats.includes(format)) return bad('23');
  if (!/^\d{12}$/.test(account)) return bad('22');
  if ((format === '48') !== key.aes || block.length !== (key.aes ? 32 : 16)) return bad('23');
  if (format === '48') {
    const second = xor(key.decrypt(fromHex(block)), panField(account));
    return pinOfField(toHex(key.decrypt(second)).slice(0, 16), '4', /^A*$/);
  }
  const clear = key.decrypt(fromHex(block));
  switch (format) {
    case '01':
    case '04':
      return pinOfField(toHex(xor(clear, accountBlock(account))), '0', /^F*$/);
    case '03': {
      const pin = /^(\d+)F*$/.exec(toHex(clear))?.[1];
      if (pin === undefined) return bad('20');
      return pin.length < 4 || pin.length > 12 ? bad('24') : { ok: true, pin };
    }
    case '05':
      return pinOfField(toHex(clear), '1', /^/);
    case '35':
      return pinOfField(toHex(clear), '2', /^F*$/);
    default:
      return pinOfField(toHex(xor(clear, accountBlock(account))), '3', /^[A-F]*$/);
  }
}

/** An enciphered block of a PIN; undefined when the format does not suit the key. */
export function sealPinBlock(
  pin: string,
  format: string,
  account: string,
  key: ClearKey,
): string | undefined {
  if (!knownFormats.includes(format) || (format === '48') !== key.aes) return undefined;
  const length = pin.length.toString(16).toUpperCase();
  const field = (control: string, filler: string): Uint8Array =>
    fromHex((control + length + pin + filler).slice(0, 16));
  switch (format) {
    case '01':
    case '04':
      return toHex(key.encrypt(xor(field('0', 'F'.repeat(14)), accountBlock(account))));
    case '03':
      return toHex(key.encrypt(fromHex(pin.padEnd(16, 'F'))));
    case '05':
      return toHex(key.encrypt(field('1', randomDigits(14, 0))));
    case '35':
      return toHex(key.encrypt(field('2', 'F'.repeat(14))));
    case '47':
      return toHex(key.encrypt(xor(field('3', randomDigits(14, 10)), accountBlock(account))));
    default: {
      const first = fromHex(`4${length}${pin}`.padEnd(16, 'A') + randomDigits(16, 0));
      return toHex(key.encrypt(xor(key.encrypt(first), panField(account))));
    }
  }
}

function decimalise(digits: string, table: string): string {
  let result = '';
  for (const digit of digits) result += table[Number.parseInt(digit, 16)];
  return result;
}

/** Visa PVV: account's last eleven digits, PVKI and PIN, scanned for decimals in two passes. */
export function visaPvv(pin: string, account: string, pvki: string, pvk: ClearKey): string {
  const tsp = account.slice(-11) + pvki + pin.slice(0, 4);
  const enciphered = toHex(pvk.encrypt(fromHex(tsp)));
  const decimals = enciphered.replaceAll(/[A-F]/g, '');
  const letters = enciphered.replaceAll(/[0-9]/g, '');
  return (decimals + decimalise(letters, '0123456789012345')).slice(0, 4);
}

/** Why a decimalisation table is refused: not 16 digits, or too few different ones (error 25). */
export function decimalisationIsRefused(table: string): boolean {
  return !/^\d{16}$/.test(table) || new Set(table).size < 8;
}

/** The natural PIN of IBM 3624, from validation data in which N stands for the account's last five. */
export function ibmNaturalPin(
  pvk: ClearKey,
  data: { readonly account: string; readonly validation: string; readonly table: string },
): string {
  const filled = data.validation.replace('N', data.account.slice(-5)).slice(0, 16);
  return decimalise(toHex(pvk.encrypt(fromHex(filled.padEnd(16, 'F')))), data.table);
}

/** Digit by digit modulo ten: PIN less natural PIN is the offset. */
export function subtractDigits(a: string, b: string): string {
  return Array.from(a, (digit, i) => (Number(digit) - Number(b[i]) + 10) % 10).join('');
}

/** Digit by digit modulo ten: natural PIN and offset make the PIN. */
export function addDigits(a: string, b: string): string {
  return Array.from(a, (digit, i) => (Number(digit) + Number(b[i])) % 10).join('');
}

/** CVV of PAN, expiry and service code under a double-length CVK. */
export function cardVerificationValue(cvk: ClearKey, pan: string, rest: string): string {
  const data = fromHex((pan + rest).padEnd(32, '0'));
  const first = cvk.left.encrypt(data.subarray(0, 8));
  const enciphered = toHex(cvk.encrypt(xor(first, data.subarray(8))));
  const decimals = enciphered.replaceAll(/[A-F]/g, '');
  const letters = enciphered.replaceAll(/[0-9]/g, '');
  return (decimals + decimalise(letters, '0123456789012345')).slice(0, 3);
}
