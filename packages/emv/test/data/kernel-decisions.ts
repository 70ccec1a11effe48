// Area 6: processing restrictions. Area 8: risk management. Area 9: action analysis.
import { fromHex } from '@chipswitch/bytes';
import { type KernelCase, changed, gpo } from '../kernel-fixture.ts';

const good = 'approved/offline-approved';
const refused = 'declined/offline-declined';
const onlineGood = 'approved/online-approved';
type Changes = Readonly<Record<string, string | undefined>>;
const card = (changes: Changes): Pick<KernelCase, 'card'> => ({
  card: { 'read 1.1': changed(changes) },
});
const abroad = { '5F28': '0840' };
const atm = { terminalType: 0x14, capabilities: fromHex('60F8C8') };
const cash = { transactionType: 0x01 };
const manualCash = { transactionType: 0x17 };
const cashback = { transactionType: 0x09, otherAmountMinor: 500n };
/** TVR with restrictions in byte 2. */
const tvr2 = (byte2: string): string => `80${byte2}000000`;
const service = tvr2('10');
const allowed = tvr2('00');

/** Area 6. */
export const restrictionCases: readonly KernelCase[] = [
  { name: 'version equal', ...card({ '9F08': '0096' }), expect: { ends: good, tvr: allowed } },
  {
    name: 'version of the card higher',
    ...card({ '9F08': '0097' }),
    expect: { ends: good, tvr: tvr2('80') },
  },
  {
    name: 'version of the card lower',
    ...card({ '9F08': '0002' }),
    expect: { ends: good, tvr: tvr2('80') },
  },
  { name: 'version absent', ...card({ '9F08': undefined }), expect: { ends: good, tvr: allowed } },
  {
    name: 'usage control absent',
    ...card({ '9F07': undefined }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'no country: only ATM or not counts',
    ...card({ '9F07': '0100', '5F28': undefined }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'not at other than ATMs',
    ...card({ '9F07': 'FEC0' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'not at other than ATMs, no country',
    ...card({ '9F07': 'FEC0', '5F28': undefined }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'not at ATMs',
    config: atm,
    input: cash,
    ...card({ '9F07': 'FDC0' }),
    people: { online: { type: 'online', result: 'answered', arc: '00', decision: 'approved' } },
    expect: { ends: onlineGood, tvr: service },
  },
  {
    name: 'ATM allowed',
    config: atm,
    input: cash,
    ...card({ '9F07': 'FEC0' }),
    expect: { ends: onlineGood, tvr: allowed },
  },
  {
    name: 'type 14 without cash is no ATM',
    config: { ...atm, additionalCapabilities: fromHex('7000F0A001') },
    input: cash,
    ...card({ '9F07': 'FDC0' }),
    expect: { ends: onlineGood, tvr: allowed },
  },
  {
    name: 'type 24 is no ATM',
    config: { terminalType: 0x24 },
    input: cash,
    ...card({ '9F07': 'FDC0' }),
    expect: { ends: onlineGood, tvr: allowed },
  },
  {
    name: 'type 16 is an ATM that stays offline',
    config: { terminalType: 0x16 },
    input: cash,
    ...card({ '9F07': 'FDC0' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'domestic goods or services: neither',
    ...card({ '9F07': 'D7C0' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'domestic goods only',
    ...card({ '9F07': '21C0' }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'domestic services only',
    ...card({ '9F07': '0900' }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'domestic purchase with international bits only',
    ...card({ '9F07': '5500' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'international goods or services: neither',
    ...card({ ...abroad, '9F07': 'EBC0' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'international goods only',
    ...card({ ...abroad, '9F07': '1100' }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'international services only',
    ...card({ ...abroad, '9F07': '0500' }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'international purchase with domestic bits only',
    ...card({ ...abroad, '9F07': 'A980' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'domestic cash refused',
    input: cash,
    ...card({ '9F07': '7FC0' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'domestic cash allowed',
    input: cash,
    ...card({ '9F07': '8100' }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'domestic manual cash refused',
    input: manualCash,
    ...card({ '9F07': '7FC0' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'international cash refused',
    input: cash,
    ...card({ ...abroad, '9F07': 'BFC0' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'international cash allowed',
    input: cash,
    ...card({ ...abroad, '9F07': '4100' }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'domestic cashback refused',
    input: cashback,
    ...card({ '9F07': 'FF40' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'domestic cashback allowed',
    input: cashback,
    ...card({ '9F07': 'FF80' }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'international cashback refused',
    input: cashback,
    ...card({ ...abroad, '9F07': 'FF80' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'international cashback allowed',
    input: cashback,
    ...card({ ...abroad, '9F07': 'FF40' }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'cashback by its amount',
    input: { otherAmountMinor: 1n },
    ...card({ '9F07': 'FF00' }),
    expect: { ends: good, tvr: service },
  },
  {
    name: 'a refund has no row in the table',
    input: { transactionType: 0x20 },
    ...card({ '9F07': '0100' }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'expired yesterday',
    ...card({ '5F24': '261121' }),
    expect: { ends: good, tvr: tvr2('40') },
  },
  { name: 'expires today', ...card({ '5F24': '261122' }), expect: { ends: good, tvr: allowed } },
  {
    name: 'expired in the last century',
    ...card({ '5F24': '991231' }),
    expect: { ends: good, tvr: tvr2('40') },
  },
  {
    name: 'year 50 is 1950',
    ...card({ '5F24': '500101' }),
    expect: { ends: good, tvr: tvr2('40') },
  },
  { name: 'year 49 is 2049', ...card({ '5F24': '491231' }), expect: { ends: good, tvr: allowed } },
  {
    name: 'effective tomorrow',
    ...card({ '5F25': '261123' }),
    expect: { ends: good, tvr: tvr2('20') },
  },
  { name: 'effective today', ...card({ '5F25': '261122' }), expect: { ends: good, tvr: allowed } },
  {
    name: 'effective in the last century',
    ...card({ '5F25': '990101' }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'no effective date',
    ...card({ '5F25': undefined }),
    expect: { ends: good, tvr: allowed },
  },
  {
    name: 'all at once',
    input: cash,
    ...card({ '9F08': '0097', '9F07': '7FC0', '5F24': '261121', '5F25': '261123' }),
    expect: { ends: good, tvr: tvr2('F0') },
  },
];

const limits = { '9F14': '05', '9F23': '0A' };
const counters = (atc: string, last: string): Record<string, string> => ({
  'get 9F36': atc,
  'get 9F13': last,
});
const velocity = (
  atc: string,
  last: string,
  changes: Changes = limits,
): Pick<KernelCase, 'card'> => ({
  card: { 'read 1.1': changed(changes), ...counters(atc, last) },
});
const atc = (value: string): string => `9F3602${value}9000`;
const lastOnline = (value: string): string => `9F1302${value}9000`;
const pan = '4761739001010119';
const log = (
  amountMinor: bigint,
  psn: string | undefined = '01',
  of = pan,
): { pan: string; psn: string | undefined; amountMinor: bigint } => ({ pan: of, psn, amountMinor });
const tvr4 = (byte4: string, byte2 = '00'): string => `80${byte2}00${byte4}00`;
const spread = { thresholdMinor: 2_000n, target: 20, maximumTarget: 60 };

/** Area 8. The scripted randomness gives 0xA5: percentage 67. */
export const riskCases: readonly KernelCase[] = [
  {
    name: 'under the floor limit',
    input: { amountMinor: 9_999n },
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'the floor limit itself',
    input: { amountMinor: 10_000n },
    expect: { ends: good, tvr: tvr4('80') },
  },
  {
    name: 'over the floor limit',
    input: { amountMinor: 10_001n },
    expect: { ends: good, tvr: tvr4('80') },
  },
  {
    name: 'floor limit 0',
    application: { floorLimitMinor: 0n },
    input: { amountMinor: 0n },
    expect: { ends: good, tvr: tvr4('80') },
  },
  {
    name: 'split sale reaches the limit',
    input: { log: [log(5_000n)] },
    expect: { ends: good, tvr: tvr4('80') },
  },
  {
    name: 'split sale stays under it',
    input: { log: [log(4_999n)] },
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'split sale: only the latest counts',
    input: { log: [log(9_000n), log(1n)] },
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'split sale: another card',
    input: { log: [log(9_000n, '01', '5413330089020011')] },
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'split sale: another sequence number',
    input: { log: [log(9_000n, '02')] },
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'split sale: sequence number not logged',
    input: { log: [log(9_000n, undefined)] },
    expect: { ends: good, tvr: tvr4('80') },
  },
  { name: 'forced online', input: { forceOnline: true }, expect: { ends: good, tvr: tvr4('08') } },
  {
    name: 'random: under the threshold, percentage below',
    application: { randomSelection: { ...spread, thresholdMinor: 6_000n } },
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'random: under the threshold, percentage reached',
    application: { randomSelection: { thresholdMinor: 6_000n, target: 67, maximumTarget: 90 } },
    expect: { ends: good, tvr: tvr4('10') },
  },
  {
    name: 'random: one below the percentage',
    application: { randomSelection: { thresholdMinor: 6_000n, target: 66, maximumTarget: 90 } },
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'random: at the threshold the target counts',
    application: { randomSelection: { thresholdMinor: 5_000n, target: 66, maximumTarget: 99 } },
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'random: biased half way',
    application: { randomSelection: { thresholdMinor: 0n, target: 36, maximumTarget: 98 } },
    expect: { ends: good, tvr: tvr4('10') },
  },
  {
    name: 'random: biased, just not',
    application: { randomSelection: { thresholdMinor: 0n, target: 36, maximumTarget: 97 } },
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'random: just under the floor limit',
    input: { amountMinor: 9_999n },
    application: { randomSelection: { thresholdMinor: 0n, target: 0, maximumTarget: 68 } },
    expect: { ends: good, tvr: tvr4('10') },
  },
  {
    name: 'random: at the floor limit not looked at',
    input: { amountMinor: 10_000n },
    application: { randomSelection: { thresholdMinor: 0n, target: 99, maximumTarget: 99 } },
    expect: { ends: good, tvr: tvr4('80') },
  },
  {
    name: 'random: target 0 never',
    application: { randomSelection: { thresholdMinor: 6_000n, target: 0, maximumTarget: 0 } },
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'velocity: under both limits',
    ...velocity(atc('0006'), lastOnline('0001')),
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'velocity: lower limit passed',
    ...velocity(atc('0007'), lastOnline('0001')),
    expect: { ends: good, tvr: tvr4('40') },
  },
  {
    name: 'velocity: at the upper limit',
    ...velocity(atc('000B'), lastOnline('0001')),
    expect: { ends: good, tvr: tvr4('40') },
  },
  {
    name: 'velocity: upper limit passed',
    ...velocity(atc('000C'), lastOnline('0001')),
    expect: { ends: good, tvr: tvr4('60') },
  },
  {
    name: 'velocity: ATC equal to the last online one',
    ...velocity(atc('0005'), lastOnline('0005')),
    expect: { ends: good, tvr: tvr4('60') },
  },
  {
    name: 'velocity: ATC below the last online one',
    ...velocity(atc('0004'), lastOnline('0005')),
    expect: { ends: good, tvr: tvr4('60') },
  },
  {
    name: 'velocity: new card',
    ...velocity(atc('0001'), lastOnline('0000')),
    expect: { ends: good, tvr: tvr4('00', '08') },
  },
  {
    name: 'velocity: new card, ATC refused',
    ...velocity('6A88', lastOnline('0000')),
    expect: { ends: good, tvr: tvr4('60', '08') },
  },
  {
    name: 'velocity: ATC refused',
    ...velocity('6A88', lastOnline('0001')),
    expect: { ends: good, tvr: tvr4('60') },
  },
  {
    name: 'velocity: last online ATC refused',
    ...velocity(atc('0002'), '6A88'),
    expect: { ends: good, tvr: tvr4('60') },
  },
  {
    name: 'velocity: both refused',
    ...velocity('6A88', '6A81'),
    expect: { ends: good, tvr: tvr4('60') },
  },
  {
    name: 'velocity: ATC of one byte',
    ...velocity('9F3601029000', lastOnline('0001')),
    expect: { ends: good, tvr: tvr4('60') },
  },
  {
    name: 'velocity: ATC under another tag',
    ...velocity('9F130200019000', lastOnline('0001')),
    expect: { ends: good, tvr: tvr4('60') },
  },
  {
    name: 'velocity: ATC is garbage',
    ...velocity('DEAD9000', lastOnline('0001')),
    expect: { ends: good, tvr: tvr4('60') },
  },
  {
    name: 'velocity: ATC 65535',
    ...velocity(atc('FFFF'), lastOnline('FFFE')),
    expect: { ends: good, tvr: tvr4('00') },
  },
  {
    name: 'velocity: no lower limit',
    ...velocity(atc('0009'), lastOnline('0001'), { '9F23': '0A' }),
    expect: { ends: good, tvr: tvr4('00'), never: ['get 9F36'] },
  },
  {
    name: 'velocity: no upper limit',
    ...velocity(atc('0009'), lastOnline('0001'), { '9F14': '05' }),
    expect: { ends: good, tvr: tvr4('00'), never: ['get 9F36'] },
  },
  {
    name: 'velocity: limits of zero',
    ...velocity(atc('0002'), lastOnline('0001'), { '9F14': '00', '9F23': '00' }),
    expect: { ends: good, tvr: tvr4('60') },
  },
  {
    name: 'velocity: configured off',
    application: { velocityCheck: false },
    ...velocity(atc('000C'), lastOnline('0001')),
    expect: { ends: good, tvr: tvr4('00'), never: ['get 9F36'] },
  },
  {
    name: 'velocity: mute card',
    ...velocity('fault:timeout', lastOnline('0001')),
    expect: { ends: 'terminated/card-not-responding' },
  },
];

const codes = (
  denial: string,
  online: string,
  otherwise: string,
): { denial: Uint8Array; online: Uint8Array; default: Uint8Array } => ({
  denial: fromHex(denial),
  online: fromHex(online),
  default: fromHex(otherwise),
});
const zero = '0000000000';
/** The one bit of the plain transaction: offline data authentication was not performed. */
const bit = '8000000000';
const iac = (
  denial: string | undefined,
  online: string | undefined,
  otherwise: string | undefined,
): Pick<KernelCase, 'card'> => card({ '9F0E': denial, '9F0F': online, '9F0D': otherwise });
const unable = { online: { type: 'online', result: 'unable' } } as const;
const offlineOnly = { terminalType: 0x23 };
const onlineOnly = { terminalType: 0x21 };

/** Area 9. */
export const actionCases: readonly KernelCase[] = [
  { name: 'nothing matches: approved offline', expect: { ends: good, arc: 'Y1' } },
  {
    name: 'denial by the terminal',
    application: { tac: codes(bit, zero, zero) },
    expect: { ends: refused, arc: 'Z1' },
  },
  { name: 'denial by the issuer', ...iac(bit, zero, zero), expect: { ends: refused, arc: 'Z1' } },
  {
    name: 'denial goes before online',
    application: { tac: codes(bit, bit, zero) },
    expect: { ends: refused },
  },
  {
    name: 'denial by another bit is none',
    application: { tac: codes('7FFFFFFFFF', zero, zero) },
    expect: { ends: good },
  },
  {
    name: 'online by the terminal',
    application: { tac: codes(zero, bit, zero) },
    expect: { ends: onlineGood, arc: '00' },
  },
  { name: 'online by the issuer', ...iac(zero, bit, zero), expect: { ends: onlineGood } },
  {
    name: 'issuer codes absent: online',
    ...iac(undefined, undefined, undefined),
    expect: { ends: onlineGood },
  },
  {
    name: 'issuer denial absent denies nothing',
    ...iac(undefined, zero, zero),
    expect: { ends: good },
  },
  {
    name: 'issuer online absent: online',
    ...iac(zero, undefined, zero),
    expect: { ends: onlineGood },
  },
  {
    name: 'default is not looked at by a terminal that can go online',
    ...iac(zero, zero, 'FFFFFFFFFF'),
    expect: { ends: good },
  },
  {
    name: 'unable: default by the terminal',
    application: { tac: codes(zero, bit, bit) },
    people: unable,
    expect: { ends: 'declined/unable-to-go-online-declined', arc: 'Z3' },
  },
  {
    name: 'unable: default by the issuer',
    ...iac(zero, bit, bit),
    people: unable,
    expect: { ends: 'declined/unable-to-go-online-declined', arc: 'Z3' },
  },
  {
    name: 'unable: default does not match',
    ...iac(zero, bit, zero),
    people: unable,
    expect: { ends: 'approved/unable-to-go-online-approved', arc: 'Y3' },
  },
  {
    name: 'unable: default absent',
    ...iac(zero, bit, undefined),
    people: unable,
    expect: { ends: 'declined/unable-to-go-online-declined' },
  },
  {
    name: 'unable, known before',
    ...iac(zero, bit, zero),
    input: { offline: true },
    expect: { ends: 'approved/unable-to-go-online-approved' },
  },
  {
    name: 'unable and the card refuses',
    card: { 'read 1.1': changed({ '9F0F': bit }), ac2: 'ac:AAC' },
    people: unable,
    expect: { ends: 'declined/unable-to-go-online-declined', arc: 'Z3' },
  },
  {
    name: 'offline only: online codes are not looked at',
    config: offlineOnly,
    ...iac(zero, 'FFFFFFFFFF', zero),
    expect: { ends: good },
  },
  {
    name: 'offline only: default matches',
    config: offlineOnly,
    ...iac(zero, zero, bit),
    expect: { ends: refused },
  },
  {
    name: 'offline only: denial goes before',
    config: offlineOnly,
    ...iac(bit, zero, zero),
    expect: { ends: refused },
  },
  { name: 'online only: online without a match', config: onlineOnly, expect: { ends: onlineGood } },
  {
    name: 'online only: denial',
    config: onlineOnly,
    ...iac(bit, zero, zero),
    expect: { ends: refused },
  },
  {
    name: 'online only and unable: refused',
    config: onlineOnly,
    people: unable,
    expect: { ends: 'declined/unable-to-go-online-declined' },
  },
  {
    name: 'codes of both are added',
    application: { tac: codes(zero, '0000000080', zero) },
    ...iac(zero, bit, zero),
    expect: { ends: onlineGood },
  },
  {
    name: 'cardholder verification failed by TVR: denied',
    application: { tac: codes('0000800000', zero, zero) },
    card: { gpo: gpo('1800', '08010100'), 'read 1.1': changed({ '8E': '00000000000000000000' }) },
    expect: { ends: refused, tvr: '8000800000' },
  },
];
