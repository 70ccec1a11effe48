// A PKCS #11 token behind the security module's interface, for what it can do wholly inside.
import { equalConstantTime, toHex } from '@chipswitch/bytes';
import { padForMac } from '@chipswitch/cryptography';
import {
  type Outcome,
  type Refusal,
  SecurityFault,
  refuse,
  blockLengthOf,
  type DukptKeyType,
  type KeyRef,
  type KeyWrapper,
  type StoredKey,
  type CipherInput,
  type DukptDirection,
  type HmacInput,
  type MacInput,
  type DeriveInitialKeyInput,
  type GenerateKeyAnswer,
  type GenerateKeyInput,
  type KcvInput,
  type SecurityOperations,
} from '@chipswitch/security-module';
import {
  CKM_AES_CBC,
  CKM_AES_CMAC,
  CKM_AES_ECB,
  CKM_AES_KEY_GEN,
  CKM_AES_KEY_WRAP,
  CKM_DES2_KEY_GEN,
  CKM_DES3_CBC,
  CKM_DES3_CMAC,
  CKM_DES3_ECB,
  CKM_DES3_KEY_GEN,
  CKM_SHA256_HMAC,
  CKM_SHA384_HMAC,
  CKM_SHA512_HMAC,
} from './constants.ts';
import { initialKeyOnToken, ksnFault, workingKeyOnToken } from './token-dukpt.ts';
import { verifyArqcOnToken } from './token-emv.ts';
import {
  type ClearTokenKey,
  type TokenKey,
  TokenKeys,
  lengthAttribute,
  tokenTemplate,
} from './token-keys.ts';
import { algorithm1, algorithm3, tokenCmac } from './token-mac.ts';
import { type Handle, Token, type TokenSettings } from './token.ts';

/** A token as security module. Its operations answer at once: calls into the library are synchronous. */
export interface Pkcs11Module extends SecurityOperations {
  /**
   * Brings a clear key onto the token; the bytes are clear in this process until the call returns.
   *
   * @throws SecurityFault `key-exists`, `key-length`, `configuration`
   */
  loadClearKey(key: ClearTokenKey): KeyRef;
  /**
   * Takes up a key that stands on the token under this label. Its check value is the token's own, if
   * the key may encipher; else the reference's is believed.
   *
   * @throws SecurityFault `key-exists`, or `configuration` when there is no such key or several
   */
  openKey(reference: KeyRef, label: string): KeyRef;
  /** Wraps and unwraps keys for a store by AES key wrap (RFC 3394) under a K0 or K1 AES key. */
  keyWrapper(under: KeyRef): KeyWrapper;
  /** Logs out and closes the library. */
  close(): void;
}

interface Context {
  readonly token: Token;
  readonly keys: TokenKeys;
}

const hashMechanisms = {
  sha256: CKM_SHA256_HMAC,
  sha384: CKM_SHA384_HMAC,
  sha512: CKM_SHA512_HMAC,
} as const;

const generationMechanisms: Readonly<Record<string, number>> = {
  '2TDEA': CKM_DES2_KEY_GEN,
  '3TDEA': CKM_DES3_KEY_GEN,
  AES128: CKM_AES_KEY_GEN,
  AES192: CKM_AES_KEY_GEN,
  AES256: CKM_AES_KEY_GEN,
};

/** Check value of a handle: zero block for TDEA, CMAC of it for AES. */
function checkValueOf(token: Token, handle: Handle, key: Pick<KeyRef, 'algorithm'>): string {
  const aes = key.algorithm.startsWith('AES');
  const zeros = new Uint8Array(aes ? 16 : 8);
  const value = aes
    ? token.sign({ mechanism: CKM_AES_CMAC }, handle, zeros)
    : token.encrypt({ mechanism: CKM_DES3_ECB }, handle, zeros);
  return toHex(value).slice(0, 6);
}

function openKey({ token, keys }: Context, reference: KeyRef, label: string): KeyRef {
  const handle = keys.findOnToken(reference, label);
  const { id, usage, algorithm } = reference;
  let { kcv } = reference;
  try {
    kcv = checkValueOf(token, handle, reference);
  } catch (error) {
    // A key that may only derive enciphers no zero block.
    const text = error instanceof Error ? error.message : '';
    if (!/CKR_KEY_FUNCTION_NOT_PERMITTED|CKR_KEY_TYPE_INCONSISTENT/.test(text)) throw error;
  }
  return keys.keep({ ref: { id, usage, algorithm, kcv }, handle, extractable: false });
}

function generateKey(
  { token, keys }: Context,
  input: GenerateKeyInput,
): Outcome<GenerateKeyAnswer> {
  const { id, usage, algorithm, wrapUnder } = input;
  if (wrapUnder !== undefined) return refuse('unsupported', 'key blocks');
  if (keys.has(id)) return refuse('not-allowed', 'id in use');
  const extractable = input.exportability !== undefined && input.exportability !== 'N';
  const template = tokenTemplate(usage, algorithm, extractable);
  // The check value of an HMAC key is over no data, which tokens refuse to sign.
  const mechanism = generationMechanisms[algorithm];
  if (template === undefined || mechanism === undefined) return refuse('unsupported', 'usage');
  // Algorithm 3 needs the left half as a key of its own, which only a key from outside can give.
  if (usage === 'M3') return refuse('unsupported', 'retail MAC keys are loaded, not generated');
  const whole = [...template, ...lengthAttribute(algorithm)];
  const handle = token.cryptoki.C_GenerateKey(token.session, { mechanism }, whole);
  const ref = { id, usage, algorithm, kcv: checkValueOf(token, handle, { algorithm }) };
  return { ok: true, key: keys.keep({ ref, handle, extractable }) };
}

function kcvOf({ token, keys }: Context, input: KcvInput): Outcome<{ kcv: Uint8Array }> {
  const found = keys.find(input.key);
  if (!found.ok) return found;
  const { handle, ref } = found.key;
  const size = blockLengthOf(ref.algorithm);
  if (size === 0) return refuse('key-usage', 'no block cipher');
  const length = input.lengthBytes ?? 3;
  if (length < 3 || length > (input.method === 'legacy' ? 8 : size))
    return refuse('input', 'length');
  const zeros = new Uint8Array(size);
  const mechanism = size === 16 ? CKM_AES_ECB : CKM_DES3_ECB;
  if (input.method === 'legacy') {
    return { ok: true, kcv: token.encrypt({ mechanism }, handle, zeros).slice(0, length) };
  }
  const cmac = size === 16 ? CKM_AES_CMAC : CKM_DES3_CMAC;
  return { ok: true, kcv: token.sign({ mechanism: cmac }, handle, zeros).slice(0, length) };
}

type MacSource = { readonly ok: true; readonly key: TokenKey } | Refusal;

function macKeyOf({ keys }: Context, input: MacInput): MacSource {
  const usages = { 'iso9797-1': 'M1', 'iso9797-3': 'M3', cmac: 'M6' } as const;
  if (input.algorithm.startsWith('hmac')) return keys.find(input.key, ['M7']);
  return keys.find(input.key, [usages[input.algorithm as 'cmac'], 'M0']);
}

interface DukptUse {
  readonly key: KeyRef;
  readonly direction?: DukptDirection;
  readonly workingKeyType?: DukptKeyType;
}

/** Does some work with an AES-128 DUKPT working key, which is gone from the token afterwards. */
function withDukptKey<T extends object>(
  { token, keys }: Context,
  input: DukptUse,
  ksn: Uint8Array,
  use: 'mac' | 'data',
  work: (working: Handle) => T,
): Outcome<T> {
  const found = keys.find(input.key, ['B0', 'B1']);
  if (!found.ok) return found;
  const { key } = found;
  if (key.ref.algorithm !== 'AES128') return refuse('unsupported', 'DUKPT algorithm');
  if ((input.workingKeyType ?? 'AES128') !== 'AES128') {
    return refuse('unsupported', 'working key type');
  }
  const fault = ksnFault(ksn);
  if (fault !== undefined) return refuse(fault === 'length' ? 'ksn' : 'ksn-exhausted', fault);
  const wanted = { use, direction: input.direction ?? 'request' } as const;
  return token.withKeys((keep) => {
    const initial =
      key.ref.usage === 'B1'
        ? key.handle
        : keep(initialKeyOnToken(token, key.handle, ksn.slice(0, 8)));
    const done = work(workingKeyOnToken(token, initial, ksn, wanted, keep));
    return { ok: true, ...done };
  });
}

function dukptMac(
  context: Context,
  input: MacInput,
  ksn: Uint8Array,
): Outcome<{ mac: Uint8Array }> {
  if (input.algorithm !== 'cmac') return refuse('unsupported', 'working key type');
  if (input.data.length === 0) return refuse('unsupported', 'no data');
  const { token } = context;
  return withDukptKey(context, input, ksn, 'mac', (working) => ({
    mac: tokenCmac(token, working, input.data, true),
  }));
}

function computeMac(context: Context, input: MacInput): Outcome<{ mac: Uint8Array }> {
  if (input.state !== undefined) return refuse('unsupported', 'in parts');
  if (input.ksn !== undefined) return dukptMac(context, input, input.ksn);
  const found = macKeyOf(context, input);
  if (!found.ok) return found;
  if (input.data.length === 0 && !input.algorithm.startsWith('iso')) {
    return refuse('unsupported', 'no data');
  }
  const { token } = context;
  const { handle, left, ref } = found.key;
  const aes = ref.algorithm.startsWith('AES');
  switch (input.algorithm) {
    case 'cmac':
      return { ok: true, mac: tokenCmac(token, handle, input.data, aes) };
    case 'iso9797-1': {
      const padded = padForMac(input.data, input.padding ?? 1, aes ? 16 : 8);
      return { ok: true, mac: algorithm1(token, handle, padded, aes) };
    }
    case 'iso9797-3': {
      if (left === undefined) return refuse('key-usage', 'algorithm');
      const padded = padForMac(input.data, input.padding ?? 1, 8);
      return { ok: true, mac: algorithm3(token, { whole: handle, left }, padded) };
    }
    case 'hmac-sha256':
      return { ok: true, mac: token.sign({ mechanism: CKM_SHA256_HMAC }, handle, input.data) };
    case 'hmac-sha512':
      return { ok: true, mac: token.sign({ mechanism: CKM_SHA512_HMAC }, handle, input.data) };
    default:
      return input.algorithm satisfies never;
  }
}

function generateMac(context: Context, input: MacInput): Outcome<{ mac: Uint8Array }> {
  const made = computeMac(context, input);
  if (!made.ok) return made;
  const length = input.lengthBytes ?? made.mac.length;
  if (!Number.isInteger(length) || length < 4 || length > made.mac.length) {
    return refuse('input', 'length');
  }
  return { ok: true, mac: made.mac.slice(0, length) };
}

function cipher(
  context: Context,
  input: CipherInput,
  direction: 'encrypt' | 'decrypt',
): Outcome<{ data: Uint8Array }> {
  const { token, keys } = context;
  const { data, ksn } = input;
  if (input.mode === 'gcm') return refuse('unsupported', input.mode);
  const found = keys.find(input.key, ksn === undefined ? ['D0'] : ['B0', 'B1']);
  if (!found.ok) return found;
  const { handle, ref } = found.key;
  const aes = ref.algorithm.startsWith('AES');
  const size = aes ? 16 : 8;
  if (data.length === 0 || data.length % size !== 0) return refuse('input', 'length');
  const iv = Buffer.from(input.iv ?? new Uint8Array(size));
  if (iv.length !== size) return refuse('input', 'iv');
  const mechanism =
    input.mode === 'ecb'
      ? { mechanism: aes ? CKM_AES_ECB : CKM_DES3_ECB }
      : { mechanism: aes ? CKM_AES_CBC : CKM_DES3_CBC, parameter: iv };
  if (ksn === undefined) return { ok: true, data: token[direction](mechanism, handle, data) };
  return withDukptKey(context, input, ksn, 'data', (working) => ({
    data: token[direction](mechanism, working, data),
  }));
}

function hmac(
  { token, keys }: Context,
  { key, hash, data }: HmacInput,
): Outcome<{ mac: Uint8Array }> {
  const found = keys.find(key, ['M7']);
  if (!found.ok) return found;
  return {
    ok: true,
    mac: token.sign({ mechanism: hashMechanisms[hash] }, found.key.handle, data),
  };
}

function deriveInitialKey(
  { token, keys }: Context,
  input: DeriveInitialKeyInput,
): Outcome<{ key: KeyRef }> {
  if (keys.has(input.id)) return refuse('not-allowed', 'id in use');
  const found = keys.find(input.key, ['B0']);
  if (!found.ok) return found;
  if (found.key.ref.algorithm !== 'AES128') return refuse('unsupported', 'algorithm');
  if (input.ksn.length !== 8 && input.ksn.length !== 12) return refuse('ksn', 'length');
  const handle = initialKeyOnToken(token, found.key.handle, input.ksn.slice(0, 8));
  const about = { id: input.id, usage: 'B1', algorithm: 'AES128' } as const;
  const ref = { ...about, kcv: checkValueOf(token, handle, about) };
  return { ok: true, key: keys.keep({ ref, handle, extractable: false }) };
}

function wrapperOf({ token, keys }: Context, under: KeyRef): KeyWrapper {
  const found = keys.find(under, ['K0', 'K1']);
  if (!found.ok) throw new SecurityFault('configuration', `wrapping key: ${found.error.code}`);
  const wrapping = found.key.handle;
  const mechanism = { mechanism: CKM_AES_KEY_WRAP };
  return {
    name: `aes-kw:${under.id}:${under.kcv}`,
    wrap: guarded((ref: KeyRef) => {
      const key = keys.find(ref);
      if (!key.ok) return key;
      if (!key.key.extractable) return refuse('not-allowed', 'exportability');
      const { cryptoki, session } = token;
      const wrapped = cryptoki.C_WrapKey(
        session,
        mechanism,
        wrapping,
        key.key.handle,
        Buffer.alloc(64),
      );
      return { ok: true, wrapped: toHex(wrapped) };
    }),
    unwrap: guarded(({ id, usage, algorithm, kcv, wrapped }: StoredKey) => {
      if (keys.has(id)) return refuse('not-allowed', 'id in use');
      const template = algorithm === 'HMAC' ? undefined : tokenTemplate(usage, algorithm, true);
      if (template === undefined || !/^([0-9A-F]{2})+$/.test(wrapped)) return refuse('key-block');
      const { cryptoki, session } = token;
      const block = Buffer.from(wrapped, 'hex');
      const handle = cryptoki.C_UnwrapKey(session, mechanism, wrapping, block, template);
      const ref = { id, usage, algorithm, kcv: checkValueOf(token, handle, { algorithm }) };
      if (ref.kcv === kcv.slice(0, 6)) {
        return { ok: true, key: keys.keep({ ref, handle, extractable: true }) };
      }
      token.destroy(handle);
      return refuse('not-verified', 'check value');
    }),
  };
}

/** Errors of the library that come from what a caller gave; others say that the token is not there. */
const refusalsByError: Readonly<Record<string, Refusal>> = {
  CKR_KEY_SIZE_RANGE: refuse('key-usage', 'key length'),
  CKR_KEY_FUNCTION_NOT_PERMITTED: refuse('key-usage', 'not permitted'),
  CKR_KEY_TYPE_INCONSISTENT: refuse('key-usage', 'key type'),
  CKR_KEY_UNEXTRACTABLE: refuse('not-allowed', 'exportability'),
  CKR_DATA_LEN_RANGE: refuse('input', 'length'),
  CKR_ENCRYPTED_DATA_LEN_RANGE: refuse('input', 'length'),
  CKR_WRAPPED_KEY_INVALID: refuse('key-block', 'wrapped key'),
  CKR_WRAPPED_KEY_LEN_RANGE: refuse('key-block', 'wrapped key'),
  CKR_MECHANISM_INVALID: refuse('unsupported', 'mechanism'),
};

/** Runs an operation; an error of the library becomes one of the closed set. */
function guarded<Input, Result extends object>(
  work: (input: Input) => Outcome<Result>,
): (input: Input) => Outcome<Result> {
  return (input) => {
    try {
      return work(input);
    } catch (error) {
      if (error instanceof SecurityFault || !(error instanceof Error)) throw error;
      const name = /CKR_[A-Z_]+/.exec(error.message)?.[0] ?? 'CKR';
      return refusalsByError[name] ?? refuse('unavailable', name.toLowerCase());
    }
  };
}

const unsupported = (): Refusal => refuse('unsupported');

/**
 * Opens a token as security module.
 *
 * @throws SecurityFault `configuration` when pkcs11js is not installed or the token does not open
 * @example
 * const module = openPkcs11Module({
 *   modulePath: '/usr/lib/softhsm/libsofthsm2.so', tokenLabel: 'switch', userPin: '…',
 * });
 */
export function openPkcs11Module(settings: TokenSettings): Pkcs11Module {
  const token = new Token(settings);
  const keys = new TokenKeys(token);
  const context: Context = { token, keys };
  return {
    loadClearKey: (key) => keys.create(key),
    openKey: (reference, label) => openKey(context, reference, label),
    keyWrapper: (under) => wrapperOf(context, under),
    close: () => token.close(),
    health: () => ({
      ok: true,
      health: {
        backend: 'pkcs11',
        clearKeysInProcess: false,
        firmware: token.firmware,
        masterKey: token.label,
      },
    }),
    generateKey: guarded((input) => generateKey(context, input)),
    kcv: guarded((input) => kcvOf(context, input)),
    deriveInitialKey: guarded((input) => deriveInitialKey(context, input)),
    destroyKey: ({ key }) => (keys.destroy(key) ? { ok: true } : refuse('key-unknown')),
    listKeys: () => ({ ok: true, keys: keys.list() }),
    generateMac: guarded((input) => generateMac(context, input)),
    verifyMac: guarded((input) => {
      const made = generateMac(context, { ...input, lengthBytes: input.mac.length });
      if (!made.ok) return made;
      return equalConstantTime(made.mac, input.mac) ? { ok: true } : refuse('not-verified');
    }),
    verifyArqc: guarded((input) => verifyArqcOnToken(token, keys, input)),
    encrypt: guarded((input) => cipher(context, input, 'encrypt')),
    decrypt: guarded((input) => cipher(context, input, 'decrypt')),
    hmac: guarded((input) => hmac(context, input)),
    random: ({ lengthBytes }) =>
      Number.isInteger(lengthBytes) && lengthBytes >= 1 && lengthBytes <= 65_536
        ? { ok: true, bytes: token.random(lengthBytes) }
        : refuse('input', 'length'),
    // Key blocks, PINs and card codes would bring keys or PINs into this process: no mechanism of
    // PKCS #11 v2.40 does them inside.
    importKey: unsupported,
    chainMac: unsupported,
    exportKey: unsupported,
    formKey: unsupported,
    translatePin: unsupported,
    verifyPin: unsupported,
    generatePinData: unsupported,
    generateCardCode: unsupported,
    verifyCardCode: unsupported,
    scriptMac: unsupported,
    scriptEncrypt: unsupported,
    pinChange: unsupported,
    reencrypt: unsupported,
    decryptCardData: unsupported,
  };
}
