// The life of a payment: tables of what each event does.
import { describe, expect, it } from 'vitest';
import {
  type Effect,
  type LateAnswer,
  type Payment,
  type PaymentEvent,
  openingState,
  step,
} from '../src/index.ts';
import { approval, fresh, opened, refusal, run, timedOut, timers } from './step-run.ts';

describe('a payment that is answered', () => {
  it('is sent after it was opened, with a timer', () => {
    const { payment, types } = run(fresh(), opened);
    expect(payment.state).toBe('SENDING');
    expect(types).toEqual(['start-timer', 'send-request']);
  });
  it('is journaled with its booking before the terminal hears of it', () => {
    const { payment, effects } = run(fresh(), opened, { type: 'answered', answer: approval });
    expect(payment).toMatchObject({
      state: 'APPROVED',
      version: 1,
      booked: true,
      responseCode: '00',
    });
    const journal = effects.findIndex((effect) => effect.type === 'journal');
    const reply = effects.findIndex((effect) => effect.type === 'reply');
    expect(journal).toBeGreaterThan(-1);
    expect(journal).toBeLessThan(reply);
    expect(effects[journal]).toMatchObject({
      booking: { reference: 'capture:7', kind: 'capture' },
    });
  });
  it('books nothing when it is declined', () => {
    const { payment, effects } = run(fresh(), opened, { type: 'answered', answer: refusal });
    expect(payment.state).toBe('DECLINED');
    expect(effects.filter((e) => e.type === 'journal' && e.booking !== undefined)).toEqual([]);
  });
  it('books the part that was approved', () => {
    const answer = { ...approval, responseCode: '10', partialAmountMinor: 600n };
    const { payment, effects } = run(fresh(), opened, { type: 'answered', answer });
    expect(payment).toMatchObject({ state: 'APPROVED_PARTIAL', amountMinor: 600n });
    const journal = effects.find((effect) => effect.type === 'journal');
    expect(journal).toMatchObject({
      booking: { postings: [{ amountMinor: 600n }, { amountMinor: -600n }] },
    });
  });
  it.each(['purchase', 'preauthorisation', 'refund', 'offline-purchase'] as const)(
    'R02: of amount zero (%s) is approved, books nothing, and its reversal neither',
    (kind) => {
      const zero = { ...fresh(kind), amountMinor: 0n };
      const { payment, effects } = run(
        zero,
        opened,
        { type: 'answered', answer: approval },
        { type: 'reply-delivered' },
        { type: 'reversal-requested' },
      );
      expect(payment.booked).toBe(false);
      expect(effects.filter((e) => e.type === 'journal' && e.booking !== undefined)).toEqual([]);
      expect(effects).toContainEqual(
        kind === 'offline-purchase'
          ? { type: 'reply', responseCode: '00' }
          : { type: 'reply', responseCode: '00', answer: approval },
      );
    },
  );
  it.each([
    ['purchase', 'capture'],
    ['preauthorisation', 'hold'],
    ['refund', 'refund'],
    ['balance-inquiry', undefined],
  ] as const)('of kind %s books %s', (kind, booking) => {
    const { effects } = run(fresh(kind), opened, { type: 'answered', answer: approval });
    const journal = effects.find((effect) => effect.type === 'journal');
    expect(journal?.type === 'journal' ? journal.booking?.kind : '').toBe(booking);
  });
});

describe('a payment without an answer', () => {
  it('is unknown, answered 91, and owes a reversal until it is acknowledged', () => {
    const { payment, types, effects } = run(
      fresh(),
      opened,
      timedOut,
      { type: 'lane-free' },
      { type: 'unacknowledged' },
      { type: 'lane-free' },
      { type: 'acknowledged', responseCode: '00' },
    );
    expect(payment.state).toBe('REVERSED');
    expect(types.filter((type) => type === 'send-reversal')).toHaveLength(2);
    expect(effects).toContainEqual({ type: 'reply', responseCode: '91' });
    expect(effects).toContainEqual({ type: 'send-reversal', host: 'a', repeat: false });
    expect(effects).toContainEqual({ type: 'send-reversal', host: 'a', repeat: true });
  });
  it('goes to a person after the last try', () => {
    const tries: PaymentEvent[] = Array.from({ length: timers.triesMax }, () => [
      { type: 'lane-free' } as const,
      { type: 'unacknowledged' } as const,
    ]).flat();
    const { payment, effects } = run(fresh(), opened, timedOut, ...tries);
    expect(payment.state).toBe('MANUAL');
    expect(effects.at(-1)?.type).toBe('alarm');
  });
  it('waits twice as long before each further try, up to the limit', () => {
    const many = { ...timers, triesMax: 20 };
    let payment = run(fresh(), opened, timedOut).payment;
    const delays: number[] = [];
    for (let i = 0; i < 9; i++) {
      payment = step(payment, { type: 'lane-free' }, many).payment;
      const outcome = step(payment, { type: 'unacknowledged' }, many);
      payment = outcome.payment;
      for (const effect of outcome.effects)
        if (effect.type === 'queue') delays.push(effect.delayMs);
    }
    expect(delays).toEqual([10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
  });
  it('notes a late answer and stays reversed', () => {
    const { payment } = run(
      fresh(),
      opened,
      timedOut,
      { type: 'answered', answer: approval },
      { type: 'lane-free' },
      { type: 'acknowledged', responseCode: '00' },
    );
    expect(payment).toMatchObject({ state: 'REVERSED', lateAnswer: 'approved', booked: false });
  });
  it('that moves no money is refused and owes nothing', () => {
    const { payment, types } = run(fresh('balance-inquiry'), opened, timedOut);
    expect(payment.state).toBe('REFUSED');
    expect(types).not.toContain('queue');
  });
  it('that never left goes to the next host, and is refused when there is none', () => {
    const notSent: PaymentEvent = { type: 'not-sent', reason: 'link-down' };
    const { payment, effects } = run(fresh('purchase', ['a', 'b']), opened, notSent, notSent);
    expect(payment.state).toBe('REFUSED');
    expect(effects).toContainEqual({ type: 'send-request', host: 'b' });
    expect(effects.some((effect) => effect.type === 'queue')).toBe(false);
  });
});

describe('R19: an answer after a decline or a refusal', () => {
  const declined = run(fresh(), opened, { type: 'answered', answer: refusal }).payment;
  const notSent: PaymentEvent = { type: 'not-sent', reason: 'link-down' };
  const refused = run(fresh(), opened, notSent).payment;
  const late = (answer: LateAnswer): PaymentEvent => ({ type: 'late-answer', answer });
  it.each([
    ['declined', declined],
    ['refused', refused],
  ] as const)('R19: an approval of a %s payment is reversed, with no booking', (_name, payment) => {
    const { payment: after, effects, types } = run(payment, late('approved'));
    expect(after).toMatchObject({ state: 'REVERSAL_DUE', lateAnswer: 'approved', booked: false });
    expect(after.responseCode).toBe(payment.responseCode);
    expect(types).toEqual(['journal', 'queue']);
    expect(effects[0]).not.toHaveProperty('booking');
    const done = run(after, { type: 'lane-free' }, { type: 'acknowledged', responseCode: '00' });
    expect(done.payment.state).toBe('REVERSED');
    expect(done.types).toContain('send-reversal');
  });
  it('R19: a code in no table is as good as an approval', () => {
    expect(run(declined, late('unknown')).payment.state).toBe('REVERSAL_DUE');
  });
  it('R19: an approval after the host said that it knows no original is reversed again', () => {
    const unknown: PaymentEvent = { type: 'outcome-unknown', reason: 'timed-out' };
    for (const code of ['25', '914', '9114']) {
      const notFound: PaymentEvent = { type: 'acknowledged', responseCode: code };
      const gone = run(fresh(), opened, unknown, { type: 'lane-free' }, notFound).payment;
      expect(gone).toMatchObject({ state: 'REVERSED', acknowledgementCode: code });
      for (const answer of ['approved', 'unknown'] as const) {
        const again = run(gone, late(answer));
        expect(again.payment).toMatchObject({ state: 'REVERSAL_DUE', lateAnswer: answer });
        expect(again.types).toEqual(['journal', 'queue']);
      }
      expect(run(gone, late('declined')).payment.state).toBe('REVERSED');
      // The approval was heard first: then "no original" is not the end either.
      const heard = run(
        fresh(),
        opened,
        unknown,
        { type: 'lane-free' },
        late('approved'),
        notFound,
      );
      expect(heard.payment.state).toBe('REVERSAL_SENT');
      expect(heard.types.at(-1)).toBe('queue');
    }
  });
  it('R19: an approval after a reversal that the host carried out is only noted', () => {
    const done = run(
      fresh(),
      opened,
      { type: 'outcome-unknown', reason: 'timed-out' },
      { type: 'lane-free' },
      { type: 'acknowledged', responseCode: '00' },
    ).payment;
    expect(run(done, late('approved')).payment.state).toBe('REVERSED');
  });
  it('R19: a second late answer that approves is not lost behind a first that declines', () => {
    const { payment } = run(declined, late('declined'), late('approved'));
    expect(payment).toMatchObject({ state: 'REVERSAL_DUE', lateAnswer: 'approved' });
  });
  it('R19: the same answer once more changes nothing', () => {
    const { payment } = run(declined, late('declined'));
    expect(step(payment, late('declined'), timers)).toEqual({ payment, effects: [] });
    const reversed = run(declined, late('approved')).payment;
    expect(step(reversed, late('approved'), timers)).toEqual({ payment: reversed, effects: [] });
  });
  it('of a kind that moves no money is only noted', () => {
    const inquiry = run(fresh('balance-inquiry'), opened, { type: 'answered', answer: refusal });
    const { payment } = run(inquiry.payment, late('approved'));
    expect(payment).toMatchObject({ state: 'DECLINED', lateAnswer: 'approved' });
  });
});

describe('a reversal by the terminal', () => {
  it('books the opposite and tells the host', () => {
    const { payment, effects } = run(
      fresh(),
      opened,
      { type: 'answered', answer: approval },
      { type: 'reply-delivered' },
      { type: 'reversal-requested' },
      { type: 'lane-free' },
      { type: 'acknowledged', responseCode: '00' },
    );
    expect(payment.state).toBe('REVERSED');
    const kinds = effects.flatMap((e) =>
      e.type === 'journal' && e.booking ? [e.booking.kind] : [],
    );
    expect(kinds).toEqual(['capture', 'capture-reversal']);
  });
  it('while the host is still asked undoes whatever the host does', () => {
    const { payment } = run(
      fresh(),
      opened,
      { type: 'reversal-requested' },
      { type: 'answered', answer: approval },
    );
    expect(payment).toMatchObject({ state: 'REVERSAL_DUE', lateAnswer: 'approved', booked: false });
  });
  it('of a declined payment changes nothing', () => {
    const declined = run(fresh(), opened, { type: 'answered', answer: refusal }).payment;
    expect(step(declined, { type: 'reversal-requested' }, timers)).toEqual({
      payment: declined,
      effects: [],
    });
  });
});

describe('a reversal of what the host holds no effect of', () => {
  it('owes the host none: an approved balance inquiry (seed -828882957, path 76:1:4:4:10)', () => {
    const { payment, types } = run(
      fresh('balance-inquiry'),
      opened,
      { type: 'answered', answer: approval },
      { type: 'reversal-requested' },
      { type: 'lane-free' },
    );
    expect(payment.state).toBe('REVERSED');
    expect(types).not.toContain('queue');
    expect(types).not.toContain('send-reversal');
  });
});

describe('R22: a reversal of an offline approval', () => {
  const accepted = run(fresh('offline-purchase'), opened).payment;
  const sent = run(accepted, { type: 'lane-free' }).payment;
  const acknowledged = run(sent, { type: 'acknowledged', responseCode: '00' }).payment;
  const refused = run(sent, { type: 'acknowledged', responseCode: '12' }).payment;
  const undo: PaymentEvent = { type: 'reversal-requested' };
  const bookings = (effects: readonly Effect[]): string[] =>
    effects.flatMap((e) => (e.type === 'journal' && e.booking ? [e.booking.kind] : []));
  it('R22: that was never sent undoes both, and no host is told', () => {
    const { payment, effects, types } = run(accepted, undo, { type: 'lane-free' });
    expect(payment).toMatchObject({ state: 'REVERSED', booked: false });
    expect(bookings(effects)).toEqual(['capture-reversal']);
    expect(types).toEqual(['journal']);
  });
  it.each([
    ['sent', sent],
    ['acknowledged', acknowledged],
  ])('R22: that was %s is told to the host, with tries of its own', (_name, advice) => {
    const due = run(advice, undo);
    expect(due.payment).toMatchObject({ state: 'REVERSAL_DUE', booked: false, tries: 0 });
    expect(bookings(due.effects)).toEqual(['capture-reversal']);
    expect(due.types).toEqual(['cancel-timer', 'journal', 'queue']);
    const done = run(
      due.payment,
      { type: 'lane-free' },
      { type: 'acknowledged', responseCode: '00' },
    );
    expect(done.payment.state).toBe('REVERSED');
    expect(done.effects).toContainEqual({ type: 'send-reversal', host: 'a', repeat: false });
  });
  it('R22: that a person has on the list is undone here and stays on the list', () => {
    expect(refused).toMatchObject({ state: 'MANUAL', booked: true });
    const { payment, effects } = run(refused, undo, undo);
    expect(payment).toMatchObject({ state: 'MANUAL', booked: false });
    expect(bookings(effects)).toEqual(['capture-reversal']);
  });
});

describe('an offline approval', () => {
  it('is booked at once and told to the host until it is acknowledged', () => {
    const { payment, types } = run(
      fresh('offline-purchase'),
      opened,
      { type: 'lane-free' },
      { type: 'acknowledged', responseCode: '00' },
    );
    expect(payment).toMatchObject({ state: 'ADVICE_ACKED', booked: true });
    expect(types).toContain('send-advice');
  });
  it('found half done after a crash is booked, not reversed', () => {
    const found: Payment = { ...fresh('offline-purchase'), paymentId: '7', state: 'SENDING' };
    const { payment } = run(found, { type: 'outcome-unknown', reason: 'recovered' });
    expect(payment).toMatchObject({ state: 'ADVICE_DUE', booked: true });
  });
});

describe('an approval by voice', () => {
  it.each(['voice-approval', 'voice-approved-hold'] as const)(
    'I4: %s is answered with the code that is journaled: its repeat is answered so',
    (kind) => {
      const { effects } = run({ ...fresh(kind), approvalCode: '123456' }, opened);
      const answer = { responseCode: '00', approved: true, approvalCode: '123456' };
      expect(effects).toMatchObject([
        { type: 'journal', answer },
        { type: 'reply', responseCode: '00', answer },
        { type: 'queue' },
      ]);
    },
  );
});

describe('a tombstone', () => {
  it('is reversed from the first moment and does nothing', () => {
    expect(openingState('tombstone')).toBe('REVERSED');
    const { payment, effects } = run(fresh('tombstone'), opened, timedOut, { type: 'lane-free' });
    expect(payment.state).toBe('REVERSED');
    expect(effects).toEqual([]);
  });
});

describe('R37 = A2: the terminal’s time', () => {
  it('is over before the payment is sent: refused 96, no next route', () => {
    const { payment, effects } = run(fresh('purchase'), opened, { type: 'no-time-left' });
    expect(payment).toMatchObject({ state: 'REFUSED', responseCode: '96' });
    expect(effects.slice(2).map(({ type }) => type)).toEqual(['cancel-timer', 'journal', 'reply']);
  });
  it.each([
    ['purchase', 'REVERSAL_DUE', ['journal', 'queue']],
    ['balance-inquiry', 'REVERSED', ['journal']],
  ] as const)('is over when an approval is recorded: %s becomes %s', (kind, state, done) => {
    const answered: PaymentEvent = { type: 'answered', answer: approval };
    const { payment, effects } = run(fresh(kind), opened, answered, { type: 'approved-too-late' });
    expect(payment).toMatchObject({ state, booked: false });
    const answerGiven = effects.findIndex(({ type }) => type === 'reply');
    expect(effects.slice(answerGiven + 1).map(({ type }) => type)).toEqual(done);
  });
  it('takes back nothing that was answered', () => {
    const answered: PaymentEvent = { type: 'answered', answer: approval };
    const late: PaymentEvent = { type: 'approved-too-late' };
    const { payment, effects } = run(
      fresh('purchase'),
      opened,
      answered,
      { type: 'reply-delivered' },
      late,
    );
    expect(payment).toMatchObject({ state: 'ANSWERED', booked: true });
    expect(effects.at(-1)).toMatchObject({ type: 'journal', state: 'ANSWERED' });
  });
});
