// The two keys that protect a key block, out of the protection key (TR-31:2018 5.3, ISO 20038 6.3).
import { AesCipher } from '../cipher/aes.ts';
import type { BlockCipher } from '../cipher/block-cipher.ts';
import { TdesCipher } from '../cipher/tdes.ts';
import { cmac } from '../mac/cmac.ts';
import type { KeyBlockVersion } from './header.ts';

/** Encryption and authentication key; wipe both when done. */
export interface ProtectionKeys {
  readonly kbek: Uint8Array;
  readonly kbak: Uint8Array;
}

/** What a derived key is for; CTR has a number of its own so that E shares no key with D. */
const derivationUsage = { cbc: 0, mac: 1, ctr: 2 } as const;

/** Lengths of a protection key, in bytes, that a version takes. */
export function protectionKeyLengths(version: KeyBlockVersion): readonly number[] {
  if (version === 'A' || version === 'C') return [8, 16, 24];
  return version === 'B' ? [16, 24] : [16, 24, 32];
}

// Counter, usage, separator, algorithm and bits of the key that is made, through CMAC until full.
function derive(cipher: BlockCipher, usage: 0 | 1 | 2, lengthBytes: number): Uint8Array {
  const size = cipher.blockLength;
  const algorithm = size === 8 ? (lengthBytes === 16 ? 0 : 1) : lengthBytes / 8;
  const message = Uint8Array.of(1, 0, usage, 0, 0, algorithm, 0, 0);
  message[6] = (lengthBytes * 8) >>> 8;
  message[7] = lengthBytes * 8;
  const key = new Uint8Array(lengthBytes);
  for (let at = 0; at < lengthBytes; at += size) {
    const part = cmac(cipher, message);
    key.set(part.subarray(0, Math.min(size, lengthBytes - at)), at);
    part.fill(0);
    message[0]++;
  }
  return key;
}

/**
 * Makes both keys. `kbpk` must have a length that the version takes.
 *
 * @example
 * deriveProtectionKeys('A', fromHex('EFE0853B256B583D868F251CE99EA1D9')).kbek
 * // 'AAA5C07E602E1D78C3CA6059ACDBE49C'
 */
export function deriveProtectionKeys(version: KeyBlockVersion, kbpk: Uint8Array): ProtectionKeys {
  if (version === 'A' || version === 'C') {
    return { kbek: kbpk.map((byte) => byte ^ 0x45), kbak: kbpk.map((byte) => byte ^ 0x4d) };
  }
  const cipher = version === 'B' ? new TdesCipher(kbpk) : new AesCipher(kbpk);
  try {
    return {
      kbek: derive(
        cipher,
        version === 'E' ? derivationUsage.ctr : derivationUsage.cbc,
        kbpk.length,
      ),
      kbak: derive(cipher, derivationUsage.mac, kbpk.length),
    };
  } finally {
    cipher.wipe();
  }
}
