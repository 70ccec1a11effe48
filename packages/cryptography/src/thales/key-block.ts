// Thales key blocks (key scheme S): TR-31's layout with an LMK id in place of the reserved digits,
// version 0 under a TDEA LMK, version 1 under an AES LMK. The rules of version 1 (vector of 16
// header characters, CMAC of eight bytes over header and ciphertext) are those that published
// blocks obey.
import { equalConstantTime, fromAscii, fromHex, toHex, wipe } from '@chipswitch/bytes';
import { AesCipher } from '../cipher/aes.ts';
import { cbcDecrypt, cbcEncrypt, type BlockCipher } from '../cipher/block-cipher.ts';
import { TdesCipher } from '../cipher/tdes.ts';
import { SecurityFault } from '../errors.ts';
import { cmac } from '../mac/cmac.ts';
import { macAlgorithm1 } from '../mac/iso9797.ts';
import type { RandomSource } from '../random-source.ts';
import {
  formatKeyBlockHeader,
  HEADER_LENGTH,
  parseKeyBlockHeader,
  refuseBlock,
  withoutScheme,
  type KeyBlockHeader,
  type KeyBlockRefusal,
} from '../tr31/header.ts';
import type { UnwrappedKey } from '../tr31/key-block.ts';
import { deriveProtectionKeys, type ProtectionKeys } from '../tr31/protection-keys.ts';

type Version = '0' | '1';
const macLengths: Readonly<Record<Version, number>> = { '0': 4, '1': 8 };

const keysOf = (version: Version, kbpk: Uint8Array): ProtectionKeys =>
  deriveProtectionKeys(version === '0' ? 'A' : 'D', kbpk);
const cipherOf = (version: Version, key: Uint8Array): BlockCipher =>
  version === '0' ? new TdesCipher(key) : new AesCipher(key);
const vectorOf = (version: Version, header: string): Uint8Array =>
  fromAscii(header.slice(0, version === '0' ? 8 : 16));

function macOf(version: Version, kbak: Uint8Array, header: string, body: Uint8Array): Uint8Array {
  const message = new Uint8Array(header.length + body.length);
  message.set(fromAscii(header));
  message.set(body, header.length);
  const cipher = cipherOf(version, kbak);
  try {
    if (version === '0') return macAlgorithm1(cipher, message, 1).slice(0, 4);
    return cmac(cipher, message).slice(0, 8);
  } finally {
    cipher.wipe();
  }
}

const lengthFits = (version: string, kbpk: Uint8Array): version is Version =>
  (version === '0' && (kbpk.length === 16 || kbpk.length === 24)) ||
  (version === '1' && (kbpk.length === 16 || kbpk.length === 24 || kbpk.length === 32));

interface Parts {
  readonly ok: true;
  readonly header: KeyBlockHeader;
  readonly headerText: string;
  readonly keyText: string;
  readonly macText: string;
}

function split(text: string): Parts | KeyBlockRefusal {
  if (text.length < HEADER_LENGTH) return refuseBlock('header-length', text.length);
  const lengthText = text.slice(1, 5);
  if (!/^[0-9]{4}$/.test(lengthText) || Number(lengthText) !== text.length) {
    return refuseBlock('length', 1);
  }
  const read = parseKeyBlockHeader(text);
  if (!read.ok) return read;
  const { header, consumed } = read;
  if (header.version !== '0' && header.version !== '1') return refuseBlock('version', 0);
  const macStart = text.length - 2 * macLengths[header.version];
  if (macStart < consumed) return refuseBlock('mac-short', consumed);
  const keyText = text.slice(consumed, macStart);
  const macText = text.slice(macStart);
  if (!/^[0-9A-Fa-f]*$/.test(macText)) return refuseBlock('mac-not-hex', macStart);
  if (!/^([0-9A-Fa-f]{2})*$/.test(keyText)) return refuseBlock('key-not-hex', consumed);
  if (keyText.length === 0) return refuseBlock('key-empty', consumed);
  if (keyText.length % (header.version === '0' ? 16 : 32) !== 0) {
    return refuseBlock('key-multiple', consumed);
  }
  return { ok: true, header, headerText: text.slice(0, consumed), keyText, macText };
}

/**
 * Takes a key out of a Thales key block.
 *
 * @param block with or without the scheme letter S in front
 * @example
 * const block = '00072P0TE00E0000547E12CFA8BDED84D3587FA6AA0C475C9D650EDCAED80A5552EF52C8';
 * unwrapThalesKeyBlock(fromHex('89E88CF7931444F334BD7547FC3F380C'), block).key
 * // 'F03C141BEC83D26B169BDCD5B22AAF8F'
 */
export function unwrapThalesKeyBlock(kbpk: Uint8Array, block: string): UnwrappedKey {
  const text = withoutScheme(block);
  const parts = split(text);
  if (!parts.ok) return parts;
  const { header, headerText, keyText, macText } = parts;
  const { version } = header;
  if (!lengthFits(version, kbpk)) return refuseBlock('kbpk-length', 0);
  const { kbek, kbak } = keysOf(version, kbpk);
  let clear: Uint8Array | undefined;
  try {
    const cipherText = fromHex(keyText);
    const expected = macOf(version, kbak, headerText, cipherText);
    if (!equalConstantTime(expected, fromHex(macText))) {
      return refuseBlock('mac', text.length - macText.length);
    }
    const cipher = cipherOf(version, kbek);
    try {
      clear = cbcDecrypt(cipher, cipherText, vectorOf(version, headerText));
    } finally {
      cipher.wipe();
    }
    const bits = (clear[0] << 8) | clear[1];
    if (bits === 0 || bits % 8 !== 0) return refuseBlock('key-bit-length', headerText.length);
    if (2 + bits / 8 > clear.length) return refuseBlock('key-truncated', headerText.length);
    return { ok: true, header, key: clear.slice(2, 2 + bits / 8) };
  } finally {
    wipe(kbek, kbak, clear);
  }
}

/**
 * Puts a key into a Thales key block, with the scheme letter S in front.
 *
 * @param header version `0` or `1`; `reserved` is the LMK id
 * @throws SecurityFault `key-length` for a protection key that the version does not take
 */
export function wrapThalesKeyBlock(
  kbpk: Uint8Array,
  header: KeyBlockHeader,
  key: Uint8Array,
  random: RandomSource,
): string {
  const { version } = header;
  if (!lengthFits(version, kbpk)) {
    throw new SecurityFault('key-length', 'the version takes another protection key');
  }
  const size = version === '0' ? 8 : 16;
  const length = Math.ceil((2 + key.length) / size) * size;
  const clear = new Uint8Array(length);
  clear[0] = (key.length * 8) >>> 8;
  clear[1] = key.length * 8;
  clear.set(key, 2);
  clear.set(random(length - 2 - key.length), 2 + key.length);
  const headerText = formatKeyBlockHeader(header, 2 * (length + macLengths[version]));
  const { kbek, kbak } = keysOf(version, kbpk);
  const cipher = cipherOf(version, kbek);
  try {
    const cipherText = cbcEncrypt(cipher, clear, vectorOf(version, headerText));
    const mac = macOf(version, kbak, headerText, cipherText);
    return `S${headerText}${toHex(cipherText)}${toHex(mac)}`;
  } finally {
    cipher.wipe();
    wipe(clear, kbek, kbak);
  }
}
