// Area 13: contactless, tap by tap: Entry Point, kernel 3, kernel 2.
import { fromHex } from '@chipswitch/bytes';
import type { TornRecord } from '../../src/index.ts';
import {
  type ContactlessCase,
  applicationFci,
  directoryEntry,
  kernel2Record,
  mastercardAid,
  mastercardCombination,
  offlineCard,
  options2,
  plainMastercard,
  ppseFci,
  quick,
  selectPpse,
  visaAid,
  visaCombination,
} from '../contactless-fixture.ts';
import { type CardScript, object, ok, tlv } from '../kernel-fixture.ts';

const online = 'approved/online-approved';
const offline = 'approved/offline-approved';
const refused = 'declined/offline-declined';
const none = 'terminated/no-application';
const dataError = 'terminated/card-data-error';
const missing = 'terminated/card-data-missing';
const statusError = 'terminated/card-status-error';
const notAccepted = 'terminated/application-not-accepted';
const other = 'try-another-interface/amount-not-allowed';
const selectVisa = `select ${visaAid}`;
const { contactlessFloorLimitMinor: _, ...withoutFloor } = visaCombination;
const both = { combinations: [visaCombination, mastercardCombination] };
const second: CardScript = {
  ...plainMastercard,
  [selectVisa]: applicationFci(visaAid),
  [selectPpse]: ppseFci(
    directoryEntry(visaAid, { '87': '01' }),
    directoryEntry(mastercardAid, { '87': '02' }),
  ),
};

/** Entry Point. */
export const entryPointCases: readonly ContactlessCase[] = [
  {
    name: 'the plain card goes online',
    expect: { ends: online, kernel: 3, cvm: 'none', message: 'approved', requests: ['online'] },
  },
  {
    name: 'amount at the transaction limit',
    input: { amountMinor: 100_000n },
    expect: { ends: other, message: 'insert-card', never: [selectPpse] },
  },
  {
    name: 'amount just under it',
    input: { amountMinor: 99_999n },
    expect: { ends: 'declined/offline-declined' },
  },
  { name: 'amount of nothing, not allowed', input: { amountMinor: 0n }, expect: { ends: other } },
  {
    name: 'amount of nothing, allowed: online cryptogram',
    input: { amountMinor: 0n },
    combination: { zeroAmountAllowed: true },
    expect: { ends: online, ttq: '36804000' },
  },
  {
    name: 'amount of nothing, offline-only reader',
    input: { amountMinor: 0n },
    combination: { zeroAmountAllowed: true, ttq: fromHex('3E004000') },
    expect: { ends: other },
  },
  {
    name: 'floor limit itself',
    input: { amountMinor: 10_000n },
    expect: { ends: online, ttq: '36004000' },
  },
  {
    name: 'above the floor limit: online cryptogram',
    input: { amountMinor: 10_001n },
    expect: { ends: online, ttq: '36804000' },
  },
  {
    name: 'no contactless floor limit: the terminal’s',
    input: { amountMinor: 5_001n },
    config: { combinations: [{ ...withoutFloor, floorLimitMinor: 5_000n }] },
    expect: { ends: online, ttq: '36804000' },
  },
  {
    name: 'CVM limit itself: CVM required',
    input: { amountMinor: 20_000n },
    card: { gpo: quick({ '9F6C': '8000' }) },
    expect: { ends: online, ttq: '36C04000', cvm: 'online-pin', requests: ['pin', 'online'] },
  },
  {
    name: 'status check',
    input: { amountMinor: 100n },
    combination: { statusCheck: true },
    expect: { ends: online, ttq: '36804000' },
  },
  {
    name: 'status check of another amount',
    input: { amountMinor: 101n },
    combination: { statusCheck: true },
    expect: { ends: online, ttq: '36004000' },
  },
  {
    name: 'status check in yen',
    input: { amountMinor: 1n, currency: '392', exponent: 0 },
    combination: { statusCheck: true },
    expect: { ends: online, ttq: '36804000' },
  },
  {
    name: 'configured TTQ bits are cleared before',
    combination: { ttq: fromHex('36C04000') },
    expect: { ends: online, ttq: '36004000' },
  },
  {
    name: 'transaction type without combination',
    combination: { transactionTypes: [0x20] },
    expect: { ends: none, never: [selectPpse] },
  },
  {
    name: 'transaction type with combination',
    combination: { transactionTypes: [0x00] },
    expect: { ends: online },
  },
  {
    name: 'PPSE absent',
    card: { [selectPpse]: '6A82' },
    expect: { ends: none, message: 'insert-swipe-or-try-another-card' },
  },
  { name: 'PPSE malformed', card: { [selectPpse]: ok('6F10') }, expect: { ends: none } },
  {
    name: 'PPSE without directory',
    card: { [selectPpse]: ok(object('6F', object('84', '325041592E5359532E4444463031'))) },
    expect: { ends: none },
  },
  { name: 'PPSE empty', card: { [selectPpse]: ppseFci() }, expect: { ends: none } },
  {
    name: 'PPSE: card gone',
    card: { [selectPpse]: 'fault:removed' },
    expect: { ends: 'try-again/card-not-responding', start: 'B', message: 'present-card-again' },
  },
  {
    name: 'entry without AID',
    card: { [selectPpse]: ppseFci(object('61', object('50', '56'))) },
    expect: { ends: none },
  },
  {
    name: 'entry with an AID of four bytes',
    card: { [selectPpse]: ppseFci(directoryEntry('A0000000')) },
    expect: { ends: none },
  },
  {
    name: 'entry of another provider',
    card: { [selectPpse]: ppseFci(directoryEntry(mastercardAid)) },
    expect: { ends: none },
  },
  {
    name: 'kernel asked for that the reader lacks',
    card: { [selectPpse]: ppseFci(directoryEntry(visaAid, { '87': '01', '9F2A': '02' })) },
    expect: { ends: none },
  },
  {
    name: 'kernel asked for is the reader’s',
    card: { [selectPpse]: ppseFci(directoryEntry(visaAid, { '87': '01', '9F2A': '03' })) },
    expect: { ends: online },
  },
  {
    name: 'kernel 0: any',
    card: { [selectPpse]: ppseFci(directoryEntry(visaAid, { '87': '01', '9F2A': '00' })) },
    expect: { ends: online },
  },
  {
    name: 'kernel identifier empty: the default',
    card: { [selectPpse]: ppseFci(directoryEntry(visaAid, { '87': '01', '9F2A': '' })) },
    expect: { ends: online },
  },
  {
    name: 'kernel identifier of nine bytes',
    card: {
      [selectPpse]: ppseFci(directoryEntry(visaAid, { '87': '01', '9F2A': '030000000000000000' })),
    },
    expect: { ends: none },
  },
  {
    name: 'domestic kernel of one byte',
    card: { [selectPpse]: ppseFci(directoryEntry(visaAid, { '87': '01', '9F2A': '83' })) },
    expect: { ends: none },
  },
  {
    name: 'domestic kernel of the reader',
    combination: { kernelId: 0x830156, behavesAs: 3 },
    card: { [selectPpse]: ppseFci(directoryEntry(visaAid, { '87': '01', '9F2A': '830156' })) },
    expect: { ends: online, kernel: 0x830156 },
  },
  {
    name: 'kernel nobody here has',
    combination: { kernelId: 0x2b },
    card: { [selectPpse]: ppseFci(directoryEntry(visaAid, { '87': '01', '9F2A': '2B' })) },
    expect: { ends: none },
  },
  {
    name: 'priority: 1 before 2',
    config: both,
    card: second,
    expect: { ends: 'terminated/card-data-missing', kernel: 3 },
  },
  {
    name: 'priority: 2 before 3, whatever the order',
    config: both,
    card: {
      ...second,
      [selectPpse]: ppseFci(
        directoryEntry(visaAid, { '87': '03' }),
        directoryEntry(mastercardAid, { '87': '02' }),
      ),
    },
    expect: { ends: offline, kernel: 2 },
  },
  {
    name: 'priority: none comes last',
    config: both,
    card: {
      ...second,
      [selectPpse]: ppseFci(
        directoryEntry(visaAid, {}),
        directoryEntry(mastercardAid, { '87': '0F' }),
      ),
    },
    expect: { ends: offline, kernel: 2 },
  },
  {
    name: 'priority: a tie keeps the card’s order',
    config: both,
    card: {
      ...second,
      [selectPpse]: ppseFci(
        directoryEntry(mastercardAid, { '87': '01' }),
        directoryEntry(visaAid, { '87': '01' }),
      ),
    },
    expect: { ends: offline, kernel: 2 },
  },
  {
    name: 'select refused: the next combination',
    config: both,
    card: { ...second, [selectVisa]: '6A82' },
    expect: { ends: offline, kernel: 2 },
  },
  {
    name: 'select malformed: the next combination',
    config: both,
    card: { ...second, [selectVisa]: '9000' },
    expect: { ends: offline, kernel: 2 },
  },
  { name: 'all selects refused', card: { [selectVisa]: '6283' }, expect: { ends: none } },
  {
    name: 'select: card gone',
    card: { [selectVisa]: 'fault:timeout' },
    expect: { ends: 'try-again/card-not-responding', start: 'B' },
  },
  {
    name: '6985: the next combination',
    config: both,
    card: { ...second, gpo: ['6985', options2('1880')] },
    expect: { ends: offline, kernel: 2 },
  },
  { name: '6985: none left', card: { gpo: '6985' }, expect: { ends: notAccepted } },
  {
    name: 'one combination not allowed, the other is',
    config: {
      combinations: [{ ...visaCombination, transactionLimitMinor: 1n }, mastercardCombination],
    },
    card: second,
    expect: { ends: offline, kernel: 2, never: [selectVisa] },
  },
  {
    name: 'extended selection',
    combination: { extendedSelection: true },
    card: {
      [selectPpse]: ppseFci(directoryEntry(visaAid, { '87': '01', '9F29': '0102' })),
      [`select ${visaAid}0102`]: applicationFci(visaAid),
    },
    expect: { ends: online, asks: [`select ${visaAid}0102`] },
  },
  {
    name: 'extended selection not in the reader',
    card: { [selectPpse]: ppseFci(directoryEntry(visaAid, { '87': '01', '9F29': '0102' })) },
    expect: { ends: online, asks: [selectVisa] },
  },
  {
    name: 'extended selection too long for a name',
    combination: { extendedSelection: true },
    card: {
      [selectPpse]: ppseFci(
        directoryEntry(visaAid, { '87': '01', '9F29': '0102030405060708090A' }),
      ),
    },
    expect: { ends: online, asks: [selectVisa] },
  },
  {
    name: 'exact AID of the reader, longer on the card',
    combination: { match: 'exact' },
    expect: { ends: none },
  },
  {
    name: 'exact AID of the reader, the same on the card',
    combination: { match: 'exact', aid: fromHex(visaAid) },
    expect: { ends: online },
  },
  {
    name: 'host declines',
    people: { online: { type: 'online', result: 'answered', arc: '05', decision: 'declined' } },
    expect: { ends: 'declined/online-declined', message: 'declined', arc: '05' },
  },
  {
    name: 'host wants the contact chip',
    people: { online: { type: 'online', result: 'answered', arc: '65', decision: 'declined' } },
    expect: { ends: 'try-another-interface/online-declined', message: 'insert-card' },
  },
  {
    name: 'unable to go online',
    people: { online: { type: 'online', result: 'unable' } },
    expect: { ends: 'declined/unable-to-go-online-declined', arc: 'Z3' },
  },
  {
    name: 'known to be offline',
    input: { offline: true },
    expect: { ends: 'declined/unable-to-go-online-declined', arc: 'Z3', requests: [] },
  },
];

const tc = (changes: Parameters<typeof offlineCard>[0] = {}): Pick<ContactlessCase, 'card'> => ({
  card: offlineCard(changes),
});
const gpoOf = (changes: Parameters<typeof quick>[0]): Pick<ContactlessCase, 'card'> => ({
  card: { gpo: quick(changes) },
});
const offlineOnly = { ttq: fromHex('3E004000') };
const required = { input: { amountMinor: 20_000n } };
const contactChip = { ttq: fromHex('36004000') };
const noContactChip = { ttq: fromHex('26004000') };

/** Kernel 3. */
export const kernel3Cases: readonly ContactlessCase[] = [
  {
    name: 'PDOL without qualifiers',
    card: { [selectVisa]: applicationFci(visaAid, '9F0206') },
    expect: { ends: missing, never: ['gpo'] },
  },
  {
    name: 'no PDOL',
    card: { [selectVisa]: applicationFci(visaAid, '') },
    expect: { ends: missing },
  },
  {
    name: 'PDOL malformed',
    card: { [selectVisa]: applicationFci(visaAid, '9F66049F') },
    expect: { ends: missing },
  },
  {
    name: '6984: another interface',
    card: { gpo: '6984' },
    expect: { ends: 'try-another-interface/card-status-error', message: 'insert-card' },
  },
  {
    name: '6986: see the phone, tap again',
    card: { gpo: '6986' },
    expect: {
      ends: 'try-again/cardholder-verification-required',
      start: 'B',
      message: 'see-phone',
    },
  },
  { name: 'another status', card: { gpo: '6A80' }, expect: { ends: statusError } },
  {
    name: 'card gone',
    card: { gpo: 'fault:removed' },
    expect: { ends: 'try-again/card-removed', start: 'B' },
  },
  { name: 'garbage', card: { gpo: 'FFFF9000' }, expect: { ends: dataError } },
  { name: 'AIP missing', ...gpoOf({ '82': undefined }), expect: { ends: dataError } },
  { name: 'cryptogram missing', ...gpoOf({ '9F26': undefined }), expect: { ends: missing } },
  {
    name: 'cryptogram of 7 bytes',
    ...gpoOf({ '9F26': '11223344556677' }),
    expect: { ends: missing },
  },
  { name: 'counter missing', ...gpoOf({ '9F36': undefined }), expect: { ends: missing } },
  {
    name: 'issuer application data missing',
    ...gpoOf({ '9F10': undefined }),
    expect: { ends: missing },
  },
  {
    name: 'issuer application data of 33 bytes',
    ...gpoOf({ '9F10': '00'.repeat(33) }),
    expect: { ends: missing },
  },
  { name: 'track 2 missing', ...gpoOf({ '57': undefined }), expect: { ends: missing } },
  {
    name: 'track 2 without separator',
    ...gpoOf({ '57': '4761739001010119' }),
    expect: { ends: missing },
  },
  {
    name: 'track 2 missing but PAN there',
    ...gpoOf({ '57': undefined, '5A': '4761739001010119' }),
    expect: { ends: online },
  },
  { name: 'cryptogram type reserved', ...gpoOf({ '9F27': 'C0' }), expect: { ends: missing } },
  { name: 'cryptogram type of two bytes', ...gpoOf({ '9F27': '8000' }), expect: { ends: missing } },
  {
    name: 'type from the CVR: online',
    ...gpoOf({ '9F27': undefined, '9F10': '06011203A00000' }),
    expect: { ends: online },
  },
  {
    name: 'type from the CVR of format 2: online',
    ...gpoOf({ '9F27': undefined, '9F10': `1F2201A000000000${'00'.repeat(24)}` }),
    expect: { ends: online },
  },
  {
    name: 'type from the CVR of format 2: declined',
    ...gpoOf({ '9F27': undefined, '9F10': `1F22018000000000${'00'.repeat(24)}` }),
    expect: { ends: refused },
  },
  {
    name: 'type from the CVR: declined',
    ...gpoOf({ '9F27': undefined, '9F10': '06011203800000' }),
    expect: { ends: refused },
  },
  {
    name: 'AAC',
    ...gpoOf({ '9F27': '00' }),
    expect: { ends: refused, message: 'declined', requests: [] },
  },
  {
    name: 'TC with fast DDA',
    ...tc(),
    expect: { ends: offline, cvm: 'none', message: 'approved' },
  },
  {
    name: 'TC: signature over the unpredictable number alone',
    ...tc({ terminalData: 'A5A5A5A5' }),
    expect: { ends: refused },
  },
  {
    name: 'TC: version 00 signs the number alone',
    ...tc({ related: undefined, terminalData: 'A5A5A5A5' }),
    expect: { ends: offline },
  },
  { name: 'TC: signature spoilt', ...tc({ spoil: true }), expect: { ends: refused } },
  {
    name: 'TC: signature spoilt, card wants online',
    ...tc({ spoil: true, ctq: '2000' }),
    expect: { ends: online, requests: ['online'] },
  },
  {
    name: 'TC: signature spoilt, card wants online, offline-only reader',
    combination: offlineOnly,
    ...tc({ spoil: true, ctq: '2000' }),
    expect: { ends: refused },
  },
  {
    name: 'TC: signature spoilt, card wants another interface',
    combination: contactChip,
    ...tc({ spoil: true, ctq: '1000' }),
    expect: { ends: 'try-another-interface/cda-failed' },
  },
  {
    name: 'TC: signature spoilt, another interface, none there',
    combination: noContactChip,
    ...tc({ spoil: true, ctq: '1000' }),
    expect: { ends: refused },
  },
  { name: 'TC: no signature', ...tc({ gpo: { '9F4B': undefined } }), expect: { ends: refused } },
  { name: 'TC: no records', ...tc({ gpo: { '94': undefined } }), expect: { ends: refused } },
  { name: 'TC: DDA not in the AIP', ...tc({ gpo: { '82': '0000' } }), expect: { ends: refused } },
  {
    name: 'TC: record refused',
    card: { ...offlineCard(), 'read 2.3': '6A83' },
    expect: { ends: statusError },
  },
  {
    name: 'TC: record lost',
    card: { ...offlineCard(), 'read 2.3': 'fault:timeout' },
    expect: { ends: 'try-again/card-not-responding', start: 'B' },
  },
  { name: 'TC: scheme key unknown', config: { caKeys: [] }, ...tc(), expect: { ends: refused } },
  { name: 'TC: expired', ...tc({ expiration: '251231' }), expect: { ends: refused } },
  {
    name: 'TC: expired, card wants online',
    ...tc({ expiration: '251231', ctq: '0800' }),
    expect: { ends: online },
  },
  {
    name: 'TC though an online cryptogram was required',
    input: { amountMinor: 10_001n },
    ...tc(),
    expect: { ends: refused },
  },
  {
    name: 'TC with online PIN is no offline approval',
    ...tc({ ctq: '8000' }),
    expect: { ends: online, cvm: 'online-pin', requests: ['pin', 'online'] },
  },
  {
    name: 'TC with signature',
    ...tc({ ctq: '4000' }),
    expect: { ends: offline, cvm: 'signature', message: 'approved-sign' },
  },
  {
    name: 'TC with the device’s verification',
    ...tc({ ctq: '0080' }),
    expect: { ends: offline, cvm: 'on-device' },
  },
  {
    name: 'TC: device’s verification not signed',
    ...tc({ gpo: { '9F6C': '0080' } }),
    expect: { ends: refused },
  },
  {
    name: 'ARQC with the device’s verification',
    ...required,
    ...gpoOf({ '9F6C': '0080' }),
    expect: { ends: online, cvm: 'on-device' },
  },
  {
    name: 'ARQC: device’s verification contradicts 9F69',
    ...required,
    ...gpoOf({ '9F6C': '0080', '9F69': '01A1A2A3A40000' }),
    expect: { ends: refused },
  },
  {
    name: 'ARQC with signature',
    ...required,
    ...gpoOf({ '9F6C': '4000' }),
    expect: { ends: online, cvm: 'signature', message: 'approved-sign' },
  },
  {
    name: 'ARQC: online PIN before the device',
    ...required,
    ...gpoOf({ '9F6C': '8080' }),
    expect: { ends: online, cvm: 'online-pin' },
  },
  {
    name: 'ARQC: online PIN not in the reader, device did',
    ...required,
    combination: { ttq: fromHex('32004000') },
    ...gpoOf({ '9F6C': '8080' }),
    expect: { ends: online, cvm: 'on-device' },
  },
  {
    name: 'ARQC: online PIN not in the reader, signature',
    ...required,
    combination: { ttq: fromHex('32004000') },
    ...gpoOf({ '9F6C': 'C000' }),
    expect: { ends: online, cvm: 'signature' },
  },
  {
    name: 'ARQC: nothing in common',
    ...required,
    combination: { ttq: fromHex('30004000') },
    ...gpoOf({ '9F6C': 'C000' }),
    expect: { ends: refused },
  },
  { name: 'ARQC: CVM required, card has none', ...required, expect: { ends: refused } },
  {
    name: 'no qualifiers, CVM required: signature',
    ...required,
    ...gpoOf({ '9F6C': undefined }),
    expect: { ends: online, cvm: 'signature' },
  },
  {
    name: 'no qualifiers, CVM required, no signature: PIN',
    ...required,
    combination: { ttq: fromHex('34004000') },
    ...gpoOf({ '9F6C': undefined }),
    expect: { ends: online, cvm: 'online-pin' },
  },
  {
    name: 'no qualifiers, CVM required, nothing',
    ...required,
    combination: { ttq: fromHex('30004000') },
    ...gpoOf({ '9F6C': undefined }),
    expect: { ends: refused },
  },
  {
    name: 'no qualifiers, no CVM required',
    ...gpoOf({ '9F6C': undefined }),
    expect: { ends: online, cvm: 'none' },
  },
  {
    name: 'PIN cancelled',
    ...required,
    ...gpoOf({ '9F6C': '8000' }),
    people: { pin: { type: 'pin', result: 'cancelled' } },
    expect: { ends: 'cancelled/cardholder-cancelled', requests: ['pin'] },
  },
  {
    name: 'PIN bypassed',
    ...required,
    ...gpoOf({ '9F6C': '8000' }),
    people: { pin: { type: 'pin', result: 'bypassed' } },
    expect: { ends: refused },
  },
  {
    name: 'cash: card wants another interface',
    input: { transactionType: 0x01 },
    ...gpoOf({ '9F6C': '0400' }),
    expect: { ends: 'try-another-interface/application-not-accepted' },
  },
  {
    name: 'cashback: card wants another interface',
    input: { transactionType: 0x09 },
    ...gpoOf({ '9F6C': '0200' }),
    expect: { ends: 'try-another-interface/application-not-accepted' },
  },
  {
    name: 'purchase: the cash bit does not matter',
    ...gpoOf({ '9F6C': '0600' }),
    expect: { ends: online },
  },
  {
    name: 'phone: form factor and PAR are kept',
    ...gpoOf({
      '9F6E': '23830000',
      '9F24': '5630303130303133303230333031323334353637383930313233343536'.slice(0, 58),
    }),
    expect: { ends: online },
  },
];

const m = { base: 'mastercard' } as const;
const relay = {
  minimumGrace: 20,
  maximumGrace: 50,
  commandTransmission: 18,
  responseTransmission: 24,
  accuracyThreshold: 300,
  mismatchThreshold: 50,
};
const relayAnswer = ok(object('80', '01020304003201F40014'));
const withRelay: Partial<typeof mastercardCombination> = { relay };
const relayCard = (more: CardScript = {}): Pick<ContactlessCase, 'card'> => ({
  card: { gpo: options2('1881'), relay: relayAnswer, ...more },
});
const device = { gpo: options2('1A80') };
const tornData = new Map([[0x9f37, fromHex('01020304')]]);
const tornRecord: TornRecord = {
  pan: fromHex('5413330089600010'),
  psn: fromHex('00'),
  atMs: 1_000,
  data: tornData,
  pdolData: new Uint8Array(0),
  cdol1Data: fromHex('01020304'),
  cda: false,
};
const recovery = {
  'read 2.1': kernel2Record({ '9F51': '9F3704' }),
  script: `${object('80', '4000021122334455667788')}9000`,
};

/** Kernel 2. */
export const kernel2Cases: readonly ContactlessCase[] = [
  {
    ...m,
    name: 'the plain card is approved offline',
    expect: {
      ends: offline,
      kernel: 2,
      cvm: 'none',
      cvmResults: '1F0302',
      tvr: '8000000000',
      arc: 'Y1',
    },
  },
  {
    ...m,
    name: 'magnetic stripe mode only',
    card: { gpo: options2('1800') },
    expect: { ends: dataError, never: ['read 2.1'] },
  },
  { ...m, name: 'GPO refused', card: { gpo: '6A81' }, expect: { ends: statusError } },
  {
    ...m,
    name: 'GPO lost',
    card: { gpo: 'fault:removed' },
    expect: { ends: 'try-again/card-not-responding', start: 'B' },
  },
  {
    ...m,
    name: 'no locator',
    card: { gpo: ok(object('77', object('82', '1880'))) },
    expect: { ends: dataError },
  },
  {
    ...m,
    name: 'PAN missing',
    card: { 'read 2.1': kernel2Record({ '5A': undefined }) },
    expect: { ends: missing },
  },
  {
    ...m,
    name: 'expiration missing',
    card: { 'read 2.1': kernel2Record({ '5F24': undefined }) },
    expect: { ends: missing },
  },
  {
    ...m,
    name: 'CDOL 1 missing',
    card: { 'read 2.1': kernel2Record({ '8C': undefined }) },
    expect: { ends: missing },
  },
  {
    ...m,
    name: 'CDOL 1 malformed',
    card: { 'read 2.1': kernel2Record({ '8C': '9F37' }) },
    expect: { ends: dataError },
  },
  {
    ...m,
    name: 'record lost',
    card: { 'read 2.1': 'fault:timeout' },
    expect: { ends: 'try-again/card-not-responding', start: 'B' },
  },
  { ...m, name: 'record malformed', card: { 'read 2.1': ok('7710') }, expect: { ends: dataError } },
  {
    ...m,
    name: 'expired',
    card: { 'read 2.1': kernel2Record({ '5F24': '251231' }) },
    expect: { ends: offline, tvr: '8040000000' },
  },
  {
    ...m,
    name: 'above the floor limit: TVR',
    input: { amountMinor: 10_001n },
    expect: { ends: offline, tvr: '8000008000' },
  },
  {
    ...m,
    name: 'above the floor limit: online by TAC',
    input: { amountMinor: 10_001n },
    combination: {
      tac: { denial: new Uint8Array(5), online: fromHex('0000008000'), default: new Uint8Array(5) },
    },
    expect: { ends: online, requests: ['online'] },
  },
  {
    ...m,
    name: 'denied by TAC',
    combination: {
      tac: { denial: fromHex('8000000000'), online: new Uint8Array(5), default: new Uint8Array(5) },
    },
    expect: { ends: refused, arc: 'Z1' },
  },
  {
    ...m,
    name: 'AAC answered',
    card: { ac1: 'ac:AAC' },
    expect: { ends: refused, message: 'declined' },
  },
  { ...m, name: 'ARQC answered', card: { ac1: 'ac:ARQC' }, expect: { ends: online } },
  {
    ...m,
    name: 'TC where AAC was asked',
    combination: {
      tac: { denial: fromHex('8000000000'), online: new Uint8Array(5), default: new Uint8Array(5) },
    },
    card: { ac1: 'ac:TC' },
    expect: { ends: 'terminated/cryptogram-type-invalid' },
  },
  { ...m, name: 'cryptogram refused', card: { ac1: '6985' }, expect: { ends: statusError } },
  {
    ...m,
    name: 'CDA without keys',
    card: { gpo: options2('1980') },
    expect: { ends: offline, tvr: '2400000000' },
  },
  {
    ...m,
    name: 'CDA not in the reader',
    config: { capabilities: fromHex('006800') },
    card: { gpo: options2('1980') },
    expect: { ends: offline, tvr: '8000000000' },
  },
  {
    ...m,
    name: 'transaction limit of the kernel',
    input: { amountMinor: 60_001n },
    combination: { transactionLimitMinor: 60_000n, transactionLimitOnDeviceMinor: 200_000n },
    expect: { ends: 'terminated/amount-not-allowed' },
  },
  {
    ...m,
    name: 'transaction limit for devices',
    input: { amountMinor: 60_001n },
    combination: { transactionLimitMinor: 60_000n, transactionLimitOnDeviceMinor: 200_000n },
    card: device,
    expect: { ends: offline, cvm: 'on-device', cvmResults: '010002' },
  },
  {
    ...m,
    name: 'device above its own limit',
    input: { amountMinor: 200_000n },
    combination: { transactionLimitMinor: 60_000n, transactionLimitOnDeviceMinor: 200_000n },
    card: device,
    expect: { ends: other },
  },
  {
    ...m,
    name: 'device below the CVM limit: none',
    card: device,
    expect: { ends: offline, cvm: 'none', cvmResults: '3F0002' },
  },
  {
    ...m,
    name: 'device above the CVM limit',
    input: { amountMinor: 20_001n },
    card: device,
    expect: { ends: offline, cvm: 'on-device', cvmResults: '010002' },
  },
  {
    ...m,
    name: 'device not wanted by the reader: list',
    input: { amountMinor: 20_001n },
    combination: { onDeviceCvm: false },
    card: device,
    expect: { cvm: 'online-pin', ends: offline, cvmResults: '420300' },
  },
  {
    ...m,
    name: 'list: online PIN above the limit',
    input: { amountMinor: 20_001n },
    expect: { ends: offline, cvm: 'online-pin', cvmResults: '420300', tvr: '8000048000' },
  },
  {
    ...m,
    name: 'list: signature above the limit',
    input: { amountMinor: 20_001n },
    card: { 'read 2.1': kernel2Record({ '8E': '00000000000000005E031F03' }) },
    expect: { ends: offline, cvm: 'signature', message: 'approved-sign', cvmResults: '5E0300' },
  },
  {
    ...m,
    name: 'list: nothing above the limit',
    input: { amountMinor: 20_001n },
    card: { 'read 2.1': kernel2Record({ '8E': '00000000000000001F03' }) },
    expect: { ends: offline, cvm: 'none', cvmResults: '3F0001', tvr: '8000808000' },
  },
  {
    ...m,
    name: 'list: offline PIN is not for contactless',
    input: { amountMinor: 20_001n },
    card: { 'read 2.1': kernel2Record({ '8E': '000000000000000041005E00' }) },
    expect: { ends: offline, cvm: 'signature' },
  },
  {
    ...m,
    name: 'list: fail',
    input: { amountMinor: 20_001n },
    card: { 'read 2.1': kernel2Record({ '8E': '00000000000000000000' }) },
    expect: { ends: offline, cvmResults: '000001', tvr: '8000808000' },
  },
  {
    ...m,
    name: 'list: unknown method',
    input: { amountMinor: 20_001n },
    card: { 'read 2.1': kernel2Record({ '8E': '00000000000000000A00' }) },
    expect: { ends: offline, cvmResults: '3F0001', tvr: '8000C08000' },
  },
  {
    ...m,
    name: 'list missing',
    card: { 'read 2.1': kernel2Record({ '8E': undefined }) },
    expect: { ends: offline, cvmResults: '3F0000', tvr: 'A000000000' },
  },
  {
    ...m,
    name: 'no verification in the AIP',
    card: { gpo: options2('0880') },
    expect: { ends: offline, cvmResults: '3F0000' },
  },
  {
    ...m,
    name: 'phone wants an action first',
    card: {
      ac1: `${object('77', tlv({ '9F27': '00', '9F36': '0002', '9F26': '1122334455667788', DF4B: '000200' }))}9000`,
    },
    expect: {
      ends: 'try-again/cardholder-verification-required',
      message: 'see-phone',
      start: 'B',
    },
  },
  {
    ...m,
    name: 'phone wants nothing',
    card: {
      ac1: `${object('77', tlv({ '9F27': '00', '9F36': '0002', '9F26': '1122334455667788', DF4B: '000000' }))}9000`,
    },
    expect: { ends: refused },
  },
  {
    ...m,
    name: 'relay resistance: not in the reader',
    ...relayCard(),
    expect: { ends: offline, tvr: '8000000001', never: ['relay'] },
  },
  {
    ...m,
    name: 'relay resistance: not in the card',
    combination: withRelay,
    card: { relay: relayAnswer },
    expect: { ends: offline, tvr: '8000000000', never: ['relay'] },
  },
  {
    ...m,
    name: 'relay resistance good',
    combination: withRelay,
    ...relayCard(),
    elapsedUs: 12_000,
    expect: { ends: offline, tvr: '8000000002', asks: ['relay', 'read 2.1'] },
  },
  {
    ...m,
    name: 'relay resistance: the transport has no clock',
    combination: withRelay,
    ...relayCard(),
    expect: { ends: offline, tvr: '8000000001' },
  },
  {
    ...m,
    name: 'relay resistance: too fast',
    combination: withRelay,
    ...relayCard(),
    elapsedUs: 1_000,
    expect: { ends: 'terminated/relay-suspected' },
  },
  {
    ...m,
    name: 'relay resistance: too slow three times',
    combination: withRelay,
    ...relayCard(),
    elapsedUs: 90_000,
    expect: { ends: offline, tvr: '800000000E', asks: ['relay', 'relay', 'relay', 'read 2.1'] },
  },
  {
    ...m,
    name: 'relay resistance: too slow once',
    combination: withRelay,
    ...relayCard(),
    elapsedUs: [90_000, 12_000],
    expect: { ends: offline, tvr: '8000000002', asks: ['relay', 'relay'] },
  },
  {
    ...m,
    name: 'relay resistance: accuracy',
    combination: { relay: { ...relay, accuracyThreshold: 10 } },
    ...relayCard(),
    elapsedUs: 12_000,
    expect: { ends: offline, tvr: '800000000A' },
  },
  {
    ...m,
    name: 'relay resistance: transmission times differ',
    combination: { relay: { ...relay, mismatchThreshold: 90 } },
    ...relayCard(),
    elapsedUs: 12_000,
    expect: { ends: offline, tvr: '800000000A' },
  },
  {
    ...m,
    name: 'relay resistance: refused',
    combination: withRelay,
    ...relayCard({ relay: '6985' }),
    elapsedUs: 12_000,
    expect: { ends: statusError },
  },
  {
    ...m,
    name: 'relay resistance: nine bytes',
    combination: withRelay,
    ...relayCard({ relay: ok(object('80', '01020304003201F400')) }),
    elapsedUs: 12_000,
    expect: { ends: statusError },
  },
  {
    ...m,
    name: 'relay resistance: card gone',
    combination: withRelay,
    ...relayCard({ relay: 'fault:removed' }),
    expect: { ends: 'try-again/card-not-responding', start: 'B' },
  },
  {
    ...m,
    name: 'torn: not kept without configuration',
    card: { ...recovery, ac1: 'fault:removed' },
    expect: { ends: 'try-again/card-removed', torn: false },
  },
  {
    ...m,
    name: 'torn: not kept when the card cannot recover',
    combination: { torn: { lifetimeMs: 5_000 } },
    card: { ac1: 'fault:removed' },
    expect: { ends: 'try-again/card-removed', torn: false },
  },
  {
    ...m,
    name: 'torn: kept',
    combination: { torn: { lifetimeMs: 5_000 } },
    card: { ...recovery, ac1: 'fault:removed' },
    expect: { ends: 'try-again/torn', torn: true, start: 'B' },
  },
  {
    ...m,
    name: 'torn before: recovered',
    combination: { torn: { lifetimeMs: 5_000 } },
    config: {
      combinations: [{ ...mastercardCombination, torn: { lifetimeMs: 5_000 } }],
      tornLog: [tornRecord],
      nowMs: 2_000,
    },
    card: recovery,
    expect: { ends: offline, asks: ['script'], never: ['ac1'] },
  },
  {
    ...m,
    name: 'torn before: too old',
    config: {
      combinations: [{ ...mastercardCombination, torn: { lifetimeMs: 5_000 } }],
      tornLog: [tornRecord],
      nowMs: 9_000,
    },
    card: recovery,
    expect: { ends: offline, asks: ['ac1'], never: ['script'] },
  },
  {
    ...m,
    name: 'torn before: another card',
    config: {
      combinations: [{ ...mastercardCombination, torn: { lifetimeMs: 5_000 } }],
      tornLog: [{ ...tornRecord, pan: fromHex('5413330089600028') }],
      nowMs: 2_000,
    },
    card: recovery,
    expect: { ends: offline, never: ['script'] },
  },
  {
    ...m,
    name: 'torn before: another sequence number',
    config: {
      combinations: [{ ...mastercardCombination, torn: { lifetimeMs: 5_000 } }],
      tornLog: [{ ...tornRecord, psn: fromHex('01') }],
      nowMs: 2_000,
    },
    card: recovery,
    expect: { ends: offline, never: ['script'] },
  },
  {
    ...m,
    name: 'torn before: the card has nothing to give',
    config: {
      combinations: [{ ...mastercardCombination, torn: { lifetimeMs: 5_000 } }],
      tornLog: [tornRecord],
      nowMs: 2_000,
    },
    card: { ...recovery, script: '6985' },
    expect: { ends: offline, asks: ['script', 'ac1'] },
  },
];
