// Where two axes meet: huge lengths, F fillers under lengths in bytes, a third bitmap without a spec of its own.
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type FieldSpec,
  type FieldValue,
  type FrameOptions,
  type SpecDefinition,
  compileDefinition,
  decodeField,
  decodeFrameLength,
  decodeMessage,
  decodePrefix,
  decodeView,
  encodeField,
  encodeMessage,
  encodePrefix,
} from '../src/index.ts';

const byteCount = { data: 'binary', size: 1, counts: 'bytes' } as const;
const skipping: FieldSpec = {
  sub: { kind: 'tlv', tag: { data: 'ber' }, fields: {}, unknown: 'skip' },
};
const keeping: FieldSpec = {
  sub: { kind: 'tlv', tag: { data: 'ber' }, fields: {}, unknown: 'keep' },
};

describe('a length that no message can have', () => {
  // moov-io/iso8583 #426: a BER length of 2^63 must be told as data that are not there.
  it.each<readonly [string, FieldSpec, string, string, number]>([
    ['a skipped tag', skipping, '9F3688800000000000000001', 'truncated', 11],
    ['a kept tag', keeping, '9F3688800000000000000001', 'truncated', 11],
    [
      'BER of nine bytes',
      { data: 'binary', prefix: { data: 'ber' } },
      `89${'FF'.repeat(9)}01`,
      'truncated',
      10,
    ],
    [
      'BER FF, reserved',
      { data: 'binary', prefix: { data: 'ber' } },
      `FF${'00'.repeat(130)}`,
      'bad-length',
      0,
    ],
    [
      'four binary bytes',
      { data: 'binary', prefix: { data: 'binary', size: 4 } },
      'FFFFFFFF01',
      'truncated',
      4,
    ],
    ['digits', { data: 'bcd', prefix: { data: 'binary', size: 4 } }, 'FFFFFFFF01', 'truncated', 4],
    ['UTF-8', { data: 'utf8', prefix: { data: 'binary', size: 4 } }, 'FFFFFFFF41', 'truncated', 4],
    [
      'above the maximum',
      { data: 'binary', prefix: { data: 'binary', size: 4 }, max: 9 },
      'FFFFFFFF01',
      'too-long',
      0,
    ],
  ])('%s', (_name, spec, wire, code, offset) => {
    expect(decodeField(spec, fromHex(wire))).toMatchObject({ ok: false, error: { code, offset } });
  });

  it('is a number as long as a number holds it', () => {
    expect(decodePrefix({ data: 'binary', size: 4 }, fromHex('FFFFFFFF'))).toMatchObject({
      length: 0xffff_ffff,
    });
    expect(decodePrefix({ data: 'ber' }, fromHex('888000000000000000'))).toMatchObject({
      error: { code: 'bad-length', offset: 0 },
    });
    for (const length of [0x7f, 0x80, 0xff_ffff, 0xffff_ffff, 2 ** 40]) {
      const made = encodePrefix({ data: 'ber' }, length);
      if (!made.ok) throw new Error('not encoded');
      expect(decodePrefix({ data: 'ber' }, made.bytes)).toMatchObject({ length });
    }
  });

  it.each<readonly [FrameOptions, string]>([
    [{ length: 'binary4' }, 'FFFFFFFF'],
    [{ length: 'ascii8' }, '3939393939393939'],
  ])('is too long for a frame', (options, wire) => {
    expect(decodeFrameLength(options, fromHex(wire))).toMatchObject({
      error: { code: 'too-long' },
    });
  });
});

describe('packed digits under a length in bytes', () => {
  it.each<readonly [string, FieldSpec, string, FieldValue]>([
    [
      'track 2, filler F',
      { data: 'nibble', prefix: byteCount, odd: 'rightF', sep: 'D' },
      '051234D5678F',
      '1234=5678',
    ],
    [
      'track 2 without filler',
      { data: 'nibble', prefix: byteCount, odd: 'rightF', sep: 'D' },
      '041234D567',
      '1234=567',
    ],
    ['PAN, filler right', { data: 'bcd', prefix: byteCount, odd: 'rightF' }, '0312345F', '12345'],
    ['PAN, filler left', { data: 'bcd', prefix: byteCount, odd: 'leftF' }, '03F12345', '12345'],
    ['empty', { data: 'bcd', prefix: byteCount, odd: 'rightF' }, '00', ''],
    ['what is left, filler right', { data: 'bcd', odd: 'rightF' }, '12345F', '12345'],
    [
      'padded to whole bytes',
      { data: 'nibble', prefix: byteCount, pad: { side: 'right', char: 'F' } },
      '0312345F',
      '12345',
    ],
  ])('%s', (_name, spec, wire, value) => {
    expect(decodeField(spec, fromHex(wire))).toMatchObject({ ok: true, value });
    const made = encodeField(spec, value);
    expect(made.ok && toHex(made.bytes)).toBe(wire);
  });

  it('refuses a value that would come back shorter, and half a byte without filler', () => {
    const filled: FieldSpec = { data: 'nibble', prefix: byteCount, odd: 'rightF' };
    expect(encodeField(filled, '123F')).toMatchObject({ error: { code: 'bad-char' } });
    expect(encodeField({ ...filled, odd: 'leftF' }, 'f123')).toMatchObject({
      error: { code: 'bad-char' },
    });
    expect(encodeField({ data: 'nibble', prefix: byteCount }, '123')).toMatchObject({
      error: { code: 'bad-length', offset: 0 },
    });
  });

  it.each<readonly [string, FieldSpec, string, string, number]>([
    ['A where the filler 0 is due', { data: 'bcd', len: 3 }, 'A123', 'bad-digit', 0],
    ['1 where the filler 0 is due', { data: 'bcd', len: 3 }, '1123', 'bad-filler', 0],
    [
      'A among hex digits of charset n',
      { data: 'nibble', len: 4, charset: 'n' },
      '12A4',
      'bad-char',
      0,
    ],
    ['A among packed digits', { data: 'bcd', len: 4 }, '12A4', 'bad-digit', 0],
  ])('%s', (_name, spec, wire, code, offset) => {
    expect(decodeField(spec, fromHex(wire))).toMatchObject({ ok: false, error: { code, offset } });
  });
});

describe('a length in front of its tag', () => {
  // jPOS IFELPE_LLLCHARBoundsTest: length, tag and value in EBCDIC.
  const spec: FieldSpec = {
    sub: {
      kind: 'tlv',
      tag: { data: 'ebcdic', len: 2 },
      lengthFirst: true,
      length: { data: 'ebcdic', size: 3 },
      fields: { 12: { data: 'ebcdic', max: 3 } },
    },
  };

  it('covers tag and value', () => {
    const wire = 'F0F0F5F1F2818283';
    expect(decodeField(spec, fromHex(wire))).toMatchObject({ ok: true, value: { 12: 'abc' } });
    const made = encodeField(spec, { 12: 'abc' });
    expect(made.ok && toHex(made.bytes)).toBe(wire);
    expect(encodeField(spec, { 12: 'abcd' })).toMatchObject({
      error: { code: 'too-long', path: '12' },
    });
  });

  it.each([
    ['shorter than the tag', 'F0F0F1F1F2', 'bad-length', '', 0],
    ['above the maximum of the value', 'F0F0F6F1F281828384', 'too-long', '12', 0],
    ['beyond the bytes', 'F0F0F5F1F28182', 'truncated', '', 3],
    ['no number', 'F0F0C1F1F2818283', 'bad-length', '', 0],
    ['of an unknown tag', 'F0F0F5F1F3818283', 'undefined-tag', '13', 0],
  ])('is refused when it is %s', (_name, wire, code, path, offset) => {
    const error = { code, path, offset };
    expect(decodeField(spec, fromHex(wire))).toMatchObject({ ok: false, error });
  });
});

describe('the element that carries the third bitmap', () => {
  const definition: SpecDefinition = {
    mti: { data: 'nibble', len: 4 },
    bitmap: { data: 'binary', bytes: 8, chain: 2, tertiaryIn: 65 },
    fields: { 66: { data: 'ascii', len: 1 }, 130: { data: 'ascii', len: 1 } },
  };
  const spec = compileDefinition<{ mti: string; de65?: Uint8Array; de66?: string; de130?: string }>(
    definition,
  );
  const flagged = '80000000000000008000000000000000';

  it('is a bitmap when the spec does not define it', () => {
    const wire = fromHex(`0200${flagged}400000000000000041`);
    const decoded = decodeMessage(spec, wire);
    expect(decoded).toMatchObject({ ok: true, message: { de130: 'A' } });
    expect(decodeView(spec, wire)).toMatchObject({ ok: true });
    const encoded = encodeMessage(spec, { mti: '0200', de130: 'A' });
    expect(encoded.ok && toHex(encoded.bytes)).toBe(toHex(wire));
  });

  it('is kept when it came empty, and dropped when its elements are gone', () => {
    const wire = fromHex(`0200${flagged}0000000000000000`);
    const decoded = decodeMessage(spec, wire);
    if (!decoded.ok) throw new Error('not decoded');
    const again = encodeMessage(spec, decoded.message);
    expect(again.ok && toHex(again.bytes)).toBe(toHex(wire));
    const stale = encodeMessage(spec, { mti: '0200', de65: fromHex('4000000000000000') });
    expect(stale.ok && toHex(stale.bytes)).toBe('02000000000000000000');
  });
});
