// Key blocks: TR-31 A to E and Thales 0 and 1, round trips, and every way to be malformed.
import { randomBytes } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatKeyBlockHeader,
  type KeyBlockHeader,
  keyBlockErrorCodes,
  parseKeyBlockHeader,
  SecurityFault,
  type UnwrappedKey,
  unwrapKeyBlock,
  unwrapThalesKeyBlock,
  wrapKeyBlock,
  wrapThalesKeyBlock,
} from '../src/index.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

const header = (version: string, more: Partial<KeyBlockHeader> = {}): KeyBlockHeader => ({
  version,
  usage: 'P0',
  algorithm: version === 'D' || version === 'E' ? 'A' : 'T',
  modeOfUse: 'E',
  keyVersion: '00',
  exportability: 'E',
  reserved: '00',
  optionalBlocks: [],
  ...more,
});

const codeOf = (read: UnwrappedKey): string => (read.ok ? 'ok' : read.error.code);

const versions = [
  ['A', [8, 16, 24]],
  ['B', [16, 24]],
  ['C', [8, 16, 24]],
  ['D', [16, 24, 32]],
  ['E', [16, 24, 32]],
] as const;

describe('TR-31 round trips', () => {
  it.each(versions)('version %s, every protection key and key length', (version, lengths) => {
    for (const kbpkLength of lengths) {
      for (const keyLength of [8, 16, 24, 32, 48]) {
        const kbpk = random(kbpkLength);
        const key = random(keyLength);
        const block = wrapKeyBlock(kbpk, header(version), key, { random });
        expect(Number(block.slice(1, 5))).toBe(block.length);
        const read = unwrapKeyBlock(kbpk, block);
        expect(read.ok && toHex(read.key)).toBe(toHex(key));
        expect(read.ok && read.header).toEqual(header(version));
        expect(codeOf(unwrapKeyBlock(random(kbpkLength), block))).toBe('mac');
      }
    }
  });
  it('hides the length of a key unless told otherwise', () => {
    const kbpk = random(16);
    const lengthOf = (keyLength: number, appearAs?: 'own' | number): number => {
      const options = appearAs === undefined ? { random } : { random, appearAs };
      return wrapKeyBlock(kbpk, header('B'), random(keyLength), options).length;
    };
    expect([8, 16, 24].map((length) => lengthOf(length))).toEqual([96, 96, 96]);
    expect([8, 16, 24].map((length) => lengthOf(length, 'own'))).toEqual([64, 80, 96]);
    expect(lengthOf(8, 16)).toBe(80);
  });
  it('keeps optional blocks, pads the header, reads extended lengths', () => {
    for (const [version, lengths] of versions) {
      const optionalBlocks = [
        { id: 'KS', data: '00604B120F9292800000' },
        { id: 'CT', data: `02${'7A'.repeat(400)}` },
        { id: 'T1', data: '' },
      ];
      const kbpk = random(lengths[0]);
      const block = wrapKeyBlock(kbpk, header(version, { optionalBlocks }), random(16), { random });
      const read = unwrapKeyBlock(kbpk, block);
      expect(read.ok && read.header.optionalBlocks).toEqual(optionalBlocks);
    }
  });
  it('reads lengths that a peer has counted in bytes', () => {
    const text = `B0000P0TE00N0100KS00011600604B120F9292`;
    const read = parseKeyBlockHeader(text);
    expect(read.ok && read.header.optionalBlocks).toEqual([{ id: 'KS', data: '00604B120F9292' }]);
  });
  it('gives the block of X9.143:2021 8.1', () => {
    const kbpk = fromHex('88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6');
    const padding = fromHex('1A87BBFA2CFE78D383E5F4C6AA83473C1C2965473CE206BB855B01533782');
    const key = fromHex('3F419E1CB7079442AA37474C2EFBF8B8');
    expect(wrapKeyBlock(kbpk, header('D'), key, { random, padding })).toBe(
      'D0144P0AE00E00002C77FA3F4A553BED6E88AE5C172A4166E3D4ACA8E2AC71C158A476FAC12C13C3829DE55D3AB54C48F4C4FEF7AC75E90FC47F1B77E7B19A73ED46E64410082557',
    );
  });
});

describe('ISO 20038:2017 B.2', () => {
  const kbpk = new TextEncoder().encode('256-bit AES wrapping (ISO 20038)');
  const key = fromHex('777261707065642033444553206B6579');
  const printed =
    'E0084B0TV16N0000B2AE5E26BBA7F246E84D5EA24167E208A6B66EF2E27E55A52DB52F0AEACB94C57547';
  it('is opened, and made again: without padding version E leaves nothing to chance', () => {
    const read = unwrapKeyBlock(kbpk, printed);
    expect(read.ok && toHex(read.key)).toBe(toHex(key));
    if (!read.ok) throw new Error(read.error.code);
    expect(wrapKeyBlock(kbpk, read.header, key, { random, appearAs: 'own' })).toBe(printed);
  });
});

describe('TR-31 tampering', () => {
  it.each(versions)('version %s: no character of a block can be another', (version, lengths) => {
    const kbpk = random(lengths[0]);
    const key = random(16);
    const block = wrapKeyBlock(kbpk, header(version), key, { random });
    for (let i = 0; i < block.length; i++) {
      for (const other of ['0', '9', 'B', 'Z', '~', ' ']) {
        if (block[i] === other) continue;
        const changed = block.slice(0, i) + other + block.slice(i + 1);
        expect(unwrapKeyBlock(kbpk, changed).ok).toBe(false);
      }
    }
    for (let i = 0; i < block.length; i++) {
      expect(unwrapKeyBlock(kbpk, block.slice(0, i)).ok).toBe(false);
    }
    expect(unwrapKeyBlock(kbpk, `${block}00`).ok).toBe(false);
  });
  it('random text is refused with a known word, and nothing throws', () => {
    const kbpk = random(16);
    const texts = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.stringMatching(/^[A-E0-9]{1}[0-9]{4}[A-Z0-9]{11,60}$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const codes: readonly string[] = keyBlockErrorCodes;
        for (const read of [unwrapKeyBlock(kbpk, text), unwrapThalesKeyBlock(kbpk, text)]) {
          expect(codes).toContain(codeOf(read));
        }
        const readHeader = parseKeyBlockHeader(text);
        if (!readHeader.ok) expect(codes).toContain(readHeader.error.code);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('malformed blocks', () => {
  const kbpk = new Uint8Array(16).fill(0x45);
  const cases: readonly [string, string][] = [
    ['', 'header-length'],
    ['B0016P0TE00N000', 'header-length'],
    ['BX040P0TE00N0000', 'length'],
    ['B0040P0TE00N0000', 'length'],
    ['B0016P0_E00N0000', 'header-characters'],
    ['B0016P0TE00N0X00', 'block-count'],
    ['B0016P0TE00N0100', 'block-id'],
    ['B0017P0TE00N0100K', 'block-id'],
    ['B0020P0TE00N0100**04', 'block-id'],
    ['B0018P0TE00N0100KS', 'block-length'],
    ['B0020P0TE00N0100KS1Y', 'block-length'],
    ['B0020P0TE00N0100KS02', 'block-length-too-small'],
    ['B0020P0TE00N0100KS00', 'length-of-length'],
    ['B0022P0TE00N0100KS00X1', 'length-of-length'],
    ['B0022P0TE00N0100KS0000', 'length-of-length'],
    ['B0022P0TE00N0100KS0002', 'block-length'],
    ['B0024P0TE00N0100KS000101', 'block-length-too-small'],
    ['B0021P0TE00N0100KS071', 'block-data-short'],
    ['B0021P0TE00N0100KS05\u0003', 'block-data-characters'],
    ['B0024P0TE00N0200KS04KS04', 'block-duplicate'],
    ['X0016P0TE00N0000', 'version'],
    [
      'A0087M3TC00E000062C2C14D8785A01A9E8283525CA96F490D0CC6346FC7C2AC1E6FF354468910379AA5BBA',
      'block-multiple',
    ],
    ['B0024M3TC00E00009AA5BBA6', 'mac-short'],
    [
      'A0088M3TC00E000062C2C14D8785A01A9E8283525CA96F490D0CC6346FC7C2AC1E6FF354468910379AA5BBAX',
      'mac-not-hex',
    ],
    [
      'A0088M3TC00E000062C2C14D8785A01A9E8283525CA96F490D0CC6346FC7C2AC1E6FF3544689103X9AA5BBA6',
      'key-not-hex',
    ],
    ['A0024M3TC00E00009AA5BBA6', 'key-empty'],
    ['A0032M3TC00E0000AABBCCDD9AA5BBA6', 'key-multiple'],
    ['A0056M3TC00E0000BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB9AA5BBA6', 'mac'],
    ['B0064M3TC00E0000F74E0A3502C5CEE07342D5DE9E72135E4A81944F80691F0F', 'key-bit-length'],
    ['B0064M3TC00E00000398DC96A5DDB0EF61E26F8935173BD478DF9484050A672A', 'key-truncated'],
  ];
  it.each(cases)('%s: %s', (block, code) => {
    expect(codeOf(unwrapKeyBlock(kbpk, block))).toBe(code);
  });
  it('every word but those of the key is met above', () => {
    const met = new Set([...cases.map(([, code]) => code), 'kbpk-length']);
    expect(keyBlockErrorCodes.filter((code) => !met.has(code))).toEqual([]);
  });
  it.each([
    ['A', 7],
    ['B', 8],
    ['B', 32],
    ['D', 8],
    ['E', 20],
  ])('version %s does not take a protection key of %i bytes', (version, length) => {
    const good = version === 'D' || version === 'E' ? 32 : 16;
    const block = wrapKeyBlock(random(good), header(version), random(16), { random });
    expect(codeOf(unwrapKeyBlock(random(length), block))).toBe('kbpk-length');
    expect(() => wrapKeyBlock(random(length), header(version), random(16), { random })).toThrow(
      SecurityFault,
    );
  });
  it('a block may not grow beyond four digits of length', () => {
    const optionalBlocks = Array.from({ length: 3 }, (_, i) => ({
      id: `T${i}`,
      data: 'x'.repeat(4000),
    }));
    expect(() =>
      wrapKeyBlock(random(16), header('B', { optionalBlocks }), random(16), { random }),
    ).toThrow(SecurityFault);
    expect(() => wrapKeyBlock(random(16), header('X'), random(16), { random })).toThrow(
      SecurityFault,
    );
  });
  it('a malformed block says at which character', () => {
    const read = parseKeyBlockHeader('B0000P0TE00N0200KS04??04');
    expect(read).toEqual({ ok: false, error: { code: 'block-id', offset: 20 } });
  });
});

describe('headers', () => {
  it('are written as they were read, padded to whole blocks', () => {
    const text = 'D0000P0TE00N0400KS1800604B120F9292800000T104T20600PB0600';
    const read = parseKeyBlockHeader(text);
    expect(read.ok && formatKeyBlockHeader(read.header)).toBe(
      'D0064P0TE00N0400KS1800604B120F9292800000T104T20600PB0E0000000000',
    );
  });
});

describe('Thales key blocks', () => {
  it.each([
    ['0', 16],
    ['0', 24],
    ['1', 16],
    ['1', 32],
  ])('version %s under %i bytes', (version, length) => {
    const kbpk = random(length);
    const key = random(16);
    const block = wrapThalesKeyBlock(kbpk, header(version, { reserved: '01' }), key, random);
    expect(block.startsWith(`S${version}`)).toBe(true);
    const read = unwrapThalesKeyBlock(kbpk, block);
    expect(read.ok && toHex(read.key)).toBe(toHex(key));
    expect(read.ok && read.header.reserved).toBe('01');
    for (let i = 1; i < block.length; i++) {
      const changed = block.slice(0, i) + (block[i] === '7' ? '8' : '7') + block.slice(i + 1);
      expect(unwrapThalesKeyBlock(kbpk, changed).ok).toBe(false);
    }
  });
  it('version 0 of a printed example is opened', () => {
    const read = unwrapThalesKeyBlock(
      fromHex('89E88CF7931444F334BD7547FC3F380C'),
      '00072P0TE00E0000547E12CFA8BDED84D3587FA6AA0C475C9D650EDCAED80A5552EF52C8',
    );
    expect(read.ok && toHex(read.key)).toBe('F03C141BEC83D26B169BDCD5B22AAF8F');
  });
  it('does not take a key of the other cipher', () => {
    expect(() => wrapThalesKeyBlock(random(32), header('0'), random(16), random)).toThrow(
      SecurityFault,
    );
    expect(() => wrapThalesKeyBlock(random(8), header('1'), random(16), random)).toThrow(
      SecurityFault,
    );
  });
});
