// DES, triple DES and AES by node:crypto: the simulator computes by its own road, not security-module's.
import { type KeyObject, createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { concatBytes } from '@chipswitch/bytes';

/** XOR of two byte strings of one length. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ b[i]);
}

/** A clear key inside the simulated HSM, ready for use. */
export class ClearKey {
  readonly bytes: Uint8Array;
  readonly aes: boolean;
  readonly #object: KeyObject;
  readonly #ecb: string;
  readonly #cbc: string;
  #left: ClearKey | undefined;
  // ECB without padding keeps nothing between blocks, so one cipher object serves every call.
  #encryptor: ReturnType<typeof createCipheriv> | undefined;
  #decryptor: ReturnType<typeof createDecipheriv> | undefined;

  constructor(bytes: Uint8Array, aes = false) {
    this.bytes = bytes;
    this.aes = aes;
    if (aes) {
      this.#object = createSecretKey(bytes);
      this.#ecb = `aes-${bytes.length * 8}-ecb`;
      this.#cbc = `aes-${bytes.length * 8}-cbc`;
      return;
    }
    // OpenSSL 3 refuses single DES; triple DES with equal parts is the same function.
    const first = bytes.subarray(0, 8);
    const second = bytes.length > 8 ? bytes.subarray(8, 16) : first;
    const third = bytes.length > 16 ? bytes.subarray(16, 24) : first;
    this.#object = createSecretKey(concatBytes(first, second, third));
    this.#ecb = 'des-ede3';
    this.#cbc = 'des-ede3-cbc';
  }

  /** Bytes of a block of the key's cipher. */
  get blockLength(): number {
    return this.aes ? 16 : 8;
  }

  /** The single-length key of the first eight bytes. */
  get left(): ClearKey {
    this.#left ??= new ClearKey(this.bytes.subarray(0, 8));
    return this.#left;
  }

  #wantWholeBlocks(data: Uint8Array): void {
    if (data.length % this.blockLength !== 0) throw new RangeError('not whole blocks');
  }

  encrypt(data: Uint8Array): Uint8Array {
    this.#wantWholeBlocks(data);
    this.#encryptor ??= createCipheriv(this.#ecb, this.#object, null).setAutoPadding(false);
    return this.#encryptor.update(data);
  }

  decrypt(data: Uint8Array): Uint8Array {
    this.#wantWholeBlocks(data);
    this.#decryptor ??= createDecipheriv(this.#ecb, this.#object, null).setAutoPadding(false);
    return this.#decryptor.update(data);
  }

  encryptCbc(data: Uint8Array, iv: Uint8Array = new Uint8Array(this.blockLength)): Uint8Array {
    return createCipheriv(this.#cbc, this.#object, iv).setAutoPadding(false).update(data);
  }

  decryptCbc(data: Uint8Array, iv: Uint8Array = new Uint8Array(this.blockLength)): Uint8Array {
    return createDecipheriv(this.#cbc, this.#object, iv).setAutoPadding(false).update(data);
  }

  /** Check value: zero block for DES keys, CMAC of it for AES keys. */
  checkValue(): Uint8Array {
    const zeros = new Uint8Array(this.blockLength);
    return this.aes ? cmac(this, zeros) : this.encrypt(zeros);
  }
}

/** Whether every byte has an odd number of one bits. */
export function hasOddParity(key: Uint8Array): boolean {
  return key.every((byte) => oddParity(byte) === byte);
}

/** The byte with its lowest bit set so that the number of one bits is odd. */
export function oddParity(byte: number): number {
  let ones = 0;
  for (let bit = 1; bit < 8; bit++) ones += (byte >> bit) & 1;
  return (byte & 0xfe) | (ones & 1 ? 0 : 1);
}

function doubled(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(block.length);
  for (let i = 0; i < block.length; i++) {
    result[i] = (block[i] << 1) | (i + 1 < block.length ? block[i + 1] >> 7 : 0);
  }
  if (block[0] & 0x80) result[block.length - 1] ^= block.length === 16 ? 0x87 : 0x1b;
  return result;
}

/** CMAC (NIST SP 800-38B), whole block. */
export function cmac(key: ClearKey, message: Uint8Array): Uint8Array {
  const size = key.blockLength;
  const k1 = doubled(key.encrypt(new Uint8Array(size)));
  const blocks = Math.max(1, Math.ceil(message.length / size));
  const padded = new Uint8Array(blocks * size);
  padded.set(message);
  const whole = message.length > 0 && message.length % size === 0;
  if (!whole) padded[message.length] = 0x80;
  const mask = whole ? k1 : doubled(k1);
  for (let i = 0; i < size; i++) padded[padded.length - size + i] ^= mask[i];
  return key.encryptCbc(padded).slice(-size);
}

/** Message with ISO 9797-1 padding: 0 none, 1 zeros, 2 a one bit and zeros, 3 length in front. */
export function padMessage(message: Uint8Array, method: number, size: number): Uint8Array {
  const extra = method === 2 ? 1 : 0;
  const blocks = Math.max(method === 0 ? 0 : 1, Math.ceil((message.length + extra) / size));
  const padded = new Uint8Array(blocks * size);
  padded.set(message);
  if (method === 2) padded[message.length] = 0x80;
  if (method !== 3) return padded;
  const length = new Uint8Array(size);
  new DataView(length.buffer).setUint32(size - 4, message.length * 8);
  return concatBytes(length, padded);
}

/** ISO 9797-1 algorithm 1: the last block of CBC. */
export function macAlgorithm1(key: ClearKey, padded: Uint8Array, iv?: Uint8Array): Uint8Array {
  return key.encryptCbc(padded, iv).slice(-key.blockLength);
}

/** ISO 9797-1 algorithm 3 (X9.19): CBC under the left part, the last block finished under the right. */
export function macAlgorithm3(key: ClearKey, padded: Uint8Array, iv?: Uint8Array): Uint8Array {
  const chained = key.left.encryptCbc(padded, iv).slice(-8);
  return key.encrypt(key.left.decrypt(chained));
}
