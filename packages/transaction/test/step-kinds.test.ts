// The life of payments of further kinds: what is told by a reversal of a part, what no host is told of, what persons end,
// what is undone only as long as nobody draws on it.
import { describe, expect, it } from 'vitest';
import { type Payment, isForward, paymentKinds, step } from '../src/index.ts';

const timers = { answerMs: 1, acknowledgeMs: 1, retryMs: 1, retryMsMax: 1, triesMax: 2 };
const payment = (kind: string, more: Partial<Payment> = {}): Payment => ({
  state: 'NEW',
  version: 0,
  kind,
  original: { paymentId: '5', kind: 'preauthorisation', amountMinor: 400n },
  amountMinor: 1_000n,
  currency: 'CNY',
  merchant: 'M1',
  scheme: 'visa',
  paymentId: '7',
  hosts: ['a'],
  tries: 0,
  booked: false,
  ...more,
});
const opened = { type: 'opened', paymentId: '7' } as const;
const types = (effects: readonly { readonly type: string }[]): string[] =>
  effects.map(({ type }) => type);

describe('how each kind begins', () => {
  const expected = {
    request: ['start-timer', 'send-request'],
    advice: ['journal', 'reply', 'queue'],
    'partial-reversal': ['journal', 'reply', 'queue'],
  } as const;
  it.each([...paymentKinds.values()].filter(({ host }) => host !== 'nothing'))(
    '$name: $host',
    ({ name, host }) => {
      const { effects } = step(payment(name), opened, timers);
      expect(types(effects)).toEqual(host === 'nothing' ? [] : expected[host]);
    },
  );
  it.each(['partial-reversal', 'completion-advice', 'tip-adjustment', 'voice-approval'])(
    '%s that a crash found on its way has happened all the same',
    (kind) => {
      const crashed = payment(kind, { state: 'SENDING' });
      const moved = step(crashed, { type: 'outcome-unknown', reason: 'recovered' }, timers);
      expect(moved.payment).toMatchObject({ state: 'ADVICE_DUE', booked: true });
    },
  );
  it('the end of a hold is booked at once, and answered to nobody', () => {
    const moved = step(payment('hold-expiry'), opened, timers);
    expect(moved.payment).toMatchObject({ state: 'ANSWERED', booked: true });
    expect(types(moved.effects)).toEqual(['journal']);
    const again = payment('hold-expiry', { state: 'SENDING' });
    const unknown = { type: 'outcome-unknown', reason: 'recovered' } as const;
    expect(step(again, unknown, timers).payment.state).toBe('ANSWERED');
  });
  it('an approval by voice keeps the code that the issuer gave', () => {
    const { effects } = step(payment('voice-approval', { approvalCode: '778899' }), opened, timers);
    // I4: the terminal gets it with the first answer, as with every later one.
    expect(effects.find(({ type }) => type === 'reply')).toMatchObject({
      answer: { approvalCode: '778899' },
    });
    expect(effects[0]).toMatchObject({ type: 'journal', answer: { approvalCode: '778899' } });
  });
});

describe('closed by persons', () => {
  const close = (verdict: 'stands' | 'undone') =>
    ({ type: 'closed-by-persons', verdict, note: 'A and B: seen' }) as const;
  it.each([
    ['stands', true, 'ADVICE_ACKED', false],
    ['undone', true, 'REVERSED', true],
    ['undone', false, 'REVERSED', false],
  ] as const)('%s, booked %s: %s', (verdict, booked, state, books) => {
    const manual = payment('offline-purchase', { state: 'MANUAL', booked });
    const { payment: after, effects } = step(manual, close(verdict), timers);
    expect(after.state).toBe(state);
    expect(isForward('MANUAL', after.state)).toBe(true);
    expect(effects).toHaveLength(1);
    expect(effects[0]).toMatchObject({ event: `closed by persons (${verdict}): A and B: seen` });
    expect('booking' in effects[0]).toBe(books);
  });
  it('what is not booked cannot stand', () => {
    const manual = payment('purchase', { state: 'MANUAL' });
    expect(step(manual, close('stands'), timers).effects).toEqual([]);
  });
  it.each(['NEW', 'SENDING', 'ANSWERED', 'REVERSAL_SENT', 'REVERSED', 'DECLINED'] as const)(
    'nothing of what is %s',
    (state) => {
      const known = payment('purchase', { state, booked: true });
      expect(step(known, close('undone'), timers)).toEqual({ payment: known, effects: [] });
    },
  );
});

describe('a reversal says how many draws it has seen', () => {
  it.each([
    ['purchase', 'ANSWERED'],
    ['offline-purchase', 'ADVICE_DUE'],
    ['offline-purchase', 'ADVICE_ACKED'],
    ['offline-purchase', 'MANUAL'],
    ['balance-inquiry', 'ANSWERED'],
  ] as const)('%s %s', (kind, state) => {
    const known = payment(kind, { state, booked: true, tries: state === 'ADVICE_ACKED' ? 1 : 0 });
    const { effects } = step(known, { type: 'reversal-requested', draws: 3 }, timers);
    expect(effects.find(({ type }) => type === 'journal')).toMatchObject({ draws: 3 });
  });
  it('and nothing where nobody counted', () => {
    const known = payment('purchase', { state: 'ANSWERED', booked: true });
    const { effects } = step(known, { type: 'reversal-requested' }, timers);
    expect(effects[0]).not.toHaveProperty('draws');
  });
});
