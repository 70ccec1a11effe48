// Holds that nobody completed in their time end by themselves: the release is a payment of its own, opened against
// the hold like a completion, so that the two cannot both take it, and booked on the day on which it happens.
import {
  type OriginalDrawn,
  type PaymentRecord,
  holdExpiryKind,
  isDrawError,
} from '@chipswitch/ledger';
import {
  type HostTimers,
  kindOf,
  openingState,
  paymentKinds,
  step,
  paymentOf,
  readPaymentFacts,
  writtenFacts,
} from '@chipswitch/transaction';
import type { Desk } from '../desk.ts';
import { limitsOf } from '../draw-on-original.ts';

/** What expiring needs. */
export type ExpiryPorts = Pick<Desk, 'journal' | 'config' | 'businessDate' | 'log'>;

const pageRows = 500;

function limits(paymentId: string): OriginalDrawn {
  const row = kindOf(paymentKinds, holdExpiryKind);
  if (row.original === undefined) throw new RangeError('the end of a hold has no original');
  return limitsOf({ ...row, original: row.original }, paymentId, { releases: 'rest' });
}

/** Opens the end of a hold; undefined where nothing is to be booked. */
async function openEnd(
  { journal, config, businessDate }: ExpiryPorts,
  hold: PaymentRecord,
): Promise<PaymentRecord | undefined> {
  const { paymentId, acceptorId, terminalId, currency, panHmac, panTruncated } = hold;
  const opened = await journal.open({
    key: `${holdExpiryKind}/${paymentId}`,
    fingerprint: holdExpiryKind,
    businessDate: businessDate(),
    kind: holdExpiryKind,
    state: openingState(holdExpiryKind),
    owner: config.instance,
    acceptorId,
    terminalId,
    amountMinor: 0n,
    currency,
    panHmac,
    panTruncated,
    original: limits(paymentId),
    facts: writtenFacts({ scheme: readPaymentFacts(hold).scheme }),
  });
  if (opened.ok) return opened.record;
  const { error } = opened;
  // Opened by a process that ended before it was booked.
  if (error.code === 'key-exists') return error.record.version === 0 ? error.record : undefined;
  if (error.code === 'original-used-up') {
    await journal.forgetExpired(paymentId);
    return undefined;
  }
  // A completion is on its way: the next round sees what came of it.
  if (isDrawError(error.code)) return undefined;
  throw new Error(`a hold could not be ended: ${error.code}`);
}

// Nothing is sent, so no timer is ever started.
const noTimers: HostTimers = {
  answerMs: 0,
  acknowledgeMs: 0,
  retryMs: 0,
  retryMsMax: 0,
  triesMax: 0,
};

async function endHold(ports: ExpiryPorts, hold: PaymentRecord): Promise<boolean> {
  const record = await openEnd(ports, hold);
  if (record === undefined) return false;
  const { paymentId } = record;
  const { effects } = step(
    { ...paymentOf(record), state: 'NEW' },
    { type: 'opened', paymentId },
    noTimers,
  );
  for (const effect of effects) {
    if (effect.type !== 'journal' || effect.booking === undefined) continue;
    const { version, state, event, booking } = effect;
    const facts = writtenFacts({ booked: booking.kind });
    const businessDate = ports.businessDate();
    const done = await ports.journal.step({
      paymentId,
      version,
      state,
      event,
      booking,
      facts,
      businessDate,
    });
    if (!done.ok) throw new Error(`the end of a hold could not be booked: ${done.error.code}`);
  }
  await ports.journal.forgetExpired(hold.paymentId);
  ports.log({ event: 'hold-expired', terminalId: hold.terminalId, payment: hold.paymentId });
  return true;
}

/**
 * Ends every hold whose last business date is over.
 *
 * @returns how many were ended.
 */
export async function expireHolds(ports: ExpiryPorts): Promise<number> {
  let ended = 0;
  let after: string | undefined;
  for (;;) {
    const page = await ports.journal.listExpired(ports.businessDate(), pageRows, after);
    for (const hold of page) if (await endHold(ports, hold)) ended++;
    if (page.length < pageRows) return ended;
    after = page.at(-1)?.paymentId;
  }
}
