// A readable profile (JSON) checked and completed: every error at once, each with its path.
import { toHex, given } from '@chipswitch/bytes';
import { hasCheckDigit } from '@chipswitch/cardholder-data';
import { cryptogramRows } from './cryptogram.ts';
import { encodeCvmList } from './cvm-list.ts';
import { defaultsOf } from './profile-defaults.ts';
import { type ProfileError, ProfileReader } from './profile-reader.ts';
import {
  type ApplicationProfile,
  type CardProfile,
  type ContactlessData,
  aipBits,
} from './profile.ts';

/** The profile, or every error found in it. */
export type ProfileResult =
  | { readonly ok: true; readonly profile: CardProfile }
  | { readonly ok: false; readonly errors: readonly ProfileError[] };

function readCvmList(reader: ProfileReader, fallback: readonly string[]): string {
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

function readContactless(reader: ProfileReader): ContactlessData {
  const source = reader.child('contactless', false);
  const hexOr = (name: string, bytes: readonly [number, number]): string | undefined =>
    source.has(name) ? source.hex(name, bytes) : undefined;
  const entries = {
    ctq: hexOr('ctq', [2, 2]),
    formFactor: hexOr('formFactor', [4, 32]),
    paymentAccountReference: source.optionalText('paymentAccountReference'),
    tokenRequestorId: source.optionalText('tokenRequestorId'),
    kernelIdentifier: hexOr('kernelIdentifier', [1, 8]),
    recovery: source.flag('recovery', false),
    consumerDeviceVerified: source.flag('consumerDeviceVerified', false),
  };
  const given = Object.entries(entries).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as ContactlessData;
}

function readIdentity(reader: ProfileReader) {
  const pan = reader.digits('pan', [12, 19]);
  if (pan !== '' && !hasCheckDigit(pan)) reader.fail('pan', 'luhn');
  const preferredName = reader.optionalText('preferredName');
  return {
    aid: reader.hex('aid', [5, 16]),
    label: reader.text('label'),
    ...given({ preferredName }),
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

function readApplication(reader: ProfileReader): ApplicationProfile {
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
  const errors: ProfileError[] = [];
  const reader = ProfileReader.of(source, errors);
  if (errors.length > 0) return { ok: false, errors };
  const keys = reader.child('masterKeys', true);
  const pin = reader.child('pin', true);
  // A profile says itself that it is made of test data: nobody personalises a real card by mistake.
  if (!reader.flag('testDataOnly', false)) reader.fail('testDataOnly', 'not-a-test-card');
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
    applications: applications
      .slice(0, 8)
      .map((application, index) =>
        readApplication(reader.item('applications', index, application)),
      ),
  };
  return errors.length === 0 ? { ok: true, profile } : { ok: false, errors };
}
