// What counts as the same when a vector is compared with what was computed.
import { decodeCvmList } from '@chipswitch/emv';
import { describe, expect, it } from 'vitest';
import { cvmWords } from '../src/emv-names.ts';
import { AnyOf, compareResults } from '../src/vector-values.ts';

describe('properties', () => {
  it.each([
    ['equal', { a: 1, b: ['x'] }, { a: '1', b: ['x'], c: 2 }],
    ['another name for a telling value', { number: 800 }, { minor: 800 }],
    ['a related name for a value that says little', { confirm: false }, { confirmRequired: false }],
    ['one of several forms', { format: 'pboc' }, { format: new AnyOf('unionpay', 'pboc') }],
    ['the status that refused it', { command: '80', sw: '6985' }, { command: '80', error: '6985' }],
    ['an expected refusal', { error: 'length' }, { error: 'length', at: 3 }],
  ])('%s: holds', (_name, expected, got) => {
    expect(compareResults(expected, got)).toBeUndefined();
  });

  it.each([
    ['another value', { a: 1 }, { a: 2, b: 1 }],
    ['nothing computed equals it', { number: 800 }, { minor: 801 }],
    ['a flag that some other flag equals', { advice: false }, { approved: false }],
    ['null that something else is', { alpha: null }, { reason: null }],
    ['an error by another name', { error: 'length' }, { reason: 'length' }],
    ['results where the input was refused', { at: 3 }, { error: 'length', at: 3 }],
    ['a shorter list', { set: ['a'] }, { set: ['a', 'b'] }],
  ])('%s: differs', (_name, expected, got) => {
    expect(compareResults(expected, got)).toBeTypeOf('string');
  });
});

describe('names of cardholder verification', () => {
  const all = (byte: 'method' | 'condition'): string[] => {
    const names = new Set<string>();
    for (let code = 0; code < 256; code++) {
      const rule = byte === 'method' ? [code & 0x3f, 0] : [0, code];
      const list = decodeCvmList(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, ...rule));
      if (list.ok) names.add(list.data.rules[0][byte]);
    }
    return [...names];
  };

  it.each(['method', 'condition'] as const)('no two of every %s are taken for one', (byte) => {
    const names = all(byte);
    expect(names.length).toBeGreaterThan(10);
    expect(new Set(names.map(cvmWords)).size).toBe(names.length);
  });

  it.each([
    ['no-cvm', 'no-cvm-required'],
    ['unattended-cash', 'if-unattended-cash'],
    ['over-x', 'if-above-x'],
    ['plaintext-pin-icc-and-signature', 'plaintext-pin-icc-signature'],
  ])('%s and %s are one', (one, other) => {
    expect(cvmWords(one)).toBe(cvmWords(other));
  });
});
