// Ready-made dialects on the wire: UnionPay's POS interface, and what jPOS's stock packagers write.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  FrameDecoder,
  type Message,
  type Spec,
  decodeMessage,
  diagnoseMessage,
  encodeFrame,
  encodeMessage,
  iso1993Ascii,
  specs,
  unionPayPos,
} from '../src/index.ts';

const tpdu = { length: 'binary2', tpdu: true } as const;

function bytesOf(spec: Spec, message: Message): Uint8Array {
  const encoded = encodeMessage(spec, message);
  if (!encoded.ok) throw new Error(`${encoded.error.code} at ${encoded.error.path}`);
  return encoded.bytes;
}

// The structure of a purchase that a terminal in the field sent: bitmap 702406C020C19A31, values of a test card.
const purchase = [
  '603100311003',
  '0200',
  '702406C020C19A31',
  '166222021234567890', // 2
  '000000', // 3
  '000000000100', // 4
  '000123', // 11
  '3012', // 14
  '0710', // 22
  '0001', // 23
  '00', // 25
  '12', // 26
  '336222021234567890D30122010000000000', // 35: 33 digits and the filler
  toHex(fromAscii('12345678')), // 41
  toHex(fromAscii('123456789012345')), // 42
  '000110', // 48: one packed digit
  toHex(fromAscii('156')), // 49
  '0123456789ABCDEF', // 52
  '2600000000000000', // 53
  '00089F26080102030405', // 55: eight bytes
  '0010' + toHex(fromAscii('0104001234')), // 59
  '001422000001000600', // 60: fourteen packed digits
  toHex(fromAscii('0A1B2C3D')), // 64: the MAC as text
].join('');

describe("UnionPay's POS interface", () => {
  it('U1: a purchase of a genuine structure is read whole and written again byte by byte', () => {
    const frame = encodeFrame(tpdu, fromHex(purchase), { tpdu: fromHex('6000060000') });
    const [read] = new FrameDecoder(tpdu).push(frame);
    if (!read.ok) throw new Error(read.error.code);
    const decoded = decodeMessage(unionPayPos, read.body);
    if (!decoded.ok) throw new Error(`${decoded.error.code} at ${decoded.error.path}`);
    expect(decoded.message).toMatchObject({
      header: fromHex('603100311003'),
      mti: '0200',
      de22: '071',
      de23: '001',
      de35: '6222021234567890=3012201000000000',
      de48: '1',
      de53: '2600000000000000',
      de59: '0104001234',
      de60: '22000001000600',
      de64: fromAscii('0A1B2C3D'),
    });
    expect(toHex(bytesOf(unionPayPos, decoded.message))).toBe(purchase);
  });
  it('U1: the doctor says which it is', () => {
    const frame = encodeFrame(tpdu, fromHex(purchase), { tpdu: fromHex('6000060000') });
    const [best] = diagnoseMessage(frame);
    expect(best).toMatchObject({ specName: 'unionPayPos', ok: true, roundTrip: true });
    expect(best.framing?.name).toBe('binary2+tpdu');
  });
  it('takes working keys as bytes, and shows none of them', () => {
    const bytes = bytesOf(unionPayPos, {
      mti: '0810',
      header: fromHex('603100311003'),
      de39: '00',
      de62: fromHex('FF'.repeat(40)),
    });
    const decoded = decodeMessage(unionPayPos, bytes);
    expect(decoded.ok && decoded.message.de62).toEqual(fromHex('FF'.repeat(40)));
    expect(unionPayPos.definition.fields[62]?.sensitive).toBe('secret');
  });
  it.each([
    ['a head of five bytes', purchase.slice(2), 'undefined-field'],
    ['DE 48 of 99 digits', purchase.replace('000110', '009910'), 'too-long'],
    ['an end in DE 60', purchase.slice(0, -24), 'truncated'],
  ])('refuses %s', (_what, hex, code) => {
    const decoded = decodeMessage(unionPayPos, fromHex(hex));
    expect(decoded.ok ? '' : decoded.error.code).toBe(code);
  });
});

describe("J1: jPOS's stock packagers", () => {
  const icc = fromHex('9F2608AABB');
  it.each([
    // packager, element, value, its bytes behind the bitmap
    ['jposIso87Ascii', 55, icc, toHex(fromAscii('0109F2608AABB'))],
    ['jposIso87Ascii', 93, 'ABCDEF', toHex(fromAscii('ABCDEF'))],
    ['jposIso87Ascii', 96, new Uint8Array(16), '30'.repeat(32)],
    ['jposIso87Binary', 36, '123', '0003313233'],
    ['jposIso87Binary', 22, '051', '0051'],
    ['jposIso87Binary', 96, new Uint8Array(16), '00'.repeat(16)],
    ['jposIso93Ascii', 55, icc, `303035${toHex(icc)}`],
    ['jposIso93Ascii', 53, icc, `3035${toHex(icc)}`],
    ['jposIso93Ascii', 96, icc, `303035${toHex(icc)}`],
    ['jposIso93Binary', 39, '000', '0000'],
    ['jposIso93Binary', 24, '831', '8310'],
    ['jposIso93Binary', 35, '12=34', `05${toHex(fromAscii('12=34'))}`],
    ['jposIso93Binary', 99, '123', `03${toHex(fromAscii('123'))}`],
  ] as const)('%s writes DE %i as they do', (name, element, value, hex) => {
    const version = specs[name].definition.version === '1993' ? '1' : '0';
    const message = { mti: `${version}800`, [`de${element}`]: value } as Message;
    const bytes = bytesOf(specs[name], message);
    expect(toHex(bytes).endsWith(hex.toUpperCase()) || toHex(bytes).endsWith(hex)).toBe(true);
    const read = decodeMessage(specs[name], bytes);
    expect(read.ok && read.message).toEqual(message);
  });
  it('the standard form and theirs do not take each other for their own', () => {
    const theirs = bytesOf(specs['jposIso93Ascii'], { mti: '1800', de55: icc });
    expect(decodeMessage(iso1993Ascii, theirs).ok).toBe(false);
  });
  it('where a variant reads no better, the doctor names the standard form alone', () => {
    const bytes = bytesOf(specs['iso1987Ascii'], { mti: '0800', de11: '000001', de70: '301' });
    const named = diagnoseMessage(bytes).map(({ specName }) => specName);
    expect(named[0]).toBe('iso1987Ascii');
    expect(named).not.toContain('jposIso87Ascii');
  });
});
