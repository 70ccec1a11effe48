// What PIN operations take and give (ISO 9564-1, Visa PVV, IBM 3624).
import type { PinBlockFormat, DukptKeyType } from '@chipswitch/cryptography';
import type { KeyRef } from '../key-ref.ts';

/**
 * Under what a PIN block is enciphered: a PIN key, or a BDK (B0) or initial key (B1) and its KSN.
 */
export interface PinKey {
  readonly key: KeyRef;
  /** Ten bytes for TDES DUKPT, twelve for AES DUKPT. */
  readonly ksn?: Uint8Array;
  /**
   * Type of the AES DUKPT working key; when left out, the base key's for format 4 and 2TDEA for the
   * others.
   */
  readonly workingKeyType?: DukptKeyType;
}

/** An enciphered PIN block: 8 bytes, or 16 for format 4. */
export interface EncipheredPin extends PinKey {
  readonly format: PinBlockFormat;
  readonly block: Uint8Array;
  /** The whole PAN, 12 to 19 digits with the check digit. */
  readonly pan: string;
}

/** A PIN block from one key and format to another. */
export interface PinTranslation {
  readonly from: EncipheredPin;
  /**
   * `pan` where the outgoing block is bound to another PAN: refused unless the policy allows it.
   */
  readonly to: PinKey & { readonly format: PinBlockFormat; readonly pan?: string };
}

/** Visa PIN verification value: PVKI is one digit, the value four. */
export interface PvvReference {
  readonly method: 'visa-pvv';
  readonly key: KeyRef;
  readonly pvki: string;
  readonly pvv: string;
}

/** IBM 3624: sixteen digits of table, sixteen hex digits of validation data, the offset. */
export interface OffsetReference {
  readonly method: 'ibm-3624';
  readonly key: KeyRef;
  readonly decimalisationTable: string;
  /**
   * Sixteen hex digits, or up to twelve characters with one N for the account's last five digits.
   */
  readonly validationData: string;
  readonly offset: string;
}

/** A PIN against what the issuer keeps of it. */
export interface PinCheck {
  readonly pin: EncipheredPin;
  readonly reference: PvvReference | OffsetReference;
}

/** What to make out of a PIN; without `pin`, a random one is made and given back enciphered. */
export type PinDataInput =
  | ({ readonly kind: 'visa-pvv'; readonly pin: EncipheredPin } & Omit<
      PvvReference,
      'method' | 'pvv'
    >)
  | ({ readonly kind: 'ibm-3624-offset'; readonly pin: EncipheredPin } & Omit<
      OffsetReference,
      'method' | 'offset'
    >)
  | ({ readonly kind: 'ibm-3624-natural' } & Omit<OffsetReference, 'method' | 'offset'> & {
        readonly pinLength: number;
        readonly to: PinKey & { readonly format: PinBlockFormat; readonly pan: string };
      })
  | {
      readonly kind: 'random';
      readonly pinLength: number;
      readonly to: PinKey & { readonly format: PinBlockFormat; readonly pan: string };
    };

/** A PVV or an offset (`value`), or an enciphered block, as the kind asks. */
export interface PinDataAnswer {
  readonly value?: string;
  readonly block?: Uint8Array;
}
