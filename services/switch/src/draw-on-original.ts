// Stage: what draws on another payment (a refund, a void, an increment, a completion, a tip) is held against the one
// that it names: the same card, a kind that it can draw on, approved, its batch still open where that is the rule. How
// much is left the journal judges, while it holds the original.
import { given } from '@chipswitch/bytes';
import { type OriginalDrawn, type PaymentRecord, holdExpiryKind } from '@chipswitch/ledger';
import {
  type DrawsOn,
  type KindRow,
  type PrivateData,
  type RefusalReason,
  kindOf,
  outcomeOfRecord,
  paymentKinds,
  percentMaxOf,
  approvedMinor,
  readPaymentFacts,
} from '@chipswitch/transaction';
import { findResponseCode } from 'iso8583-js';
import type { Asked } from './asked.ts';
import type { Desk } from './desk.ts';
import { findOriginal } from './original.ts';
import { isItsCard, isItsCurrency } from './stated-against-record.ts';

/** The original of a payment, and what the payment may do to it. */
export interface Drawn {
  readonly record: PaymentRecord;
  readonly limits: OriginalDrawn;
  /** Amount of the payment; what its messages state may be another. */
  readonly amountMinor: bigint;
}

/** What the stage found. */
export interface Named {
  readonly drawn?: Drawn;
  /** Private data of the request, with what its first payment adds. */
  readonly privateData?: PrivateData;
}

type Result =
  | ({ readonly ok: true } & Named)
  | { readonly ok: false; readonly error: { readonly code: RefusalReason } };

const no = (reason: RefusalReason): Result & { ok: false } => ({
  ok: false,
  error: { code: reason },
});

function standingOf(record: PaymentRecord, { referred }: DrawsOn): RefusalReason | undefined {
  const { outcome } = outcomeOfRecord(record);
  if (referred === true) {
    const isReferred = findResponseCode(record.responseCode ?? '')?.class === 'referral';
    return outcome === 'declined' && isReferred ? undefined : 'original-differs';
  }
  if (outcome === 'undone' || outcome === 'declined') return 'already-reversed';
  return outcome === 'pending' ? 'original-not-found' : undefined;
}

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
  const standing = standingOf(record, draws);
  if (standing !== undefined) return standing;
  if (draws.referred === true && request.amountMinor !== record.amountMinor) {
    return 'original-differs';
  }
  if (draws.openBatch !== true) return undefined;
  const terminalId = terminal.terminalId.trim();
  const isOpen =
    record.terminalId === terminalId && !(await desk.batches.isClosed(record.paymentId));
  return isOpen ? undefined : 'batch-closed';
}

// Amount of the payment where DE 4 states the new total: the difference, which is the tip that DE 48 may state.
function amountOf(
  { states }: KindRow,
  { request }: Asked,
  record: PaymentRecord,
): bigint | undefined {
  if (states !== 'total') return request.amountMinor;
  const added = request.amountMinor - approvedMinor(record);
  const isStated = request.tipMinor === undefined || request.tipMinor === added;
  return added > 0n && isStated ? added : undefined;
}

function releasesOf({ releases }: DrawsOn, { request }: Asked): OriginalDrawn['releases'] {
  if (releases !== 'stated') return releases;
  const { clearing } = request.privateData ?? {};
  return clearing !== undefined && clearing.number < clearing.count ? 'own' : 'rest';
}

/** What the journal is to hold a payment of this kind to. */
export function limitsOf(
  row: KindRow & { readonly original: DrawsOn },
  paymentId: string,
  more: Pick<OriginalDrawn, 'percentMax' | 'releases'>,
): OriginalDrawn {
  const { original, states, host } = row;
  const { adds, whole } = original;
  return {
    paymentId,
    outcome: original.referred === true ? 'declined' : 'approved',
    together: original.together ?? [],
    added: original.added ?? [],
    alone: original.alone ?? [],
    ...given({ ...more, adds, whole }),
    ...(states === 'released' ? { becomesReleased: true } : {}),
    // An advice tells what has happened: that the hold had ended by then does not undo it.
    ...(host === 'advice' ? { mayBeLate: true } : {}),
  };
}

async function drawOn(
  desk: Desk,
  asked: Asked,
  row: KindRow & { readonly original: DrawsOn },
  record: PaymentRecord,
): Promise<Result> {
  const { original: draws } = row;
  const difference = await differenceOf(desk, asked, record, draws);
  if (difference !== undefined) return no(difference);
  const amountMinor = amountOf(row, asked, record);
  if (amountMinor === undefined) return no('invalid-amount');
  const { percentMax: rule } = draws;
  const percentMax =
    typeof rule === 'string'
      ? percentMaxOf(desk.kindRules, rule, asked.terminal.merchantCategory)
      : rule;
  if (rule === 'tip' && percentMax === 100n) return no('not-for-this-merchant');
  const releases = releasesOf(draws, asked);
  const limits = limitsOf(row, record.paymentId, given({ percentMax, releases }));
  return { ok: true, drawn: { record, limits, amountMinor } };
}

// What follows a first payment by the same stored credential takes nothing from it: it bears its scheme's id.
function follow(desk: Desk, asked: Asked, record: PaymentRecord): Result {
  const { message, request } = asked;
  if (!isItsCard(desk, message, record)) return no('original-differs');
  if (outcomeOfRecord(record).outcome !== 'approved') return no('already-reversed');
  const { schemeTransactionId } = readPaymentFacts(record);
  return {
    ok: true,
    privateData: { ...given({ schemeTransactionId }), ...request.privateData },
  };
}

/** Goes on, with the original where there is one, or why not. */
export async function drawOnOriginal(desk: Desk, asked: Asked): Promise<Result> {
  const { request, message, terminal, frame } = asked;
  const row = kindOf(paymentKinds, request.kind);
  const { original: draws, follows } = row;
  if (draws === undefined && follows !== true) return { ok: true };
  if (request.original === undefined) {
    return draws?.when === 'required' ? no('original-not-found') : { ok: true };
  }
  const record = await findOriginal(desk, message, terminal, request.original, frame);
  if (record === undefined || record.kind === 'tombstone') return no('original-not-found');
  if (record.kind === holdExpiryKind) return no('original-not-found');
  if (draws === undefined) return follow(desk, asked, record);
  return drawOn(desk, asked, { ...row, original: draws }, record);
}
