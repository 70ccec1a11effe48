// The simulator's TR-31 blocks against those of the cryptography package, which shares nothing with it: both ways.
import { fromHex, toHex } from '@chipswitch/bytes';
import { parseKeyBlockHeader, unwrapKeyBlock, wrapKeyBlock } from '@chipswitch/cryptography';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClearKey } from '../src/cipher.ts';
import { openTr31, sealTr31 } from '../src/tr31.ts';

const header = {
  usage: 'P0',
  algorithm: 'T',
  modeOfUse: 'E',
  keyVersion: '01',
  exportability: 'N',
};
const random = (length: number): Uint8Array => new Uint8Array(length).fill(0x5a);

describe('TR-31 by the simulator’s own road', () => {
  it.each([
    ['A', [8, 16, 24]],
    ['B', [16, 24]],
    ['C', [8, 16, 24]],
    ['D', [16, 24, 32]],
    ['E', [16, 24, 32]],
  ] as const)(
    'version %s is read by the other side, and the other way round',
    (version, lengths) => {
      const isAes = version === 'D' || version === 'E';
      fc.assert(
        fc.property(
          fc.constantFrom(...lengths),
          fc.uint8Array({ minLength: 32, maxLength: 32 }),
          fc
            .constantFrom(8, 16, 24)
            .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
          fc.nat(),
          (length, bytes, key, place) => {
            const kbpk = bytes.slice(0, length);
            const own = new ClearKey(kbpk, isAes);
            const sealed = sealTr31(key, header, own, version) ?? '';
            const theirs = unwrapKeyBlock(kbpk, sealed);
            expect(theirs.ok && toHex(theirs.key)).toBe(toHex(key));
            expect(theirs.ok && theirs.header).toMatchObject(header);

            const blocks = [{ id: 'KS', data: '00604B120F9292800000' }];
            const whole = { ...header, version, reserved: '00', optionalBlocks: blocks };
            const made = wrapKeyBlock(kbpk, whole, key, { random });
            const opened = openTr31(made, own);
            expect(opened.ok && toHex(opened.key.bytes)).toBe(toHex(key));
            expect(opened.ok && opened.header).toEqual(header);

            const at = 16 + (place % (made.length - 16));
            const broken = made.slice(0, at) + (made[at] === 'A' ? 'B' : 'A') + made.slice(at + 1);
            expect(openTr31(broken, own).ok).toBe(false);
          },
        ),
        { numRuns: 60, seed: 8 },
      );
    },
  );

  it('opens a published block (TR-31:2018 annex, version A)', () => {
    const kbpk = new ClearKey(fromHex('EFE0853B256B583D868F251CE99EA1D9'));
    const block = 'A0072K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB';
    const opened = openTr31(block, kbpk);
    expect(opened.ok && toHex(opened.key.bytes)).toBe('5DB50B454F8389ADCE573BE50861F2BF');
    expect(parseKeyBlockHeader(block)).toMatchObject({ header: opened.ok ? opened.header : {} });
  });

  it.each([
    ['', '15'],
    ['A', '15'],
    ['Z0072K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB', '15'],
    ['D0072K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB', '15'],
    ['A0073K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB', '15'],
    ['A0072K0TN00N9900F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB', '15'],
    ['A0072K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EC', 'A4'],
    ['A0072P0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB', 'A4'],
  ])('refuses %s by %s', (block, errorCode) => {
    const kbpk = new ClearKey(fromHex('EFE0853B256B583D868F251CE99EA1D9'));
    expect(openTr31(block, kbpk)).toEqual({ ok: false, error: { code: errorCode } });
  });
});
