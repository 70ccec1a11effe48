// The end of a payment as the caller gets it: result and slip, written from what is known by then.
import { maskPan } from '@chipswitch/cardholder-data';
import type { KernelOutcome, OutcomeType } from '@chipswitch/emv';
import { type LineOutcome, chipResult } from './chip-payment.ts';
import type { EntryMethod } from './entry.ts';
import type { JournalItem } from './journal.ts';
import type { PaymentOutcome, PaymentReason, PaymentResult } from './payment.ts';
import type { TerminalProfile } from './profile.ts';
import type { RequestKind } from './request-kinds.ts';
import { slipLines } from './slip.ts';

/** What the merchant is told of each end of a kernel that is no approval. */
export const refusals: Readonly<Record<OutcomeType, PaymentOutcome>> = {
  approved: 'declined',
  declined: 'declined',
  terminated: 'failed',
  fallback: 'failed',
  cancelled: 'cancelled',
  'try-another-interface': 'failed',
  'try-again': 'failed',
  'select-next': 'failed',
  'online-request': 'failed',
};

/** A line without an answer is the reason that matters to the merchant. */
export const lineReasons: Readonly<Partial<Record<LineOutcome['type'], PaymentReason>>> = {
  unknown: 'no-answer',
  'not-sent': 'not-sent',
};

/** Everything that a payment's own course decided. */
export interface Ending {
  readonly outcome: PaymentOutcome;
  readonly reason: PaymentReason;
  readonly entry: EntryMethod;
  readonly stan: string | undefined;
  readonly pan: string | undefined;
  readonly line: LineOutcome;
  readonly kernel?: KernelOutcome;
  readonly pinEntered?: boolean;
  readonly uploadDue?: boolean;
}

/** A payment that did not get as far as a card number. */
export function failedEnding(reason: PaymentReason, entry: EntryMethod = 'chip'): Ending {
  return {
    outcome: 'failed',
    reason,
    entry,
    stan: undefined,
    pan: undefined,
    line: { type: 'none' },
  };
}

/** What stands beside the ending on result and slip. */
export interface ResultFacts {
  readonly profile: TerminalProfile;
  readonly kind: RequestKind;
  readonly amountMinor: bigint;
  readonly batch: string;
  /** YYYY-MM-DD hh:mm:ss. */
  readonly time: string;
  readonly durationMs: number;
  /** What was asked of the host, as the journal has it after reversals were tried. */
  readonly asked: JournalItem | undefined;
  /** No reversal of this terminal is due any more. */
  readonly settled: boolean;
}

function reversalOf({ asked, settled }: ResultFacts): PaymentResult['reversal'] {
  if (asked?.reversal === 'done') return 'done';
  return asked?.reversal === 'due' || !settled ? 'pending' : 'none';
}

function slipOf(result: PaymentResult, ending: Ending, facts: ResultFacts): string[] {
  const { maskedPan: masked, stan } = result;
  if (masked === undefined || stan === undefined) return [];
  const { profile, time } = facts;
  const { merchantName, acceptorId, terminalId } = profile;
  return slipLines(
    {
      ...result,
      merchantName,
      acceptorId,
      terminalId,
      approved: result.outcome === 'approved',
      maskedPan: masked,
      stan,
      time,
      signature: ending.kernel?.cvm.signature ?? ending.pinEntered !== true,
      pinEntered: ending.pinEntered ?? false,
    },
    profile.language,
  );
}

/** The result with its slip. */
export function writeResult(ending: Ending, facts: ResultFacts): PaymentResult {
  const decision = ending.line.type === 'decided' ? ending.line.decision : undefined;
  const result: PaymentResult = {
    outcome: ending.outcome,
    reason: ending.reason,
    kind: facts.kind,
    amountMinor: decision?.approved === true ? decision.amountMinor : facts.amountMinor,
    currency: facts.profile.currency,
    entry: ending.entry,
    maskedPan: ending.pan === undefined ? undefined : maskPan(ending.pan),
    stan: ending.stan,
    batch: facts.batch,
    online: decision !== undefined,
    responseCode: decision?.responseCode,
    approvalCode: decision?.approvalCode,
    retrievalReference: decision?.retrievalReference,
    reversal: reversalOf(facts),
    uploadDue: ending.uploadDue ?? false,
    chip: ending.kernel === undefined ? undefined : chipResult(ending.kernel),
    slip: [],
    durationMs: facts.durationMs,
  };
  return { ...result, slip: slipOf(result, ending, facts) };
}
