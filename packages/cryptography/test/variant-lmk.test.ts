// Key fields under the Thales test LMK, with a scheme letter and without.
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import { checkBlock, decryptUnderLmk, TdesCipher } from '../src/index.ts';

const lmk = new Map([
  ['04-05', fromHex('40404040404040405151515151515151')],
  ['06-07', fromHex('61616161616161617070707070707070')],
  ['14-15', fromHex('E0E0010101010101F1F1010101010101')],
]);

// Fields and values that nickntg/thalessimulatorlibrary (KeyTests) prints for the test LMK.
describe('key fields', () => {
  it.each([
    ['4ED06495741C280C', '002', '9D788F36127AD985'],
    ['Z4ED06495741C280C', '002', '9D788F36127AD985'],
    ['F229C2996B3872F7', '402', '9D788F36127AD985'],
    ['CB33B838319BFEDCD421CCFF7FB7AB8E', '000', '9B0D3ADA2489EB32'],
    ['Y39B751FB6ED3B9D18358F23EA1F838528438122DE25B0D0C', '002', '2B1CA95E644DBA30'],
    ['39B751FB6ED3B9D18358F23EA1F838528438122DE25B0D0C', '002', '2B1CA95E644DBA30'],
    ['T2B77A88FD21C461A1FBFFCF33D8EA327260828236700C6BF', '002', '2B1CA95E644DBA30'],
  ])('%s under key type %s has a check value of %s', (field, keyType, kcv) => {
    const read = decryptUnderLmk(lmk, keyType, field);
    if (!read.ok) throw new Error(read.error.code);
    expect(toHex(checkBlock(new TdesCipher(read.key), 'legacy'))).toBe(kcv);
  });
  it.each([
    ['4ED06495741C28', 'length'],
    ['U4ED06495741C280C', 'length'],
    ['39B751FB6ED3B9D18358F23EA1F83852843812', 'length'],
    ['Q4ED06495741C280C', 'scheme'],
    ['ZED06495741C280CG', 'characters'],
  ])('%s is refused: %s', (field, code) => {
    expect(decryptUnderLmk(lmk, '002', field)).toMatchObject({ ok: false, error: { code } });
  });
});
