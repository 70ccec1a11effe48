// Security vectors of keys and MACs: check values, components, parity, variants, LMKs, MACs.
import {
  adjustParity,
  adjustParityEven,
  type BlockCipher,
  checkBlock,
  cmac,
  combineComponents,
  decryptUnderLmk,
  hmacSha,
  keyVariant,
  type LmkKeyRead,
  macAlgorithm1,
  makeCipher,
  padForMac,
  retailMac,
  TdesCipher,
  type VariantLmk,
} from '@chipswitch/cryptography';
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import {
  bytesAt,
  bytesIfAny,
  comparing,
  type Fields,
  numberAt,
  objectAt,
  textAt,
} from './emv-input.ts';
import type { Kinds } from './runner.ts';

/** A cipher by the vector's word for it: `aes`, `tdes` or `des`. */
export function cipherOf(name: string, key: Uint8Array): BlockCipher {
  return makeCipher(name === 'aes' ? 'AES128' : '2TDEA', key);
}

/** Text of a vector, or another when it has none. */
export function textOr(input: Fields, name: string, otherwise: string): string {
  return input[name] === undefined ? otherwise : textAt(input, name);
}

/** As many bytes as the vector says, or all. */
export function cut(bytes: Uint8Array, input: Fields): Uint8Array {
  return input['length'] === undefined ? bytes : bytes.slice(0, numberAt(input, 'length'));
}

function paddingOf(input: Fields, name: string): 1 | 2 | 3 {
  const padding = numberAt(input, name);
  if (padding !== 1 && padding !== 2 && padding !== 3) throw new Error('no padding method');
  return padding;
}

// Algorithm 3 over triple DES: each of its two keys is a double-length one.
function tripleRetailMac(keys: Uint8Array, data: Uint8Array, padding: 1 | 2 | 3): Uint8Array {
  const first = new TdesCipher(keys.slice(0, keys.length / 2));
  const second = new TdesCipher(keys.slice(keys.length / 2));
  const mac = macAlgorithm1(first, data, padding);
  second.decryptBlock(mac, 0, mac, 0);
  first.encryptBlock(mac, 0, mac, 0);
  return mac;
}

function isoMac(input: Fields): Uint8Array {
  const key =
    bytesIfAny(input, 'key') ?? concatBytes(bytesAt(input, 'key1'), bytesAt(input, 'key2'));
  const data = bytesAt(input, 'data');
  const padding = paddingOf(input, 'padding');
  if (numberAt(input, 'algorithm') === 3 && key.length >= 32) {
    return tripleRetailMac(key, data, padding);
  }
  if (numberAt(input, 'algorithm') === 3) return retailMac(new TdesCipher(key), data, padding);
  return macAlgorithm1(cipherOf(textAt(input, 'cipher'), key), data, padding);
}

const legacyKcv = (key: Uint8Array): Uint8Array => checkBlock(new TdesCipher(key), 'legacy');

function lmkOf(document: Fields, name: string): VariantLmk {
  const pairs = objectAt(objectAt(objectAt(document, 'tables'), name), 'pairs');
  return new Map(Object.entries(pairs).map(([pair, key]) => [pair, fromHex(String(key))]));
}

/** Kinds of keys and MACs; LMKs come from the file's own tables. */
export function keyKinds(document: Fields): Kinds {
  const underLmk = (input: Fields): LmkKeyRead & { ok: true } => {
    const lmk = lmkOf(document, textAt(input, 'lmk'));
    const read = decryptUnderLmk(lmk, textAt(input, 'keyType'), textAt(input, 'field'));
    if (!read.ok) throw new Error(`refused: ${read.error.code}`);
    return read;
  };
  return {
    kcv: comparing((input) => {
      const cipher = cipherOf(textAt(input, 'cipher'), bytesAt(input, 'key'));
      const method = textAt(input, 'method') === 'cmac' ? 'cmac' : 'legacy';
      return { kcv: cut(checkBlock(cipher, method), input) };
    }),
    cmac: comparing((input) => {
      const cipher = cipherOf(textAt(input, 'cipher'), bytesAt(input, 'key'));
      return { mac: cut(cmac(cipher, bytesAt(input, 'data')), input) };
    }),
    'hmac.sha256': comparing((input) => ({
      mac: cut(hmacSha('sha256', bytesAt(input, 'key'), bytesAt(input, 'data')), input),
    })),
    'mac.iso9797': comparing((input) => ({ mac: cut(isoMac(input), input) })),
    'mac.padding': comparing((input) => ({
      padded: padForMac(
        bytesAt(input, 'data'),
        paddingOf(input, 'method'),
        numberAt(input, 'blockSize'),
      ),
    })),
    'key.components': comparing((input) => {
      const components = input['components'];
      if (!Array.isArray(components)) throw new Error('no components');
      const key = combineComponents(components.map((component) => fromHex(String(component))));
      return { key, kcv: legacyKcv(key).slice(0, 3) };
    }),
    'key.parity': comparing((input) => {
      const key = bytesAt(input, 'key');
      return { key: input['parity'] === 'even' ? adjustParityEven(key) : adjustParity(key) };
    }),
    'key.variant': comparing((input) => ({
      key: keyVariant(bytesAt(input, 'key'), numberAt(input, 'variant')),
    })),
    'thales.lmk.key': comparing((input) => {
      const { key } = underLmk(input);
      return { key, kcv: toHex(legacyKcv(key), 0, 3) };
    }),
    'thales.lmk.kcv': comparing((input) => ({ kcv: cut(legacyKcv(underLmk(input).key), input) })),
  };
}
