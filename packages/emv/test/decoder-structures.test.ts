// Structured values as tables: bit strings, file locators, CVM lists, issuer application data, tracks.
import { fromHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  decodeAfl,
  decodeCvmList,
  decodeCvmResults,
  decodeCvr,
  decodeIad,
  decodeTagBits,
  decodeTrack3,
  decodeValue,
} from '../src/index.ts';

describe('bit strings', () => {
  it.each([
    ['82', '5900', ['sda', 'cardholder-verification', 'terminal-risk-management', 'cda']],
    ['82', '8281', ['xda', 'on-device-cvm', 'emv-mode', 'relay-resistance']],
    ['95', '8000048000', ['oda-not-performed', 'online-cvm-captured', 'floor-limit']],
    ['95', '0000000006', ['ecc-ca-key-missing', 'ecc-key-recovery-failed']],
    [
      '9B',
      'E800',
      ['oda', 'cardholder-verification', 'card-risk-management', 'terminal-risk-management'],
    ],
    [
      '9F33',
      '000704',
      ['biometric-online', 'biometric-offline', 'enciphered-pin-offline-ecc', 'xda'],
    ],
    ['9F40', '0080000280', ['cash-deposit', 'code-table-10', 'code-table-8']],
    ['9F07', '00C0', ['domestic-cashback', 'international-cashback']],
    ['9F66', '0020C080', ['offline-pin', 'issuer-update', 'cdcvm', 'fdda-v1']],
    [
      '9F6C',
      '81C0',
      ['online-pin-required', 'no-contactless-atm', 'cdcvm-performed', 'issuer-update'],
    ],
    ['9F1D', '0000600000000000', ['no-contactless-emv', 'cdcvm-without-cda']],
  ])('%s %s', (tag, hex, set) => {
    const result = decodeTagBits(Number.parseInt(tag, 16), fromHex(hex));
    expect(result).toMatchObject({ ok: true, data: { set } });
    expect(result?.ok === true && result.data.reserved).toBe(undefined);
  });

  it('reserved bits are told, other tags are no bit strings, 9F1D may be short', () => {
    expect(decodeTagBits(0x9b, fromHex('E8FF'))).toMatchObject({ data: { reserved: '00FF' } });
    expect(decodeTagBits(0x5a, fromHex('00'))).toBeUndefined();
    expect(decodeValue(0x9f1d, fromHex('48'))).toMatchObject({
      data: { set: ['contactless-enciphered-pin-online', 'contactless-no-cvm'] },
    });
    expect(decodeValue(0x9f0d, fromHex('FC50A00000'))).toMatchObject({
      ok: true,
      data: { type: 'bits' },
    });
  });
});

describe('file locators', () => {
  it.each([
    ['08010100', [[1, 1, false]]],
    [
      '0801010110020301',
      [
        [1, 1, true],
        [2, 2, true],
        [2, 3, false],
      ],
    ],
    ['F0010101', [[30, 1, true]]],
  ])('%s', (hex, reads) => {
    const result = decodeAfl(fromHex(hex));
    expect(result.ok && result.data.reads.map((r) => [r.sfi, r.record, r.authenticated])).toEqual(
      reads,
    );
  });

  it.each([
    ['', 'length', undefined],
    ['080101', 'length', undefined],
    ['08010100'.repeat(64), 'length', undefined],
    ['09010100', 'sfi', 0],
    ['00010100', 'sfi', 0],
    ['F8010100', 'sfi', 0],
    ['0801010008000100', 'range', 5],
    ['08020100', 'range', 2],
    ['08010103', 'oda-count', 3],
    ['080101000801020308010100', 'oda-count', 7],
  ])('%s is refused: %s', (hex, code, offset) => {
    const result = decodeAfl(fromHex(hex));
    expect(result.ok ? 'accepted' : result.error).toEqual(
      offset === undefined ? { code } : { code, offset },
    );
  });

  it('a locator of 252 bytes over all records of a file is bounded', () => {
    const result = decodeAfl(fromHex('0801FF00'.repeat(63)));
    expect(result.ok && result.data.reads.length).toBe(63 * 255);
  });
});

describe('cardholder verification', () => {
  const methods: [number, string][] = [
    [0x00, 'fail'],
    [0x01, 'plaintext-pin-icc'],
    [0x02, 'enciphered-pin-online'],
    [0x03, 'plaintext-pin-icc-and-signature'],
    [0x04, 'enciphered-pin-icc'],
    [0x05, 'enciphered-pin-icc-and-signature'],
    [0x06, 'facial-biometric-icc'],
    [0x0f, 'voice-biometric-online'],
    [0x10, 'rfu'],
    [0x1e, 'signature'],
    [0x1f, 'no-cvm'],
    [0x20, 'scheme-specific'],
    [0x3e, 'issuer-specific'],
    [0x3f, 'not-available'],
  ];
  it.each(methods)('method %i', (code, method) => {
    for (const continueIfFailed of [false, true]) {
      const list = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2, code | (continueIfFailed ? 0x40 : 0), 0);
      expect(decodeCvmList(list)).toMatchObject({
        data: { x: 1, y: 2, rules: [{ method, condition: 'always', continueIfFailed }] },
      });
    }
  });

  it.each([
    [0, 'always'],
    [1, 'unattended-cash'],
    [2, 'not-cash-or-cashback'],
    [3, 'if-supported'],
    [4, 'manual-cash'],
    [5, 'cashback'],
    [6, 'under-x'],
    [7, 'over-x'],
    [8, 'under-y'],
    [9, 'over-y'],
    [0x0a, 'rfu'],
    [0x80, 'scheme-specific'],
  ])('condition %i', (code, condition) => {
    const list = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0x1f, code);
    expect(decodeCvmList(list)).toMatchObject({
      data: { x: 4294967295, rules: [{ method: 'no-cvm', condition }] },
    });
  });

  it.each(['', '0000000000000000', '00000000000000001F', '00'.repeat(254)])(
    'list %s is refused',
    (hex) => {
      expect(decodeCvmList(fromHex(hex))).toMatchObject({ ok: false, error: { code: 'format' } });
    },
  );

  it.each([
    ['5E0300', 'signature', 'if-supported', 'unknown'],
    ['410302', 'plaintext-pin-icc', 'if-supported', 'successful'],
    ['3F0000', 'not-performed', 'always', 'unknown'],
    ['1F0002', 'no-cvm', 'always', 'successful'],
    ['420301', 'enciphered-pin-online', 'if-supported', 'failed'],
    ['1E0303', 'signature', 'if-supported', 'rfu'],
  ])('results %s', (hex, method, condition, result) => {
    expect(decodeCvmResults(fromHex(hex))).toMatchObject({ data: { method, condition, result } });
  });

  it('results of another length are refused', () => {
    expect(decodeCvmResults(fromHex('1F00'))).toMatchObject({
      ok: false,
      error: { code: 'length' },
    });
  });
});

describe('issuer application data', () => {
  const visa = 'A0000000031010';
  const mastercard = 'A0000000041010';
  it.each([
    [
      '06010A03A40000',
      visa,
      { format: 'visa-0-1-3', dki: '01', cvn: '0A', cvr: '03A40000', discretionary: '' },
    ],
    [
      '06011203A000000F0300001030800000046920AE952C48',
      visa,
      { cvn: '12', discretionary: '0F0300001030800000046920AE952C48' },
    ],
    [
      '1F43FE82A0000000000000000003075300000000000000000000000000000000',
      visa,
      { format: 'visa-2-4', cvn: '43', dki: 'FE', cvr: '82A0000000' },
    ],
    [
      '0110A04003223000000000001126980002FF',
      mastercard,
      {
        format: 'mchip',
        sessionKey: 'mc-skd',
        countersIncluded: false,
        cvr: 'A04003223000',
        dac: '0000',
        counters: '00001126980002FF',
      },
    ],
    [
      '0115A04003223000000000001126980002FF',
      mastercard,
      { cvn: '15', sessionKey: 'csk', countersIncluded: true },
    ],
    [
      '0110A04203A20000000000000000000000FF00000000000000FF',
      mastercard,
      { counters: '00000000000000FF00000000000000FF', lastOnlineAtc: undefined },
    ],
    [
      '0110A04203A20000000000000000000000FF0102',
      mastercard,
      { counters: '00000000000000FF', lastOnlineAtc: '0102' },
    ],
    [
      '0FA526A83100000000000001500000000F240000000000000000000000000000',
      null,
      {
        format: 'ccd',
        cci: 'A5',
        algorithm: 'tdes',
        dki: '26',
        cvr: 'A831000000',
        counters: '0000000150000000',
      },
    ],
    [
      '0FA626A83100000000000001500000000F240000000000000000000000000000',
      visa,
      { format: 'ccd', algorithm: 'aes' },
    ],
    [
      '07010103A0A00001AABB',
      'A000000333010101',
      {
        format: 'unionpay',
        dki: '01',
        cvn: '01',
        cvr: '03A0A000',
        algorithm: '01',
        discretionary: 'AABB',
      },
    ],
    [
      '0701010460040280',
      'A0000000651010',
      { format: 'jcb', dki: '01', cvn: '01', cvr: '0460040280', discretionary: '' },
    ],
    [
      '06020103A4B800AABB',
      'A00000002501',
      { format: 'amex', dki: '02', cvn: '01', cvr: '03A4B800', discretionary: 'AABB' },
    ],
    ['0601010460040280', 'A0000000651010', { format: 'unknown' }],
    ['07010104600402', 'A0000000651010', { format: 'unknown' }],
    ['01828100310040180000000000000000', 'A0000003591010028001', { format: 'unknown' }],
    ['06010A03A40000', null, { format: 'unknown' }],
    ['06010A03A40000', mastercard, { format: 'unknown' }],
    ['06010A04A40000', visa, { format: 'unknown' }],
    ['06012203A40000', visa, { format: 'unknown' }],
    ['0118A04003223000000000001126980002FF', mastercard, { format: 'unknown' }],
    ['0110A04003223000000000001126980002FF', 'A0000003591010028001', { format: 'unknown' }],
    [
      '0110A0400322300000000000112698000200',
      undefined,
      { format: 'unknown', value: '0110A0400322300000000000112698000200' },
    ],
    ['01', visa, { format: 'unknown' }],
  ])('%s under %s', (hex, aid, data) => {
    const result = decodeIad(fromHex(hex), aid);
    if (!result.ok) throw new Error('refused');
    for (const [name, value] of Object.entries(data)) {
      expect((result.data as unknown as Record<string, unknown>)[name]).toEqual(value);
    }
  });

  it.each(['', '00'.repeat(33)])('length of %s', (hex) => {
    expect(decodeIad(fromHex(hex), visa)).toMatchObject({ ok: false, error: { code: 'length' } });
  });

  it('card verification results, by layout', () => {
    expect(decodeCvr(fromHex('0460040280'), 'cryptograms-only')).toMatchObject({
      set: [],
      fields: { 'second-ac': 'tc', 'first-ac': 'arqc' },
    });
    expect(decodeCvr(fromHex('03A00000'), 'vis')).toMatchObject({
      set: [],
      fields: { 'second-ac': 'not-requested', 'first-ac': 'arqc', 'script-commands': 0 },
    });
    expect(decodeCvr(fromHex('82A0000000'), 'vcps').fields).toMatchObject({
      'cdcvm-entity': 'mobile-device-os',
      'cdcvm-type': 'finger',
    });
    expect(decodeCvr(fromHex('A04003223000'), 'mchip')).toMatchObject({
      set: [
        'cda-in-first-ac',
        'offline-pin-not-performed',
        'domestic',
        'lower-cumulative-1',
        'upper-cumulative-1',
      ],
      fields: { 'pin-try-counter': 3 },
    });
    // Two different bits for the lower and the upper amount (a known slip elsewhere gives them one).
    expect(decodeCvr(fromHex('0000100000'), 'ccd').set).toEqual(['upper-amount-exceeded']);
    expect(decodeCvr(fromHex('0000200000'), 'ccd').set).toEqual(['lower-amount-exceeded']);
    expect(decodeCvr(new Uint8Array(0), 'mchip')).toEqual({ set: [], fields: {}, text: [] });
  });
});

describe('tracks', () => {
  it('track 3', () => {
    expect(decodeTrack3('014761739001010119=978=1234')).toMatchObject({
      data: { type: 'track3', pan: '4761739001010119', discretionary: '978=1234' },
    });
    expect(decodeTrack3('0147617')).toMatchObject({ ok: false, error: { code: 'format' } });
  });

  it.each(['201', '', '2512201'])(
    'F29: the text of track 1 says expiry and service code',
    (rest) => {
      const text = (bytes: string): Uint8Array => Uint8Array.from(Buffer.from(bytes, 'latin1'));
      const result = decodeValue(
        0x56,
        text(`B4761739001010119^CARD/TEST^${rest === '201' ? '^201' : rest || '^^'}`),
      );
      expect(result.ok && result.text).toEqual([
        'PAN 476173******0119',
        `Expiry ${rest === '2512201' ? '2025-12' : 'none'}`,
        `Service code ${rest === '' ? 'none' : '201'}`,
      ]);
    },
  );

  it('text beside names, discretionary data and PIN data is left out', () => {
    for (const tag of [0x5f20, 0x9f0b, 0x9f1f, 0x9f20, 0x99, 0x5f53, 0x5f2b]) {
      const result = decodeValue(tag, fromHex('12345678'));
      expect(result.ok ? result.text : []).toEqual([]);
    }
  });

  it('text beside a PAN or a track never shows it whole', () => {
    for (const [tag, hex] of [
      [0x5a, '4761739001010119'],
      [0x57, '4761739001010119D22122011758928889'],
    ] as const) {
      const result = decodeValue(tag, fromHex(hex));
      if (!result.ok) throw new Error('refused');
      expect(result.text.join(' ')).toContain('476173******0119');
      expect(result.text.join(' ')).not.toMatch(/4761739001|1758928889/);
    }
  });
});
