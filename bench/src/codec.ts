// The codec suite: build+pack, unpack and lazy view of the reference message, against npm iso_8583.
import { createRequire } from 'node:module';
import { equalBytes, toHex } from '@chipswitch/bytes';
import { decodeMessage, decodeView, encodeMessage, iso1987Binary } from 'iso8583-js';
import {
  asciiSpec,
  asciiWire,
  packedWire,
  referenceMessage,
  referencePackedMessage,
} from './codec-reference.ts';
import type { Measure } from './measure.ts';
import type { MeasureSuite } from './suite.ts';

interface PeerMessage {
  getBufferMessage(): Uint8Array;
  getIsoJSON(bytes: Uint8Array, config: object): { [field: string]: string };
}
const Peer = createRequire(import.meta.url)('iso_8583') as new (
  message: object,
  formats: object,
) => PeerMessage;

const peerFormats = { 64: { ContentType: 'b', Label: 'MAC', LenType: 'fixed', MaxLen: 16 } };

/** The reference message as npm iso_8583 wants it: numbers as keys, bytes as hex text. */
function peerMessage(): { [field: string]: string } {
  const message: { [field: string]: string } = {};
  for (const [key, value] of Object.entries(referenceMessage())) {
    const field = key === 'mti' ? '0' : key.slice(2);
    message[field] = typeof value === 'string' ? value : toHex(value).toLowerCase();
  }
  return message;
}

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(`codec benchmark: ${what}`);
}

const peerNames = { pack: 'npm iso_8583 build+pack', unpack: 'npm iso_8583 unpack' };

function peerMeasures(): Measure[] {
  const template = peerMessage();
  const wire = new Peer({ ...template }, peerFormats).getBufferMessage().subarray(2);
  return [
    {
      name: peerNames.pack,
      // It always adds an empty second bitmap: 540 bytes.
      check: () => must(wire.length === asciiWire.length + 8, 'iso_8583 packs 540 bytes'),
      run(iterations) {
        for (let i = 0; i < iterations; i++) {
          const packed = new Peer({ ...template }, peerFormats).getBufferMessage();
          must(packed.length === 542, 'iso_8583 packs');
        }
      },
    },
    {
      name: peerNames.unpack,
      check() {
        const decoded = new Peer({}, peerFormats).getIsoJSON(wire, { lenHeader: false });
        must(decoded['37'] === template['37'] && decoded['55'] === template['55'], 'it unpacks');
      },
      run(iterations) {
        for (let i = 0; i < iterations; i++) {
          const decoded = new Peer({}, peerFormats).getIsoJSON(wire, { lenHeader: false });
          must(decoded['37'].length === 12, 'iso_8583 unpacks');
        }
      },
    },
  ];
}

function packMeasures(): Measure[] {
  return [
    {
      name: 'build+pack, ascii wire (532 bytes)',
      baseline: peerNames.pack,
      barPerSecond: 800_000,
      barRatio: 50,
      check() {
        const packed = encodeMessage(asciiSpec, referenceMessage());
        must(packed.ok && equalBytes(packed.bytes, asciiWire), 'packs the ascii wire');
      },
      run(iterations) {
        for (let i = 0; i < iterations; i++) {
          const packed = encodeMessage(asciiSpec, referenceMessage());
          must(packed.ok && packed.bytes.length === 532, 'packs');
        }
      },
    },
    {
      name: 'build+pack, bcd wire (334 bytes)',
      barPerSecond: 560_000,
      check() {
        const packed = encodeMessage(iso1987Binary, referencePackedMessage());
        must(packed.ok && equalBytes(packed.bytes, packedWire), 'packs the bcd wire');
      },
      run(iterations) {
        for (let i = 0; i < iterations; i++) {
          const packed = encodeMessage(iso1987Binary, referencePackedMessage());
          must(packed.ok && packed.bytes.length === 334, 'packs');
        }
      },
    },
  ];
}

function unpackMeasures(): Measure[] {
  return [
    {
      name: 'unpack all fields, ascii wire',
      baseline: peerNames.unpack,
      barPerSecond: 1_000_000,
      barRatio: 12,
      check() {
        const decoded = decodeMessage(asciiSpec, asciiWire);
        must(decoded.ok, 'decodes the ascii wire');
        if (!decoded.ok) return;
        must(JSON.stringify(decoded.message) === JSON.stringify(referenceMessage()), 'all values');
      },
      run(iterations) {
        for (let i = 0; i < iterations; i++) {
          const decoded = decodeMessage(asciiSpec, asciiWire);
          must(decoded.ok && decoded.message.de37?.length === 12, 'decodes');
        }
      },
    },
    {
      name: 'unpack all fields, bcd wire',
      barPerSecond: 700_000,
      check() {
        const decoded = decodeMessage(iso1987Binary, packedWire);
        must(decoded.ok, 'decodes the bcd wire');
        if (!decoded.ok) return;
        const wanted = JSON.stringify(referencePackedMessage());
        must(JSON.stringify(decoded.message) === wanted, 'all values');
      },
      run(iterations) {
        for (let i = 0; i < iterations; i++) {
          const decoded = decodeMessage(iso1987Binary, packedWire);
          must(decoded.ok && decoded.message.de37?.length === 12, 'decodes');
        }
      },
    },
    {
      name: 'lazy view, five fields read, ascii wire',
      barPerSecond: 1_100_000,
      check() {
        const opened = decodeView(asciiSpec, asciiWire);
        must(opened.ok && opened.view.get(4) === '000000012345', 'opens');
      },
      run(iterations) {
        for (let i = 0; i < iterations; i++) must(readFive() === 47, 'reads five fields');
      },
    },
  ];
}

/** Characters of the five fields that routing needs. */
function readFive(): number {
  const opened = decodeView(asciiSpec, asciiWire);
  if (!opened.ok) return 0;
  const { view } = opened;
  const lengths = [view.get(2), view.get(4), view.get(11), view.get(41), view.get(49)];
  let sum = view.mti.length - 2;
  for (const value of lengths) sum += value?.length ?? 0;
  return sum;
}

/** Bytes that one call leaves on the heap, measured over many calls between collections. */
function bytesPerCall(work: () => unknown): number {
  const calls = 2000;
  for (let i = 0; i < 20_000; i++) work();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const before = process.memoryUsage();
    for (let i = 0; i < calls; i++) work();
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    // A collection in between makes the figure small or negative: such a round tells nothing.
    if (grown > calls * 16) best = Math.min(best, grown / calls);
  }
  return Math.round(best);
}

function allocationFacts(): Record<string, unknown> {
  return {
    'bytes allocated per decoded message, ascii wire': bytesPerCall(() =>
      decodeMessage(asciiSpec, asciiWire),
    ),
    'bytes allocated per decoded message, bcd wire': bytesPerCall(() =>
      decodeMessage(iso1987Binary, packedWire),
    ),
    'bytes allocated per lazy view, five fields read': bytesPerCall(readFive),
  };
}

/** The codec suite. */
export const suite: MeasureSuite = {
  name: 'codec',
  measures: () => [...peerMeasures(), ...packMeasures(), ...unpackMeasures()],
  facts: allocationFacts,
};
