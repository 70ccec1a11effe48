// A readable profile (JSON) checked and completed: every error at once, each with its path.
import { firstNonHex, fromHex, toHex } from '@chipswitch/bytes';
import { type DolEntry, parseDol } from '@chipswitch/tlv';
import { cryptogramRows } from './cryptogram.ts';
import { encodeCvmList } from './cvm-list.ts';
import {
  type ApplicationProfile,
  type CardProfile,
  type ContactlessData,
  aipBits,
} from './profile.ts';
import { defaultsOf } from './profile-defaults.ts';

/** What can be wrong with a profile. */
export type ProfileErrorCode =
  | 'not-an-object'
  | 'missing'
  | 'wrong-type'
  | 'not-hex'
  | 'not-digits'
  | 'wrong-length'
  | 'out-of-range'
  | 'unknown-word'
  | 'luhn'
  | 'not-a-test-card';

/** One finding: the path outermost first, such as `applications > 0 > pan`. */
export interface ProfileError {
  readonly code: ProfileErrorCode;
  readonly path: string;
}

/** The profile, or every error found in it. */
export type ProfileResult =
  | { readonly ok: true; readonly profile: CardProfile }
  | { readonly ok: false; readonly errors: readonly ProfileError[] };

type Source = Readonly<Record<string, unknown>>;

function isSource(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the last digit of a number is its Luhn check digit (ISO/IEC 7812-1 annex B). */
export function isLuhnValid(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Reads typed members out of one object of the profile and collects what is wrong. */
class Reader {
  readonly #source: Source;
  readonly #path: string;
  readonly #errors: ProfileError[];

  constructor(source: Source, path: string, errors: ProfileError[]) {
    this.#source = source;
    this.#path = path;
    this.#errors = errors;
  }

  fail(name: string, code: ProfileErrorCode): void {
    this.#errors.push({ code, path: this.#path === '' ? name : `${this.#path} > ${name}` });
  }

  text(name: string, fallback?: string): string {
    const value = this.#source[name] ?? fallback;
    if (typeof value === 'string') return value;
    this.fail(name, value === undefined ? 'missing' : 'wrong-type');
    return '';
  }

  optionalText(name: string): string | undefined {
    return this.#source[name] === undefined ? undefined : this.text(name);
  }

  digits(name: string, lengths: readonly [number, number], fallback?: string): string {
    const value = this.text(name, fallback);
    if (!/^\d*$/.test(value)) this.fail(name, 'not-digits');
    else if (value.length < lengths[0] || value.length > lengths[1]) {
      this.fail(name, 'wrong-length');
    }
    return value;
  }

  hex(name: string, bytes: readonly [number, number], fallback?: string): string {
    const value = this.text(name, fallback).replaceAll(' ', '').toUpperCase();
    if (firstNonHex(value) >= 0) this.fail(name, 'not-hex');
    else if (value.length < bytes[0] * 2 || value.length > bytes[1] * 2) {
      this.fail(name, 'wrong-length');
    }
    return value;
  }

  whole(name: string, range: readonly [number, number], fallback?: number): number {
    const value = this.#source[name] ?? fallback;
    if (value === undefined) this.fail(name, 'missing');
    else if (typeof value !== 'number' || !Number.isInteger(value)) this.fail(name, 'wrong-type');
    else if (value < range[0] || value > range[1]) this.fail(name, 'out-of-range');
    else return value;
    return range[0];
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#source[name] ?? fallback;
    if (typeof value === 'boolean') return value;
    this.fail(name, 'wrong-type');
    return fallback;
  }

  word<W extends string>(name: string, words: readonly W[], fallback?: W): W {
    const value = this.text(name, fallback);
    const found = words.find((word) => word === value);
    if (found === undefined) this.fail(name, 'unknown-word');
    return found ?? words[0];
  }

  words<W extends string>(name: string, words: readonly W[], fallback: readonly W[]): W[] {
    const value = this.#source[name] ?? fallback;
    if (!Array.isArray(value)) {
      this.fail(name, 'wrong-type');
      return [];
    }
    const known = words.filter((word) => value.includes(word));
    if (known.length !== new Set(value).size) this.fail(name, 'unknown-word');
    return known;
  }

  /** A data object list written as `9F0206 9F0306`: tag, then length in one byte. */
  dol(name: string, fallback: string): readonly DolEntry[] {
    const text = this.text(name, fallback).replaceAll(' ', '');
    if (firstNonHex(text) >= 0) {
      this.fail(name, 'not-hex');
      return [];
    }
    const list = parseDol(fromHex(text));
    if (!list.ok) this.fail(name, 'wrong-length');
    return list.entries;
  }

  child(name: string, required: boolean): Reader {
    const value = this.#source[name];
    if (!isSource(value) && (required || value !== undefined)) {
      this.fail(name, value === undefined ? 'missing' : 'wrong-type');
    }
    const path = this.#path === '' ? name : `${this.#path} > ${name}`;
    return new Reader(isSource(value) ? value : {}, path, this.#errors);
  }

  list(name: string): unknown[] {
    const value = this.#source[name];
    if (Array.isArray(value)) return value;
    this.fail(name, value === undefined ? 'missing' : 'wrong-type');
    return [];
  }

  has(name: string): boolean {
    return this.#source[name] !== undefined;
  }
}

function readCvmList(reader: Reader, fallback: readonly string[]): string {
  const cvm = reader.child('cvm', false);
  const rules = cvm.has('rules') ? cvm.list('rules').map(String) : fallback;
  const max = 0xffff_ffff;
  const encoded = encodeCvmList({
    x: cvm.whole('x', [0, max], 0),
    y: cvm.whole('y', [0, max], 0),
    rules,
  });
  if (encoded.ok) return toHex(encoded.bytes);
  cvm.fail(`rules > ${encoded.rule}`, 'unknown-word');
  return '';
}

function readContactless(reader: Reader): ContactlessData {
  const source = reader.child('contactless', false);
  const hexOr = (name: string, bytes: readonly [number, number]): string | undefined =>
    source.has(name) ? source.hex(name, bytes) : undefined;
  const entries = {
    ctq: hexOr('ctq', [2, 2]),
    formFactor: hexOr('formFactor', [4, 32]),
    paymentAccountReference: source.optionalText('paymentAccountReference'),
    tokenRequestorId: source.optionalText('tokenRequestorId'),
    kernelIdentifier: hexOr('kernelIdentifier', [1, 8]),
    consumerDeviceVerified: source.flag('consumerDeviceVerified', false),
  };
  const given = Object.entries(entries).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as ContactlessData;
}

function readIdentity(reader: Reader) {
  const pan = reader.digits('pan', [12, 19]);
  if (pan !== '' && !isLuhnValid(pan)) reader.fail('pan', 'luhn');
  const preferredName = reader.optionalText('preferredName');
  return {
    aid: reader.hex('aid', [5, 16]),
    label: reader.text('label'),
    ...(preferredName === undefined ? {} : { preferredName }),
    ...(reader.has('issuerCodeTableIndex')
      ? { issuerCodeTableIndex: reader.whole('issuerCodeTableIndex', [1, 10]) }
      : {}),
    priority: reader.whole('priority', [0, 15], 1),
    confirmation: reader.flag('confirmation', false),
    languages: reader.text('languages', 'zhen'),
    pan,
    panSequenceNumber: reader.digits('panSequenceNumber', [2, 2], '00'),
    expiryDate: reader.digits('expiryDate', [6, 6], '491231'),
    effectiveDate: reader.digits('effectiveDate', [6, 6], '240101'),
    serviceCode: reader.digits('serviceCode', [3, 3], '201'),
    countryCode: reader.digits('countryCode', [4, 4], '0156'),
    currencyCode: reader.digits('currencyCode', [4, 4], '0156'),
    applicationVersion: reader.hex('applicationVersion', [2, 2], '0002'),
  };
}

function readApplication(reader: Reader): ApplicationProfile {
  const cryptogram = reader.word(
    'cryptogram',
    Object.keys(cryptogramRows) as (keyof typeof cryptogramRows)[],
  );
  const flow = reader.word('flow', ['generate-ac', 'quick'] as const, 'generate-ac');
  const contact = flow === 'generate-ac';
  const defaults = defaultsOf(cryptogram, flow);
  const codes = reader.child('issuerActionCodes', false);
  const limits = reader.child('limits', false);
  const maxAmount = 999_999_999_999;
  return {
    ...readIdentity(reader),
    scheme: reader.word('scheme', [
      'visa',
      'mastercard',
      'unionpay',
      'amex',
      'jcb',
      'prepaid',
    ] as const),
    interfaces: reader.words('interfaces', ['contact', 'contactless'] as const, [
      contact ? 'contact' : 'contactless',
    ]),
    flow,
    cryptogram,
    derivation: reader.word('derivation', ['A', 'B', 'C'] as const, defaults.derivation),
    derivationKeyIndex: reader.whole('derivationKeyIndex', [0, 255], 1),
    aip: reader.words('aip', Object.keys(aipBits) as (keyof typeof aipBits)[], defaults.aip),
    applicationUsageControl: reader.hex('applicationUsageControl', [2, 2], 'FF00'),
    issuerActionCodes: {
      default: codes.hex('default', [5, 5], defaults.issuerActionCodes.default),
      denial: codes.hex('denial', [5, 5], defaults.issuerActionCodes.denial),
      online: codes.hex('online', [5, 5], defaults.issuerActionCodes.online),
    },
    cvmList: readCvmList(reader, defaults.cvmRules),
    pdol: reader.dol('pdol', defaults.pdol),
    cdol1: reader.dol('cdol1', defaults.cdol1),
    cdol2: reader.dol('cdol2', defaults.cdol2),
    ddol: reader.dol('ddol', '9F3704'),
    limits: {
      lowerConsecutive: limits.whole('lowerConsecutive', [0, 255], 3),
      upperConsecutive: limits.whole('upperConsecutive', [0, 255], 6),
      lowerCumulative: limits.whole('lowerCumulative', [0, maxAmount], 100_000),
      upperCumulative: limits.whole('upperCumulative', [0, maxAmount], 200_000),
    },
    contactless: readContactless(reader),
    logRecords: reader.whole('logRecords', [0, 30], 10),
  };
}

/**
 * Checks a profile and fills in what it leaves to the scheme's defaults.
 *
 * @param source the parsed JSON; the README lists its members
 * @returns the whole profile, or every error with its path. Values never appear in errors.
 * @example parseCardProfile({}).ok // false
 */
export function parseCardProfile(source: unknown): ProfileResult {
  if (!isSource(source)) return { ok: false, errors: [{ code: 'not-an-object', path: '' }] };
  const errors: ProfileError[] = [];
  const reader = new Reader(source, '', errors);
  const keys = reader.child('masterKeys', true);
  const pin = reader.child('pin', true);
  // A profile says itself that it is made of test data: nobody personalises a real card by mistake.
  if (source['testDataOnly'] !== true) reader.fail('testDataOnly', 'not-a-test-card');
  const applications = reader.list('applications');
  if (applications.length === 0 || applications.length > 8) {
    reader.fail('applications', 'out-of-range');
  }
  const profile: CardProfile = {
    name: reader.text('name'),
    title: reader.text('title'),
    cardholderName: reader.text('cardholderName', 'TEST/CARD'),
    pin: {
      value: pin.digits('value', [4, 12]),
      tryLimit: pin.whole('tryLimit', [1, 15], 3),
    },
    masterKeys: {
      applicationCryptogram: keys.hex('applicationCryptogram', [16, 16]),
      secureMessagingIntegrity: keys.hex('secureMessagingIntegrity', [16, 16]),
      secureMessagingConfidentiality: keys.hex('secureMessagingConfidentiality', [16, 16]),
    },
    hasPse: reader.flag('hasPse', true),
    applications: applications.slice(0, 8).map((application, index) => {
      const path = `applications > ${index}`;
      if (!isSource(application)) errors.push({ code: 'not-an-object', path });
      return readApplication(new Reader(isSource(application) ? application : {}, path, errors));
    }),
  };
  return errors.length === 0 ? { ok: true, profile } : { ok: false, errors };
}
