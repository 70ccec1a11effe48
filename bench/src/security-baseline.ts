// The same security work done by node:crypto with KeyObjects: what the soft module is compared with.
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

type Cipher = 'des-ede-ecb' | 'des-ede3-cbc' | 'aes-256-cbc' | 'aes-256-ecb';

const zeros8 = Buffer.alloc(8);
const zeros16 = Buffer.alloc(16);

function encrypt(name: Cipher, key: KeyObject, data: Buffer, iv: Buffer | null): Buffer {
  return createCipheriv(name, key, iv).setAutoPadding(false).update(data);
}

const concat = (...parts: Buffer[]): Buffer => Buffer.concat(parts);

const inverted = (block: Buffer): Buffer => {
  const out = Buffer.from(block);
  for (let i = 0; i < out.length; i++) out[i] ^= 0xff;
  return out;
};

/** A retail MAC key: the first half three times for the chain, the whole for the last block. */
export interface RetailKey {
  readonly chain: KeyObject;
  readonly whole: KeyObject;
}

/** KeyObjects of a double-length key. */
export function retailKey(key: Buffer): RetailKey {
  const half = key.subarray(0, 8);
  return { chain: createSecretKey(concat(half, half, half)), whole: createSecretKey(key) };
}

/** ISO 9797-1 algorithm 3 over whole blocks. */
export function retailMac({ chain, whole }: RetailKey, data: Buffer): Buffer {
  const last = Buffer.from(data.subarray(-8));
  if (data.length > 8) {
    const chained = encrypt('des-ede3-cbc', chain, data.subarray(0, -8), zeros8).subarray(-8);
    for (let i = 0; i < 8; i++) last[i] ^= chained[i];
  }
  return encrypt('des-ede-ecb', whole, last, null);
}

/** A cryptogram under the EMV common session key, option A; `data` is padded, the ATC is said. */
export function cryptogram(imk: KeyObject, panPsn: Buffer, atc: Buffer, data: Buffer): Buffer {
  const udk = encrypt('des-ede-ecb', imk, concat(panPsn, inverted(panPsn)), null);
  const left = concat(atc, Buffer.from('F00000000000', 'hex'));
  const right = concat(atc, Buffer.from('0F0000000000', 'hex'));
  const session = encrypt('des-ede-ecb', createSecretKey(udk), concat(left, right), null);
  return retailMac(retailKey(session), data);
}

/** PIN block of format 0 from one key to another, checked. */
export function translatePin(
  from: KeyObject,
  to: KeyObject,
  block: Buffer,
  panField: Buffer,
): Buffer | undefined {
  const clear = createDecipheriv('des-ede-ecb', from, null).setAutoPadding(false).update(block);
  const length = clear[0];
  if (length < 4 || length > 12) return undefined;
  for (let i = 0; i < 14; i++) {
    const byte = clear[1 + (i >> 1)] ^ panField[1 + (i >> 1)];
    const nibble = i & 1 ? byte & 15 : byte >>> 4;
    if (i < length ? nibble > 9 : nibble !== 15) return undefined;
  }
  return encrypt('des-ede-ecb', to, clear, null);
}

function doubled(block: Buffer): Buffer {
  const out = Buffer.alloc(block.length);
  for (let i = 0; i < block.length; i++) out[i] = (block[i] << 1) | ((block[i + 1] ?? 0) >>> 7);
  if (block[0] & 0x80) out[block.length - 1] ^= 0x87;
  return out;
}

/** AES-CMAC on AES-CBC. */
function cmac(key: KeyObject, data: Buffer): Buffer {
  let subkey: Buffer = doubled(encrypt('aes-256-ecb', key, zeros16, null));
  const rest = data.length % 16;
  let padded: Buffer = Buffer.from(data);
  if (rest !== 0 || data.length === 0) {
    padded = concat(data, Buffer.of(0x80), Buffer.alloc(15 - rest));
    subkey = doubled(subkey);
  }
  for (let i = 0; i < 16; i++) padded[padded.length - 16 + i] ^= subkey[i];
  return encrypt('aes-256-cbc', key, padded, zeros16).subarray(-16);
}

/** TR-31 version D under AES-256: the key, or undefined when the MAC does not hold. */
export function unwrapD(kbpk: KeyObject, block: string): Buffer | undefined {
  const derive = (usage: number): KeyObject =>
    createSecretKey(
      concat(
        cmac(kbpk, Buffer.of(1, 0, usage, 0, 0, 4, 1, 0)),
        cmac(kbpk, Buffer.of(2, 0, usage, 0, 0, 4, 1, 0)),
      ),
    );
  const mac = Buffer.from(block.slice(-32), 'hex');
  const data = Buffer.from(block.slice(16, -32), 'hex');
  const decipher = createDecipheriv('aes-256-cbc', derive(0), mac).setAutoPadding(false);
  const clear = decipher.update(data);
  const expected = cmac(derive(1), concat(Buffer.from(block.slice(0, 16), 'latin1'), clear));
  if (!timingSafeEqual(expected, mac)) return undefined;
  return clear.subarray(2, 2 + clear.readUInt16BE(0) / 8);
}

const mask = Buffer.from('C0C0C0C000000000C0C0C0C000000000', 'hex');
const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, i) => byte ^ b[i]));

function single(key: Buffer, block: Buffer): Buffer {
  return encrypt('des-ede-ecb', createSecretKey(concat(key, key)), block, null);
}

/** TDES DUKPT: initial key and transaction key. */
export function dukptKey(bdk: KeyObject, masked: KeyObject, ksn: Buffer): Buffer {
  const device = Buffer.from(ksn.subarray(0, 8));
  device[7] &= 0xe0;
  let key: Buffer = concat(
    encrypt('des-ede-ecb', bdk, device, null),
    encrypt('des-ede-ecb', masked, device, null),
  );
  const counter = ksn.readUIntBE(7, 3) & 0x1fffff;
  const register = Buffer.from(ksn.subarray(2));
  register.writeUIntBE(register.readUIntBE(5, 3) & 0xe00000, 5, 3);
  const half = (from: Buffer): Buffer => {
    const right = from.subarray(8);
    return xor(single(from.subarray(0, 8), xor(register, right)), right);
  };
  for (let bit = 0x100000; bit > 0; bit >>>= 1) {
    if ((counter & bit) === 0) continue;
    register.writeUIntBE(register.readUIntBE(5, 3) | bit, 5, 3);
    key = concat(half(xor(key, mask)), half(key));
  }
  return key;
}
