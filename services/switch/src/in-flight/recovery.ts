// A payment out of the journal brought back to life: after a crash, for a reversal, for a late answer.
import type { PaymentRecord } from '@chipswitch/ledger';
import {
  type OutgoingFacts,
  type Payment,
  type PaymentKind,
  type PaymentState,
  bookingStateOf,
  openStates,
} from '@chipswitch/transaction';
import type { Desk } from '../desk.ts';
import { InFlightPayment } from './in-flight-payment.ts';

/** The payment as `step` knows it, from its record. */
export function paymentOf(record: PaymentRecord): Payment {
  const { facts, responseCode, approvalCode } = record;
  const hosts = Array.isArray(facts['hosts']) ? facts['hosts'].map(String) : [];
  const late = facts['lateAnswer'];
  const scheme = facts['scheme'];
  const partial = facts['partialAmountMinor'];
  return {
    state: record.state as PaymentState,
    version: record.version,
    kind: record.kind as PaymentKind,
    amountMinor: typeof partial === 'string' ? BigInt(partial) : record.amountMinor,
    currency: record.currency,
    merchant: record.acceptorId,
    scheme: typeof scheme === 'string' ? scheme : '',
    paymentId: record.paymentId,
    // The host it was last sent to comes first.
    hosts:
      record.host === undefined ? hosts : [record.host, ...hosts.filter((h) => h !== record.host)],
    tries: Number(facts['tries'] ?? 0),
    booked: bookingStateOf(facts['booked']) === 'stands',
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(approvalCode === undefined ? {} : { approvalCode }),
    ...(late === 'approved' || late === 'declined' ? { lateAnswer: late } : {}),
  };
}

/**
 * The living payment of a record: the one that lives already, or a new one.
 *
 * @returns undefined when the card number cannot be read back: then only a person can help.
 */
export function revive(desk: Desk, record: PaymentRecord): InFlightPayment | undefined {
  const living = desk.lives.get(record.key);
  if (living !== undefined) return living;
  const { panEncrypted, facts } = record;
  const outgoing = facts['outgoing'] as unknown as OutgoingFacts | undefined;
  const pan = panEncrypted && desk.vault.decipherPan(panEncrypted, record.key);
  if (pan === undefined || outgoing === undefined) {
    desk.report(
      `payment ${record.paymentId} cannot be taken up: its card number is unreadable`,
      undefined,
    );
    return undefined;
  }
  const followUp = facts['followUp'] as { stan: string; transmission: string } | undefined;
  const life = new InFlightPayment(desk, {
    key: record.key,
    payment: paymentOf(record),
    terminalId: record.terminalId,
    outgoing,
    pan,
    ...(followUp === undefined ? {} : { followUp }),
  });
  const numbers = desk.traceNumbersOf(life.host);
  numbers.hold(outgoing.stan);
  if (followUp !== undefined) numbers.hold(followUp.stan);
  desk.lives.set(record.key, life);
  return life;
}

const recoverMax = 10_000;

/**
 * Takes up what this instance left open: what may have reached a host and has no outcome is unknown
 * and owes a reversal (guarantee I3).
 *
 * @param olderThanMs payments opened later than this before now are left alone: they may be at work.
 * @returns how many payments were taken up.
 */
export async function recover(desk: Desk, olderThanMs: number): Promise<number> {
  const records = await desk.journal.listByState(desk.config.instance, openStates, recoverMax);
  let taken = 0;
  for (const record of records) {
    if (desk.lives.has(record.key) || record.openedAtMs > desk.nowMs() - olderThanMs) continue;
    const life = revive(desk, record);
    if (life === undefined) continue;
    taken++;
    desk.counters.add('recovered');
    if (record.state === 'SENDING') {
      await life.dispatch({ type: 'outcome-unknown', reason: 'recovered' });
    } else desk.queue(life, 0);
  }
  return taken;
}
