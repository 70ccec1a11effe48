// The dictionary as data: enough tags, well-formed rows, every decoder there, names in two languages.
import { fromHex } from '@chipswitch/bytes';
import { numberSearchIn, sensitiveTags, tagSensitivity } from '@chipswitch/cardholder-data';
import { parseTag, tagHex, tagLength } from '@chipswitch/tlv';
import { describe, expect, it } from 'vitest';
import { bitTextsZh } from '../src/data/bits-zh.ts';
import { bitTables } from '../src/data/bits.ts';
import { decoderNames } from '../src/decoders/decode-value.ts';
import {
  type DecodeContext,
  countryName,
  currencyName,
  decodeValue,
  dolFormatOf,
  fillEmvDol,
  findAccountType,
  findApplication,
  findCountry,
  findCurrency,
  findMerchantCategory,
  findPosEntryMode,
  findTagInfo,
  findTransactionType,
  languageName,
  listApplications,
  listCountries,
  listCurrencies,
  listMerchantCategories,
  merchantCategoryName,
  schemeOfAid,
  searchTags,
  stripSensitive,
  tagDictionary,
  anySensitivityOf,
} from '../src/index.ts';

const all = [...tagDictionary().values()].flat();

describe('tags', () => {
  it('there are at least 250, and the count is what the README says', () => {
    expect(tagDictionary().size).toBe(384);
    expect(all.length).toBeGreaterThan(460);
  });

  it.each(all.map((info) => [tagHex(info.tag), info.scope, info] as const))(
    '%s (%s) is well-formed',
    (hex, _scope, info) => {
      expect(parseTag(hex)).toBe(info.tag);
      expect(tagLength(info.tag)).toBeLessThanOrEqual(3);
      expect(info.name).not.toBe('');
      expect(info.lengthMin).toBeLessThanOrEqual(info.lengthMax);
      expect(['icc', 'terminal', 'issuer', 'any']).toContain(info.source);
      for (const template of info.templates) expect(tagDictionary().has(template)).toBe(true);
      if (info.decoder === 'bits') expect(bitTables.has(info.tag)).toBe(true);
    },
  );

  it('the decoders that rows name and those that exist are the same', () => {
    const named = new Set(all.map((info) => info.decoder).filter((name) => name !== ''));
    expect([...named].filter((name) => !decoderNames.includes(name))).toEqual([]);
    expect(decoderNames.filter((name) => !named.has(name))).toEqual([]);
  });

  it('the Chinese texts of bits name bits that exist, and all of a table', () => {
    for (const [tag, texts] of bitTextsZh) {
      const names = bitTables.get(tag)!.bits.map((row) => row[2]);
      expect(Object.keys(texts)).toEqual(names);
    }
  });

  it('no meaning of a tag stands twice in one scope', () => {
    const keys = all.map((info) => `${info.tag} ${info.scope}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([
    ['57', 'track2'],
    ['5A', 'pan'],
    ['56', 'track1'],
    ['5F20', 'name'],
    ['9F0B', 'name'],
    ['9F1F', 'track'],
    ['9F20', 'track'],
    ['99', 'pin'],
    ['9F6B', 'track2'],
    ['5F53', 'account'],
    ['9F26', undefined],
  ])('%s is marked %s', (hex, mark) => {
    expect(findTagInfo(Number.parseInt(hex, 16))?.sensitivity).toBe(mark);
  });

  it('every tag that is sensitive is one of the dictionary, and shown masked', () => {
    for (const hex of sensitiveTags) {
      const tag = Number.parseInt(hex, 16);
      expect(tagDictionary().get(tag), hex).toBeDefined();
      if (tagSensitivity(hex) !== 'expiry') expect(anySensitivityOf(tag), hex).toBeDefined();
    }
  });

  it('what is searched nowhere or for characters only is so by its format here', () => {
    for (const info of all) {
      const search = numberSearchIn(tagHex(info.tag), info.lengthMax);
      const text = ['a', 'an', 'ans'].includes(info.format);
      if (search === 'characters') expect(`${tagHex(info.tag)} ${text}`).toContain('true');
      if (search === 'nowhere' && info.lengthMax >= 7)
        expect(`${tagHex(info.tag)} ${text}`).toContain('false');
    }
  });

  it.each([
    ['9F6E', undefined, 'Form Factor Indicator or Third Party Data'],
    ['9F6E', 'visa', 'Form Factor Indicator (FFI)'],
    ['9F6E', 'mastercard', 'Third Party Data'],
    ['9F6E', 'amex', 'Enhanced Contactless Reader Capabilities'],
    ['9F5B', undefined, 'Issuer Script Results'],
    ['9F5B', 'mastercard', 'DSDOL'],
    ['9F66', undefined, 'Terminal Transaction Qualifiers (TTQ)'],
    ['9F66', 'mastercard', 'PUNATC (Track2)'],
    ['9F79', 'unionpay', 'Electronic Cash Balance'],
    ['9F71', 'discover', 'Card Processing Requirements (CPR)'],
    ['9F26', 'jcb', 'Application Cryptogram (AC)'],
    ['8E', 'iso', 'Cryptographic Checksum (MAC)'],
    ['8E', undefined, 'Cardholder Verification Method (CVM) List'],
    ['9F70', 'gp', 'Life Cycle State'],
    ['E0', undefined, 'Key Information Template (GlobalPlatform)'],
    ['61', 'cpm', 'Application Template'],
  ] as const)('%s for %s is %s', (hex, scheme, name) => {
    expect(findTagInfo(Number.parseInt(hex, 16), scheme)?.name).toBe(name);
  });

  it('searching by words in either language', () => {
    expect(searchTags('cryptogram information').map((info) => info.tag)).toEqual([0x9f27]);
    expect(searchTags('终端验证结果').map((info) => info.tag)).toEqual([0x95]);
    expect(searchTags('9f3704 nothing')).toEqual([]);
    expect(searchTags('')).toEqual([]);
    expect(findTagInfo(0x9f7770)).toBeUndefined();
  });

  it('a DOL is filled by the formats of the dictionary', () => {
    expect([0x9f02, 0x5a, 0x9f37, 0x9f7770].map(dolFormatOf)).toEqual([
      'n',
      'cn',
      'other',
      'other',
    ]);
    const data = new Map([
      [0x9f02, Uint8Array.of(0x12, 0x34)],
      [0x5a, Uint8Array.of(0x47, 0x61)],
      [0x9f37, Uint8Array.of(1, 2, 3, 4, 5)],
    ]);
    const entries = [
      { tag: 0x9f02, length: 6 },
      { tag: 0x5a, length: 3 },
      { tag: 0x9f37, length: 4 },
    ];
    expect(Buffer.from(fillEmvDol(entries, data)).toString('hex')).toBe(
      '0000000012344761ff01020304',
    );
  });
});

describe('codes', () => {
  it.each([
    ['156', 'CN', 'CHN', 'China', '中国'],
    ['840', 'US', 'USA', 'United States', '美国'],
    ['528', 'NL', 'NLD', 'Netherlands', '荷兰'],
  ])('country %s', (numeric, alpha2, alpha3, en, zh) => {
    const country = findCountry(numeric)!;
    expect(country).toEqual({ numeric, alpha2, alpha3 });
    expect(findCountry(alpha2.toLowerCase())).toBe(country);
    expect(findCountry(alpha3)).toBe(country);
    expect([countryName(country), countryName(country, 'zh')]).toEqual([en, zh]);
  });

  it.each([
    ['156', 'CNY', 2, 'Chinese Yuan', '人民币'],
    ['392', 'JPY', 0, 'Japanese Yen', '日元'],
    ['414', 'KWD', 3, 'Kuwaiti Dinar', '科威特第纳尔'],
    ['990', 'CLF', 4, 'Chilean Unit of Account (UF)', '智利（资金）'],
  ] as const)('currency %s', (numeric, alpha, exponent, en, zh) => {
    const currency = findCurrency(numeric)!;
    expect(currency).toEqual({ numeric, alpha, exponent });
    expect(findCurrency(alpha.toLowerCase())).toBe(currency);
    expect(currencyName(currency)).toBe(en);
    expect(currencyName(currency, 'zh')).toContain(zh.slice(0, 2));
  });

  it('gold has no minor unit, and codes that do not exist are not found', () => {
    expect(findCurrency('XAU')?.exponent).toBeUndefined();
    for (const code of ['000', '123', 'ZZZ', '', 'toString']) {
      expect(findCurrency(code)).toBeUndefined();
      expect(findCountry(code)).toBeUndefined();
    }
    expect(listCountries().length).toBe(249);
    expect(listCurrencies().length).toBeGreaterThan(175);
  });

  it('languages', () => {
    expect([languageName('fr'), languageName('ZH', 'zh')]).toEqual(['French', '中文']);
    expect(['xq', 'f', 'fr-FR', ''].map((code) => languageName(code))).toEqual(
      Array(4).fill(undefined),
    );
  });

  it.each([
    ['5411', 'Grocery stores and supermarkets', '超市与食品店', false],
    ['3007', 'Airlines (one code per carrier)', '航空公司', true],
    ['3999', 'Lodging (one code per chain)', '酒店住宿', true],
  ])('merchant category %s', (code, en, zh, byRange) => {
    const category = findMerchantCategory(code)!;
    expect(category.byRange).toBe(byRange);
    expect([merchantCategoryName(category), merchantCategoryName(category, 'zh')]).toEqual([
      en,
      zh,
    ]);
  });

  it('merchant categories that cannot be', () => {
    expect(['0000', '541', '54110', 'abcd'].map(findMerchantCategory)).toEqual(
      Array(4).fill(undefined),
    );
    const codes = listMerchantCategories().map((category) => category.code);
    expect(codes.length).toBeGreaterThan(280);
    expect([...new Set(codes)].sort()).toEqual(codes);
  });

  it('applications: the longest prefix wins', () => {
    expect(findApplication('a0000000031010')?.product).toBe('Visa Credit or Debit');
    expect(findApplication('A0000000039999')?.product).toBe('Visa');
    expect(findApplication('A000000333010102')?.productZh).toBe('银联贷记卡');
    expect(findApplication('F000000001')).toBeUndefined();
    expect([schemeOfAid('A0000000651010'), schemeOfAid(null), schemeOfAid(undefined)]).toEqual([
      'jcb',
      undefined,
      undefined,
    ]);
    for (const { prefix } of listApplications()) expect(prefix).toMatch(/^[0-9A-F]{10,32}$/);
  });

  it('response codes are told by whoever has the table of them', () => {
    const text = (context: DecodeContext): unknown => {
      const result = decodeValue(0x8a, fromHex('3531'), context);
      return result.ok && [result.data, ...result.text];
    };
    const responseWords = (code: string) =>
      code === '51' ? { en: 'not sufficient funds', zh: '余额不足' } : undefined;
    const data = { type: 'code', code: '51', name: null };
    expect(text({})).toEqual([data, '51']);
    expect(text({ responseWords })).toEqual([data, 'not sufficient funds']);
    expect(text({ responseWords, locale: 'zh' })).toEqual([data, '余额不足']);
    expect(text({ responseWords: () => undefined })).toEqual([data, 'Unknown code']);
  });

  it('transaction types, entry modes, account types', () => {
    expect(findTransactionType('20')?.name).toBe('refund');
    expect(findPosEntryMode('07')?.name).toBe('contactless-chip');
    expect(findAccountType('30')?.name).toBe('credit');
  });
});

describe('what is kept', () => {
  it.each([
    ['', '', []],
    ['9A03221215', '9A03221215', []],
    ['5A0247619A03221215', '9A03221215', [0x5a]],
    ['70095A0247615F34010182', undefined, []],
    ['70085A0247615F340101', '70045F340101', [0x5a]],
    ['E10A57024761700499021234', 'E1027000', [0x57, 0x99]],
    ['BF4E059F36020001', '', [0xbf4e]],
    ['9F6B0200019F6102ABCD', '', [0x9f6b, 0x9f61]],
    ['9F3682000200019C0100', '9F360200019C0100', []],
  ] as [string, string | undefined, number[]][])('%s', (hex, left, removed) => {
    const result = stripSensitive(Uint8Array.from(Buffer.from(hex, 'hex')));
    if (!result.ok) {
      expect(left).toBeUndefined();
      return;
    }
    expect(Buffer.from(result.bytes).toString('hex').toUpperCase()).toBe(left);
    expect(result.removed).toEqual(removed);
  });
});
