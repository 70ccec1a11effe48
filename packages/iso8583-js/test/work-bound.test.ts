// Work and memory are bounded by the bytes that are there, whatever lengths say: counted, not timed.
import { concatBytes, fromAscii, fromHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldCodec } from '../src/codec/field-codec.ts';
import { decodeGeneral } from '../src/codec/message-codec.ts';
import {
  type FieldSpec,
  type Message,
  compileDefinition,
  encodeMessage,
  specs,
} from '../src/index.ts';
import { Reader } from '../src/wire/cursor.ts';
import { fieldCase, specCase } from './random-specs.ts';

interface Counted {
  readonly bytes: Uint8Array;
  readonly reads: () => number;
  readonly highest: () => number;
}

/** Bytes that count how often one of them is read, and the highest place that was asked for. */
function counting(bytes: Uint8Array): Counted {
  let reads = 0;
  let highest = -1;
  const proxy = new Proxy(bytes, {
    get(target, property): unknown {
      if (property === 'subarray') {
        return (start: number, end: number) => {
          reads += end - start;
          highest = Math.max(highest, end - 1);
          return target.subarray(start, end);
        };
      }
      if (typeof property === 'string' && /^\d+$/.test(property)) {
        reads++;
        highest = Math.max(highest, Number(property));
      }
      return Reflect.get(target, property, target);
    },
  });
  return { bytes: proxy, reads: () => reads, highest: () => highest };
}

/** Reads allowed for a message of that many bytes: each four times, and a few for the bitmap. */
const readsMax = (bytes: number): number => 4 * bytes + 64;

describe('the general decoder', () => {
  it('reads each byte at most four times, and none past the end, on damaged messages', () => {
    fc.assert(
      fc.property(
        specCase.chain((one) => one.message.map((message) => ({ ...one, message }))),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.nat(),
        ({ definition, message }, changes, cutAt) => {
          const spec = compileDefinition<Message>(definition);
          const encoded = encodeMessage(spec, message);
          if (!encoded.ok) return;
          const bytes = Uint8Array.from(encoded.bytes).slice(0, 1 + (cutAt % encoded.bytes.length));
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const counted = counting(bytes);
          decodeGeneral(spec.compiled, counted.bytes);
          expect(counted.reads()).toBeLessThanOrEqual(readsMax(bytes.length));
          expect(counted.highest()).toBeLessThan(bytes.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('does the same on random bytes under every ready-made spec', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        for (const spec of Object.values(specs)) {
          const counted = counting(concatBytes(fromHex('0800F0FF'), noise));
          decodeGeneral(spec.compiled, counted.bytes);
          expect(counted.reads()).toBeLessThanOrEqual(readsMax(noise.length + 4));
          expect(counted.highest()).toBeLessThan(noise.length + 4);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('does the same for one element of any kind', () => {
    fc.assert(
      fc.property(fieldCase, fc.uint8Array({ maxLength: 120 }), ({ spec }, noise) => {
        const counted = counting(noise);
        fieldCodec(spec).decode(new Reader(counted.bytes), noise.length);
        expect(counted.reads()).toBeLessThanOrEqual(readsMax(noise.length));
        expect(counted.highest()).toBeLessThan(noise.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a length that lies', () => {
  const lies: readonly (readonly [string, FieldSpec, Uint8Array])[] = [
    [
      'four binary bytes',
      { data: 'binary', prefix: { data: 'binary', size: 4 } },
      fromHex('7FFFFFFF00'),
    ],
    ['all ones', { data: 'ascii', prefix: { data: 'binary', size: 4 } }, fromHex('FFFFFFFF00')],
    [
      'nine ASCII digits',
      { data: 'ascii', prefix: { data: 'ascii', size: 9 } },
      fromAscii('999999999'),
    ],
    [
      'BER of eight bytes',
      { data: 'binary', prefix: { data: 'ber' } },
      fromHex('888000000000000000'),
    ],
    ['BER of four bytes', { data: 'binary', prefix: { data: 'ber' } }, fromHex('847FFFFFFF01')],
    [
      'UTF-8 characters',
      { data: 'utf8', prefix: { data: 'binary', size: 3 } },
      fromHex('FFFFFFC3A9'),
    ],
  ];
  it.each(lies)('costs a few reads and no memory: %s', (_name, spec, bytes) => {
    const counted = counting(bytes);
    const reader = new Reader(counted.bytes);
    fieldCodec(spec).decode(reader, bytes.length);
    expect(['truncated', 'bad-length']).toContain(reader.code);
    expect(counted.reads()).toBeLessThanOrEqual(2 * bytes.length);
  });

  it('of repeated tags is no square: ten thousand of one tag', () => {
    const tags = new Uint8Array(20_000);
    for (let i = 0; i < tags.length; i += 2) tags[i] = 0x5a;
    const counted = counting(tags);
    const sub = { kind: 'tlv', tag: { data: 'ber' }, fields: {}, unknown: 'keep' } as const;
    fieldCodec({ sub }).decode(new Reader(counted.bytes), tags.length);
    expect(counted.reads()).toBeLessThanOrEqual(readsMax(tags.length));
  });
});
