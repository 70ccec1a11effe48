// Value decoders as tables: what each tag's value turns into, and what is refused where.
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodeContext, decodeValue, tagDictionary } from '../src/index.ts';

const ascii = (text: string): string => Buffer.from(text, 'latin1').toString('hex').toUpperCase();

const objects = (entries: Record<string, string>): DecodeContext => ({
  objects: new Map(
    Object.entries(entries).map(([tag, hex]) => [Number.parseInt(tag, 16), fromHex(hex)]),
  ),
});

const good: [tag: string, hex: string, data: Record<string, unknown>, context?: DecodeContext][] = [
  ['81', '00000320', { type: 'amount', number: 800 }],
  ['81', 'FFFFFFFF', { number: 4294967295 }],
  ['9F02', '000000001234', { number: 1234 }],
  ['9F02', '999999999999', { number: 999999999999 }],
  ['9F02', '000000001234', { decimal: '12.34', currency: 'CNY' }, objects({ '5F2A': '0156' })],
  ['9F02', '000000001234', { decimal: '1234', currency: 'JPY' }, objects({ '5F2A': '0392' })],
  ['9F02', '000000000004', { decimal: '0.004', currency: 'KWD' }, objects({ '5F2A': '0414' })],
  ['9F03', '000000000000', { decimal: '0.00', currency: 'EUR' }, objects({ '9F42': '0978' })],
  ['9F02', '000000000100', { number: 100, currency: undefined }, objects({ '5F2A': '0999' })],
  ['9F36', '01FF', { type: 'number', number: 511 }],
  ['9F1B', '00002710', { number: 10000 }],
  ['9F17', '03', { number: 3 }],
  ['5F34', '01', { type: 'digits', digits: '01' }],
  ['9F41', '00000017', { digits: '00000017' }],
  ['9A', '221215', { type: 'date', date: '2022-12-15' }],
  ['9A', '491231', { date: '2049-12-31' }],
  ['9A', '500101', { date: '1950-01-01' }],
  ['5F24', '000229', { date: '2000-02-29' }],
  ['9F21', '235959', { type: 'time', time: '23:59:59' }],
  ['5A', '4761739001010119', { pan: '4761739001010119', luhn: true }],
  ['5A', '6799998900000200069F', { pan: '6799998900000200069' }],
  [
    '57',
    '4761739001010119D22122011758928889',
    { pan: '4761739001010119', expiry: '2212', serviceCode: '201', discretionary: '1758928889' },
  ],
  ['57', '40123456789095D2512201197339300F', { pan: '40123456789095', discretionary: '197339300' }],
  ['57', '1234567890123DD201', { expiry: '', serviceCode: '201' }],
  ['57', '123456789012D2512D12', { expiry: '2512', serviceCode: '', discretionary: '12' }],
  [
    '56',
    ascii('B4761739001010119^CARD/TEST ^2212201123'),
    {
      type: 'track1',
      pan: '4761739001010119',
      name: 'CARD/TEST',
      expiry: '2212',
      serviceCode: '201',
      discretionary: '123',
    },
  ],
  [
    '56',
    ascii('B4761739001010119^CARD/TEST^^^'),
    { expiry: '', serviceCode: '', discretionary: '' },
  ],
  ['9F20', '1234567F', { type: 'digits', digits: '1234567' }],
  ['5F20', ascii('CARD/TEST '), { type: 'text', text: 'CARD/TEST' }],
  ['50', ascii('VISA CREDIT'), { text: 'VISA CREDIT' }],
  ['9F12', '6173646632CCCD', { text: 'asdf2ĖÍ' }, objects({ '9F11': '04' })],
  ['9F12', 'B0B1B2', { text: 'АБВ' }, objects({ '9F11': '05' })],
  ['9F12', 'E1E2E3', { text: 'αβγ' }, objects({ '9F11': '07' })],
  ['9F12', 'FDFE', { text: 'ış' }, objects({ '9F11': '09' })],
  ['9F12', 'E0E1', { text: 'āá' }, objects({ '9F11': '10' })],
  ['9F12', ascii('PLAIN'), { text: 'PLAIN' }],
  ['5F2D', '656E6672', { languages: ['en', 'fr'] }],
  ['5F2D', '454E4652', { languages: ['en', 'fr'] }],
  ['5F2D', '656EFFFF', { languages: ['en', null] }],
  ['9F3B', '097808260840', { numeric: ['978', '826', '840'], alpha: ['EUR', 'GBP', 'USD'] }],
  ['9F3B', '097801230840', { alpha: ['EUR', null, 'USD'] }],
  ['5F2A', '0156', { numeric: '156', alpha: 'CNY', exponent: 2 }],
  ['5F2A', '0000', { numeric: '000', alpha: null, exponent: null }],
  ['9F1A', '0528', { numeric: '528', alpha2: 'NL', alpha3: 'NLD', name: 'Netherlands' }],
  ['9F1A', '0000', { alpha2: null }],
  ['9F15', '5999', { code: '5999', name: 'Miscellaneous and specialty retail stores' }],
  ['9C', '00', { code: '00', name: 'goods-and-services' }],
  ['9C', '55', { code: '55', name: null }],
  ['9F39', '05', { name: 'chip' }],
  ['5F57', '30', { name: 'credit' }],
  ['8A', '3030', { code: '00', name: null }],
  ['8A', '5A33', { code: 'Z3', name: null }],
  ['9F35', '22', { operator: 'merchant', attended: true, online: 'offline-with-online' }],
  ['9F35', '14', { operator: 'financial-institution', attended: false, online: 'online-only' }],
  ['9F35', '36', { operator: 'cardholder', attended: false, online: 'offline-only' }],
  ['4F', 'A0000000031010', { rid: 'A000000003', pix: '1010', scheme: 'visa' }],
  ['9F06', 'F000000001', { scheme: null, product: null }],
  ['87', '81', { priority: 1, confirmationRequired: true }],
  ['87', '00', { priority: 0, confirmationRequired: false }],
  ['9F4D', '0B0A', { sfi: 11, records: 10 }],
  ['9F2A', '03', { kind: 'international', number: 3 }],
  ['9F2A', '830156', { kind: 'domestic', number: 3, kernel: '830156' }],
  ['5F30', '0201', { code: '201' }],
  ['9F27', '60', { cryptogram: 'TC', paymentSystemSpecific: '20', advice: false }],
  ['9F27', '80', { cryptogram: 'ARQC', advice: false, reason: undefined }],
  ['9F27', '01', { cryptogram: 'AAC', advice: false, reason: 'service-not-allowed' }],
  ['9F27', '8A', { cryptogram: 'ARQC', advice: true, reason: 'pin-tries-exceeded' }],
  ['9F27', 'CF', { cryptogram: 'RFU', advice: true, reason: 'rfu' }],
  ['9F0A', '00010102', { entries: [{ id: '0001', value: '02' }] }],
  [
    '9F0A',
    '0003020400000100',
    {
      entries: [
        { id: '0003', value: '0400' },
        { id: '0001', value: '' },
      ],
    },
  ],
  ['9F0A', '', { entries: [] }],
  [
    '9F6E',
    '238C0000',
    {
      meaning: 'form-factor-indicator',
      formFactor: 'consumer-mobile-phone',
      version: 1,
      features: ['passcode', 'two-way-messaging', 'cloud-credentials'],
      technology: 'contactless',
    },
    { aid: 'A0000000031010' },
  ],
  [
    '9F6E',
    '0528000332310001010840000000',
    {
      meaning: 'third-party-data',
      country: '528',
      uniqueIdentifier: '0003',
      deviceType: '21',
      proprietary: '0001010840000000',
      device: 'Phone',
      productExtension: {
        product: 'fleet-card',
        restriction: 'fuel-and-other',
        prompts: ['odometer'],
        cardType: 'vehicle',
      },
    },
    { aid: 'A0000000041010' },
  ],
  [
    '9F6E',
    '02508003000280FF00',
    {
      deviceType: undefined,
      productExtension: {
        product: 'transit',
        deferredAuthorisation: false,
        concession: 'rfu-255',
      },
    },
    { aid: 'A0000000041010' },
  ],
  [
    '9F6E',
    '0250000330350009AA',
    { productExtension: { product: 'unknown', identifier: '0009' } },
    { aid: 'A0000000041010' },
  ],
  ['9F6E', '06430000303900', { proprietary: '00', productExtension: undefined }],
  ['9F6E', '0250000330350001AA', { proprietary: '0001AA', productExtension: undefined }],
  [
    '9F6E',
    '05288003AABB',
    {
      deviceType: undefined,
      proprietary: 'AABB',
      productExtension: { product: 'unknown', identifier: 'AABB' },
    },
    { aid: 'A0000000041010' },
  ],
  [
    '9F6E',
    '9CD04003',
    {
      meaning: 'enhanced-contactless-reader-capabilities',
      set: [
        'contact',
        'partial-online',
        'mobile',
        'try-another-interface',
        'mobile-cvm',
        'online-pin',
        'plaintext-pin-offline',
        'cvm-required',
      ],
      kernelVersion: '2.7',
    },
    { aid: 'A00000002501' },
  ],
  ['9F6E', '238C0000', { meaning: 'unknown' }],
  [
    '9F6E',
    '0250000330350002000200',
    {
      meaning: 'third-party-data',
      country: '250',
      deviceType: '05',
      productExtension: {
        product: 'transit',
        deferredAuthorisation: true,
        concession: 'student',
      },
    },
  ],
  ['91', '50FC6205038200003030', { method: 1, arpc: '50FC620503820000', arc: '3030' }],
  ['91', 'FC436535D614F3730010', { method: 1, arc: '0010' }],
  [
    '91',
    'A584F94900820000',
    {
      method: 2,
      arpc: 'A584F949',
      csu: '00820000',
      csuSet: ['issuer-approves', 'counters-reset-to-zero'],
    },
  ],
  ['91', 'A584F94980820000AABBCC', { method: 2, proprietary: 'AABBCC' }],
  ['91', '50FC620503820000303001', { method: 1, discretionary: '01' }],
  ['86', '04DA9F580900C7356286E3779889', { name: 'PUT DATA', secureMessaging: true }],
  ['86', '8424000210FEBF34F00B7CE770DC61DA847BFB1E59', { name: 'PIN CHANGE/UNBLOCK' }],
  ['86', '80990000', { name: null, secureMessaging: false }],
  ['9F5B', '2000000001', { results: [{ result: 'successful', id: '00000001' }] }],
  [
    '9F5B',
    '130000000100FFFFFFFF',
    {
      results: [
        { result: 'failed', failedCommand: 3, id: '00000001' },
        { result: 'not-performed', id: 'FFFFFFFF' },
      ],
    },
  ],
  ['9F38', '9F66049F02069F3704', { dataLength: 14 }],
  ['9F4A', '82', { tags: [0x82] }],
  ['9F4A', '9F0282', { tags: [0x9f02, 0x82] }],
  ['06', '2A864886F70D01010B', { code: '1.2.840.113549.1.1.11' }],
  ['06', '883703', { code: '2.999.3' }],
  ['9F6D', 'C8', { name: 'emv-magstripe-cvm' }, { aid: 'A00000002501' }],
  [
    'DF8129',
    '30F0F020A8F0FF00',
    {
      type: 'outcome',
      status: 'online-request',
      start: null,
      cvm: 'online-pin',
      uiOnOutcome: true,
      uiOnRestart: false,
      dataRecord: true,
      receipt: true,
      fieldOffTenths: null,
      removalTimeoutTenths: 0,
    },
  ],
  [
    'DF8129',
    '7010F0F040F00D00',
    {
      status: 'try-again',
      start: 'B',
      cvm: 'not-applicable',
      uiOnRestart: true,
      fieldOffTenths: 13,
    },
  ],
  [
    'DF8116',
    '1E040000000000000000000000000000000000000000',
    {
      type: 'user-interface',
      message: 'clear-display',
      status: 'card-read-successfully',
      holdTimeMs: 0,
      languages: '',
      value: undefined,
    },
  ],
  [
    'DF8116',
    '03010000136672656E00000000100000000012300978',
    {
      message: 'approved',
      holdTimeMs: 1300,
      languages: 'fren',
      value: { kind: 'amount', number: 1230 },
      currency: 'EUR',
    },
  ],
  [
    'DF8115',
    '000300698521',
    { l1: 'ok', l2: 'status-bytes', l3: 'ok', sw: '6985', message: 'present-card-again' },
  ],
  ['DF8118', '60', { set: ['enciphered-pin-online', 'signature'] }],
  ['DF811B', '30', { set: ['on-device-cvm', 'relay-resistance'] }],
  ['9F26', '1122334455667788', { type: 'hex', hex: '1122334455667788' }],
  ['9F7770', '0102', { type: 'hex', hex: '0102' }],
];

describe('values', () => {
  it.each(good)('%s %s', (tag, hex, data, context) => {
    const result = decodeValue(Number.parseInt(tag, 16), fromHex(hex), context);
    if (!result.ok) throw new Error(`refused: ${result.error.code}`);
    for (const [name, value] of Object.entries(data)) {
      expect((result.data as unknown as Record<string, unknown>)[name]).toEqual(value);
    }
  });
});

const bad: [
  tag: string,
  hex: string,
  code: string,
  offset?: number | undefined,
  context?: DecodeContext,
][] = [
  ['81', '000320', 'length'],
  ['9F02', '00000000000A', 'format', 5],
  ['9F02', '', 'length'],
  ['9F02', '00000000000000', 'length'],
  ['9A', '221315', 'format', 1],
  ['9A', '220015', 'format', 1],
  ['9A', '220230', 'format', 2],
  ['9A', '22AA15', 'format', 1],
  ['9A', '2212', 'length'],
  ['5F24', '230229', 'format', 2],
  ['9F21', '240000', 'format', 0],
  ['9F21', '236000', 'format', 1],
  ['9F21', '2359A0', 'format', 2],
  ['9F21', '23590000', 'length'],
  ['5A', '', 'length'],
  ['5A', '4761A39001010119', 'format', 2],
  ['5A', '47F1739001010119', 'format', 1],
  ['5A', '4761739001010119010101', 'length'],
  ['5A', 'FFFFFFFF', 'format'],
  ['57', '4761739001010119', 'format', 0],
  ['57', 'D2212201', 'format', 0],
  ['57', '4761739001010119D221', 'format', 8],
  ['57', '4761739001010119D2212201ABCD', 'format', 12],
  ['56', ascii('4761739001010119^X^2212201'), 'format', 0],
  ['5F20', '4142430A', 'format', 3],
  ['50', '41004200', 'format', 1],
  ['9F12', 'CCCD', 'format', 0],
  ['9F12', 'CCCD', 'unknown-version', undefined, objects({ '9F11': '11' })],
  ['9F12', 'CCCD', 'unknown-version', undefined, objects({ '9F11': '0C' })],
  ['9F12', '4185', 'format', 1, objects({ '9F11': '01' })],
  ['5F2D', '65', 'length'],
  ['5F2D', '656E6672656E667265', 'length'],
  ['9F3B', '097808', 'length'],
  ['9F3B', '09780A26', 'format', 2],
  ['5F2A', '097A', 'format', 1],
  ['9F1A', '05', 'length'],
  ['9F15', '59A9', 'format', 1],
  ['9C', 'A0', 'format', 0],
  ['8A', '30', 'length'],
  ['8A', '0010', 'format', 0],
  ['9F35', '27', 'format', 0],
  ['9F35', '31', 'format', 0],
  ['9F35', '40', 'format', 0],
  ['4F', 'A0000000', 'length'],
  ['87', '', 'length'],
  ['9F4D', '0A0A', 'sfi', 0],
  ['9F2A', '83', 'length'],
  ['9F2A', '', 'length'],
  ['9F27', '', 'length'],
  ['9F27', '8000', 'length'],
  ['9F0A', '000101', 'format', 0],
  ['9F0A', '000101020003', 'format', 4],
  ['9F6E', '238C00', 'length', undefined, { aid: 'A0000000031010' }],
  ['9F6E', '05280003', 'length', undefined, { aid: 'A0000000041010' }],
  ['9F6E', '9528000332', 'format', 0, { aid: 'A0000000041010' }],
  ['9F6E', '0528000332', 'length', undefined, { aid: 'A0000000041010' }],
  ['91', '50FC620503', 'length'],
  ['91', '00'.repeat(17), 'length'],
  ['86', '04DA9F', 'length'],
  ['9F5B', '20000000', 'length'],
  ['9F5B', '', 'length'],
  ['9F38', '9F66', 'format', 2],
  ['9F4A', '9F', 'format', 0],
  ['06', '2A86', 'format', 1],
  ['06', '', 'length'],
  ['82', '59', 'length'],
  ['95', '000000000000', 'length'],
  ['DF8129', '30F0F020A8F0FF', 'length'],
  ['DF8116', '1E04', 'length'],
  ['DF8116', '1E040000AA0000000000000000000000000000000000', 'format', 2],
  ['DF8115', '00', 'length'],
  ['9F36', '', 'length'],
  ['9F36', '01020304050607', 'length'],
];

describe('texts in Chinese', () => {
  it.each([
    ['9F1A', '0156', '中国'],
    ['5F2A', '0156', '人民币'],
    ['9F3B', '01560840', '人民币'],
    ['5F2D', '7A68', '中文'],
    ['9F15', '5411', '超市与食品店'],
    ['9C', '00', '消费'],
    ['9F39', '05', '芯片'],
    ['5F57', '30', '信用账户'],
    ['4F', 'A000000333010102', '银联贷记卡'],
    ['95', '8000000000', '未进行脱机数据认证'],
    ['9F0D', '0000008000', '交易超过最低限额'],
    ['9F34', '420302', '联机加密 PIN 验证，终端支持该 CVM 时'],
    ['9F34', '3F0000', '未进行持卡人验证，总是'],
  ])('%s %s', (tag, hex, text) => {
    const result = decodeValue(Number.parseInt(tag, 16), fromHex(hex), { locale: 'zh' });
    expect(result.ok && result.text[0]).toBe(text);
  });
});

it('a CVM list in Chinese', () => {
  const list = decodeValue(0x8e, fromHex('000000000000000042031F00'), { locale: 'zh' });
  expect(list.ok && list.text.slice(1)).toEqual([
    '联机加密 PIN 验证，终端支持该 CVM 时；不成功则执行下一条规则',
    '无需 CVM，总是；不成功则失败',
  ]);
});

describe('values that are refused', () => {
  it.each(bad)('%s %s: %s', (tag, hex, code, offset, context) => {
    const result = decodeValue(Number.parseInt(tag, 16), fromHex(hex), context);
    if (result.ok) throw new Error('accepted');
    expect(result.error.code).toBe(code);
    if (offset !== undefined) expect(result.error.offset).toBe(offset);
  });
});

describe('properties', () => {
  const tags = [...tagDictionary().keys()];
  const aids = [
    undefined,
    null,
    'A0000000031010',
    'A0000000041010',
    'A00000002501',
    'A000000333010101',
  ];
  it('no decoder throws on random bytes, and offsets lie inside', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...tags),
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(...aids),
        fc.uint8Array({ maxLength: 2 }),
        (tag, value, aid, other) => {
          const before = toHex(value);
          const context = {
            ...(aid === undefined ? {} : { aid }),
            objects: new Map([
              [0x9f11, other],
              [0x5f2a, other],
            ]),
          };
          const result = decodeValue(tag, value, context);
          if (result.ok) for (const line of result.text) expect(typeof line).toBe('string');
          else if (result.error.offset !== undefined)
            expect(result.error.offset).toBeLessThanOrEqual(value.length);
          expect(toHex(value)).toBe(before);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
