// What a kind of payment is: one row that says how it is asked for, what it does at a host and in the books.
import type { LedgerTransaction, PaymentFigures } from '@chipswitch/ledger';

/** A message that asks for a kind, in the elements of ISO 8583:1987 that tell kinds apart. */
export interface AskedBy {
  /** Second digit of the message type. */
  readonly messageClass: '1' | '2';
  /** Third digit of the message type: 2 tells what has happened (0220), 0 asks. */
  readonly advice?: true;
  /** DE 3, first two digits. */
  readonly processing: string;
  /** DE 25 is 06, the pre-authorised kinds of the POS dialect; left out where it makes no difference. */
  readonly preauthorised?: boolean;
  /** Whether the message names an original (DE 37, 61, 90); left out where it makes no difference. */
  readonly namesOriginal?: boolean;
  /** Whether DE 4 is zero or absent; left out where it makes no difference. */
  readonly zero?: boolean;
}

/** What an approval books and its undoing books back; figures of the payment, and of its original. */
export type Booking = (figures: KindFigures) => LedgerTransaction;

/** The figures of a booking. */
export interface KindFigures extends PaymentFigures {
  readonly original?: OriginalFigures;
}

/** What a payment remembers of the one that it draws on. */
export interface OriginalFigures {
  readonly paymentId: string;
  readonly kind: string;
  readonly amountMinor: bigint;
}

/** How a kind draws on an original. */
export interface DrawsOn {
  readonly kinds: readonly string[];
  /** `required` refuses what names none; `named` holds what names one against it. */
  readonly when: 'required' | 'named';
  /** Kinds that draw on the same amount as this one. */
  readonly together: readonly string[];
  /** How much all of them may take, in hundredths of what was approved. */
  readonly percentMax: bigint;
  /** The amount must be what was approved, and the terminal's batch still open. */
  readonly whole?: true;
  /** At most one payment of `together` may stand. */
  readonly once?: true;
}

/** A kind of payment. */
export interface KindRow {
  readonly name: string;
  /** Empty for what no terminal asks for. */
  readonly asked: readonly AskedBy[];
  readonly amount: 'some' | 'any';
  /** How it goes to a host: asked for, or told of; `nothing` for what never goes there. */
  readonly host: 'request' | 'advice' | 'nothing';
  readonly original?: DrawsOn;
  /** Holds or moves something at the host: its unknown outcome is reversed. */
  readonly owesReversal: boolean;
  /** Absent for what books nothing; one is the opposite of the other. */
  readonly booking?: { readonly book: Booking; readonly unbook: Booking };
  /** Where a terminal's batch counts it (DE 74 to 77, 86 to 89); absent for what it does not count. */
  readonly bucket?: 'sale' | 'sale-reversal' | 'refund';
  /** Money comes back to the card: an expired card may have it. */
  readonly givesBack?: true;
}
