// TR-31 key blocks under a zone master key, scheme R (TR-31:2018 section 5, ISO 20038): versions A and C by variants of
// the key, B, D and E by keys derived from it.
import { randomBytes } from 'node:crypto';
import {
  concatBytes,
  equalConstantTime,
  firstNonHex,
  fromAscii,
  fromHex,
  toHex,
} from '@chipswitch/bytes';
import { ClearKey, cmac, xor } from './cipher.ts';
import {
  type BlockHeader,
  type OpenedBlock,
  derivedKey,
  headerOf,
  headerText,
} from './key-block.ts';

interface Protection {
  readonly encryption: ClearKey;
  readonly mac: ClearKey;
  readonly macLength: number;
}

const purposes = { encryption: 0, mac: 1, counterMode: 2 } as const;

/** The two keys of a version; undefined when the key that protects is not one that the version takes. */
function protectionOf(version: string, kbpk: ClearKey): Protection | undefined {
  const variant = (mask: number): ClearKey => new ClearKey(kbpk.bytes.map((byte) => byte ^ mask));
  if ('AC'.includes(version))
    return kbpk.aes ? undefined : { encryption: variant(0x45), mac: variant(0x4d), macLength: 4 };
  if (!'BDE'.includes(version) || kbpk.aes !== 'DE'.includes(version)) return undefined;
  if (kbpk.bytes.length < 16) return undefined;
  const purpose = version === 'E' ? purposes.counterMode : purposes.encryption;
  return {
    encryption: derivedKey(kbpk, purpose),
    mac: derivedKey(kbpk, purposes.mac),
    macLength: version === 'B' ? 8 : 16,
  };
}

/** Counter mode from the MAC on (ISO 20038 7.3); it undoes itself. */
function counterMode(key: ClearKey, data: Uint8Array, first: Uint8Array): Uint8Array {
  const stream: Uint8Array[] = [];
  let counter = BigInt(`0x${toHex(first)}`);
  for (let at = 0; at < data.length; at += 16) {
    const block = BigInt.asUintN(128, counter++).toString(16).padStart(32, '0');
    stream.push(key.encrypt(fromHex(block.toUpperCase())));
  }
  return xor(data, concatBytes(...stream));
}

function macOf(version: string, { mac, macLength }: Protection, covered: Uint8Array): Uint8Array {
  if (!'AC'.includes(version)) return cmac(mac, covered);
  const padded = new Uint8Array(Math.ceil(covered.length / 8) * 8);
  padded.set(covered);
  return mac.encryptCbc(padded).slice(-8).slice(0, macLength);
}

/** Where the optional blocks end; undefined when they do not. */
function headerEnd(block: string): number | undefined {
  let at = 16;
  for (let i = 0; i < Number(block.slice(12, 14)); i++) {
    let length = Number.parseInt(block.slice(at + 2, at + 4), 16);
    // 00 announces a length of its own: how many digits, then these.
    if (length === 0) {
      const digits = Number.parseInt(block.slice(at + 4, at + 6), 16);
      length = Number.parseInt(block.slice(at + 6, at + 6 + digits), 16);
    }
    if (!(length >= 4) || at + length > block.length) return undefined;
    at += length;
  }
  return at;
}

const refuse = (code: string): OpenedBlock => ({ ok: false, error: { code } });

/**
 * Opens a block (without its scheme letter).
 *
 * @returns error codes 15 (malformed, or no block for this key) and A4 (its MAC does not hold).
 */
export function openTr31(block: string, kbpk: ClearKey): OpenedBlock {
  const version = block[0] ?? '';
  const protection = version === '' ? undefined : protectionOf(version, kbpk);
  const end = /^[0-9A-Za-z]{12}\d{2}/.test(block) ? headerEnd(block) : undefined;
  if (protection === undefined || end === undefined || Number(block.slice(1, 5)) !== block.length)
    return refuse('15');
  const macDigits = protection.macLength * 2;
  const rest = block.slice(end);
  if (firstNonHex(rest) >= 0 || rest.length <= macDigits) return refuse('15');
  const enciphered = fromHex(rest.slice(0, -macDigits));
  const mac = fromHex(rest.slice(-macDigits));
  const header = fromAscii(block.slice(0, end));
  const { encryption } = protection;
  if (version !== 'E' && enciphered.length % encryption.blockLength !== 0) return refuse('15');
  const isVariant = 'AC'.includes(version);
  const iv = isVariant ? header.slice(0, 8) : mac;
  const clear =
    version === 'E'
      ? counterMode(encryption, enciphered, iv)
      : encryption.decryptCbc(enciphered, iv);
  const covered = concatBytes(header, isVariant ? enciphered : clear);
  if (!equalConstantTime(macOf(version, protection, covered), mac)) return refuse('A4');
  const bits = (clear[0] << 8) | clear[1];
  if (bits === 0 || bits % 8 !== 0 || bits / 8 + 2 > clear.length) return refuse('15');
  const key = new ClearKey(clear.slice(2, 2 + bits / 8), block[7] === 'A');
  return { ok: true, key, header: headerOf(block) };
}

/** Seals a key; undefined when the version is none for the key that protects. The key's length is not hidden. */
export function sealTr31(
  key: Uint8Array,
  header: BlockHeader,
  kbpk: ClearKey,
  version: string,
): string | undefined {
  const protection = protectionOf(version, kbpk);
  if (protection === undefined) return undefined;
  const { encryption, macLength } = protection;
  // Counter mode needs no whole blocks.
  const size = version === 'E' ? 1 : encryption.blockLength;
  const clear = new Uint8Array(randomBytes(Math.ceil((key.length + 2) / size) * size));
  clear.set([(key.length * 8) >> 8, (key.length * 8) & 0xff]);
  clear.set(key, 2);
  const text = headerText(version, header, clear.length * 2 + macLength * 2, '00');
  const ascii = fromAscii(text);
  if ('AC'.includes(version)) {
    const enciphered = encryption.encryptCbc(clear, ascii.slice(0, 8));
    const mac = macOf(version, protection, concatBytes(ascii, enciphered));
    return text + toHex(enciphered) + toHex(mac);
  }
  const mac = macOf(version, protection, concatBytes(ascii, clear));
  const enciphered =
    version === 'E' ? counterMode(encryption, clear, mac) : encryption.encryptCbc(clear, mac);
  return text + toHex(enciphered) + toHex(mac);
}
