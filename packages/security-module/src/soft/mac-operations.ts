// MAC, cipher and card-data operations of the soft module.
import { equalConstantTime } from '@chipswitch/bytes';
import { TdesCipher } from '../cipher/tdes.ts';
import { refuse, type Outcome } from '../errors.ts';
import { cmac } from '../mac/cmac.ts';
import { hmacSha } from '../mac/hmac.ts';
import { macAlgorithm1, retailMac } from '../mac/iso9797.ts';
import type { KeyUsage } from '../key.ts';
import type { HeldKey, KeyPurpose, KeyTable } from './key-table.ts';
import type { MacAlgorithm, MacInput } from '../operations/data.ts';
import type { SecurityOperations } from '../security-module.ts';

/** Operations on data. */
export type MacOperations = Pick<
  SecurityOperations,
  'generateMac' | 'verifyMac' | 'encrypt' | 'decrypt' | 'reencrypt' | 'decryptCardData' | 'hmac'
>;

// Key usages of X9.143 that an algorithm may be run with.
const usagesFor: Readonly<Record<MacAlgorithm, readonly KeyUsage[]>> = {
  'iso9797-1': ['M1', 'M0'],
  'iso9797-3': ['M3', 'M0'],
  cmac: ['M6', 'M0'],
  'hmac-sha256': ['M7'],
  'hmac-sha512': ['M7'],
};

// Undefined where the algorithm does not run with the key's cipher.
function compute(key: HeldKey, input: Omit<MacInput, 'key'>): Uint8Array | undefined {
  const { cipher, object, ref } = key;
  const { algorithm, data, padding = 1 } = input;
  if (algorithm === 'hmac-sha256') return hmacSha('sha256', object, data);
  if (algorithm === 'hmac-sha512') return hmacSha('sha512', object, data);
  if (cipher === undefined) return undefined;
  if (algorithm === 'cmac') return cmac(cipher, data);
  if (algorithm === 'iso9797-1') return macAlgorithm1(cipher, data, padding);
  return cipher instanceof TdesCipher && ref.algorithm === '2TDEA'
    ? retailMac(cipher, data, padding)
    : undefined;
}

/** MAC operations over a table of keys. */
export function macOperations(keys: KeyTable): MacOperations {
  function macOf(input: MacInput, purpose: KeyPurpose): Outcome<{ mac: Uint8Array }> {
    if (input.ksn !== undefined) return refuse('unsupported', 'ksn');
    const key = keys.find(input.key, usagesFor[input.algorithm], purpose);
    if (key === undefined) return keys.refusal(input.key);
    const mac = compute(key, input);
    if (mac === undefined) return refuse('key-usage', 'algorithm');
    const length = input.lengthBytes ?? mac.length;
    if (length < 4 || length > mac.length) return refuse('input', 'length');
    return { ok: true, mac: length === mac.length ? mac : mac.slice(0, length) };
  }

  return {
    generateMac: (input) => macOf(input, 'generate'),
    verifyMac: ({ mac, ...input }) => {
      const expected = macOf({ ...input, lengthBytes: mac.length }, 'verify');
      if (!expected.ok) return expected;
      return equalConstantTime(expected.mac, mac) ? { ok: true } : refuse('not-verified');
    },
    encrypt: () => refuse('unsupported'),
    decrypt: () => refuse('unsupported'),
    reencrypt: () => refuse('unsupported'),
    decryptCardData: () => refuse('unsupported'),
    hmac: ({ key, hash, data }) => {
      const held = keys.find(key, ['M7'], 'generate');
      if (held === undefined) return keys.refusal(key);
      return { ok: true, mac: hmacSha(hash, held.object, data) };
    },
  };
}
