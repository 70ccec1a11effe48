// Thales key blocks, scheme S: version 0 under a triple DES key, version 1 under an AES key.
import { randomBytes } from 'node:crypto';
import {
  concatBytes,
  equalConstantTime,
  firstNonHex,
  fromAscii,
  fromHex,
  toHex,
} from '@chipswitch/bytes';
import { ClearKey, cmac } from './cipher.ts';

/** Attributes of a block's header: 16 characters. */
export interface BlockHeader {
  readonly usage: string;
  readonly algorithm: string;
  readonly modeOfUse: string;
  readonly keyVersion: string;
  readonly exportability: string;
}

/** A block opened, or the payShield error code that says why not. */
export type OpenedBlock =
  | { readonly ok: true; readonly key: ClearKey; readonly header: BlockHeader }
  | { readonly ok: false; readonly error: { readonly code: string } };

interface BlockKeys {
  readonly encryption: ClearKey;
  readonly mac: ClearKey;
  readonly macLength: number;
}

/** NIST SP 800-108 counter mode with CMAC, as TR-31 derives keys; purpose 0 enciphers, 1 makes MACs, 2 counts. */
export function derivedKey(kbpk: ClearKey, purpose: number): ClearKey {
  const bits = kbpk.bytes.length * 8;
  const algorithm = kbpk.aes ? bits / 64 : bits / 64 - 2;
  const parts: Uint8Array[] = [];
  for (let counter = 1; counter <= Math.ceil(bits / 8 / kbpk.blockLength); counter++) {
    const input = Uint8Array.of(counter, 0, purpose, 0, 0, algorithm, bits >> 8, bits & 255);
    parts.push(cmac(kbpk, input));
  }
  return new ClearKey(concatBytes(...parts).slice(0, bits / 8), kbpk.aes);
}

function blockKeys(kbpk: ClearKey): BlockKeys {
  if (kbpk.aes) {
    return { encryption: derivedKey(kbpk, 0), mac: derivedKey(kbpk, 1), macLength: 8 };
  }
  const variant = (mask: number): ClearKey => new ClearKey(kbpk.bytes.map((byte) => byte ^ mask));
  return { encryption: variant(0x45), mac: variant(0x4d), macLength: 4 };
}

function blockMac(keys: BlockKeys, covered: Uint8Array): Uint8Array {
  const whole = keys.mac.aes ? cmac(keys.mac, covered) : keys.mac.encryptCbc(covered).slice(-8);
  return whole.slice(0, keys.macLength);
}

const refuse = (code: string): OpenedBlock => ({ ok: false, error: { code } });

/**
 * Opens a key field of scheme S.
 *
 * @returns error codes A4 (the block's MAC does not hold), 15 (malformed), A1 (version of another LMK).
 */
export function openKeyBlock(field: string, kbpk: ClearKey): OpenedBlock {
  const block = field.slice(1);
  if (block[0] !== (kbpk.aes ? '1' : '0')) return refuse('A1');
  const keys = blockKeys(kbpk);
  const macDigits = keys.macLength * 2;
  let headerLength = 16;
  for (let i = 0; i < Number(block.slice(12, 14)); i++) {
    const length = Number.parseInt(block.slice(headerLength + 2, headerLength + 4), 16);
    if (!(length >= 4)) return refuse('AC');
    headerLength += length;
  }
  const rest = block.slice(headerLength);
  if (firstNonHex(rest) >= 0 || rest.length <= macDigits) return refuse('15');
  const cipherText = fromHex(rest.slice(0, -macDigits));
  if (cipherText.length % keys.encryption.blockLength !== 0) return refuse('15');
  const covered = concatBytes(fromAscii(block.slice(0, headerLength)), cipherText);
  if (!equalConstantTime(blockMac(keys, covered), fromHex(rest.slice(-macDigits)))) {
    return refuse('A4');
  }
  const iv = covered.slice(0, keys.encryption.blockLength);
  const clear = keys.encryption.decryptCbc(cipherText, iv);
  const bits = (clear[0] << 8) | clear[1];
  if (bits % 8 !== 0 || bits / 8 + 2 > clear.length) return refuse('A5');
  return {
    ok: true,
    key: new ClearKey(clear.slice(2, 2 + bits / 8), block[7] === 'A'),
    header: headerOf(block),
  };
}

/** What the header of a block says. */
export function headerOf(block: string): BlockHeader {
  return {
    usage: block.slice(5, 7),
    algorithm: block[7],
    modeOfUse: block[8],
    keyVersion: block.slice(9, 11),
    exportability: block[11],
  };
}

/** A header without optional blocks, in front of so many characters. */
export function headerText(
  version: string,
  header: BlockHeader,
  lengthAfter: number,
  lmkIdentifier: string,
): string {
  const { usage, algorithm, modeOfUse, keyVersion, exportability } = header;
  const length = String(16 + lengthAfter).padStart(4, '0');
  const attributes = usage + algorithm + modeOfUse + keyVersion + exportability;
  return `${version}${length}${attributes}00${lmkIdentifier}`;
}

/** Seals a key as a field of scheme S. */
export function sealKeyBlock(
  key: Uint8Array,
  header: BlockHeader,
  kbpk: ClearKey,
  lmkIdentifier = '00',
): string {
  const keys = blockKeys(kbpk);
  const size = keys.encryption.blockLength;
  const clear = randomBytes(Math.ceil((key.length + 2) / size) * size);
  clear.writeUInt16BE(key.length * 8);
  clear.set(key, 2);
  const lengthAfter = clear.length * 2 + keys.macLength * 2;
  const text = headerText(kbpk.aes ? '1' : '0', header, lengthAfter, lmkIdentifier);
  const ascii = fromAscii(text);
  const cipherText = keys.encryption.encryptCbc(clear, ascii.slice(0, size));
  const mac = blockMac(keys, concatBytes(ascii, cipherText));
  return `S${text}${toHex(cipherText)}${toHex(mac)}`;
}
