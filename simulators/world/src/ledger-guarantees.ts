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
import {
  kindOf,
  outcomeOfRecord,
  paymentKinds,
  approvedMinor,
  readPaymentFacts,
} from '@chipswitch/transaction';
import type { Violation } from './violation.ts';
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

const sumOf = (draws: readonly PaymentRecord[], kinds: readonly string[] = []): bigint =>
  draws
    .filter((draw) => kinds.includes(draw.kind))
    .reduce((sum, draw) => sum + approvedMinor(draw), 0n);

// No merchant category of the rules may take more in all.
const percentOfRulesMax = 125n;

function* ofOriginal(
  original: PaymentRecord,
  draws: readonly PaymentRecord[],
): Generator<readonly [string, string]> {
  const approved = approvedMinor(original);
  for (const { kind, paymentId } of draws) {
    const rule = kindOf(paymentKinds, kind).original;
    if (rule === undefined) continue;
    if (rule.referred !== true && outcomeOfRecord(original).outcome !== 'approved') {
      yield ['I1', `${original.kind} ${original.state}, and ${kind} draws on it`];
    }
    const { percentMax = 0n, adds, added, together } = rule;
    const percent = typeof percentMax === 'bigint' ? percentMax : percentOfRulesMax;
    const all = adds === true ? approved + sumOf(draws, added) : sumOf(draws, together);
    const base = adds === true ? approved : approved + sumOf(draws, added);
    if (percent > 0n && all * 100n > base * percent) {
      yield ['I5', `${all} drawn on a ${original.kind} of ${base}`];
    }
    // What came after may stand beside it by its own rule.
    const beside = draws.filter((draw) => Number(draw.paymentId) < Number(paymentId));
    const other = beside.find((draw) => rule.alone?.includes(draw.kind) === true);
    if (other !== undefined) yield ['I5', `${kind} and ${other.kind} of one ${original.kind}`];
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

// A hold is what was approved, and what raised it, less what was let go: everything with what ended it.
function heldNow(hold: PaymentRecord, draws: readonly PaymentRecord[]): bigint {
  if (outcomeOfRecord(hold).outcome !== 'approved') return 0n;
  let held = approvedMinor(hold);
  for (const draw of draws) {
    const { original } = kindOf(paymentKinds, draw.kind);
    if (original?.adds === true) held += approvedMinor(draw);
    else if (readPaymentFacts(draw).original?.endsHold === true) {
      return 0n;
    } else held -= approvedMinor(draw);
  }
  return held > 0n ? held : 0n;
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
    const wanted = heldNow(record, drawn);
    const there = held.get(paymentId) ?? 0n;
    if (there !== wanted)
      yield { guarantee: 'I5', key, text: `${there} held instead of ${wanted}` };
  }
}
