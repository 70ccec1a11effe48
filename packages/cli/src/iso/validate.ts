// Rules beyond the spec's shape: elements that a message type needs, values that must hold (ISO 8583:1987 table 5).
import { describeTlv, luhnHolds } from '@chipswitch/emv';
import { findCurrency } from '@chipswitch/emv';
import { type Message, parseMti } from 'iso8583-js';

/** One broken rule. */
export interface Problem {
  readonly path: string;
  readonly severity: 'error' | 'warning';
  readonly rule: string;
}

type Need = readonly [elements: readonly number[], why: string];

const account: Need = [[2, 34, 35, 36, 45, 55], 'an account number (2, 34, 35, 36, 45 or 55)'];
const one = (number: number, why: string): Need => [[number], `DE ${number}, ${why}`];

/** Elements that requests and advices of a class carry; in brackets of the standard "M" and "C 01". */
const needsOfRequest: Readonly<Record<string, readonly Need[]>> = {
  authorization: [
    account,
    one(3, 'the processing code'),
    one(4, 'the amount'),
    one(11, 'the STAN'),
  ],
  financial: [account, one(3, 'the processing code'), one(4, 'the amount'), one(11, 'the STAN')],
  reversal: [
    one(4, 'the amount'),
    one(11, 'the STAN'),
    [[90, 37, 56], 'what it reverses (90, 37 or 56)'],
  ],
  reconciliation: [one(11, 'the STAN')],
  'network-management': [
    one(11, 'the STAN'),
    [[70, 24, 60, 3], 'what is asked (70, or 24, 60, 3)'],
  ],
  'file-action': [one(11, 'the STAN')],
};
const strictOfRequest: Readonly<Record<string, readonly Need[]>> = {
  authorization: [
    one(7, 'date and time of transmission'),
    one(22, 'the entry mode'),
    one(41, 'the terminal'),
    one(49, 'the currency'),
  ],
  financial: [
    one(7, 'date and time of transmission'),
    one(22, 'the entry mode'),
    one(41, 'the terminal'),
    one(49, 'the currency'),
  ],
  reversal: [one(7, 'date and time of transmission')],
  'network-management': [one(7, 'date and time of transmission')],
};
const needsOfResponse: readonly Need[] = [one(11, 'the STAN'), one(39, 'the response code')];

function has(message: Partial<Message>, number: number): boolean {
  return message[`de${number}`] !== undefined;
}

function missing(
  message: Partial<Message>,
  needs: readonly Need[],
  severity: Problem['severity'],
): Problem[] {
  return needs
    .filter(([numbers]) => !numbers.some((number) => has(message, number)))
    .map(([[first], why]) => ({ path: String(first), severity, rule: `missing: ${why}` }));
}

function isDate(text: string): boolean {
  const [month, day] = [Number(text.slice(0, 2)), Number(text.slice(2, 4))];
  const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

function isTime(text: string): boolean {
  return /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(text);
}

interface ValueRule {
  readonly path: number;
  readonly rule: string;
  readonly severity: Problem['severity'];
  readonly holds: (value: string) => boolean;
}

const valueRules1987: readonly ValueRule[] = [
  {
    path: 7,
    rule: 'not a date and time MMDDhhmmss',
    severity: 'error',
    holds: (v) => isDate(v) && isTime(v.slice(4)),
  },
  { path: 12, rule: 'not a time hhmmss', severity: 'error', holds: isTime },
  { path: 13, rule: 'not a date MMDD', severity: 'error', holds: isDate },
  {
    path: 14,
    rule: 'not an expiry YYMM',
    severity: 'error',
    holds: (v) => /^\d\d(?:0[1-9]|1[0-2])$/.test(v),
  },
];
const valueRules: readonly ValueRule[] = [
  { path: 2, rule: 'the check digit is wrong (Luhn)', severity: 'warning', holds: luhnHolds },
  {
    path: 49,
    rule: 'no currency of ISO 4217',
    severity: 'error',
    holds: (v) => findCurrency(v) !== undefined,
  },
  {
    path: 50,
    rule: 'no currency of ISO 4217',
    severity: 'error',
    holds: (v) => findCurrency(v) !== undefined,
  },
  {
    path: 51,
    rule: 'no currency of ISO 4217',
    severity: 'error',
    holds: (v) => findCurrency(v) !== undefined,
  },
];

function badValues(message: Partial<Message>, rules: readonly ValueRule[]): Problem[] {
  return rules.flatMap(({ path, rule, severity, holds }) => {
    const value = message[`de${path}`];
    return typeof value !== 'string' || holds(value)
      ? []
      : [{ path: String(path), severity, rule }];
  });
}

function emvProblems(message: Partial<Message>): Problem[] {
  const { de55 } = message;
  if (!(de55 instanceof Uint8Array)) return [];
  const { objects, error } = describeTlv(de55);
  if (error !== undefined)
    return [
      { path: '55', severity: 'error', rule: `not BER-TLV: ${error.code} at byte ${error.offset}` },
    ];
  return objects.flatMap(({ tag, remarks, error: wrong, info }): Problem[] => [
    ...remarks.map((rule): Problem => ({ path: `55.${tag}`, severity: 'warning', rule })),
    ...(wrong === undefined
      ? []
      : [
          {
            path: `55.${tag}`,
            severity: 'error',
            rule: `value not readable: ${wrong.code}`,
          } as const,
        ]),
    ...(info === undefined
      ? [{ path: `55.${tag}`, severity: 'warning', rule: 'unknown tag' } as const]
      : []),
  ]);
}

/** Everything that is wrong with a decoded message; with `strict` also what good messages carry. */
export function validateMessage(message: Message, options: { strict: boolean }): Problem[] {
  const type = parseMti(message.mti);
  if (type?.class === undefined || type.function === undefined || type.version === undefined)
    return [{ path: '0', severity: 'error', rule: 'no message type of the standard' }];
  const answer = Number(message.mti[2]) % 2 === 1;
  const severity = options.strict ? 'error' : 'warning';
  const needs = answer ? needsOfResponse : (needsOfRequest[type.class] ?? []);
  const more = answer || !options.strict ? [] : (strictOfRequest[type.class] ?? []);
  return [
    ...missing(message, needs, severity),
    ...missing(message, more, 'error'),
    ...badValues(
      message,
      type.version === '1987' ? [...valueRules, ...valueRules1987] : valueRules,
    ),
    ...emvProblems(message),
  ];
}
