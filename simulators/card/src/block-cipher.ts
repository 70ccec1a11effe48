// The card's own ciphers: DES, 3DES and AES blocks through node-forge (FIPS 46-3, FIPS 197), so that
// nothing here shares a line with the security module it is checked against.
import { concatBytes } from '@chipswitch/bytes';
import forge from 'node-forge';

function toBinary(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

function fromBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

type Direction = 'encrypt' | 'decrypt';
type Algorithm = 'DES-ECB' | 'DES-CBC' | '3DES-ECB' | '3DES-CBC' | 'AES-ECB' | 'AES-CBC';

const keyBytesOf = { DES: 8, '3DES': 24, AES: 16 } as const;

/** The library's `finish` takes a padding function that its type package does not know of. */
interface WithPadding {
  finish(pad: () => boolean): boolean;
}

type Cipher = forge.cipher.BlockCipher;

function newCipher(algorithm: Algorithm, direction: Direction, key: Uint8Array): Cipher {
  const name = algorithm.slice(0, -4) as keyof typeof keyBytesOf;
  // Two-key triple DES: node-forge wants K1 K2 K1 written out.
  const whole = name === '3DES' && key.length === 16 ? concatBytes(key, key.subarray(0, 8)) : key;
  if (whole.length !== keyBytesOf[name]) {
    throw new RangeError(`a ${name} key of ${key.length} bytes`);
  }
  const keyBuffer = forge.util.createBuffer(toBinary(whole));
  return direction === 'encrypt'
    ? forge.cipher.createCipher(algorithm, keyBuffer)
    : forge.cipher.createDecipher(algorithm, keyBuffer);
}

const zeroIv = { 8: '\0'.repeat(8), 16: '\0'.repeat(16) } as const;

function runWith(cipher: Cipher, iv: string | undefined, data: Uint8Array): Uint8Array {
  cipher.start(iv === undefined ? {} : { iv });
  cipher.update(forge.util.createBuffer(toBinary(data)));
  // No padding of the library's own: every caller pads as the clause it follows says.
  (cipher as unknown as WithPadding).finish(() => true);
  return fromBinary(cipher.output.getBytes());
}

function run(
  algorithm: Algorithm,
  direction: Direction,
  key: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const chained = algorithm.endsWith('CBC');
  const iv = chained ? zeroIv[algorithm.startsWith('AES') ? 16 : 8] : undefined;
  return runWith(newCipher(algorithm, direction, key), iv, data);
}

/** 3DES with a 16-byte key, ECB, whole blocks. */
export function tripleDesEncrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  return run('3DES-ECB', 'encrypt', key, data);
}

/** 3DES decryption with a 16-byte key, ECB, whole blocks. */
export function tripleDesDecrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  return run('3DES-ECB', 'decrypt', key, data);
}

/** 3DES decryption with a 16-byte key, CBC with a zero initial vector, whole blocks. */
export function tripleDesCbcDecrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  return run('3DES-CBC', 'decrypt', key, data);
}

/** AES-128, ECB, whole blocks. */
export function aesEncrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  return run('AES-ECB', 'encrypt', key, data);
}

/** AES-128 decryption, CBC with a zero initial vector, whole blocks. */
export function aesCbcDecrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  return run('AES-CBC', 'decrypt', key, data);
}

/** ISO 9797-1 padding method 1 (zeros up to a block) or 2 (80, then zeros). */
function pad(data: Uint8Array, method: 1 | 2, blockBytes: 8 | 16 = 8): Uint8Array {
  const marked = method === 2 ? concatBytes(data, Uint8Array.of(0x80)) : data;
  const padded = new Uint8Array(Math.ceil(marked.length / blockBytes) * blockBytes);
  padded.set(marked);
  return padded;
}

interface MacCiphers {
  readonly key: Uint8Array;
  readonly left: Cipher;
  readonly right: Cipher;
}

// Both cryptograms of a transaction are made under one session key: the key schedules of the latest
// one are kept, by the identity of its array.
let latestMac: MacCiphers | undefined;

function macCiphers(key: Uint8Array): MacCiphers {
  if (latestMac?.key !== key) {
    latestMac = {
      key,
      left: newCipher('DES-CBC', 'encrypt', key.slice(0, 8)),
      right: newCipher('DES-CBC', 'decrypt', key.slice(8, 16)),
    };
  }
  return latestMac;
}

/** ISO 9797-1 MAC algorithm 3 with a 16-byte key, eight bytes (EMV Book 2 A1.2.1). */
export function retailMac(key: Uint8Array, data: Uint8Array, padding: 1 | 2): Uint8Array {
  const { left, right } = macCiphers(key);
  const chained = runWith(left, zeroIv[8], pad(data, padding));
  // The output transformation: the last block deciphered with K2, enciphered with K1 again. One
  // block in CBC with a zero initial vector is one block in ECB.
  const opened = runWith(right, zeroIv[8], chained.slice(-8));
  return runWith(left, zeroIv[8], opened);
}

function doubled(block: Uint8Array): Uint8Array {
  const shifted = new Uint8Array(16);
  for (let i = 0; i < 16; i++) shifted[i] = (block[i] << 1) | (i < 15 ? block[i + 1] >> 7 : 0);
  if (block[0] & 0x80) shifted[15] ^= 0x87;
  return shifted;
}

/** AES-CMAC (NIST SP 800-38B) under a 16-byte key, sixteen bytes. */
export function aesCmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  const k1 = doubled(aesEncrypt(key, new Uint8Array(16)));
  const whole = data.length > 0 && data.length % 16 === 0;
  const subkey = whole ? k1 : doubled(k1);
  const padded = whole ? Uint8Array.from(data) : pad(data, 2, 16);
  let chain: Uint8Array = new Uint8Array(16);
  for (let start = 0; start < padded.length; start += 16) {
    const isLast = start + 16 === padded.length;
    const block = new Uint8Array(16);
    for (let i = 0; i < 16; i++) {
      block[i] = chain[i] ^ padded[start + i] ^ (isLast ? subkey[i] : 0);
    }
    chain = aesEncrypt(key, block);
  }
  return chain;
}

/** Bit 1 of every byte set so that the byte has odd parity (the form DES keys are shown in). */
export function withOddParity(key: Uint8Array): Uint8Array {
  return key.map((byte) => {
    let ones = 0;
    for (let bit = 1; bit < 8; bit++) ones += (byte >> bit) & 1;
    return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
  });
}
