// Card and session keys, cryptograms and answers for KQ and KW (EMV Book 2, annex A1; triple DES).
import { createHash } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import { ClearKey, macAlgorithm3, oddParity, padMessage } from './cipher.ts';

function cardKeyFrom(master: ClearKey, diversifier: Uint8Array): ClearKey {
  const inverted = diversifier.map((byte) => byte ^ 0xff);
  const bytes = concatBytes(master.encrypt(diversifier), master.encrypt(inverted));
  return new ClearKey(bytes.map(oddParity));
}

/** Option A: the eight bytes of PAN and sequence number as the host gives them. */
export function cardKeyOptionA(master: ClearKey, panSeqNo: Uint8Array): ClearKey {
  return cardKeyFrom(master, panSeqNo);
}

/** Option B: PAN and sequence number of any length through SHA-1, decimalised. */
export function cardKeyOptionB(master: ClearKey, panSeqNo: Uint8Array): ClearKey {
  if (panSeqNo.length <= 8) return cardKeyFrom(master, fromHex(toHex(panSeqNo).padStart(16, '0')));
  const hash = createHash('sha1').update(panSeqNo).digest('hex').toUpperCase();
  const decimals = hash.replaceAll(/[A-F]/g, '');
  const letters = hash
    .replaceAll(/[0-9]/g, '')
    .replaceAll(/[A-F]/g, (l) => String(l.charCodeAt(0) - 65));
  return cardKeyFrom(master, fromHex((decimals + letters).slice(0, 16)));
}

/** Common session key: R with F0 and 0F in its third byte (A1.3.1). */
export function commonSessionKey(card: ClearKey, r: Uint8Array): ClearKey {
  const [left, right] = [r.slice(), r.slice()];
  left[2] = 0xf0;
  right[2] = 0x0f;
  return new ClearKey(concatBytes(card.encrypt(left), card.encrypt(right)));
}

/** ATC and zeros, the diversifier of cryptogram session keys. */
export function atcBlock(atc: Uint8Array, unpredictableNumber?: Uint8Array): Uint8Array {
  const block = new Uint8Array(8);
  block.set(atc);
  if (unpredictableNumber !== undefined) block.set(unpredictableNumber, 4);
  return block;
}

/** The cryptogram over data that the host has padded; the HSM only fills with zeros. */
export function applicationCryptogram(key: ClearKey, data: Uint8Array): Uint8Array {
  return macAlgorithm3(key, padMessage(data, 1, 8));
}

/** ARPC method 1: cryptogram XOR response code, enciphered. */
export function arpcMethod1(key: ClearKey, arqc: Uint8Array, arc: Uint8Array): Uint8Array {
  const block = arqc.slice();
  block[0] ^= arc[0];
  block[1] ^= arc[1];
  return key.encrypt(block);
}

/** ARPC method 2: four bytes of MAC over cryptogram, CSU and proprietary data. */
export function arpcMethod2(
  key: ClearKey,
  arqc: Uint8Array,
  csu: Uint8Array,
  proprietary: Uint8Array,
): Uint8Array {
  return macAlgorithm3(key, padMessage(concatBytes(arqc, csu, proprietary), 2, 8)).slice(0, 4);
}
