// The life of a payment: step(payment, event) gives the next payment and what must be done. Nothing
// else decides what happens to a payment; no clock, socket, random number or store is known here.
import { given } from '@chipswitch/bytes';
import { type LedgerTransaction, minorUnits } from '@chipswitch/ledger';
import { acknowledgementOf, originalNotFound } from './acknowledgement.ts';
import type { Effect } from './effect.ts';
import type { KindFigures, KindRow } from './kinds/kind.ts';
import { type PaymentKinds, kindOf, paymentKinds } from './kinds/payment-kinds.ts';
import {
  type HostAnswer,
  type HostTimers,
  type LateAnswer,
  type Payment,
  type PaymentEvent,
} from './payment.ts';
import type { PaymentState } from './state.ts';

/** A payment and the effects that brought it here, to be carried out in order. */
export interface StepOutcome {
  readonly payment: Payment;
  readonly effects: readonly Effect[];
}

const unchanged = (payment: Payment): StepOutcome => ({ payment, effects: [] });

type JournalEffect = Extract<Effect, { type: 'journal' }>;

function record(
  payment: Payment,
  state: PaymentState,
  event: string,
  more: Partial<JournalEffect> = {},
): { payment: Payment; journal: JournalEffect } {
  const version = payment.version + 1;
  return {
    payment: { ...payment, state, version },
    journal: { type: 'journal', version, state, event, ...more },
  };
}

/** What an approval of this kind books; undefined for kinds that move no money. */
function bookingOf(
  row: KindRow,
  payment: Payment,
  amountMinor: bigint,
): LedgerTransaction | undefined {
  // An account verification is approved and moves nothing.
  if (amountMinor === 0n) return undefined;
  const figures = { ...figuresOf(payment), amountMinor: minorUnits(amountMinor) };
  return row.booking?.book(figures);
}

function reversalBookingOf(row: KindRow, payment: Payment): LedgerTransaction | undefined {
  if (!payment.booked) return undefined;
  return row.booking?.unbook(figuresOf(payment));
}

function figuresOf(payment: Payment): KindFigures {
  return {
    payment: payment.paymentId,
    merchant: payment.merchant,
    scheme: payment.scheme,
    amountMinor: minorUnits(payment.amountMinor),
    currency: payment.currency,
    ...given({ original: payment.original }),
  };
}

/** The state a payment of this kind is opened with: what a crash right after leaves behind. */
export function openingState(kind: Payment['kind']): PaymentState {
  return kind === 'tombstone' ? 'REVERSED' : 'SENDING';
}

// It has happened: nobody may decline it any more, it is booked and the host is told.
function acceptAdvice(row: KindRow, payment: Payment): StepOutcome {
  const responseCode = '00';
  const booking = bookingOf(row, payment, payment.amountMinor);
  const answer = voiceAnswer(payment);
  const due = record(payment, 'ADVICE_DUE', 'offline approval accepted', {
    responseCode,
    ...given({ booking, answer }),
  });
  // The code goes back with the first answer as with every later one, which is read from the journal (I4).
  const reply = { type: 'reply', responseCode, ...given({ answer }) } as const;
  return {
    payment: { ...due.payment, responseCode, booked: booking !== undefined },
    effects: [due.journal, reply, { type: 'queue', delayMs: 0 }],
  };
}

// The code that an issuer gave by voice is kept, and told to the terminal, as if a host had given it.
function voiceAnswer({ approvalCode }: Payment): HostAnswer | undefined {
  return approvalCode === undefined
    ? undefined
    : { responseCode: '00', approved: true, approvalCode };
}

// What no host is told of is done as soon as it is opened.
function endByItself(row: KindRow, payment: Payment): StepOutcome {
  const booking = bookingOf(row, payment, payment.amountMinor);
  if (booking === undefined) return unchanged(payment);
  const done = record(payment, 'ANSWERED', 'booked', { responseCode: '00', booking });
  return { payment: { ...done.payment, booked: true }, effects: [done.journal] };
}

function onOpened(
  row: KindRow,
  payment: Payment,
  paymentId: string,
  timers: HostTimers,
): StepOutcome {
  if (payment.state !== 'NEW') return unchanged(payment);
  const opened: Payment = { ...payment, paymentId, state: openingState(payment.kind) };
  if (row.host === 'nothing') return endByItself(row, opened);
  if (row.host !== 'request') return acceptAdvice(row, opened);
  return {
    payment: opened,
    effects: [
      { type: 'start-timer', timer: 'answer', ms: timers.answerMs },
      { type: 'send-request', host: payment.hosts[0] },
    ],
  };
}

function onNotSent(payment: Payment, reason: string, timers: HostTimers): StepOutcome {
  if (payment.state !== 'SENDING') return unchanged(payment);
  const [, ...left] = payment.hosts;
  if (left.length > 0) {
    const next = record(
      { ...payment, hosts: left },
      'SENDING',
      `not sent (${reason}), next route`,
      {
        host: left[0],
      },
    );
    return {
      payment: next.payment,
      effects: [
        { type: 'cancel-timer', timer: 'answer' },
        next.journal,
        { type: 'start-timer', timer: 'answer', ms: timers.answerMs },
        { type: 'send-request', host: left[0] },
      ],
    };
  }
  return refuseUnsent(payment, reason, '91');
}

function refuseUnsent(payment: Payment, reason: string, responseCode: string): StepOutcome {
  if (payment.state !== 'SENDING') return unchanged(payment);
  const refused = record(payment, 'REFUSED', `not sent (${reason})`, { responseCode });
  return {
    payment: { ...refused.payment, responseCode },
    effects: [
      { type: 'cancel-timer', timer: 'answer' },
      refused.journal,
      { type: 'reply', responseCode },
    ],
  };
}

function onAnswered(row: KindRow, payment: Payment, answer: HostAnswer): StepOutcome {
  if (payment.state !== 'SENDING') {
    return onLateAnswer(row, payment, answer.approved ? 'approved' : 'declined');
  }
  const { responseCode } = answer;
  const cancel: Effect = { type: 'cancel-timer', timer: 'answer' };
  const reply: Effect = { type: 'reply', responseCode, answer };
  if (!answer.approved) {
    const declined = record(payment, 'DECLINED', 'host declined', { answer, responseCode });
    return {
      payment: { ...declined.payment, responseCode },
      effects: [cancel, declined.journal, reply],
    };
  }
  const amountMinor = answer.partialAmountMinor ?? payment.amountMinor;
  const state = answer.partialAmountMinor === undefined ? 'APPROVED' : 'APPROVED_PARTIAL';
  const booking = bookingOf(row, payment, amountMinor);
  const approved = record({ ...payment, amountMinor }, state, 'host approved', {
    answer,
    responseCode,
    ...given({ booking }),
  });
  return {
    payment: {
      ...approved.payment,
      responseCode,
      booked: booking !== undefined,
      ...given({ approvalCode: answer.approvalCode }),
    },
    effects: [cancel, approved.journal, reply],
  };
}

function onUnknown(row: KindRow, payment: Payment, reason: string): StepOutcome {
  if (payment.state !== 'SENDING') return unchanged(payment);
  if (row.host === 'nothing') return endByItself(row, payment);
  if (row.host !== 'request') return acceptAdvice(row, payment);
  const responseCode = '91';
  const cancel: Effect = { type: 'cancel-timer', timer: 'answer' };
  const reply: Effect = { type: 'reply', responseCode };
  if (!row.owesReversal) {
    const refused = record(payment, 'REFUSED', `no outcome (${reason})`, { responseCode });
    return {
      payment: { ...refused.payment, responseCode },
      effects: [cancel, refused.journal, reply],
    };
  }
  const due = record(payment, 'REVERSAL_DUE', `outcome unknown (${reason})`, { responseCode });
  return {
    payment: { ...due.payment, responseCode },
    effects: [cancel, due.journal, reply, { type: 'queue', delayMs: 0 }],
  };
}

const lateWeight = { declined: 1, unknown: 2, approved: 3 } as const;

// The answer of which most follows is the one that is kept: an approval after a decline is news.
function onLateAnswer(row: KindRow, payment: Payment, late: LateAnswer): StepOutcome {
  const known = payment.lateAnswer === undefined ? 0 : lateWeight[payment.lateAnswer];
  if (payment.state === 'NEW' || known >= lateWeight[late]) return unchanged(payment);
  const { state } = payment;
  // Declined or given back here, approved there: the host holds an effect that nobody was told of (I3). Of a reversed
  // one only when the host did not know it yet: its approval came after the reversal that was to undo it.
  const wasUnknownThere =
    state === 'REVERSED' && originalNotFound.has(payment.acknowledgementCode ?? '');
  const isOver = state === 'DECLINED' || state === 'REFUSED' || wasUnknownThere;
  const isLive = late !== 'declined' && isOver && row.owesReversal;
  const next = isLive ? 'REVERSAL_DUE' : state;
  const noted = record(payment, next, `late answer: ${late}`, { lateAnswer: late });
  return {
    payment: { ...noted.payment, lateAnswer: late },
    effects: isLive ? [noted.journal, { type: 'queue', delayMs: 0 }] : [noted.journal],
  };
}

function onReply(payment: Payment, delivered: boolean): StepOutcome {
  if (payment.state !== 'APPROVED' && payment.state !== 'APPROVED_PARTIAL')
    return unchanged(payment);
  const how = delivered ? 'answer delivered' : 'answer not delivered';
  const answered = record(payment, 'ANSWERED', how);
  return { payment: answered.payment, effects: [answered.journal] };
}

// Nobody was told of it and nobody waits for it any more: it must not stand.
function onApprovedTooLate(row: KindRow, payment: Payment): StepOutcome {
  const { state } = payment;
  if (state !== 'APPROVED' && state !== 'APPROVED_PARTIAL') return unchanged(payment);
  return takeBackApproval(row, payment, 'approved too late for its terminal');
}

type Request = Extract<PaymentEvent, { type: 'reversal-requested' }>;

function onReversalRequested(row: KindRow, payment: Payment, seen: Request): StepOutcome {
  const { state } = payment;
  const more = given({ draws: seen.draws });
  if (state === 'SENDING') return onUnknown(row, payment, byTerminal);
  if (state === 'ADVICE_DUE' || state === 'ADVICE_SENT' || state === 'ADVICE_ACKED') {
    return takeBackAdvice(row, payment, more);
  }
  if (state === 'MANUAL' && payment.booked) {
    // The host may know it or not, and a person sees to that; here it is undone.
    const undone = takeBack(row, payment, 'MANUAL', more);
    return { payment: undone.payment, effects: [undone.journal] };
  }
  if (state !== 'APPROVED' && state !== 'APPROVED_PARTIAL' && state !== 'ANSWERED') {
    return unchanged(payment);
  }
  return takeBackApproval(row, payment, byTerminal, more);
}

function takeBackApproval(
  row: KindRow,
  payment: Payment,
  why: string,
  more: Partial<JournalEffect> = {},
): StepOutcome {
  // A host that holds nothing has nothing to give back.
  const undone = takeBack(row, payment, row.owesReversal ? 'REVERSAL_DUE' : 'REVERSED', more, why);
  if (!row.owesReversal) return { payment: undone.payment, effects: [undone.journal] };
  return { payment: undone.payment, effects: [undone.journal, { type: 'queue', delayMs: 0 }] };
}

const byTerminal = 'reversed by the terminal';

function takeBack(
  row: KindRow,
  payment: Payment,
  state: PaymentState,
  more: Partial<JournalEffect> = {},
  why: string = byTerminal,
): ReturnType<typeof record> {
  const booking = reversalBookingOf(row, payment);
  const books = booking === undefined ? {} : { booking };
  const undone = record(payment, state, why, { ...more, ...books });
  return { ...undone, payment: { ...undone.payment, booked: false } };
}

// An advice that never left and its reversal undo each other; of one that may have arrived the host is
// told, by a message with tries of its own.
function takeBackAdvice(row: KindRow, payment: Payment, more: Partial<JournalEffect>): StepOutcome {
  if (payment.tries === 0) {
    const undone = takeBack(row, payment, 'REVERSED', more);
    return { payment: undone.payment, effects: [undone.journal] };
  }
  const due = takeBack(row, { ...payment, tries: 0 }, 'REVERSAL_DUE', { ...more, tries: 0 });
  return {
    payment: due.payment,
    effects: [
      { type: 'cancel-timer', timer: 'acknowledge' },
      due.journal,
      { type: 'queue', delayMs: 0 },
    ],
  };
}

function onLaneFree(payment: Payment, timers: HostTimers): StepOutcome {
  const { state, hosts } = payment;
  const reversal = state === 'REVERSAL_DUE' || state === 'REVERSAL_SENT';
  if (!reversal && state !== 'ADVICE_DUE' && state !== 'ADVICE_SENT') return unchanged(payment);
  const tries = payment.tries + 1;
  const repeat = tries > 1;
  const [next, what] = reversal
    ? (['REVERSAL_SENT', 'reversal'] as const)
    : (['ADVICE_SENT', 'advice'] as const);
  const sent = record({ ...payment, tries }, next, `${what} written (${tries})`, { tries });
  return {
    payment: sent.payment,
    effects: [
      sent.journal,
      { type: 'start-timer', timer: 'acknowledge', ms: timers.acknowledgeMs },
      { type: reversal ? 'send-reversal' : 'send-advice', host: hosts[0], repeat },
    ],
  };
}

function onAcknowledged(payment: Payment, code: string, timers: HostTimers): StepOutcome {
  const { state } = payment;
  if (state !== 'REVERSAL_SENT' && state !== 'ADVICE_SENT') return unchanged(payment);
  const message = state === 'REVERSAL_SENT' ? 'reversal' : 'advice';
  const acknowledgement = acknowledgementOf(message, code);
  if (acknowledgement === 'try-again') return onUnacknowledged(payment, timers, code);
  // An approval was heard of what the host says it does not know: it may have come after the reversal.
  const isHeard = payment.lateAnswer === 'approved' || payment.lateAnswer === 'unknown';
  if (message === 'reversal' && originalNotFound.has(code) && isHeard) {
    return onUnacknowledged(payment, timers, code);
  }
  if (acknowledgement === 'refused')
    return giveToPerson(payment, `${message} refused by the host (${code})`, code);
  const [next, what] =
    state === 'REVERSAL_SENT'
      ? (['REVERSED', 'reversal acknowledged'] as const)
      : (['ADVICE_ACKED', 'advice acknowledged'] as const);
  const isNews = originalNotFound.has(code) || payment.acknowledgementCode !== undefined;
  const kept = isNews ? { acknowledgementCode: code } : {};
  const done = record({ ...payment, ...kept }, next, what, kept);
  return {
    payment: done.payment,
    effects: [{ type: 'cancel-timer', timer: 'acknowledge' }, done.journal],
  };
}

function onUnacknowledged(payment: Payment, timers: HostTimers, code = ''): StepOutcome {
  if (payment.state !== 'REVERSAL_SENT' && payment.state !== 'ADVICE_SENT')
    return unchanged(payment);
  const cancel: Effect = { type: 'cancel-timer', timer: 'acknowledge' };
  if (payment.tries < timers.triesMax) {
    const doubled = timers.retryMs * 2 ** Math.min(payment.tries - 1, 20);
    const delayMs = Math.min(doubled, timers.retryMsMax);
    return { payment, effects: [cancel, { type: 'queue', delayMs }] };
  }
  return giveToPerson(payment, `not acknowledged after ${payment.tries} tries`, code);
}

function giveToPerson(payment: Payment, why: string, code: string): StepOutcome {
  const given = record(payment, 'MANUAL', why, code === '' ? {} : { acknowledgementCode: code });
  return {
    payment: given.payment,
    effects: [
      { type: 'cancel-timer', timer: 'acknowledge' },
      given.journal,
      { type: 'alarm', reason: 'a payment needs a person' },
    ],
  };
}

// What the machine has given up: a person may say that the host has it, which is booked here, or that it has not.
function onClosedByPersons(
  row: KindRow,
  payment: Payment,
  { verdict, note }: Extract<PaymentEvent, { type: 'closed-by-persons' }>,
): StepOutcome {
  if (payment.state !== 'MANUAL') return unchanged(payment);
  const event = `closed by persons (${verdict}): ${note}`;
  if (verdict === 'stands') {
    if (!payment.booked) return unchanged(payment);
    const closed = record(payment, 'ADVICE_ACKED', event);
    return { payment: closed.payment, effects: [closed.journal] };
  }
  const booking = reversalBookingOf(row, payment);
  const closed = record({ ...payment, booked: false }, 'REVERSED', event, given({ booking }));
  return { payment: closed.payment, effects: [closed.journal] };
}

/**
 * Moves a payment by one event.
 *
 * @param kinds the table that has the payment's kind.
 * @returns the payment after it and the effects to carry out, in order. An event that does not fit
 *   the state changes nothing and has no effects: duplicates and late events are harmless.
 */
export function step(
  payment: Payment,
  event: PaymentEvent,
  timers: HostTimers,
  kinds: PaymentKinds = paymentKinds,
): StepOutcome {
  const row = kindOf(kinds, payment.kind);
  switch (event.type) {
    case 'opened':
      return onOpened(row, payment, event.paymentId, timers);
    case 'not-sent':
      return onNotSent(payment, event.reason, timers);
    case 'no-time-left':
      return refuseUnsent(payment, 'no time left', '96');
    case 'answered':
      return onAnswered(row, payment, event.answer);
    case 'outcome-unknown':
      return onUnknown(row, payment, event.reason);
    case 'late-answer':
      return onLateAnswer(row, payment, event.answer);
    case 'reply-delivered':
      return onReply(payment, true);
    case 'reply-undelivered':
      return onReply(payment, false);
    case 'approved-too-late':
      return onApprovedTooLate(row, payment);
    case 'reversal-requested':
      return onReversalRequested(row, payment, event);
    case 'closed-by-persons':
      return onClosedByPersons(row, payment, event);
    case 'lane-free':
      return onLaneFree(payment, timers);
    case 'acknowledged':
      return onAcknowledged(payment, event.responseCode, timers);
    case 'unacknowledged':
      return onUnacknowledged(payment, timers);
  }
}
