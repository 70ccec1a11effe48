// What card verification codes are made from (Visa CVV, Mastercard CVC, their dynamic forms).
import type { CardKeyOption } from '@chipswitch/cryptography';
import type { KeyRef } from '../key-ref.ts';

interface StaticCode {
  readonly key: KeyRef;
  readonly pan: string;
  /** Four digits, in the order the scheme uses for this code (YYMM on the stripe). */
  readonly expiry: string;
}

/**
 * A code by kind. `cvv` takes the service code of the card; `cvv2` and `icvv` set it to 000 and
 * 999. Dynamic codes take an issuer master key (usage E6) and derive the card's.
 */
export type CardCodeInput =
  | (StaticCode & { readonly kind: 'cvv'; readonly serviceCode: string })
  | (StaticCode & { readonly kind: 'cvv2' | 'icvv' })
  | {
      readonly kind: 'cavv';
      readonly key: KeyRef;
      readonly pan: string;
      /** Four digits. */
      readonly unpredictableNumber: string;
      /** One digit. */
      readonly authenticationResult: string;
      /** Two digits. */
      readonly secondFactor: string;
    }
  | (StaticCode & {
      readonly kind: 'dcvv';
      readonly panSequenceNumber: string;
      readonly serviceCode: string;
      readonly atc: Uint8Array;
      readonly option?: CardKeyOption;
    })
  | {
      readonly kind: 'cvc3';
      readonly key: KeyRef;
      readonly pan: string;
      readonly panSequenceNumber: string;
      /** Static track 1 or track 2 data as the card holds it. */
      readonly track: Uint8Array;
      readonly atc: Uint8Array;
      readonly unpredictableNumber: Uint8Array;
      /** How many of the five digits the card puts on the track; all five when left out. */
      readonly digits?: number;
      readonly option?: CardKeyOption;
    };

/** A code and what it should be. */
export type CardCodeCheck = CardCodeInput & { readonly code: string };
