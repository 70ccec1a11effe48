// TLV and data measures, against npm @tomkp/ber-tlv in the same run; the kernel's measures follow.
import { fromHex, toHex } from '@chipswitch/bytes';
import { decodeValue, describeTlv, parseMerchantQr } from '@chipswitch/emv';
import { TlvCursor, encodeTlv, parseTlv, tlvMap } from '@chipswitch/tlv';
import { parse as peerParse } from '@tomkp/ber-tlv';
import { emvKernelMeasures } from './emv-kernel.ts';
import type { Measure } from './measure.ts';
import type { MeasureSuite } from './suite.ts';

// DE 55 of an authorisation request: 21 objects, 147 bytes.
const de55 = fromHex(
  '5F2A020156820258008407A00000033301019505000000800' +
    '09A032611229C01005F3401019F02060000000100009F0306' +
    '0000000000009F090200209F10120110A04003223000000000' +
    '001126980002FF9F1A0201569F1E08313233343536373' +
    '89F260811223344556677889F2701809F3303E0F8C89F3403' +
    '4203009F3501229F360200019F3704123456789F410400000001',
);
const objects = 21;

// A READ RECORD answer: a template with one long certificate.
const record = encodeTlv([
  [
    0x70,
    [
      [0x90, new Uint8Array(176).fill(0x5a)],
      [0x8f, Uint8Array.of(0x94)],
    ],
  ],
]);

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`bench emv: ${what}`);
}

/**
 * A measure whose work leaves a number behind that is looked at, so that none of it can be
 * dropped.
 */
function measure(
  name: string,
  work: () => number,
  expected: number,
  bars: Omit<Measure, 'name' | 'check' | 'run'> = {},
): Measure {
  return {
    name,
    ...bars,
    check: () => check(work() === expected, name),
    run: (iterations) => {
      let sum = 0;
      for (let i = 0; i < iterations; i++) sum += work();
      check(sum === expected * iterations, name);
    },
  };
}

const peer = '@tomkp/ber-tlv 1.0.1: DE 55, 21 objects';

function readThree(): number {
  const { map } = tlvMap(de55);
  const atc = map.get(0x9f36);
  const tvr = map.get(0x95);
  const cryptogram = map.get(0x9f26);
  return (atc?.[1] ?? -1) + (tvr?.[3] ?? -1) + (cryptogram?.[7] ?? -1);
}

function walk(): number {
  const cursor = new TlvCursor(de55);
  let count = 0;
  while (cursor.next()) count++;
  return cursor.code === undefined ? count : -1;
}

const views = parseTlv(de55);
const inputs = views.nodes.map((node) => [node.tag, node.value] as const);

const qr =
  '0002010102121313JCB12345678900416MASTER12345678905204531153033925407999.12' +
  '35802JP5906DONGRI6005TOKYO62240104hoge0504fuga0704piyo6304C343';

function measures(): Measure[] {
  check(views.ok && views.nodes.length === objects && de55.length === 147, 'DE 55');
  check(toHex(encodeTlv(inputs)) === toHex(de55), 'encode');
  return [
    measure(peer, () => peerParse(de55).length, objects),
    measure(
      'DE 55 into views (tag, offsets, bounds checked)',
      () => parseTlv(de55).nodes.length,
      objects,
      {
        baseline: peer,
        barPerSecond: 3_000_000,
        barRatio: 9,
      },
    ),
    measure('DE 55 into a tag map', () => (tlvMap(de55).map.has(0x9f41) ? 1 : 0), 1, {
      baseline: peer,
      barPerSecond: 1_000_000,
      barRatio: 3,
    }),
    measure('DE 55 into a tag map, three values read', readThree, 0x01 + 0x80 + 0x88, {
      baseline: peer,
    }),
    measure('DE 55 into a Map of values', () => tlvMap(de55).map.toMap().size, objects, {
      baseline: peer,
    }),
    measure('DE 55 walked', walk, objects, { baseline: peer }),
    measure('READ RECORD answer into a tree', () => parseTlv(record).nodes[0].children!.length, 2),
    measure('DE 55 encoded', () => encodeTlv(inputs).length, 147),
    measure('DE 55 described, masked', () => describeTlv(de55).objects.length, objects),
    measure('TVR decoded', () => (decodeValue(0x95, de55.subarray(24, 29)).ok ? 1 : 0), 1),
    measure('merchant QR parsed, CRC verified', () => (parseMerchantQr(qr).ok ? 1 : 0), 1),
    ...emvKernelMeasures(),
  ];
}

/** The emv suite. */
export const suite: MeasureSuite = { name: 'emv', measures };
