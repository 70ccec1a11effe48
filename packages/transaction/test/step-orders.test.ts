// The life of a payment: properties over every order of events.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PaymentEvent,
  type PaymentKind,
  finalStates,
  isForward,
  kindOf,
  paymentKinds,
  step,
} from '../src/index.ts';
import { approval, fresh, opened, refusal, run, timedOut, timers } from './step-run.ts';

const event: fc.Arbitrary<PaymentEvent> = fc.oneof(
  fc.constant(opened),
  fc.constant<PaymentEvent>({ type: 'not-sent', reason: 'link-down' }),
  fc.constantFrom<PaymentEvent>(
    { type: 'answered', answer: approval },
    { type: 'answered', answer: refusal },
    { type: 'answered', answer: { ...approval, responseCode: '10', partialAmountMinor: 5n } },
  ),
  fc.constantFrom<PaymentEvent>(timedOut, { type: 'outcome-unknown', reason: 'link-lost' }),
  fc.constantFrom<PaymentEvent>(
    { type: 'late-answer', answer: 'approved' },
    { type: 'late-answer', answer: 'declined' },
    { type: 'late-answer', answer: 'unknown' },
    { type: 'reply-delivered' },
    { type: 'reply-undelivered' },
    { type: 'reversal-requested' },
    { type: 'no-time-left' },
    { type: 'approved-too-late' },
  ),
  fc.constantFrom<PaymentEvent>(
    { type: 'lane-free' },
    { type: 'acknowledged', responseCode: '00' },
    { type: 'unacknowledged' },
  ),
);
const kind = fc.constantFrom<PaymentKind>(
  ...[...paymentKinds.keys()].filter((name) => name !== 'tombstone'),
);
const hosts = fc.constantFrom<readonly string[]>(['a'], ['a', 'b']);

describe('every order of events', () => {
  it('only moves forward, one durable step at a time, and journals before it speaks', () => {
    fc.assert(
      fc.property(kind, hosts, fc.array(event, { maxLength: 30 }), (k, h, events) => {
        let payment = fresh(k, h);
        for (const one of events) {
          const before = payment;
          const { payment: after, effects } = step(before, one, timers);
          const journals = effects.filter((effect) => effect.type === 'journal');
          expect(after.version - before.version).toBe(journals.length);
          if (after.state !== before.state) expect(isForward(before.state, after.state)).toBe(true);
          const wire = effects.findIndex((e) => e.type.startsWith('send-') || e.type === 'reply');
          const last = effects.findLastIndex((e) => e.type === 'journal');
          const approves = after.state.startsWith('APPROVED') && before.state === 'SENDING';
          if (approves || one.type === 'lane-free') expect(wire === -1 || last < wire).toBe(true);
          payment = after;
        }
      }),
    );
  });
  it('books at most one effect and leaves nothing booked that is reversed', () => {
    fc.assert(
      fc.property(kind, hosts, fc.array(event, { maxLength: 30 }), (k, h, events) => {
        const { payment, effects } = run(fresh(k, h), ...events);
        const sums = new Map<string, bigint>();
        const references = new Set<string>();
        for (const effect of effects) {
          if (effect.type !== 'journal' || effect.booking === undefined) continue;
          expect(references.has(effect.booking.reference)).toBe(false);
          references.add(effect.booking.reference);
          for (const leg of effect.booking.postings) {
            const account = `${leg.accountCode}/${leg.accountScope}`;
            sums.set(account, (sums.get(account) ?? 0n) + leg.amountMinor);
          }
        }
        expect([...sums.values()].reduce((a, b) => a + b, 0n)).toBe(0n);
        const live = [...sums.values()].some((sum) => sum !== 0n);
        expect(live).toBe(payment.booked);
        if (payment.state === 'REVERSED' || payment.state === 'REVERSAL_DUE')
          expect(live).toBe(false);
      }),
    );
  });
  it('ends in a final or resting state once the host acknowledges', () => {
    fc.assert(
      fc.property(kind, hosts, fc.array(event, { maxLength: 20 }), (k, h, events) => {
        const { payment } = run(
          fresh(k, h),
          opened,
          ...events,
          timedOut,
          { type: 'reply-delivered' },
          { type: 'lane-free' },
          { type: 'acknowledged', responseCode: '00' },
        );
        expect(finalStates.has(payment.state) || payment.state === 'ANSWERED').toBe(true);
      }),
    );
  });
  it('answers the terminal at most once, and reverses only what may have had an effect', () => {
    fc.assert(
      fc.property(kind, hosts, fc.array(event, { maxLength: 30 }), (k, h, events) => {
        const { types } = run(fresh(k, h), opened, ...events);
        expect(types.filter((type) => type === 'reply').length).toBeLessThanOrEqual(1);
        if (kindOf(paymentKinds, k).host === 'request' && !kindOf(paymentKinds, k).owesReversal) {
          expect(types).not.toContain('send-reversal');
        }
      }),
    );
  });
});
