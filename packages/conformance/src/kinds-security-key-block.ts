// Security vectors of key blocks: TR-31 headers, protection keys, wrap, unwrap; Thales blocks.
import {
  deriveProtectionKeys,
  formatKeyBlockHeader,
  isKeyBlockVersion,
  type KeyBlockErrorCode,
  type KeyBlockHeader,
  keyBlockErrorCodes,
  parseKeyBlockHeader,
  type UnwrappedKey,
  unwrapKeyBlock,
  unwrapThalesKeyBlock,
  wrapKeyBlock,
} from '@chipswitch/cryptography';
import { bytesAt, comparing, type Fields, objectAt, textAt } from './emv-input.ts';
import type { Check, Kinds, Vector } from './runner.ts';

const blocksOf = (header: KeyBlockHeader): Fields =>
  Object.fromEntries(header.optionalBlocks.map(({ id, data }) => [id, data]));

const shownHeader = (header: KeyBlockHeader): Fields => ({
  version: header.version,
  usage: header.usage,
  algorithm: header.algorithm,
  mode: header.modeOfUse,
  keyVersion: header.keyVersion,
  exportability: header.exportability,
  optionalBlocks: header.optionalBlocks,
});

const shownKey = (read: UnwrappedKey): Fields =>
  read.ok ? { key: read.key, header: shownHeader(read.header) } : { error: read.error.code };

const isOurs = (code: string): code is KeyBlockErrorCode =>
  (keyBlockErrorCodes as readonly string[]).includes(code);

// The vectors name errors in words of their own. A word that the package has must be the very one,
// or the package's a finer one: `length-digits` is a kind of `length`. Where the package says the
// same with another word, being refused is what can be compared.
function refusing(codeOf: (input: Fields, vector: Vector) => string | undefined): Check {
  return (vector) => {
    const wanted = textAt(objectAt(vector, 'expect'), 'error');
    const got = codeOf(objectAt(vector, 'input'), vector);
    if (got === undefined) return `accepted, but ${wanted} expected`;
    if (got === wanted || got.startsWith(`${wanted}-`) || !isOurs(wanted)) return undefined;
    return `expected ${wanted}, got ${got}`;
  };
}

// The padding block PB says nothing of a key: some lists of optional blocks have it, ours does not.
function withoutPadding(vector: Vector): Vector {
  const expected = objectAt(vector, 'expect');
  const header = objectAt(expected, 'header');
  const { optionalBlocks } = header;
  if (!Array.isArray(optionalBlocks)) return vector;
  const kept = optionalBlocks.filter((block: Fields) => block['id'] !== 'PB');
  return { ...vector, expect: { ...expected, header: { ...header, optionalBlocks: kept } } };
}

/** Kinds of key blocks. */
export const keyBlockKinds: Kinds = {
  'tr31.header': comparing((input) => {
    const read = parseKeyBlockHeader(textAt(input, 'header'));
    if (!read.ok) return { error: read.error.code };
    return {
      ...shownHeader(read.header),
      consumed: read.consumed,
      blocks: blocksOf(read.header),
      redumped: formatKeyBlockHeader(read.header),
    };
  }),
  'tr31.header.error': refusing((input) => {
    const read = parseKeyBlockHeader(textAt(input, 'header'));
    return read.ok ? undefined : read.error.code;
  }),
  'tr31.kbkeys': comparing((input) => {
    const version = textAt(input, 'version');
    if (!isKeyBlockVersion(version)) return { error: 'version' };
    return deriveProtectionKeys(version, bytesAt(input, 'kbpk'));
  }),
  'tr31.unwrap': (vector) =>
    comparing((input) => shownKey(unwrapKeyBlock(bytesAt(input, 'kbpk'), textAt(input, 'block'))))(
      withoutPadding(vector),
    ),
  'tr31.unwrap.error': refusing((input) => {
    const read = unwrapKeyBlock(bytesAt(input, 'kbpk'), textAt(input, 'block'));
    return read.ok ? undefined : read.error.code;
  }),
  'tr31.wrap': comparing((input) => {
    const read = parseKeyBlockHeader(textAt(input, 'header'));
    if (!read.ok) return { error: read.error.code };
    const padding = bytesAt(input, 'padding');
    const key = bytesAt(input, 'key');
    const options = { random: (length: number) => new Uint8Array(length), padding };
    return { block: wrapKeyBlock(bytesAt(input, 'kbpk'), read.header, key, options) };
  }),
  'thales.keyblock': comparing((input) =>
    shownKey(unwrapThalesKeyBlock(bytesAt(input, 'kbpk'), textAt(input, 'block'))),
  ),
};
