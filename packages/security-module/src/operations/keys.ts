// What key management operations take and give (ANSI X9.143, X9.24, ISO 11568).
import type {
  OptionalBlock,
  Exportability,
  KeyAlgorithm,
  KeyAttributes,
  KeyUsage,
} from '@chipswitch/cryptography';
import type { KeyRef } from '../key-ref.ts';

/** How a key leaves or enters: X9.143 versions, Thales key blocks, Thales variant schemes. */
export type KeyBlockFormat =
  | 'tr31-A'
  | 'tr31-B'
  | 'tr31-C'
  | 'tr31-D'
  | 'tr31-E'
  | 'thales-0'
  | 'thales-1'
  | 'ansi-ecb';

/** A new random key; with `wrapUnder` it is also given back as a key block. */
export interface GenerateKeyInput extends Partial<KeyAttributes> {
  readonly id: string;
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  readonly wrapUnder?: { readonly key: KeyRef; readonly format: KeyBlockFormat };
}

/** A key and, where it was asked for, its block. */
export interface GenerateKeyAnswer {
  readonly key: KeyRef;
  readonly wrapped?: string;
}

/** A wrapped key to be taken in. For `ansi-ecb` the attributes cannot be read from it: say them. */
export interface ImportKeyInput {
  readonly id: string;
  readonly under: KeyRef;
  readonly block: string;
  readonly format?: KeyBlockFormat;
  /** What the key must be; needed for `ansi-ecb`, checked for the others. */
  readonly usage?: KeyUsage;
  readonly algorithm?: KeyAlgorithm;
  readonly modeOfUse?: KeyAttributes['modeOfUse'];
  readonly exportability?: Exportability;
  /** Upper-case hex as it came with the key; a difference refuses it. */
  readonly kcv?: string;
  /** Refuses a DEA key whose parity is wrong (`key-parity`) where it would be set right. */
  readonly strictParity?: boolean;
}

/** The imported key; `parityAdjusted` when its parity was wrong and has been set right. */
export interface ImportKeyAnswer {
  readonly key: KeyRef;
  readonly parityAdjusted: boolean;
  readonly optionalBlocks: readonly OptionalBlock[];
}

/** A key to be given out, under another. */
export interface ExportKeyInput {
  readonly key: KeyRef;
  readonly under: KeyRef;
  readonly format: KeyBlockFormat;
  readonly optionalBlocks?: readonly OptionalBlock[];
}

/** Parts of a key from its custodians: at least two, wiped when the call returns. */
export interface FormKeyInput extends Partial<KeyAttributes> {
  readonly id: string;
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  readonly components: readonly Uint8Array[];
}

/** Zero block under the key, or CMAC of a zero block (X9.24-1 annex A). */
export interface KcvInput {
  readonly key: KeyRef;
  readonly method: 'legacy' | 'cmac';
  /** 3 to 8 bytes (16 for AES); 3 when left out. */
  readonly lengthBytes?: number;
}

/** The initial key of a device out of a base derivation key. */
export interface DeriveInitialKeyInput {
  readonly id: string;
  readonly key: KeyRef;
  /** Ten bytes of KSN for TDES; eight of initial key id (or twelve of KSN) for AES. */
  readonly ksn: Uint8Array;
}
