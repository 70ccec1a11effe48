// Reading TLV: the rules of notes as tables of good and bad inputs, and properties on random bytes.
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type TlvNode,
  type TlvOptions,
  TlvCursor,
  encodeTlv,
  findAllTags,
  findPath,
  findTag,
  isTemplate,
  parseTlv,
  tagHex,
  walkTlv,
} from '../src/index.ts';

type Tree = [string, string | Tree][];

function treeOf(nodes: readonly TlvNode[]): Tree {
  return nodes.map((node) => [
    tagHex(node.tag),
    node.children === undefined ? toHex(node.value) : treeOf(node.children),
  ]);
}

const good: [name: string, hex: string, tree: Tree, options?: TlvOptions][] = [
  ['nothing', '', []],
  ['padding alone', '000000', []],
  ['an empty value', '9C00', [['9C', '']]],
  ['an empty template', 'E000', [['E0', []]]],
  ['a tag of two bytes', '9F0201FF', [['9F02', 'FF']]],
  ['a tag of three bytes', '9F820101FF', [['9F8201', 'FF']]],
  ['a tag of four bytes', '9F82830101FF', [['9F828301', 'FF']]],
  ['a template tag of three bytes', 'FF8105029C00', [['FF8105', [['9C', '']]]]],
  ['length 81', '9C8101FF', [['9C', 'FF']]],
  ['length 82', '9C820001FF', [['9C', 'FF']]],
  ['length 83', '9C83000001FF', [['9C', 'FF']]],
  ['length 84', '9C8400000001FF', [['9C', 'FF']]],
  ['length 81 of nothing', '9C8100', [['9C', '']]],
  [
    'padding between, before and after',
    '00009C000000820000',
    [
      ['9C', ''],
      ['82', ''],
    ],
  ],
  ['padding inside a template', '7005009C000000', [['70', [['9C', '']]]]],
  [
    'duplicates in order',
    '9C01019C0102',
    [
      ['9C', '01'],
      ['9C', '02'],
    ],
  ],
  [
    'universal tags 01, 02, 05 as data',
    '30080101000201050500',
    [
      [
        '30',
        [
          ['01', '00'],
          ['02', '05'],
          ['05', ''],
        ],
      ],
    ],
  ],
  ['FF padding when asked for', '70049C00FFFF', [['70', [['9C', '']]]], { padding: [0, 0xff] }],
  ['FF01 as a tag by default', 'FF0100', [['FF01', []]]],
  ['00 as a tag when 00 is no padding', '000101', [['00', '01']], { padding: [] }],
  ['closed templates', 'E0029C00', [['E0', '9C00']], { depthMax: 0 }],
];

describe('well-formed', () => {
  it.each(good)('%s', (_name, hex, tree, options) => {
    const result = parseTlv(fromHex(hex), options);
    expect(result.ok).toBe(true);
    expect(treeOf(result.nodes)).toEqual(tree);
  });

  it('nodes know where they stand', () => {
    const [template] = parseTlv(fromHex('0070069F360200019C')).nodes;
    expect([template.offset, template.valueOffset, template.endOffset]).toEqual([1, 3, 9]);
    expect(template.length).toBe(6);
    expect(toHex(template.children![0].encoded)).toBe('9F36020001');
  });

  it('finding by tag and by path', () => {
    const fci = encodeTlv([
      [
        0x6f,
        [
          [
            0xa5,
            [
              [0x50, fromHex('41')],
              [0xbf0c, [[0x9f4d, fromHex('0B0A')]]],
            ],
          ],
        ],
      ],
      [0x50, fromHex('42')],
    ]);
    const { nodes } = parseTlv(fci);
    expect(toHex(findTag(nodes, 0x50)!.value)).toBe('41');
    expect(toHex(findPath(nodes, 0x6f, 0xa5, 0xbf0c, 0x9f4d)!.value)).toBe('0B0A');
    expect(findPath(nodes, 0x6f, 0x50)).toBeUndefined();
    expect(findTag(nodes, 0x5a)).toBeUndefined();
    expect(findAllTags(nodes, 0x50).map((node) => toHex(node.value))).toEqual(['41', '42']);
    expect(isTemplate(nodes[0])).toBe(true);
  });
});

const bad: [
  name: string,
  hex: string,
  code: string,
  offset: number,
  path?: string[],
  before?: Tree,
  options?: TlvOptions,
][] = [
  ['a tag cut short', '9F', 'tag-truncated', 0],
  ['a tag cut in its third byte', '9FF0', 'tag-truncated', 0],
  ['a tag cut inside its parent', 'E0019F0001FF', 'tag-truncated', 2, ['E0'], [['E0', []]]],
  ['a tag of five bytes', '9F8182838401FF', 'tag-too-long', 0],
  ['a tag of five bytes after an object', '9C009FFFFFFF0100', 'tag-too-long', 2, [], [['9C', '']]],
  ['no length', '9C', 'length-truncated', 1],
  ['no length after a tag of two bytes', '9F02', 'length-truncated', 2],
  ['81 and nothing', '9C81', 'length-truncated', 2],
  ['82 and one byte', '9C8201', 'length-truncated', 2],
  ['84 and three bytes', '9C84000000', 'length-truncated', 2],
  ['indefinite length', '9C80', 'length-indefinite', 1],
  ['indefinite length of a template', '70805A000000', 'length-indefinite', 1],
  ['length 85', '9C850000000001FF', 'length-too-long', 1],
  ['91 where 8191 was meant', '9091AA', 'length-too-long', 1],
  ['length FF', '9CFF', 'length-too-long', 1],
  ['a missing value', '9C01', 'value-truncated', 2],
  ['a value of four gigabytes', '9C84FFFFFFFF00', 'value-truncated', 6],
  [
    'a child that overruns its parent',
    'E0039C8101C001FF',
    'value-truncated',
    5,
    ['E0'],
    [['E0', []]],
  ],
  [
    'a length taken from outside the parent',
    '700470029C129C00',
    'value-truncated',
    6,
    ['70', '70'],
    [['70', [['70', []]]]],
  ],
  ['garbage after an object', '9C01FFAA', 'length-truncated', 4, [], [['9C', 'FF']]],
  ['FF padding that was not asked for', '9C00FFFF', 'tag-truncated', 2, [], [['9C', '']]],
  [
    'deeper than the limit',
    'E004E002E000',
    'nesting-too-deep',
    4,
    ['E0', 'E0'],
    [['E0', [['E0', [['E0', '']]]]]],
    { depthMax: 2 },
  ],
  [
    'more objects than the limit',
    '9C009C009C00',
    'too-many-objects',
    4,
    [],
    [
      ['9C', ''],
      ['9C', ''],
    ],
    { objectsMax: 2 },
  ],
];

describe('malformed', () => {
  it.each(bad)('%s', (_name, hex, code, offset, path, before, options) => {
    const result = parseTlv(fromHex(hex), options);
    if (result.ok) throw new Error('accepted');
    expect(result.error.code).toBe(code);
    expect(result.error.offset).toBe(offset);
    expect(result.error.path.map(tagHex)).toEqual(path ?? []);
    expect(treeOf(result.nodes)).toEqual(before ?? []);
  });

  it.each(bad)(
    'the walker says the same: %s',
    (_name, hex, code, offset, path, _before, options) => {
      const error = walkTlv(fromHex(hex), () => true, options);
      expect(error?.code).toBe(code);
      expect(error?.offset).toBe(offset);
      expect(error?.path.map(tagHex)).toEqual(path ?? []);
    },
  );

  it('a bomb of a million nested templates stops at the sixteenth', () => {
    const bomb = new Uint8Array(1_000_000).fill(0xe0);
    for (let i = 1; i < bomb.length; i += 6) {
      bomb[i] = 0x84;
      new DataView(bomb.buffer).setUint32(Math.min(i + 1, bomb.length - 4), bomb.length - i - 5);
    }
    const result = parseTlv(bomb);
    expect(result.ok ? '' : result.error.code).toBe('nesting-too-deep');
    expect(result.ok ? 0 : result.error.path.length).toBe(16);
  });

  it('a million empty objects stop at the limit', () => {
    const many = new Uint8Array(2_000_000);
    for (let i = 0; i < many.length; i += 2) many[i] = 0x9c;
    const result = parseTlv(many);
    expect(result.ok ? '' : result.error.code).toBe('too-many-objects');
    expect(result.nodes.length).toBe(4096);
  });
});

describe('walking', () => {
  it('visits in order with depth, and can skip and stop', () => {
    const bytes = fromHex('E0059F02009C008200');
    const seen: string[] = [];
    walkTlv(bytes, (tag, start, end, depth) => seen.push(`${depth}:${tagHex(tag)}:${end - start}`));
    expect(seen).toEqual(['0:E0:5', '1:9F02:0', '1:9C:0', '0:82:0']);
    const skipped: string[] = [];
    walkTlv(bytes, (tag) => {
      skipped.push(tagHex(tag));
      return tag === 0xe0 ? 'skip' : true;
    });
    expect(skipped).toEqual(['E0', '82']);
    const stopped: string[] = [];
    const error = walkTlv(bytes, (tag) => {
      stopped.push(tagHex(tag));
      return tag !== 0x9f02;
    });
    expect(stopped).toEqual(['E0', '9F02']);
    expect(error).toBeUndefined();
  });

  it('a cursor stays at its error', () => {
    const cursor = new TlvCursor(fromHex('9C009C80'));
    expect(cursor.next()).toBe(true);
    expect([cursor.tag, cursor.constructed]).toEqual([0x9c, false]);
    expect([cursor.next(), cursor.next(), cursor.code, cursor.errorOffset]).toEqual([
      false,
      false,
      'length-indefinite',
      3,
    ]);
  });
});

// Bytes that look like TLV often enough to reach deep into the reader.
const likely = fc.array(
  fc.oneof(
    fc.constantFrom(0x9f, 0x5f, 0x70, 0xe0, 0x81, 0x82, 0x84, 0x80, 0x00, 0x01, 0x02, 0xff, 0x1f),
    fc.nat(255),
  ),
  { maxLength: 64 },
);

describe('properties', () => {
  const readers: TlvOptions[] = [{}, { padding: [0, 0xff] }, { padding: [] }, { depthMax: 2 }];

  it('never throws, never reads past the end, and says where it stopped', () => {
    fc.assert(
      fc.property(likely, fc.constantFrom(...readers), (octets, options) => {
        const bytes = Uint8Array.from(octets);
        const inLarger = new Uint8Array(bytes.length + 8).fill(0x5a);
        inLarger.set(bytes, 4);
        const result = parseTlv(bytes, options);
        const view = parseTlv(inLarger.subarray(4, 4 + bytes.length), options);
        expect(treeOf(view.nodes)).toEqual(treeOf(result.nodes));
        if (!result.ok) {
          expect(result.error.offset).toBeLessThanOrEqual(bytes.length);
          expect(view).toMatchObject({ ok: false, error: result.error });
        }
        const inBounds = (nodes: readonly TlvNode[], from: number, end: number): void => {
          for (const node of nodes) {
            expect(node.offset).toBeGreaterThanOrEqual(from);
            expect(node.endOffset).toBeLessThanOrEqual(end);
            if (node.children !== undefined)
              inBounds(node.children, node.valueOffset, node.endOffset);
          }
        };
        inBounds(result.nodes, 0, bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('tree and walker see the same objects', () => {
    fc.assert(
      fc.property(likely, (octets) => {
        const bytes = Uint8Array.from(octets);
        const walked: number[] = [];
        const error = walkTlv(bytes, (tag, start, end) => walked.push(tag, start, end));
        const result = parseTlv(bytes);
        const parsed: number[] = [];
        const collect = (nodes: readonly TlvNode[]): void => {
          for (const node of nodes) {
            parsed.push(node.tag, node.valueOffset, node.endOffset);
            collect(node.children ?? []);
          }
        };
        collect(result.nodes);
        expect(error).toEqual(result.ok ? undefined : result.error);
        if (result.ok || result.error.code !== 'nesting-too-deep') expect(walked).toEqual(parsed);
      }),
      { numRuns: 2000 },
    );
  });
});
