// DUKPT keys of triple DES inside the simulated HSM (ANSI X9.24-1, 2009 annex A).
import { concatBytes } from '@chipswitch/bytes';
import { ClearKey, xor } from './cipher.ts';

const halfMask = Uint8Array.of(0xc0, 0xc0, 0xc0, 0xc0, 0, 0, 0, 0);
const wholeMask = concatBytes(halfMask, halfMask);

/** Initial key of a device: KSN with its counter cleared, under the BDK and under its variant. */
export function initialKey(bdk: ClearKey, ksn: Uint8Array): Uint8Array {
  const serial = ksn.slice(0, 8);
  serial[7] &= 0xe0;
  return concatBytes(
    bdk.encrypt(serial),
    new ClearKey(xor(bdk.bytes.slice(0, 16), wholeMask)).encrypt(serial),
  );
}

function derivedHalf(key: Uint8Array, register: Uint8Array): Uint8Array {
  const right = key.slice(8, 16);
  return xor(new ClearKey(key.slice(0, 8)).encrypt(xor(right, register)), right);
}

/** The key of one transaction: one step for each one bit of the counter. */
function transactionKey(bdk: ClearKey, ksn: Uint8Array): Uint8Array {
  let key = initialKey(bdk, ksn);
  const counter = ((ksn[7] & 0x1f) << 16) | (ksn[8] << 8) | ksn[9];
  const register = ksn.slice(2, 10);
  register[5] &= 0xe0;
  register[6] = 0;
  register[7] = 0;
  for (let bit = 0x100000; bit > 0; bit >>= 1) {
    if ((counter & bit) === 0) continue;
    register[5] |= (bit >> 16) & 0x1f;
    register[6] |= (bit >> 8) & 0xff;
    register[7] |= bit & 0xff;
    key = concatBytes(derivedHalf(xor(key, wholeMask), register), derivedHalf(key, register));
  }
  return key;
}

/** What a transaction key is made into by a mask on both halves. */
export type DukptPurpose =
  | 'pin'
  | 'mac-request'
  | 'mac-response'
  | 'data-request'
  | 'data-response';

const maskByteByPurpose: Readonly<Record<DukptPurpose, number>> = {
  pin: 7,
  'mac-request': 6,
  'mac-response': 4,
  'data-request': 5,
  'data-response': 3,
};

/** A working key; data keys pass once more through themselves. */
export function workingKey(bdk: ClearKey, ksn: Uint8Array, purpose: DukptPurpose): ClearKey {
  const key = transactionKey(bdk, ksn);
  key[maskByteByPurpose[purpose]] ^= 0xff;
  key[8 + maskByteByPurpose[purpose]] ^= 0xff;
  const working = new ClearKey(key);
  return purpose.startsWith('data') ? new ClearKey(working.encrypt(key)) : working;
}
