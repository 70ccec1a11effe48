// What MAC, cipher and card-data operations take and give (ISO/IEC 9797-1, NIST SP 800-38, X9.24).
import type { CardDataTemplate, MacPadding, DukptKeyType } from '@chipswitch/cryptography';
import type { KeyRef } from '../key-ref.ts';

/** ISO 9797-1 algorithms 1 (CBC-MAC) and 3 (retail MAC), CMAC, HMAC. */
export type MacAlgorithm = 'iso9797-1' | 'iso9797-3' | 'cmac' | 'hmac-sha256' | 'hmac-sha512';

/** What a DUKPT working key is for, seen from the device that holds the initial key. */
export type DukptDirection = 'request' | 'response' | 'both';

/** Data to be authenticated. */
export interface MacInput {
  /** M1, M3, M6 or M7 as the algorithm asks (M0 too), or B0/B1 with a KSN. */
  readonly key: KeyRef;
  readonly algorithm: MacAlgorithm;
  /** 1 when left out; not used by CMAC and HMAC. */
  readonly padding?: MacPadding;
  readonly data: Uint8Array;
  readonly ksn?: Uint8Array;
  /** `request` when left out. */
  readonly direction?: DukptDirection;
  /** Type of the AES DUKPT working key; what the algorithm asks for when left out. */
  readonly workingKeyType?: DukptKeyType;
  /** The whole MAC when left out. */
  readonly lengthBytes?: number;
  /**
   * Chaining value of the parts before (`chainMac`): `data` is then the last part, at least one byte,
   * with padding 1 or 2.
   */
  readonly state?: Uint8Array;
}

/**
 * The first or a middle part of a long message: whole blocks. What comes back is the chaining value for
 * the next part; the last part goes to `generateMac` or `verifyMac` with it.
 */
export interface MacPartInput {
  /** As for the MAC, and allowed to generate: a chaining value tells as much as a MAC. */
  readonly key: KeyRef;
  /** An algorithm that chains: all but HMAC. */
  readonly algorithm: MacAlgorithm;
  readonly data: Uint8Array;
  /** Chaining value of the parts before; left out for the first. */
  readonly state?: Uint8Array;
}

/** Data and the MAC it came with: at least four bytes. */
export type MacCheck = Omit<MacInput, 'lengthBytes'> & { readonly mac: Uint8Array };

/**
 * Data to be enciphered or deciphered; lengths are multiples of the block unless the mode is GCM.
 */
export interface CipherInput {
  /** D0, or B0/B1 with a KSN. */
  readonly key: KeyRef;
  readonly mode: 'ecb' | 'cbc' | 'gcm';
  readonly data: Uint8Array;
  /** One block, zeros when left out (CBC); twelve bytes, needed (GCM). */
  readonly iv?: Uint8Array;
  /** Authenticated with it, GCM only. */
  readonly additionalData?: Uint8Array;
  readonly ksn?: Uint8Array;
  readonly direction?: DukptDirection;
  /** Type of the AES DUKPT working key; the base key's when left out. */
  readonly workingKeyType?: DukptKeyType;
}

/** From one key to another without leaving the module. */
export interface ReencryptInput {
  readonly from: CipherInput;
  readonly to: Omit<CipherInput, 'data'>;
}

/** A keyed hash. */
export interface HmacInput {
  readonly key: KeyRef;
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly data: Uint8Array;
}

/** Card data that a reader enciphered under a DUKPT data key (PCI P2PE). */
export interface CardDataInput {
  /** B0 or B1. */
  readonly key: KeyRef;
  readonly ksn: Uint8Array;
  readonly data: Uint8Array;
  /** Zeros when left out. */
  readonly iv?: Uint8Array;
  /** `request` when left out: the way readers do it. */
  readonly direction?: DukptDirection;
  /** Type of the AES DUKPT working key; the base key's when left out. */
  readonly workingKeyType?: DukptKeyType;
  /** How the clear text is laid out. */
  readonly template: CardDataTemplate;
  /** HMAC key (M7) for `panHmac`, the only form of the whole PAN that may leave. */
  readonly panHmacKey?: KeyRef;
  /** Data key under which the whole PAN is given back; the clear PAN never leaves. */
  readonly panEncryptUnder?: KeyRef;
}

/** A card, redacted: first six and last four digits, and what routing needs. */
export interface CardDataAnswer {
  readonly panFirst6: string;
  readonly panLast4: string;
  readonly panLength: number;
  /** YYMM; absent where the template has none. */
  readonly expiry?: string;
  readonly serviceCode?: string;
  readonly panHmac?: Uint8Array;
  /** AES-256-GCM under `panEncryptUnder`: 12 bytes of nonce, ciphertext, 16 of tag. */
  readonly panEncrypted?: Uint8Array;
}
