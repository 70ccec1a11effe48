// The exact semantics of what a terminal asks, each under its number: types and their answers, advices, reversals of
// what is not there, repeats, keys.
import { type IsoMessage, terminalAnswer, textOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { parseSwitchConfig } from '../../src/config.ts';
import type { Desk } from '../../src/desk.ts';
import { type StageStand, openStageStand, purchaseOf } from './stage-stand.ts';

async function codeOf(stand: StageStand, message: IsoMessage, host = '00'): Promise<string> {
  const before = stand.written.length;
  const { answer, isGivenUp } = await stand.ask(message);
  if (stand.written.length > before) await stand.hostAnswers(host);
  if (isGivenUp()) return 'no answer';
  return textOf(answer() ?? { mti: '' }, 39) ?? 'pending';
}

const reversalOf = (message: IsoMessage, more: Partial<IsoMessage> = {}): IsoMessage => ({
  ...message,
  mti: '0400',
  ...more,
});
const kindsIn = ({ journal }: StageStand): string[] =>
  [...journal.payments.values()].map(({ kind, state }) => `${kind} ${state}`);

describe('(b) 1: message types', () => {
  it.each([
    ['0100', '0110'],
    ['0101', '0110'],
    ['0120', '0130'],
    ['0121', '0130'],
    ['0200', '0210'],
    ['0201', '0210'],
    ['0220', '0230'],
    ['0221', '0230'],
    ['0302', '0312'],
    ['0320', '0330'],
    ['0400', '0410'],
    ['0401', '0410'],
    ['0420', '0430'],
    ['0421', '0430'],
    ['0500', '0510'],
    ['0520', '0530'],
    ['0800', '0810'],
  ])('(b) 1: %s is answered by %s: class and version are kept', (mti, answer) => {
    expect(terminalAnswer(purchaseOf('000001', { mti }), '00').mti).toBe(answer);
  });
  it.each([
    ['a blocked card', {}, { blocked: true }, '62'],
    ['an amount above the terminal’s', { de4: '000000999999' }, {}, '61'],
    ['an expired card', { de14: '2001' }, {}, '54'],
    [
      'a chip card that was swiped',
      { de22: '902', de35: '4761739001010119=29122011143878089' },
      {},
      '58',
    ],
  ])(
    '(b) 1: an advice is never declined on business grounds: %s',
    async (_name, more, spoiled, code) => {
      const stand = openStageStand(({ terminals, vault }: Desk) => ({
        terminals: new Map(
          [...terminals].map(([id, one]) => [id, { ...one, amountMinorMax: 500_000n }]),
        ),
        ...('blocked' in spoiled
          ? { vault: { ...vault, panHmac: () => 'hot' }, blockedPanHmacs: new Set(['hot']) }
          : {}),
      }));
      expect(await codeOf(stand, purchaseOf('000001', more))).toBe(code);
      expect(await codeOf(stand, purchaseOf('000002', { ...more, mti: '0220' }))).toBe('00');
      expect(stand.written.map(({ mti }) => mti)).toEqual(['0220']);
    },
  );
});

describe('(b) 3: timers nest', () => {
  it.each([
    [20_000, undefined, 'shorter than what follows from the host'],
    [20_000, 20_000, 'as long as the host'],
    [20_000, 10_000, 'shorter than the host'],
  ])('(b) 3: host %i, terminal %s: %s', (answerMs, terminalMs, _what) => {
    const config = {
      instance: 'nest',
      acquirerId: '1',
      listen: { host: 'none', port: 0, ...(terminalMs === undefined ? {} : { terminalMs }) },
      businessDay: { timeZone: 'UTC', cutOff: '23:00:00' },
      hosts: [{ name: 'a', dialect: 'iso1987Ascii', host: 'none', port: 1, timers: { answerMs } }],
      routes: [],
      terminals: [],
      security: { kind: 'soft', keyFile: 'none' },
    };
    if (terminalMs === undefined) {
      expect(parseSwitchConfig(config).listen.terminalMs).toBeGreaterThan(answerMs);
    } else expect(() => parseSwitchConfig(config)).toThrow('terminalMs');
  });
});

describe('(b) 11: the reversal of an unknown original', () => {
  it('(b) 11: 25 and a tombstone; the original is refused when it comes afterwards', async () => {
    const stand = openStageStand();
    const original = purchaseOf('000001');
    expect(await codeOf(stand, reversalOf(original))).toBe('25');
    expect(kindsIn(stand)).toContain('tombstone REVERSED');
    expect(await codeOf(stand, original)).toBe('12');
    expect(await codeOf(stand, reversalOf(original, { mti: '0401' }))).toBe('00');
    expect(stand.written).toEqual([]);
  });
  it('(b) 11: one that comes while its original is in flight is applied to it, never "not found"', async () => {
    const stand = openStageStand();
    const original = purchaseOf('000001');
    const asked = await stand.ask(original);
    expect(stand.written).toHaveLength(1);
    const { answer } = await stand.ask(reversalOf(original));
    await stand.pass(10);
    expect(textOf(answer() ?? { mti: '' }, 39)).toBe('00');
    expect(textOf(asked.answer() ?? { mti: '' }, 39)).toBe('91');
    expect(kindsIn(stand)[0]).toMatch(/^purchase REVERSAL/);
    expect(stand.written.map(({ mti }) => mti)).toEqual(['0200', '0420']);
  });
  it('(b) 11: one that was done already is answered alike', async () => {
    const stand = openStageStand();
    const original = purchaseOf('000001');
    await codeOf(stand, original);
    await stand.pass(10);
    expect(await codeOf(stand, reversalOf(original))).toBe('00');
    expect(await codeOf(stand, reversalOf(original, { mti: '0401' }))).toBe('00');
    expect(stand.written.map(({ mti }) => mti)).toEqual(['0200', '0420']);
  });
});

describe('(b) 12: repeats', () => {
  it.each([
    ['0200', '0201', '00'],
    ['0200', '0200', '00'],
    ['0100', '0101', '00'],
    ['0100', '0100', '51'],
    ['0220', '0221', '00'],
  ])('(b) 12: %s, then %s: the same answer, no second effect', async (first, again, host) => {
    const stand = openStageStand();
    const code = await codeOf(stand, purchaseOf('000001', { mti: first }), host);
    expect(await codeOf(stand, purchaseOf('000001', { mti: again }))).toBe(code);
    expect(stand.written).toHaveLength(1);
    expect(stand.journal.payments.size).toBe(1);
  });
  it('(b) 12: a repeat of what nobody knows is taken as what it repeats', async () => {
    const stand = openStageStand();
    expect(await codeOf(stand, purchaseOf('000001', { mti: '0201' }))).toBe('00');
    expect(stand.written).toMatchObject([{ mti: '0200' }]);
  });
});

describe('(b) 13: what makes two questions one', () => {
  const other = 'TERM0002';
  const stand = (): StageStand =>
    openStageStand(({ terminals }: Desk) => {
      const [terminal] = terminals.values();
      return { terminals: new Map([...terminals, [other, { ...terminal, terminalId: other }]]) };
    });
  it.each([
    ['another trace number', { de11: '000002' }],
    ['another local time', { de12: '120001' }],
    ['another local date', { de13: '1121' }],
    ['another terminal', { de41: other }],
    ['another class', { mti: '0100' }],
  ])('(b) 13: %s is another payment', async (_name, more) => {
    const open = stand();
    await codeOf(open, purchaseOf('000001'));
    expect(await codeOf(open, purchaseOf('000001', more))).toBe('00');
    expect(open.written).toHaveLength(2);
  });
  it.each([
    ['amount', { de4: '000000001001' }],
    ['card', { de2: '4111111111111111' }],
    ['processing code', { de3: '010000' }],
  ])('(b) 13: the same key with another %s is 94, and goes nowhere', async (_name, more) => {
    const open = stand();
    await codeOf(open, purchaseOf('000001'));
    expect(await codeOf(open, purchaseOf('000001', more))).toBe('94');
    expect(open.written).toHaveLength(1);
    expect(open.desk.counters.snapshot().fingerprintAlarms).toBe(1);
  });
});

describe('(b) 14: how long a key is known', () => {
  it('(b) 14: for ever: also when the fast path has forgotten it, and the day is over', async () => {
    const stand = openStageStand();
    await codeOf(stand, purchaseOf('000001'));
    Object.assign(stand.desk, {
      idempotency: { claim: async () => 'fresh', close: async () => undefined },
      businessDate: () => '2026-12-24',
    });
    expect(await codeOf(stand, purchaseOf('000001'))).toBe('00');
    expect(stand.written).toHaveLength(1);
  });
  it('(b) 14: a look-alike under another trace number is another payment', async () => {
    const stand = openStageStand();
    await codeOf(stand, purchaseOf('000001'));
    await codeOf(stand, purchaseOf('000002'));
    expect(stand.written).toHaveLength(2);
  });
});
