// Area 13 as tables: Entry Point, kernel 3, kernel 2; and the pure parts beside them.
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type TornRecord,
  addTorn,
  decideCvm,
  fastDdaTerminalData,
  findTorn,
  judgeRelay,
  readRelayAnswer,
  readTtq,
  removeTorn,
  requestedKernel,
  withoutExpired,
} from '../src/index.ts';
import {
  type ContactlessCase,
  contactlessSummary,
  kernel2Record,
  mastercardCombination,
  runContactlessCase,
} from './contactless-fixture.ts';
import { entryPointCases, kernel2Cases, kernel3Cases } from './data/contactless-flows.ts';

const areas: readonly (readonly [area: string, cases: readonly ContactlessCase[]])[] = [
  ['13 entry point', entryPointCases],
  ['13 kernel 3', kernel3Cases],
  ['13 kernel 2', kernel2Cases],
];

for (const [area, cases] of areas) {
  describe(`area ${area}`, () => {
    it.each(cases.map((row) => [row.name, row] as const))('%s', (_, row) => {
      expect(contactlessSummary(row)).toEqual(row.expect);
    });
  });
}

it('the contactless tables are counted and have no row twice', () => {
  const plain = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? `${value}n` : value;
  let total = 0;
  for (const [area, cases] of areas) {
    console.log(`area ${area}: ${cases.length} cases`);
    total += cases.length;
    const bodies = new Set(cases.map((row) => JSON.stringify({ ...row, name: '' }, plain)));
    expect([area, bodies.size]).toEqual([area, cases.length]);
  }
  console.log(`contactless: ${total} cases`);
  expect(total).toBeGreaterThanOrEqual(150);
});

describe('the kernel a directory entry asks for', () => {
  it.each([
    ['A0000000031010', undefined, 3],
    ['A0000000041010', undefined, 2],
    ['A00000002501', undefined, 4],
    ['A0000000651010', undefined, 5],
    ['A0000001523010', undefined, 6],
    ['A000000333010101', undefined, 7],
    ['A0000006150001', undefined, 0],
    ['A0000000031010', '00', 3],
    ['A0000006150001', '0003', 0],
    ['A0000000031010', '02', 2],
    ['A0000000031010', '47', 0x47],
    ['A0000000031010', '8101', undefined],
    ['A0000000031010', '810156', 0x810156],
    ['A0000000031010', '800156', undefined],
    ['A0000000031010', 'C10156', 0xc10156],
  ])('%s with 9F2A %s: %s', (aid, identifier, kernel) => {
    const value = identifier === undefined ? undefined : fromHex(identifier);
    expect(requestedKernel(fromHex(aid), value)).toBe(kernel);
  });
});

describe('verification by the qualifiers', () => {
  const ttq = (text: string) => readTtq(fromHex(text));
  it.each([
    ['36404000', undefined, undefined, 'ARQC', 'signature'],
    ['34404000', undefined, undefined, 'ARQC', 'online-pin'],
    ['34404000', undefined, undefined, 'TC', 'impossible'],
    ['36004000', undefined, undefined, 'TC', 'none'],
    ['36404000', '8000', undefined, 'TC', 'online-pin'],
    ['32404000', '8000', undefined, 'ARQC', 'impossible'],
    ['36404000', '0080', undefined, 'TC', 'impossible'],
    ['36404000', '0080', undefined, 'ARQC', 'on-device'],
    ['36404000', '0080', '01AABBCCDD0080', 'TC', 'on-device'],
    ['36404000', '0080', '01AABBCCDD0000', 'ARQC', 'impossible'],
    ['36404000', '4000', undefined, 'TC', 'signature'],
    ['34404000', '4000', undefined, 'TC', 'impossible'],
    ['36004000', '0000', undefined, 'TC', 'none'],
    ['36404000', '0000', undefined, 'TC', 'impossible'],
  ] as const)('reader %s, card %s, signed %s, %s: %s', (reader, ctq, related, type, expected) => {
    const value = (text: string | undefined) => (text === undefined ? undefined : fromHex(text));
    expect(decideCvm({ ttq: ttq(reader), ctq: value(ctq), related: value(related), type })).toBe(
      expected,
    );
  });

  it('fast DDA covers number, amount, currency and 9F69 in this order', () => {
    const data = new Map([
      [0x9f37, fromHex('01020304')],
      [0x9f02, fromHex('000000001000')],
      [0x5f2a, fromHex('0156')],
      [0x9f69, fromHex('01AABBCCDD0000')],
    ]);
    expect(toHex(fastDdaTerminalData(data))).toBe('01020304000000001000015601AABBCCDD0000');
  });
});

describe('relay resistance', () => {
  const config = {
    minimumGrace: 20,
    maximumGrace: 50,
    commandTransmission: 18,
    responseTransmission: 24,
    accuracyThreshold: 300,
    mismatchThreshold: 50,
  };
  // Answer times of 50 to 500 hundreds of microseconds, transmission 20.
  const answer = readRelayAnswer(fromHex('01020304003201F40014'));
  it.each([
    [3_800, { measured: 0, tooFast: true, tooSlow: false }],
    [6_700, { measured: 29, tooFast: true, tooSlow: false }],
    [6_800, { measured: 30, tooFast: false, tooSlow: false }],
    [58_800, { measured: 550, tooFast: false, tooSlow: false }],
    [58_900, { measured: 551, tooFast: false, tooSlow: true }],
    [0, { measured: 0, tooFast: true, tooSlow: false }],
  ])('%d microseconds', (elapsed, expected) => {
    expect(answer).toBeDefined();
    if (answer !== undefined) expect(judgeRelay(answer, elapsed, config)).toMatchObject(expected);
  });

  it('a transmission time of nothing is a mismatch, not a division', () => {
    const silent = readRelayAnswer(fromHex('01020304003201F40000'));
    expect(silent).toBeDefined();
    if (silent === undefined) return;
    expect(judgeRelay(silent, 12_000, config).tvr).toEqual([
      'relay-performed',
      'relay-threshold-exceeded',
    ]);
  });

  it.each(['', '00'.repeat(9), '00'.repeat(11)])('an answer of another length: %s', (text) => {
    expect(readRelayAnswer(fromHex(text))).toBeUndefined();
  });
});

describe('torn transactions', () => {
  const torn = (pan: string, atMs: number, psn?: string): TornRecord => ({
    pan: fromHex(pan),
    psn: psn === undefined ? undefined : fromHex(psn),
    atMs,
    data: new Map(),
    pdolData: new Uint8Array(0),
    cdol1Data: new Uint8Array(0),
    cda: false,
  });

  it('the newest of a card replaces the older one', () => {
    const log = addTorn(addTorn([], torn('01', 1)), torn('01', 2));
    expect(log.map((record) => record.atMs)).toEqual([2]);
  });

  it('a card with another sequence number is another card', () => {
    const log = addTorn(addTorn([], torn('01', 1, '00')), torn('01', 2, '01'));
    expect(log).toHaveLength(2);
    expect(findTorn(log, fromHex('01'), fromHex('00'))?.atMs).toBe(1);
    expect(findTorn(log, fromHex('01'), undefined)).toBeUndefined();
  });

  it('the log is bounded: the oldest goes first', () => {
    let log: readonly TornRecord[] = [];
    for (let i = 0; i < 40; i++) log = addTorn(log, torn(i.toString(16).padStart(2, '0'), i));
    expect(log).toHaveLength(16);
    expect(log[0].atMs).toBe(24);
  });

  it('what is too old or recovered is gone', () => {
    const log = [torn('01', 1_000), torn('02', 5_000)];
    expect(withoutExpired(log, 7_000, 5_000).map((record) => record.atMs)).toEqual([5_000]);
    expect(removeTorn(log, log[0])).toEqual([log[1]]);
  });
});

it('a torn transaction comes back as it was: amount, TVR and all', () => {
  const combination = { torn: { lifetimeMs: 60_000 }, contactlessFloorLimitMinor: 4_000n };
  const first = runContactlessCase({
    name: 'torn',
    base: 'mastercard',
    combination,
    card: { 'read 2.1': kernel2Record({ '9F51': '9F37049F0206' }), ac1: 'fault:removed' },
    expect: { ends: '' },
  });
  const { torn } = first.outcome.contactless ?? {};
  expect(torn).toBeDefined();
  if (torn === undefined) return;
  const { outcome, trace } = runContactlessCase({
    name: 'recovered',
    base: 'mastercard',
    // This tap is for another amount, under the floor limit.
    input: { amountMinor: 100n },
    config: {
      combinations: [{ ...mastercardCombination, ...combination }],
      tornLog: [torn],
      nowMs: 1,
    },
    card: {
      'read 2.1': kernel2Record({ '9F51': '9F37049F0206' }),
      script: '800B40000211223344556677889000',
    },
    expect: { ends: '' },
  });
  expect(trace.commands.at(-1)).toBe('80D000000AA5A5A5A500000000500000');
  expect(outcome.reason).toBe('offline-approved');
  expect(toHex(outcome.data.get(0x9f02) ?? new Uint8Array(0))).toBe('000000005000');
  expect(toHex(outcome.tvr)).toBe(toHex(first.outcome.tvr));
  expect(outcome.data.get(0x95)).toEqual(outcome.tvr);
  expect(toHex(outcome.tvr)).toBe('8000008000');
});

it('form factor and payment account reference of a phone are in the outcome', () => {
  const row = kernel3Cases.find((one) => one.name.startsWith('phone'));
  expect(row).toBeDefined();
  if (row === undefined) return;
  const { outcome } = runContactlessCase(row);
  expect(toHex(outcome.data.get(0x9f6e) ?? new Uint8Array(0))).toBe('23830000');
  expect(outcome.data.get(0x9f24)).toHaveLength(29);
});
