// What is kept of a card number: a keyed hash, six and four digits, and the number enciphered, which a
// reversal and clearing need (PCI DSS 3.5.1; guarantee I9).
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
} from 'node:crypto';
import { type Pan, parsePan } from '@chipswitch/cardholder-data';

/** Keyed digests and encryption of card numbers. */
export interface CardVault {
  /** HMAC-SHA-256 of the whole number, hex: the index that can be searched by. */
  readonly panHmac: (pan: Pan) => string;
  /** HMAC-SHA-256 of any text, hex. */
  readonly digest: (text: string) => string;
  /** AES-256-GCM: nonce (12), tag (16), ciphertext; bound to `context`. */
  readonly encipherPan: (pan: Pan, context: string) => Uint8Array;
  /** The number again, or undefined when the bytes or the context are not what they were. */
  readonly decipherPan: (enciphered: Uint8Array, context: string) => Pan | undefined;
}

/** Two keys of 32 bytes each, for different purposes. */
export interface CardVaultKeys {
  readonly hmac: Uint8Array;
  readonly data: Uint8Array;
}

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Makes the vault; the keys are taken over as key objects and their bytes wiped.
 *
 * @throws RangeError when a key has not 32 bytes.
 */
export function createCardVault(keys: CardVaultKeys): CardVault {
  if (keys.hmac.length !== 32 || keys.data.length !== 32) {
    throw new RangeError('the card vault needs two keys of 32 bytes');
  }
  const hmacKey = createSecretKey(keys.hmac);
  const dataKey = createSecretKey(keys.data);
  keys.hmac.fill(0);
  keys.data.fill(0);
  const digest = (text: string): string => createHmac('sha256', hmacKey).update(text).digest('hex');
  return {
    panHmac: (pan) => digest(pan),
    digest,
    encipherPan: (pan, context) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', dataKey, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(pan, 'latin1'), cipher.final()]);
      return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), body]));
    },
    decipherPan: (enciphered, context) => {
      if (enciphered.length <= nonceBytes + tagBytes) return undefined;
      const nonce = enciphered.subarray(0, nonceBytes);
      const decipher = createDecipheriv('aes-256-gcm', dataKey, nonce)
        .setAAD(Buffer.from(context))
        .setAuthTag(enciphered.subarray(nonceBytes, nonceBytes + tagBytes));
      const body = decipher.update(enciphered.subarray(nonceBytes + tagBytes));
      try {
        return parsePan(Buffer.concat([body, decipher.final()]).toString('latin1'));
      } catch {
        return undefined; // The tag does not hold: another key, another context, or changed bytes.
      }
    },
  };
}
