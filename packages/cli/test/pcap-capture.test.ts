// Capture files: both formats, both byte orders, chunks cut anywhere, and files that lie.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CapturedPacket } from '../src/pcap/capture-format.ts';
import { CaptureReader } from '../src/pcap/capture.ts';
import { readSegment } from '../src/pcap/segment.ts';
import {
  classicCapture,
  ethernetFrame,
  ipPacket,
  pcapngCapture,
  type SegmentPlan,
} from './support/make-capture.ts';

const plan: SegmentPlan = {
  timeNs: 1_763_769_600_123_456_000n,
  source: { address: [10, 0, 0, 1], port: 40_001 },
  destination: { address: [10, 0, 0, 2], port: 8583 },
  sequence: 100,
  flags: 0x18,
  payload: Uint8Array.of(1, 2, 3),
};
const six = {
  ...plan,
  source: { address: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], port: 1 },
  destination: { address: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], port: 2 },
};

function readWhole(file: Uint8Array, chunk = file.length): CapturedPacket[] {
  const reader = new CaptureReader();
  const packets: CapturedPacket[] = [];
  for (let at = 0; at < file.length; at += chunk) {
    const got = reader.push(file.slice(at, at + chunk));
    packets.push(...got.packets);
    expect(got.error).toBeUndefined();
  }
  expect(reader.end()).toBeUndefined();
  return packets;
}

const frames = [
  { timeNs: plan.timeNs, data: ethernetFrame(plan) },
  {
    timeNs: plan.timeNs + 5_000_000n,
    data: ethernetFrame({ ...plan, payload: new Uint8Array(99) }),
  },
];

describe('formats', () => {
  const files: [string, Uint8Array][] = [
    ['classic, little-endian, microseconds', classicCapture(frames)],
    ['classic, big-endian, microseconds', classicCapture(frames, { little: false })],
    ['classic, little-endian, nanoseconds', classicCapture(frames, { nano: true })],
    ['classic, big-endian, nanoseconds', classicCapture(frames, { little: false, nano: true })],
    ['pcapng, little-endian', pcapngCapture(frames)],
    ['pcapng, big-endian', pcapngCapture(frames, { little: false })],
  ];
  for (const [name, file] of files) {
    it(`${name}: packets, times and lengths, in chunks of any size`, () => {
      for (const chunk of [1, 3, 7, 64, file.length]) {
        const packets = readWhole(file, chunk);
        expect(packets.map(({ data }) => data)).toEqual(frames.map(({ data }) => data));
        expect(packets.map(({ timeNs }) => timeNs)).toEqual(frames.map(({ timeNs }) => timeNs));
        expect(packets[0].linkType).toBe(1);
      }
    });
  }
});

describe('files that lie', () => {
  const good = classicCapture(frames);
  const tooLarge = good.slice();
  new DataView(tooLarge.buffer).setUint32(24 + 8, 0x7fffffff, true);
  const ng = pcapngCapture(frames);
  const trailer = ng.slice();
  trailer[24] ^= 0xff;
  const length3 = ng.slice();
  new DataView(length3.buffer).setUint32(28 + 4, 3, true);
  const cases: [string, Uint8Array, string][] = [
    ['no magic', Uint8Array.of(1, 2, 3, 4, 5), 'NOT_A_CAPTURE'],
    ['empty', new Uint8Array(0), 'NOT_A_CAPTURE'],
    ['three bytes', Uint8Array.of(0xa1, 0xb2, 0xc3), 'NOT_A_CAPTURE'],
    ['cut inside a packet', good.slice(0, -1), 'CUT_SHORT'],
    ['cut inside the file header', good.slice(0, 10), 'CUT_SHORT'],
    ['a packet of 2 GiB', tooLarge, 'PACKET_TOO_LARGE'],
    ['pcapng block lengths disagree', trailer, 'BAD_BLOCK'],
    ['pcapng block of 3 bytes', length3, 'BAD_BLOCK'],
  ];
  for (const [name, file, code] of cases) {
    it(name, () => {
      const reader = new CaptureReader();
      const error = reader.push(file).error ?? reader.end();
      expect(error?.code).toBe(code);
    });
  }

  it('never throws on bytes that begin like a capture and go on at random', () => {
    const heads = [good.slice(0, 24), ng.slice(0, 28), ng.slice(0, 60)];
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 200 }), (head, tail) => {
        const reader = new CaptureReader();
        const { packets } = reader.push(new Uint8Array(Buffer.concat([head, tail])));
        for (const packet of packets) readSegment(packet);
        reader.end();
        expect(packets.length).toBeLessThan(30);
      }),
    );
  });
});

describe('segments', () => {
  const packet = (linkType: number, data: Uint8Array): CapturedPacket => ({
    timeNs: 0n,
    linkType,
    data,
    wireLength: data.length,
  });
  const cooked = new Uint8Array(
    Buffer.concat([new Uint8Array(14), Uint8Array.of(8, 0), ipPacket(plan)]),
  );
  const cooked2 = new Uint8Array(
    Buffer.concat([Uint8Array.of(8, 0), new Uint8Array(18), ipPacket(plan)]),
  );
  const carriers: [string, CapturedPacket][] = [
    ['Ethernet (padding is no payload)', packet(1, ethernetFrame(plan))],
    ['one VLAN tag', packet(1, ethernetFrame(plan, 1))],
    ['two VLAN tags', packet(1, ethernetFrame(plan, 2))],
    ['raw IP', packet(101, ipPacket(plan))],
    [
      'loopback',
      packet(0, new Uint8Array(Buffer.concat([Uint8Array.of(2, 0, 0, 0), ipPacket(plan)]))),
    ],
    ['Linux cooked', packet(113, cooked)],
    ['Linux cooked v2', packet(276, cooked2)],
  ];
  for (const [name, carried] of carriers) {
    it(name, () => {
      expect(readSegment(carried)).toMatchObject({
        source: '10.0.0.1:40001',
        destination: '10.0.0.2:8583',
        sequence: 100,
        payload: Uint8Array.of(1, 2, 3),
        missing: 0,
      });
    });
  }

  it('IPv6, its address shortened', () => {
    expect(readSegment(packet(1, ethernetFrame(six)))).toMatchObject({
      source: '[2001:db8::1]:1',
      payload: Uint8Array.of(1, 2, 3),
    });
  });

  it('says why a packet holds none', () => {
    const udp = ipPacket(plan);
    udp[9] = 17;
    const fragment = ipPacket(plan);
    fragment[6] = 0x20;
    expect(readSegment(packet(101, udp))).toBe('other protocol');
    expect(readSegment(packet(101, fragment))).toBe('fragment');
    expect(readSegment(packet(101, ipPacket(plan).slice(0, 30)))).toBe('cut short');
    expect(readSegment(packet(9999, ipPacket(plan)))).toBe('unknown link layer');
    expect(readSegment(packet(1, new Uint8Array(3)))).toBe('other protocol');
  });

  it('never throws nor reads past the end, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 101, 113, 276),
        fc.uint8Array({ maxLength: 120 }),
        fc.boolean(),
        (linkType, data, likeIp) => {
          if (likeIp && data.length > 0) data[0] = 0x45;
          const got = readSegment(packet(linkType, data));
          expect(['string', 'object']).toContain(typeof got);
        },
      ),
    );
  });
});
