// ISO 8583:1993 on the wire: our messages in its terms, its answers in ours.
import { type IsoMessage, readHostAnswer } from '@chipswitch/transaction';
import { responseCodes, verdictOf } from 'iso8583-js';
import { describe, expect, it } from 'vitest';
import { actionCodeOf, responseCodeOf } from '../../src/dialects/action-codes.ts';
import { iso1993Ascii } from '../../src/dialects/iso1993-ascii.ts';
import { pointOfServiceData } from '../../src/dialects/point-of-service.ts';

const { write, read } = iso1993Ascii;
const today = '2026-11-22';

const request: IsoMessage = {
  mti: '0200',
  de2: '4761739001010119',
  de3: '000000',
  de4: '000000001000',
  de7: '1122021107',
  de11: '000001',
  de12: '101107',
  de13: '1122',
  de18: '5411',
  de22: '051',
  de25: '00',
  de32: '12345678901',
  de37: '600000000001',
  de41: 'TERM0001',
  de42: 'ACCEPTOR0000001',
  de49: '156',
};

describe('a request of 1993', () => {
  it('has its type, local time with the year, data code, function and business code', () => {
    const wire = write(request, today);
    expect(wire).toMatchObject({
      mti: '1200',
      de11: '000001',
      de12: '261122101107',
      de22: '51010150014C',
      de24: '200',
      de26: '5411',
    });
    for (const element of ['de13', 'de18', 'de25', 'de39', 'de70', 'de90']) {
      expect(wire).not.toHaveProperty(element);
    }
  });
  it.each([
    ['2026-12-31', '0101', '27'],
    ['2027-01-01', '1231', '26'],
    ['2026-06-15', '0614', '26'],
  ])('on %s a local date %s is of the year %s', (now, date, year) => {
    expect(write({ ...request, de13: date }, now).de12).toBe(`${year}${date}101107`);
  });
  it.each([
    ['an authorisation', { mti: '0100' }, '1100', '100'],
    ['a pre-authorisation', { mti: '0100', de25: '06' }, '1100', '101'],
    ['a purchase', {}, '1200', '200'],
    ['a repeat', { mti: '0201' }, '1201', '200'],
    [
      'a completion',
      { de25: '06', de90: `0100000009112202110500012345678901${'0'.repeat(8)}` },
      '1200',
      '201',
    ],
  ])('%s', (_what, more, mti, functionCode) => {
    expect(write({ ...request, ...more }, today)).toMatchObject({ mti, de24: functionCode });
  });
});

describe('reversals and advices of 1993', () => {
  const original = `0200000001112202110712345678901${'0'.repeat(11)}`;
  it.each([
    ['68', '4021'],
    ['17', '4000'],
    ['99', '4000'],
  ])('a reversal for %s has the reason %s and no action code', (reason, code) => {
    const wire = write({ ...request, mti: '0420', de39: reason, de90: original }, today);
    expect(wire).toMatchObject({ mti: '1420', de24: '400', de25: code });
    expect(wire).not.toHaveProperty('de39');
  });
  it('of a part says what stays in DE 4 and what it was in DE 30', () => {
    const de95 = `000000000400${'0'.repeat(12)}D00000000D00000000`;
    const wire = write({ ...request, mti: '0420', de39: '17', de90: original, de95 }, today);
    expect(wire).toMatchObject({
      mti: '1420',
      de4: '000000000400',
      de24: '401',
      de30: `000000001000${'0'.repeat(12)}`,
    });
    expect(wire).not.toHaveProperty('de95');
  });
  it('names its original by type, trace number, local time and acquirer', () => {
    const wire = write({ ...request, mti: '0421', de39: '68', de90: original }, today);
    expect(wire.de56).toBe('12000000012611221011071112345678901');
  });
  it('a completion says of its original what is known: its time is not', () => {
    const wire = write({ ...request, de25: '06', de90: original }, today);
    expect(wire.de56).toBe(`1200000001${'0'.repeat(12)}1112345678901`);
  });
  it.each([
    [{}, '1004'],
    [{ de55: Uint8Array.of(0x9f) }, '1005'],
  ])('an advice says who decided: %o', (more, reason) => {
    expect(write({ ...request, mti: '0220', ...more }, today)).toMatchObject({
      mti: '1220',
      de25: reason,
    });
  });
});

describe('network management of 1993', () => {
  it.each([
    ['001', '801'],
    ['002', '802'],
    ['161', '811'],
    ['201', '821'],
    ['301', '831'],
  ])('DE 70 %s is function code %s, both ways', (code, functionCode) => {
    const wire = write({ mti: '0800', de7: '1122021107', de11: '000001', de70: code }, today);
    expect(wire).toEqual({ mti: '1800', de7: '1122021107', de11: '000001', de24: functionCode });
    expect(read({ mti: '1820', de11: '000001', de24: functionCode })).toMatchObject({
      mti: '0820',
      de70: code,
    });
  });
  it('an answer of ours has an action code', () => {
    expect(write({ mti: '0810', de39: '00', de70: '301' }, today)).toMatchObject({
      mti: '1810',
      de24: '831',
      de39: '800',
    });
    expect(write({ mti: '0830', de39: '40' }, today)).toMatchObject({ de39: '115' });
    expect(write({ mti: '0430', de39: '00' }, today)).toMatchObject({ de39: '400' });
    expect(write({ mti: '0430', de39: '25' }, today)).toMatchObject({ de39: '914' });
  });
});

describe('an answer of 1993', () => {
  const answer = (mti: string, action: string): IsoMessage =>
    read({ mti, de11: '000001', de39: action });
  it('to a payment has the code of 1987 with the same meaning', () => {
    expect(answer('1210', '000').de39).toBe('00');
    expect(answer('1110', '116').de39).toBe('51');
  });
  const payments = responseCodes.filter(
    ({ table, code }) => table === '1993' && /^[0129]/.test(code) && !['900', '901'].includes(code),
  );
  it.each(payments.map(({ code, en }) => [code, en] as const))(
    '%s (%s) means of a payment what its code of 1987 means',
    (action) => {
      const code = responseCodeOf(action);
      expect(code).toMatch(/^[0-9A-Z]{2}$/);
      expect(verdictOf(code)).toBe(verdictOf(action));
    },
  );
  const others = responseCodes.filter(
    ({ table, code }) => table === '1993' && !payments.some((row) => row.code === code),
  );
  it.each(others.map(({ code, en }) => [code, en] as const))(
    '%s (%s) answers no payment: nothing follows, least of all an approval',
    (action) => {
      const code = answer('1210', action).de39 as string;
      expect(code).toBe(action);
      const asked = {
        outgoing: {
          retrievalReference: '',
          processingCode: '',
          currencyNumeric: '',
          acceptorId: '',
        },
        pan: '',
        amountMinor: 1n,
      };
      const taken = readHostAnswer({ mti: '0210', de39: code }, asked as never);
      expect(taken).toEqual({ ok: false, error: { code: 'unknown-response-code' } });
    },
  );
  it.each(['400', '914', '909', '904', '900'])(
    'to a reversal or advice with %s keeps its code: that is no word about a payment',
    (action) => {
      for (const mti of ['1410', '1430', '1130', '1230', '1810']) {
        expect(answer(mti, action).de39).toBe(action);
      }
    },
  );
  it('has local time, settlement date and reference as 1987 has them', () => {
    const wire = {
      mti: '1210',
      de7: '1122021108',
      de11: '000001',
      de12: '261122101107',
      de15: '261123',
      de37: '600000000001',
      de38: 'ABC123',
      de39: '000',
    };
    expect(read(wire)).toEqual({
      mti: '0210',
      de7: '1122021108',
      de11: '000001',
      de12: '101107',
      de13: '1122',
      de15: '1123',
      de37: '600000000001',
      de38: 'ABC123',
      de39: '00',
    });
  });
  it('does not state an original in the words of another edition', () => {
    expect(read({ mti: '1430', de39: '400', de56: '12000000012611221011071112345678901' })).toEqual(
      { mti: '0430', de39: '400' },
    );
  });
  it('a host’s own reversal names its original', () => {
    const { de90 } = read({ mti: '1420', de56: '12000000012611221011070512345' });
    expect(de90).toBe(`0200000001112210110700000012345${'0'.repeat(11)}`);
  });
  it.each(['', '12', '1200000001', 'X'.repeat(35)])(
    'an original that is none (%s) is none',
    (de56) => {
      expect(read({ mti: '1420', de56 })).not.toHaveProperty('de90');
    },
  );
});

describe('the point of service data code', () => {
  it.each([
    ['chip and PIN', { de22: '051', de52: new Uint8Array(8) }, '51010151314C'],
    ['chip', { de22: '052' }, '500101500141'],
    ['contactless', { de22: '072' }, '500101M00141'],
    ['stripe', { de22: '901' }, '21010120014C'],
    ['fallback to the stripe', { de22: '802' }, '500101200141'],
    ['mail and telephone', { de22: '012', de25: '08' }, '600020600141'],
    ['unattended', { de22: '052', de25: '02' }, '500201500141'],
    ['card not present', { de22: '012', de25: '05' }, '600100600141'],
    ['something unheard of', { de22: '999' }, '500101000141'],
  ])('%s', (_what, more, wanted) => {
    expect(pointOfServiceData({ mti: '0200', ...more })).toBe(wanted);
  });
  it('is absent where DE 22 is', () => {
    expect(pointOfServiceData({ mti: '0200' })).toBeUndefined();
  });
});

describe('an action code of ours', () => {
  it.each([
    ['0810', '00', '800'],
    ['0630', '00', '600'],
    ['0530', '00', '500'],
    ['0230', '00', '900'],
    ['0210', '00', '000'],
    ['0230', '51', '116'],
    ['0810', '96', '909'],
    ['0810', 'ZZ', '909'],
  ])('%s with %s', (mti, code, action) => {
    expect(actionCodeOf(mti, code)).toBe(action);
  });
});
