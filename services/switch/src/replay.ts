// The same question again: the same answer, from the journal or from the payment still on its way
// (guarantee I4). The same key with another card, amount or code is refused and alarmed.
import { given } from '@chipswitch/bytes';
import type { PaymentRecord } from '@chipswitch/ledger';
import {
  type HostAnswer,
  outcomeOfRecord,
  paymentOutcome,
  readPaymentFacts,
  terminalAnswer,
  isApprovedByHost,
} from '@chipswitch/transaction';
import { verdictOf } from 'iso8583-js';
import type { Asked } from './asked.ts';
import { askingOf } from './begin.ts';
import type { Desk } from './desk.ts';
import { moveRecorded } from './in-flight/recovery.ts';
import type { Opening } from './open-payment.ts';
import { refuse } from './refuse.ts';

const pollMs = 50;
const pollMsMax = 400;

/** The stored answer as it went to the terminal, so far as it may be given again. */
function storedAnswer(record: PaymentRecord): HostAnswer | undefined {
  const { responseCode, approvalCode, retrievalReference } = record;
  if (responseCode === undefined) return undefined;
  const { additionalAmounts, passedOn, schemeTransactionId, iccDataHex, partialAmountMinor } =
    readPaymentFacts(record);
  return {
    responseCode,
    approved: verdictOf(responseCode) === 'approved',
    ...given({ approvalCode, retrievalReference, additionalAmounts, passedOn }),
    ...given({ schemeTransactionId, iccDataHex, partialAmountMinor }),
  };
}

// Whether an approval stands. One that nobody was told of yet is noted as answered first: from then on it is
// not taken back for having come too late.
async function mayBeGiven(desk: Desk, record: PaymentRecord): Promise<boolean> {
  if (outcomeOfRecord(record).outcome === 'undone') return false;
  if (!isApprovedByHost(record.state)) return true;
  const moved = await moveRecorded(desk, record, { type: 'reply-delivered' });
  if (moved === undefined) throw new Error('an approval could not be noted as answered');
  return paymentOutcome(moved.state, moved.booked ? 'stands' : 'none').outcome !== 'undone';
}

async function answerFrom(desk: Desk, asked: Asked, record: PaymentRecord): Promise<void> {
  const { frame, message } = asked;
  const stored = storedAnswer(record);
  if (stored === undefined || record.kind === 'tombstone') {
    return refuse(desk, frame, message, 'already-reversed');
  }
  // An approval that was undone since must not be given again.
  if (stored.approved && !(await mayBeGiven(desk, record))) {
    return refuse(desk, frame, message, 'already-reversed');
  }
  const { stan, terminalId } = asked.request;
  const { responseCode } = stored;
  desk.log({ event: 'replayed', terminalId, stan, state: record.state, responseCode });
  await frame.answer(terminalAnswer(message, responseCode, stored));
}

// Another process carries the payment: its outcome appears in the journal.
async function awaitOutcome(desk: Desk, asked: Asked, record: PaymentRecord): Promise<void> {
  const limitMs = desk.timersOf(record.host ?? '').answerMs;
  const deadline = desk.clock.nowMs() + limitMs;
  // Less and less often: many may ask the same.
  for (let ms = pollMs; desk.clock.nowMs() < deadline; ms = Math.min(2 * ms, pollMsMax)) {
    await desk.sleep(ms);
    const now = await desk.journal.findByKey(record.key);
    if (now !== undefined && now.responseCode !== undefined) return answerFrom(desk, asked, now);
  }
  // It may be approved yet: 91 would say that it is not.
  asked.frame.giveUp();
}

/** Answers a question whose key is known. */
export async function replay(
  desk: Desk,
  asked: Asked,
  opening: Opening,
  record: PaymentRecord,
): Promise<void> {
  desk.counters.add('replays');
  if (record.kind !== 'tombstone' && record.fingerprint !== opening.fingerprint) {
    desk.counters.add('fingerprintAlarms');
    desk.report(`terminal ${record.terminalId} used a key twice with other contents`, undefined);
    return refuse(desk, asked.frame, asked.message, 'duplicate-differs');
  }
  const inFlight = desk.inFlight.get(opening.key);
  // The question counts as one of its line's until it is answered.
  if (inFlight?.addAsking(askingOf(desk, asked)) === true) return inFlight.settled;
  if (record.responseCode !== undefined || record.kind === 'tombstone') {
    return answerFrom(desk, asked, record);
  }
  return awaitOutcome(desk, asked, record);
}
