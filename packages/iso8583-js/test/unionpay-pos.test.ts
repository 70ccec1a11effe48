// The UnionPay POS dialect on a message laid out as terminals in China send it: head in the frame, digits packed
// where the standard has text, no date or time of the terminal.
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  FrameDecoder,
  type FrameOptions,
  decodeMessage,
  diagnoseMessage,
  encodeFrame,
  encodeMessage,
  unionpayPos,
} from '../src/index.ts';

const framing: FrameOptions = { length: 'binary2', tpdu: true, headerBytes: 6 };
const tpdu = '6000060000';
const head = '603100311003';
const text = (ascii: string): string => toHex(new TextEncoder().encode(ascii));

const icc = '9F2608B1B2B3B4B5B6B7B89F2701809F360200C8950500000000009A032611309C0100';
const location = `A204 LOCATION ${'9'.repeat(40)}`;
/** Element by element, as it stands on the wire. */
const body = [
  '0200',
  '702406C020C19A31',
  '166240000000000004', // 2: length and digits packed
  '000000', // 3
  '000000000001', // 4
  '000403', // 11
  '2812', // 14
  '0710', // 22: three digits, filled on the right
  '0000', // 23
  '00', // 25
  '12', // 26
  '376240000000000004D281220100000012345670', // 35: 37 digits, filled on the right
  text('10000019'), // 41
  text('850100082410002'), // 42
  '000100', // 48: one digit
  text('156'), // 49
  'D1EEF419D0AE2609', // 52
  '2600000000000000', // 53
  `00${icc.length / 2}${icc}`, // 55
  `00${location.length}${text(location)}`, // 59
  '001422000024000600', // 60: fourteen digits
  text('8F651B26'), // 64: eight characters
].join('');

describe('U1: a message of a UnionPay POS', () => {
  it('is read whole, from the TPDU on, and written as it came', () => {
    const frame = encodeFrame(framing, fromHex(body), {
      tpdu: fromHex(tpdu),
      header: fromHex(head),
    });
    const [read] = new FrameDecoder(framing).push(frame);
    expect(read.ok && read.header && toHex(read.header)).toBe(head);
    const decoded = read.ok ? decodeMessage(unionpayPos, read.body) : undefined;
    expect(decoded).toMatchObject({
      ok: true,
      message: {
        mti: '0200',
        de2: '6240000000000004',
        de11: '000403',
        de22: '071',
        de35: '6240000000000004=28122010000001234567',
        de48: '0',
        de53: '2600000000000000',
        de59: location,
        de60: '22000024000600',
        de64: fromHex(text('8F651B26')),
      },
    });
    const written = decoded?.ok === true ? encodeMessage(unionpayPos, decoded.message) : undefined;
    expect(written?.ok === true && toHex(written.bytes)).toBe(body);
  });
  it('is what the doctor says it is', () => {
    const frame = encodeFrame(framing, fromHex(body), {
      tpdu: fromHex(tpdu),
      header: fromHex(head),
    });
    const [best] = diagnoseMessage(frame);
    expect(best).toMatchObject({ spec: { name: 'unionpayPos' }, roundTrip: true });
  });
  it.each([
    ['a letter in DE 60', body.replace('001422000024000600', '00142200002A000600')],
    ['text in DE 48', body.replace('000100313536', '0001AA313536')],
    ['no MAC where the bitmap says so', body.slice(0, -2)],
    ['a second bitmap, which this dialect does not have', body.replace('7024', 'F024')],
  ])('%s is refused', (_name, hex) => {
    expect(decodeMessage(unionpayPos, fromHex(hex)).ok).toBe(false);
  });
});

describe('the first byte of a TPDU', () => {
  const other = fromHex('000768000600003031');
  it.each([
    ['0x60 when nothing is said', { length: 'binary2', tpdu: true }, 'bad-tpdu'],
    ['another that is named', { length: 'binary2', tpdu: true, tpduId: 0x68 }, undefined],
    [
      'another than the one that is named',
      { length: 'binary2', tpdu: true, tpduId: 0x61 },
      'bad-tpdu',
    ],
    ['any', { length: 'binary2', tpdu: true, tpduId: 'any' }, undefined],
  ] as const)('%s', (_name, options, code) => {
    const [frame] = new FrameDecoder(options).push(other);
    expect(frame.ok ? undefined : frame.error.code).toBe(code);
  });
});
