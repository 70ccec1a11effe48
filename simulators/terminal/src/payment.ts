// What a caller asks of a terminal, and everything it gets back.
import type { KernelEvent, OutcomeReason, PinEntry } from '@chipswitch/emv';
import type { ApduTrace, CardPort } from './card-reader.ts';
import type { EntryMethod } from './entry.ts';
import type { Elements } from './messages.ts';
import type { RequestKind } from './request-kinds.ts';

/** The person at the terminal: what they choose, confirm and type. */
export interface Cardholder {
  /** Their PIN, typed whenever one is asked for; several for several tries. */
  readonly pin?: string | readonly string[];
  /** Instead of a PIN: press nothing, or cancel. */
  readonly pinEntry?: Exclude<PinEntry, 'entered'>;
  /** Which of several applications, by place. Default the first; undefined in a list cancels. */
  readonly chooses?: number;
  /** Default true. */
  readonly confirms?: boolean;
  /** What the attendant answers to a referral. Default false. */
  readonly referralApproved?: boolean;
}

/** A payment to be made. One of `card`, `track2` and `keyed` must be there, or the first two for fallback. */
export interface PaymentOrder {
  readonly kind?: RequestKind;
  readonly amountMinor: bigint;
  readonly card?: CardPort;
  /** Contact unless said. */
  readonly interface?: 'contact' | 'contactless';
  /** The stripe, when it is swiped first or after the chip failed. */
  readonly track2?: string;
  /** The number as it was told, by mail or telephone or kept on file: neither card nor stripe is there. */
  readonly keyed?: { readonly pan: string; readonly expiry: string };
  /** How much of the amount is cash (9F03; DE 54, amount type 40). */
  readonly cashMinor?: bigint;
  /** DE 25: 08 by mail or telephone. */
  readonly conditionCode?: string;
  /** What the message bears beside: DE 48 (private data), 54 (cash), 62 (instalments). */
  readonly elements?: Elements;
  readonly cardholder?: Cardholder;
  /** The attendant wants it online. */
  readonly forceOnline?: boolean;
  /** Gets every APDU exchange. Holds card data. */
  readonly onApdu?: (exchange: ApduTrace) => void;
}

/** How a payment ended for the merchant. */
export type PaymentOutcome = 'approved' | 'declined' | 'cancelled' | 'failed';

/** Why, beyond what the kernel and the host say. */
export type PaymentReason =
  | OutcomeReason
  | 'host-approved'
  | 'host-declined'
  | 'no-answer'
  | 'not-sent'
  | 'use-chip'
  | 'fallback-not-allowed'
  | 'track-unreadable'
  | 'pin-not-entered'
  | 'reversal-pending'
  | 'card-number-missing';

/** The chip's part of a result. Hex, no card number. */
export interface ChipResult {
  readonly aid: string;
  readonly label: string;
  readonly tvr: string;
  readonly tsi: string;
  readonly cvmResults: string;
  readonly acType: string;
  readonly ac: string;
  readonly atc: string;
  readonly arc: string | undefined;
  readonly scriptResults: string;
  /** Each decision of the kernel, explained. */
  readonly decisions: readonly KernelEvent[];
}

/** What became of a payment. Safe to print. */
export interface PaymentResult {
  readonly outcome: PaymentOutcome;
  readonly reason: PaymentReason;
  readonly kind: RequestKind;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly entry: EntryMethod;
  /** First six and last four. */
  readonly maskedPan: string | undefined;
  readonly stan: string | undefined;
  readonly batch: string;
  readonly online: boolean;
  readonly responseCode: string | undefined;
  readonly approvalCode: string | undefined;
  readonly retrievalReference: string | undefined;
  /** `pending` leaves the terminal unable to pay until the reversal is answered. */
  readonly reversal: 'none' | 'done' | 'pending';
  /** An offline approval that still has to be uploaded. */
  readonly uploadDue: boolean;
  readonly chip: ChipResult | undefined;
  /** Lines of the slip; empty when there was nothing to print. */
  readonly slip: readonly string[];
  /** From the card's insertion to the end, without the cardholder's thinking time. */
  readonly durationMs: number;
}
