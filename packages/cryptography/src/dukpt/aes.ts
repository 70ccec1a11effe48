// AES DUKPT: initial, derivation and working keys of every usage and type (ANSI X9.24-3:2017).
import { AesCipher } from '../cipher/aes.ts';
import { SecurityFault } from '../errors.ts';
import { countOneBits, type KsnErrorCode } from './tdes.ts';

/** Bytes of a key serial number: initial key id, transaction counter. */
const AES_KSN_LENGTH = 12;
const INITIAL_KEY_ID_LENGTH = 8;

/** One bits that a transaction counter may have. */
const COUNTER_BITS_MAX = 16;

/** Key types of 6.2.1: algorithm code and length in bits. */
export const dukptKeyTypes = {
  '2TDEA': [0, 128],
  '3TDEA': [1, 192],
  AES128: [2, 128],
  AES192: [3, 192],
  AES256: [4, 256],
  HMAC128: [5, 128],
  HMAC192: [5, 192],
  HMAC256: [5, 256],
} as const;

/** A type of key that can be derived. */
export type DukptKeyType = keyof typeof dukptKeyTypes;

/** Key usages of 6.2.2, table 3. */
export const dukptKeyUsages = {
  'key-encryption': 0x0002,
  pin: 0x1000,
  'mac-generation': 0x2000,
  'mac-verification': 0x2001,
  'mac-both': 0x2002,
  'data-encryption': 0x3000,
  'data-decryption': 0x3001,
  'data-both': 0x3002,
} as const;

/** What a working key is for, as the standard names it. */
export type DukptKeyUsage = keyof typeof dukptKeyUsages;

const USAGE_DERIVATION = 0x8000;
const USAGE_INITIAL_KEY = 0x8001;

/** The type of a base or derivation key of a length. */
function aesTypeOf(key: Uint8Array): 'AES128' | 'AES192' | 'AES256' {
  if (key.length === 16) return 'AES128';
  if (key.length === 24) return 'AES192';
  if (key.length === 32) return 'AES256';
  throw new SecurityFault('key-length', 'an AES DUKPT key has 16, 24 or 32 bytes');
}

interface Derivation {
  readonly usage: number;
  readonly type: DukptKeyType;
  /** Eight bytes: initial key id, or its last four and the counter. */
  readonly data: Uint8Array;
}

// As many encryptions of the derivation data as the key needs blocks (6.3.2, 6.3.3).
function derive(key: Uint8Array, { usage, type, data }: Derivation): Uint8Array {
  const [algorithm, bits] = dukptKeyTypes[type];
  const message = new Uint8Array(16);
  message[0] = 1;
  message[2] = usage >>> 8;
  message[3] = usage;
  message[5] = algorithm;
  message[6] = bits >>> 8;
  message[7] = bits & 0xff;
  message.set(data, 8);
  const blocks = Math.ceil(bits / 128);
  const made = new Uint8Array(16 * blocks);
  const cipher = new AesCipher(key);
  try {
    for (let i = 0; i < blocks; i++) {
      message[1] = i + 1;
      cipher.encryptBlock(message, 0, made, 16 * i);
    }
    return made.length === bits / 8 ? made : made.slice(0, bits / 8);
  } finally {
    cipher.wipe();
    if (made.length !== bits / 8) made.fill(0);
  }
}

/** The transaction counter. */
export function aesCounter(ksn: Uint8Array): number {
  return ((ksn[8] << 24) | (ksn[9] << 16) | (ksn[10] << 8) | ksn[11]) >>> 0;
}

function counterData(ksn: Uint8Array, counter: number): Uint8Array {
  const data = new Uint8Array(8);
  data.set(ksn.subarray(4, 8));
  data[4] = counter >>> 24;
  data[5] = counter >>> 16;
  data[6] = counter >>> 8;
  data[7] = counter;
  return data;
}

/** What is wrong with a key serial number for a transaction, or undefined. */
export function aesKsnFault(ksn: Uint8Array): KsnErrorCode | undefined {
  if (ksn.length !== AES_KSN_LENGTH) return 'length';
  const counter = aesCounter(ksn);
  if (counter === 0) return 'counter-zero';
  return countOneBits(counter | 0) > COUNTER_BITS_MAX ? 'counter-bits' : undefined;
}

/**
 * The next key serial number, counters with more than sixteen one bits passed over.
 *
 * @example
 * nextAesKsn(fromHex('1234567890123456FFFF0000')) // 'exhausted'
 */
export function nextAesKsn(ksn: Uint8Array): Uint8Array | KsnErrorCode {
  if (ksn.length !== AES_KSN_LENGTH) return 'length';
  let counter = aesCounter(ksn) + 1;
  while (counter <= 0xffffffff && countOneBits(counter | 0) > COUNTER_BITS_MAX) {
    counter += ((counter | 0) & -(counter | 0)) >>> 0;
  }
  if (counter > 0xffffffff) return 'exhausted';
  const next = new Uint8Array(ksn);
  next.set(counterData(ksn, counter).subarray(4), 8);
  return next;
}

/**
 * The initial key of a device; `initialKeyId` is eight bytes.
 *
 * @example
 * aesInitialKey(fromHex('FEDCBA9876543210F1F1F1F1F1F1F1F1'), fromHex('1234567890123456'))
 * // '1273671EA26AC29AFA4D1084127652A1'
 */
export function aesInitialKey(bdk: Uint8Array, initialKeyId: Uint8Array): Uint8Array {
  if (initialKeyId.length !== INITIAL_KEY_ID_LENGTH) {
    throw new SecurityFault('length', 'an initial key id has 8 bytes');
  }
  return derive(bdk, { usage: USAGE_INITIAL_KEY, type: aesTypeOf(bdk), data: initialKeyId });
}

/**
 * The derivation key of a key serial number, of the initial key's type (6.3.4, host side).
 *
 * @example
 * const key = fromHex('1273671EA26AC29AFA4D1084127652A1');
 * aesTransactionKey(key, fromHex('123456789012345600000001'))
 * // '4F21B565BAD9835E112B6465635EAE44'
 */
export function aesTransactionKey(initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
  const counter = aesCounter(ksn);
  const type = aesTypeOf(initialKey);
  let key = new Uint8Array(initialKey);
  let done = 0;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if ((counter & bit) === 0) continue;
    done = (done | bit) >>> 0;
    const next = derive(key, { usage: USAGE_DERIVATION, type, data: counterData(ksn, done) });
    key.fill(0);
    key = new Uint8Array(next);
    next.fill(0);
  }
  return key;
}

/**
 * A working key out of a transaction key; its type may not be longer than the transaction key.
 *
 * @example
 * const key = fromHex('4F21B565BAD9835E112B6465635EAE44');
 * aesWorkingKey(key, fromHex('123456789012345600000001'), 'pin', 'AES128')
 * // 'AF8CB133A78F8DC2D1359F18527593FB'
 */
export function aesWorkingKey(
  transactionKey: Uint8Array,
  ksn: Uint8Array,
  usage: DukptKeyUsage,
  type: DukptKeyType,
): Uint8Array {
  const data = counterData(ksn, aesCounter(ksn));
  return derive(transactionKey, { usage: dukptKeyUsages[usage], type, data });
}

/**
 * The key under which a new initial key is sent to a device: counter FFFFFFFF (6.5.4).
 *
 * @param type the initial key's own type when left out
 * @example
 * const key = fromHex('1273671EA26AC29AFA4D1084127652A1');
 * aesUpdateKey(key, fromHex('1234567890123456')) // '9A9770AEE1ACD1B13473D0463A1883B9'
 */
export function aesUpdateKey(
  initialKey: Uint8Array,
  initialKeyId: Uint8Array,
  type: DukptKeyType = aesTypeOf(initialKey),
): Uint8Array {
  const ksn = new Uint8Array(AES_KSN_LENGTH).fill(0xff);
  ksn.set(initialKeyId.subarray(0, INITIAL_KEY_ID_LENGTH));
  const transactionKey = aesTransactionKey(initialKey, ksn);
  try {
    return aesWorkingKey(transactionKey, ksn, 'key-encryption', type);
  } finally {
    transactionKey.fill(0);
  }
}
