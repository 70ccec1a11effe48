// Values that are one code: country, currency, MCC, transaction and terminal type, entry mode,
// ARC, AID.
import { toHex, toLatin1 } from '@chipswitch/bytes';
import { describeServiceCode } from '@chipswitch/cardholder-data';
import { kernelNames } from '../data/codes.ts';
import { findApplication } from '../dictionary/application.ts';
import {
  type CodeMeaning,
  findAccountType,
  findPosEntryMode,
  findTransactionType,
} from '../dictionary/code-meaning.ts';
import { findMerchantCategory, merchantCategoryName } from '../dictionary/merchant-category.ts';
import {
  type NameLocale,
  countryName,
  currencyName,
  findCountry,
  findCurrency,
} from '../dictionary/names.ts';
import { firstNonDigit } from './number.ts';
import { type DecodeResult, type Refused, decoded, refused } from './result.ts';

/** A country; letters are null for a code that ISO 3166-1 does not list. */
export interface CountryValue {
  readonly type: 'country';
  readonly numeric: string;
  readonly alpha2: string | null;
  readonly alpha3: string | null;
  readonly name: string | null;
}

/** A currency; letters and decimals are null for a code that ISO 4217 does not list. */
export interface CurrencyValue {
  readonly type: 'currency';
  readonly numeric: string;
  readonly alpha: string | null;
  readonly exponent: number | null;
  readonly name: string | null;
}

/** Several currencies, in order. */
export interface CurrenciesValue {
  readonly type: 'currencies';
  readonly numeric: readonly string[];
  readonly alpha: readonly (string | null)[];
}

/** A code with its meaning; name null when the table does not list it. */
export interface CodeValue {
  readonly type: 'code';
  readonly code: string;
  readonly name: string | null;
}

/** A terminal type (Book 4 table 24). */
export interface TerminalTypeValue {
  readonly type: 'terminal-type';
  readonly code: string;
  readonly operator: 'financial-institution' | 'merchant' | 'cardholder';
  readonly attended: boolean;
  readonly online: 'online-only' | 'offline-with-online' | 'offline-only';
}

/** An application identifier. */
export interface AidValue {
  readonly type: 'aid';
  readonly aid: string;
  /** Registered application provider identifier. */
  readonly rid: string;
  /** Proprietary identifier extension. */
  readonly pix: string;
  readonly scheme: string | null;
  readonly product: string | null;
}

/** Three digits in two bytes (n 3). */
function threeDigits(value: Uint8Array): string | Refused {
  if (value.length !== 2) return refused('length');
  const bad = firstNonDigit(value);
  if (bad >= 0) return refused('format', bad);
  return toHex(value).slice(1);
}

/** A country code (9F1A, 5F28, 9F57); the text is in the language of the locale. */
export function decodeCountry(
  value: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<CountryValue> {
  const numeric = threeDigits(value);
  if (typeof numeric !== 'string') return numeric;
  const country = findCountry(numeric);
  const name = country === undefined ? null : countryName(country);
  const alpha2 = country?.alpha2 ?? null;
  const alpha3 = country?.alpha3 ?? null;
  const text = country === undefined ? 'Unknown country' : countryName(country, locale);
  return decoded({ type: 'country', numeric, alpha2, alpha3, name }, text);
}

/** A currency code (5F2A, 9F42, 9F3C, 9F51). */
export function decodeCurrency(
  value: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<CurrencyValue> {
  const numeric = threeDigits(value);
  if (typeof numeric !== 'string') return numeric;
  const currency = findCurrency(numeric);
  const name = currency === undefined ? null : currencyName(currency);
  const alpha = currency?.alpha ?? null;
  const exponent = currency?.exponent ?? null;
  const text = currency === undefined ? 'Unknown currency' : currencyName(currency, locale);
  return decoded({ type: 'currency', numeric, alpha, exponent, name }, text);
}

/** One to four currency codes (9F3B). */
export function decodeCurrencies(
  value: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<CurrenciesValue> {
  if (value.length === 0 || value.length % 2 === 1 || value.length > 8) return refused('length');
  const numeric: string[] = [];
  const alpha: (string | null)[] = [];
  const text: string[] = [];
  for (let at = 0; at < value.length; at += 2) {
    const one = decodeCurrency(value.subarray(at, at + 2), locale);
    if (!one.ok) return refused('format', at + (one.error.offset ?? 0));
    numeric.push(one.data.numeric);
    alpha.push(one.data.alpha);
    text.push(...one.text);
  }
  return decoded({ type: 'currencies', numeric, alpha }, ...text);
}

function codeOf(
  code: string,
  meaning: CodeMeaning | undefined,
  locale: NameLocale,
): DecodeResult<CodeValue> {
  const name = meaning?.name ?? null;
  const text = locale === 'zh' ? meaning?.textZh : meaning?.text;
  return decoded({ type: 'code', code, name }, text ?? 'Unknown code');
}

/** Two digits in one byte, or what is wrong. */
function twoDigits(value: Uint8Array): string | Refused {
  if (value.length !== 1) return refused('length');
  return firstNonDigit(value) < 0 ? toHex(value) : refused('format', 0);
}

/** Transaction type (9C). */
export function decodeTransactionType(
  value: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<CodeValue> {
  const code = twoDigits(value);
  return typeof code === 'string' ? codeOf(code, findTransactionType(code), locale) : code;
}

/** POS entry mode (9F39). */
export function decodePosEntryMode(
  value: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<CodeValue> {
  const code = twoDigits(value);
  return typeof code === 'string' ? codeOf(code, findPosEntryMode(code), locale) : code;
}

/** Account type (5F57). */
export function decodeAccountType(
  value: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<CodeValue> {
  const code = twoDigits(value);
  return typeof code === 'string' ? codeOf(code, findAccountType(code), locale) : code;
}

/** Words for an authorisation response code, in English and Chinese; undefined for a code that nobody lists. */
export type ResponseWords = (
  code: string,
) => { readonly en: string; readonly zh: string } | undefined;

/** Authorisation response code (8A): two characters; kernels also see two binary bytes. */
export function decodeResponseCode(
  value: Uint8Array,
  context: { readonly locale?: NameLocale; readonly responseWords?: ResponseWords },
): DecodeResult<CodeValue> {
  if (value.length !== 2) return refused('length');
  const code = toLatin1(value);
  if (!/^[0-9A-Za-z]{2}$/.test(code)) return refused('format', 0);
  const { locale = 'en', responseWords } = context;
  const words = responseWords === undefined ? code : responseWords(code)?.[locale];
  return decoded({ type: 'code', code, name: null }, words ?? 'Unknown code');
}

/** Merchant category code (9F15). */
export function decodeMerchantCategory(
  value: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<CodeValue> {
  if (value.length !== 2) return refused('length');
  const bad = firstNonDigit(value);
  if (bad >= 0) return refused('format', bad);
  const code = toHex(value);
  const category = findMerchantCategory(code);
  const text = category === undefined ? 'Unknown category' : merchantCategoryName(category, locale);
  return decoded({ type: 'code', code, name: category?.name ?? null }, text);
}

const operators = ['financial-institution', 'merchant', 'cardholder'] as const;
const onlineAbility = ['online-only', 'offline-with-online', 'offline-only'] as const;

/**
 * Terminal type (9F35): who operates it, attended or not, how it goes online.
 *
 * @example decodeTerminalType(fromHex('22')).ok // true
 */
export function decodeTerminalType(value: Uint8Array): DecodeResult<TerminalTypeValue> {
  const code = twoDigits(value);
  if (typeof code !== 'string') return code;
  const operator = operators[Number(code[0]) - 1];
  const environment = Number(code[1]) - 1;
  const impossible = operator === 'cardholder' && environment < 3;
  if (operator === undefined || environment < 0 || environment > 5 || impossible) {
    return refused('format', 0);
  }
  const attended = environment < 3;
  const online = onlineAbility[environment % 3];
  return decoded(
    { type: 'terminal-type', code, operator, attended, online },
    `Operated by ${operator}, ${attended ? 'attended' : 'unattended'}, ${online}`,
  );
}

/**
 * Application identifier (4F, 84, 9F06, 9D).
 *
 * @example decodeAid(fromHex('A0000000031010')).ok // true
 */
export function decodeAid(value: Uint8Array, locale: NameLocale = 'en'): DecodeResult<AidValue> {
  if (value.length < 5 || value.length > 16) return refused('length');
  const aid = toHex(value);
  const application = findApplication(aid);
  const scheme = application?.scheme ?? null;
  const product = application?.product ?? null;
  return decoded(
    { type: 'aid', aid, rid: aid.slice(0, 10), pix: aid.slice(10), scheme, product },
    (locale === 'zh' ? application?.productZh : undefined) ?? product ?? 'Unknown application',
  );
}

/** Application priority indicator (87). */
export interface PriorityValue {
  readonly type: 'priority';
  /** 1 is first, 0 is none given. */
  readonly priority: number;
  readonly confirmationRequired: boolean;
}

/** Reads a priority indicator (Book 1 table 13). */
export function decodePriority(value: Uint8Array): DecodeResult<PriorityValue> {
  if (value.length !== 1) return refused('length');
  const priority = value[0] & 0x0f;
  const confirmationRequired = (value[0] & 0x80) !== 0;
  return decoded(
    { type: 'priority', priority, confirmationRequired },
    priority === 0 ? 'No priority' : `Priority ${priority}`,
    confirmationRequired ? 'Needs confirmation by the cardholder' : 'Needs no confirmation',
  );
}

/** Log entry (9F4D): file and number of records (Book 3 annex D). */
export interface LogEntryValue {
  readonly type: 'log-entry';
  readonly sfi: number;
  readonly records: number;
}

/** Reads a log entry. */
export function decodeLogEntry(value: Uint8Array): DecodeResult<LogEntryValue> {
  if (value.length !== 2) return refused('length');
  const [sfi, records] = value;
  if (sfi < 11 || sfi > 30) return refused('sfi', 0);
  return decoded({ type: 'log-entry', sfi, records }, `SFI ${sfi}, ${records} records`);
}

/** Kernel identifier (9F2A). */
export interface KernelIdentifierValue {
  readonly type: 'kernel-identifier';
  readonly kernel: string;
  /** Bits 8-7: international (0), RFU (1), domestic EMVCo format (2), domestic proprietary (3). */
  readonly kind: 'international' | 'rfu' | 'domestic' | 'proprietary';
  readonly number: number;
}

const kernelKinds = ['international', 'rfu', 'domestic', 'proprietary'] as const;

/** Reads a kernel identifier (Book B table 3-5); domestic ones carry three bytes or more. */
export function decodeKernelIdentifier(value: Uint8Array): DecodeResult<KernelIdentifierValue> {
  const kind = kernelKinds[value[0] >> 6];
  const domestic = kind === 'domestic' || kind === 'proprietary';
  if (value.length === 0 || value.length > 8 || (domestic && value.length < 3)) {
    return refused('length');
  }
  const number = value[0] & 0x3f;
  const name = kind === 'international' ? kernelNames[number] : undefined;
  return decoded(
    { type: 'kernel-identifier', kernel: toHex(value), kind, number },
    name ?? `${kind} kernel ${number}`,
  );
}

/** Service code (5F30). */
export function decodeServiceCode(value: Uint8Array): DecodeResult<CodeValue> {
  const code = threeDigits(value);
  if (typeof code !== 'string') return code;
  return decoded({ type: 'code', code, name: null }, ...describeServiceCode(code));
}

const amexReaderModes: Readonly<Record<number, readonly [name: string, text: string]>> = {
  0x00: ['deprecated', 'Deprecated'],
  0x40: ['magstripe-no-cvm', 'Mag-stripe, CVM not required'],
  0x48: ['magstripe-cvm', 'Mag-stripe, CVM required'],
  0x80: ['emv-magstripe-deprecated', 'EMV and mag-stripe (deprecated)'],
  0xc0: ['emv-magstripe-no-cvm', 'EMV and mag-stripe, CVM not required'],
  0xc8: ['emv-magstripe-cvm', 'EMV and mag-stripe, CVM required'],
};

/** Contactless Reader Capabilities of American Express (9F6D): Book C-4 table 4-2. */
export function decodeAmexReader(value: Uint8Array): DecodeResult<CodeValue> {
  if (value.length !== 1) return refused('length');
  const [name, text] = amexReaderModes[value[0] & 0xc8] ?? [null, 'Reserved'];
  return decoded({ type: 'code', code: toHex(value), name }, text);
}

/** Object identifier (06): ISO/IEC 8825-1 section 8.19; arcs of at most 53 bits. */
export function decodeObjectIdentifier(value: Uint8Array): DecodeResult<CodeValue> {
  if (value.length === 0) return refused('length');
  const arcs: number[] = [];
  let arc = 0;
  for (let at = 0; at < value.length; at++) {
    if (arc === 0 && value[at] === 0x80) return refused('format', at);
    arc = arc * 128 + (value[at] & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER) return refused('format', at);
    if (value[at] >= 0x80) continue;
    if (arcs.length === 0) {
      const root = Math.min(2, Math.floor(arc / 40));
      arcs.push(root, arc - root * 40);
    } else arcs.push(arc);
    arc = 0;
  }
  if (value[value.length - 1] >= 0x80) return refused('format', value.length - 1);
  const code = arcs.join('.');
  return decoded({ type: 'code', code, name: null }, code);
}
