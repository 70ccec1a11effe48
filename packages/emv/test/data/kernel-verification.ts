// Area 7: cardholder verification.
import { fromHex } from '@chipswitch/bytes';
import type { TerminalConfig, TransactionInput } from '../../src/index.ts';
import { type KernelCase, changed } from '../kernel-fixture.ts';

const good = 'approved/offline-approved';
const cancelled = 'cancelled/cardholder-cancelled';

/** A card with this CVM list: X 100.00, Y 20.00 in the currency of the transaction. */
const list = (
  rules: string,
  more: Record<string, string | undefined> = {},
): { 'read 1.1': string } => ({
  'read 1.1': changed({ '8E': `00002710000007D0${rules}`, '9F42': '0156', ...more }),
});
const can = (byte2: string): Partial<TerminalConfig> => ({ capabilities: fromHex(`60${byte2}C8`) });
const amount = (amountMinor: bigint): Partial<TransactionInput> => ({ amountMinor });
const cash = { transactionType: 0x01 };
const cashback = { transactionType: 0x09, otherAmountMinor: 1_000n };
const unattended = { terminalType: 0x25 };
const bypass = { 'offline-pin': { type: 'offline-pin', result: 'bypassed' } } as const;
const noPad = { 'offline-pin': { type: 'offline-pin', result: 'pad-failed' } } as const;

/** TVR byte 3, the rest of the plain transaction around it. */
const tvr = (byte3: string): string => `8000${byte3}0000`;

/** Area 7. */
export const verificationCases: readonly KernelCase[] = [
  {
    name: 'no CVM',
    card: list('1F00'),
    expect: { ends: good, tvr: tvr('00'), cvm: '1F0002', tsi: '6800' },
  },
  {
    name: 'no CVM not supported',
    config: can('F0'),
    card: list('1F00'),
    expect: { ends: good, tvr: tvr('80'), cvm: '3F0001', tsi: '6800' },
  },
  {
    name: 'no list',
    card: { 'read 1.1': changed({ '8E': undefined }) },
    expect: { ends: good, tvr: 'A000000000', cvm: '3F0000', tsi: '2800' },
  },
  {
    name: 'list without rules',
    card: list(''),
    expect: { ends: good, tvr: 'A000000000', cvm: '3F0000', tsi: '2800' },
  },
  {
    name: 'list of an odd length',
    card: list('1F'),
    expect: { ends: 'terminated/card-data-error' },
  },
  {
    name: 'list of four bytes',
    card: { 'read 1.1': changed({ '8E': '00002710' }) },
    expect: { ends: 'terminated/card-data-error' },
  },
  {
    name: 'fail',
    card: list('0000'),
    expect: { ends: good, tvr: tvr('80'), cvm: '000001', tsi: '6800' },
  },
  {
    name: 'fail, apply next',
    card: list('40001F00'),
    expect: { ends: good, tvr: tvr('00'), cvm: '1F0002' },
  },
  {
    name: 'fail, apply next, end of list',
    card: list('4000'),
    expect: { ends: good, tvr: tvr('80'), cvm: '400001' },
  },
  {
    name: 'signature',
    card: list('1E00'),
    expect: { ends: good, tvr: tvr('00'), cvm: '1E0000', tsi: '6800' },
  },
  {
    name: 'signature not supported',
    config: can('D8'),
    card: list('1E00'),
    expect: { ends: good, tvr: tvr('80'), cvm: '3F0001' },
  },
  {
    name: 'signature not supported, apply next',
    config: can('D8'),
    card: list('5E001F00'),
    expect: { ends: good, tvr: tvr('00'), cvm: '1F0002' },
  },
  {
    name: 'online PIN',
    card: list('0200'),
    expect: { ends: good, tvr: tvr('04'), cvm: '020000', tsi: '6800' },
  },
  {
    name: 'online PIN bypassed',
    card: list('0200'),
    people: { pin: { type: 'pin', result: 'bypassed' } },
    expect: { ends: good, tvr: tvr('88'), cvm: '020001' },
  },
  {
    name: 'online PIN cancelled',
    card: list('0200'),
    people: { pin: { type: 'pin', result: 'cancelled' } },
    expect: { ends: cancelled },
  },
  {
    name: 'online PIN, pad broken',
    card: list('0200'),
    people: { pin: { type: 'pin', result: 'pad-failed' } },
    expect: { ends: good, tvr: tvr('90'), cvm: '020001' },
  },
  {
    name: 'online PIN not supported',
    config: can('B8'),
    card: list('0200'),
    expect: { ends: good, tvr: tvr('90'), cvm: '3F0001' },
  },
  {
    name: 'online PIN bypassed, signature next',
    card: list('42001E00'),
    people: { pin: { type: 'pin', result: 'bypassed' } },
    expect: { ends: good, tvr: tvr('08'), cvm: '1E0000' },
  },
  {
    name: 'plaintext PIN',
    card: list('0100'),
    expect: { ends: good, tvr: tvr('00'), cvm: '010002', sends: ['0020008008241234FFFFFFFFFF'] },
  },
  {
    name: 'plaintext PIN of 12 digits',
    card: list('0100'),
    people: { 'offline-pin': { type: 'offline-pin', result: 'entered', pin: '123456789012' } },
    expect: { ends: good, cvm: '010002', sends: ['00200080082C123456789012FF'] },
  },
  {
    name: 'plaintext PIN of 5 digits',
    card: list('0100'),
    people: { 'offline-pin': { type: 'offline-pin', result: 'entered', pin: '12345' } },
    expect: { ends: good, sends: ['00200080082512345FFFFFFFFF'] },
  },
  {
    name: 'plaintext PIN of three digits is none',
    card: list('0100'),
    people: { 'offline-pin': { type: 'offline-pin', result: 'entered', pin: '123' } },
    expect: { ends: good, tvr: tvr('88'), never: ['verify'] },
  },
  {
    name: 'plaintext PIN with a letter is none',
    card: list('0100'),
    people: { 'offline-pin': { type: 'offline-pin', result: 'entered', pin: '12A4' } },
    expect: { ends: good, tvr: tvr('88'), never: ['verify'] },
  },
  {
    name: 'plaintext PIN switched off',
    config: { plaintextPin: false },
    card: list('0100'),
    expect: { ends: good, tvr: tvr('90'), cvm: '3F0001', never: ['verify'] },
  },
  {
    name: 'plaintext PIN not in 9F33',
    config: can('78'),
    card: list('0100'),
    expect: { ends: good, tvr: tvr('90'), cvm: '3F0001', never: ['verify', 'get 9F17'] },
  },
  {
    name: 'plaintext PIN switched off, no CVM next',
    config: { plaintextPin: false },
    card: list('41001F00'),
    expect: { ends: good, tvr: tvr('10'), cvm: '1F0002' },
  },
  {
    name: 'plaintext PIN wrong once',
    card: { ...list('0100'), verify: ['63C2', '9000'] },
    expect: { ends: good, tvr: tvr('00'), cvm: '010002', asks: ['verify', 'verify'] },
  },
  {
    name: 'plaintext PIN wrong to the end',
    card: { ...list('0100'), verify: ['63C2', '63C1', '63C0'] },
    expect: { ends: good, tvr: tvr('A0'), cvm: '010001', asks: ['verify', 'verify', 'verify'] },
  },
  {
    name: 'plaintext PIN wrong to the end, signature next',
    card: { ...list('41001E00'), verify: ['63C0'] },
    expect: { ends: good, tvr: tvr('20'), cvm: '1E0000' },
  },
  {
    name: 'plaintext PIN: a counter that never falls',
    card: { ...list('0100'), verify: '63CF' },
    expect: {
      ends: good,
      tvr: tvr('A0'),
      cvm: '010001',
      asks: Array.from({ length: 15 }, () => 'verify'),
    },
  },
  {
    name: 'plaintext PIN blocked 6983',
    card: { ...list('0100'), verify: '6983' },
    expect: { ends: good, tvr: tvr('A0'), cvm: '010001' },
  },
  {
    name: 'plaintext PIN blocked 6984',
    card: { ...list('0100'), verify: '6984' },
    expect: { ends: good, tvr: tvr('A0'), cvm: '010001' },
  },
  {
    name: 'plaintext PIN: VERIFY unknown',
    card: { ...list('0100'), verify: '6D00' },
    expect: { ends: good, tvr: tvr('80'), cvm: '010001' },
  },
  {
    name: 'plaintext PIN: card mute at VERIFY',
    card: { ...list('0100'), verify: 'fault:timeout' },
    expect: { ends: 'terminated/card-not-responding' },
  },
  {
    name: 'plaintext PIN: card mute at the counter',
    card: { ...list('0100'), 'get 9F17': 'fault:timeout' },
    expect: { ends: 'terminated/card-not-responding' },
  },
  {
    name: 'plaintext PIN: counter 0',
    card: { ...list('0100'), 'get 9F17': '9F1701009000' },
    expect: { ends: good, tvr: tvr('A0'), cvm: '010001', never: ['verify'] },
  },
  {
    name: 'plaintext PIN: counter 1',
    card: { ...list('0100'), 'get 9F17': '9F1701019000' },
    expect: { ends: good, tvr: tvr('00'), cvm: '010002' },
  },
  {
    name: 'plaintext PIN: counter refused',
    card: { ...list('0100'), 'get 9F17': '6A88' },
    expect: { ends: good, tvr: tvr('00'), cvm: '010002' },
  },
  {
    name: 'plaintext PIN: counter malformed',
    card: { ...list('0100'), 'get 9F17': '9F170200039000' },
    expect: { ends: good, tvr: tvr('00'), cvm: '010002' },
  },
  {
    name: 'plaintext PIN: counter under another tag',
    card: { ...list('0100'), 'get 9F17': '9F1801009000' },
    expect: { ends: good, cvm: '010002' },
  },
  {
    name: 'plaintext PIN bypassed',
    card: list('0100'),
    people: bypass,
    expect: { ends: good, tvr: tvr('88'), cvm: '010001', never: ['verify'] },
  },
  {
    name: 'plaintext PIN bypassed, online PIN is not asked for',
    card: list('41000200'),
    people: bypass,
    expect: { ends: good, tvr: tvr('88'), cvm: '020001' },
  },
  {
    name: 'plaintext PIN bypassed, signature next',
    card: list('41001E00'),
    people: bypass,
    expect: { ends: good, tvr: tvr('08'), cvm: '1E0000' },
  },
  {
    name: 'plaintext PIN bypassed where that is not allowed',
    config: { pinBypass: false },
    card: list('0100'),
    people: bypass,
    expect: { ends: cancelled, never: ['verify', 'ac1'] },
  },
  {
    name: 'online PIN bypassed where that is not allowed',
    config: { pinBypass: false },
    card: list('0200'),
    people: { pin: { type: 'pin', result: 'bypassed' } },
    expect: { ends: cancelled, never: ['ac1'] },
  },
  {
    name: 'plaintext PIN cancelled',
    card: list('0100'),
    people: { 'offline-pin': { type: 'offline-pin', result: 'cancelled' } },
    expect: { ends: cancelled },
  },
  {
    name: 'plaintext PIN, pad broken',
    card: list('0100'),
    people: noPad,
    expect: { ends: good, tvr: tvr('90'), cvm: '010001' },
  },
  {
    name: 'plaintext PIN wrong, then cancelled',
    card: { ...list('0100'), verify: '63C2' },
    people: {
      'offline-pin': [
        { type: 'offline-pin', result: 'entered', pin: '0000' },
        { type: 'offline-pin', result: 'cancelled' },
      ],
    },
    expect: { ends: cancelled },
  },
  {
    name: 'plaintext PIN wrong, then bypassed',
    card: { ...list('0100'), verify: '63C2' },
    people: {
      'offline-pin': [
        { type: 'offline-pin', result: 'entered', pin: '0000' },
        { type: 'offline-pin', result: 'bypassed' },
      ],
    },
    expect: { ends: good, tvr: tvr('88'), cvm: '010001' },
  },
  {
    name: 'plaintext PIN and signature',
    card: list('0300'),
    expect: { ends: good, tvr: tvr('00'), cvm: '030000' },
  },
  {
    name: 'plaintext PIN and signature, PIN wrong',
    card: { ...list('0300'), verify: '63C0' },
    expect: { ends: good, tvr: tvr('A0'), cvm: '030001' },
  },
  {
    name: 'plaintext PIN and signature, no signature',
    config: can('D8'),
    card: list('0300'),
    expect: { ends: good, tvr: tvr('90'), cvm: '3F0001' },
  },
  {
    name: 'enciphered PIN without any key',
    card: list('0400'),
    expect: { ends: good, tvr: tvr('80'), cvm: '040001', never: ['challenge', 'verify'] },
  },
  {
    name: 'enciphered PIN without any key, no CVM next',
    card: list('44001F00'),
    expect: { ends: good, tvr: tvr('00'), cvm: '1F0002' },
  },
  {
    name: 'enciphered PIN not supported',
    config: can('E8'),
    card: list('0400'),
    expect: { ends: good, tvr: tvr('90'), cvm: '3F0001' },
  },
  {
    name: 'enciphered PIN and signature without signature',
    config: can('D8'),
    card: list('0500'),
    expect: { ends: good, tvr: tvr('90'), cvm: '3F0001' },
  },
  {
    name: 'unknown method',
    card: list('0A00'),
    expect: { ends: good, tvr: tvr('C0'), cvm: '3F0001' },
  },
  {
    name: 'unknown method, apply next',
    card: list('4A001F00'),
    expect: { ends: good, tvr: tvr('40'), cvm: '1F0002' },
  },
  {
    name: 'biometric method',
    card: list('46001E00'),
    expect: { ends: good, tvr: tvr('40'), cvm: '1E0000' },
  },
  {
    name: 'reserved bit 8',
    card: list('9F00'),
    expect: { ends: good, tvr: tvr('C0'), cvm: '3F0001' },
  },
  {
    name: 'issuer method 30',
    card: list('30001F00'),
    expect: { ends: good, tvr: tvr('C0'), cvm: '3F0001' },
  },
  {
    name: 'condition 01 at an attended terminal',
    input: cash,
    card: list('1F01'),
    expect: { ends: good, tvr: tvr('80'), cvm: '3F0001' },
  },
  {
    name: 'condition 01: unattended cash',
    input: cash,
    config: unattended,
    card: list('1F01', { '9F07': 'FFC0' }),
    expect: { ends: good, cvm: '1F0102' },
  },
  {
    name: 'condition 01: unattended purchase',
    config: unattended,
    card: list('1F01'),
    expect: { ends: good, cvm: '3F0001' },
  },
  { name: 'condition 02: purchase', card: list('1F02'), expect: { ends: good, cvm: '1F0202' } },
  {
    name: 'condition 02: cash',
    input: cash,
    card: list('1F02'),
    expect: { ends: good, cvm: '3F0001' },
  },
  {
    name: 'condition 02: cashback',
    input: cashback,
    card: list('1F02'),
    expect: { ends: good, cvm: '3F0001' },
  },
  {
    name: 'condition 02: cashback by the amount alone',
    input: { otherAmountMinor: 1n },
    card: list('1F02'),
    expect: { ends: good, cvm: '3F0001' },
  },
  { name: 'condition 03: supported', card: list('1E03'), expect: { ends: good, cvm: '1E0300' } },
  {
    name: 'condition 03: not supported, next rule though no "apply next"',
    config: can('D8'),
    card: list('1E031F00'),
    expect: { ends: good, tvr: tvr('00'), cvm: '1F0002' },
  },
  {
    name: 'condition 03: unknown method is not supported',
    card: list('0A031F00'),
    expect: { ends: good, tvr: tvr('00'), cvm: '1F0002' },
  },
  {
    name: 'condition 04: manual cash',
    input: cash,
    card: list('1E04'),
    expect: { ends: good, cvm: '1E0400' },
  },
  {
    name: 'condition 04: unattended cash',
    input: cash,
    config: unattended,
    card: list('1E04'),
    expect: { ends: good, cvm: '3F0001' },
  },
  {
    name: 'condition 05: cashback',
    input: cashback,
    card: list('1E05'),
    expect: { ends: good, cvm: '1E0500' },
  },
  { name: 'condition 05: purchase', card: list('1E05'), expect: { ends: good, cvm: '3F0001' } },
  {
    name: 'condition 06: under X',
    input: amount(9_999n),
    card: list('1F06'),
    expect: { ends: good, cvm: '1F0602' },
  },
  {
    name: 'condition 06: X itself',
    input: amount(10_000n),
    application: { floorLimitMinor: 99_999n },
    card: list('1F06'),
    expect: { ends: good, cvm: '3F0001' },
  },
  {
    name: 'condition 07: over X',
    input: amount(10_001n),
    application: { floorLimitMinor: 99_999n },
    card: list('1F07'),
    expect: { ends: good, cvm: '1F0702' },
  },
  {
    name: 'condition 07: X itself',
    input: amount(10_000n),
    application: { floorLimitMinor: 99_999n },
    card: list('1F07'),
    expect: { ends: good, cvm: '3F0001' },
  },
  {
    name: 'condition 08: under Y',
    input: amount(1_999n),
    card: list('1F08'),
    expect: { ends: good, cvm: '1F0802' },
  },
  {
    name: 'condition 08: over Y',
    input: amount(2_001n),
    card: list('1F08'),
    expect: { ends: good, cvm: '3F0001' },
  },
  {
    name: 'condition 09: over Y',
    input: amount(2_001n),
    card: list('1F09'),
    expect: { ends: good, cvm: '1F0902' },
  },
  {
    name: 'condition 09: under Y',
    input: amount(1_999n),
    card: list('1F09'),
    expect: { ends: good, cvm: '3F0001' },
  },
  {
    name: 'condition 06 in another currency',
    input: { currency: '840' },
    card: list('1F06'),
    expect: { ends: good, cvm: '3F0001' },
  },
  {
    name: 'condition 07 in another currency',
    input: { currency: '840', amountMinor: 20_000n },
    application: { floorLimitMinor: 99_999n },
    card: list('1F07'),
    expect: { ends: good, cvm: '3F0001' },
  },
  {
    name: 'condition 06 without application currency',
    card: list('1F06', { '9F42': undefined }),
    expect: { ends: good, cvm: '3F0001' },
  },
  {
    name: 'condition 0A is reserved',
    card: list('1F0A1E00'),
    expect: { ends: good, cvm: '1E0000' },
  },
  {
    name: 'condition 80 is the scheme’s',
    card: list('1F80'),
    expect: { ends: good, tvr: tvr('80'), cvm: '3F0001' },
  },
  {
    name: 'exhausted after two failures: the last one tried',
    card: { ...list('42004100'), verify: '63C0' },
    people: { pin: { type: 'pin', result: 'pad-failed' } },
    expect: { ends: good, tvr: tvr('B0'), cvm: '410001' },
  },
  {
    name: 'a rule after a failed one without "apply next" is not reached',
    card: { ...list('01001F00'), verify: '63C0' },
    expect: { ends: good, tvr: tvr('A0'), cvm: '010001' },
  },
  {
    name: 'a list of 51 rules whose last one applies',
    input: amount(1_999n),
    card: list(`${'1F09'.repeat(50)}1F00`),
    expect: { ends: good, tvr: tvr('00'), cvm: '1F0002' },
  },
];
