// PIN blocks of ISO 9564-1:2017 formats 0 to 3 (clause 9.3) and the plain fields of format 4.
//
// PIN digits are bytes 0 to 9 in a typed array that its owner wipes, never text.

/** ISO 9564-1 formats 0 to 4. */
export type PinBlockFormat = 0 | 1 | 2 | 3 | 4;

/** Why a clear PIN block is none. Order is the order of checks. */
export type PinBlockErrorCode =
  | 'block-length'
  | 'pan'
  | 'control-field'
  | 'pin-length'
  | 'filler'
  | 'non-numeric';

/** Where a decoded PIN goes: `digits` has room for twelve. */
export interface ClearPin {
  readonly digits: Uint8Array;
  length: number;
}

/** An empty place for a PIN. */
export function newClearPin(): ClearPin {
  return { digits: new Uint8Array(12), length: 0 };
}

/**
 * A PIN out of digit characters, for tests and for what custodians type; keep such text short-
 * lived.
 *
 * @returns undefined unless there are 4 to 12 decimal digits
 * @example
 * clearPinFromText('123') // undefined
 */
export function clearPinFromText(text: string): ClearPin | undefined {
  if (!/^[0-9]{4,12}$/.test(text)) return undefined;
  const pin = newClearPin();
  pin.length = text.length;
  for (let i = 0; i < text.length; i++) pin.digits[i] = text.charCodeAt(i) & 15;
  return pin;
}

/** The digits of a PIN as text: the name says that it is in the clear. */
export function clearPinText(pin: ClearPin): string {
  let text = '';
  for (let i = 0; i < pin.length; i++) text += pin.digits[i];
  return text;
}

/** Overwrites a PIN. */
export function wipePin(pin: ClearPin): void {
  for (let i = 0; i < 12; i++) pin.digits[i] = 0;
  pin.length = 0;
}

/**
 * Whether a PAN fits a format: digits only; 13 to 19 for formats 0 and 3, whose account field is
 * the rightmost twelve before the check digit; 1 to 19 for format 4; formats 1 and 2 have none.
 *
 * @example
 * isPanFor(0, '555555555123') // false
 */
export function isPanFor(format: PinBlockFormat, pan: string): boolean {
  if (format === 1 || format === 2) return true;
  if (pan.length > 19 || pan.length < (format === 4 ? 1 : 13)) return false;
  for (let i = 0; i < pan.length; i++) {
    const code = pan.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/**
 * What stands for a PAN where only its account field is known: the twelve digits that HSM commands and
 * logs carry. Good for formats 0 and 3 alone, which look at nothing else of a PAN.
 *
 * @returns undefined unless there are twelve digits
 * @example
 * panOfAccount('987654321098') // '9876543210980'
 */
export function panOfAccount(digits: string): string | undefined {
  return /^[0-9]{12}$/.test(digits) ? `${digits}0` : undefined;
}

/** XORs the account field of formats 0 and 3 into bytes 2 to 7 of `block`. */
function addAccount(block: Uint8Array, pan: string): void {
  const start = pan.length - 13;
  for (let i = 0; i < 6; i++) {
    const high = pan.charCodeAt(start + 2 * i) & 15;
    const low = pan.charCodeAt(start + 2 * i + 1) & 15;
    block[2 + i] ^= (high << 4) | low;
  }
}

// Digits and filler of the fourteen nibbles behind control and length. The account field of formats
// 0
// and 3 starts at the third of them; `account` is where its digits start in the PAN, or -1. All
// nibbles are looked at whatever the first ones are.
function readField(
  format: PinBlockFormat,
  block: Uint8Array,
  pan: string,
  account: number,
  pin: ClearPin,
): PinBlockErrorCode | undefined {
  const [control] = block;
  if (control >>> 4 !== format) return 'control-field';
  const length = control & 15;
  if (length < 4 || length > 12) return 'pin-length';
  const fillLow = format === 4 || format === 3 ? 10 : 15;
  const fillHigh = format === 4 ? 10 : 15;
  let badDigits = 0;
  let badFill = 0;
  for (let i = 0; i < 14; i++) {
    const byte = block[1 + (i >> 1)];
    let value = i & 1 ? byte & 15 : byte >>> 4;
    if (i >= 2 && account >= 0) value ^= pan.charCodeAt(account + i - 2) & 15;
    if (i < length) {
      badDigits |= 9 - value;
      pin.digits[i] = value;
    } else badFill |= (value - fillLow) | (fillHigh - value);
  }
  pin.length = length;
  if (badFill < 0 && format !== 1) return 'filler';
  return badDigits < 0 ? 'non-numeric' : undefined;
}

/**
 * Reads a clear block of format 0 to 3, or the PIN field of format 4 (its first eight bytes; the
 * random half has no meaning).
 *
 * @param pan whole PAN with check digit; not looked at for formats 1, 2 and 4
 * @param pin receives the digits; wipe it when done, also after an error
 * @returns the first error, or undefined
 * @example
 * const pin = newClearPin();
 * decodePinBlock(0, fromHex('041261AAAAEDCBA9'), '5555555551234567', pin) // undefined
 * clearPinText(pin) // '1234'
 */
export function decodePinBlock(
  format: PinBlockFormat,
  block: Uint8Array,
  pan: string,
  pin: ClearPin,
): PinBlockErrorCode | undefined {
  if (block.length !== (format === 4 ? 16 : 8)) return 'block-length';
  if (format !== 0 && format !== 3) return readField(format, block, pan, -1, pin);
  if (!isPanFor(format, pan)) return 'pan';
  return readField(format, block, pan, pan.length - 13, pin);
}

const account = new Int32Array(2);

// The account field of format 0 as two words; whether the PAN has 13 to 19 digits and nothing else.
function loadAccount(pan: string): boolean {
  const { length } = pan;
  if (length < 13 || length > 19) return false;
  let high = 0;
  let low = 0;
  let bad = 0;
  for (let i = 0; i < length; i++) {
    const digit = pan.charCodeAt(i) - 48;
    bad |= digit | (9 - digit);
    if (i >= length - 13 && i < length - 1) {
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
  }
  account[0] = high & 0xffff;
  account[1] = low;
  return bad >= 0;
}

// Nibbles above nine have their highest bit and one of the next two.
const aboveNine = (word: number): number => word & ((word << 1) | (word << 2)) & 0x88888888;

/**
 * Checks a clear block of format 0 without taking the PIN out of it: what is needed to pass it on.
 *
 * @param block two words, left as they are
 * @returns how many digits the PIN has, or what `decodePinBlock` would say
 */
export function checkFormat0(block: Int32Array, pan: string): number | PinBlockErrorCode {
  if (!loadAccount(pan)) return 'pan';
  const high = block[0] ^ account[0];
  const low = block[1] ^ account[1];
  if (high >>> 28 !== 0) return 'control-field';
  const length = high >>> 24;
  if (length < 4 || length > 12) return 'pin-length';
  // Six digits have room in the high word behind control and length, the others in the low word.
  const digitsHigh = length >= 6 ? 0xffffff : ~(0xffffff >>> (4 * length)) & 0xffffff;
  const digitsLow = length <= 6 ? 0 : ~(-1 >>> (4 * (length - 6)));
  const unfilled = (~(high | digitsHigh) & 0xffffff) | ~(low | digitsLow);
  if (unfilled !== 0) return 'filler';
  return (aboveNine(high & digitsHigh) | aboveNine(low & digitsLow)) === 0 ? length : 'non-numeric';
}

/** Nibbles to fill a block with: one value a byte, as many as are needed, the rest unused. */
export type PinFill = (count: number) => Uint8Array;

/**
 * Writes a clear block of format 0 to 3 into `block` (8 bytes), or the PIN field of format 4 into
 * 16, its random half left as it is.
 *
 * @param fill for format 1 any nibbles, for format 3 nibbles A to F; called only for these
 * @returns `pin-length` or `pan`, or undefined when done
 * @example
 * const block = new Uint8Array(8);
 * const pin = clearPinFromText('1234');
 * encodePinBlock(2, pin, '', block, () => new Uint8Array(0)) // undefined
 * block // '241234FFFFFFFFFF'
 */
export function encodePinBlock(
  format: PinBlockFormat,
  pin: ClearPin,
  pan: string,
  block: Uint8Array,
  fill: PinFill,
): PinBlockErrorCode | undefined {
  if (pin.length < 4 || pin.length > 12) return 'pin-length';
  if (format !== 4 && !isPanFor(format, pan)) return 'pan';
  const filled = format === 1 || format === 3 ? fill(14 - pin.length) : undefined;
  const filler = format === 4 ? 10 : 15;
  block[0] = (format << 4) | pin.length;
  for (let i = 0; i < 14; i += 2) {
    const high = i < pin.length ? pin.digits[i] : (filled?.[i - pin.length] ?? filler);
    const low = i + 1 < pin.length ? pin.digits[i + 1] : (filled?.[i + 1 - pin.length] ?? filler);
    block[1 + (i >> 1)] = (high << 4) | low;
  }
  if (format === 0 || format === 3) addAccount(block, pan);
  filled?.fill(0);
  return undefined;
}

/**
 * The PAN field of format 4 (clause 9.4.2): length beyond twelve, digits, zeros.
 *
 * @example
 * iso4PanField('4111111111111111') // '44111111111111111000000000000000'
 */
export function iso4PanField(pan: string): Uint8Array {
  const field = new Uint8Array(16);
  const digits = pan.padStart(12, '0');
  field[0] = ((digits.length - 12) << 4) | (digits.charCodeAt(0) & 15);
  for (let i = 1; i < digits.length; i++) {
    field[(i + 1) >> 1] |= (digits.charCodeAt(i) & 15) << (i & 1 ? 4 : 0);
  }
  return field;
}
