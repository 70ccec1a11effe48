// Three-way reconciliation of a business date: what the switch saw, the ledger booked, clearing brought.
import {
  type Decimal,
  addDecimals,
  compareDecimals,
  decimalOf,
  oneDecimal,
  scaleDecimal,
  zeroDecimal,
} from './decimal.ts';

/** Why a reference does not simply match; sorted by name, as a report lists them. */
export const reconciliationCodes = [
  /** Cleared amount is not the booked one, nor within what may exceed the authorised one. */
  'AMOUNT_MISMATCH',
  /** Approved after the file was cut, or on a later business date: it waits without alarm. */
  'AWAITING_CLEARING',
  /** Cleared although the switch declined it. */
  'CLEARED_BUT_DECLINED',
  /** Cleared although the switch reversed it. */
  'CLEARED_BUT_REVERSED',
  /** Ledger and clearing speak of different currencies. */
  'CURRENCY_MISMATCH',
  /** A clearing line was there twice; the second does not count. */
  'DUPLICATE_IN_CLEARING',
  /** Approved and due, and clearing does not bring it. */
  'NOT_IN_CLEARING',
  /** Approved, and never booked. */
  'NOT_IN_LEDGER',
  /** Booked or cleared, and the switch does not know it. */
  'NOT_IN_SWITCH',
  /** Booked and cleared alike, above the authorised amount and its tolerance. */
  'OVER_CAPTURE',
  /** Booked although the switch declined it. */
  'POSTED_BUT_DECLINED',
  /** Reversed, and the ledger does not net to zero. */
  'REVERSAL_NOT_POSTED',
] as const;

/** Code of an exception. */
export type ReconciliationCode = (typeof reconciliationCodes)[number];

/** What kind of movement a line is; refunds and reversals count negative. */
export type LineType = 'sale' | 'refund' | 'reversal';

/** A line of the switch's journal. */
export interface SwitchLine {
  readonly ref: string;
  /** The authorised amount, a magnitude. */
  readonly amountMinor: bigint;
  readonly type?: LineType;
  readonly status: 'approved' | 'declined' | 'reversed';
  /** YYYY-MM-DD. */
  readonly businessDate: string;
  /** Approved after the clearing file was cut. */
  readonly afterFileCut?: boolean;
}

/** A line of the ledger or of a clearing file. */
export interface MoneyLine {
  readonly ref: string;
  readonly amountMinor: bigint;
  readonly type?: LineType;
  /** Sequence of several clearings of one payment. */
  readonly seq?: string;
  readonly currency?: string;
}

/** The three sides and the rule between them. */
export interface ReconciliationInput {
  readonly businessDate: string;
  readonly switchLines: Iterable<SwitchLine>;
  readonly ledgerLines: Iterable<MoneyLine>;
  readonly clearingLines: Iterable<MoneyLine>;
  /** Share by which clearing may exceed the authorised amount (tips); zero without one. */
  readonly overCapture?: Decimal;
}

/** One exception for the queue; the amount is signed, of `AMOUNT_MISMATCH` clearing minus ledger. */
export interface ReconciliationException {
  readonly code: ReconciliationCode;
  readonly ref: string;
  readonly amountMinor: bigint;
}

/** Every reference that moved ends in `matched` or in at least one exception. */
export interface Reconciliation {
  /** References that agree on all sides, sorted. */
  readonly matched: readonly string[];
  /** Sorted by reference, then code. */
  readonly exceptions: readonly ReconciliationException[];
}

interface Side {
  sum: bigint;
  lines: number;
  currency: string | undefined;
}

interface Gathered {
  readonly switchLines: SwitchLine[];
  readonly ledger: Side;
  readonly clearing: Side;
  firstCleared: MoneyLine | undefined;
  /** Identities of the lines cleared; made at the second line, which most payments do not have. */
  cleared: Set<string> | undefined;
}

function identityOf({ amountMinor, type = 'sale', seq }: MoneyLine): string {
  return `${amountMinor}/${type}${seq === undefined ? '' : `/${seq}`}`;
}

function isRepeated(refs: Gathered, line: MoneyLine): boolean {
  if (refs.firstCleared === undefined) {
    refs.firstCleared = line;
    return false;
  }
  refs.cleared ??= new Set([identityOf(refs.firstCleared)]);
  const identity = identityOf(line);
  if (refs.cleared.has(identity)) return true;
  refs.cleared.add(identity);
  return false;
}

type Report = (code: ReconciliationCode, amountMinor: bigint) => void;

function signed(line: { readonly amountMinor: bigint; readonly type?: LineType }): bigint {
  return line.type === 'refund' || line.type === 'reversal' ? -line.amountMinor : line.amountMinor;
}

function add(side: Side, line: MoneyLine): void {
  side.sum += signed(line);
  side.lines++;
  side.currency ??= line.currency;
}

function judgeApproved(
  refs: Gathered,
  authorised: bigint,
  waits: boolean,
  overCapture: Decimal,
  report: Report,
): void {
  const { ledger, clearing } = refs;
  if (ledger.lines === 0) report('NOT_IN_LEDGER', authorised);
  if (clearing.lines === 0) {
    report(waits ? 'AWAITING_CLEARING' : 'NOT_IN_CLEARING', authorised);
    return;
  }
  if (ledger.lines === 0) return;
  if (ledger.currency !== clearing.currency && ledger.currency && clearing.currency) {
    report('CURRENCY_MISMATCH', clearing.sum);
    return;
  }
  const limit = scaleDecimal(addDecimals(oneDecimal, overCapture), authorised);
  const over = clearing.sum > authorised && compareDecimals(decimalOf(clearing.sum), limit) > 0;
  if (clearing.sum === ledger.sum) {
    if (over && authorised >= 0n) report('OVER_CAPTURE', clearing.sum - authorised);
    return;
  }
  const withinTolerance = clearing.sum > authorised && !over && ledger.sum === authorised;
  if (!withinTolerance) report('AMOUNT_MISMATCH', clearing.sum - ledger.sum);
}

// True when the reference counts as matched if nothing is reported: a declined one that moved
// nothing is neither matched nor an exception.
function judge(refs: Gathered, input: ReconciliationInput, report: Report): boolean {
  const { switchLines, ledger, clearing } = refs;
  if (switchLines.length === 0) {
    report('NOT_IN_SWITCH', clearing.lines > 0 ? clearing.sum : ledger.sum);
    return false;
  }
  const approved = switchLines.filter((line) => line.status === 'approved');
  if (approved.length > 0) {
    const authorised = approved.reduce((sum, line) => sum + signed(line), 0n);
    const waits = approved.some(
      (line) => line.afterFileCut === true || line.businessDate > input.businessDate,
    );
    judgeApproved(refs, authorised, waits, input.overCapture ?? zeroDecimal, report);
    return true;
  }
  if (switchLines.some((line) => line.status === 'reversed')) {
    if (ledger.sum !== 0n) report('REVERSAL_NOT_POSTED', ledger.sum);
    if (clearing.sum !== 0n) report('CLEARED_BUT_REVERSED', clearing.sum);
    return true;
  }
  if (ledger.sum !== 0n) report('POSTED_BUT_DECLINED', ledger.sum);
  if (clearing.lines > 0) report('CLEARED_BUT_DECLINED', clearing.sum);
  return false;
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Reconciles a day. A clearing line equal in reference, amount, sequence and type to an earlier one
 * is reported and does not count. Time and memory are linear in the number of lines.
 */
export function reconcile(input: ReconciliationInput): Reconciliation {
  const byRef = new Map<string, Gathered>();
  const of = (ref: string): Gathered => {
    let refs = byRef.get(ref);
    if (refs === undefined) {
      const side = (): Side => ({ sum: 0n, lines: 0, currency: undefined });
      refs = {
        switchLines: [],
        ledger: side(),
        clearing: side(),
        firstCleared: undefined,
        cleared: undefined,
      };
      byRef.set(ref, refs);
    }
    return refs;
  };
  const exceptions: ReconciliationException[] = [];
  for (const line of input.switchLines) of(line.ref).switchLines.push(line);
  for (const line of input.ledgerLines) add(of(line.ref).ledger, line);
  for (const line of input.clearingLines) {
    const refs = of(line.ref);
    if (isRepeated(refs, line)) {
      const amountMinor = signed(line);
      exceptions.push({ code: 'DUPLICATE_IN_CLEARING', ref: line.ref, amountMinor });
    } else add(refs.clearing, line);
  }
  const matched: string[] = [];
  for (const [ref, refs] of byRef) {
    const before = exceptions.length;
    const counts = judge(refs, input, (code, amountMinor) => {
      exceptions.push({ code, ref, amountMinor });
    });
    if (counts && exceptions.length === before) matched.push(ref);
  }
  exceptions.sort((a, b) => byText(a.ref, b.ref) || byText(a.code, b.code));
  return { matched: matched.sort(byText), exceptions };
}
