// The PKCS #11 backend on SoftHSM2, held to the soft module; it runs where both are installed.
import { spawnSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  aesRule,
  cardKeyItself,
  commonRule,
  mastercardRule,
  unionPayRule,
  TdesCipher,
  adjustParity,
  atcDiversifier,
  commonSessionKey,
  cryptogramVersion,
  deriveCardKey,
  mastercardSessionKey,
  retailMac,
  unionPaySessionKey,
} from '@chipswitch/cryptography';
import {
  type CryptogramVersionId,
  type KeyAlgorithm,
  type KeyUsage,
  type Outcome,
  type KeyRef,
  createSoftModule,
} from '@chipswitch/security-module';
import { describeBackend } from '@chipswitch/security-module/backend-suite';
import { describeVectors } from '@chipswitch/security-module/backend-vectors';
import { describePartly } from '@chipswitch/security-module/partial-vectors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pkcs11Module, type TokenSettings, openPkcs11Module } from '../src/index.ts';

const library = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so'].find(
  (path) => existsSync(path),
);
// Where pkcs11js and koffi are installed, if not beside this package.
const modules = process.env['CHIPSWITCH_PKCS11_MODULES'] ?? process.cwd();

function optional(name: string): unknown {
  try {
    return createRequire(join(modules, 'package.json'))(name);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

type CryptokiModule = NonNullable<TokenSettings['cryptoki']>;
const cryptoki = optional('pkcs11js') as CryptokiModule | undefined;
const koffi = optional('koffi') as { address(memory: Buffer): bigint } | undefined;
const missing = [
  library === undefined ? 'SoftHSM2 (Debian: softhsm2)' : '',
  cryptoki === undefined ? 'pkcs11js (CHIPSWITCH_PKCS11_MODULES)' : '',
].filter((name) => name !== '');
const reason = missing.length === 0 ? '' : `skipped: not installed: ${missing.join(', ')}`;
const emvReason = koffi === undefined ? 'skipped: not installed: koffi' : '';

const clear = '13345779133457791AE6FBC2D9A2B64C';
const folder = mkdtempSync(join(tmpdir(), 'softhsm-'));
const soft = createSoftModule({ allowClearKeysInProcess: true });
let token: Pkcs11Module;

function open(withAddresses: boolean): Pkcs11Module {
  if (library === undefined || cryptoki === undefined) throw new Error(reason);
  const settings: TokenSettings = {
    modulePath: library,
    tokenLabel: 'test',
    userPin: '98765432',
    cryptoki,
  };
  return openPkcs11Module(
    withAddresses && koffi !== undefined
      ? { ...settings, addressOf: (memory) => koffi.address(memory) }
      : settings,
  );
}

beforeAll(() => {
  if (missing.length > 0) return;
  mkdirSync(join(folder, 'tokens'));
  writeFileSync(
    join(folder, 'softhsm2.conf'),
    `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`,
  );
  process.env['SOFTHSM2_CONF'] = join(folder, 'softhsm2.conf');
  const pins = ['--so-pin', '12345678', '--pin', '98765432'];
  const made = spawnSync('softhsm2-util', ['--init-token', '--free', '--label', 'test', ...pins]);
  expect(made.status).toBe(0);
  writeFileSync(join(folder, 'aes.key'), fromHex(clear));
  for (const [label, id] of [
    ['vault-key', 'A1'],
    ['twice', 'A2'],
    ['twice', 'A3'],
  ]) {
    const named = ['--label', label, '--id', id, '--token', 'test', '--pin', '98765432'];
    const file = ['--import', join(folder, 'aes.key'), '--aes'];
    const brought = spawnSync('softhsm2-util', [...file, ...named]);
    expect(brought.status).toBe(0);
  }
  token = open(true);
});
afterAll(() => {
  if (missing.length === 0) token.close();
  rmSync(folder, { recursive: true });
});

let loaded = 0;

/** The same key in both modules. */
function load(usage: KeyUsage, algorithm: KeyAlgorithm, hex: string): [KeyRef, KeyRef] {
  const id = `key-${++loaded}`;
  const key = { id, usage, algorithm, bytes: fromHex(hex), exportability: 'S' } as const;
  return [soft.loadClearKey(key), token.loadClearKey(key)];
}

function value<T extends object>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.error.code} ${outcome.error.detail ?? ''}`);
  return outcome;
}
const codeOf = (outcome: Outcome): string => (outcome.ok ? 'ok' : outcome.error.code);

describe.skipIf(missing.length > 0)(`PKCS #11 on SoftHSM2 ${reason}`, () => {
  it('says what it is', () => {
    const { health } = value(token.health());
    expect([health.backend, health.clearKeysInProcess, health.masterKey]).toEqual([
      'pkcs11',
      false,
      'test',
    ]);
    expect(value(token.random({ lengthBytes: 100 })).bytes).toHaveLength(100);
  });
  it('B16: takes up a key that stands on the token by its label, and only one that is there once', () => {
    const reference = { id: 'vault', usage: 'D0', algorithm: 'AES128', kcv: '000000' } as const;
    const key = token.openKey(reference, 'vault-key');
    const [softKey] = load('D0', 'AES128', clear);
    expect(key).toEqual({ ...reference, kcv: softKey.kcv });
    const data = Uint8Array.from({ length: 32 }, (_, i) => i);
    const enciphered = value(soft.encrypt({ key: softKey, mode: 'cbc', data })).data;
    expect(value(token.decrypt({ key, mode: 'cbc', data: enciphered })).data).toEqual(data);
    expect(() => token.openKey(reference, 'vault-key')).toThrow('in use');
    const other = { ...reference, id: 'other' };
    expect(() => token.openKey(other, 'nowhere')).toThrow('no AES128 key of label "nowhere"');
    expect(() => token.openKey(other, 'twice')).toThrow('more than one');
    expect(() => token.openKey({ ...other, algorithm: '2TDEA' }, 'vault-key')).toThrow('no 2TDEA');
  });
  it.each([
    ['2TDEA', clear],
    ['3TDEA', `${clear}0123456789ABCDEF`],
    ['AES128', clear],
    ['AES256', clear + clear],
  ] as const)('gives the check values of a %s key', (algorithm, hex) => {
    const [softKey, key] = load('D0', algorithm, hex);
    expect(key.kcv).toBe(softKey.kcv);
    for (const method of ['legacy', 'cmac'] as const) {
      const expected = value(soft.kcv({ key: softKey, method, lengthBytes: 5 })).kcv;
      expect(toHex(value(token.kcv({ key, method, lengthBytes: 5 })).kcv)).toBe(toHex(expected));
    }
    const data = Uint8Array.from({ length: 32 }, (_, i) => i);
    for (const mode of ['ecb', 'cbc'] as const) {
      const expected = value(soft.encrypt({ key: softKey, mode, data })).data;
      const got = value(token.encrypt({ key, mode, data })).data;
      expect(toHex(got)).toBe(toHex(expected));
      expect(toHex(value(token.decrypt({ key, mode, data: got })).data)).toBe(toHex(data));
    }
  });
  it.each([
    ['iso9797-1', 'M1', '2TDEA', clear],
    ['iso9797-3', 'M3', '2TDEA', clear],
    ['cmac', 'M6', '2TDEA', clear],
    ['cmac', 'M6', '3TDEA', `${clear}0123456789ABCDEF`],
    ['cmac', 'M6', 'AES128', clear],
    ['cmac', 'M6', 'AES256', clear + clear],
    ['hmac-sha256', 'M7', 'HMAC', clear + clear],
    ['hmac-sha512', 'M7', 'HMAC', clear + clear + clear + clear],
  ] as const)('%s under %s %s is the soft module’s', (algorithm, usage, keyAlgorithm, hex) => {
    const [softKey, key] = load(usage, keyAlgorithm, hex);
    for (const padding of [1, 2, 3] as const) {
      for (const length of [0, 7, 8, 16, 100]) {
        const data = Uint8Array.from({ length }, (_, i) => i * 5);
        const input = { algorithm, padding, data };
        if (length === 0 && !algorithm.startsWith('iso')) {
          // Tokens refuse to sign nothing.
          expect(codeOf(token.generateMac({ key, ...input }))).toBe('unsupported');
          continue;
        }
        const expected = value(soft.generateMac({ key: softKey, ...input })).mac;
        const made = value(token.generateMac({ key, ...input })).mac;
        expect([length, toHex(made)]).toEqual([length, toHex(expected)]);
        const wrong = made.map((byte) => byte ^ 1);
        expect(codeOf(token.verifyMac({ key, ...input, mac: made }))).toBe('ok');
        expect(codeOf(token.verifyMac({ key, ...input, mac: wrong }))).toBe('not-verified');
      }
    }
  });
  it('AES DUKPT: the initial key of X9.24-3 CMACs and ciphertexts of the soft module', () => {
    const [softBdk, bdk] = load('B0', 'AES128', 'FEDCBA9876543210F1F1F1F1F1F1F1F1');
    const initialKeyId = fromHex('1234567890123456');
    const id = 'initial';
    const softInitial = value(soft.deriveInitialKey({ id, key: softBdk, ksn: initialKeyId })).key;
    const initial = value(token.deriveInitialKey({ id, key: bdk, ksn: initialKeyId })).key;
    expect(initial.kcv).toBe(softInitial.kcv);
    const data = fromHex('0102030405');
    for (const counter of ['00000001', '00000003', '0000FFFF', '10000001']) {
      const ksn = fromHex(`1234567890123456${counter}`);
      for (const direction of ['request', 'response', 'both'] as const) {
        const input = { algorithm: 'cmac', data, ksn, direction } as const;
        const expected = value(soft.generateMac({ key: softBdk, ...input })).mac;
        expect(toHex(value(token.generateMac({ key: bdk, ...input })).mac)).toBe(toHex(expected));
        expect(toHex(value(token.generateMac({ key: initial, ...input })).mac)).toBe(
          toHex(expected),
        );
        const block = { mode: 'cbc', data: fromHex('00'.repeat(32)), ksn, direction } as const;
        const enciphered = value(soft.encrypt({ key: softBdk, ...block })).data;
        expect(value(token.encrypt({ key: initial, ...block })).data).toEqual(enciphered);
      }
    }
    const exhausted = {
      algorithm: 'cmac',
      data,
      ksn: fromHex(`1234567890123456FFFFFFFF`),
    } as const;
    expect(codeOf(token.generateMac({ key: bdk, ...exhausted }))).toBe('ksn-exhausted');
    // Working keys of another type are said to be impossible, and never taken for AES-128.
    const longer = { ...exhausted, ksn: fromHex(`123456789012345600000001`) } as const;
    const asked = { key: bdk, ...longer, workingKeyType: 'AES256' } as const;
    expect(codeOf(token.generateMac(asked))).toBe('unsupported');
    const none = { key: bdk, ...longer, data: new Uint8Array(0) };
    expect(codeOf(token.generateMac(none))).toBe('unsupported');
  });
  it.skipIf(koffi === undefined)(`verifies cryptograms inside ${emvReason}`, () => {
    const versions: readonly (readonly [CryptogramVersionId, object])[] = [
      ['visa-cvn10', { arc: fromHex('3030') }],
      ['visa-cvn18', { csu: fromHex('00820000') }],
      ['mc-cvn16', { arc: fromHex('0010') }],
      ['mc-cvn20', { arc: fromHex('0010') }],
      ['ccd-a5', { csu: fromHex('00820000'), proprietaryData: fromHex('0102') }],
      ['unionpay-cvn01', { arc: fromHex('3030') }],
    ];
    for (const [cvn, answer] of versions) {
      const [softKey, key] = load('E0', '2TDEA', 'C1D02C3B5E5F9EC7CE0B4A2F3D1F6E8A');
      const arpc = answer as { arc: Uint8Array };
      const about = {
        pan: '41234567890123456',
        panSequenceNumber: '01',
        cvn,
        transactionData: fromHex('00112233445566778899AABBCC'),
        atc: fromHex('005B'),
        unpredictableNumber: fromHex('01020304'),
      };
      const arqc = cryptogramBySearch(softKey, about);
      const expected = value(soft.verifyArqc({ key: softKey, ...about, arqc, arpc }));
      const got = value(token.verifyArqc({ key, ...about, arqc, arpc }));
      expect([cvn, toHex(got.arpc ?? new Uint8Array(0))]).toEqual([
        cvn,
        toHex(expected.arpc ?? new Uint8Array(0)),
      ]);
      const wrong = arqc.map((byte) => byte ^ 1);
      expect(codeOf(token.verifyArqc({ key, ...about, arqc: wrong }))).toBe('not-verified');
    }
  });
  it('wraps keys for a store by AES key wrap and takes them back', async () => {
    const [, kek] = load('K1', 'AES256', clear + clear);
    const [, key] = load('M6', 'AES128', clear);
    const wrapper = token.keyWrapper(kek);
    const { wrapped } = value(await wrapper.wrap(key));
    // Vector of RFC 3394's way by node:crypto.
    const independent = createCipheriv(
      'aes256-wrap',
      fromHex(clear + clear),
      Buffer.alloc(8, 0xa6),
    );
    const expected = Buffer.concat([independent.update(fromHex(clear)), independent.final()]);
    expect(wrapped).toBe(expected.toString('hex').toUpperCase());
    const stored = { ...key, id: 'back', wrapped };
    const back = value(await wrapper.unwrap(stored));
    expect(back.key.kcv).toBe(key.kcv);
    expect(codeOf(await wrapper.unwrap({ ...stored, id: 'x', kcv: 'FFFFFF' }))).toBe(
      'not-verified',
    );
    const broken = wrapped.replace(/^../, wrapped.startsWith('00') ? '01' : '00');
    const refused = await wrapper.unwrap({ ...stored, id: 'y', wrapped: broken });
    expect(codeOf(refused)).toMatch(/key-block|unavailable|not-verified/);
  });
  it('makes keys that never leave, and destroys them', async () => {
    const made = value(token.generateKey({ id: 'made', usage: 'M6', algorithm: 'AES256' })).key;
    const [, kek] = load('K1', 'AES256', clear + clear);
    expect(codeOf(await token.keyWrapper(kek).wrap(made))).toBe('not-allowed');
    expect(codeOf(token.destroyKey({ key: made }))).toBe('ok');
    expect(codeOf(token.kcv({ key: made, method: 'cmac' }))).toBe('key-unknown');
    expect(codeOf(token.generateKey({ id: 'made', usage: 'M6', algorithm: 'AES256' }))).toBe(
      'not-allowed',
    );
  });
  it('refuses what would bring a key or a PIN into this process', () => {
    const [, key] = load('D0', 'AES128', clear);
    const pin = { key, format: 0, pan: '4123456789012349', block: new Uint8Array(8) } as const;
    expect(codeOf(token.translatePin({ from: pin, to: { key, format: 0 } }))).toBe('unsupported');
    const reference = { method: 'visa-pvv', key, pvki: '1', pvv: '1234' } as const;
    expect(codeOf(token.verifyPin({ pin, reference }))).toBe('unsupported');
    expect(codeOf(token.importKey({ id: 'i', under: key, block: 'D' }))).toBe('unsupported');
    expect(codeOf(token.exportKey({ key, under: key, format: 'tr31-D' }))).toBe('unsupported');
    const mac = { algorithm: 'cmac', data: new Uint8Array(1) } as const;
    expect(codeOf(token.generateMac({ key, ...mac }))).toBe('key-usage');
  });
  it('without a library, a token or a PIN is our own fault', () => {
    const settings = { tokenLabel: 'test', userPin: '1', modulePath: '/no/such.so' };
    const absent = cryptoki === undefined ? settings : { ...settings, cryptoki };
    expect(() => openPkcs11Module(absent)).toThrow('does not open');
  });
});

if (missing.length === 0) {
  const operations = new Set([
    'health',
    'generateKey',
    'kcv',
    'deriveInitialKey',
    'destroyKey',
    'listKeys',
    'generateMac',
    'verifyMac',
    'encrypt',
    'decrypt',
    'hmac',
    'random',
    ...(koffi === undefined ? [] : (['verifyArqc'] as const)),
  ] as const);
  // The library is initialised once in a process: the suite borrows the token opened above.
  describeBackend('PKCS #11 (SoftHSM2)', { operations }, () => ({
    module: token,
    load: (key) => token.loadClearKey({ ...key, id: `suite-${key.id}` }),
  }));
  const kinds = ['kcv', 'ac', 'arqc', 'dukpt.aes.data'];
  describeVectors('PKCS #11 (SoftHSM2)', { operations, kinds }, () => ({
    module: token,
    load: (key) => token.loadClearKey({ ...key, id: `whole-${key.id}` }),
  }));
  describePartly('PKCS #11 (SoftHSM2)', ['cmac', 'mac.iso9797', 'dukpt.aes.mac'], () => ({
    module: token,
    load: (key) => token.loadClearKey(key),
  }));
}

/** The cryptogram by the soft module's own MAC: a retail MAC key loaded with the session key. */
function cryptogramBySearch(
  key: KeyRef,
  input: Omit<Parameters<typeof soft.verifyArqc>[0], 'key' | 'arqc'>,
): Uint8Array {
  const { cvn, pan, panSequenceNumber, atc, unpredictableNumber, transactionData } = input;
  const row = typeof cvn === 'string' ? cryptogramVersion(cvn) : undefined;
  if (row === undefined || !(transactionData instanceof Uint8Array)) throw new Error('no row');
  const master = fromHex('C1D02C3B5E5F9EC7CE0B4A2F3D1F6E8A');
  const card = deriveCardKey(
    new TdesCipher(adjustParity(master)),
    row.option,
    pan,
    panSequenceNumber,
  );
  const un = unpredictableNumber ?? new Uint8Array(4);
  const session = new Map([
    [cardKeyItself, () => card],
    [commonRule, () => commonSessionKey(card, atcDiversifier(atc))],
    [mastercardRule, () => mastercardSessionKey(card, atc, un)],
    [unionPayRule, () => unionPaySessionKey(card, atc)],
    [aesRule, () => card],
  ]).get(row.sessionKey)!();
  expect(key.usage).toBe('E0');
  return retailMac(new TdesCipher(session), transactionData, row.padding === 1 ? 1 : 2);
}
