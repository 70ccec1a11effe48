// Rolling reserve: held from sales, released when due, drawn on when a merchant cannot pay.
import { type MinorUnits, minorUnits } from '../money.ts';
import { formatCalendarDate, parseCalendarDate } from './calendar-date.ts';
import { type Decimal, type RoundingMode, roundDecimal, scaleDecimal } from './decimal.ts';
import { type Settled, refused, settled } from './settlement-error.ts';

/** What the contract says. */
export interface ReserveTerms {
  /** Share of the day's sales that is held. */
  readonly rate: Decimal;
  readonly rounding: RoundingMode;
  /** Calendar days from holding to the due date. */
  readonly holdDays: number;
  /** The reserve never exceeds this; without it there is no limit. */
  readonly targetMinor?: bigint;
}

/** Something held, and the date from which it is released. */
export interface ReserveHolding {
  /** YYYY-MM-DD. */
  readonly dueDate: string;
  readonly amountMinor: bigint;
}

/** What happens to a reserve: a day with its sales, or a draw, which releases nothing. */
export type ReserveEvent =
  | {
      readonly kind: 'day';
      readonly date: string;
      readonly salesMinor: bigint;
      /** Due date of what this day holds, where the contract names one instead of a number of days. */
      readonly dueDate?: string;
    }
  | { readonly kind: 'draw'; readonly date: string; readonly amountMinor: bigint };

/** What an event moved. */
export interface ReserveMovement {
  readonly releasedMinor: MinorUnits;
  readonly heldMinor: MinorUnits;
  readonly drawnMinor: MinorUnits;
  /** What a draw asked for and the reserve did not have. */
  readonly shortfallMinor: MinorUnits;
  readonly balanceMinor: MinorUnits;
  /** What is held after the event, by due date. */
  readonly holdings: readonly ReserveHolding[];
}

function total(holdings: readonly ReserveHolding[]): bigint {
  return holdings.reduce((sum, holding) => sum + holding.amountMinor, 0n);
}

function movement(
  holdings: readonly ReserveHolding[],
  moved: { released?: bigint; held?: bigint; drawn?: bigint; shortfall?: bigint },
): ReserveMovement {
  const { released = 0n, held = 0n, drawn = 0n, shortfall = 0n } = moved;
  return {
    releasedMinor: minorUnits(released),
    heldMinor: minorUnits(held),
    drawnMinor: minorUnits(drawn),
    shortfallMinor: minorUnits(shortfall),
    balanceMinor: minorUnits(total(holdings)),
    holdings,
  };
}

function draw(holdings: readonly ReserveHolding[], amountMinor: bigint): ReserveMovement {
  let left = amountMinor;
  const kept: ReserveHolding[] = [];
  for (const holding of holdings) {
    const taken = holding.amountMinor < left ? holding.amountMinor : left;
    left -= taken;
    const rest = holding.amountMinor - taken;
    if (rest > 0n) kept.push({ dueDate: holding.dueDate, amountMinor: rest });
  }
  return movement(kept, { drawn: amountMinor - left, shortfall: left });
}

function inDueOrder(holdings: readonly ReserveHolding[]): ReserveHolding[] {
  return holdings.toSorted((a, b) => {
    if (a.dueDate === b.dueDate) return 0;
    return a.dueDate < b.dueDate ? -1 : 1;
  });
}

/**
 * Applies one event to what is held. A day first releases what falls due (due date on or before the
 * date), then holds rate × sales, never above the target; a draw consumes the oldest due dates first.
 *
 * @returns `not-a-date` for the date, `negative` for sales or a draw below zero.
 */
export function applyReserveEvent(
  terms: ReserveTerms,
  holdings: readonly ReserveHolding[],
  event: ReserveEvent,
): Settled<ReserveMovement> {
  const day = parseCalendarDate(event.date);
  if (day === undefined) return refused('not-a-date', 'date');
  const ordered = inDueOrder(holdings);
  if (event.kind === 'draw') {
    if (event.amountMinor < 0n) return refused('negative', 'amount');
    return settled(draw(ordered, event.amountMinor));
  }
  if (event.salesMinor < 0n) return refused('negative', 'sales');
  const due = ordered.filter((holding) => holding.dueDate <= event.date);
  const kept = ordered.filter((holding) => holding.dueDate > event.date);
  let held: bigint = roundDecimal(scaleDecimal(terms.rate, event.salesMinor), terms.rounding);
  if (terms.targetMinor !== undefined) {
    const room = terms.targetMinor - total(kept);
    if (held > room) held = room > 0n ? room : 0n;
  }
  if (held > 0n) {
    const dueDate = event.dueDate ?? formatCalendarDate(day + terms.holdDays);
    kept.push({ dueDate, amountMinor: held });
  }
  return settled(movement(inDueOrder(kept), { released: total(due), held }));
}
