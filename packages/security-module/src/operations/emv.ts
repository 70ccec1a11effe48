// What issuer-side EMV operations take and give (EMV Book 2, sections 8 and 9, annex A1).
import type {
  ArpcRequest,
  TagValues,
  CardKeyOption,
  CryptogramVersionId,
  CryptogramScheme,
} from '@chipswitch/cryptography';
import type { KeyRef } from '../key-ref.ts';
import type { EncipheredPin } from './pin.ts';

/** A version by row, or the scheme and the card's 9F10 from which the row is found. */
export type CryptogramVersionChoice =
  | CryptogramVersionId
  | { readonly scheme: CryptogramScheme; readonly iad: Uint8Array };

/** An application cryptogram to be verified, and answered when `arpc` is there. */
export interface ArqcInput {
  /** Issuer master key for application cryptograms: usage E0. */
  readonly key: KeyRef;
  readonly pan: string;
  /** Two digits; `00` where the card has none. */
  readonly panSequenceNumber: string;
  readonly cvn: CryptogramVersionChoice;
  /**
   * The bytes under the MAC before padding, or the values they are taken from by the row's recipe.
   */
  readonly transactionData: Uint8Array | TagValues;
  /** Two bytes, 9F36. */
  readonly atc: Uint8Array;
  /** Four bytes, 9F37; needed by rows whose session key takes it. */
  readonly unpredictableNumber?: Uint8Array;
  /** Eight bytes, 9F26. */
  readonly arqc: Uint8Array;
  readonly arpc?: ArpcRequest;
  /** Overrides the row's option: issuers differ for Visa 18 and 22. */
  readonly option?: CardKeyOption;
}

/** The cryptogram holds; `arpc` when it was asked for: 8 bytes by method 1, 4 by method 2. */
export interface ArqcAnswer {
  readonly arpc?: Uint8Array;
}

interface ScriptKeyInput {
  /** E2 (MK-SMI) for MACs, E1 (MK-SMC) for encryption. */
  readonly key: KeyRef;
  readonly pan: string;
  readonly panSequenceNumber: string;
  readonly option?: CardKeyOption;
  /** `csk` takes the cryptogram as diversifier, `visa-sm` the ATC. */
  readonly sessionKey: 'csk' | 'visa-sm';
  /** Eight bytes of cryptogram (`csk`), or two of ATC (`visa-sm`). */
  readonly diversifier: Uint8Array;
}

/** A command to be protected; `message` is what goes under the MAC, before padding. */
export interface ScriptMacInput extends ScriptKeyInput {
  readonly message: Uint8Array;
  /** Four to eight bytes; eight when left out. */
  readonly lengthBytes?: number;
}

/** Data to be enciphered for the card, by the scheme's way of padding. */
export interface ScriptEncryptInput extends ScriptKeyInput {
  readonly method: 'mastercard' | 'visa' | 'emv';
  readonly data: Uint8Array;
}

/** A PIN CHANGE command for a card, its new PIN coming in enciphered. */
export interface PinChangeInput {
  readonly keyAc: KeyRef;
  readonly keyMac: KeyRef;
  readonly keyEncryption: KeyRef;
  readonly pan: string;
  readonly panSequenceNumber: string;
  readonly cvn: CryptogramVersionId;
  readonly atc: Uint8Array;
  readonly arqc: Uint8Array;
  readonly option?: CardKeyOption;
  readonly newPin: EncipheredPin;
  readonly currentPin?: EncipheredPin;
}
