// MACs of the soft module, under MAC keys and under DUKPT working keys.
import { equalConstantTime } from '@chipswitch/bytes';
import {
  TdesCipher,
  refuse,
  type Outcome,
  cmac,
  hmacSha,
  macAlgorithm1,
  retailMac,
  type DukptKeyType,
  type KeyUsage,
} from '@chipswitch/cryptography';
import type { MacAlgorithm, MacInput } from '../operations/data.ts';
import type { SecurityOperations } from '../security-module.ts';
import type { KeyPurpose, KeyTable } from './key-table.ts';
import { readyKey, releaseKey, type ReadyKey } from './working-key.ts';

/** Operations that authenticate data. */
export type MacOperations = Pick<SecurityOperations, 'generateMac' | 'verifyMac' | 'hmac'>;

// Key usages of X9.143 that an algorithm may be run with.
const usagesFor: Readonly<Record<MacAlgorithm, readonly KeyUsage[]>> = {
  'iso9797-1': ['M1', 'M0'],
  'iso9797-3': ['M3', 'M0'],
  cmac: ['M6', 'M0'],
  'hmac-sha256': ['M7'],
  'hmac-sha512': ['M7'],
};

// The working key that an algorithm wants of AES DUKPT; CMAC takes the base key's own type.
const workingTypes: Readonly<Partial<Record<MacAlgorithm, DukptKeyType>>> = {
  'iso9797-1': '2TDEA',
  'iso9797-3': '2TDEA',
  'hmac-sha256': 'HMAC128',
  'hmac-sha512': 'HMAC128',
};

// Undefined where the algorithm does not run with the key's cipher.
function compute(key: ReadyKey, input: MacInput): Uint8Array | undefined {
  const { cipher, derived, bytes, held } = key;
  const { algorithm, data, padding = 1 } = input;
  if (algorithm === 'hmac-sha256' || algorithm === 'hmac-sha512') {
    if (cipher !== undefined) return undefined;
    const hash = algorithm === 'hmac-sha256' ? 'sha256' : 'sha512';
    return hmacSha(hash, derived ? bytes : held.object, data);
  }
  if (cipher === undefined) return undefined;
  if (algorithm === 'cmac') return cmac(cipher, data);
  if (algorithm === 'iso9797-1') return macAlgorithm1(cipher, data, padding);
  return cipher instanceof TdesCipher && bytes.length === 16
    ? retailMac(cipher, data, padding)
    : undefined;
}

function macOf(keys: KeyTable, input: MacInput, purpose: KeyPurpose): Outcome<{ mac: Uint8Array }> {
  const key = readyKey(keys, input, {
    use: 'mac',
    usages: usagesFor[input.algorithm],
    purpose,
    type: workingTypes[input.algorithm],
  });
  if (!key.ok) return key;
  try {
    const mac = compute(key, input);
    if (mac === undefined) return refuse('key-usage', 'algorithm');
    const length = input.lengthBytes ?? mac.length;
    if (!Number.isInteger(length) || length < 4 || length > mac.length) {
      return refuse('input', 'length');
    }
    return { ok: true, mac: length === mac.length ? mac : mac.slice(0, length) };
  } finally {
    releaseKey(key);
  }
}

/** MACs over a table of keys. */
export function macOperations(keys: KeyTable): MacOperations {
  return {
    generateMac: (input) => macOf(keys, input, 'generate'),
    verifyMac: (input) => {
      const made = macOf(keys, { ...input, lengthBytes: input.mac.length }, 'verify');
      if (!made.ok) return made;
      return equalConstantTime(made.mac, input.mac) ? { ok: true } : refuse('not-verified');
    },
    hmac: ({ key, hash, data }) => {
      const held = keys.find(key, ['M7'], 'generate');
      if (held === undefined) return keys.refusal(key);
      return { ok: true, mac: hmacSha(hash, held.object, data) };
    },
  };
}
