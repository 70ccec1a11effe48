// The PIN pad: keeps the terminal PIN key and gives out enciphered blocks only (ISO 9564-1 format 0).
import { fromHex, toHex, wipe } from '@chipswitch/bytes';
import {
  TdesCipher,
  ecbDecrypt,
  ecbEncrypt,
  encodePinBlock,
  newClearPin,
  referenceKcv,
  wipePin,
} from '@chipswitch/cryptography';

/** What can go wrong at the pad. */
export type PinPadErrorCode = 'no-key' | 'pin-length' | 'pan' | 'wrong-check-value' | 'key-length';

/** A block, or why there is none. */
export type PinPadResult =
  | { readonly ok: true; readonly block: Uint8Array }
  | { readonly ok: false; readonly error: { readonly code: PinPadErrorCode } };

/** Keys a pad starts with; 16 bytes each, hex. Test keys only: a real pad gives none of them out. */
export interface PinPadKeys {
  /** Terminal PIN key: enciphers PIN blocks. */
  readonly pinKey?: string;
  /** Terminal master key: enciphers a new PIN key on its way here (0800 key exchange). */
  readonly masterKey?: string;
}

/** One PIN pad. */
export class PinPad {
  #pinCipher: TdesCipher | undefined;
  #kcv: string | undefined;
  readonly #masterCipher: TdesCipher | undefined;
  readonly #captured = newClearPin();

  constructor(keys: PinPadKeys) {
    if (keys.pinKey !== undefined) this.#take(fromHex(keys.pinKey));
    if (keys.masterKey !== undefined) {
      const master = fromHex(keys.masterKey);
      this.#masterCipher = new TdesCipher(master);
      wipe(master);
    }
  }

  /** Check value of the PIN key in use, six hex digits; undefined before the first key. */
  get kcv(): string | undefined {
    return this.#kcv;
  }

  #take(key: Uint8Array): void {
    this.#pinCipher?.wipe();
    this.#pinCipher = new TdesCipher(key);
    this.#kcv = referenceKcv('2TDEA', key);
    wipe(key);
  }

  /**
   * Loads a new PIN key from a key exchange.
   *
   * @param wrapped 16 bytes under the master key, ECB; @param checkValue 3 to 8 bytes
   */
  loadPinKey(
    wrapped: Uint8Array,
    checkValue: Uint8Array,
  ): { ok: true } | { ok: false; error: { code: PinPadErrorCode } } {
    if (!this.#masterCipher) return { ok: false, error: { code: 'no-key' } };
    if (wrapped.length !== 16 || checkValue.length < 3) {
      return { ok: false, error: { code: 'key-length' } };
    }
    const key = ecbDecrypt(this.#masterCipher, wrapped);
    const expected = referenceKcv('2TDEA', key);
    if (expected !== toHex(checkValue.slice(0, 3))) {
      wipe(key);
      return { ok: false, error: { code: 'wrong-check-value' } };
    }
    this.#take(key);
    return { ok: true };
  }

  /**
   * Takes a PIN from the keys and keeps it until `encipherCaptured` or `clear`.
   *
   * @returns false when the pad cannot take one: it has no key, or the PIN has no length it may have
   */
  capture(pin: string): boolean {
    this.clear();
    if (!this.#pinCipher || !/^\d{4,12}$/.test(pin)) return false;
    for (let i = 0; i < pin.length; i++) this.#captured.digits[i] = pin.charCodeAt(i) - 48;
    this.#captured.length = pin.length;
    return true;
  }

  /** Whether a PIN waits to be enciphered. */
  get hasCaptured(): boolean {
    return this.#captured.length > 0;
  }

  /** Forgets a captured PIN. */
  clear(): void {
    wipePin(this.#captured);
  }

  /** The captured PIN of the holder of `pan` as an enciphered format 0 block; the pad forgets it. */
  encipherCaptured(pan: string): PinPadResult {
    if (!this.#pinCipher) return { ok: false, error: { code: 'no-key' } };
    const block = new Uint8Array(8);
    try {
      const problem = encodePinBlock(0, this.#captured, pan, block, () => new Uint8Array(14));
      if (problem !== undefined) {
        return { ok: false, error: { code: problem === 'pan' ? 'pan' : 'pin-length' } };
      }
      return { ok: true, block: ecbEncrypt(this.#pinCipher, block) };
    } finally {
      this.clear();
      wipe(block);
    }
  }
}
