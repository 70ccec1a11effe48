// Judges a terminal's 0500 (ISO 8583:1987, reconciliation class): the open batch is closed by it, or it repeats
// or puts right a close that was before. A repeat is the same contents under the same key, never the key alone.
import {
  type BatchTotals,
  totalsDifferences,
  totalsFields,
  withoutReversals,
} from '@chipswitch/transaction';
import type { BatchesAtClose, CloseVerdict, ClosedBatch, TotalsTexts } from './batch-store.ts';

/** The elements of a close that a terminal must give: counts, then amounts, of credits and debits. */
export const closeElements = [74, 75, 76, 77, 86, 87, 88, 89] as const;

/** A terminal's sums, read out of the texts of their elements. */
function totalsOfTexts(texts: TotalsTexts): BatchTotals {
  const bucket = (count: string, amount: string): { count: bigint; amountMinor: bigint } => ({
    count: BigInt(texts[count]),
    amountMinor: BigInt(texts[amount]),
  });
  return {
    sale: bucket('DE76', 'DE88'),
    'sale-reversal': bucket('DE77', 'DE89'),
    refund: bucket('DE74', 'DE86'),
    'refund-reversal': bucket('DE75', 'DE87'),
  };
}

/** Whether the terminal's sums are ours, whichever way it counts what was reversed. */
export function totalsAgree(host: BatchTotals, terminal: BatchTotals): boolean {
  const ours = totalsFields(withoutReversals(host));
  const stated = totalsFields(withoutReversals(terminal));
  return ours.ok && stated.ok && totalsDifferences(ours.value, stated.value).length === 0;
}

const isSame = (one: TotalsTexts, other: TotalsTexts): boolean =>
  closeElements.every((element) => one[`DE${element}`] === other[`DE${element}`]);

const isNothing = (texts: TotalsTexts): boolean =>
  closeElements.every((element) => /^0*$/.test(texts[`DE${element}`]));

const stored = ({ responseCode, hostTotals, isListed }: ClosedBatch): CloseVerdict => ({
  type: 'stored',
  // What was unequal and is ended since has nothing left to upload.
  responseCode: isListed ? responseCode : '00',
  hostTotals,
});

/** A close as the terminal states it. */
export interface StatedClose {
  readonly terminalTotals: TotalsTexts;
  /** Its key has date and time: a terminal that begins again at number 1 does not come to it again. */
  readonly isDated: boolean;
}

// The same key: a repeat, another close under it (94), or the close of a terminal that began again (undefined).
function judgeKeyed(
  stated: StatedClose,
  { open, keyed }: BatchesAtClose,
  fitsOpen: boolean,
): CloseVerdict | undefined {
  if (keyed === undefined) return undefined;
  if (isSame(keyed.terminalTotals, stated.terminalTotals)) {
    return fitsOpen && !stated.isDated ? undefined : stored(keyed);
  }
  const beganAgain = open.items > 0 && (fitsOpen || !stated.isDated);
  return beganAgain ? undefined : { type: 'differs' };
}

// The same number under a new key: the last close again, whose answer was lost, or one that puts it right.
function judgeNumbered(
  stated: StatedClose,
  { open, numbered }: BatchesAtClose,
  fitsOpen: boolean,
): CloseVerdict | undefined {
  if (numbered === undefined || fitsOpen) return undefined;
  const { terminalTotals } = stated;
  if (
    numbered.isListed &&
    totalsAgree(totalsOfTexts(numbered.hostTotals), totalsOfTexts(terminalTotals))
  ) {
    return { type: 'end', batch: numbered };
  }
  if (isNothing(terminalTotals)) return undefined;
  const isRepeat = isSame(numbered.terminalTotals, terminalTotals);
  // With something in the open batch, only a repeat of 95 is safe: 00 might cover what was approved since.
  const isMeant = open.items === 0 ? isRepeat || numbered.isListed : isRepeat && numbered.isListed;
  return isMeant ? stored(numbered) : undefined;
}

/** What becomes of a close. */
export function judgeClose(stated: StatedClose, batches: BatchesAtClose): CloseVerdict {
  const { open } = batches;
  const agrees = totalsAgree(open.totals, totalsOfTexts(stated.terminalTotals));
  const fitsOpen = agrees && open.items > 0;
  const before = judgeKeyed(stated, batches, fitsOpen) ?? judgeNumbered(stated, batches, fitsOpen);
  if (before !== undefined) return before;
  const hostTotals = totalsFields(open.totals);
  if (!hostTotals.ok) return { type: 'too-wide' };
  return {
    type: 'close',
    responseCode: agrees ? '00' : '95',
    hostTotals: { ...hostTotals.value },
  };
}
