// Checks that go beyond form: PAN check digit, dates, and the elements a message type must have.
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
    | 'unexpected';
  /** For a person; never content. */
  readonly problem: string;
}

/**
 * Whether a PAN's last digit is right (ISO/IEC 7812-1 annex B, Luhn).
 *
 * @example hasCheckDigit('4111111111111111') // true
 */
export function hasCheckDigit(pan: string): boolean {
  if (!/^\d+$/.test(pan)) return false;
  let sum = 0;
  for (let i = 0; i < pan.length; i++) {
    const digit = pan.charCodeAt(pan.length - 1 - i) - 48;
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isMonthDay(text: string): boolean {
  const month = Number(text.slice(0, 2));
  const day = Number(text.slice(2, 4));
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth[month - 1];
}

function isTime(text: string): boolean {
  const [hour, minute, second] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6)].map(Number);
  return hour < 24 && minute < 60 && second < 60;
}

/** Elements that requests and advices of a class carry (ISO 8583:1987 annex B, the ones in all uses). */
const requiredByClass: Readonly<Record<string, readonly number[]>> = {
  '1': [3, 4, 11],
  '2': [3, 4, 11],
  '4': [3, 4, 11, 90],
  '5': [11],
  '8': [11, 70],
};
/** Elements that answers carry. */
const requiredByAnswer: Readonly<Record<string, readonly number[]>> = {
  '1': [3, 11, 39],
  '2': [3, 11, 39],
  '4': [11, 39],
  '5': [11, 39],
  '8': [11, 39],
};

function textOf(message: Message, number: number): string | undefined {
  const value = message[`de${number}`];
  return typeof value === 'string' ? value : undefined;
}

function dateIssues(message: Message, issues: Issue[]): void {
  const first = message.mti.startsWith('0');
  const de7 = textOf(message, 7);
  if (de7 !== undefined && de7.length === 10) {
    if (!isMonthDay(de7)) issues.push({ path: '7', code: 'bad-date', problem: 'no month and day' });
    if (!isTime(de7.slice(4)))
      issues.push({ path: '7', code: 'bad-time', problem: 'no time of day' });
  }
  if (!first) return;
  const de12 = textOf(message, 12);
  if (de12 !== undefined && de12.length === 6 && !isTime(de12)) {
    issues.push({ path: '12', code: 'bad-time', problem: 'no time of day' });
  }
  for (const number of [13, 15, 16, 17]) {
    const date = textOf(message, number);
    if (date !== undefined && date.length === 4 && !isMonthDay(date)) {
      issues.push({ path: String(number), code: 'bad-date', problem: 'no month and day' });
    }
  }
  const de14 = textOf(message, 14);
  const month = Number(de14?.slice(2, 4));
  if (de14 !== undefined && de14.length === 4 && (month < 1 || month > 12)) {
    issues.push({ path: '14', code: 'bad-date', problem: 'no year and month' });
  }
}

/**
 * What is formally right in a message and still wrong: message type, PAN check digit, dates and
 * times, missing elements, a PIN in an answer. The rules of versions 1993 and 2003 are those of form only.
 *
 * @example validateMessage(iso1987Ascii, { mti: '0800', de11: '000001' })[0].path // '70'
 */
export function validateMessage<M>(spec: Spec<M>, message: M): Issue[] {
  const plain = message as unknown as Message;
  const issues: Issue[] = [];
  const type = parseMti(plain.mti);
  if (type?.class === undefined || type.function === undefined || type.version === undefined) {
    issues.push({
      path: '0',
      code: 'bad-mti',
      problem: 'a message type the standard does not know',
    });
    return issues;
  }
  const { version } = spec.definition;
  const standard = type.version !== 'national' && type.version !== 'private';
  if (version !== undefined && standard && type.version !== version) {
    issues.push({ path: '0', code: 'other-version', problem: `a message type of ${type.version}` });
  }
  const answer = Number(plain.mti[2]) % 2 === 1;
  if (type.version === '1987') {
    const required = (answer ? requiredByAnswer : requiredByClass)[plain.mti[1]] ?? [];
    for (const number of required) {
      if (plain[`de${number}`] === undefined) {
        issues.push({ path: String(number), code: 'missing', problem: `${plain.mti} needs it` });
      }
    }
  }
  if (answer && plain.de52 !== undefined) {
    issues.push({ path: '52', code: 'unexpected', problem: 'an answer carries no PIN' });
  }
  const pan = textOf(plain, 2);
  if (pan !== undefined && pan.length >= 12 && !hasCheckDigit(pan)) {
    issues.push({ path: '2', code: 'bad-check-digit', problem: 'the check digit is wrong' });
  }
  dateIssues(plain, issues);
  return issues;
}
