// MACs of the soft module, under MAC keys and under DUKPT working keys.
import { equalConstantTime } from '@chipswitch/bytes';
import {
  TdesCipher,
  blockLengthOf,
  refuse,
  type Outcome,
  type Refusal,
  cmac,
  hmacSha,
  macAlgorithm1,
  macChain,
  retailMac,
  retailMacChain,
  retailMacLast,
  type DukptKeyType,
  type KeyUsage,
} from '@chipswitch/cryptography';
import type { MacAlgorithm, MacInput, MacPartInput } from '../operations/data.ts';
import type { SecurityOperations } from '../security-module.ts';
import type { KeyPurpose, KeyTable } from './key-table.ts';
import { readyKey, releaseKey, type ReadyKey } from './working-key.ts';

/** Operations that authenticate data. */
export type MacOperations = Pick<
  SecurityOperations,
  'chainMac' | 'generateMac' | 'verifyMac' | 'hmac'
>;

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
  const { algorithm, data, padding = 1, state } = input;
  if (algorithm === 'hmac-sha256' || algorithm === 'hmac-sha512') {
    if (cipher !== undefined) return undefined;
    const hash = algorithm === 'hmac-sha256' ? 'sha256' : 'sha512';
    return hmacSha(hash, derived ? bytes : held.object, data);
  }
  if (cipher === undefined) return undefined;
  if (algorithm === 'cmac') return cmac(cipher, data, state);
  if (algorithm === 'iso9797-1') return macAlgorithm1(cipher, data, padding, state);
  if (!(cipher instanceof TdesCipher) || bytes.length !== 16) return undefined;
  return state === undefined || padding === 3
    ? retailMac(cipher, data, padding)
    : retailMacLast(cipher, data, padding, state);
}

/** Why the last part of a message cannot be one. */
function partFault({ algorithm, data, key, padding, state }: MacInput): Refusal | undefined {
  if (state === undefined) return undefined;
  if (algorithm.startsWith('hmac')) return refuse('unsupported', 'hmac in parts');
  // Padding 3 puts the length of the whole in front of everything.
  if (padding === 3 && algorithm !== 'cmac') return refuse('unsupported', 'padding 3 in parts');
  if (state.length !== blockLengthOf(key.algorithm)) return refuse('input', 'state');
  return data.length === 0 ? refuse('input', 'length') : undefined;
}

function chainOf(keys: KeyTable, input: MacPartInput): Outcome<{ state: Uint8Array }> {
  const { algorithm, data, state } = input;
  if (algorithm.startsWith('hmac')) return refuse('unsupported', 'hmac in parts');
  const held = keys.find(input.key, usagesFor[algorithm], 'generate');
  if (held === undefined) return keys.refusal(input.key);
  const { cipher } = held;
  if (cipher === undefined) return refuse('key-usage', 'algorithm');
  const size = cipher.blockLength;
  if (data.length === 0 || data.length % size !== 0) return refuse('input', 'length');
  if (state !== undefined && state.length !== size) return refuse('input', 'state');
  if (algorithm !== 'iso9797-3') return { ok: true, state: macChain(cipher, data, state) };
  return cipher instanceof TdesCipher && held.bytes.length === 16
    ? { ok: true, state: retailMacChain(cipher, data, state) }
    : refuse('key-usage', 'algorithm');
}

function macOf(keys: KeyTable, input: MacInput, purpose: KeyPurpose): Outcome<{ mac: Uint8Array }> {
  const fault = partFault(input);
  if (fault !== undefined) return fault;
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
    chainMac: (input) => chainOf(keys, input),
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
