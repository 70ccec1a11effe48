// What ends a reversal or an advice: the code of its answer, never the mere arrival of one.
import { describe, expect, it } from 'vitest';
import { type Payment, type PaymentState, step } from '../src/index.ts';

const timers = { answerMs: 100, acknowledgeMs: 50, retryMs: 10, retryMsMax: 1_000, triesMax: 3 };

const sent = (state: PaymentState, tries = 1): Payment => ({
  state,
  version: 2,
  kind: state === 'ADVICE_SENT' ? 'offline-purchase' : 'purchase',
  amountMinor: 1251n,
  currency: 'CNY',
  merchant: 'M1',
  scheme: 'visa',
  paymentId: '7',
  hosts: ['a'],
  tries,
  booked: false,
});

describe('R15: an acknowledgement ends a reversal or advice only by its code', () => {
  it.each([
    ['REVERSAL_SENT', '00', 'REVERSED'],
    ['REVERSAL_SENT', '25', 'REVERSED'],
    ['ADVICE_SENT', '00', 'ADVICE_ACKED'],
  ] as const)('%s: %s ends it: %s', (state, responseCode, next) => {
    const { payment, effects } = step(sent(state), { type: 'acknowledged', responseCode }, timers);
    expect(payment.state).toBe(next);
    expect(effects.map(({ type }) => type)).toEqual(['cancel-timer', 'journal']);
  });
  it.each(
    (['REVERSAL_SENT', 'ADVICE_SENT'] as const).flatMap((state) =>
      ['96', '91', '90', '68', '09', '', '??'].map((code) => [state, code] as const),
    ),
  )('%s: %s is tried again, and in the end given to a person with the code', (state, code) => {
    const event = { type: 'acknowledged', responseCode: code } as const;
    const first = step(sent(state), event, timers);
    expect(first.payment.state).toBe(state);
    expect(first.effects).toEqual([
      { type: 'cancel-timer', timer: 'acknowledge' },
      { type: 'queue', delayMs: 10 },
    ]);
    const last = step(sent(state, timers.triesMax), event, timers);
    expect(last.payment.state).toBe('MANUAL');
    const journal = last.effects.find((effect) => effect.type === 'journal');
    expect(journal?.acknowledgementCode).toBe(code === '' ? undefined : code);
  });
  it.each([
    ['REVERSAL_SENT', '05'],
    ['REVERSAL_SENT', '30'],
    ['REVERSAL_SENT', '12'],
    ['REVERSAL_SENT', '10'],
    ['ADVICE_SENT', '05'],
    ['ADVICE_SENT', '25'],
    ['ADVICE_SENT', '94'],
  ] as const)('%s: %s is given to a person at once, with the code', (state, responseCode) => {
    const { payment, effects } = step(sent(state), { type: 'acknowledged', responseCode }, timers);
    expect(payment.state).toBe('MANUAL');
    expect(effects).toMatchObject([
      { type: 'cancel-timer', timer: 'acknowledge' },
      { type: 'journal', state: 'MANUAL', acknowledgementCode: responseCode },
      { type: 'alarm' },
    ]);
    // The terminal's answer is another code and stays.
    expect(effects[1]).not.toHaveProperty('responseCode');
  });
  it('an answer that nobody waits for changes nothing', () => {
    for (const state of ['REVERSAL_DUE', 'REVERSED', 'ANSWERED', 'MANUAL'] as const) {
      const event = { type: 'acknowledged', responseCode: '00' } as const;
      expect(step(sent(state), event, timers).effects).toEqual([]);
    }
  });
});
