// RSA recovery by both roads, the cache of issuer keys, and signatures that are noise.
import { constants, createPrivateKey, privateEncrypt } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import { authorityToPems, createTestAuthority } from '@chipswitch/card';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type RsaPublicKey,
  recoverIccCertificate,
  recoverRsa,
  verifyCombinedData,
  verifyDynamicData,
  verifyFastDynamicData,
  verifyStaticData,
} from '../src/index.ts';
import { certificateExpired, dateNumber, dateNumberOf } from '../src/oda/dates.ts';
import { sha1 } from '../src/oda/hash.ts';
import { recoverIssuerKey } from '../src/oda/key-cache.ts';
import { encipherRsa, isExponent } from '../src/oda/rsa.ts';
import { caKey, issuerCertificate, keys, pan } from './oda-forge.ts';

describe('recovery', () => {
  const bits = [1024, 1008, 1152];
  const exponents = [3, 65_537] as const;
  const pairs = exponents.map((publicExponent) => {
    const authority = createTestAuthority({
      authorityBits: bits[1],
      issuerBits: bits[0],
      iccBits: bits[2],
      publicExponent,
    });
    return [publicExponent, authorityToPems(authority)] as const;
  });

  it.each(
    pairs.flatMap(([exponent, pems]) =>
      ([pems.authority, pems.issuer, pems.icc] as const).map(
        (pem, i) => [exponent, bits[[1, 0, 2][i]], pem] as const,
      ),
    ),
  )('exponent %d, %d bits: what was signed comes back', (_, length, pem) => {
    const privateKey = createPrivateKey(pem);
    const { n = '', e = '' } = privateKey.export({ format: 'jwk' });
    const key: RsaPublicKey = {
      modulus: new Uint8Array(Buffer.from(n, 'base64url')),
      exponent: new Uint8Array(Buffer.from(e, 'base64url')),
    };
    // 1,008 bits are 126 bytes: no multiple of eight.
    expect(key.modulus).toHaveLength(length / 8);
    const block = Uint8Array.from({ length: length / 8 }, (__, i) => (i === 0 ? 0x6a : i & 0xff));
    const signature = new Uint8Array(
      privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block),
    );
    expect(toHex(recoverRsa(signature, key) ?? block.slice(1))).toBe(toHex(block));
  });

  const key = { modulus: keys.icc.modulus, exponent: keys.icc.exponent };
  it.each<[string, Uint8Array, RsaPublicKey]>([
    ['a signature one byte short', new Uint8Array(127), key],
    ['a signature above the modulus', new Uint8Array(128).fill(0xff), key],
    ['an exponent of nothing', new Uint8Array(128), { ...key, exponent: new Uint8Array(0) }],
    ['exponent 5', new Uint8Array(128), { ...key, exponent: Uint8Array.of(5) }],
    ['exponent 65,539', new Uint8Array(128), { ...key, exponent: fromHex('010003') }],
    ['an exponent of four bytes', new Uint8Array(128), { ...key, exponent: fromHex('00000003') }],
    ['no modulus', new Uint8Array(0), { ...key, modulus: new Uint8Array(0) }],
    [
      'a modulus that starts with zero',
      new Uint8Array(128),
      { ...key, modulus: Uint8Array.of(0, ...keys.icc.modulus.subarray(1)) },
    ],
    [
      'a modulus of 249 bytes',
      new Uint8Array(249),
      { ...key, modulus: new Uint8Array(249).fill(0xc1) },
    ],
  ])('refuses %s', (_, signature, wrong) => {
    expect(recoverRsa(signature, wrong)).toBeUndefined();
  });

  it('a secret is enciphered to what recovery would give, and only under a sound key', () => {
    const block = Uint8Array.from({ length: 128 }, (_, i) => (i === 0 ? 0x7f : i));
    expect(toHex(encipherRsa(block, key) ?? block)).toBe(
      toHex(recoverRsa(block, key) ?? key.modulus),
    );
    expect(encipherRsa(block.slice(1), key)).toBeUndefined();
    const even = { ...key, modulus: Uint8Array.of(...key.modulus.subarray(0, 127), 0x10) };
    expect(encipherRsa(block, even)).toBeUndefined();
    expect(encipherRsa(block, { ...key, exponent: Uint8Array.of(7) })).toBeUndefined();
    expect(
      encipherRsa(block, { ...key, modulus: Uint8Array.of(0x7f, ...key.modulus.subarray(1)) }),
    ).toBeUndefined();
  });

  it('takes an even modulus and a tiny one with 65537, which OpenSSL would refuse', () => {
    const even = {
      modulus: Uint8Array.of(0xc0, ...new Uint8Array(127)),
      exponent: fromHex('010001'),
    };
    expect(recoverRsa(new Uint8Array(128).fill(1), even)).toHaveLength(128);
    const tiny = { modulus: Uint8Array.of(0xc5), exponent: fromHex('010001') };
    expect(recoverRsa(Uint8Array.of(2), tiny)).toEqual(
      Uint8Array.of(Number(2n ** 65_537n % 0xc5n)),
    );
  });

  it.each([
    ['03', 3],
    ['0003', 3],
    ['010001', 65_537],
    ['', undefined],
    ['11', undefined],
    ['00010001', undefined],
  ])('exponent %s', (text, value) => {
    expect(isExponent(fromHex(text))).toBe(value);
  });
});

describe('issuer keys that were recovered before', () => {
  const forged = issuerCertificate();
  const input = { caKey, ...forged, pan, date: fromHex('261122') };

  it('come back for the same bytes, also for another card of the issuer', () => {
    const first = recoverIssuerKey(input);
    expect(first.ok).toBe(true);
    expect(recoverIssuerKey({ ...input })).toBe(first);
    expect(recoverIssuerKey({ ...input, pan: '4761739001010127' })).toBe(first);
  });

  it.each([
    ['another exponent', { exponent: fromHex('010001') }, 'hash'],
    ['another PAN', { pan: '5413330089600010' }, 'pan'],
    ['a date after its expiry', { date: fromHex('310101') }, 'expired'],
    ['a remainder', { remainder: fromHex('00') }, 'length'],
    [
      'another scheme key',
      { caKey: { modulus: keys.issuer.modulus, exponent: keys.issuer.exponent } },
      'length',
    ],
  ])('do not come back for %s', (_, change, code) => {
    expect(recoverIssuerKey(input).ok).toBe(true);
    expect(recoverIssuerKey({ ...input, ...change })).toMatchObject({ ok: false, error: { code } });
  });

  it('do not follow when the caller changes its bytes', () => {
    const mine = { ...input, certificate: forged.certificate.slice() };
    expect(recoverIssuerKey(mine).ok).toBe(true);
    mine.certificate[100] ^= 1;
    expect(recoverIssuerKey(mine).ok).toBe(false);
  });
});

it('signatures that are noise are refused by every verifier, and nothing throws', () => {
  const noise = fc.uint8Array({ minLength: 128, maxLength: 128 });
  fc.assert(
    fc.property(noise, fc.uint8Array({ maxLength: 40 }), (signature, data) => {
      const iccKey = keys.icc;
      const empty = new Uint8Array(0);
      expect(verifyDynamicData({ iccKey, signature, terminalData: data }).ok).toBe(false);
      expect(verifyFastDynamicData({ iccKey, signature, terminalData: data }).ok).toBe(false);
      expect(verifyStaticData({ issuerKey: iccKey, signature, staticData: data }).ok).toBe(false);
      const combined = {
        iccKey,
        signature,
        unpredictableNumber: data,
        pdolData: empty,
        cdol1Data: data,
        answerData: data,
        cid: 0x40,
      };
      expect(verifyCombinedData(combined).ok).toBe(false);
      const certificate = {
        issuerKey: iccKey,
        certificate: signature,
        remainder: data,
        exponent: fromHex('03'),
        staticData: data,
        pan,
      };
      expect(recoverIccCertificate(certificate).ok).toBe(false);
    }),
    { numRuns: 200 },
  );
});

it('SHA-1 of parts is that of the whole, short and long', () => {
  expect(toHex(sha1())).toBe('DA39A3EE5E6B4B0D3255BFEF95601890AFD80709');
  const long = Uint8Array.from({ length: 9_000 }, (_, i) => i & 0xff);
  expect(toHex(sha1(long.subarray(0, 4_000), long.subarray(4_000)))).toBe(toHex(sha1(long)));
  expect(toHex(sha1(long.subarray(0, 5), long.subarray(5, 9)))).toBe(
    toHex(sha1(long.subarray(0, 9))),
  );
});

describe('dates', () => {
  it.each([
    ['491231', 20_491_231],
    ['500101', 19_500_101],
    ['991231', 19_991_231],
    ['000101', 20_000_101],
  ])('%s', (text, number) => {
    expect(dateNumber(fromHex(text))).toBe(number);
    expect(dateNumberOf(text)).toBe(number);
  });

  it.each([
    ['1226', '261231', false],
    ['1126', '261130', false],
    ['1126', '261201', true],
    ['1249', '491231', false],
    ['1250', '261122', true],
    ['0100', '000131', false],
  ])('a certificate of %s on %s', (mmyy, today, expired) => {
    expect(certificateExpired(fromHex(mmyy), fromHex(today))).toBe(expired);
  });
});
