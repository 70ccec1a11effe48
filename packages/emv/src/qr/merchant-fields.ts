// Meaning of a merchant-presented code's objects, and the rules they have to keep (EMVCo QR MPM
// section 4, table 3.6).
import { given } from '@chipswitch/bytes';
import type { Scheme } from '../dictionary/application.ts';
import { findCountry, findCurrency } from '../dictionary/names.ts';
import { type QrObject, countCharacters } from './merchant.ts';

/** A merchant account: of a scheme (02 to 25) or under a globally unique identifier (26 to 51). */
export type MerchantAccount =
  | {
      readonly id: string;
      /** Null for ranges that EMVCo keeps reserved. */
      readonly scheme: Scheme | null;
      readonly value: string;
    }
  | {
      readonly id: string;
      readonly guid: string | undefined;
      readonly fields: Readonly<Record<string, string>>;
    };

/** What the cardholder adds on top. */
export type MerchantTip =
  | { readonly kind: 'ask' }
  | { readonly kind: 'fixed'; readonly amount: string }
  | { readonly kind: 'percentage'; readonly percentage: string };

/** A merchant-presented code by the names of its objects; absent objects are absent here. */
export interface MerchantQr {
  readonly payloadFormat?: string;
  /** 11: one code for many payments; 12: one code for one payment. */
  readonly initiation?: 'static' | 'dynamic';
  readonly accounts: readonly MerchantAccount[];
  readonly mcc?: string;
  /** ISO 4217, three digits. */
  readonly currency?: string;
  readonly amount?: string;
  readonly tip?: MerchantTip;
  readonly country?: string;
  readonly merchantName?: string;
  readonly merchantCity?: string;
  readonly postalCode?: string;
  /** By the names of `additionalDataNames`; templates of payment systems (50-99) by identifier. */
  readonly additionalData?: Readonly<Record<string, string>>;
  /** The merchant in another language. */
  readonly localised?: {
    readonly language: string;
    readonly merchantName: string;
    readonly merchantCity?: string;
  };
}

const initiations: ReadonlyMap<string, 'static' | 'dynamic'> = new Map([
  ['11', 'static'],
  ['12', 'dynamic'],
]);

/** Objects inside 62, by identifier. */
export const additionalDataNames: Readonly<Record<string, string>> = {
  '01': 'billNumber',
  '02': 'mobileNumber',
  '03': 'storeLabel',
  '04': 'loyaltyNumber',
  '05': 'referenceLabel',
  '06': 'customerLabel',
  '07': 'terminalLabel',
  '08': 'purpose',
  '09': 'consumerDataRequest',
  '10': 'merchantTaxId',
  '11': 'merchantChannel',
};

const schemeRanges: readonly (readonly [first: number, last: number, scheme: Scheme])[] = [
  [2, 3, 'visa'],
  [4, 5, 'mastercard'],
  [9, 10, 'discover'],
  [11, 12, 'amex'],
  [13, 14, 'jcb'],
  [15, 16, 'unionpay'],
];

function textOf(objects: readonly QrObject[], id: string): string | undefined {
  const value = objects.find((object) => object[0] === id)?.[1];
  return typeof value === 'string' ? value : undefined;
}

function templateOf(objects: readonly QrObject[], id: string): readonly QrObject[] | undefined {
  const value = objects.find((object) => object[0] === id)?.[1];
  return typeof value === 'object' ? value : undefined;
}

function fieldsOf(objects: readonly QrObject[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [id, value] of objects) if (typeof value === 'string') fields[id] ??= value;
  return fields;
}

function accountsOf(objects: readonly QrObject[]): MerchantAccount[] {
  const accounts: MerchantAccount[] = [];
  for (const [id, value] of objects) {
    const number = Number(id);
    if (number < 2 || number > 51) continue;
    if (typeof value === 'string') {
      const range = schemeRanges.find(([first, last]) => number >= first && number <= last);
      accounts.push({ id, scheme: range?.[2] ?? null, value });
    } else accounts.push({ id, guid: textOf(value, '00'), fields: fieldsOf(value) });
  }
  return accounts;
}

function tipOf(objects: readonly QrObject[]): MerchantTip | undefined {
  const indicator = textOf(objects, '55');
  if (indicator === '01') return { kind: 'ask' };
  if (indicator === '02') return { kind: 'fixed', amount: textOf(objects, '56') ?? '' };
  if (indicator === '03') return { kind: 'percentage', percentage: textOf(objects, '57') ?? '' };
  return undefined;
}

function additionalDataOf(objects: readonly QrObject[]): Record<string, string> {
  const data: Record<string, string> = {};
  for (const [id, value] of objects) {
    if (typeof value === 'string')
      data[Object.hasOwn(additionalDataNames, id) ? additionalDataNames[id] : id] ??= value;
  }
  return data;
}

function localisedOf(objects: readonly QrObject[]): NonNullable<MerchantQr['localised']> {
  const city = textOf(objects, '02');
  return {
    language: textOf(objects, '00') ?? '',
    merchantName: textOf(objects, '01') ?? '',
    ...given({ merchantCity: city }),
  };
}

/** A property when its value is there. */
function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value });
}

/**
 * Names the objects of a code. Nothing is checked; `checkMerchantQr` does.
 *
 * @example interpretMerchantQr([['59', 'DONGRI']]).merchantName // 'DONGRI'
 */
export function interpretMerchantQr(objects: readonly QrObject[]): MerchantQr {
  const initiation = initiations.get(textOf(objects, '01') ?? '');
  const additional = templateOf(objects, '62');
  const localised = templateOf(objects, '64');
  return {
    accounts: accountsOf(objects),
    ...optional('payloadFormat', textOf(objects, '00')),
    ...optional('initiation', initiation),
    ...optional('mcc', textOf(objects, '52')),
    ...optional('currency', textOf(objects, '53')),
    ...optional('amount', textOf(objects, '54')),
    ...optional('tip', tipOf(objects)),
    ...optional('country', textOf(objects, '58')),
    ...optional('merchantName', textOf(objects, '59')),
    ...optional('merchantCity', textOf(objects, '60')),
    ...optional('postalCode', textOf(objects, '61')),
    ...optional('additionalData', additional && additionalDataOf(additional)),
    ...optional('localised', localised && localisedOf(localised)),
  };
}

/** What a code breaks though it can be read. */
export type MerchantQrIssueCode =
  | 'missing'
  | 'duplicate'
  | 'format'
  | 'too-long'
  | 'unknown-code'
  | 'not-expected';

/** One broken rule, and the identifiers that lead to the object. */
export interface MerchantQrIssue {
  readonly code: MerchantQrIssueCode;
  readonly path: readonly string[];
}

const amountPattern = /^(?=.{1,13}$)(?!0+(?:\.0*)?$)\d+(?:\.\d*)?$/;
const percentagePattern = /^(?=.{1,5}$)(?:100(?:\.0*)?|\d{1,2}(?:\.\d*)?)$/;

// Longest values and patterns of objects at top level.
const rules: Readonly<Record<string, readonly [lengthMax: number, pattern?: RegExp]>> = {
  '00': [2, /^01$/],
  '01': [2, /^1[12]$/],
  '52': [4, /^\d{4}$/],
  '53': [3, /^\d{3}$/],
  '54': [13, amountPattern],
  '55': [2, /^0[123]$/],
  '56': [13, amountPattern],
  '57': [5, percentagePattern],
  '58': [2, /^[A-Z]{2}$/],
  '59': [25],
  '60': [15],
  '61': [10],
};

const mandatory = ['00', '52', '53', '58', '59', '60', '63'];

function checkValues(objects: readonly QrObject[], issues: MerchantQrIssue[]): void {
  const seen = new Set<string>();
  for (const [id, value] of objects) {
    if (seen.has(id)) issues.push({ code: 'duplicate', path: [id] });
    seen.add(id);
    if (value.length === 0) issues.push({ code: 'format', path: [id] });
    if (typeof value !== 'string') continue;
    const rule = Object.hasOwn(rules, id) ? rules[id] : undefined;
    if (rule === undefined) continue;
    if (countCharacters(value) > rule[0]) issues.push({ code: 'too-long', path: [id] });
    else if (rule[1]?.test(value) === false) issues.push({ code: 'format', path: [id] });
  }
  for (const id of mandatory) if (!seen.has(id)) issues.push({ code: 'missing', path: [id] });
  if (![...seen].some((id) => Number(id) >= 2 && Number(id) <= 51)) {
    issues.push({ code: 'missing', path: ['02'] });
  }
}

function checkTip(objects: readonly QrObject[], issues: MerchantQrIssue[]): void {
  const indicator = textOf(objects, '55');
  const expected = indicator === '02' ? '56' : indicator === '03' ? '57' : undefined;
  for (const id of ['56', '57']) {
    const present = textOf(objects, id) !== undefined;
    if (present && id !== expected) issues.push({ code: 'not-expected', path: [id] });
    if (!present && id === expected) issues.push({ code: 'missing', path: [id] });
  }
}

function checkTemplates(objects: readonly QrObject[], issues: MerchantQrIssue[]): void {
  for (const [id, inner] of objects) {
    if (typeof inner === 'string') continue;
    const number = Number(id);
    const seen = new Set<string>();
    for (const [child, value] of inner) {
      if (seen.has(child)) issues.push({ code: 'duplicate', path: [id, child] });
      seen.add(child);
      const limit = number === 62 && Number(child) <= 8 ? 25 : 99;
      const length = typeof value === 'string' ? countCharacters(value) : 0;
      if (length > limit) issues.push({ code: 'too-long', path: [id, child] });
    }
    const withGuid = number <= 51 || number >= 80;
    const needed = withGuid ? ['00'] : number === 64 ? ['00', '01'] : [];
    for (const child of needed) {
      if (!seen.has(child)) issues.push({ code: 'missing', path: [id, child] });
    }
    const language = number === 64 ? textOf(inner, '00') : undefined;
    if (language !== undefined && !/^[A-Za-z]{2}$/.test(language)) {
      issues.push({ code: 'format', path: [id, '00'] });
    }
  }
}

/**
 * The rules that a readable code breaks: mandatory objects, formats, lengths, the tip rules, codes
 * of ISO 4217 and 3166 that do not exist. An empty list means that it keeps them all.
 *
 * @example checkMerchantQr([['00', '02']])[0] // { code: 'format', path: ['00'] }
 */
export function checkMerchantQr(objects: readonly QrObject[]): MerchantQrIssue[] {
  const issues: MerchantQrIssue[] = [];
  checkValues(objects, issues);
  checkTip(objects, issues);
  checkTemplates(objects, issues);
  const currency = textOf(objects, '53');
  if (currency !== undefined && /^\d{3}$/.test(currency) && findCurrency(currency) === undefined) {
    issues.push({ code: 'unknown-code', path: ['53'] });
  }
  const country = textOf(objects, '58');
  if (country !== undefined && /^[A-Z]{2}$/.test(country) && findCountry(country) === undefined) {
    issues.push({ code: 'unknown-code', path: ['58'] });
  }
  return issues;
}

function text(id: string, value: string | undefined): QrObject[] {
  return value === undefined ? [] : [[id, value]];
}

function accountObjects(accounts: readonly MerchantAccount[]): QrObject[] {
  return accounts.map((account): QrObject => {
    if ('value' in account) return [account.id, account.value];
    const others = Object.entries(account.fields).filter(([id]) => id !== '00');
    return [account.id, [...text('00', account.guid), ...others]];
  });
}

function tipObjects(tip: MerchantTip | undefined): QrObject[] {
  if (tip === undefined) return [];
  if (tip.kind === 'ask') return [['55', '01']];
  return tip.kind === 'fixed'
    ? [
        ['55', '02'],
        ['56', tip.amount],
      ]
    : [
        ['55', '03'],
        ['57', tip.percentage],
      ];
}

/**
 * The objects of a code by their names, in ascending order: the reverse of `interpretMerchantQr`.
 *
 * @example merchantQrObjects({ accounts: [], mcc: '5411' }) // [['00', '01'], ['52', '5411']]
 */
export function merchantQrObjects(code: MerchantQr): QrObject[] {
  const initiation = code.initiation && { static: '11', dynamic: '12' }[code.initiation];
  const idOf = new Map(Object.entries(additionalDataNames).map(([id, name]) => [name, id]));
  const additional = Object.entries(code.additionalData ?? {})
    .map(([name, value]): QrObject => [idOf.get(name) ?? name, value])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const { localised } = code;
  return [
    ['00', code.payloadFormat ?? '01'],
    ...text('01', initiation),
    ...accountObjects(code.accounts),
    ...text('52', code.mcc),
    ...text('53', code.currency),
    ...text('54', code.amount),
    ...tipObjects(code.tip),
    ...text('58', code.country),
    ...text('59', code.merchantName),
    ...text('60', code.merchantCity),
    ...text('61', code.postalCode),
    ...(additional.length === 0 ? [] : [['62', additional] as const]),
    ...(localised === undefined
      ? []
      : [
          [
            '64',
            [
              ...text('00', localised.language),
              ...text('01', localised.merchantName),
              ...text('02', localised.merchantCity),
            ],
          ] as const,
        ]),
  ];
}
