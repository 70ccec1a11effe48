// UnionPay's POS interface on the wire: DE 60 and 61, the host's own DE 37, reversals under the original's trace number.
import { toHex } from '@chipswitch/bytes';
import type { IsoMessage } from '@chipswitch/transaction';
import { FrameDecoder, encodeFrame } from 'iso8583-js';
import { describe, expect, it } from 'vitest';
import { unionpayPos } from '../../src/dialects/unionpay-pos.ts';
import { openProtocol } from '../../src/links/host-protocol.ts';
import { message, settingsOf } from '../links/link-rig.ts';

const { write, read } = unionpayPos;
const protocol = openProtocol({
  settings: settingsOf({ dialect: 'unionpayPos' }, 9000),
  today: () => '2026-11-22',
});
const original = `0200000007112102110712345678901${'0'.repeat(11)}`;

describe('a request', () => {
  it('has the elements of the interface and no others', () => {
    const asked = message('0200', 1, { de18: '5411', de43: 'SHOP'.padEnd(40), de25: '00' });
    const wire = write(asked, '2026-11-22');
    expect(Object.keys(wire).sort()).toEqual(
      ['mti', 'de2', 'de3', 'de4', 'de11', 'de22', 'de25', 'de41', 'de42', 'de49', 'de60'].sort(),
    );
    expect(wire.de60).toBe('22000001000600');
  });
  it('says how a PIN block is made', () => {
    const wire = write(message('0200', 1, { de52: new Uint8Array(8) }), '2026-11-22');
    expect(wire).toMatchObject({ de26: '12', de53: '2600000000000000' });
  });
  it.each([
    ['0200', '000000', '00', '22'],
    ['0200', '010000', '00', '22'],
    ['0220', '000000', '00', '22'],
    ['0200', '200000', '00', '23'],
    ['0200', '020000', '00', '23'],
    ['0220', '200000', '00', '25'],
    ['0100', '030000', '06', '10'],
    ['0100', '200000', '06', '11'],
    ['0200', '000000', '06', '20'],
    ['0220', '000000', '06', '24'],
    ['0200', '200000', '06', '21'],
    ['0200', '310000', '00', '01'],
  ])('%s with DE 3 %s and DE 25 %s is of the kind %s', (mti, de3, de25, kind) => {
    expect((write(message(mti, 1, { de3, de25 }), '2026-11-22').de60 as string).slice(0, 2)).toBe(
      kind,
    );
  });
  it('says of a chip card that was swiped that it was', () => {
    expect(write(message('0200', 1, { de22: '801' }), '2026-11-22').de60).toBe('22000001000620');
  });
  it('travels in a frame with a TPDU, behind the six-byte head', () => {
    const written = protocol.write(message('0200', 1));
    if (!written.ok) throw new Error(written.error.problem);
    const { options, parts } = protocol.framing;
    const hex = toHex(encodeFrame(options, written.body, parts));
    expect(hex.slice(4, 30)).toBe(`60000000006031003110030200`);
    const [frame] = new FrameDecoder(options).push(encodeFrame(options, written.body, parts));
    expect(frame.ok && protocol.read(frame.body)).toMatchObject({
      ok: true,
      message: { mti: '0200' },
    });
  });
});

describe('what follows a payment', () => {
  it.each(['0420', '0421'])('%s is an 0400 under the trace number of the original', (mti) => {
    const written = protocol.write(message(mti, 9, { de39: '68', de90: original }));
    if (!written.ok) throw new Error(written.error.problem);
    expect(written.wire).toMatchObject({
      mti: '0400',
      de11: '000007',
      de39: '98',
      de61: `0000010000071121`,
    });
    expect(written.wire).not.toHaveProperty('de90');
  });
  it('the reason is 06 for anything but silence', () => {
    expect(write(message('0400', 9, { de39: '17', de90: original }), '2026-11-22').de39).toBe('06');
  });
  it('a refund names its original and keeps its own trace number', () => {
    const wire = write(message('0220', 9, { de3: '200000', de90: original }), '2026-11-22');
    expect(wire).toMatchObject({ de11: '000009', de61: '0000010000071121' });
  });
});

describe('network management', () => {
  it.each([
    ['0800', '001', '00000001003'],
    ['0820', '002', '00000001002'],
    ['0820', '301', '00000001301'],
  ])('%s with code %s', (mti, code, de60) => {
    const wire = write({ mti, de7: '1122021107', de11: '000001', de70: code }, '2026-11-22');
    expect(wire).toMatchObject({ mti, de11: '000001', de60 });
    expect(wire).not.toHaveProperty('de70');
    expect(wire).not.toHaveProperty('de7');
    expect(read(wire)).toMatchObject({ mti, de70: code });
  });
  it('is sign-off and echo by 0820', () => {
    expect(unionpayPos.network).toMatchObject({ signOff: { mti: '0820' }, echo: { mti: '0820' } });
  });
});

describe('an answer', () => {
  it('keeps the host’s own number, and what the terminal prints', () => {
    const answer: IsoMessage = {
      mti: '0210',
      de11: '000001',
      de37: 'HOST00000001',
      de39: '00',
      de44: '01020000   03040000   ',
      de60: '22000001',
    };
    expect(read(answer)).toEqual({
      mti: '0210',
      de11: '000001',
      de37: 'HOST00000001',
      de39: '00',
      de44: answer.de44,
    });
    expect(protocol).toMatchObject({ numbering: 'host', passedOn: [44] });
  });
});
