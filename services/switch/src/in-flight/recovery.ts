// Payments taken up out of the journal: after a crash or an outage, for a reversal, for a late answer.

import type { PaymentJournal, PaymentRecord } from '@chipswitch/ledger';
import {
  type Payment,
  type PaymentEvent,
  kindOf,
  openStates,
  isApprovedByHost,
  paymentKinds,
  paymentOf,
  readPaymentFacts,
} from '@chipswitch/transaction';
import type { CardVault } from '../card-vault.ts';
import type { Counters } from '../counters.ts';
import { InFlightPayment } from './in-flight-payment.ts';
import type { PaymentsInFlight } from './payments-in-flight.ts';
import type { InFlightPorts } from './ports.ts';

/** What recovery needs beside what a payment in flight does. */
export interface RecoveryPorts extends InFlightPorts {
  readonly config: { readonly instance: string };
  readonly counters: Pick<Counters, 'add'>;
  readonly inFlight: PaymentsInFlight;
  readonly journal: PaymentJournal;
  readonly vault: Pick<CardVault, 'decipherPan'>;
}

/**
 * Brings the payment of a record, which nobody carries, in flight: it goes on by itself.
 *
 * @returns undefined when the card number cannot be read back: then only a person can help.
 */
function bringInFlight(ports: RecoveryPorts, record: PaymentRecord): InFlightPayment | undefined {
  const { panEncrypted } = record;
  // What no host is told of is finished by whoever opened it.
  if (kindOf(paymentKinds, record.kind).host === 'nothing') return undefined;
  const { outgoing, followUp } = readPaymentFacts(record);
  const pan = panEncrypted && ports.vault.decipherPan(panEncrypted, record.key);
  if (pan === undefined || outgoing === undefined) {
    ports.report(
      `payment ${record.paymentId} cannot be taken up: its card number is unreadable`,
      undefined,
    );
    return undefined;
  }
  const payment = new InFlightPayment(ports, {
    key: record.key,
    payment: paymentOf(record),
    terminalId: record.terminalId,
    outgoing,
    pan,
    ...(followUp ? { followUp } : {}),
  });
  ports.inFlight.add(payment);
  // What may have reached a host and has no outcome is unknown and owes a reversal (guarantee I3).
  if (record.state === 'SENDING') {
    void payment.dispatch({ type: 'outcome-unknown', reason: 'recovered' });
  } else if (openStates.includes(paymentOf(record).state)) ports.queue(payment, 0);
  return payment;
}

/** The payment of a record in flight: the one that is already, or a new one. */
async function takeUp(
  ports: RecoveryPorts,
  record: PaymentRecord,
): Promise<InFlightPayment | undefined> {
  await ports.inFlight.untilOpened(record.key);
  return ports.inFlight.get(record.key) ?? bringInFlight(ports, record);
}

// The same by its key. What was read of it before may have moved on since, so it is read while nobody else here can
// take it up.
async function takeUpByKey(
  ports: RecoveryPorts,
  key: string,
): Promise<InFlightPayment | undefined> {
  await ports.inFlight.untilOpened(key);
  const known = ports.inFlight.get(key);
  if (known !== undefined) return known;
  return ports.inFlight.open(key, async () => {
    const record = await ports.journal.findByKey(key);
    return record && (ports.inFlight.get(key) ?? bringInFlight(ports, record));
  });
}

const triesMax = 3;

/**
 * Moves the payment of a record by an event, whoever carries it: here, or nobody.
 *
 * @returns the payment as it stands then; undefined when it could not be moved.
 */
export async function moveRecorded(
  ports: RecoveryPorts,
  { key }: Pick<PaymentRecord, 'key'>,
  event: PaymentEvent,
): Promise<Payment | undefined> {
  for (let tries = 1; tries <= triesMax; tries++) {
    const inFlight = await takeUpByKey(ports, key);
    if (inFlight === undefined) return undefined;
    if (await inFlight.dispatch(event)) return inFlight.payment;
    // It came to rest, or another instance moved it, since it was read.
  }
  return undefined;
}

// An approval that became durable when nobody waited for it any more does not stand, unless a repeat of the
// question was answered with it since. One that is still open belongs to the sweep, and ends the doubt as well:
// a step that comes after it finds another version.
async function endDoubts(ports: RecoveryPorts): Promise<void> {
  const { inFlight, journal } = ports;
  for (const key of inFlight.inDoubt) {
    if (inFlight.has(key)) continue;
    const record = await journal.findByKey(key);
    const isApproved = record !== undefined && isApprovedByHost(record.state);
    if (record !== undefined && isApproved) {
      const moved = await moveRecorded(ports, record, { type: 'approved-too-late' });
      if (moved === undefined) continue;
    }
    if (record?.state !== 'SENDING') inFlight.endDoubt(key);
  }
}

const pageRows = 500;

/**
 * Takes up what this instance left open, at its start and whenever something was abandoned: all that is
 * open in the journal and not in flight here, whatever its time says, page after page.
 *
 * @returns how many payments were taken up.
 */
export async function recover(ports: RecoveryPorts): Promise<number> {
  const { config, inFlight, journal } = ports;
  let taken = 0;
  let after: string | undefined;
  for (;;) {
    // A payment that was in flight before the page was read may have come to rest since.
    const before = inFlight.keys();
    const page = await journal.listByState(config.instance, openStates, pageRows, after);
    const left = page.filter(({ key }) => !before.has(key) && !inFlight.has(key));
    const found = await Promise.all(left.map((record) => takeUp(ports, record)));
    for (const payment of found) if (payment !== undefined) taken++;
    // Waits for what the page has set in motion: the journal's queue is bounded.
    await Promise.all(found.map(async (payment) => payment?.idle()));
    if (page.length < pageRows) break;
    after = page.at(-1)?.paymentId;
  }
  await endDoubts(ports);
  ports.counters.add('recovered', taken);
  return taken;
}
