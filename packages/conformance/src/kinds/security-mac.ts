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
import { hex, list, maybe, number, object, oneNumberOf, oneOf, saying, text } from '../forms.ts';
import { type Document, type Kinds, kind } from '../kind.ts';

const cipherOf = (name: 'aes' | 'tdes' | 'des', key: Uint8Array) =>
  makeCipher(name === 'aes' ? 'AES128' : '2TDEA', key);

const length = maybe(saying(number, 'bytes of the result, where not all'));
const padding = oneNumberOf(1, 2, 3);

// Algorithm 3 over triple DES: each of its two keys is a double-length one.
function tripleRetailMac(keys: Uint8Array, data: Uint8Array, method: 1 | 2 | 3): Uint8Array {
  const first = new TdesCipher(keys.slice(0, keys.length / 2));
  const second = new TdesCipher(keys.slice(keys.length / 2));
  const mac = macAlgorithm1(first, data, method);
  second.decryptBlock(mac, 0, mac, 0);
  first.encryptBlock(mac, 0, mac, 0);
  return mac;
}

const isoMac = object({
  algorithm: oneNumberOf(1, 3),
  cipher: oneOf('aes', 'tdes', 'des'),
  key: hex,
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
    input: object({ cipher: oneOf('aes', 'tdes'), key: hex, data: hex, length }),
    expect: object({ mac: hex }),
    run: (input) => ({
      mac: cmac(cipherOf(input.cipher, input.key), input.data).slice(0, input.length),
    }),
  }),
  'hmac.sha256': kind({
    about: 'HMAC with SHA-256.',
    input: object({ key: hex, data: hex, length }),
    expect: object({ mac: hex }),
    run: (input) => ({ mac: hmacSha('sha256', input.key, input.data).slice(0, input.length) }),
  }),
  'mac.iso9797': kind({
    about: 'MAC of ISO/IEC 9797-1; in parts: one vector for each length reached.',
    input: isoMac,
    expect: object({ mac: hex }),
    run: (input) => ({ mac: macOf(input).slice(0, input.length) }),
  }),
  'mac.padding': kind({
    about: 'Padding methods 1 to 3 of ISO/IEC 9797-1.',
    input: object({ method: padding, blockSize: number, data: hex }),
    expect: object({ padded: hex }),
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
      key: hex,
      length,
    }),
    expect: object({ kcv: hex }),
    run: (input) => ({
      kcv: checkBlock(cipherOf(input.cipher, input.key), input.method).slice(0, input.length),
    }),
  }),
  'key.components': kind({
    about: 'Components to the key and its check value.',
    input: object({ components: list(hex) }),
    expect: object({ key: hex, kcv: hex }),
    run: ({ components }) => {
      const key = combineComponents(components);
      return { key, kcv: legacyKcv(key).slice(0, 3) };
    },
  }),
  'key.parity': kind({
    about: 'Parity of a DES key adjusted.',
    input: object({ key: hex, parity: oneOf('odd', 'even') }),
    expect: object({ key: hex }),
    run: ({ key, parity }) => ({
      key: parity === 'even' ? adjustParityEven(key) : adjustParity(key),
    }),
  }),
  'key.variant': kind({
    about: 'Atalla variant: the first byte of every part XORed with 8 times its number.',
    input: object({ key: hex, variant: number }),
    expect: object({ key: hex }),
    run: ({ key, variant }) => ({ key: keyVariant(key, variant) }),
  }),
};

const underLmk = {
  lmk: saying(oneOf('thales-test-variant'), "a table of the file's tables"),
  keyType: text,
  field: saying(text, 'scheme letter and hex'),
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
    expect: object({ key: hex, kcv: maybe(hex) }),
    whereStated: { kcv: 'sources state it for some keys; it follows from the key' },
    run: (input, document) => {
      const key = keyUnderLmk(input, document);
      return { key, kcv: legacyKcv(key).slice(0, 3) };
    },
  }),
  'thales.lmk.kcv': kind({
    about: 'Check value, eight bytes, of a key under a variant LMK.',
    input: object({ ...underLmk, length }),
    expect: object({ kcv: hex }),
    run: (input, document) => ({
      kcv: legacyKcv(keyUnderLmk(input, document)).slice(0, input.length),
    }),
  }),
};

/** Kinds about keys and MACs. */
export const macKinds: Kinds = { ...macs, ...keys, ...local };
