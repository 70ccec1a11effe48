// AES DUKPT on the token: every step of the derivation is a handle (ANSI X9.24-3, AES-128 keys).
import { concatBytes } from '@chipswitch/bytes';
import { aesKsnFault } from '@chipswitch/cryptography';
import type { DukptDirection } from '@chipswitch/security-module';
import {
  CKA_DECRYPT,
  CKA_DERIVE,
  CKA_ENCRYPT,
  CKA_SIGN,
  CKA_VALUE_LEN,
  CKK_AES,
  CKM_AES_CBC_ENCRYPT_DATA,
} from './constants.ts';
import { templateOf } from './token-keys.ts';
import type { Attribute, Handle, Token } from './token.ts';

/** Usages of X9.24-3 table 3, by what the device does in each direction. */
const usages: Readonly<Record<'mac' | 'data', Record<DukptDirection, number>>> = {
  mac: { request: 0x2000, response: 0x2001, both: 0x2002 },
  data: { request: 0x3000, response: 0x3001, both: 0x3002 },
};

const derivationUsage = 0x8000;
const initialUsage = 0x8001;

// Version, block counter, usage, algorithm AES-128, its 128 bits, then what the key is derived for.
function derivationData(usage: number, identity: Uint8Array): Uint8Array {
  const head = Uint8Array.of(1, 1, usage >> 8, usage & 255, 0, 2, 0, 128);
  return concatBytes(head, identity);
}

/**
 * One step. CBC with IV zero of one block is ECB, and pkcs11js can build that parameter; for AES-128
 * one block is the whole key.
 */
function step(
  token: Token,
  from: Handle,
  data: Uint8Array,
  permissions: readonly number[],
): Handle {
  const template: Attribute[] = [
    ...templateOf(CKK_AES, permissions),
    { type: CKA_VALUE_LEN, value: 16 },
  ];
  const parameter = {
    type: aesCbcParameter,
    iv: Buffer.alloc(16),
    data: Buffer.from(data),
  };
  return token.derive({ mechanism: CKM_AES_CBC_ENCRYPT_DATA, parameter }, from, template);
}

// CK_PARAMS_AES_CBC of pkcs11js, which is its own number and none of the standard's.
const aesCbcParameter = 1;

/** The initial key of a device, on the token. */
export function initialKeyOnToken(token: Token, bdk: Handle, initialKeyId: Uint8Array): Handle {
  return step(token, bdk, derivationData(initialUsage, initialKeyId), [CKA_DERIVE, CKA_ENCRYPT]);
}

/** Whether a KSN can be used: twelve bytes, at most sixteen one bits. */
export function ksnFault(ksn: Uint8Array): ReturnType<typeof aesKsnFault> {
  return aesKsnFault(ksn);
}

/**
 * A working key of a transaction, on the token.
 *
 * @param initial handle of the device's initial key
 * @param keep takes every handle that must be destroyed when the work is done
 */
export function workingKeyOnToken(
  token: Token,
  initial: Handle,
  ksn: Uint8Array,
  wanted: { readonly use: 'mac' | 'data'; readonly direction: DukptDirection },
  keep: (key: Handle) => Handle,
): Handle {
  const view = new DataView(ksn.buffer, ksn.byteOffset, ksn.length);
  const counter = view.getUint32(8);
  const deviceId = ksn.slice(4, 8);
  const identity = (bits: number): Uint8Array => {
    const bytes = concatBytes(deviceId, new Uint8Array(4));
    new DataView(bytes.buffer).setUint32(4, bits);
    return bytes;
  };
  let key = initial;
  let reached = 0;
  for (let bit = 31; bit >= 0; bit--) {
    const mask = (1 << bit) >>> 0;
    if ((counter & mask) === 0) continue;
    reached = (reached | mask) >>> 0;
    const data = derivationData(derivationUsage, identity(reached));
    key = keep(step(token, key, data, [CKA_DERIVE]));
  }
  const usage = usages[wanted.use][wanted.direction];
  const permissions = wanted.use === 'mac' ? [CKA_SIGN] : [CKA_ENCRYPT, CKA_DECRYPT];
  return keep(step(token, key, derivationData(usage, identity(counter)), permissions));
}
