// What is known of one payment while it lives, and what may happen to it.
import type { OriginalFigures } from './kinds/kind.ts';
import type { PaymentState } from './state.ts';

/** What the cardholder and merchant want: the name of a row of `kinds/`. */
export type PaymentKind = string;

/** A host's answer as the life of a payment sees it. */
export interface HostAnswer {
  readonly responseCode: string;
  readonly approved: boolean;
  readonly approvalCode?: string;
  readonly retrievalReference?: string;
  /** Amount of a partial approval; absent when it is the whole. */
  readonly partialAmountMinor?: bigint;
  /** DE 54 (additional amounts): balances, as the host stated them. */
  readonly additionalAmounts?: string;
  /** Elements by number that the host added and the terminal is given. */
  readonly passedOn?: { readonly [number: string]: string };
  /** The scheme's id of the payment, which later ones by the same stored credential refer to. */
  readonly schemeTransactionId?: string;
  /** DE 55 for the card, hex: the issuer's own objects (91, 8A, 71, 72) and nothing else. */
  readonly iccDataHex?: string;
}

/** What an answer says that came when nobody waited for it any longer; `unknown` may be an approval. */
export type LateAnswer = 'approved' | 'declined' | 'unknown';

/** The payment as `step` carries it; plain data, so that it can be printed and compared. */
export interface Payment {
  readonly state: PaymentState;
  /** Durable steps so far. */
  readonly version: number;
  readonly kind: PaymentKind;
  /** What it draws on, where it does. */
  readonly original?: OriginalFigures;
  readonly amountMinor: bigint;
  /** DE 4 of its messages, where that is another amount: the new total of what it raises, what was held. */
  readonly statedMinor?: bigint;
  readonly currency: string;
  readonly merchant: string;
  readonly scheme: string;
  /** Names the payment in bookings; known once it is opened. */
  readonly paymentId: string;
  /** Hosts still to be tried, the present one first. */
  readonly hosts: readonly string[];
  /** Times the reversal or advice was written to a wire. */
  readonly tries: number;
  /** Whether the approval is booked, so that its reversal books the opposite. */
  readonly booked: boolean;
  readonly responseCode?: string;
  readonly approvalCode?: string;
  /** It is shown; it changes a state only where it says that an effect is live which should not be. */
  readonly lateAnswer?: LateAnswer;
  /** DE 39 of what ended the reversal or advice, where it is not plain consent. */
  readonly acknowledgementCode?: string;
}

/** What happens to a payment. */
export type PaymentEvent =
  | { readonly type: 'opened'; readonly paymentId: string }
  /** Provably nothing reached the host's wire. */
  | { readonly type: 'not-sent'; readonly reason: string }
  /** The terminal would have given up before a host's answer: it is not sent. */
  | { readonly type: 'no-time-left' }
  | { readonly type: 'answered'; readonly answer: HostAnswer }
  | {
      readonly type: 'outcome-unknown';
      readonly reason: 'timed-out' | 'link-lost' | 'undecodable' | 'recovered';
    }
  | { readonly type: 'late-answer'; readonly answer: LateAnswer }
  | { readonly type: 'reply-delivered' }
  | { readonly type: 'reply-undelivered' }
  /** An approval became durable when its terminal had given up. */
  | { readonly type: 'approved-too-late' }
  /** The terminal asks to undo the payment (0400); against which nobody knew of more than so many payments. */
  | { readonly type: 'reversal-requested'; readonly draws?: number }
  /** Two persons have found out what the machine could not: it stands as it is booked, or nothing of it does. */
  | {
      readonly type: 'closed-by-persons';
      readonly verdict: 'stands' | 'undone';
      /** Who proposed and who confirmed it, and why; safe for anyone to read. */
      readonly note: string;
    }
  /** The lane is free and the link is up: the reversal or advice may be written. */
  | { readonly type: 'lane-free' }
  /** The host answered a reversal or advice with this code (DE 39); '' when it gave none. */
  | { readonly type: 'acknowledged'; readonly responseCode: string }
  | { readonly type: 'unacknowledged' };

/** Timers of one host, in milliseconds; each shorter than the terminal's. */
export interface HostTimers {
  readonly answerMs: number;
  readonly acknowledgeMs: number;
  /** Wait before the second try; doubled for each further one, at most `retryMsMax`. */
  readonly retryMs: number;
  readonly retryMsMax: number;
  /** Tries before a person is asked. */
  readonly triesMax: number;
}
