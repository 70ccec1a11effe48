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
  /** DE 25 is 06, or 18 by mail and telephone: the pre-authorised kinds of the POS dialect. */
  readonly preauthorised?: boolean;
  /** DE 25, where one value alone asks for the kind: 60 raises a hold, 64 is paid in instalments. */
  readonly condition?: string;
  /** The POS dialect's own transaction type (DE 60, first two digits). */
  readonly type?: string;
  /** DE 22 is 10: the card number is on file with the merchant. */
  readonly onFile?: true;
  /** Whether the message bears an approval code (DE 38). */
  readonly approved?: boolean;
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
  /** How much of the original's hold ends with the payment. */
  readonly amountMinor: bigint;
}

/** How a kind draws on an original. */
export interface DrawsOn {
  readonly kinds: readonly string[];
  /** `required` refuses what names none; `named` holds what names one against it. */
  readonly when: 'required' | 'named';
  /** The original was referred to the issuer (01, 02) instead of approved. */
  readonly referred?: true;
  /** Kinds that take from the same amount as this one. */
  readonly together?: readonly string[];
  /** Kinds that add to the amount. */
  readonly added?: readonly string[];
  /** It adds to the amount itself. */
  readonly adds?: true;
  /**
   * How much all that take may take, or all that add may come to with the original, in hundredths of what was
   * approved; a word for what the rules of the merchant's category say.
   */
  readonly percentMax?: bigint | 'completion' | 'tip';
  /** The amount must be all that is left. */
  readonly whole?: true;
  /** The terminal's batch must still be open, and the terminal be the one of the original. */
  readonly openBatch?: true;
  /** Kinds of which none may stand beside it. */
  readonly alone?: readonly string[];
  /**
   * What of the original's hold ends with it: its own part, all the rest, or what the message says (a clearing that is
   * not the last of its sequence ends its own part).
   */
  readonly releases?: 'own' | 'rest' | 'stated';
}

/** A kind of payment. */
export interface KindRow {
  readonly name: string;
  /** Empty for what no terminal asks for. */
  readonly asked: readonly AskedBy[];
  readonly amount: 'some' | 'any';
  /**
   * What DE 4 says, where it is not the amount of the payment: the new total of the original, of which the payment is
   * the difference; what its hold was, of which the payment is what is let go.
   */
  readonly states?: 'total' | 'released';
  /** How it goes to a host: asked for, or told of (0220, or 0420 with DE 95); `nothing` for what never goes there. */
  readonly host: 'request' | 'advice' | 'partial-reversal' | 'nothing';
  readonly original?: DrawsOn;
  /** What of the private data (DE 48, 62) it cannot do without. */
  readonly needs?: 'installments';
  /** It may name the first payment by the same stored credential, whose scheme id goes with it. */
  readonly follows?: true;
  /** It stands for a time only, and ends by itself then. */
  readonly expires?: true;
  /** Holds or moves something at the host: its unknown outcome is reversed. */
  readonly owesReversal: boolean;
  /** Absent for what books nothing; one is the opposite of the other. */
  readonly booking?: { readonly book: Booking; readonly unbook: Booking };
  /** Where a terminal's batch counts it (DE 74 to 77, 86 to 89); absent for what it does not count. */
  readonly bucket?: 'sale' | 'sale-reversal' | 'refund';
  /** Its amount changes that of an item of the batch; it is none itself. */
  readonly changesItem?: true;
  /** Money comes back to the card: an expired card may have it. */
  readonly givesBack?: true;
}
