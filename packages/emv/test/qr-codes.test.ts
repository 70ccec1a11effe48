// EMVCo QR codes: merchant- and consumer-presented, read, checked, written; every code of error.
import { fromHex, toHex } from '@chipswitch/bytes';
import { tagHex } from '@chipswitch/tlv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type MerchantQr,
  type QrObject,
  buildConsumerQr,
  buildMerchantQr,
  checkMerchantQr,
  crc16,
  interpretMerchantQr,
  isQrTemplate,
  merchantQrErrorCodes,
  merchantQrObjects,
  parseConsumerQr,
  parseMerchantQr,
  qrCrc,
} from '../src/index.ts';

const withCrc = (text: string): string => `${text}6304${qrCrc(`${text}6304`)}`;
const tokyo =
  '0002010102121313JCB12345678900416MASTER12345678905204531153033925407999.1235802JP5906DONGRI6005TOKYO62240104hoge0504fuga0704piyo6304C343';
const beijing =
  '00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A';

function read(text: string): readonly QrObject[] {
  const result = parseMerchantQr(text);
  if (!result.ok) throw new Error(result.error.code);
  return result.objects;
}

describe('CRC', () => {
  it('check value of CRC-16/CCITT-FALSE, leading zeros kept', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x29b1);
    expect(crc16(new Uint8Array(0))).toBe(0xffff);
    expect(qrCrc('')).toBe('FFFF');
    const text =
      '00020126230014BR.GOV.BCB.PIX0101352040000530398654040.015802BR5906MYSELF6004HERE62050501*6304';
    expect(qrCrc(text)).toBe('0B8B');
  });
});

describe('merchant-presented', () => {
  it('a code of Tokyo, by its names', () => {
    const code = interpretMerchantQr(read(tokyo));
    expect(code).toMatchObject({
      payloadFormat: '01',
      initiation: 'dynamic',
      accounts: [
        { id: '13', scheme: 'jcb', value: 'JCB1234567890' },
        { id: '04', scheme: 'mastercard', value: 'MASTER1234567890' },
      ],
      mcc: '5311',
      currency: '392',
      amount: '999.123',
      country: 'JP',
      merchantName: 'DONGRI',
      merchantCity: 'TOKYO',
      additionalData: { billNumber: 'hoge', referenceLabel: 'fuga', terminalLabel: 'piyo' },
    });
    expect(code.tip).toBeUndefined();
  });

  it('a code of Beijing: templates, the other language, lengths in characters', () => {
    const objects = read(beijing);
    const code = interpretMerchantQr(objects);
    expect(code.accounts).toEqual([
      { id: '29', guid: 'D15600000000', fields: { '00': 'D15600000000', '05': 'A93FO3230Q' } },
      { id: '31', guid: 'D15600000001', fields: { '00': 'D15600000001', '03': '12345678' } },
    ]);
    expect(code.localised).toEqual({
      language: 'ZH',
      merchantName: '最佳运输',
      merchantCity: '北京',
    });
    expect(code.tip).toEqual({ kind: 'ask' });
    expect(checkMerchantQr(objects)).toEqual([]);
    expect(buildMerchantQr(objects)).toEqual({ ok: true, text: beijing });
  });

  it('which objects are templates', () => {
    const templates = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0')).filter(
      isQrTemplate,
    );
    expect(templates.length).toBe(26 + 2 + 20);
    expect(['02', '25', '52', '63', '65', '79'].filter(isQrTemplate)).toEqual([]);
  });

  it('02 to 25 are never opened, even when they look like templates', () => {
    const objects = read(withCrc('000201020800040102'));
    expect(objects[1]).toEqual(['02', '00040102']);
  });

  it('characters outside the first plane count once', () => {
    const text = withCrc('0002015902💳A');
    expect(read(text)[1]).toEqual(['59', '💳A']);
    expect(
      buildMerchantQr([
        ['00', '01'],
        ['59', '💳A'],
      ]),
    ).toEqual({ ok: true, text });
  });

  const bad: [name: string, text: string, code: string, offset: number, path: string[]][] = [
    ['too long', '0'.repeat(4297), 'too-long', 4296, []],
    ['an identifier that is no number', withCrc('000201A10101'), 'id', 6, []],
    ['nothing', '', 'order', 0, []],
    ['one character', '0', 'length', 0, []],
    ['no length', '00', 'length', 0, []],
    ['a length that is no number', '000x', 'length', 0, []],
    ['a value cut short', '0002015905ABCD', 'length', 6, []],
    ['a child cut short', withCrc('00020126080005ABCD'), 'length', 10, ['26']],
    ['a child that overruns its template', withCrc('0002012606000512'), 'length', 10, ['26']],
    ['a template that is none', withCrc('0002016203001'), 'length', 10, ['62']],
    ['an identifier in a template', withCrc('0002016204ab00'), 'id', 10, ['62']],
    ['00 not first', withCrc('0102110002015802CN'), 'order', 0, []],
    ['63 not last', `${withCrc('000201')}5802CN`, 'order', 6, []],
    ['no 63', '0002015802CN', 'crc-missing', 12, []],
    ['a CRC of five characters', '0002016305ABCDE', 'length', 6, []],
    ['another CRC', '0002016304ABCD', 'crc', 10, []],
    ['a changed character', tokyo.replace('DONGRI', 'DONGRY'), 'crc', tokyo.length - 4, []],
  ];
  it.each(bad)('%s', (_name, text, code, offset, path) => {
    const result = parseMerchantQr(text);
    if (result.ok) throw new Error('accepted');
    expect(result.error).toEqual({ code, offset, path });
  });

  it('every code of error has its case', () => {
    expect(new Set(bad.map(([, , code]) => code))).toEqual(new Set(merchantQrErrorCodes));
  });

  it('a CRC in lower case is read, objects before an error are there', () => {
    expect(parseMerchantQr(tokyo.replace('C343', 'c343')).ok).toBe(true);
    expect(parseMerchantQr('0002015905ABCD').objects).toEqual([['00', '01']]);
  });

  it.each([
    [[['5', 'x']], { code: 'id', path: ['5'] }],
    [[['26', [['xx', 'x']]]], { code: 'id', path: ['26', 'xx'] }],
    [[['59', '']], { code: 'length', path: ['59'] }],
    [[['59', 'x'.repeat(100)]], { code: 'length', path: ['59'] }],
    [[['26', [['00', 'x'.repeat(97)]]]], { code: 'length', path: ['26'] }],
    [[['26', []]], { code: 'length', path: ['26'] }],
  ] as [QrObject[], unknown][])('cannot be written: %j', (objects, error) => {
    expect(buildMerchantQr(objects)).toEqual({ ok: false, error });
  });
});

const shop: MerchantQr = {
  payloadFormat: '01',
  initiation: 'static',
  accounts: [
    { id: '02', scheme: 'visa', value: '4000123456789012' },
    { id: '26', guid: 'org.example', fields: { '00': 'org.example', '01': '42' } },
  ],
  mcc: '5411',
  currency: '156',
  amount: '12.30',
  tip: { kind: 'percentage', percentage: '10.5' },
  country: 'CN',
  merchantName: 'BEST SHOP',
  merchantCity: 'SHANGHAI',
  postalCode: '200000',
  additionalData: { billNumber: '1', '50': 'own' },
  localised: { language: 'zh', merchantName: '最佳商店', merchantCity: '上海' },
};

describe('rules of a merchant-presented code', () => {
  it('written from names, read back to the same names', () => {
    const built = buildMerchantQr(merchantQrObjects(shop));
    if (!built.ok) throw new Error(built.error.code);
    const objects = read(built.text);
    expect(checkMerchantQr(objects)).toEqual([]);
    expect(interpretMerchantQr(objects)).toEqual(shop);
    const fixed = { ...shop, tip: { kind: 'fixed', amount: '1.00' } } as const;
    expect(interpretMerchantQr(merchantQrObjects(fixed)).tip).toEqual(fixed.tip);
    expect(interpretMerchantQr(merchantQrObjects({ ...shop, tip: { kind: 'ask' } })).tip).toEqual({
      kind: 'ask',
    });
  });

  const objects = [...merchantQrObjects(shop), ['63', '0000'] as const];
  const changed = (id: string, value: QrObject[1] | undefined): QrObject[] =>
    objects.flatMap((object) =>
      object[0] !== id ? [object] : value === undefined ? [] : [[id, value] as const],
    );
  it.each([
    ['00', undefined, 'missing', ['00']],
    ['00', '02', 'format', ['00']],
    ['01', '13', 'format', ['01']],
    ['52', undefined, 'missing', ['52']],
    ['52', '541', 'format', ['52']],
    ['53', '000', 'unknown-code', ['53']],
    ['53', 'CNY', 'format', ['53']],
    ['54', '0', 'format', ['54']],
    ['54', '0.00', 'format', ['54']],
    ['54', '1,00', 'format', ['54']],
    ['54', '.5', 'format', ['54']],
    ['54', '12345678901234', 'too-long', ['54']],
    ['55', '02', 'missing', ['56']],
    ['55', '04', 'format', ['55']],
    ['55', undefined, 'not-expected', ['57']],
    ['57', undefined, 'missing', ['57']],
    ['57', '100.1', 'format', ['57']],
    ['58', 'cn', 'format', ['58']],
    ['58', 'ZZ', 'unknown-code', ['58']],
    ['59', 'x'.repeat(26), 'too-long', ['59']],
    ['60', undefined, 'missing', ['60']],
    ['60', 'x'.repeat(16), 'too-long', ['60']],
    ['61', '12345678901', 'too-long', ['61']],
    ['26', [['01', '42']], 'missing', ['26', '00']],
    ['62', [['01', 'x'.repeat(26)]], 'too-long', ['62', '01']],
    [
      '62',
      [
        ['01', 'a'],
        ['01', 'b'],
      ],
      'duplicate',
      ['62', '01'],
    ],
    ['64', [['00', 'zh']], 'missing', ['64', '01']],
    [
      '64',
      [
        ['00', '中文'],
        ['01', 'x'],
      ],
      'format',
      ['64', '00'],
    ],
  ] as [string, QrObject[1] | undefined, string, string[]][])(
    '%s as %j: %s',
    (id, value, code, path) => {
      expect(checkMerchantQr(changed(id, value))).toContainEqual({ code, path });
    },
  );

  it('values that are names of object methods are values like others', () => {
    const odd = interpretMerchantQr([
      ['01', 'constructor'],
      ['62', [['__proto__', 'x']]],
    ]);
    expect(odd.initiation).toBeUndefined();
    expect(checkMerchantQr(changed('55', 'toString'))).toContainEqual({
      code: 'too-long',
      path: ['55'],
    });
  });

  it('twice the same object; no merchant account at all', () => {
    expect(checkMerchantQr([...objects, ['59', 'AGAIN']])).toContainEqual({
      code: 'duplicate',
      path: ['59'],
    });
    const none = objects.filter(([id]) => id !== '02' && id !== '26');
    expect(checkMerchantQr(none)).toEqual([{ code: 'missing', path: ['02'] }]);
  });
});

describe('consumer-presented', () => {
  const code = 'hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=';

  it('read and written', () => {
    const result = parseConsumerQr(code);
    expect(result.ok && result.nodes.map((node) => tagHex(node.tag))).toEqual(['85', '61']);
    const content = result.nodes[1].children!.map((node) => [node.tag, node.value] as const);
    expect(toHex(content[0][1])).toBe('A0000000555555');
    expect(buildConsumerQr([[0x61, content]])).toBe(code);
  });

  const base64 = (hex: string): string => Buffer.from(fromHex(hex)).toString('base64');
  it.each([
    ['A'.repeat(4300), 'too-long', 4296],
    ['hQVD UFYw', 'base64', 4],
    ['hQVDUFYwMW', 'base64', 10],
    ['hQ=VDUFY', 'base64', 2],
    ['h===', 'base64', 1],
    ['', 'order', 0],
    [base64('610085054350563031'), 'order', 0],
    [base64('85054350563032'), 'version', 2],
    [base64('8505435056303185054350563031'), 'duplicate', 7],
    [base64('850543505630316105'), 'value-truncated', 9],
    [base64('850543505630319F'), 'tag-truncated', 7],
  ])('%s is refused: %s', (text, errorCode, offset) => {
    const result = parseConsumerQr(text);
    expect(result.ok ? 'accepted' : result.error).toEqual({ code: errorCode, offset });
  });
});

describe('properties', () => {
  const id = fc.integer({ min: 1, max: 99 }).map((n) => String(n).padStart(2, '0'));
  const value = fc
    .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    .filter((text) => Array.from(text).length <= 90);
  const object = id
    .filter((one) => one !== '63')
    .chain((one): fc.Arbitrary<QrObject> =>
      isQrTemplate(one)
        ? fc.tuple(fc.constant(one), fc.array(fc.tuple(id, value), { minLength: 1, maxLength: 2 }))
        : fc.tuple(fc.constant(one), value),
    );

  it('what is written is read back', () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 6 }), (some) => {
        const built = buildMerchantQr([['00', '01'], ...some]);
        if (!built.ok) {
          expect(built.error.code).toBe('length');
          return;
        }
        const result = parseMerchantQr(built.text);
        expect(result.ok).toBe(true);
        expect(result.objects.slice(0, -1)).toEqual([['00', '01'], ...some]);
      }),
    );
  });

  it('never throws on random text, and no change of a digit goes through', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80, unit: 'binary' }), (text) => {
        expect(typeof parseMerchantQr(text).ok).toBe('boolean');
        expect(typeof parseConsumerQr(text).ok).toBe('boolean');
        checkMerchantQr(parseMerchantQr(text).objects);
      }),
    );
    fc.assert(
      fc.property(fc.nat(tokyo.length - 5), fc.integer({ min: 1, max: 9 }), (at, add) => {
        const digit = tokyo.charCodeAt(at) - 48;
        if (digit < 0 || digit > 9) return;
        const other = tokyo.slice(0, at) + ((digit + add) % 10) + tokyo.slice(at + 1);
        expect(parseMerchantQr(other).ok).toBe(false);
      }),
    );
  });
});
