// Stage: a refund, a void or a completion is held against the payment that it names: the same card, a kind that
// it can draw on, still approved, and within what was approved. The journal holds the sum once more under a lock.
import type { OriginalDrawn, PaymentRecord } from '@chipswitch/ledger';
import {
  type DrawsOn,
  type OriginalFigures,
  type RefusalReason,
  kindOf,
  outcomeOfRecord,
  paymentKinds,
} from '@chipswitch/transaction';
import type { Asked } from './asked.ts';
import type { Desk } from './desk.ts';
import { findOriginal } from './original.ts';
import { approvedMinor, isItsCard, isItsCurrency } from './stated-against-record.ts';

/** The original of a payment, and how far the payment may go against it. */
export interface Drawn {
  readonly record: PaymentRecord;
  readonly limits: OriginalDrawn;
  readonly figures: OriginalFigures;
}

type Result =
  | { readonly ok: true; readonly drawn?: Drawn }
  | { readonly ok: false; readonly reason: RefusalReason };

const no = (reason: RefusalReason): Result => ({ ok: false, reason });

async function differenceOf(
  desk: Desk,
  { request, message, terminal }: Asked,
  record: PaymentRecord,
  draws: DrawsOn,
): Promise<RefusalReason | undefined> {
  if (!draws.kinds.includes(record.kind)) return 'original-differs';
  if (!isItsCard(desk, message, record) || !isItsCurrency(message, record)) {
    return 'original-differs';
  }
  const { outcome } = outcomeOfRecord(record);
  if (outcome === 'undone' || outcome === 'declined') return 'already-reversed';
  if (outcome === 'pending') return 'original-not-found';
  const approved = approvedMinor(record);
  if (request.amountMinor * 100n > approved * draws.percentMax) return 'original-used-up';
  if (draws.whole !== true) return undefined;
  if (request.amountMinor !== approved) return 'original-differs';
  const terminalId = terminal.terminalId.trim();
  const isOpen =
    record.terminalId === terminalId && !(await desk.batches.isClosed(record.paymentId));
  return isOpen ? undefined : 'batch-closed';
}

/** Goes on, with the original where there is one, or why not. */
export async function drawOnOriginal(desk: Desk, asked: Asked): Promise<Result> {
  const { request, message, terminal, frame } = asked;
  const draws = kindOf(paymentKinds, request.kind).original;
  if (draws === undefined) return { ok: true };
  if (request.original === undefined) {
    return draws.when === 'named' ? { ok: true } : no('original-not-found');
  }
  const record = await findOriginal(desk, message, terminal, request.original, frame);
  if (record === undefined || record.kind === 'tombstone') return no('original-not-found');
  const difference = await differenceOf(desk, asked, record, draws);
  if (difference !== undefined) return no(difference);
  const { paymentId, kind } = record;
  const amountMinor = approvedMinor(record);
  // Where only one may stand, nothing else is left beside its own amount.
  const amountMinorMax =
    draws.once === true ? request.amountMinor : (amountMinor * draws.percentMax) / 100n;
  return {
    ok: true,
    drawn: {
      record,
      limits: { paymentId, kinds: draws.together, amountMinorMax },
      figures: { paymentId, kind, amountMinor },
    },
  };
}
