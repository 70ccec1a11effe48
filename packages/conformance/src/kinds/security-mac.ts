// Kinds of security vectors about keys and MACs: check values, components, parity, variants, LMKs, MACs.
import { fromHex } from '@chipswitch/bytes';
import {
  TdesCipher,
  type VariantLmk,
  adjustParity,
  adjustParityEven,
  checkBlock,
  cmac,
  combineComponents,
  decryptUnderLmk,
  hmacSha,
  keyVariant,
  macAlgorithm1,
  makeCipher,
  padForMac,
  retailMac,
} from '@chipswitch/cryptography';
import * as v from 'valibot';
import { aesKey, anyKey } from '../card-forms.ts';
import {
  bytes,
  bytesFrom,
  bytesOf,
  hex,
  maybe,
  numberFrom,
  object,
  oneNumberOf,
  oneOf,
  saying,
} from '../forms.ts';
import { type Document, type Kinds, kind } from '../kind.ts';
import { leftOf, resultLength as length } from '../left-part.ts';

const cipherOf = (name: 'aes' | 'tdes' | 'des', key: Uint8Array) =>
  makeCipher(name === 'aes' ? 'AES128' : '2TDEA', key);

const padding = oneNumberOf(1, 2, 3);
const desKey = bytesOf(8, 16, 24);

// Algorithm 3 over triple DES: each of its two keys is a double-length one.
function tripleRetailMac(keys: Uint8Array, data: Uint8Array, method: 1 | 2 | 3): Uint8Array {
  const first = new TdesCipher(keys.slice(0, keys.length / 2));
  const second = new TdesCipher(keys.slice(keys.length / 2));
  const mac = macAlgorithm1(first, data, method);
  second.decryptBlock(mac, 0, mac, 0);
  first.encryptBlock(mac, 0, mac, 0);
  return mac;
}

/** Bytes of a key by its cipher; algorithm 3 of ISO/IEC 9797-1 takes two, or three of single DES. */
const keyBytes = { des: [8], tdes: [16, 24], aes: [16, 24, 32] } as const;
const keyBytes3 = { des: [16, 24], tdes: [32, 48], aes: [] } as const;

interface KeyedInput {
  readonly algorithm?: number;
  readonly cipher: keyof typeof keyBytes;
  readonly key: Uint8Array;
}

function misfit({ algorithm, cipher, key }: KeyedInput): string | undefined {
  const sizes: readonly number[] = (algorithm === 3 ? keyBytes3 : keyBytes)[cipher];
  return sizes.includes(key.length) ? undefined : 'key: is none of this cipher';
}

const isoMac = object({
  algorithm: oneNumberOf(1, 3),
  cipher: oneOf('aes', 'tdes', 'des'),
  key: bytes,
  data: hex,
  padding,
  length,
});

function macOf(input: v.InferOutput<typeof isoMac>): Uint8Array {
  const { algorithm, cipher, key, data, padding: method } = input;
  if (algorithm === 1) return macAlgorithm1(cipherOf(cipher, key), data, method);
  if (key.length >= 32) return tripleRetailMac(key, data, method);
  return retailMac(new TdesCipher(key), data, method);
}

const macs: Kinds = {
  cmac: kind({
    about: 'CMAC (NIST SP 800-38B).',
    input: object({ cipher: oneOf('aes', 'tdes'), key: aesKey, data: hex, length }),
    misfit,
    expect: object({ mac: bytes }),
    run: (input) => ({
      mac: leftOf(cmac(cipherOf(input.cipher, input.key), input.data), input.length),
    }),
  }),
  'hmac.sha256': kind({
    about: 'HMAC with SHA-256.',
    input: object({ key: bytes, data: hex, length }),
    expect: object({ mac: bytes }),
    run: (input) => ({ mac: leftOf(hmacSha('sha256', input.key, input.data), input.length) }),
  }),
  'mac.iso9797': kind({
    about: 'MAC of ISO/IEC 9797-1; in parts: one vector for each length reached.',
    input: isoMac,
    misfit,
    expect: object({ mac: bytes }),
    run: (input) => ({ mac: leftOf(macOf(input), input.length) }),
  }),
  'mac.padding': kind({
    about: 'Padding methods 1 to 3 of ISO/IEC 9797-1.',
    input: object({ method: padding, blockSize: oneNumberOf(4, 8, 16), data: hex }),
    expect: object({ padded: bytes }),
    run: ({ method, blockSize, data }) => ({ padded: padForMac(data, method, blockSize) }),
  }),
};

const legacyKcv = (key: Uint8Array): Uint8Array => checkBlock(new TdesCipher(key), 'legacy');

const keys: Kinds = {
  kcv: kind({
    about: 'Check value: zeros enciphered (legacy), or CMAC over zeros.',
    input: object({
      cipher: oneOf('aes', 'tdes', 'des'),
      method: oneOf('legacy', 'cmac'),
      key: anyKey,
      length,
    }),
    misfit,
    expect: object({ kcv: bytesFrom(1, 16) }),
    run: (input) => ({
      kcv: leftOf(checkBlock(cipherOf(input.cipher, input.key), input.method), input.length),
    }),
  }),
  'key.components': kind({
    about: 'Components to the key and its check value.',
    input: object({ components: v.pipe(v.array(anyKey), v.minLength(2, 'one is no component')) }),
    expect: object({ key: anyKey, kcv: bytesOf(3) }),
    run: ({ components }) => {
      const key = combineComponents(components);
      return { key, kcv: legacyKcv(key).slice(0, 3) };
    },
  }),
  'key.parity': kind({
    about: 'Parity of a DES key adjusted.',
    input: object({ key: desKey, parity: oneOf('odd', 'even') }),
    expect: object({ key: desKey }),
    run: ({ key, parity }) => ({
      key: parity === 'even' ? adjustParityEven(key) : adjustParity(key),
    }),
  }),
  'key.variant': kind({
    about: 'Atalla variant: the first byte of every part XORed with 8 times its number.',
    input: object({ key: desKey, variant: numberFrom(0, 31) }),
    expect: object({ key: desKey }),
    run: ({ key, variant }) => ({ key: keyVariant(key, variant) }),
  }),
};

const underLmk = {
  lmk: saying(oneOf('thales-test-variant'), "a table of the file's tables"),
  keyType: v.pipe(v.string(), v.regex(/^[0-9A-F]{3}$/, 'is no key type'), v.title('key type')),
  field: saying(
    v.pipe(
      v.string(),
      v.regex(/^(?:[UTXYZ]?)(?:[0-9A-F]{16}){1,3}$/, 'is no key under an LMK'),
      v.title('text'),
    ),
    'scheme letter and hex',
  ),
};

const pairsOf = v.object({
  tables: v.record(
    v.string(),
    v.looseObject({ pairs: v.optional(v.record(v.string(), v.string()), {}) }),
  ),
});

function keyUnderLmk(
  input: { readonly lmk: string; readonly keyType: string; readonly field: string },
  document: Document,
): Uint8Array {
  const { pairs } = v.parse(pairsOf, document).tables[input.lmk];
  const lmk: VariantLmk = new Map(Object.entries(pairs).map(([pair, key]) => [pair, fromHex(key)]));
  const read = decryptUnderLmk(lmk, input.keyType, input.field);
  if (!read.ok) throw new Error(`refused: ${read.error.code}`);
  return read.key;
}

const local: Kinds = {
  'thales.lmk.key': kind({
    about: 'A key under a variant LMK.',
    input: object(underLmk),
    expect: object({ key: desKey, kcv: maybe(bytesOf(3)) }),
    whereStated: { kcv: 'sources state it for some keys; it follows from the key' },
    run: (input, document) => {
      const key = keyUnderLmk(input, document);
      return { key, kcv: legacyKcv(key).slice(0, 3) };
    },
  }),
  'thales.lmk.kcv': kind({
    about: 'Check value, eight bytes, of a key under a variant LMK.',
    input: object({ ...underLmk, length }),
    expect: object({ kcv: bytesFrom(1, 8) }),
    run: (input, document) => ({
      kcv: leftOf(legacyKcv(keyUnderLmk(input, document)), input.length),
    }),
  }),
};

/** Kinds about keys and MACs. */
export const macKinds: Kinds = { ...macs, ...keys, ...local };
