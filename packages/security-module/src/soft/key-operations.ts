// Key management of the soft module.
import { checkBlock } from '../key/kcv.ts';
import { adjustParity } from '../key/parity.ts';
import { refuse } from '../errors.ts';
import { keyLengthBytes } from '../key.ts';
import type { KeyTable } from './key-table.ts';
import type { RandomSource } from './soft-module.ts';
import type { SecurityOperations } from '../security-module.ts';

/** Operations on keys themselves. */
export type KeyOperations = Pick<
  SecurityOperations,
  | 'generateKey'
  | 'importKey'
  | 'exportKey'
  | 'formKey'
  | 'kcv'
  | 'deriveInitialKey'
  | 'destroyKey'
  | 'listKeys'
>;

/** Key management over a table of keys. */
export function keyOperations(keys: KeyTable, random: RandomSource): KeyOperations {
  return {
    generateKey: ({ wrapUnder, ...attributes }) => {
      if (keys.has(attributes.id)) return refuse('not-allowed', 'id in use');
      if (wrapUnder !== undefined) return refuse('unsupported', 'wrapUnder');
      const length = attributes.algorithm === 'HMAC' ? 32 : keyLengthBytes[attributes.algorithm];
      const bytes = random(length);
      try {
        if (attributes.algorithm.endsWith('DEA')) adjustParity(bytes);
        return { ok: true, key: keys.add({ ...attributes, bytes }) };
      } finally {
        bytes.fill(0);
      }
    },
    importKey: () => refuse('unsupported'),
    exportKey: () => refuse('unsupported'),
    formKey: () => refuse('unsupported'),
    kcv: ({ key, method, lengthBytes = 3 }) => {
      const held = keys.get(key);
      if (held === undefined) return keys.refusal(key);
      if (held.cipher === undefined) return refuse('key-usage', 'no block cipher');
      const longest = method === 'legacy' || held.cipher.blockLength === 8 ? 8 : 16;
      if (lengthBytes < 3 || lengthBytes > longest) return refuse('input', 'length');
      return { ok: true, kcv: checkBlock(held.cipher, method).slice(0, lengthBytes) };
    },
    deriveInitialKey: () => refuse('unsupported'),
    destroyKey: ({ key }) => (keys.destroy(key) ? { ok: true } : keys.refusal(key)),
    listKeys: () => ({ ok: true, keys: keys.list() }),
  };
}
