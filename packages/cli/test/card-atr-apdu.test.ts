// Answers to reset, commands, responses: good ones read, bad ones refused by name.
import { fromHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommand, readResponse } from '../src/card/apdu.ts';
import { readAtr } from '../src/card/atr.ts';
import { readStatusWord } from '../src/words/status-words.ts';

describe('answer to reset', () => {
  it('with two protocols, historical bytes and a check character', () => {
    // ISO/IEC 7816-3: T=0 first, T=1 second, TA3 = IFSC 254, TB3.
    const body = [0x3b, 0xe8, 0x00, 0x00, 0x81, 0x31, 0xfe, 0x45, ...Buffer.from('CHIPCARD')];
    const tck = body.slice(1).reduce((a, b) => a ^ b, 0);
    const got = readAtr(Uint8Array.from([...body, tck]));
    expect(got).toMatchObject({ ok: true, protocols: ['T=1'], check: 'right' });
    if (got.ok) expect(Buffer.from(got.historical).toString()).toBe('CHIPCARD');
  });
  it('EMV basic T=0: no check character', () => {
    const got = readAtr(fromHex('3B600000'));
    expect(got).toMatchObject({ ok: true, protocols: ['T=0'], check: 'absent' });
  });
  it('explains the speed of TA1', () => {
    const got = readAtr(fromHex('3B1195'.concat('41')));
    expect(got.parts.find(({ name }) => name === 'TA1')?.text).toContain('F=512 D=16');
  });
  const bad: [string, string, string][] = [
    ['', 'BAD_TS', 'nothing'],
    ['3C00', 'BAD_TS', 'wrong convention'],
    ['3B', 'CUT_SHORT', 'only TS'],
    ['3B05AABB', 'CUT_SHORT', 'historical bytes missing'],
    ['3B80', 'CUT_SHORT', 'TD1 missing'],
    ['3B600000FF', 'BYTES_LEFT_OVER', 'a byte too many'],
    ['3B800100', 'WRONG_TCK', 'check character wrong'],
    [`3B${'00'.repeat(40)}`, 'TOO_LONG', 'longer than 33 bytes'],
  ];
  for (const [hex, code, why] of bad) {
    it(`refuses ${why}`, () => {
      expect(readAtr(fromHex(hex))).toMatchObject({ ok: false, error: { code } });
    });
  }
  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (rest) => {
        const got = readAtr(Uint8Array.from([0x3b, ...rest]));
        expect(got.parts.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('command', () => {
  const good: [string, string, string, string][] = [
    ['00A404000E325041592E5359532E444446303100', 'SELECT', '4S', '2PAY.SYS.DDF01'],
    ['00A4040007A000000003101000', 'SELECT', '4S', 'A0000000031010 Visa credit or debit'],
    ['00B2011400', 'READ RECORD', '2S', 'record 1 of SFI 2'],
    ['80A8000002830000', 'GET PROCESSING OPTIONS', '4S', ''],
    ['80AE9000021122', 'GENERATE AC', '3S', 'ARQC (go online)'],
    ['80CA9F1700', 'GET DATA', '2S', 'tag 9F17'],
    ['0084000000', 'GET CHALLENGE', '2S', ''],
    ['00C00000', 'GET RESPONSE', '1', ''],
    ['002000800824123456FFFFFFFF', 'VERIFY', '3S', 'plaintext PIN'],
    ['00B00000000100', 'READ BINARY', '2E', ''],
  ];
  for (const [hex, name, form, meaning] of good) {
    it(`${name} ${form} ${meaning}`, () => {
      const got = readCommand(fromHex(hex));
      expect(got).toMatchObject({ ok: true, command: { name, form } });
      if (got.ok && meaning !== '') expect(got.command.meaning).toContain(meaning);
    });
  }
  const bad: [string, string][] = [
    ['00A404', 'CUT_SHORT'],
    ['FFA40400', 'BAD_CLASS'],
    ['00A40400051122', 'LENGTH_MISMATCH'],
    ['00A404000211223344', 'LENGTH_MISMATCH'],
    ['00B000000001', 'CUT_SHORT'],
  ];
  for (const [hex, code] of bad) {
    it(`${hex} is ${code}`, () => {
      expect(readCommand(fromHex(hex))).toMatchObject({ ok: false, error: { code } });
    });
  }
});

describe('status word', () => {
  const table: [string, string][] = [
    ['9000', 'success'],
    ['63C2', 'verification failed, 2 tries left'],
    ['6110', '16 bytes of response wait (GET RESPONSE)'],
    ['6100', '256 bytes of response wait (GET RESPONSE)'],
    ['6C1C', 'wrong Le, 28 bytes are there'],
    ['6985', 'conditions of use not satisfied'],
    ['6A99', 'wrong parameters'],
  ];
  for (const [sw, text] of table) {
    it(`${sw}: ${text}`, () => {
      expect(readStatusWord(sw)?.en).toBe(text);
    });
  }
  it('is not read into other numbers', () => {
    for (const not of ['6000', '5A00', '8A02', '00', ''])
      expect(readStatusWord(not)).toBeUndefined();
  });
  it('ends a response', () => {
    const got = readResponse(fromHex('77009000'));
    expect(got?.data).toEqual(fromHex('7700'));
    expect(readResponse(fromHex('90'))).toBeUndefined();
  });
});
