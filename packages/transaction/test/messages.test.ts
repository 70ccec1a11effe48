// Messages to hosts and terminals: what they carry, what they leave out, how answers are judged.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type IsoMessage,
  type PaymentRequest,
  hostAdvice,
  hostRequest,
  hostReversal,
  outgoingFacts,
  readHostAnswer,
  readPaymentRequest,
  terminalAnswer,
} from '../src/index.ts';

const pan = '4761739001010119';
const message: IsoMessage = {
  mti: '0201',
  de2: pan,
  de3: '000000',
  de4: '000000001251',
  de11: '000123',
  de12: '102107',
  de13: '1122',
  de22: '051',
  de35: `${pan}D28122011758928889`,
  de41: 'TERM0001',
  de42: 'MERCHANT0000001',
  de49: '156',
  de52: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
};

function request(): PaymentRequest {
  const read = readPaymentRequest(message);
  if (!read.ok) throw new Error(read.error.code);
  return read.request;
}

const outgoing = outgoingFacts(request(), {
  stan: '000777',
  transmission: '1122022107',
  acquirerId: '12345678901',
  retrievalReference: '632600000001',
});

/** Tags as a terminal sends them with an offline approval, and what an advice tells the host of them. */
const chip =
  '82025C00950500000080009A032611229C01009F02060000000012515F2A0201569F2608A1B2C3D4E5F607189F2701409F36020001';

describe('the chip data of an advice', () => {
  const advised = (icc: string): unknown => {
    const read = readPaymentRequest({
      ...message,
      mti: '0220',
      de38: 'Y1    ',
      de55: fromHex(icc),
    });
    if (!read.ok) throw new Error(read.error.code);
    const facts = outgoingFacts(read.request, { ...parts });
    const { de55 } = hostAdvice(facts, { pan, amountMinor: 1251n, ...parts, isRepeat: false });
    expect(
      hostReversal(facts, { pan, amountMinor: 1n, ...parts, isRepeat: false }).de55,
    ).toBeUndefined();
    expect(JSON.stringify(facts)).not.toMatch(/473900|9001010119/);
    return de55 === undefined ? undefined : toHex(de55 as Uint8Array);
  };
  const parts = {
    stan: '000777',
    transmission: '1122022107',
    acquirerId: '12345678901',
    retrievalReference: '632600000001',
  };
  it.each([
    ['as it came', chip, chip],
    ['without track 2 and card number', `5713${pan}D29122011143878089000F5A08${pan}${chip}`, chip],
    ['without the name', `5F2009544553542F43415244${chip}`, chip],
    ['without expiry and discretionary data', `5F24032912319F1F0412345678${chip}`, chip],
    ['without what nobody knows', `${chip}DF0102AABB9F7C03010203`, chip],
    ['without templates', `70029A00${chip}`, chip],
    ['without an object that holds the number', `9F1010${toHex(fromAscii(pan))}${chip}`, chip],
    ['without an object that holds another number', `9F10084111111111111111${chip}`, chip],
    ['without an object that is too long', `9F2609A1B2C3D4E5F60718AA${chip}`, chip],
    ['up to where it breaks', `${chip}9F1008AA`, chip],
    ['none', `5A08${pan}`, undefined],
  ])('%s', (_name, icc, told) => {
    expect(advised(icc)).toBe(told);
  });
  it('is not kept of a payment that the host is asked about', () => {
    const read = readPaymentRequest({ ...message, mti: '0200', de55: fromHex(chip) });
    expect(read.ok && outgoingFacts(read.request, parts).iccDataHex).toBeUndefined();
  });
});

describe('to a host', () => {
  it('a request has its own trace number, the host PIN block and the 1987 separator', () => {
    const sent = hostRequest(request(), {
      outgoing,
      merchantCategory: '5411',
      acceptorNameLocation: 'N'.repeat(40),
      pinBlock: Uint8Array.of(9),
    });
    expect(sent).toMatchObject({
      mti: '0200',
      de11: '000777',
      de35: `${pan}=28122011758928889`,
      de37: '632600000001',
      de52: Uint8Array.of(9),
    });
  });
  it('carries no PIN when there is no translated one', () => {
    const parts = { outgoing, merchantCategory: '5411', acceptorNameLocation: '' };
    expect(hostRequest(request(), parts).de52).toBeUndefined();
  });
  it('a reversal names its original and keeps its number when it repeats', () => {
    const parts = { pan, amountMinor: 1251n, stan: '000900', transmission: '1122022200' };
    const first = hostReversal(outgoing, { ...parts, isRepeat: false, reason: '68' });
    const again = hostReversal(outgoing, { ...parts, isRepeat: true, reason: '68' });
    expect(first).toMatchObject({
      mti: '0420',
      de4: '000000001251',
      de11: '000900',
      de39: '68',
      de90: '0200000777112202210712345678901' + '0'.repeat(11),
    });
    expect(again).toEqual({ ...first, mti: '0421' });
    expect(first.de90).toHaveLength(42);
    expect(first.de35).toBeUndefined();
    expect(first.de52).toBeUndefined();
  });
  it('an advice is 0220, then 0221', () => {
    const parts = { pan, amountMinor: 1n, stan: '1', transmission: '2', isRepeat: false };
    expect(hostAdvice(outgoing, parts).mti).toBe('0220');
    expect(hostAdvice(outgoing, { ...parts, isRepeat: true }).mti).toBe('0221');
  });
});

describe('an answer of a host', () => {
  const asked = { outgoing, pan, amountMinor: 1251n };
  const answer: IsoMessage = {
    mti: '0210',
    de4: '000000001251',
    de37: '632600000001',
    de38: 'A1    ',
    de39: '00',
  };
  it('is taken with approval code and chip data', () => {
    expect(readHostAnswer({ ...answer, de55: fromHex('8A023030') }, asked)).toEqual({
      ok: true,
      answer: {
        responseCode: '00',
        approved: true,
        retrievalReference: '632600000001',
        approvalCode: 'A1',
        iccDataHex: '8A023030',
      },
    });
  });
  const arpc = '910A11223344556677883030';
  const script = '72129F1804010203048609841800000411223344';
  it.each([
    [
      'track 2 and card number',
      `${arpc}57134761739001010119D29122011143878089000F5A084761739001010119`,
      arpc,
    ],
    ['a card number in front', `5A084761739001010119${arpc}`, arpc],
    ['scripts', `${arpc}${script}8A023030`, `${arpc}${script}8A023030`],
    ['a script that holds a card number', `720A5A084761739001010119${arpc}`, arpc],
    ['a 91 that is too long', `91114761739001010119000000000000000000${arpc}`, arpc],
    ['8A of digits', `8A084761739001010119${arpc}`, arpc],
    ['other templates', `770A5A084761739001010119${arpc}`, arpc],
    ['the issuer and a broken end', `${arpc}5A08476173`, arpc],
    ['only what is not the issuer’s', '5A084761739001010119', undefined],
    ['no TLV', '4761739001010119', undefined],
    ['nothing', '', undefined],
  ])('C2: of chip data with %s only the issuer’s own are kept', (_name, hex, kept) => {
    const read = readHostAnswer({ ...answer, de55: fromHex(hex) }, asked);
    expect(read).toMatchObject({ ok: true });
    expect(read.ok && read.answer.iccDataHex).toBe(kept);
  });
  it.each([
    ['in 91, packed', (n: string) => `9108${n}`],
    ['in 91, as characters', (n: string) => `9110${toHex(fromAscii(n))}`],
    ['in a script command', (n: string) => `720C860A5A08${n}`],
    ['in a script identifier', (n: string) => `720B9F1808${n}`],
    ['in a script, half a byte off', (n: string) => `720B86090${n}0`],
    ['in a script, as EBCDIC', (n: string) => `71128610${n.replaceAll(/./g, 'F$&')}`],
  ])('C2: chip data with the card number %s keep nothing of it', (_name, hex) => {
    const de55 = fromHex(`8A023030${hex(pan)}`);
    const read = readHostAnswer({ ...answer, de55 }, asked);
    expect(read.ok && read.answer.iccDataHex).toBe('8A023030');
  });
  it.each(['Y1', 'Y3', 'Z1', 'Z3'])(
    'H2 = R18: %s is a terminal’s own, no host decides by it',
    (code) => {
      for (const more of [{}, { de38: 'A1B2C3' }])
        expect(readHostAnswer({ ...answer, ...more, de39: code }, asked)).toEqual({
          ok: false,
          error: { code: 'unknown-response-code' },
        });
    },
  );
  it.each(['4761739001010119', '12 456', '', '      '])('C2: "%s" is no approval code', (de38) => {
    const read = readHostAnswer({ ...answer, de38 }, asked);
    expect(read.ok && read.answer).not.toHaveProperty('approvalCode');
  });
  it('R31: may state again what was asked', () => {
    const echo = { de2: pan, de3: '000000', de42: 'MERCHANT0000001', de49: '156' };
    expect(readHostAnswer({ ...answer, ...echo }, asked)).toMatchObject({ ok: true });
  });
  it.each(['08', '11', '16', '85', 'A2', 'A4', 'A5', 'A6'])('H2 = R18: %s approves', (code) => {
    expect(readHostAnswer({ ...answer, de39: code }, asked)).toMatchObject({
      ok: true,
      answer: { responseCode: code, approved: true },
    });
  });
  it.each(['10', '32', '87'])('H2 = R18: %s approves the part that it names', (code) => {
    const part = { ...answer, de39: code, de4: '000000000600' };
    expect(readHostAnswer(part, asked)).toMatchObject({
      answer: { approved: true, partialAmountMinor: 600n },
    });
  });
  it('may approve a part', () => {
    expect(readHostAnswer({ ...answer, de39: '10', de4: '000000000600' }, asked)).toMatchObject({
      ok: true,
      answer: { approved: true, partialAmountMinor: 600n },
    });
  });
  it.each([
    ['without response code', { ...answer, de39: undefined }, 'missing-response-code'],
    ['with another reference', { ...answer, de37: '632600000002' }, 'other-reference'],
    ['R31: in another currency', { ...answer, de49: '840' }, 'other-currency'],
    ['R31: of another card', { ...answer, de2: '4111111111111111' }, 'other-card'],
    ['R31: to another kind', { ...answer, de3: '200000' }, 'other-processing-code'],
    ['R31: for another acceptor', { ...answer, de42: 'MERCHANT0000002' }, 'other-acceptor'],
    ['with another amount', { ...answer, de4: '000000001252' }, 'other-amount'],
    [
      'with more than asked as a part',
      { ...answer, de39: '10', de4: '000000001300' },
      'other-amount',
    ],
    [
      'with a part that it does not name',
      { ...answer, de39: '10', de4: undefined },
      'other-amount',
    ],
    ['H2 = R18: with a code in no table', { ...answer, de39: 'Z9' }, 'unknown-response-code'],
    [
      'H2 = R18: with such a code and no approval code',
      { ...answer, de39: 'Z9', de38: undefined },
      'unknown-response-code',
    ],
    [
      'H2 = R18: with a code that answers a reversal',
      { ...answer, de39: '400' },
      'unknown-response-code',
    ],
    ['H2 = R18: with 09, the true answer follows', { ...answer, de39: '09' }, 'in-process'],
    ['with nothing as a part', { ...answer, de39: '10', de4: '000000000000' }, 'other-amount'],
  ])('%s is none', (_name, changed, fault) => {
    expect(readHostAnswer(changed, asked)).toEqual({ ok: false, error: { code: fault } });
  });
});

describe('to a terminal', () => {
  it.each([
    ['0200', '0210'],
    ['0201', '0210'],
    ['0100', '0110'],
    ['0220', '0230'],
    ['0400', '0410'],
    ['0500', '0510'],
    ['0800', '0810'],
  ])('%s is answered %s', (asked, answered) => {
    expect(terminalAnswer({ ...message, mti: asked }, '00').mti).toBe(answered);
  });
  it.each(['0210', '0230', '0410', '0290', 'ABCD', ''])('%s has no answer', (mti) => {
    expect(() => terminalAnswer({ ...message, mti }, '00')).toThrow(RangeError);
  });
  it('comes back what it matches by, and nothing of the card', () => {
    const answered = terminalAnswer(message, '00', { approvalCode: 'A1', iccDataHex: '9100' });
    expect(answered).toMatchObject({ mti: '0210', de11: '000123', de38: 'A1    ', de39: '00' });
    expect(answered.de55).toEqual(Uint8Array.of(0x91, 0x00));
    expect([answered.de2, answered.de35, answered.de52]).toEqual([undefined, undefined, undefined]);
  });
});
