// What payments take from another one, add to it, or end of it: refunds and voids of a sale, increments and
// completions of a hold. The rule is one function; a journal asks it while it holds the original.

/** Payments of one kind that stand against an original, or are on their way to. */
export interface StandingDraw {
  readonly kind: string;
  /** On their way: they may still be declined. */
  readonly isPending: boolean;
  readonly amountMinor: bigint;
  /** How much of the original's hold ended with them. */
  readonly releasedMinor: bigint;
  /** The hold has ended with one of them, whatever was left of it. */
  readonly endsHold: boolean;
}

/** What a payment may do to its original. */
export interface OriginalDrawn {
  readonly paymentId: string;
  /** What the original must have come to. */
  readonly outcome: 'approved' | 'declined';
  /** Kinds that take from the same amount as this one, itself among them. */
  readonly together: readonly string[];
  /** Kinds that add to the amount. */
  readonly added: readonly string[];
  /** All that is taken, or added, stays within so many hundredths; absent where nothing limits it. */
  readonly percentMax?: bigint;
  /** It adds to the amount instead of taking from it. */
  readonly adds?: true;
  /** It takes exactly what is left, or what was there at first. */
  readonly whole?: true;
  /** Kinds of which none may stand beside it. */
  readonly alone: readonly string[];
  /** What of the original's hold ends with it: as much as its own amount, or all the rest. */
  readonly releases?: 'own' | 'rest';
  /** Its amount is what of the hold ends with it, whatever it states. */
  readonly becomesReleased?: true;
  /** It is told of, not asked for: it may come when the hold has ended by itself, and releases nothing then. */
  readonly mayBeLate?: true;
}

/** The original as a journal has it, while nothing can be opened against it. */
export interface DrawnOriginal {
  readonly kind: string;
  readonly outcome: string;
  /** What was approved of it. */
  readonly amountMinor: bigint;
  readonly draws: readonly StandingDraw[];
}

/** Why nothing is taken. */
export type DrawErrorCode =
  /** Not approved (any more), or nothing that large is left. */
  | 'original-used-up'
  /** Another one is on its way: what is left is known when that has its outcome. */
  | 'original-in-use'
  /** The hold has ended by itself. */
  | 'original-expired';

const drawErrors: ReadonlySet<string> = new Set<DrawErrorCode>([
  'original-used-up',
  'original-in-use',
  'original-expired',
]);

/** Whether a code says that the original does not allow it. */
export function isDrawError(code: string): code is DrawErrorCode {
  return drawErrors.has(code);
}

/** Kind of the payment by which a hold ends by itself. */
export const holdExpiryKind = 'hold-expiry';

/** How much of the hold ends with the payment, or why it is refused. */
export type DrawVerdict =
  | { readonly ok: true; readonly releasedMinor: bigint }
  | { readonly ok: false; readonly error: { readonly code: DrawErrorCode } };

const no = (code: DrawErrorCode): DrawVerdict => ({ ok: false, error: { code } });

function sumOf(draws: readonly StandingDraw[], kinds: readonly string[]): bigint {
  return draws
    .filter(({ kind }) => kinds.includes(kind))
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

/** What all that was approved of the original and added to it comes to. */
export function authorisedMinor(original: DrawnOriginal, added: readonly string[]): bigint {
  const standing = original.draws.filter(({ isPending }) => !isPending);
  return original.amountMinor + sumOf(standing, added);
}

function amountFits(original: DrawnOriginal, limits: OriginalDrawn, amountMinor: bigint): boolean {
  const { percentMax, adds, whole, together, added } = limits;
  const { draws } = original;
  const authorised = authorisedMinor(original, added);
  const taken = sumOf(draws, together);
  if (whole === true && amountMinor !== authorised - taken && amountMinor !== authorised) {
    return false;
  }
  if (percentMax === undefined) return true;
  const base = adds === true ? original.amountMinor : authorised;
  const all = adds === true ? original.amountMinor + sumOf(draws, added) : taken;
  return (all + amountMinor) * 100n <= base * percentMax;
}

/** Whether a payment of this amount may be opened against an original. */
export function judgeDraw(
  original: DrawnOriginal | undefined,
  limits: OriginalDrawn,
  amountMinor: bigint,
): DrawVerdict {
  if (original === undefined || original.outcome !== limits.outcome) return no('original-used-up');
  const { draws } = original;
  const { alone, releases, mayBeLate } = limits;
  const isExpired = draws.some(({ kind }) => kind === holdExpiryKind);
  if (isExpired && mayBeLate !== true) return no('original-expired');
  if (!isExpired && draws.some(({ endsHold }) => endsHold)) return no('original-used-up');
  if (draws.some(({ kind }) => alone.includes(kind))) return no('original-used-up');
  if (!amountFits(original, limits, amountMinor)) return no('original-used-up');
  if (releases === undefined || isExpired) return { ok: true, releasedMinor: 0n };
  const left = draws.reduce(
    (sum, { releasedMinor }) => sum - releasedMinor,
    authorisedMinor(original, limits.added),
  );
  if (releases === 'own') {
    return { ok: true, releasedMinor: amountMinor < left ? amountMinor : left };
  }
  // All the rest: nothing may be on its way that would give its part back, or hold more.
  if (draws.some(({ isPending }) => isPending)) return no('original-in-use');
  return left > 0n ? { ok: true, releasedMinor: left } : no('original-used-up');
}
