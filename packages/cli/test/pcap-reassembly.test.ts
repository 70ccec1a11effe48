// TCP reassembly: any order, any overlap, any repetition gives the bytes once; what is lost is named.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reassembly, type StreamEvent } from '../src/pcap/reassembly.ts';
import type { Segment } from '../src/pcap/segment.ts';

function segment(
  sequence: number,
  payload: readonly number[],
  extra: Partial<Segment> = {},
): Segment {
  return {
    timeNs: 0n,
    source: 'a:1',
    destination: 'b:2',
    sequence: sequence >>> 0,
    acknowledged: undefined,
    syn: false,
    fin: false,
    rst: false,
    payload: Uint8Array.from(payload),
    missing: 0,
    ...extra,
  };
}

function bytesOf(events: readonly StreamEvent[]): number[] {
  return events.flatMap((event) => (event.kind === 'data' ? Array.from(event.bytes) : []));
}

function gapsOf(events: readonly StreamEvent[]): number[] {
  return events.flatMap((event) => (event.kind === 'gap' ? [event.missing] : []));
}

function runAll(segments: readonly Segment[], limits = {}): StreamEvent[] {
  const reassembly = new Reassembly(limits);
  return [...segments.flatMap((one) => reassembly.push(one)), ...reassembly.end()];
}

describe('order', () => {
  it('holds for any cut, shuffle, overlap and repetition, across the wrap of sequence numbers', () => {
    const cuts = fc.array(fc.tuple(fc.nat(59), fc.integer({ min: 1, max: 20 })), { maxLength: 20 });
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        cuts,
        fc.infiniteStream(fc.nat(1000)),
        (initial, extra, order) => {
          const whole = Array.from({ length: 60 }, (_, i) => i);
          const pieces = [
            ...Array.from({ length: 10 }, (_, i): [number, number] => [i * 6, 6]),
            ...extra,
          ].map(([start, length]) =>
            segment(initial + 1 + start, whole.slice(start, start + length)),
          );
          const shuffled = pieces
            .map((piece) => ({ piece, key: order.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ piece }) => piece);
          const events = runAll([segment(initial, [], { syn: true }), ...shuffled]);
          expect(bytesOf(events)).toEqual(whole);
          expect(gapsOf(events)).toEqual([]);
        },
      ),
    );
  });
});

describe('loss', () => {
  it('is named with its size, at the end of the capture', () => {
    const events = runAll([segment(9, [], { syn: true }), segment(10, [1, 2]), segment(15, [8])]);
    expect(events.map((event) => event.kind)).toEqual(['data', 'gap', 'data']);
    expect(gapsOf(events)).toEqual([3]);
    expect(bytesOf(events)).toEqual([1, 2, 8]);
  });

  it('is named when more segments wait than are allowed', () => {
    const late = Array.from({ length: 5 }, (_, i) => segment(20 + i, [i]));
    const reassembly = new Reassembly({ waitingMax: 3 });
    const events = [segment(9, [], { syn: true }), ...late].flatMap((one) => reassembly.push(one));
    expect(gapsOf(events)).toEqual([10]);
    expect(bytesOf(events)).toEqual([0, 1, 2, 3, 4]);
  });

  it('is named at once when the receiver acknowledges what the capture lacks', () => {
    const reassembly = new Reassembly();
    const sent = [segment(10, [1]), segment(14, [5])].flatMap((one) => reassembly.push(one));
    expect(bytesOf(sent)).toEqual([1]);
    const back = { source: 'b:2', destination: 'a:1' };
    expect(reassembly.push(segment(1, [], { ...back, acknowledged: 11 }))).toEqual([]);
    const events = reassembly.push(segment(1, [], { ...back, acknowledged: 15 }));
    expect(gapsOf(events)).toEqual([3]);
    expect(bytesOf(events)).toEqual([5]);
  });

  it('is named where the capture kept only a part of a packet', () => {
    const events = runAll([segment(10, [1, 2], { missing: 4 }), segment(16, [7])]);
    expect(gapsOf(events)).toEqual([4]);
    expect(bytesOf(events)).toEqual([1, 2, 7]);
  });
});

describe('connections', () => {
  it('begin anew on the same ports, with another number', () => {
    const events = runAll([
      segment(0, [], { syn: true }),
      segment(1, [1]),
      segment(2, [], { fin: true }),
      segment(900, [], { syn: true }),
      segment(901, [2]),
    ]);
    expect(bytesOf(events)).toEqual([1, 2]);
    expect(events.map((event) => event.connection)).toEqual([1, 2]);
  });

  it('may be joined in the middle', () => {
    expect(bytesOf(runAll([segment(500, [1]), segment(501, [2])]))).toEqual([1, 2]);
  });

  it('share one number in both directions', () => {
    const back = { source: 'b:2', destination: 'a:1' };
    const events = runAll([segment(1, [1]), segment(1, [2], back)]);
    expect(events.map((event) => event.connection)).toEqual([1, 1]);
  });

  it('are given up, the oldest first, beyond the limit', () => {
    const many = Array.from({ length: 50 }, (_, i) => segment(1, [i], { source: `a:${i}` }));
    expect(bytesOf(runAll(many, { connectionsMax: 4 }))).toHaveLength(50);
  });

  it('ignore a keep-alive that repeats the last byte', () => {
    expect(bytesOf(runAll([segment(1, [1, 2]), segment(2, [0]), segment(3, [3])]))).toEqual([
      1, 2, 3,
    ]);
  });
});
