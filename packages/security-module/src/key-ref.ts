// A key by name, without the key.
import type { KeyAlgorithm, KeyUsage } from '@chipswitch/cryptography';

/** A key by name: what every operation takes. It holds nothing secret and may be logged. */
export interface KeyRef {
  readonly id: string;
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  /** Check value as upper-case hex: six digits for DEA and TDEA (zero block), for AES (CMAC). */
  readonly kcv: string;
}
