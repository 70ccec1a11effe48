// What must hold in the books of a world: debits equal credits, every payment is booked as it stands, a hold is held
// as long as nothing ended it, and what draws on a payment takes no more than it may (I1, I5).
import {
  type LedgerTransaction,
  type PaymentRecord,
  account,
  bookingsThatStand,
  checkPostings,
  minorUnits,
} from '@chipswitch/ledger';
import { kindOf, outcomeOfRecord, paymentKinds } from '@chipswitch/transaction';
import type { Violation } from './violation.ts';
import { approvedMinorOf } from './virtual-batches.ts';
import type { VirtualDisk } from './virtual-disk.ts';

/** What a payment has in the books. */
export interface BookedPayment {
  readonly stands: boolean;
  readonly amountMinor: bigint;
  /** Bookings that say that it was approved. */
  readonly approvals: number;
  readonly text: string;
}

/** Reads a payment's bookings out of its history. */
export function bookedOf(disk: VirtualDisk, { paymentId }: PaymentRecord): BookedPayment {
  const bookings = (disk.history.get(paymentId) ?? []).flatMap(({ booking }) => booking ?? []);
  const isApproval = ({ kind }: LedgerTransaction): boolean => bookingsThatStand.has(kind);
  const last = bookings.at(-1);
  const first = BigInt(last?.postings[0]?.amountMinor ?? 0n);
  const kinds = bookings.map(({ kind }) => kind).join(', ') || 'nothing';
  const amountMinor = first < 0n ? -first : first;
  return {
    stands: last !== undefined && isApproval(last),
    amountMinor,
    approvals: bookings.filter(isApproval).length,
    text: `${kinds} booked${last === undefined ? '' : ` (${amountMinor})`}`,
  };
}

/** Payments that draw on another and count. */
function drawsOn(payments: readonly PaymentRecord[]): Map<string, PaymentRecord[]> {
  const drawn = new Map<string, PaymentRecord[]>();
  for (const record of payments) {
    if (record.originalId === undefined || outcomeOfRecord(record).outcome !== 'approved') continue;
    const others = drawn.get(record.originalId) ?? [];
    drawn.set(record.originalId, [...others, record]);
  }
  return drawn;
}

function* ofOriginal(
  original: PaymentRecord,
  draws: readonly PaymentRecord[],
): Generator<readonly [string, string]> {
  if (outcomeOfRecord(original).outcome !== 'approved') {
    yield ['I1', `${original.kind} ${original.state}, and ${draws[0].kind} draws on it`];
  }
  const approved = approvedMinorOf(original);
  for (const { kind } of draws) {
    const rule = kindOf(paymentKinds, kind).original;
    if (rule === undefined) continue;
    const together = draws.filter((draw) => rule.together.includes(draw.kind));
    const taken = together.reduce((sum, draw) => sum + approvedMinorOf(draw), 0n);
    if (taken * 100n > approved * rule.percentMax) {
      yield ['I5', `${taken} drawn on a ${original.kind} of ${approved}`];
    }
    if (rule.once === true && together.length > 1) {
      yield ['I5', `${together.map((draw) => draw.kind).join(' and ')} of one ${original.kind}`];
    }
  }
}

// Whose hold, and how much of it is on the account.
function heldBy(bookings: Iterable<LedgerTransaction>): Map<string, bigint> {
  const held = new Map<string, bigint>();
  for (const { postings } of bookings) {
    for (const { accountCode, accountScope, amountMinor } of postings) {
      if (accountCode !== account.authorisationHolds) continue;
      held.set(accountScope, (held.get(accountScope) ?? 0n) + amountMinor);
    }
  }
  return held;
}

const figures = { payment: '1', merchant: 'M', scheme: 's', amountMinor: minorUnits(1n) };

/** Kinds that hold: what their approval books is a hold. */
const holdKinds: ReadonlySet<string> = new Set(
  [...paymentKinds.values()]
    .filter(({ original }) => original === undefined)
    .filter(({ booking }) => booking?.book({ ...figures, currency: 'CNY' }).kind === 'hold')
    .map(({ name }) => name),
);

// What may be there once for a hold ends it.
function endsHold({ kind }: PaymentRecord): boolean {
  const row = kindOf(paymentKinds, kind);
  return row.original?.once === true && row.original.kinds.every((name) => holdKinds.has(name));
}

/** Everything in the books that does not hold. */
export function* violationsOfLedger({ journal }: VirtualDisk): Generator<Violation> {
  for (const booking of journal.bookings.values()) {
    const fault = checkPostings(booking);
    if (fault !== undefined) {
      yield { guarantee: 'I5', key: undefined, text: `${booking.reference}: ${fault.code}` };
    }
  }
  const payments = [...journal.payments.values()];
  const draws = drawsOn(payments);
  const held = heldBy(journal.bookings.values());
  for (const record of payments) {
    const { paymentId, key, kind } = record;
    const drawn = draws.get(paymentId) ?? [];
    if (drawn.length > 0) {
      for (const [guarantee, text] of ofOriginal(record, drawn)) yield { guarantee, key, text };
    }
    if (!holdKinds.has(kind)) continue;
    const stands = outcomeOfRecord(record).outcome === 'approved' && !drawn.some(endsHold);
    const wanted = stands ? approvedMinorOf(record) : 0n;
    const there = held.get(paymentId) ?? 0n;
    if (there !== wanted)
      yield { guarantee: 'I5', key, text: `${there} held instead of ${wanted}` };
  }
}
