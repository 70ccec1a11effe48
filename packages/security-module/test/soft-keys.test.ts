// Keys of the soft module: what may be done with which, in and out as blocks, components, destruction.
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type Exportability,
  type KeyAlgorithm,
  type KeyUsage,
  keyUsages,
  type ModeOfUse,
  SecurityFault,
  usualModeOfUse,
} from '../src/index.ts';
import { createSoftModule, type KeyBlockFormat, type KeyRef, type NewKey } from '../src/index.ts';

const hex16 = '0123456789ABCDEFFEDCBA9876543210';
const started = () => createSoftModule({ allowClearKeysInProcess: true });

function withKey(usage: KeyUsage, algorithm: KeyAlgorithm, more: Partial<NewKey> = {}) {
  const module = started();
  const length = { DEA: 8, '2TDEA': 16, '3TDEA': 24, AES128: 16, AES192: 24, AES256: 32, HMAC: 32 };
  const bytes = new Uint8Array(length[algorithm]).map((_, i) => 17 * i + 1);
  return { module, key: module.loadClearKey({ id: 'key', usage, algorithm, bytes, ...more }) };
}

describe('loading', () => {
  it.each<[KeyAlgorithm, number]>([
    ['DEA', 16],
    ['2TDEA', 8],
    ['2TDEA', 24],
    ['3TDEA', 16],
    ['AES128', 24],
    ['AES256', 16],
    ['HMAC', 15],
  ])('%s refuses %i bytes', (algorithm, length) => {
    expect(() =>
      started().loadClearKey({ id: 'x', usage: 'D0', algorithm, bytes: new Uint8Array(length) }),
    ).toThrow(SecurityFault);
  });
  it('refuses an id that is or was in use', () => {
    const { module, key } = withKey('P0', '2TDEA');
    const again = { id: 'key', usage: 'P0', algorithm: '2TDEA', bytes: fromHex(hex16) } as const;
    expect(() => module.loadClearKey(again)).toThrow(SecurityFault);
    expect(module.destroyKey({ key })).toEqual({ ok: true });
    expect(() => module.loadClearKey(again)).toThrow(SecurityFault);
  });
  it('copies the bytes, and shows none of them', () => {
    const module = started();
    const bytes = fromHex(hex16);
    const key = module.loadClearKey({ id: 'k', usage: 'P0', algorithm: '2TDEA', bytes });
    bytes.fill(0);
    expect(module.kcv({ key, method: 'legacy' })).toMatchObject({ ok: true });
    expect(key.kcv).toBe('08D7B4');
    expect(JSON.stringify([key, module.listKeys()])).not.toContain(hex16);
    expect(Object.isFrozen(key)).toBe(true);
  });
});

describe('usage and mode of use', () => {
  const data = new Uint8Array(16);
  const macOf = (mode: ModeOfUse) => {
    const { module, key } = withKey('M3', '2TDEA', { modeOfUse: mode });
    const input = { key, algorithm: 'iso9797-3', data } as const;
    return [
      module.generateMac(input).ok,
      !isUsage(module.verifyMac({ ...input, mac: new Uint8Array(8) })),
    ];
  };
  const isUsage = (outcome: { ok: boolean; error?: { code: string } }): boolean =>
    !outcome.ok && outcome.error?.code === 'key-usage';
  it.each<[ModeOfUse, boolean, boolean]>([
    ['C', true, true],
    ['G', true, true],
    ['V', false, true],
    ['N', true, true],
    ['E', false, false],
    ['X', false, false],
  ])('a MAC key of mode %s', (mode, generates, verifies) => {
    expect(macOf(mode)).toEqual([generates, verifies]);
  });
  it.each<[ModeOfUse, boolean, boolean]>([
    ['B', true, true],
    ['E', true, false],
    ['D', false, true],
    ['N', true, true],
    ['C', false, false],
  ])('a data key of mode %s', (mode, encrypts, decrypts) => {
    const { module, key } = withKey('D0', 'AES128', { modeOfUse: mode });
    const input = { key, mode: 'cbc', data } as const;
    expect([module.encrypt(input).ok, module.decrypt(input).ok]).toEqual([encrypts, decrypts]);
  });
  it('no other usage encrypts data, makes a MAC, or moves a PIN', () => {
    for (const usage of keyUsages) {
      const { module, key } = withKey(usage, '2TDEA', { modeOfUse: 'N' });
      const pin = { key, format: 0, block: new Uint8Array(8), pan: '4000001234562000' } as const;
      const allowed = {
        encrypt: module.encrypt({ key, mode: 'cbc', data }).ok,
        mac: module.generateMac({ key, algorithm: 'iso9797-3', data }).ok,
        pin: !isUsage(module.translatePin({ from: pin, to: { key, format: 0 } })),
      };
      expect([usage, allowed]).toEqual([
        usage,
        { encrypt: usage === 'D0', mac: usage === 'M3' || usage === 'M0', pin: usage === 'P0' },
      ]);
    }
  });
  it.each<[KeyAlgorithm, 'iso9797-3' | 'cmac' | 'hmac-sha256', boolean]>([
    ['DEA', 'iso9797-3', false],
    ['2TDEA', 'iso9797-3', true],
    ['3TDEA', 'iso9797-3', false],
    ['AES128', 'iso9797-3', false],
    ['AES192', 'cmac', true],
    ['HMAC', 'cmac', false],
    ['HMAC', 'hmac-sha256', true],
    ['2TDEA', 'hmac-sha256', false],
  ])('%s for %s', (algorithm, mac, works) => {
    const usage = mac === 'cmac' ? 'M6' : mac === 'hmac-sha256' ? 'M7' : 'M3';
    const { module, key } = withKey(usage, algorithm);
    const made = module.generateMac({ key, algorithm: mac, data });
    expect(made.ok).toBe(works);
    if (!made.ok) expect(made.error).toEqual({ code: 'key-usage', detail: 'algorithm' });
  });
  it('every usage has a usual mode of use', () => {
    const modes = keyUsages.map((usage) => `${usage}${usualModeOfUse(usage)}`);
    expect(modes).toContain('B0X');
    expect(modes).toContain('M3C');
    expect(modes).toContain('K3X');
    expect(modes).toContain('S0S');
  });
});

const formats: readonly [KeyBlockFormat, KeyAlgorithm][] = [
  ['tr31-A', '2TDEA'],
  ['tr31-B', '2TDEA'],
  ['tr31-C', '2TDEA'],
  ['tr31-D', 'AES256'],
  ['tr31-E', 'AES256'],
  ['thales-0', '2TDEA'],
  ['thales-1', 'AES128'],
  ['ansi-ecb', '2TDEA'],
];

describe('blocks', () => {
  it.each(formats)('%s under %s: out, in, the same key', (format, algorithm) => {
    const { module, key: under } = withKey('K0', algorithm);
    const made = module.generateKey({
      id: 'zpk',
      usage: 'P0',
      algorithm: '2TDEA',
      exportability: 'S',
    });
    if (!made.ok) throw new Error(made.error.code);
    const out = module.exportKey({ key: made.key, under, format });
    if (!out.ok) throw new Error(out.error.detail);
    const { kcv } = made.key;
    const input = { id: 'copy', under, block: out.block, usage: 'P0', kcv } as const;
    const back = module.importKey(input);
    expect(back).toMatchObject({
      ok: true,
      parityAdjusted: false,
      key: { kcv, algorithm: '2TDEA' },
    });
    expect(module.importKey({ ...input, id: 'other', kcv: '000000' })).toMatchObject({
      error: { code: 'not-verified' },
    });
    expect(module.importKey({ ...input, id: 'other', usage: 'D0', format })).toMatchObject(
      format === 'ansi-ecb' ? { ok: true } : { error: { code: 'key-usage' } },
    );
  });
  it.each<[Exportability, KeyBlockFormat, boolean]>([
    ['N', 'tr31-B', false],
    ['E', 'tr31-B', true],
    ['S', 'tr31-B', true],
    ['E', 'ansi-ecb', false],
    ['S', 'ansi-ecb', true],
  ])('exportability %s as %s', (exportability, format, allowed) => {
    const { module, key: under } = withKey('K0', '2TDEA');
    const made = module.generateKey({ id: 'k', usage: 'D0', algorithm: '2TDEA', exportability });
    const out = made.ok && module.exportKey({ key: made.key, under, format });
    expect(out && out.ok).toBe(allowed);
  });
  it('a stronger key does not go under a weaker one', () => {
    const { module, key: under } = withKey('K1', '2TDEA');
    const made = module.generateKey({
      id: 'k',
      usage: 'D0',
      algorithm: 'AES128',
      exportability: 'E',
    });
    if (!made.ok) throw new Error(made.error.code);
    expect(module.exportKey({ key: made.key, under, format: 'tr31-B' })).toEqual({
      ok: false,
      error: { code: 'not-allowed', detail: 'weaker wrapping key' },
    });
  });
  it('optional blocks travel with the key', () => {
    const { module, key: under } = withKey('K1', 'AES128');
    const made = module.generateKey({
      id: 'b',
      usage: 'B0',
      algorithm: '2TDEA',
      exportability: 'E',
    });
    if (!made.ok) throw new Error(made.error.code);
    const optionalBlocks = [{ id: 'KS', data: '00604B120F9292800000' }];
    const out = module.exportKey({ key: made.key, under, format: 'tr31-D', optionalBlocks });
    if (!out.ok) throw new Error(out.error.code);
    expect(module.importKey({ id: 'c', under, block: out.block })).toMatchObject({
      optionalBlocks,
    });
    for (const bad of [
      { id: 'PB', data: '' },
      { id: 'k', data: '' },
      { id: 'KS', data: '\u0001' },
    ]) {
      const refused = module.exportKey({
        key: made.key,
        under,
        format: 'tr31-D',
        optionalBlocks: [bad],
      });
      expect(refused).toMatchObject({ error: { code: 'input' } });
    }
  });
  it('a key may be wrapped as it is made, unless it must not leave', () => {
    const { module, key } = withKey('K1', 'AES128');
    const wrapUnder = { key, format: 'tr31-D' } as const;
    const made = module.generateKey({ id: 'k', usage: 'M3', algorithm: '2TDEA', wrapUnder });
    expect(made.ok && made.wrapped).toMatch(/^D[0-9]{4}M3TC00E0000/);
    const kept = {
      id: 'n',
      usage: 'M3',
      algorithm: '2TDEA',
      exportability: 'N',
      wrapUnder,
    } as const;
    expect(module.generateKey(kept)).toMatchObject({ error: { code: 'not-allowed' } });
    const strong = { id: 's', usage: 'D0', algorithm: 'AES256', wrapUnder } as const;
    expect(module.generateKey(strong)).toMatchObject({ error: { code: 'not-allowed' } });
    // The key of a refused wrapping is gone, and its id is free.
    expect(module.generateKey({ id: 's', usage: 'D0', algorithm: 'AES256' }).ok).toBe(true);
  });
  it.each<[string, string, string]>([
    [
      'a version D block under a TDEA key',
      `D0112P0AE00E0000${'0'.repeat(96)}`,
      'version wants an AES key',
    ],
    ['a version that is none', 'Z0016P0TE00N0000', 'format'],
    ['a truncated block', 'B0080P0TE00E000094B420079CC80BA3', 'length'],
    ['an empty block', '', 'format'],
  ])('refuses %s', (_, block, detail) => {
    const { module, key: under } = withKey('K1', '2TDEA');
    expect(module.importKey({ id: 'k', under, block })).toEqual({
      ok: false,
      error: { code: 'key-block', detail },
    });
  });
  it('wants a key-encrypting key, and the words of an ECB key', () => {
    const { module, key } = withKey('P0', '2TDEA');
    expect(module.importKey({ id: 'k', under: key, block: 'B0016P0TE00N0000' })).toMatchObject({
      error: { code: 'key-usage' },
    });
    const other = withKey('K0', '2TDEA');
    expect(other.module.importKey({ id: 'k', under: other.key, block: `X${hex16}` })).toMatchObject(
      {
        error: { code: 'input', detail: 'usage' },
      },
    );
  });
  it('sets wrong parity right and says so', () => {
    const { module, key: under } = withKey('K0', '2TDEA');
    const read = module.importKey({ id: 'k', under, block: `X${hex16}`, usage: 'P0' });
    expect(read).toMatchObject({ ok: true, parityAdjusted: true });
    const strict = { id: 's', under, block: `X${hex16}`, usage: 'P0', strictParity: true } as const;
    expect(module.importKey(strict)).toEqual({ ok: false, error: { code: 'key-parity' } });
  });
});

describe('components, check values, initial keys', () => {
  it('components make a key and are wiped', () => {
    const module = started();
    const components = [
      '0123456789ABCDEF0123456789ABCDEF',
      'FEDCBA9876543210FEDCBA9876543210',
      '1111111111111111AAAAAAAAAAAAAAAA',
    ].map(fromHex);
    const made = module.formKey({ id: 'k', usage: 'K0', algorithm: '2TDEA', components });
    expect(made.ok && made.key.kcv).toBe('36C41C');
    expect(components.map((part) => toHex(part))).toEqual(
      Array.from({ length: 3 }, () => '0'.repeat(32)),
    );
  });
  it.each([
    ['one component', ['0123456789ABCDEF0123456789ABCDEF']],
    ['no component', []],
    ['components of two lengths', ['0123456789ABCDEF0123456789ABCDEF', '0123456789ABCDEF']],
  ])('refuses %s', (_, components) => {
    const input = {
      id: 'k',
      usage: 'K0',
      algorithm: '2TDEA',
      components: components.map(fromHex),
    } as const;
    expect(started().formKey(input)).toMatchObject({ error: { code: 'input' } });
  });
  it.each([
    ['legacy', 1, false],
    ['legacy', 3, true],
    ['legacy', 8, true],
    ['cmac', 8, true],
    ['cmac', 16, false],
  ] as const)('a %s check value of %i bytes', (method, lengthBytes, allowed) => {
    const { module, key } = withKey('D0', 'AES128');
    expect(module.kcv({ key, method, lengthBytes }).ok).toBe(allowed);
  });
  it('an initial key is B1, and works as its base key does', () => {
    const module = started();
    const bdk = module.loadClearKey({
      id: 'bdk',
      usage: 'B0',
      algorithm: '2TDEA',
      bytes: fromHex(hex16),
    });
    const made = module.deriveInitialKey({
      id: 'ik',
      key: bdk,
      ksn: fromHex('FFFF9876543210E00000'),
    });
    if (!made.ok) throw new Error(made.error.code);
    expect(made.key).toMatchObject({ usage: 'B1', algorithm: '2TDEA' });
    const input = {
      algorithm: 'iso9797-3',
      data: fromHex('3430313233343536373839303944393837'),
      ksn: fromHex('FFFF9876543210E00001'),
    } as const;
    const [one, other] = [bdk, made.key].map((key: KeyRef) =>
      module.generateMac({ ...input, key }),
    );
    expect(one).toEqual(other);
    expect(one.ok && toHex(one.mac)).toBe('9CCC78173FC4FB64');
    for (const length of [0, 8, 9, 11, 12]) {
      expect(
        module.deriveInitialKey({ id: 'x', key: bdk, ksn: new Uint8Array(length) }),
      ).toMatchObject({
        error: { code: 'ksn' },
      });
    }
  });
  it.each([0, -1, 1.5, 65_537])('random of %d bytes is refused', (lengthBytes) => {
    expect(started().random({ lengthBytes })).toMatchObject({ error: { code: 'input' } });
  });
});
