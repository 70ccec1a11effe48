// EBCDIC tables and copies: every byte has one character, and the two code pages differ where they must.
import { describe, expect, it } from 'vitest';
import { copyBytes, ebcdicTable, fromHex, toHex, toLatin1 } from '../src/index.ts';

describe('EBCDIC', () => {
  it.each([500, 1047] as const)('%i maps every byte to one character and back', (codePage) => {
    const { toLatin1: to, fromLatin1: from } = ebcdicTable(codePage);
    expect(new Set(to).size).toBe(256);
    for (let byte = 0; byte < 256; byte++) expect(from[to[byte]]).toBe(byte);
  });

  it.each([
    [500, 'C1C9D1E2E9818991A2A9F0F9404B6B', 'AIJSZaijsz09 .,'],
    [1047, 'C1C9D1E2E9818991A2A9F0F9404B6B', 'AIJSZaijsz09 .,'],
    [500, '4A5A4F5FBB', '[]!^|'],
    [1047, 'ADBD5A5F4F', '[]!^|'],
    [500, '25', '\n'],
    [1047, '15', '\u0085'],
  ] as const)('%i %s is %s', (codePage, hex, text) => {
    const table = ebcdicTable(codePage).toLatin1;
    expect(toLatin1(fromHex(hex).map((byte) => table[byte]))).toBe(text);
  });
});

describe('a copy', () => {
  it('is plain bytes of its own, of a Buffer too', () => {
    const source = Buffer.from([1, 2, 3, 4]);
    const copy = copyBytes(source, 1, 3);
    source.fill(9);
    expect(toHex(copy)).toBe('0203');
    expect(Buffer.isBuffer(copy)).toBe(false);
    expect(toHex(copyBytes(Uint8Array.of(1, 2)))).toBe('0102');
  });
});
