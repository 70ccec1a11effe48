// Cardholder verification: CVM list (8E) and results (9F34): Book 3 annex C3, Book 4 annex A4.
import { toHex } from '@chipswitch/bytes';
import { type DecodeResult, decoded, refused } from './result.ts';

const methods: Readonly<Record<number, readonly [name: string, text: string]>> = {
  0x00: ['fail', 'Fail CVM processing'],
  0x01: ['plaintext-pin-icc', 'Plaintext PIN verified by ICC'],
  0x02: ['enciphered-pin-online', 'Enciphered PIN verified online'],
  0x03: ['plaintext-pin-icc-and-signature', 'Plaintext PIN verified by ICC and signature'],
  0x04: ['enciphered-pin-icc', 'Enciphered PIN verified by ICC'],
  0x05: ['enciphered-pin-icc-and-signature', 'Enciphered PIN verified by ICC and signature'],
  0x06: ['facial-biometric-icc', 'Facial biometric verified offline by ICC'],
  0x07: ['facial-biometric-online', 'Facial biometric verified online'],
  0x08: ['finger-biometric-icc', 'Finger biometric verified offline by ICC'],
  0x09: ['finger-biometric-online', 'Finger biometric verified online'],
  0x0a: ['palm-biometric-icc', 'Palm biometric verified offline by ICC'],
  0x0b: ['palm-biometric-online', 'Palm biometric verified online'],
  0x0c: ['iris-biometric-icc', 'Iris biometric verified offline by ICC'],
  0x0d: ['iris-biometric-online', 'Iris biometric verified online'],
  0x0e: ['voice-biometric-icc', 'Voice biometric verified offline by ICC'],
  0x0f: ['voice-biometric-online', 'Voice biometric verified online'],
  0x1e: ['signature', 'Signature'],
  0x1f: ['no-cvm', 'No CVM required'],
};

const conditions: Readonly<Record<number, readonly [name: string, text: string]>> = {
  0x00: ['always', 'always'],
  0x01: ['unattended-cash', 'if unattended cash'],
  0x02: ['not-cash-or-cashback', 'if not unattended cash, manual cash or cashback'],
  0x03: ['if-supported', 'if terminal supports the CVM'],
  0x04: ['manual-cash', 'if manual cash'],
  0x05: ['cashback', 'if purchase with cashback'],
  0x06: ['under-x', 'if in application currency and under X'],
  0x07: ['over-x', 'if in application currency and over X'],
  0x08: ['under-y', 'if in application currency and under Y'],
  0x09: ['over-y', 'if in application currency and over Y'],
};

const results: Readonly<Record<number, string>> = { 0: 'unknown', 1: 'failed', 2: 'successful' };

/** A method by the six low bits of its code: name for programs, text for people. */
function methodOf(code: number): readonly [name: string, text: string] {
  const low = code & 0x3f;
  if (Object.hasOwn(methods, low)) return methods[low];
  if (low >= 0x20 && low <= 0x2f) return ['scheme-specific', `Payment system's own CVM ${low}`];
  if (low >= 0x30 && low <= 0x3e) return ['issuer-specific', `Issuer's own CVM ${low}`];
  return low === 0x3f ? ['not-available', 'Not available for use'] : ['rfu', `Reserved CVM ${low}`];
}

/** A condition by its code: 0A-7F are reserved, 80-FF are the payment systems' own. */
function conditionOf(code: number): readonly [name: string, text: string] {
  if (Object.hasOwn(conditions, code)) return conditions[code];
  return code < 0x80
    ? ['rfu', `reserved condition ${code}`]
    : ['scheme-specific', `payment system's own condition ${code}`];
}

/** One rule of a list. */
export interface CvmRule {
  readonly method: string;
  readonly condition: string;
  /** Whether the next rule is tried when this method was not successful (bit 7). */
  readonly continueIfFailed: boolean;
  /** The two bytes of the rule as they stand. */
  readonly code: number;
  readonly conditionCode: number;
}

/** A CVM list. */
export interface CvmListValue {
  readonly type: 'cvm-list';
  /** Amounts X and Y in minor units of the application currency. */
  readonly x: number;
  readonly y: number;
  readonly rules: readonly CvmRule[];
}

/**
 * Reads a CVM list: two amounts of four bytes and at least one rule of two (10 to 252 bytes, even).
 *
 * @example decodeCvmList(fromHex('000186A0000003E81E03'))
 */
export function decodeCvmList(list: Uint8Array): DecodeResult<CvmListValue> {
  if (list.length < 10 || list.length > 252 || list.length % 2 === 1) return refused('format');
  const view = new DataView(list.buffer, list.byteOffset, list.length);
  const x = view.getUint32(0);
  const y = view.getUint32(4);
  const rules: CvmRule[] = [];
  const text = [`X ${x}, Y ${y}`];
  for (let at = 8; at < list.length; at += 2) {
    const [code, conditionCode] = list.subarray(at, at + 2);
    const [method, methodText] = methodOf(code);
    const [condition, conditionText] = conditionOf(conditionCode);
    const continueIfFailed = (code & 0x40) !== 0;
    rules.push({ method, condition, continueIfFailed, code, conditionCode });
    const then = continueIfFailed ? 'then next rule' : 'then fail';
    text.push(`${methodText}, ${conditionText}; if unsuccessful ${then}`);
  }
  return decoded({ type: 'cvm-list', x, y, rules }, ...text);
}

/** CVM results. */
export interface CvmResultsValue {
  readonly type: 'cvm-results';
  readonly method: string;
  readonly condition: string;
  readonly result: string;
}

/**
 * Reads CVM results; method 3F says that none was performed.
 *
 * @example decodeCvmResults(fromHex('1F0002')).ok // true
 */
export function decodeCvmResults(value: Uint8Array): DecodeResult<CvmResultsValue> {
  if (value.length !== 3) return refused('length');
  const [code, conditionCode, resultCode] = value;
  const performed = (code & 0x3f) !== 0x3f;
  const [method, methodText] = performed ? methodOf(code) : ['not-performed', 'No CVM performed'];
  const [condition, conditionText] = conditionOf(conditionCode);
  const result = results[resultCode] ?? 'rfu';
  return decoded(
    { type: 'cvm-results', method, condition, result },
    `${methodText}, ${conditionText}`,
    `Result: ${result} (${toHex(value, 2)})`,
  );
}
