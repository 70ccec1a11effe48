// The payment journal: what a switch must have on disk before it writes to a wire, as a contract.
import type { DrawErrorCode, OriginalDrawn, StandingDraw } from './draw.ts';
import type { LedgerTransaction } from './posting.ts';

/** What JSON can hold; the journal's free part. Amounts in it are text. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** What is known of a payment when it is opened. */
export interface NewPayment {
  /** Unique for ever: the truth about duplicates. It holds no card data. */
  readonly key: string;
  /** Keyed digest of what must be the same under one key: card, amount, currency, processing code. */
  readonly fingerprint: string;
  /** ISO date (YYYY-MM-DD) of the business day. */
  readonly businessDate: string;
  readonly kind: string;
  readonly state: string;
  /** The process that carries the payment on; it finds its own after a crash. */
  readonly owner: string;
  readonly acceptorId: string;
  readonly terminalId: string;
  readonly amountMinor: bigint;
  /** Three letters of ISO 4217. */
  readonly currency: string;
  /** Keyed hash of the whole PAN, hex. */
  readonly panHmac: string;
  /** First six and last four digits. */
  readonly panTruncated: string;
  /** Only where clearing or a reversal needs the PAN: AES-256-GCM. */
  readonly panEncrypted?: Uint8Array;
  readonly host?: string;
  /** What the host's answer will be matched by. */
  readonly hostReference?: string;
  /** Known at once when the switch itself refuses. */
  readonly responseCode?: string;
  /** The payment that this one is opened against, and how far it may go. */
  readonly original?: OriginalDrawn;
  /** The last business date on which it stands by itself, where it is a hold. */
  readonly expiresOn?: string;
  readonly facts: Readonly<Record<string, Json>>;
}

/** What a later message knows of a payment; the newest are found first. */
export interface PaymentSearch {
  readonly terminalIds: readonly string[];
  /** Business dates on which it may have been opened. */
  readonly businessDates: readonly string[];
  /** Endings of its key. */
  readonly keyEndings?: readonly string[];
  readonly retrievalReference?: string;
}

/** At most so many payments are found by a search. */
export const searchRowsMax = 20;

/** A payment as it stands in the journal. */
export interface PaymentRecord extends Omit<NewPayment, 'original'> {
  /** The payment that this one was opened against. */
  readonly originalId?: string;
  /** The batch of its terminal that was open when it was approved. */
  readonly batchId?: string;
  readonly paymentId: string;
  /** Counts the payment's durable steps, from 0. */
  readonly version: number;
  /** How many payments were ever opened against it. */
  readonly draws: number;
  readonly approvalCode?: string;
  readonly retrievalReference?: string;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly openedAtMs: number;
}

/** One durable step: the new state and, in the same commit, what it books. */
export interface PaymentStep {
  readonly paymentId: string;
  /** Version after this step; it must follow the stored one. */
  readonly version: number;
  /** The business date on which the step happens; a day that is closed meanwhile gives way to the next. */
  readonly businessDate: string;
  readonly state: string;
  /** What happened, safe for anyone to read. */
  readonly event: string;
  readonly responseCode?: string;
  readonly approvalCode?: string;
  readonly retrievalReference?: string;
  readonly host?: string;
  readonly hostReference?: string;
  /** Facts to add or replace. */
  readonly facts?: Readonly<Record<string, Json>>;
  readonly booking?: LedgerTransaction;
  /**
   * Nothing depends on this step: it says no more than state and event, is written a little later with others, and a
   * crash of the store may lose it although it was told to be there.
   */
  readonly mayBeLost?: boolean;
  /** It is made only while no more than so many payments were opened against this one. */
  readonly draws?: number;
}

/** What the store could not do, in order of precedence. */
export type JournalErrorCode =
  /** The key is there already; `record` is the payment that holds it. */
  | 'key-exists'
  /** The stored version is another: somebody else moved the payment, or opened one against it. */
  | 'version-conflict'
  /** The original does not allow it. */
  | DrawErrorCode
  /** What it says cannot be stored or booked; it was refused alone, and nothing of it is durable. */
  | 'not-storable'
  /** Too many steps are waiting; nothing was tried. */
  | 'journal-overloaded'
  /** The store did not answer: whether the step is durable is not known. */
  | 'journal-unavailable';

/** Result of opening a payment. */
export type OpenResult =
  | { readonly ok: true; readonly record: PaymentRecord }
  | {
      readonly ok: false;
      readonly error: { readonly code: 'key-exists'; readonly record: PaymentRecord };
    }
  | {
      readonly ok: false;
      readonly error: {
        readonly code:
          | DrawErrorCode
          | 'not-storable'
          | 'journal-overloaded'
          | 'journal-unavailable';
      };
    };

/** Result of a step. Doing the same step again is no error. */
export type StepResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: Exclude<JournalErrorCode, 'key-exists' | DrawErrorCode>;
      };
    };

/** The store. A promise resolves only when what it says is durable. */
export interface PaymentJournal {
  open(payment: NewPayment): Promise<OpenResult>;
  step(step: PaymentStep): Promise<StepResult>;
  /** Payments by what a later message knows of them, newest first, at most `searchRowsMax`. */
  search(search: PaymentSearch): Promise<PaymentRecord[]>;
  /** What payments that count, or may yet, take from this one or add to it, by kind. */
  drawsOn(paymentId: string): Promise<readonly StandingDraw[]>;
  /**
   * Holds that stood by themselves until before a business date, the oldest first, at most `limit`, after a payment id;
   * one that is found ended is soon not listed any more.
   */
  listExpired(
    businessDate: string,
    limit: number,
    afterPaymentId?: string,
  ): Promise<PaymentRecord[]>;
  /** Nothing is left of a hold: it need not be listed again, unless something happened to it lately. */
  forgetExpired(paymentId: string): Promise<void>;
  findByKey(key: string): Promise<PaymentRecord | undefined>;
  /** The latest payment sent to a host under this reference: what a late answer belongs to. */
  findByHostReference(host: string, hostReference: string): Promise<PaymentRecord | undefined>;
  /**
   * Payments of an owner in one of these states, oldest first, at most `limit`; the next page is asked
   * for by the last payment id of the one before.
   */
  listByState(
    owner: string,
    states: readonly string[],
    limit: number,
    afterPaymentId?: string,
  ): Promise<PaymentRecord[]>;
}

/** A payment that is opened against another, with what it does to it among its facts. */
export function withOriginalFacts(
  payment: NewPayment & { readonly original: OriginalDrawn },
  kind: string,
  releasedMinor: bigint,
): NewPayment {
  const { paymentId, releases, becomesReleased } = payment.original;
  const endsHold = releases === 'rest';
  const amountMinor = becomesReleased === true ? releasedMinor : payment.amountMinor;
  const original = { paymentId, kind, amountMinor: String(releasedMinor), endsHold };
  return { ...payment, amountMinor, facts: { ...payment.facts, original } };
}
