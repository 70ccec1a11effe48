// What a terminal hears when it is not known whether its key has an outcome: nothing that could contradict one.
import type { PaymentJournal } from '@chipswitch/ledger';
import { type IdempotencyStore, type IsoMessage, textOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import type { Desk } from '../../src/desk.ts';
import { type StageStand, openStageStand, purchaseOf } from './stage-stand.ts';

const away = { ok: false, error: { code: 'journal-unavailable' } } as const;
const withJournal =
  (more: Partial<PaymentJournal>) =>
  ({ journal }: Desk): Partial<Desk> => ({ journal: { ...journal, ...more } });
const forgetful: IdempotencyStore = {
  claim: async () => 'fresh',
  close: async () => undefined,
};

// Another process has it in flight, so this one has not.
function carryElsewhere({ desk, journal }: StageStand): void {
  const [{ key }] = journal.payments.values();
  const payment = desk.inFlight.get(key);
  if (payment === undefined) throw new Error('nothing is in flight');
  desk.inFlight.remove(payment);
}

async function codeOf(stand: StageStand, stan: string): Promise<string> {
  const { answer, isGivenUp } = await stand.ask(purchaseOf(stan));
  if (isGivenUp()) return 'no answer';
  return textOf(answer() ?? { mti: '' }, 39) ?? 'pending';
}

const withoutRoute = ({ routing }: Desk): Pick<Desk, 'routing'> => ({
  routing: { ...routing, decide: () => ({ ok: false, error: { code: 'no-range' } }) },
});

describe('a question whose key cannot be looked up', () => {
  it('gets no answer while the journal is away, and nothing is sent', async () => {
    const stand = openStageStand(withJournal({ open: async () => away }));
    expect(await codeOf(stand, '000001')).toBe('no answer');
    expect(stand.written).toEqual([]);
  });
  it('gets no answer when a refusal of the switch cannot be recorded', async () => {
    const stand = openStageStand((desk) => ({
      ...withJournal({ open: async () => away })(desk),
      ...withoutRoute(desk),
    }));
    expect(await codeOf(stand, '000001')).toBe('no answer');
  });
  it('is refused at once when the journal says that it tried nothing, being overloaded', async () => {
    const overloaded = { ok: false, error: { code: 'journal-overloaded' } } as const;
    const stand = openStageStand(withJournal({ open: async () => overloaded }));
    expect(await codeOf(stand, '000001')).toBe('96');
  });
});

describe('a question that was answered, and that the fast path has forgotten', () => {
  it.each(['00', '51'])('%s is answered so again', async (code) => {
    const stand = openStageStand(() => ({ idempotency: forgetful }));
    const first = await stand.ask(purchaseOf('000001'));
    await stand.hostAnswers(code);
    expect(textOf(first.answer() ?? { mti: '' }, 39)).toBe(code);
    expect(await codeOf(stand, '000001')).toBe(code);
    expect(stand.written).toHaveLength(1);
  });
  it.each([
    [
      'a card that was blocked since',
      ({ vault, journal }: Desk) => ({ vault, journal, blockedPanHmacs: new Set(['hmac']) }),
    ],
    ['a route that is gone', withoutRoute],
  ])('is answered so again, whatever would be refused now: %s', async (_what, spoil) => {
    const stand = openStageStand(() => ({ idempotency: forgetful }));
    const first = await stand.ask(purchaseOf('000001'));
    await stand.hostAnswers('00');
    expect(textOf(first.answer() ?? { mti: '' }, 39)).toBe('00');
    Object.assign(stand.desk, spoil(stand.desk));
    expect(await codeOf(stand, '000001')).toBe('00');
    expect(await codeOf(stand, '000002')).not.toBe('00');
  });
});

describe('a question that another instance is working on', () => {
  it('gets no answer when none appears in time: it may be approved yet', async () => {
    const stand = openStageStand(withJournal({ step: () => new Promise(() => undefined) }));
    await stand.ask(purchaseOf('000001'));
    const [open] = stand.journal.payments.values();
    expect(open.state).toBe('SENDING');
    carryElsewhere(stand);
    const again = await stand.ask(purchaseOf('000001'));
    await stand.pass(5_000);
    expect([again.answer(), again.isGivenUp()]).toEqual([undefined, true]);
  });
  it('gets its answer when one appears', async () => {
    const stand = openStageStand();
    await stand.ask(purchaseOf('000001'));
    carryElsewhere(stand);
    const again = await stand.ask(purchaseOf('000001'));
    await stand.hostAnswers('51');
    await stand.pass(500);
    expect(textOf(again.answer() ?? { mti: '' }, 39)).toBe('51');
  });
});

describe('I4: what was refused for want of something stays refused when it is there again', () => {
  it('for want of trace numbers', async () => {
    let isAway = true;
    const stand = openStageStand(({ traceNumbersOf }) => ({
      traceNumbersOf: (host) => {
        const real = traceNumbersOf(host);
        return { ...real, take: () => (isAway ? undefined : real.take()) };
      },
    }));
    expect(await codeOf(stand, '000001')).toBe('96');
    isAway = false;
    expect(await codeOf(stand, '000001')).toBe('96');
    expect(stand.written).toEqual([]);
    expect(await codeOf(stand, '000002')).toBe('pending');
  });
  it('but not what has happened, which is told until it is taken', async () => {
    let isAway = true;
    const stand = openStageStand(({ traceNumbersOf }) => ({
      traceNumbersOf: (host) => {
        const real = traceNumbersOf(host);
        return { ...real, take: () => (isAway ? undefined : real.take()) };
      },
    }));
    const tell = async (): Promise<string | undefined> =>
      textOf((await stand.ask(purchaseOf('000001', { mti: '0220' }))).answer() ?? { mti: '' }, 39);
    expect(await tell()).toBe('96');
    isAway = false;
    expect(await tell()).toBe('00');
  });
  it('for want of what an original has left', async () => {
    const stand = openStageStand();
    const sale = await stand.ask(purchaseOf('000001'));
    await stand.hostAnswers('00');
    const de37 = textOf(sale.answer() ?? { mti: '' }, 37);
    const refund = (stan: string): IsoMessage =>
      purchaseOf(stan, { mti: '0220', de3: '200000', de4: '000000000600', de37 });
    const first = await stand.ask(refund('000002'));
    await stand.hostAnswers('00');
    expect(textOf(first.answer() ?? { mti: '' }, 39)).toBe('00');
    const codes = async (stan: string): Promise<string | undefined> =>
      textOf((await stand.ask(refund(stan))).answer() ?? { mti: '' }, 39);
    expect(await codes('000003')).toBe('64');
    const { de25: _condition, ...reversed } = refund('000002');
    await stand.ask({ ...reversed, mti: '0400', de37: undefined });
    expect(await codes('000003')).toBe('64');
    expect(await codes('000004')).toBeUndefined();
  });
});
