// PINs, MACs, data and card data under DUKPT and other keys, through the soft module.
import { createDecipheriv, createHmac } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  cbcEncrypt,
  makeCipher,
  tdesBaseKey,
  tdesInitialKey,
  tdesTransactionKey,
  tdesWorkingKey,
} from '@chipswitch/cryptography';
import { describe, expect, it } from 'vitest';
import {
  type PinBlockFormat,
  type CardDataInput,
  type CipherInput,
  createSoftModule,
} from '../src/index.ts';

const module = createSoftModule({ allowClearKeysInProcess: true });
const bdkHex = '0123456789ABCDEFFEDCBA9876543210';
const aesBdkHex = 'FEDCBA9876543210F1F1F1F1F1F1F1F1';
const load = (
  id: string,
  usage: 'B0' | 'P0' | 'D0' | 'M7',
  algorithm: '2TDEA' | 'AES128' | 'AES256' | 'HMAC',
  bytes: string,
) => module.loadClearKey({ id, usage, algorithm, bytes: fromHex(bytes) });
const bdk = load('bdk', 'B0', '2TDEA', bdkHex);
const aesBdk = load('aes-bdk', 'B0', 'AES128', aesBdkHex);
const zpk = load('zpk', 'P0', '2TDEA', 'DC1DBD2B655E7A0467AB5737E6D9A30E');
const aesZpk = load('aes-zpk', 'P0', 'AES128', 'C1D0F8FB4958670DBA40AB1F3752EF0D');
const dataKey = load('data', 'D0', 'AES256', '00'.repeat(31) + '01');
const hmacKey = load('hmac', 'M7', 'HMAC', '5A'.repeat(32));

const pan = '4012345678909';
const ksn = fromHex('FFFF9876543210E00001');
const fromDukpt = { key: bdk, ksn, format: 0, block: fromHex('1B9C1845EB993A7A'), pan } as const;

describe('PINs under DUKPT', () => {
  it('go to a zone key and back through every format that the policy allows', () => {
    const zone = module.translatePin({ from: fromDukpt, to: { key: zpk, format: 0 } });
    if (!zone.ok) throw new Error(zone.error.code);
    const seen: string[] = [];
    for (const [key, format] of [
      [zpk, 3],
      [aesZpk, 4],
      [zpk, 0],
    ] as const) {
      const from = { key: zpk, format: 0, block: zone.block, pan } as const;
      const moved = module.translatePin({ from, to: { key, format } });
      if (!moved.ok) throw new Error(`${format} ${moved.error.code}`);
      const back = module.translatePin({
        from: { key, format, block: moved.block, pan },
        to: { key: zpk, format: 0 },
      });
      seen.push(back.ok ? toHex(back.block) : back.error.code);
    }
    expect(seen).toEqual(Array.from({ length: 3 }, () => toHex(zone.block)));
  });
  it('from TDES DUKPT to AES DUKPT of format 4, and back', () => {
    const aesKsn = fromHex('123456789012345600000005');
    const out = module.translatePin({
      from: fromDukpt,
      to: { key: aesBdk, ksn: aesKsn, format: 4 },
    });
    if (!out.ok) throw new Error(out.error.code);
    const from = { key: aesBdk, ksn: aesKsn, format: 4, block: out.block, pan } as const;
    const back = module.translatePin({ from, to: { key: bdk, ksn, format: 0 } });
    expect(back.ok && toHex(back.block)).toBe('1B9C1845EB993A7A');
  });
  it('format 0 under AES DUKPT takes a TDEA working key', () => {
    const aesKsn = fromHex('123456789012345600000005');
    const to = { key: aesBdk, ksn: aesKsn, format: 0 } as const;
    expect(module.translatePin({ from: fromDukpt, to })).toMatchObject({ ok: true, pinLength: 4 });
    expect(
      module.translatePin({ from: fromDukpt, to: { ...to, workingKeyType: '3TDEA' } }),
    ).toMatchObject({
      error: { code: 'not-allowed' },
    });
    expect(
      module.translatePin({ from: fromDukpt, to: { ...to, workingKeyType: 'AES128' } }),
    ).toMatchObject({
      error: { code: 'key-usage' },
    });
  });
  it.each<[string, Uint8Array, string]>([
    ['nine bytes', fromHex('FFFF9876543210E000'), 'ksn'],
    ['a counter of zero', fromHex('FFFF9876543210E00000'), 'ksn-exhausted'],
    ['eleven one bits', fromHex('FFFF9876543210E007FF'), 'ksn-exhausted'],
  ])('refuses a serial number of %s', (_, bad, code) => {
    const made = module.translatePin({
      from: { ...fromDukpt, ksn: bad },
      to: { key: zpk, format: 0 },
    });
    expect(made).toMatchObject({ ok: false, error: { code } });
  });
  it.each<[string, PinBlockFormat, Uint8Array]>([
    ['a format 4 block under TDES', 4, new Uint8Array(16)],
    ['a block of seven bytes', 0, new Uint8Array(7)],
    ['an empty block', 0, new Uint8Array(0)],
  ])('refuses %s', (_, format, block) => {
    const from = { ...fromDukpt, format, block };
    expect(module.translatePin({ from, to: { key: zpk, format: 0 } }).ok).toBe(false);
  });
});

describe('formats from a message', () => {
  it.each([5, -1, 0.5, 47, Number.NaN])('%d is no format', (number) => {
    const format = number as PinBlockFormat;
    const refused = { ok: false, error: { code: 'pin-format' } };
    const to = { key: zpk, format: 0 } as const;
    expect(module.translatePin({ from: { ...fromDukpt, format }, to })).toEqual(refused);
    expect(module.translatePin({ from: fromDukpt, to: { ...to, format } })).toEqual(refused);
    const made = module.generatePinData({
      kind: 'random',
      pinLength: 4,
      to: { ...to, format, pan },
    });
    expect(made).toEqual(refused);
  });
});

describe('data', () => {
  const data = fromHex('343031323334353637383930394439383700000000000000');
  it('under a DUKPT data key equals X9.24-1 A.4', () => {
    const made = module.encrypt({
      key: bdk,
      ksn: fromHex('FFFF9876543210E00003'),
      mode: 'cbc',
      data,
    });
    expect(made.ok && toHex(made.data)).toBe('BD751E65F10E75B6C1D5B1D283496A36C2DE21D993C387A7');
  });
  it.each<[string, Partial<CipherInput>]>([
    ['ECB', { mode: 'ecb' }],
    ['CBC', { mode: 'cbc', iv: new Uint8Array(16).fill(3) }],
    ['GCM', { mode: 'gcm', iv: new Uint8Array(12).fill(3), additionalData: fromHex('01') }],
  ])('%s there and back', (_, how) => {
    const input = { key: dataKey, mode: 'cbc', data: new Uint8Array(32).fill(9), ...how } as const;
    const made = module.encrypt(input);
    if (!made.ok) throw new Error(made.error.code);
    const back = module.decrypt({ ...input, data: made.data });
    expect(back.ok && toHex(back.data)).toBe(toHex(input.data));
  });
  it('GCM refuses what was changed', () => {
    const input = { key: dataKey, mode: 'gcm', iv: new Uint8Array(12), data } as const;
    const made = module.encrypt(input);
    if (!made.ok) throw new Error(made.error.code);
    const refused = { ok: false, error: { code: 'not-verified' } };
    for (let i = 0; i < made.data.length; i += 5) {
      const changed = made.data.map((byte, at) => (at === i ? byte ^ 1 : byte));
      expect(module.decrypt({ ...input, data: changed })).toEqual(refused);
    }
    expect(module.decrypt({ ...input, data: new Uint8Array(15) })).toEqual(refused);
    expect(module.decrypt({ ...input, data: made.data, additionalData: fromHex('01') })).toEqual(
      refused,
    );
  });
  it.each<[string, Partial<CipherInput>, string]>([
    ['a part of a block', { data: new Uint8Array(9) }, 'length'],
    ['nothing', { data: new Uint8Array(0) }, 'length'],
    ['a vector of another length', { iv: new Uint8Array(8) }, 'iv'],
    ['a vector for ECB', { mode: 'ecb', iv: new Uint8Array(16) }, 'iv'],
    ['GCM without a nonce', { mode: 'gcm' }, 'iv'],
  ])('refuses %s', (_, change, detail) => {
    const input = { key: dataKey, mode: 'cbc', data: new Uint8Array(16), ...change } as const;
    expect(module.encrypt(input)).toEqual({ ok: false, error: { code: 'input', detail } });
  });
  it('goes from a reader key to a store key without coming out', () => {
    const from = { key: bdk, ksn, mode: 'cbc', data, direction: 'request' } as const;
    const iv = new Uint8Array(12);
    const moved = module.reencrypt({ from, to: { key: dataKey, mode: 'gcm', iv } });
    const clear = module.decrypt(from);
    const back = moved.ok
      ? module.decrypt({ key: dataKey, mode: 'gcm', iv, data: moved.data })
      : moved;
    expect(back).toEqual(clear);
  });
});

describe('card data of a reader', () => {
  const cardPan = '4761739001010010';
  const cipherText = (clear: Uint8Array, size = 8): Uint8Array => {
    const key = tdesWorkingKey(
      tdesTransactionKey(tdesInitialKey(tdesBaseKey(fromHex(bdkHex)), ksn), ksn),
      'data-request',
    );
    const padded = new Uint8Array(Math.ceil(clear.length / size) * size);
    padded.set(clear);
    return cbcEncrypt(makeCipher('2TDEA', key), padded);
  };
  const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
  const input = (clear: Uint8Array, template: CardDataInput['template']): CardDataInput => ({
    key: bdk,
    ksn,
    data: cipherText(clear),
    template,
  });
  const card = {
    panFirst6: '476173',
    panLast4: '0010',
    panLength: 16,
    expiry: '2512',
    serviceCode: '201',
  };
  it.each<[CardDataInput['template'], Uint8Array, object]>([
    ['track2-ascii', ascii(`;${cardPan}=25122011143804489?`), card],
    ['track2-ascii', ascii(`${cardPan}D25122011143804489`), card],
    ['track2-bcd', fromHex(`${cardPan}D25122011143804489F`.padEnd(40, '0')), card],
    ['track1', ascii(`%B${cardPan}^DOE/JANE^25122011143800448900000?`), card],
    [
      'pan-bcd',
      fromHex(`${cardPan}FFFF`),
      { panFirst6: '476173', panLast4: '0010', panLength: 16 },
    ],
  ])('%s is read and redacted', (template, clear, wanted) => {
    const made = module.decryptCardData(input(clear, template));
    expect(made).toEqual({ ok: true, card: wanted });
    expect(JSON.stringify(made)).not.toContain(cardPan);
  });
  it('gives the whole PAN only hashed or enciphered', () => {
    const made = module.decryptCardData({
      ...input(ascii(`;${cardPan}=2512201?`), 'track2-ascii'),
      panHmacKey: hmacKey,
      panEncryptUnder: dataKey,
    });
    if (!made.ok || made.card.panHmac === undefined || made.card.panEncrypted === undefined) {
      throw new Error('no outlet');
    }
    const hmac = createHmac('sha256', fromHex('5A'.repeat(32)))
      .update(cardPan)
      .digest();
    expect(toHex(made.card.panHmac)).toBe(toHex(hmac));
    const sealed = made.card.panEncrypted;
    const decipher = createDecipheriv(
      'aes-256-gcm',
      fromHex('00'.repeat(31) + '01'),
      sealed.subarray(0, 12),
    );
    decipher.setAuthTag(sealed.subarray(-16));
    expect(decipher.update(sealed.subarray(12, -16)).toString() + decipher.final('utf8')).toBe(
      cardPan,
    );
  });
  it.each<[string, CardDataInput['template'], Uint8Array]>([
    ['another template', 'track1', ascii(`;${cardPan}=2512201?`)],
    ['no separator', 'track2-ascii', ascii(cardPan)],
    ['a PAN of 11 digits', 'track2-ascii', ascii(';47617390010=2512201?')],
    ['a PAN of 20 digits', 'track2-ascii', ascii(';47617390010100104444=2512201?')],
    ['a PAN with a letter', 'track1', ascii('%B4761739001A10010^X^2512201?')],
    ['one caret', 'track1', ascii(`%B${cardPan}^2512201`)],
    ['garbage, as a wrong key gives it', 'track2-bcd', fromHex('9F3C55AA00112233')],
  ])('refuses %s', (_, template, clear) => {
    expect(module.decryptCardData(input(clear, template))).toEqual({
      ok: false,
      error: { code: 'input', detail: 'card data' },
    });
  });
  it('wants the right keys for its outlets', () => {
    const good = input(ascii(`;${cardPan}=2512201?`), 'track2-ascii');
    expect(module.decryptCardData({ ...good, panHmacKey: dataKey })).toMatchObject({
      error: { code: 'key-usage' },
    });
    expect(module.decryptCardData({ ...good, panEncryptUnder: hmacKey })).toMatchObject({
      error: { code: 'key-usage' },
    });
  });
});

describe('MACs under AES DUKPT', () => {
  const data = fromHex('3430313233343536373839303944393837');
  it.each([
    ['cmac', '123456789012345600000002', '4D104704C53491A60944193DCAF6B411'],
    [
      'hmac-sha256',
      '123456789012345600000003',
      '5CCB50FB8001C07C51191502BFC7586E165219F59D87938C8A7A84D41AF44F18',
    ],
  ] as const)('%s', (algorithm, serial, mac) => {
    const input = { key: aesBdk, algorithm, data, ksn: fromHex(serial) };
    const made = module.generateMac(input);
    expect(made.ok && toHex(made.mac)).toBe(mac);
    expect(module.verifyMac({ ...input, mac: fromHex(mac.slice(0, 16)) })).toEqual({ ok: true });
    expect(module.verifyMac({ ...input, direction: 'response', mac: fromHex(mac) })).toMatchObject({
      error: { code: 'not-verified' },
    });
  });
  it('TDES DUKPT knows no key for both directions', () => {
    const input = { key: bdk, ksn, algorithm: 'iso9797-3', data, direction: 'both' } as const;
    expect(module.generateMac(input)).toMatchObject({
      error: { code: 'input', detail: 'direction' },
    });
  });
});
