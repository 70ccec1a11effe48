// Whole messages: bitmaps, composites, unknown tags, partial results, errors that name the place.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Message,
  type SpecDefinition,
  compileDefinition,
  decodeBitmap,
  decodeMessage,
  decodeView,
  encodeBitmap,
  encodeMessage,
  iso2003,
  specFromJson,
  specToJson,
  specs,
} from '../src/index.ts';

const ascii = (len: number) => ({ data: 'ascii', len }) as const;

function specWith(
  fields: SpecDefinition['fields'],
  bitmap: Partial<SpecDefinition['bitmap']> = {},
) {
  return compileDefinition<Message>({
    mti: ascii(4),
    bitmap: { data: 'hex-ascii', bytes: 8, chain: 3, ...bitmap },
    fields,
  });
}

function decodeText(spec: ReturnType<typeof specWith>, text: string) {
  return decodeMessage(spec, fromAscii(text));
}

describe('bitmaps', () => {
  const spec = specWith({ 2: ascii(1), 65: ascii(1), 66: ascii(1), 129: ascii(1), 130: ascii(1) });

  it.each([
    ['one', '08004000000000000000A', { de2: 'A' }],
    ['two, the second empty', '0800C0000000000000000000000000000000A', { de2: 'A' }],
    ['three', '0800800000000000000080000000000000004000000000000000B', { de130: 'B' }],
  ])('%s', (_name, wire, fields) => {
    expect(decodeText(spec, wire)).toMatchObject({ ok: true, message: { mti: '0800', ...fields } });
  });

  it('take bit 65 as data when two are allowed, as a flag when three are', () => {
    const two = specWith({ 65: ascii(1) }, { chain: 2 });
    expect(decodeText(two, '080080000000000000008000000000000000X')).toMatchObject({
      ok: true,
      message: { de65: 'X' },
    });
    expect(decodeText(spec, '080080000000000000008000000000000000X')).toMatchObject({
      ok: false,
      error: { code: 'truncated', path: '1', offset: 36 },
    });
    expect(encodeMessage(spec, { mti: '0800', de65: 'X' })).toMatchObject({
      ok: false,
      error: { code: 'undefined-field', path: '65' },
    });
  });

  it('of fixed size have bit 1 as data', () => {
    const fixed = specWith({ 1: ascii(1), 90: ascii(1) }, { bytes: 16, chain: 0 });
    const wire = `0800${'80'.padEnd(22, '0')}4000000000XY`;
    const decoded = decodeText(fixed, wire);
    expect(decoded).toMatchObject({ ok: true, message: { de1: 'X', de90: 'Y' } });
    const encoded = decoded.ok && encodeMessage(fixed, decoded.message);
    expect(encoded && encoded.ok && new TextDecoder().decode(encoded.bytes)).toBe(wire);
  });

  it('drop the second one when its last element goes, unless the spec always writes it', () => {
    const encoded = encodeMessage(spec, { mti: '0800', de2: 'A', de66: undefined });
    expect(encoded.ok && encoded.bytes.length).toBe(21);
    const always = specWith({ 2: ascii(1) }, { always: 2 });
    const both = encodeMessage(always, { mti: '0800', de2: 'A' });
    expect(both.ok && both.bytes.length).toBe(37);
  });

  it('may have the third inside an element, which is written from what is there', () => {
    const inside = specWith(
      { 2: ascii(1), 65: { data: 'binary', len: 8 }, 130: ascii(1) },
      { chain: 2, tertiaryIn: 65 },
    );
    const stale = { mti: '0800', de2: 'A', de65: fromHex('FFFFFFFFFFFFFFFF') };
    const without = encodeMessage(inside, stale);
    expect(without.ok && without.bytes.length).toBe(21);
    const encoded = encodeMessage(inside, { ...stale, de130: 'B' });
    const decoded = encoded.ok && decodeMessage(inside, encoded.bytes);
    expect(decoded).toMatchObject({
      ok: true,
      message: { de65: fromHex('4000000000000000'), de130: 'B' },
    });
    const view = encoded.ok && decodeView(inside, encoded.bytes);
    expect(view && view.ok && view.view.get(130)).toBe('B');
  });

  it('of one to four bytes have bit 1 as data', () => {
    for (const bytes of [1, 2, 3, 4]) {
      const own = { data: 'binary', bytes, chain: 0 } as const;
      const encoded = encodeBitmap(own, [1, bytes * 8]);
      expect(encoded.ok && decodeBitmap(own, encoded.bytes)).toMatchObject({ set: [1, bytes * 8] });
      expect(encodeBitmap(own, [bytes * 8 + 1]).ok).toBe(false);
    }
  });

  it.each([
    ['no hex', '0800400000000000000GA', 'bad-bitmap', '1', 4],
    ['short', '08004000', 'truncated', '1', 4],
    ['an undefined element', '08001000000000000000A', 'undefined-field', '4', 20],
    ['bytes left', '08004000000000000000AB', 'trailing', '2', 21],
    ['nothing but bytes left', '08000000000000000000B', 'trailing', '1', 20],
    ['no message', '', 'truncated', '0', 0],
  ])('with %s are refused', (_name, wire, code, path, offset) => {
    expect(decodeText(spec, wire)).toMatchObject({ ok: false, error: { code, path, offset } });
  });

  it('leave bytes behind the message alone when told to', () => {
    const bytes = fromAscii('08004000000000000000AB');
    expect(decodeMessage(spec, bytes, { lenient: ['trailing'] })).toMatchObject({
      ok: true,
      used: 21,
    });
  });
});

describe('subfields', () => {
  const ll = { data: 'ascii', size: 2 } as const;
  const tlv = (extra: object) =>
    specWith({
      48: {
        prefix: ll,
        sub: {
          kind: 'tlv',
          tag: { data: 'ascii', len: 2 },
          length: ll,
          fields: { A1: { data: 'ascii', prefix: ll, max: 5 } },
          value: { data: 'ascii' },
          ...extra,
        },
      },
    });
  const wire = (content: string): string =>
    `08000000000000010000${String(content.length).padStart(2, '0')}${content}`;

  it('skip an unknown tag, keep it, or refuse it', () => {
    const content = wire('B203XYZA102OK');
    expect(decodeText(tlv({ unknown: 'skip' }), content)).toMatchObject({
      ok: true,
      message: { de48: { A1: 'OK' } },
    });
    const kept = decodeText(tlv({ unknown: 'keep' }), content);
    expect(kept).toMatchObject({ ok: true, message: { de48: { B2: 'XYZ', A1: 'OK' } } });
    const again = kept.ok && encodeMessage(tlv({ unknown: 'keep' }), kept.message);
    expect(again && again.ok && new TextDecoder().decode(again.bytes)).toBe(content);
    expect(decodeText(tlv({}), content)).toMatchObject({
      ok: false,
      error: { code: 'undefined-tag', path: '48.B2', offset: 22 },
    });
  });

  it('make a list of a tag that stands twice, and write it as it came', () => {
    const spec = tlv({ unknown: 'keep' });
    const content = wire('A101AB201BA101C');
    const decoded = decodeText(spec, content);
    expect(decoded).toMatchObject({ ok: true, message: { de48: { A1: ['A', 'C'], B2: 'B' } } });
    const again = decoded.ok && encodeMessage(spec, decoded.message);
    expect(again && again.ok && new TextDecoder().decode(again.bytes)).toBe(content);
    expect(decodeText(tlv({ unknown: 'keep', repeat: 'error' }), content)).toMatchObject({
      ok: false,
      error: { code: 'repeated-tag', path: '48.A1' },
    });
  });

  it.each([
    ['an unknown tag cut short', 'B2', 'truncated', '48.B2', 24],
    ['a tag cut short', 'A', 'truncated', '48', 22],
    ['a value over its maximum', 'A106ABCDEF', 'too-long', '48.A1', 24],
    ['a value past the end', 'A105AB', 'truncated', '48.A1', 26],
  ])('name the place of %s', (_name, content, code, path, offset) => {
    const decoded = decodeText(tlv({ unknown: 'keep' }), wire(content));
    expect(decoded).toMatchObject({ ok: false, error: { code, path, offset } });
  });

  it('give what was decoded before the error, down to the subfield', () => {
    const decoded = decodeText(tlv({ unknown: 'keep' }), wire('B203XYZA1-1'));
    expect(decoded).toMatchObject({
      ok: false,
      error: { code: 'bad-length', path: '48.A1' },
      partial: { mti: '0800', de48: { B2: 'XYZ' } },
    });
  });

  it('may have the length first, covering tag and value', () => {
    const spec = tlv({ lengthFirst: true, fields: { A1: { data: 'ascii' } }, unknown: 'keep' });
    const content = wire('05A1ABC02B2');
    const decoded = decodeText(spec, content);
    expect(decoded).toMatchObject({ ok: true, message: { de48: { A1: 'ABC', B2: '' } } });
    const again = decoded.ok && encodeMessage(spec, decoded.message);
    expect(again && again.ok && new TextDecoder().decode(again.bytes)).toBe(content);
  });

  const positional = specWith({
    48: {
      prefix: ll,
      sub: {
        kind: 'positional',
        order: ['1', '2'],
        optionalTail: true,
        fields: { 1: ascii(2), 2: { ...ascii(2), charset: 'n' } },
      },
    },
  });

  it.each([
    ['more than the subfields take', 'AB12X', 'sub-length', '48', 22],
    ['half a subfield', 'AB1', 'truncated', '48.2', 24],
    ['a letter in a numeric one', 'AB1X', 'bad-char', '48.2', 24],
  ])('by position refuse %s', (_name, content, code, path, offset) => {
    expect(decodeText(positional, wire(content))).toMatchObject({
      ok: false,
      error: { code, path, offset },
    });
  });

  it('by position may lack a tail but have no gap', () => {
    expect(decodeText(positional, wire('AB'))).toMatchObject({
      ok: true,
      message: { de48: { 1: 'AB' } },
    });
    expect(encodeMessage(positional, { mti: '0800', de48: { 2: '12' } })).toMatchObject({
      ok: false,
      error: { code: 'missing', path: '48.1' },
    });
    expect(encodeMessage(positional, { mti: '0800', de48: { 1: 'AB', 3: 'X' } })).toMatchObject({
      ok: false,
      error: { code: 'undefined-field', path: '48.3' },
    });
  });

  it('pass 00 bytes between BER objects', () => {
    const ber = specWith({
      55: {
        prefix: { data: 'ascii', size: 3 },
        sub: { kind: 'tlv', tag: { data: 'ber' }, fields: {}, unknown: 'keep' },
      },
    });
    const bytes = new Uint8Array([
      ...fromAscii('08000000000000000200009'),
      ...fromHex('009C0100009A020102'),
    ]);
    expect(decodeMessage(ber, bytes)).toMatchObject({
      ok: true,
      message: { de55: { '9C': fromHex('00'), '9A': fromHex('0102') } },
    });
  });
});

describe('datasets of 2003', () => {
  const dataset = (id: string, elements: object) =>
    ({ mti: '2100', de49: [{ id, elements }] }) as Message;
  it.each([
    ['bitmap', dataset('71', { 1: '1', 2: '1234' }), '71', '71000560000112 34'],
    ['TLV', dataset('01', { '9F02': fromHex('0100') }), '01', '0100059F02020100'],
    [
      'bitmap with TLV behind it',
      dataset('71', { 1: '1', '9F02': fromHex('01') }),
      '71',
      '7100074001019F020101',
    ],
  ])('by %s', (_name, message, _id, content) => {
    const wire = content.replaceAll(' ', '');
    const encoded = encodeMessage(iso2003, message);
    expect(encoded.ok && toHex(encoded.bytes).slice(24)).toBe(wire);
    const decoded = encoded.ok && decodeMessage(iso2003, encoded.bytes);
    expect(decoded).toMatchObject({ ok: true, message });
  });

  it('chain their bitmap by bytes', () => {
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [i + 1, { data: 'binary', len: 1 } as const]),
    );
    const spec = specWith({
      49: { prefix: { data: 'ascii', size: 3 }, sub: { kind: 'datasets', elements: many } },
    });
    for (const highest of [1, 14, 15, 16, 21, 22, 28, 29, 30]) {
      const elements = { 1: fromHex('AA'), [highest]: fromHex('BB') };
      const message = { mti: '0800', de49: [{ id: '72', elements }] };
      const encoded = encodeMessage(spec, message);
      expect(encoded.ok && decodeMessage(spec, encoded.bytes)).toMatchObject({ ok: true, message });
    }
  });

  it.each([
    ['cut short', '7100', 'truncated', '49.71'],
    ['longer than the element', '7100FF', 'truncated', '49.71'],
    ['with an undefined element', '7100020002', 'undefined-field', '49.71.14'],
    ['with bytes left', '71000440000199', 'sub-length', '49.71'],
  ])('%s are refused', (_name, content, code, path) => {
    const bytes = fromHex(
      `21000000000000008000${String(content.length / 2).padStart(4, '0')}${content}`,
    );
    expect(decodeMessage(iso2003, bytes)).toMatchObject({ ok: false, error: { code, path } });
  });
});

function cyclic(): object {
  const fields: { [key: string]: unknown } = {};
  fields['2'] = fields;
  return { fields };
}

describe('a spec', () => {
  it.each(Object.keys(specs))('%s survives JSON', (name) => {
    const json: unknown = JSON.parse(JSON.stringify(specToJson(specs[name])));
    const made = specFromJson(json);
    expect(made.ok && made.spec.definition).toEqual(specs[name].definition);
  });

  it.each([
    ['no object', null, ''],
    ['no bitmap', { mti: ascii(4), fields: {} }, 'bitmap'],
    [
      'an encoding that does not exist',
      { fields: { 2: { data: 'utf16', len: 2 } } },
      'fields.2.data',
    ],
    [
      'a property that does not exist',
      { fields: { 2: { data: 'ascii', length: 2 } } },
      'fields.2.length',
    ],
    ['a number that is none', { fields: { 0: ascii(1) } }, 'fields.0'],
    [
      'a prefix without size',
      { fields: { 2: { data: 'ascii', prefix: { data: 'ascii' } } } },
      'fields.2.prefix.size',
    ],
    [
      'a fixed length and a prefix',
      { fields: { 2: { ...ascii(2), prefix: { data: 'bcd', size: 2 } } } },
      'fields.2',
    ],
    [
      'an order that names nothing',
      { fields: { 2: { sub: { kind: 'positional', order: ['9'], fields: {} } } } },
      'fields.2.sub.order',
    ],
    ['a separator of two digits', { fields: { 2: { ...ascii(2), sep: 'DD' } } }, 'fields.2.sep'],
    [
      'unknown tags without a length',
      {
        fields: {
          2: { sub: { kind: 'tlv', tag: { data: 'ascii', len: 2 }, unknown: 'skip', fields: {} } },
        },
      },
      'fields.2.sub.length',
    ],
  ])('with %s is refused by place', (_name, spec, path) => {
    const whole =
      spec === null || 'mti' in spec
        ? spec
        : { mti: ascii(4), bitmap: { data: 'binary', bytes: 8 }, ...spec };
    const made = specFromJson(whole);
    expect(made.ok ? [] : made.error.problems.map((problem) => problem.path)).toContain(path);
  });

  it.each([
    ['a bitmap of a gigabyte', { bitmap: { data: 'binary', bytes: 1 << 30 } }, 'bitmap.bytes'],
    ['a fixed length of two gigabytes', { fields: { 2: ascii(0x7fff_ffff) } }, 'fields.2.len'],
    ['a name that is none', { fields: { 2: { ...ascii(2), name: 7 } } }, 'fields.2.name'],
    ['a cycle', cyclic(), ''],
  ])('with %s is refused', (_name, part, path) => {
    const whole = { mti: ascii(4), bitmap: { data: 'binary', bytes: 8 }, fields: {}, ...part };
    const made = specFromJson(whole);
    expect(made.ok ? [] : made.error.problems.map((problem) => problem.path)).toContain(path);
  });

  it('that is anything at all is refused or works, and never throws', () => {
    const anything = fc.anything({ withBigInt: true, withNullPrototype: true });
    const almost = fc.record({
      mti: fc.oneof(fc.constant(ascii(4)), anything),
      bitmap: fc.oneof(fc.constant({ data: 'binary', bytes: 8 }), anything),
      fields: fc.dictionary(fc.constantFrom('2', '3', 'x', '__proto__'), anything),
    });
    fc.assert(
      fc.property(fc.oneof(anything, almost), fc.uint8Array(), (json, bytes) => {
        const made = specFromJson(json);
        if (made.ok) decodeMessage(made.spec, bytes);
        else expect(made.error.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('nested deeper than allowed is refused', () => {
    let field: object = ascii(1);
    for (let i = 0; i < 20; i++) {
      field = { sub: { kind: 'positional', order: ['1'], fields: { 1: field } } };
    }
    const json = { mti: ascii(4), bitmap: { data: 'binary', bytes: 8 }, fields: { 2: field } };
    expect(specFromJson(json).ok).toBe(false);
    expect(specFromJson(json, { maxDepth: 32 }).ok).toBe(true);
  });
});
