// Requests read out of messages: what is accepted, and each thing that is refused, in order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IsoMessage, readPaymentRequest } from '../src/index.ts';

const pan = '4761739001010119';
const good: IsoMessage = {
  mti: '0200',
  de2: pan,
  de3: '000000',
  de4: '000000001251',
  de11: '000123',
  de12: '102107',
  de13: '1122',
  de14: '2812',
  de22: '051',
  de35: `${pan}=28122011758928889`,
  de41: 'TERM0001',
  de42: 'MERCHANT0000001',
  de49: '156',
};
const without = (element: number): IsoMessage => ({ ...good, [`de${element}`]: undefined });

describe('a purchase', () => {
  it('is read whole', () => {
    const read = readPaymentRequest({ ...good, de23: '001', de55: Uint8Array.of(0x9a) });
    expect(read).toMatchObject({
      ok: true,
      request: {
        kind: 'purchase',
        isRepeat: false,
        pan,
        amountMinor: 1251n,
        currency: 'CNY',
        panSequenceNumber: '001',
        iccData: Uint8Array.of(0x9a),
      },
    });
  });
  it.each([
    ['0200', '000000', 'purchase'],
    ['0201', '000000', 'purchase'],
    ['0100', '030000', 'preauthorisation'],
    ['0220', '000000', 'offline-purchase'],
    ['0220', '200000', 'refund'],
    ['0200', '310000', 'balance-inquiry'],
  ])('%s with processing code %s is a %s', (mti, de3, kind) => {
    expect(readPaymentRequest({ ...good, mti, de3 })).toMatchObject({
      ok: true,
      request: { kind },
    });
  });
  it('U1: without DE 12 and 13 has the switch’s time, and its batch in the key', () => {
    const clock = { localTime: '102107', localDate: '1122' };
    const message = { ...good, de12: undefined, de13: undefined, de60: '22000024000600' };
    expect(readPaymentRequest(message, undefined, clock)).toMatchObject({
      ok: true,
      request: { ...clock, keyTime: 'B000024' },
    });
    expect(readPaymentRequest({ ...message, de60: undefined }, undefined, clock)).toMatchObject({
      request: { keyTime: 'B000000' },
    });
    expect(readPaymentRequest(message)).toMatchObject({ error: { path: '12' } });
    expect(readPaymentRequest({ ...message, de12: '102107' }, undefined, clock)).toMatchObject({
      error: { code: 'missing-element', path: '13' },
    });
    const own = readPaymentRequest(good, undefined, clock);
    expect(own.ok && own.request.keyTime).toBeUndefined();
  });
  it('takes the card from the track when DE 2 is missing', () => {
    expect(readPaymentRequest({ ...without(2), de14: undefined })).toMatchObject({
      ok: true,
      request: { pan, expiry: '2812' },
    });
  });
});

describe('what is refused', () => {
  it.each([
    ['another message type', { ...good, mti: '0800' }, 'message-type', 'mti'],
    ['a response', { ...good, mti: '0210' }, 'message-type', 'mti'],
    ['no processing code', without(3), 'missing-element', '3'],
    ['letters in the amount', { ...good, de4: '00000000125A' }, 'bad-element', '4'],
    ['a short STAN', { ...good, de11: '123' }, 'bad-element', '11'],
    ['a short terminal id', { ...good, de41: 'T1' }, 'bad-element', '41'],
    ['no currency', without(49), 'missing-element', '49'],
    ['an unknown processing code', { ...good, de3: '990000' }, 'not-supported', '3'],
    ['amount zero', { ...good, de4: '000000000000' }, 'bad-amount', '4'],
    ['no card', { ...good, de2: undefined, de35: undefined }, 'bad-card-number', '2'],
    [
      'a wrong check digit',
      { ...good, de2: '4761739001010118', de35: undefined },
      'bad-card-number',
      '2',
    ],
    ['another card on the track', { ...good, de2: '4111111111111111' }, 'bad-card-number', '35'],
    ['a track without separator', { ...good, de35: pan }, 'bad-card-number', '35'],
    ['month 13', { ...good, de14: '2813', de35: undefined }, 'bad-card-number', '14'],
    ['an unknown currency', { ...good, de49: '000' }, 'bad-currency', '49'],
  ] as const)('%s', (_name, message, code, path) => {
    expect(readPaymentRequest(message)).toEqual({ ok: false, error: { code, path } });
  });
  it('never shows the card in an error', () => {
    const text = JSON.stringify(
      readPaymentRequest({ ...good, de2: '4761739001010118', de35: undefined }),
    );
    expect(text).not.toContain('476173');
  });
  it('never throws, whatever a message holds', () => {
    const value = fc.oneof(fc.string(), fc.uint8Array(), fc.constant(undefined));
    const message = fc.dictionary(
      fc.integer({ min: 2, max: 128 }).map((n) => `de${n}`),
      value,
    );
    fc.assert(
      fc.property(fc.string(), message, (mti, elements) => {
        const read = readPaymentRequest({ ...elements, mti });
        expect(typeof read.ok).toBe('boolean');
      }),
    );
  });
});
