// Vectors of iso8583 that mean nothing are refused, even when they expect what would be computed.
import { describe, expect, it } from 'vitest';
import { families } from '../src/index.ts';
import { type OfKind, refusalOf, rowsOf } from './nonsense.ts';

const mti = { data: 'ascii', len: 4 };
const bitmap = { data: 'binary', bytes: 8, chain: 0 };

const kinds: Readonly<Record<string, OfKind>> = {
  message: {
    unit: { input: { hex: 772 } },
    impossible: { input: { spec: { mti, bitmap, fields: { 193: { data: 'ascii', len: 1 } } } } },
    inert: { expect: { expect: { mti: '', fields: {} } } },
    more: [
      { input: { spec: { mti, bitmap: { ...bitmap, bytes: 0 }, fields: {} } } },
      { input: { spec: { mti: { data: 'ascii', len: 0 }, bitmap, fields: {} } } },
    ],
  },
  field: {
    unit: { input: { field: 49 } },
    impossible: { input: { spec: { data: 'ascii', len: -1 } } },
    inert: { input: { field: 'bananas' } },
    more: [
      { input: { field: '0' } },
      { input: { field: '193' } },
      { input: { field: '' } },
      { input: { spec: { data: 'ascii', len: 0 } } },
      { input: { spec: { data: 'xn', digits: 0 } } },
      { input: { spec: { data: 'ascii', prefix: { data: 'ascii', size: 0 }, max: 9 } } },
      { expect: { error: 'weather', at: { field: 'F', offset: 0 } } },
    ],
  },
  prefix: {
    unit: { input: { spec: { data: 'binary', size: '2' } } },
    impossible: { input: { spec: { data: 'binary', size: 1000 } } },
    inert: { input: { spec: { data: 'binary', size: 0 } } },
  },
  bitmap: {
    unit: { input: { spec: { ...bitmap, bytes: '8' } } },
    impossible: { input: { spec: { ...bitmap, chain: 1000 } } },
    inert: { input: { spec: { ...bitmap, bytes: 0 } } },
  },
  frame: {
    unit: { input: { spec: { lengthData: 'binary', lengthSize: '2' } } },
    impossible: { input: { spec: { lengthData: 'binary', lengthSize: 9 } } },
    inert: { input: { spec: { lengthData: 'vmlh', lengthSize: 2, bodyAbsent: true } } },
    more: [
      { input: { spec: { lengthData: 'binary' } } },
      { input: { spec: { lengthData: 'binary', lengthSize: 0 } } },
      { input: { spec: { lengthData: 'bcd', lengthSize: 4, headerBytes: 0 } } },
    ],
  },
};

describe('nonsense of iso8583', () => {
  it('is there of every kind', () => {
    expect(Object.keys(kinds).sort()).toEqual(Object.keys(families.iso8583).sort());
  });
  it.each(rowsOf(kinds))('%s, %s: %j is refused', async (kind, _what, one) => {
    expect(await refusalOf('iso8583', kind, one)).toBeTypeOf('string');
  });
});
