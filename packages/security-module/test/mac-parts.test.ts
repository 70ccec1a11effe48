// MACs in parts: however a message is cut at whole blocks, the MAC of its last part is the MAC of the whole.
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KeyRef, type MacAlgorithm, createSoftModule } from '../src/index.ts';

const module = createSoftModule({ allowClearKeysInProcess: true });
const load = (
  usage: KeyRef['usage'],
  algorithm: KeyRef['algorithm'],
  bytes: string,
  modeOfUse: 'C' | 'V' = 'C',
) =>
  module.loadClearKey({
    id: `${usage}-${algorithm}-${modeOfUse}`,
    usage,
    algorithm,
    bytes: fromHex(bytes),
    modeOfUse,
  });
const tdes = '0123456789ABCDEFFEDCBA9876543210';
const retail = load('M3', '2TDEA', tdes);
const verifyOnly = load('M3', '2TDEA', tdes, 'V');
const hmac = load('M7', 'HMAC', tdes.repeat(2));

const ways: readonly (readonly [MacAlgorithm, KeyRef, 1 | 2, number])[] = [
  ['iso9797-3', retail, 1, 8],
  ['iso9797-3', retail, 2, 8],
  ['iso9797-1', load('M1', '2TDEA', tdes), 1, 8],
  ['iso9797-1', load('M1', 'AES128', tdes), 2, 16],
  ['cmac', load('M6', '2TDEA', tdes), 1, 8],
  ['cmac', load('M6', 'AES128', tdes), 1, 16],
];

describe('K4: MACs in parts', () => {
  it.each(ways)('K4: %s, every cut of every message', (algorithm, key, padding, size) => {
    const about = { algorithm, key, padding } as const;
    const cuts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(cuts, fc.uint8Array({ minLength: 1, maxLength: 40 }), (blocks, last) => {
        let state: Uint8Array | undefined;
        const parts = blocks.map((count, i) => new Uint8Array(count * size).fill(i * 37 + 1));
        for (const data of parts) {
          const part = { key, algorithm, data, ...(state === undefined ? {} : { state }) };
          const chained = module.chainMac(part);
          if (!chained.ok) throw new Error(chained.error.code);
          ({ state } = chained);
        }
        if (state === undefined) throw new Error('no part');
        const data = Uint8Array.of(...parts.flatMap((part) => [...part]), ...last);
        const whole = module.generateMac({ ...about, data });
        const inParts = module.generateMac({ ...about, data: last, state });
        if (!whole.ok || !inParts.ok) throw new Error('no MAC');
        expect(toHex(inParts.mac)).toBe(toHex(whole.mac));
        const check = { ...about, data: last, state, mac: whole.mac };
        expect(module.verifyMac(check)).toEqual({ ok: true });
        const other = state.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
        expect(module.verifyMac({ ...check, state: other }).ok).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  const data = new Uint8Array(16);
  const state = new Uint8Array(8);
  const about = { key: retail, algorithm: 'iso9797-3' } as const;
  it.each([
    ['no data', { ...about, data: new Uint8Array(0) }, 'input'],
    ['half a block', { ...about, data: new Uint8Array(12) }, 'input'],
    ['a state of another length', { ...about, data, state: new Uint8Array(16) }, 'input'],
    ['HMAC', { key: hmac, algorithm: 'hmac-sha256', data }, 'unsupported'],
    ['a key of another algorithm', { ...about, algorithm: 'cmac', data }, 'key-usage'],
    ['a key that only verifies', { ...about, key: verifyOnly, data }, 'key-usage'],
    ['no such key', { ...about, key: { ...retail, id: 'x' }, data }, 'key-unknown'],
  ] as const)('K4: no part of %s', (_why, input, code) => {
    expect(module.chainMac(input)).toMatchObject({ ok: false, error: { code } });
  });
  it.each([
    ['no data', { ...about, data: new Uint8Array(0), state }, 'input'],
    ['a state of another length', { ...about, data, state: new Uint8Array(7) }, 'input'],
    ['padding 3', { ...about, data, state, padding: 3 }, 'unsupported'],
    ['HMAC', { key: hmac, algorithm: 'hmac-sha512', data, state }, 'unsupported'],
  ] as const)('K4: no last part with %s', (_why, input, code) => {
    expect(module.generateMac(input)).toMatchObject({ ok: false, error: { code } });
    expect(module.verifyMac({ ...input, mac: state })).toMatchObject({ error: { code } });
  });
});
