// Totals of a terminal's batch, host against terminal (ISO 8583:1987 data elements 74-77, 86-89, 97).
import type { Settled } from '@chipswitch/ledger';

/** What a batch is made of: a purchase is a debit, a refund a credit. */
export const batchItemKinds = ['sale', 'sale-reversal', 'refund', 'refund-reversal'] as const;

/** Kind of an item of a batch. */
export type BatchItemKind = (typeof batchItemKinds)[number];

/** One approved item; declined ones are in no batch. */
export interface BatchItem {
  readonly kind: BatchItemKind;
  /** Minor units, not negative. */
  readonly amountMinor: bigint;
}

/** Count and sum of one bucket. */
export interface BatchBucket {
  readonly count: bigint;
  readonly amountMinor: bigint;
}

/** The buckets of a batch. */
export type BatchTotals = Readonly<Record<BatchItemKind, BatchBucket>>;

/** The data elements that carry totals, in the order of their numbers. */
export const totalsElements = [
  'DE74',
  'DE75',
  'DE76',
  'DE77',
  'DE86',
  'DE87',
  'DE88',
  'DE89',
  'DE97',
] as const;

/** Totals as the text of their data elements: n10 counts, n16 amounts, x+n16 net. */
export type TotalsFields = Readonly<Record<(typeof totalsElements)[number], string>>;

/** Counts and sums of a batch. */
export function batchTotals(items: Iterable<BatchItem>): BatchTotals {
  const buckets: Record<BatchItemKind, { count: bigint; amountMinor: bigint }> = {
    sale: { count: 0n, amountMinor: 0n },
    'sale-reversal': { count: 0n, amountMinor: 0n },
    refund: { count: 0n, amountMinor: 0n },
    'refund-reversal': { count: 0n, amountMinor: 0n },
  };
  for (const item of items) {
    const bucket = buckets[item.kind];
    bucket.count++;
    bucket.amountMinor += item.amountMinor;
  }
  return buckets;
}

/** Net of a batch: (debits - debit reversals) - (credits - credit reversals). */
export function batchNetMinor(totals: BatchTotals): bigint {
  const debits = totals.sale.amountMinor - totals['sale-reversal'].amountMinor;
  return debits - (totals.refund.amountMinor - totals['refund-reversal'].amountMinor);
}

/**
 * Totals as the text of their data elements; the net has prefix D when not negative, else C.
 *
 * @returns `too-wide` with the element whose digits do not suffice.
 * @example totalsFields(batchTotals([{ kind: 'sale', amountMinor: 2550n }])) // DE88 0000000000002550
 */
export function totalsFields(totals: BatchTotals): Settled<TotalsFields> {
  const net = batchNetMinor(totals);
  const figures: Record<(typeof totalsElements)[number], bigint> = {
    DE74: totals.refund.count,
    DE75: totals['refund-reversal'].count,
    DE76: totals.sale.count,
    DE77: totals['sale-reversal'].count,
    DE86: totals.refund.amountMinor,
    DE87: totals['refund-reversal'].amountMinor,
    DE88: totals.sale.amountMinor,
    DE89: totals['sale-reversal'].amountMinor,
    DE97: net < 0n ? -net : net,
  };
  const fields: Partial<Record<(typeof totalsElements)[number], string>> = {};
  for (const element of totalsElements) {
    const figure = figures[element];
    const width = element < 'DE80' ? 10 : 16;
    const text = figure.toString().padStart(width, '0');
    if (figure < 0n) return { ok: false, error: { code: 'negative', path: element } };
    if (text.length > width) return { ok: false, error: { code: 'too-wide', path: element } };
    fields[element] = element === 'DE97' ? `${net < 0n ? 'C' : 'D'}${text}` : text;
  }
  return { ok: true, value: fields as TotalsFields };
}

/**
 * Totals with each reversal taken off what it reversed. Some terminals count a reversed sale as sale and
 * reversal, some nowhere, some one way here and the other there: so held, they are all equal.
 */
export function withoutReversals(totals: BatchTotals): BatchTotals {
  const net = (of: BatchBucket, reversed: BatchBucket): BatchBucket => ({
    count: of.count - reversed.count,
    amountMinor: of.amountMinor - reversed.amountMinor,
  });
  const none = { count: 0n, amountMinor: 0n };
  return {
    sale: net(totals.sale, totals['sale-reversal']),
    'sale-reversal': none,
    refund: net(totals.refund, totals['refund-reversal']),
    'refund-reversal': none,
  };
}

/** The elements in which a terminal's totals differ from the host's; none when they agree. */
export function totalsDifferences(host: TotalsFields, terminal: Partial<TotalsFields>): string[] {
  return totalsElements.filter((element) => terminal[element] !== host[element]);
}
