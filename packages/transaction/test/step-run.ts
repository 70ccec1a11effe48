// A payment, the usual events, and what running them through `step` gives.
import {
  type Effect,
  type HostAnswer,
  type Payment,
  type PaymentEvent,
  type PaymentKind,
  kindOf,
  paymentKinds,
  step,
} from '../src/index.ts';

export const timers = {
  answerMs: 100,
  acknowledgeMs: 50,
  retryMs: 10,
  retryMsMax: 1_000,
  triesMax: 3,
};

const original = { paymentId: '3', kind: 'preauthorisation', amountMinor: 1_000n };

export function fresh(kind: PaymentKind = 'purchase', hosts: readonly string[] = ['a']): Payment {
  return {
    state: 'NEW',
    version: 0,
    kind,
    amountMinor: 1251n,
    currency: 'CNY',
    merchant: 'M1',
    scheme: 'visa',
    paymentId: '',
    hosts,
    tries: 0,
    booked: false,
    ...(kindOf(paymentKinds, kind).original?.when === 'required' ? { original } : {}),
  };
}

export const approval: HostAnswer = { responseCode: '00', approved: true, approvalCode: '000001' };
export const refusal: HostAnswer = { responseCode: '51', approved: false };

/** Runs events and gathers all effects. */
export function run(
  payment: Payment,
  ...events: PaymentEvent[]
): { payment: Payment; effects: Effect[]; types: string[] } {
  const effects: Effect[] = [];
  let now = payment;
  for (const event of events) {
    const outcome = step(now, event, timers);
    now = outcome.payment;
    effects.push(...outcome.effects);
  }
  return { payment: now, effects, types: effects.map((effect) => effect.type) };
}

export const opened: PaymentEvent = { type: 'opened', paymentId: '7' };
export const timedOut: PaymentEvent = { type: 'outcome-unknown', reason: 'timed-out' };
