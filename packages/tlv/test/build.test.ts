// Building TLV, maps, tags and data object lists: tables, and decode of encode as a property.
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DolFormat,
  type TlvInput,
  TlvFault,
  type TlvNode,
  encodeTlv,
  fillDol,
  isConstructed,
  isTag,
  parseDol,
  parseTagList,
  parseTag,
  parseTlv,
  tagHex,
  tagLength,
  tlvMap,
} from '../src/index.ts';

describe('tags', () => {
  it.each([
    ['5A', 0x5a, 1, false],
    ['70', 0x70, 1, true],
    ['9F26', 0x9f26, 2, false],
    ['BF0C', 0xbf0c, 2, true],
    ['DF8116', 0xdf8116, 3, false],
    ['FFFFFF01', 0xffffff01, 4, true],
  ] as const)('%s', (hex, tag, length, constructed) => {
    expect(parseTag(hex.toLowerCase())).toBe(tag);
    expect(tagHex(tag)).toBe(hex);
    expect(tagLength(tag)).toBe(length);
    expect(isConstructed(tag)).toBe(constructed);
    expect(isTag(tag)).toBe(true);
  });

  it.each(['', '9', '9F', '5A01', '9F8', '9F80', '9F818182', '9F81818101', 'ZZ', '9F 26'])(
    'no tag: %s',
    (text) => expect(parseTag(text)).toBeUndefined(),
  );

  it.each([-1, 0.5, 0x9f, 0x5a01, 0x9f2601, 0x1_0000_0000, Number.NaN])('no tag: %d', (tag) =>
    expect(isTag(tag)).toBe(false),
  );
});

describe('encoding', () => {
  it.each([
    [0, '00'],
    [127, '7F'],
    [128, '8180'],
    [255, '81FF'],
    [256, '820100'],
    [65535, '82FFFF'],
    [65536, '83010000'],
  ])('%d bytes have the shortest length octets', (length, octets) => {
    const value = new Uint8Array(length).fill(0xab);
    expect(toHex(encodeTlv([[0x9c, value]]))).toBe(`9C${octets}${toHex(value)}`);
  });

  it('templates from lists and from bytes', () => {
    expect(
      toHex(
        encodeTlv([
          [0xe0, [[0x9f00, fromHex('FF')]]],
          [0x9c, fromHex('FF')],
        ]),
      ),
    ).toBe('E0049F0001FF9C01FF');
    expect(toHex(encodeTlv([[0xe0, fromHex('9F0001FF')]]))).toBe('E0049F0001FF');
  });

  it.each([
    ['tag-invalid', [[0x9f, new Uint8Array(0)]]],
    ['tag-invalid', [[0xe0, [[-5, new Uint8Array(0)]]]]],
    ['children-of-primitive', [[0x9c, [[0x82, new Uint8Array(0)]]]]],
  ] as [string, TlvInput[]][])('%s', (code, items) => {
    expect(() => encodeTlv(items)).toThrow(TlvFault);
    expect(() => encodeTlv(items)).toThrow(expect.objectContaining({ code }));
  });

  it('parse of encode gives the same, whatever the tree', () => {
    const primitive = fc.constantFrom(0x9c, 0x5a, 0x9f26, 0xdf8116, 0x9f828301);
    const template = fc.constantFrom(0x70, 0xe0, 0xbf0c, 0xff8105);
    const { tree } = fc.letrec<{ tree: TlvInput[]; item: TlvInput }>((tie) => ({
      tree: fc.array(tie('item'), { maxLength: 5, depthIdentifier: 'tlv' }),
      item: fc.oneof(
        { depthSize: 'small', depthIdentifier: 'tlv', maxDepth: 8 },
        fc.tuple(primitive, fc.uint8Array({ maxLength: 300 })),
        fc.tuple(template, tie('tree')),
      ) as fc.Arbitrary<TlvInput>,
    }));
    const plain = (node: TlvNode): unknown => [
      node.tag,
      node.children === undefined ? [...node.value] : node.children.map(plain),
    ];
    const wanted = (item: TlvInput): unknown => {
      const [tag, content] = item as readonly [number, Uint8Array | TlvInput[]];
      return [tag, content instanceof Uint8Array ? [...content] : content.map(wanted)];
    };
    fc.assert(
      fc.property(tree, (items) => {
        const bytes = encodeTlv(items);
        const result = parseTlv(bytes);
        expect(result.ok).toBe(true);
        expect(result.nodes.map(plain)).toEqual(items.map(wanted));
        expect(toHex(encodeTlv(result.nodes))).toBe(toHex(bytes));
      }),
    );
  });
});

describe('maps', () => {
  it('the first of two counts, and both are told', () => {
    const result = tlvMap(fromHex('9C01019C01029F0200'));
    expect(result.ok).toBe(true);
    const { map } = result;
    expect([toHex(map.get(0x9c)!), map.has(0x9f02), map.has(0x5a), map.size]).toEqual([
      '01',
      true,
      false,
      2,
    ]);
    expect(map.duplicates()).toEqual([0x9c]);
    expect([...map].map(([tag, value]) => tagHex(tag) + toHex(value))).toEqual(['9C01', '9F02']);
    expect([...map.keys()]).toEqual([0x9c, 0x9f02]);
  });

  it('templates stay closed unless asked for', () => {
    const bytes = fromHex('70045A01019F');
    expect(tlvMap(bytes).ok).toBe(true);
    const deep = tlvMap(bytes, { deep: true });
    expect(deep.ok ? '' : deep.error.code).toBe('tag-truncated');
    expect(toHex(deep.map.get(0x5a)!)).toBe('01');
  });

  it('many objects are found as few are', () => {
    const items: TlvInput[] = [];
    for (let i = 1; i < 120; i++) items.push([0x9f00 + i, Uint8Array.of(i)]);
    const { map } = tlvMap(encodeTlv([...items, [0x9f05, Uint8Array.of(0)]]));
    expect(map.get(0x9f05)).toEqual(Uint8Array.of(5));
    expect(map.get(0x9f77)).toEqual(Uint8Array.of(0x77));
    expect(map.get(0x9f78)).toBeUndefined();
    expect(map.duplicates()).toEqual([0x9f05]);
  });
});

describe('data object lists', () => {
  it.each([
    ['', [], 0],
    [
      '9F02069F3704',
      [
        [0x9f02, 6],
        [0x9f37, 4],
      ],
      10,
    ],
    [
      '9F37049F3704',
      [
        [0x9f37, 4],
        [0x9f37, 4],
      ],
      8,
    ],
    ['9F40FF', [[0x9f40, 255]], 255],
    ['5A80', [[0x5a, 128]], 128],
    [
      'DF8116000001',
      [
        [0xdf8116, 0],
        [0x00, 1],
      ],
      1,
    ],
  ] as [string, [number, number][], number][])('%s', (hex, entries, dataLength) => {
    expect(parseDol(fromHex(hex))).toEqual({
      ok: true,
      entries: entries.map(([tag, length]) => ({ tag, length })),
      dataLength,
    });
  });

  it.each([
    ['9F', 'tag-truncated', 0, 0],
    ['9F02069F', 'tag-truncated', 3, 1],
    ['9F02069A', 'length-truncated', 4, 1],
    ['9F81818101', 'tag-too-long', 0, 0],
  ])('%s is refused', (hex, code, offset, before) => {
    const result = parseDol(fromHex(hex));
    if (result.ok) throw new Error('accepted');
    expect([result.error.code, result.error.offset, result.entries.length]).toEqual([
      code,
      offset,
      before,
    ]);
  });

  it.each([
    ['n', '1234', 1, '34'],
    ['n', '1234', 4, '00001234'],
    ['cn', '1234', 1, '12'],
    ['cn', '1234', 4, '1234FFFF'],
    ['other', '1234', 1, '12'],
    ['other', '1234', 4, '12340000'],
    ['other', '', 2, '0000'],
    ['n', '1234', 0, ''],
    ['n', '1234', 2, '1234'],
  ] as [DolFormat, string, number, string][])(
    '%s %s to %d bytes',
    (format, value, length, wanted) => {
      const source = { valueOf: () => fromHex(value), formatOf: () => format };
      expect(toHex(fillDol([{ tag: 0x9f02, length }], source))).toBe(wanted);
    },
  );

  it('absent and constructed objects become zeros', () => {
    const entries = [
      { tag: 0x9f7a, length: 1 },
      { tag: 0x70, length: 2 },
      { tag: 0x9c, length: 1 },
    ];
    const valueOf = (tag: number): Uint8Array | undefined =>
      tag === 0x9f7a ? undefined : Uint8Array.of(9, 9);
    expect(toHex(fillDol(entries, { valueOf }))).toBe('00000009');
  });

  it.each([
    ['', []],
    ['82', [0x82]],
    ['9F0282DF8116', [0x9f02, 0x82, 0xdf8116]],
  ] as [string, number[]][])('tag list %s', (hex, tags) => {
    expect(parseTagList(fromHex(hex))).toEqual({ ok: true, tags });
  });

  it.each([
    ['829F', 'tag-truncated', 1],
    ['9F81818101', 'tag-too-long', 0],
  ])('tag list %s is refused', (hex, code, offset) => {
    expect(parseTagList(fromHex(hex))).toMatchObject({ ok: false, error: { code, offset } });
  });

  it('never throws on random bytes, and the sum is right', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const result = parseDol(bytes);
        const sum = result.entries.reduce((total, entry) => total + entry.length, 0);
        if (result.ok) expect(result.dataLength).toBe(sum);
        else expect(result.error.offset).toBeLessThanOrEqual(bytes.length);
        const filled = fillDol(result.entries, { valueOf: () => undefined });
        expect(filled.length).toBe(sum);
      }),
    );
  });
});
