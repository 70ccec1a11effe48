// Cardholder verification: CVM list (8E) and results (9F34): Book 3 annex C3, Book 4 annex A4.
import type { CodeRow } from '../data/codes.ts';
import { cvmConditions, cvmMethods } from '../data/cvm.ts';
import type { NameLocale } from '../dictionary/names.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

const results: Readonly<Record<number, CodeRow>> = {
  0: ['unknown', 'unknown', '未知'],
  1: ['failed', 'failed', '失败'],
  2: ['successful', 'successful', '成功'],
};

/** A method by the six low bits of its code: name for programs, texts for people. */
function methodOf(code: number): CodeRow {
  const low = code & 0x3f;
  if (Object.hasOwn(cvmMethods, low)) return cvmMethods[low];
  if (low >= 0x20 && low <= 0x2f) {
    return ['scheme-specific', `Payment system's own CVM ${low}`, `支付系统自定义 CVM ${low}`];
  }
  if (low >= 0x30 && low <= 0x3e) {
    return ['issuer-specific', `Issuer's own CVM ${low}`, `发卡行自定义 CVM ${low}`];
  }
  return low === 0x3f
    ? ['not-available', 'Not available for use', '不可用']
    : ['rfu', `Reserved CVM ${low}`, `保留 CVM ${low}`];
}

/** A condition by its code: 0A-7F are reserved, 80-FF are the payment systems' own. */
function conditionOf(code: number): CodeRow {
  if (Object.hasOwn(cvmConditions, code)) return cvmConditions[code];
  return code < 0x80
    ? ['rfu', `reserved condition ${code}`, `保留条件 ${code}`]
    : ['scheme-specific', `payment system's own condition ${code}`, `支付系统自定义条件 ${code}`];
}

/** A rule in words. */
function ruleText(
  method: CodeRow,
  condition: CodeRow,
  continues: boolean,
  locale: NameLocale,
): string {
  if (locale === 'zh') {
    return `${method[2]}，${condition[2]}；不成功则${continues ? '执行下一条规则' : '失败'}`;
  }
  const then = continues ? 'then next rule' : 'then fail';
  return `${method[1]}, ${condition[1]}; if unsuccessful ${then}`;
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
export function decodeCvmList(
  list: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<CvmListValue> {
  if (list.length < 10 || list.length > 252 || list.length % 2 === 1) return refused('format');
  const view = new DataView(list.buffer, list.byteOffset, list.length);
  const x = view.getUint32(0);
  const y = view.getUint32(4);
  const rules: CvmRule[] = [];
  const text = [`X ${x}, Y ${y}`];
  for (let at = 8; at < list.length; at += 2) {
    const [code, conditionCode] = list.subarray(at, at + 2);
    const method = methodOf(code);
    const condition = conditionOf(conditionCode);
    const continueIfFailed = (code & 0x40) !== 0;
    text.push(ruleText(method, condition, continueIfFailed, locale));
    const names = { method: method[0], condition: condition[0] };
    rules.push({ ...names, continueIfFailed, code, conditionCode });
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
export function decodeCvmResults(
  value: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<CvmResultsValue> {
  if (value.length !== 3) return refused('length');
  const [code, conditionCode, resultCode] = value;
  const performed = (code & 0x3f) !== 0x3f;
  const method: CodeRow = performed
    ? methodOf(code)
    : ['not-performed', 'No CVM performed', '未进行持卡人验证'];
  const condition = conditionOf(conditionCode);
  const result: CodeRow = results[resultCode] ?? ['rfu', 'reserved', '保留'];
  const data = { method: method[0], condition: condition[0], result: result[0] };
  const text =
    locale === 'zh'
      ? [`${method[2]}，${condition[2]}`, `结果：${result[2]}`]
      : [`${method[1]}, ${condition[1]}`, `Result: ${result[1]}`];
  return decoded({ type: 'cvm-results', ...data }, ...text);
}
