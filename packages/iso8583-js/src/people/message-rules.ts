// Rules beyond form: elements that a message type needs, values that must hold (ISO 8583:1987 4.3, tables 3 and 5).
import { hasCheckDigit } from '@chipswitch/cardholder-data';
import { parseMti } from '../message/mti.ts';
import type { Message } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';

/** One thing that is formally right and still wrong. */
export interface Issue {
  /** '0' for the message type, else the element's number. */
  readonly path: string;
  readonly code:
    | 'bad-mti'
    | 'other-version'
    | 'missing'
    | 'bad-check-digit'
    | 'bad-date'
    | 'bad-time'
    | 'bad-value'
    | 'unexpected';
  /** A warning is what some networks do on purpose. */
  readonly severity: 'error' | 'warning';
  /** For a person; never content. */
  readonly problem: string;
}

/** How far the rules go. */
export interface RuleOptions {
  /** What is missing is an error, and what good messages carry is asked for too. */
  readonly strict?: boolean;
  /** Whether a currency of DE 49 to 51 exists (ISO 4217); default: three digits or three letters. */
  readonly isCurrency?: (code: string) => boolean;
}

/** Elements of which one must be there, and what they say. */
type Need = readonly [elements: readonly number[], what: string];

const account: Need = [[2, 34, 35, 36, 45, 55], 'an account number (2, 34, 35, 36, 45 or 55)'];
const processingCode: Need = [[3], 'DE 3, the processing code'];
const amount: Need = [[4], 'DE 4, the amount'];
const transmission: Need = [[7], 'DE 7, date and time of transmission'];
const stan: Need = [[11], 'DE 11, the STAN'];
const payment: readonly Need[] = [account, processingCode, amount, stan];
const goodPayment: readonly Need[] = [
  transmission,
  [[22], 'DE 22, the entry mode'],
  [[41], 'DE 41, the terminal'],
  [[49], 'DE 49, the currency'],
];

/** What requests and advices of a class carry in all uses, and what good ones carry besides. */
const needsOfRequest: Readonly<
  Record<string, readonly [all: readonly Need[], good: readonly Need[]]>
> = {
  authorization: [payment, goodPayment],
  financial: [payment, goodPayment],
  reversal: [[amount, stan, [[90, 37, 56], 'what it reverses (90, 37 or 56)']], [transmission]],
  reconciliation: [[stan], []],
  'network-management': [
    [stan, [[70, 24, 60, 3], 'what is asked (70, or 24, 60, 3)']],
    [transmission],
  ],
  'file-action': [[stan], []],
};
const needsOfResponse: readonly Need[] = [stan, [[39], 'DE 39, the response code']];

function missing(
  message: Partial<Message>,
  needs: readonly Need[],
  severity: Issue['severity'],
): Issue[] {
  return needs
    .filter(([numbers]) => numbers.every((number) => message[`de${number}`] === undefined))
    .map(([[first], what]) => ({
      path: String(first),
      code: 'missing',
      severity,
      problem: `missing: ${what}`,
    }));
}

const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isMonthDay(text: string): boolean {
  const month = Number(text.slice(0, 2));
  const day = Number(text.slice(2, 4));
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth[month - 1];
}

function isTime(text: string): boolean {
  return /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(text);
}

type ValueRule = readonly [
  elements: readonly number[],
  code: Issue['code'],
  severity: Issue['severity'],
  problem: string,
  holds: (value: string) => boolean,
];

const valueRules: readonly ValueRule[] = [
  [[2], 'bad-check-digit', 'warning', 'the check digit is wrong (Luhn)', hasCheckDigit],
  [[3], 'bad-value', 'error', 'no processing code', (v) => /^[0-9A-Z]{6}$/.test(v)],
  [[7], 'bad-date', 'error', 'no date MMDD in front', isMonthDay],
  [[7], 'bad-time', 'error', 'no time hhmmss at the end', (v) => isTime(v.slice(4))],
];

/** Dates and times as the version of 1987 writes them; later versions changed them. */
const valueRules1987: readonly ValueRule[] = [
  [[12], 'bad-time', 'error', 'no time hhmmss', isTime],
  [[13, 15, 16, 17], 'bad-date', 'error', 'no date MMDD', isMonthDay],
  [[14], 'bad-date', 'error', 'no expiry YYMM', (v) => /^\d\d(?:0[1-9]|1[0-2])$/.test(v)],
];

function badValues(message: Partial<Message>, rules: readonly ValueRule[]): Issue[] {
  return rules.flatMap(([numbers, code, severity, problem, holds]) =>
    numbers
      .filter((number) => {
        const value = message[`de${number}`];
        return typeof value === 'string' && !holds(value);
      })
      .map((number) => ({ path: String(number), code, severity, problem })),
  );
}

const looksLikeCurrency = (code: string): boolean => /^(?:\d{3}|[A-Z]{3})$/.test(code);

/**
 * What is formally right in a message and still wrong: message type, missing elements, PAN check
 * digit, dates and times, currencies, a PIN in an answer. A network's own rules are not known here.
 *
 * @example validateMessage(iso1987Ascii, { mti: '0800', de11: '000001' })[0].path // '70'
 */
export function validateMessage<M>(spec: Spec<M>, message: M, options: RuleOptions = {}): Issue[] {
  const plain = message as unknown as Partial<Message>;
  const { mti = '' } = plain;
  const type = parseMti(mti);
  if (type?.class === undefined || type.function === undefined || type.version === undefined) {
    const problem = 'a message type the standard does not know';
    return [{ path: '0', code: 'bad-mti', severity: 'error', problem }];
  }
  const issues: Issue[] = [];
  const { version } = spec.definition;
  const standard = type.version !== 'national' && type.version !== 'private';
  if (version !== undefined && standard && type.version !== version) {
    const problem = `a message type of the ${type.version} version`;
    issues.push({ path: '0', code: 'other-version', severity: 'warning', problem });
  }
  const answer = Number(mti[2]) % 2 === 1;
  const strict = options.strict === true;
  const [all, good] = answer ? [needsOfResponse, []] : (needsOfRequest[type.class] ?? [[], []]);
  issues.push(...missing(plain, all, strict ? 'error' : 'warning'));
  if (strict) issues.push(...missing(plain, good, 'error'));
  if (answer && plain.de52 !== undefined) {
    const problem = 'an answer carries no PIN';
    issues.push({ path: '52', code: 'unexpected', severity: 'error', problem });
  }
  const currency = options.isCurrency ?? looksLikeCurrency;
  return [
    ...issues,
    ...badValues(plain, valueRules),
    ...badValues(plain, type.version === '1987' ? valueRules1987 : []),
    ...badValues(plain, [
      [[49, 50, 51], 'bad-value', 'error', 'no currency of ISO 4217', currency],
    ]),
  ];
}

/**
 * An issue as a line for a person.
 * @example issueLine(validateMessage(iso1987Ascii, { mti: '0810', de11: '1' })[0]) // 'DE 39: missing: DE 39, the response code'
 */
export function issueLine({ path, problem }: Issue): string {
  return path === '0' ? problem : `DE ${path}: ${problem}`;
}
