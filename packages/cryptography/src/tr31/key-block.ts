// Wrapping and unwrapping of key blocks, versions A to E (ANSI X9.143:2021 section 7, ISO 20038).
import { equalConstantTime, fromAscii, fromHex, toHex, wipe } from '@chipswitch/bytes';
import { AesCipher } from '../cipher/aes.ts';
import { cbcDecrypt, cbcEncrypt, type BlockCipher } from '../cipher/block-cipher.ts';
import { TdesCipher } from '../cipher/tdes.ts';
import { SecurityFault } from '../errors.ts';
import { cmac } from '../mac/cmac.ts';
import { macAlgorithm1 } from '../mac/iso9797.ts';
import type { RandomSource } from '../random-source.ts';
import {
  blockLengthOfVersion,
  formatKeyBlockHeader,
  HEADER_LENGTH,
  parseKeyBlockHeader,
  refuseBlock,
  type KeyBlockHeader,
  type KeyBlockRefusal,
  type KeyBlockVersion,
} from './header.ts';
import { deriveProtectionKeys, protectionKeyLengths } from './protection-keys.ts';

const macLengths: Readonly<Record<KeyBlockVersion, number>> = { A: 4, B: 8, C: 4, D: 16, E: 16 };

/** Longest block that the four digits of the length field can say. */
const LENGTH_MAX = 9999;

/** Whether a character is one of the five versions. */
export function isKeyBlockVersion(version: string): version is KeyBlockVersion {
  return version.length === 1 && 'ABCDE'.includes(version);
}

const makeBlockCipher = (version: KeyBlockVersion, key: Uint8Array): BlockCipher =>
  blockLengthOfVersion(version) === 16 ? new AesCipher(key) : new TdesCipher(key);

// Versions A and C authenticate header and ciphertext, the others header and clear text.
function macOf(version: KeyBlockVersion, kbak: Uint8Array, message: Uint8Array): Uint8Array {
  const cipher = makeBlockCipher(version, kbak);
  try {
    if (version !== 'A' && version !== 'C') return cmac(cipher, message);
    return macAlgorithm1(cipher, message, 1).slice(0, 4);
  } finally {
    cipher.wipe();
  }
}

// Counter mode from the MAC as first counter block (ISO 20038 7.3); it is its own inverse.
function counterMode(cipher: BlockCipher, data: Uint8Array, first: Uint8Array): Uint8Array {
  const counter = new Uint8Array(first);
  const stream = new Uint8Array(16);
  const out = new Uint8Array(data);
  for (let i = 0; i < out.length; i += 16) {
    cipher.encryptBlock(counter, 0, stream, 0);
    for (let j = 0; j < 16 && i + j < out.length; j++) out[i + j] ^= stream[j];
    // Carries run on while a byte wraps round to zero.
    for (let j = 15; j >= 0; j--) {
      counter[j]++;
      if (counter[j] !== 0) break;
    }
  }
  stream.fill(0);
  return out;
}

interface CipherText {
  readonly version: KeyBlockVersion;
  readonly kbek: Uint8Array;
  readonly data: Uint8Array;
  readonly iv: Uint8Array;
}

function transform({ version, kbek, data, iv }: CipherText, decrypting: boolean): Uint8Array {
  const cipher = makeBlockCipher(version, kbek);
  try {
    if (version === 'E') return counterMode(cipher, data, iv);
    return decrypting ? cbcDecrypt(cipher, data, iv) : cbcEncrypt(cipher, data, iv);
  } finally {
    cipher.wipe();
  }
}

function joined(header: string, body: Uint8Array): Uint8Array {
  const message = new Uint8Array(header.length + body.length);
  message.set(fromAscii(header));
  message.set(body, header.length);
  return message;
}

/** A key out of its block; wipe it when done. */
export type UnwrappedKey =
  | { readonly ok: true; readonly header: KeyBlockHeader; readonly key: Uint8Array }
  | KeyBlockRefusal;

interface Split {
  readonly ok: true;
  readonly version: KeyBlockVersion;
  readonly header: KeyBlockHeader;
  readonly headerText: string;
  readonly cipherText: Uint8Array;
  readonly mac: Uint8Array;
}

const isHexText = (text: string): boolean => /^[0-9A-Fa-f]*$/.test(text);

// Everything that can be said of a block without using the key.
function splitBlock(block: string, kbpkLength: number): Split | KeyBlockRefusal {
  if (block.length < HEADER_LENGTH) return refuseBlock('header-length', block.length);
  const lengthText = block.slice(1, 5);
  if (!/^[0-9]{4}$/.test(lengthText) || Number(lengthText) !== block.length) {
    return refuseBlock('length', 1);
  }
  const read = parseKeyBlockHeader(block);
  if (!read.ok) return read;
  const { header, consumed } = read;
  const { version } = header;
  if (!isKeyBlockVersion(version)) return refuseBlock('version', 0);
  if (!protectionKeyLengths(version).includes(kbpkLength)) return refuseBlock('kbpk-length', 0);
  const size = blockLengthOfVersion(version);
  if (version !== 'E' && block.length % 8 !== 0) return refuseBlock('block-multiple', 1);
  const macStart = block.length - 2 * macLengths[version];
  if (macStart < consumed) return refuseBlock('mac-short', consumed);
  const macText = block.slice(macStart);
  if (!isHexText(macText)) return refuseBlock('mac-not-hex', macStart);
  const keyText = block.slice(consumed, macStart);
  if (!isHexText(keyText) || keyText.length % 2 !== 0) return refuseBlock('key-not-hex', consumed);
  if (keyText.length === 0) return refuseBlock('key-empty', consumed);
  if (version !== 'E' && (keyText.length / 2) % size !== 0) {
    return refuseBlock('key-multiple', consumed);
  }
  return {
    ok: true,
    version,
    header,
    headerText: block.slice(0, consumed),
    cipherText: fromHex(keyText),
    mac: fromHex(macText),
  };
}

// Two bytes of length in bits, the key, padding.
function keyOf(clear: Uint8Array, at: number): Uint8Array | KeyBlockRefusal {
  const bits = (clear[0] << 8) | clear[1];
  if (bits === 0 || bits % 8 !== 0) return refuseBlock('key-bit-length', at);
  if (2 + bits / 8 > clear.length) return refuseBlock('key-truncated', at);
  return clear.slice(2, 2 + bits / 8);
}

/**
 * Takes a key out of its block. Whether its attributes are what the caller wants is the caller's
 * to check; the MAC says that they are what the sender said.
 *
 * @param kbpk protection key: 8, 16 or 24 bytes (A, C), 16 or 24 (B), 16, 24 or 32 (D, E)
 * @returns the header and the key, or the first thing wrong with the offset of the character
 * @example
 * const block = 'A0072K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB';
 * unwrapKeyBlock(fromHex('EFE0853B256B583D868F251CE99EA1D9'), block).key
 * // '5DB50B454F8389ADCE573BE50861F2BF'
 */
export function unwrapKeyBlock(kbpk: Uint8Array, block: string): UnwrappedKey {
  const split = splitBlock(block, kbpk.length);
  if (!split.ok) return split;
  const { version, header, headerText, cipherText, mac } = split;
  const { kbek, kbak } = deriveProtectionKeys(version, kbpk);
  const at = headerText.length;
  let clear: Uint8Array | undefined;
  let message: Uint8Array | undefined;
  let expected: Uint8Array | undefined;
  try {
    if (version === 'A' || version === 'C') {
      const iv = fromAscii(headerText.slice(0, 8));
      message = joined(headerText, cipherText);
      expected = macOf(version, kbak, message);
      if (!equalConstantTime(expected, mac)) return refuseBlock('mac', block.length - 8);
      clear = transform({ version, kbek, data: cipherText, iv }, true);
    } else {
      clear = transform({ version, kbek, data: cipherText, iv: mac }, true);
      message = joined(headerText, clear);
      expected = macOf(version, kbak, message);
      if (!equalConstantTime(expected, mac)) {
        return refuseBlock('mac', block.length - 2 * mac.length);
      }
    }
    const key = keyOf(clear, at);
    return key instanceof Uint8Array ? { ok: true, header, key } : key;
  } finally {
    wipe(kbek, kbak, clear, message, expected);
  }
}

/** How a key is wrapped beside what its header says. */
export interface WrapOptions {
  /** Random bytes for the padding. */
  readonly random: RandomSource;
  /**
   * Length in bytes that the key is made to look like: `longest` (when left out) is 24 for TDEA and
   * 32 for AES keys, so that blocks do not tell key lengths; a number is rounded up to what fits.
   */
  readonly appearAs?: number | 'longest' | 'own';
  /** The padding itself, for tests against printed examples. */
  readonly padding?: Uint8Array;
}

function paddingLength(header: KeyBlockHeader, keyLength: number, options: WrapOptions): number {
  const longest = header.algorithm === 'A' ? 32 : header.algorithm === 'T' ? 24 : keyLength;
  const { appearAs = 'longest' } = options;
  const shown = appearAs === 'longest' ? longest : appearAs === 'own' ? keyLength : appearAs;
  const length = 2 + Math.max(shown, keyLength);
  // Counter mode needs no whole blocks, and ISO 20038 adds none.
  if (header.version === 'E') return length - 2 - keyLength;
  const size = blockLengthOfVersion(header.version);
  return Math.ceil(length / size) * size - 2 - keyLength;
}

/**
 * Puts a key into a block.
 *
 * @param header its length field is not asked for; optional blocks get a padding block if needed
 * @throws SecurityFault `configuration` for a version that is none or a block beyond 9,999
 *   characters, `key-length` for a protection key that the version does not take
 * @example
 * const { header } = parseKeyBlockHeader('A0072P0TE00E0000');
 * const options = { random: () => fromHex('720DF563BB07'), appearAs: 'own' };
 * const key = fromHex('F039121BEC83D26B169BDCD5B22AAF8F');
 * wrapKeyBlock(fromHex('89E88CF7931444F334BD7547FC3F380C'), header, key, options)
 * // 'A0072P0TE00E0000F5161ED902807AF26F1D62263644BD24192FDB3193C730301CEE8701'
 */
export function wrapKeyBlock(
  kbpk: Uint8Array,
  header: KeyBlockHeader,
  key: Uint8Array,
  options: WrapOptions,
): string {
  const { version } = header;
  if (!isKeyBlockVersion(version)) throw new SecurityFault('configuration', 'unknown version');
  if (!protectionKeyLengths(version).includes(kbpk.length)) {
    throw new SecurityFault('key-length', `version ${version} takes another protection key`);
  }
  const padding = options.padding ?? options.random(paddingLength(header, key.length, options));
  const clear = new Uint8Array(2 + key.length + padding.length);
  clear[0] = (key.length * 8) >>> 8;
  clear[1] = key.length * 8;
  clear.set(key, 2);
  clear.set(padding, 2 + key.length);
  const { kbek, kbak } = deriveProtectionKeys(version, kbpk);
  let message: Uint8Array | undefined;
  try {
    const headerText = formatKeyBlockHeader(header, 2 * (clear.length + macLengths[version]));
    if (headerText.length + 2 * (clear.length + macLengths[version]) > LENGTH_MAX) {
      throw new SecurityFault('configuration', 'a key block has at most 9,999 characters');
    }
    if (version === 'A' || version === 'C') {
      const iv = fromAscii(headerText.slice(0, 8));
      const cipherText = transform({ version, kbek, data: clear, iv }, false);
      const mac = macOf(version, kbak, joined(headerText, cipherText));
      return headerText + toHex(cipherText) + toHex(mac);
    }
    message = joined(headerText, clear);
    const mac = macOf(version, kbak, message);
    return (
      headerText + toHex(transform({ version, kbek, data: clear, iv: mac }, false)) + toHex(mac)
    );
  } finally {
    wipe(clear, kbek, kbak, message);
  }
}
