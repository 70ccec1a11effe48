// Card Verification Results inside Issuer Application Data: VIS and VCPS (byte tables), M/Chip,
// CCD.
import type { BitRow } from './bits.ts';

/**
 * A field of several bits: byte (from 1), mask, name, and either names of its values or a count.
 */
export interface FieldRow {
  readonly byte: number;
  readonly mask: number;
  readonly name: string;
  /** What the field is called for people. */
  readonly text: string;
  /** Names by value of the shifted field; absent: the field is a number. */
  readonly values?: Readonly<Record<number, string>>;
}

/** Bits and fields of a CVR. */
export interface CvrTable {
  readonly bits: readonly BitRow[];
  readonly fields: readonly FieldRow[];
}

const secondAc = { 0: 'aac', 1: 'tc', 2: 'not-requested', 3: 'rfu' };
const firstAc = { 0: 'aac', 1: 'tc', 2: 'arqc', 3: 'rfu' };

function acFields(byte: number): FieldRow[] {
  return [
    { byte, mask: 0xc0, name: 'second-ac', text: 'Second GENERATE AC', values: secondAc },
    { byte, mask: 0x30, name: 'first-ac', text: 'First GENERATE AC or GPO', values: firstAc },
  ];
}

// VIS 1.6 and VCPS agree on bytes 3 and 4 (byte 1 is the length of what follows, or the CDCVM).
const visShared: readonly BitRow[] = [
  [3, 0x80, 'last-online-not-completed', 'Last online transaction not completed'],
  [3, 0x40, 'pin-tries-exceeded', 'PIN try limit exceeded'],
  [3, 0x20, 'velocity-exceeded', 'Velocity checking counters exceeded'],
  [3, 0x10, 'new-card', 'New card'],
  [
    3,
    0x08,
    'last-issuer-authentication-failed',
    'Issuer authentication failed on last online transaction',
  ],
  [
    3,
    0x04,
    'issuer-authentication-not-performed',
    'Issuer authentication not performed after online authorisation',
  ],
  [3, 0x02, 'application-blocked', 'Application blocked because PIN try limit exceeded'],
  [3, 0x01, 'last-sda-failed', 'Offline SDA failed on last transaction'],
  [4, 0x08, 'script-failed', 'Issuer script processing failed'],
  [4, 0x04, 'last-dda-failed', 'Offline DDA failed on last transaction'],
  [4, 0x02, 'dda-performed', 'Offline DDA performed'],
  [4, 0x01, 'pin-not-received', 'PIN verification not received for a PIN-expecting card'],
];
const visScripts: FieldRow = {
  byte: 4,
  mask: 0xf0,
  name: 'script-commands',
  text: 'Issuer script commands',
};

/** JCB and American Express: their bits are not public, the types of cryptogram stand as in VIS. */
export const cryptogramsOnlyCvr: CvrTable = { fields: acFields(2), bits: [] };

/** VIS formats 0, 1 and 3; PBOC uses the same bytes. */
export const visCvr: CvrTable = {
  fields: [...acFields(2), visScripts],
  bits: [
    [2, 0x08, 'issuer-authentication-failed', 'Issuer authentication performed and failed'],
    [2, 0x04, 'offline-pin-performed', 'Offline PIN verification performed'],
    [2, 0x02, 'offline-pin-failed', 'Offline PIN verification failed'],
    [2, 0x01, 'unable-online', 'Unable to go online'],
    ...visShared,
  ],
};

/** VCPS formats 2 and 4: byte 1 tells who verified the cardholder and how. */
export const vcpsCvr: CvrTable = {
  fields: [
    {
      byte: 1,
      mask: 0xf0,
      name: 'cdcvm-entity',
      text: 'CDCVM verified by',
      values: {
        0: 'none',
        1: 'visa-mobile-payment-application',
        2: 'mg',
        3: 'secure-element-application',
        4: 'tee-application',
        5: 'mobile-application',
        6: 'terminal',
        7: 'cloud',
        8: 'mobile-device-os',
      },
    },
    {
      byte: 1,
      mask: 0x0f,
      name: 'cdcvm-type',
      text: 'CDCVM type',
      values: {
        0: 'none',
        1: 'passcode',
        2: 'finger',
        3: 'pattern',
        4: 'face',
        5: 'iris',
        6: 'voice',
        7: 'palm',
        13: 'signature',
        14: 'online-pin',
      },
    },
    ...acFields(2),
    visScripts,
  ],
  bits: [
    [2, 0x08, 'issuer-authentication-failed', 'Issuer authentication performed and failed'],
    [2, 0x04, 'cdcvm-performed', 'CDCVM successfully performed'],
    [2, 0x01, 'unable-online', 'Unable to go online'],
    ...visShared,
    [5, 0x80, 'not-debug-mode', 'Device is not in debug mode'],
    [5, 0x40, 'not-rooted', 'Device is not rooted'],
    [5, 0x20, 'not-hooked', 'Mobile application is not hooked'],
    [5, 0x10, 'integrity-intact', 'Mobile application integrity is intact'],
    [5, 0x08, 'data-connectivity', 'Device has data connectivity'],
    [5, 0x04, 'genuine-device', 'Device is genuine'],
    [5, 0x02, 'device-cdcvm', 'CDCVM successfully performed (device)'],
    [5, 0x01, 'emv-session-key', 'Secure messaging uses an EMV session key'],
  ],
};

/** M/Chip 4 and M/Chip Advance, six bytes. */
export const mchipCvr: CvrTable = {
  fields: [
    ...acFields(1),
    { byte: 3, mask: 0xf0, name: 'script-counter', text: 'Script counter' },
    { byte: 3, mask: 0x0f, name: 'pin-try-counter', text: 'PIN try counter' },
  ],
  bits: [
    [1, 0x08, 'date-check-failed', 'Date check failed'],
    [1, 0x04, 'offline-pin-performed', 'Offline PIN verification performed'],
    [1, 0x02, 'offline-enciphered-pin-performed', 'Offline enciphered PIN verification performed'],
    [1, 0x01, 'offline-pin-successful', 'Offline PIN verification successful'],
    [2, 0x80, 'dda-returned', 'DDA returned'],
    [2, 0x40, 'cda-in-first-ac', 'CDA returned in first GENERATE AC'],
    [2, 0x20, 'cda-in-second-ac', 'CDA returned in second GENERATE AC'],
    [2, 0x10, 'issuer-authentication-performed', 'Issuer authentication performed'],
    [2, 0x08, 'ciac-default-skipped', 'CIAC default skipped on CAT3'],
    [2, 0x04, 'offline-pin-change-successful', 'Offline change PIN result successful'],
    [2, 0x02, 'issuer-discretionary-2', 'Issuer discretionary'],
    [2, 0x01, 'issuer-discretionary-1', 'Issuer discretionary'],
    [4, 0x80, 'last-online-not-completed', 'Last online transaction not completed'],
    [4, 0x40, 'unable-online', 'Unable to go online'],
    [4, 0x20, 'offline-pin-not-performed', 'Offline PIN verification not performed'],
    [4, 0x10, 'offline-pin-failed', 'Offline PIN verification failed'],
    [4, 0x08, 'pin-tries-exceeded', 'PIN try limit exceeded'],
    [4, 0x04, 'international', 'International transaction'],
    [4, 0x02, 'domestic', 'Domestic transaction'],
    [4, 0x01, 'terminal-claims-pin-ok', 'Terminal erroneously considers offline PIN OK'],
    [5, 0x80, 'lower-consecutive-1', 'Lower consecutive offline or counter 1 limit exceeded'],
    [5, 0x40, 'upper-consecutive-1', 'Upper consecutive offline or counter 1 limit exceeded'],
    [5, 0x20, 'lower-cumulative-1', 'Lower cumulative offline or accumulator 1 limit exceeded'],
    [5, 0x10, 'upper-cumulative-1', 'Upper cumulative offline or accumulator 1 limit exceeded'],
    [5, 0x08, 'go-online-next', 'Go online on next transaction was set'],
    [5, 0x04, 'issuer-authentication-failed', 'Issuer authentication failed'],
    [5, 0x02, 'script-received', 'Script received'],
    [5, 0x01, 'script-failed', 'Script failed'],
    [6, 0x80, 'lower-consecutive-2', 'Lower counter 2 limit exceeded'],
    [6, 0x40, 'upper-consecutive-2', 'Upper counter 2 limit exceeded'],
    [6, 0x20, 'lower-cumulative-2', 'Lower accumulator 2 limit exceeded'],
    [6, 0x10, 'upper-cumulative-2', 'Upper accumulator 2 limit exceeded'],
    [6, 0x08, 'mta-exceeded', 'Maximum transaction amount exceeded'],
    [6, 0x04, 'days-offline-exceeded', 'Number of days offline limit exceeded'],
    [6, 0x02, 'additional-check-match', 'Match found in additional check table'],
    [6, 0x01, 'additional-check-no-match', 'No match found in additional check table'],
  ],
};

/** Common core definitions, five bytes: Book 3 table CCD 10. */
export const ccdCvr: CvrTable = {
  fields: [
    ...acFields(1),
    { byte: 2, mask: 0xf0, name: 'pin-try-counter', text: 'PIN try counter' },
    { byte: 4, mask: 0xf0, name: 'script-counter', text: 'Successful issuer script commands' },
  ],
  bits: [
    [1, 0x08, 'cda-performed', 'CDA performed'],
    [1, 0x04, 'dda-performed', 'Offline DDA performed'],
    [1, 0x02, 'issuer-authentication-not-performed', 'Issuer authentication not performed'],
    [1, 0x01, 'issuer-authentication-failed', 'Issuer authentication failed'],
    [2, 0x08, 'offline-pin-performed', 'Offline PIN verification performed'],
    [2, 0x04, 'offline-pin-failed', 'Offline PIN verification performed and not successful'],
    [2, 0x02, 'pin-tries-exceeded', 'PIN try limit exceeded'],
    [2, 0x01, 'last-online-not-completed', 'Last online transaction not completed'],
    [3, 0x80, 'lower-count-exceeded', 'Lower offline transaction count limit exceeded'],
    [3, 0x40, 'upper-count-exceeded', 'Upper offline transaction count limit exceeded'],
    [3, 0x20, 'lower-amount-exceeded', 'Lower cumulative offline amount limit exceeded'],
    [3, 0x10, 'upper-amount-exceeded', 'Upper cumulative offline amount limit exceeded'],
    [3, 0x08, 'issuer-discretionary-1', 'Issuer-discretionary bit 1'],
    [3, 0x04, 'issuer-discretionary-2', 'Issuer-discretionary bit 2'],
    [3, 0x02, 'issuer-discretionary-3', 'Issuer-discretionary bit 3'],
    [3, 0x01, 'issuer-discretionary-4', 'Issuer-discretionary bit 4'],
    [4, 0x08, 'script-failed', 'Issuer script processing failed'],
    [4, 0x04, 'last-oda-failed', 'Offline data authentication failed on previous transaction'],
    [4, 0x02, 'go-online-next', 'Go online on next transaction was set'],
    [4, 0x01, 'unable-online', 'Unable to go online'],
  ],
};
