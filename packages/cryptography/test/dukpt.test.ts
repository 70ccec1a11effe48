// DUKPT: printed keys of X9.24-1 and X9.24-3, counters to their end, every usage and key type.
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aesCounter,
  aesInitialKey,
  aesKsnFault,
  aesTransactionKey,
  aesUpdateKey,
  aesWorkingKey,
  type DukptKeyType,
  dukptKeyTypes,
  type DukptKeyUsage,
  dukptKeyUsages,
  nextAesKsn,
  nextTdesKsn,
  SecurityFault,
  tdesBaseKey,
  tdesCounter,
  tdesInitialKey,
  tdesKsnFault,
  tdesTransactionKey,
  tdesWorkingKey,
  wholeTdesKsn,
} from '../src/index.ts';

const bdk = fromHex('0123456789ABCDEFFEDCBA9876543210');
const device = 'FFFF9876543210';
const base = tdesBaseKey(bdk);

const oneBits = (value: number): number => value.toString(2).replaceAll('0', '').length;

describe('TDES', () => {
  it('gives the initial key and transaction keys of X9.24-1 A.4', () => {
    const initial = tdesInitialKey(base, fromHex(`${device}E00000`));
    expect(toHex(initial)).toBe('6AC292FAA1315B4D858AB3A3D7D5933A');
    const keys = ['E00001', 'E00003', 'EFF800', 'F00000'].map((counter) =>
      toHex(tdesTransactionKey(initial, fromHex(device + counter))),
    );
    expect(keys).toEqual([
      '042666B49184CFA368DE9628D0397BC9',
      '0DF3D9422ACA56E547676D07AD6BADFA',
      'F9CDFEBF4F5B1D9EB3EC12454527E176',
      'AA4D58DB653EC74A48C75F2F047DD2B5',
    ]);
  });
  it('ignores the counter in the initial key', () => {
    const keys = ['E00000', 'E00001', 'FFFFFF', 'F12345'].map((counter) =>
      toHex(tdesInitialKey(base, fromHex(device + counter))),
    );
    expect(new Set(keys).size).toBe(1);
  });
  it('fills a serial number that came without its F digits, as moov-io/dukpt sends one', () => {
    expect(toHex(wholeTdesKsn(fromHex('9876543210E00001')))).toBe(`${device}E00001`);
    expect(toHex(wholeTdesKsn(fromHex('0180150D00000004')))).toBe('FFFF0180150D00000004');
    expect(toHex(wholeTdesKsn(fromHex(`${device}E00001`)))).toBe(`${device}E00001`);
  });
  it('gives five different working keys', () => {
    const key = fromHex('042666B49184CFA368DE9628D0397BC9');
    const purposes = [
      'pin',
      'mac-request',
      'mac-response',
      'data-request',
      'data-response',
    ] as const;
    const made = purposes.map((purpose) => toHex(tdesWorkingKey(key, purpose)));
    expect(made[0]).toBe('042666B49184CF5C68DE9628D0397B36');
    expect(new Set(made).size).toBe(5);
  });
  it.each([15, 24, 8, 0])('refuses a base key of %i bytes', (length) => {
    expect(() => tdesBaseKey(new Uint8Array(length))).toThrow(SecurityFault);
  });
  it.each([
    ['nine bytes', 'FFFF9876543210E000', 'length'],
    ['eleven bytes', 'FFFF9876543210E0000100', 'length'],
    ['a counter of zero', 'FFFF9876543210E00000', 'counter-zero'],
    ['eleven one bits', 'FFFF9876543210E007FF', 'counter-bits'],
    ['twenty-one one bits', 'FFFF9876543210FFFFFF', 'counter-bits'],
    ['ten one bits', 'FFFF9876543210E003FF', undefined],
  ])('%s', (_, ksn, fault) => {
    expect(tdesKsnFault(fromHex(ksn))).toBe(fault);
  });
  it('counts up through every usable counter, never another, and then is exhausted', () => {
    // All 21-bit counters with one to ten one bits: 1,048,575 of them, half of all but zero.
    let ksn: Uint8Array = fromHex(`${device}FFC000`);
    let steps = 0;
    for (;;) {
      const next = nextTdesKsn(ksn);
      if (typeof next === 'string') {
        expect(next).toBe('exhausted');
        break;
      }
      expect(tdesCounter(next)).toBeGreaterThan(tdesCounter(ksn));
      expect(tdesKsnFault(next)).toBeUndefined();
      expect(toHex(next, 0, 7)).toBe(device);
      ksn = next;
      steps++;
    }
    expect(toHex(ksn)).toBe(`${device}FFF800`);
    let usable = 0;
    for (let counter = 0x1fc001; counter <= 0x1fffff; counter++) {
      if (oneBits(counter) <= 10) usable++;
    }
    expect(steps).toBe(usable);
  });
  it('skips no usable counter anywhere', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0x1fffff }), (counter) => {
        const ksn = fromHex(device + (0xe00000 | counter).toString(16));
        const next = nextTdesKsn(ksn);
        const reached = typeof next === 'string' ? 0x200000 : tdesCounter(next);
        for (let between = counter + 1; between < reached && between < counter + 3000; between++) {
          expect(oneBits(between)).toBeGreaterThan(10);
        }
      }),
      { numRuns: 200 },
    );
  });
  it('says that a short serial number is no serial number', () => {
    expect(nextTdesKsn(new Uint8Array(9))).toBe('length');
  });
});

const aesBdk = fromHex('FEDCBA9876543210F1F1F1F1F1F1F1F1');
const ikid = fromHex('1234567890123456');

describe('AES', () => {
  const initial = aesInitialKey(aesBdk, ikid);
  it('gives the keys of the X9.24-3 supplement', () => {
    expect(toHex(initial)).toBe('1273671EA26AC29AFA4D1084127652A1');
    const ksn = fromHex('123456789012345600000001');
    const key = aesTransactionKey(initial, ksn);
    expect(toHex(key)).toBe('4F21B565BAD9835E112B6465635EAE44');
    expect(toHex(aesWorkingKey(key, ksn, 'pin', 'AES128'))).toBe(
      'AF8CB133A78F8DC2D1359F18527593FB',
    );
  });
  it('gives a different key of the right length for every usage and type', () => {
    const ksn = fromHex('123456789012345600000007');
    const key = aesTransactionKey(aesInitialKey(new Uint8Array(32).fill(1), ikid), ksn);
    const made = new Set<string>();
    for (const usage of Object.keys(dukptKeyUsages) as DukptKeyUsage[]) {
      for (const type of Object.keys(dukptKeyTypes) as DukptKeyType[]) {
        const working = aesWorkingKey(key, ksn, usage, type);
        expect(working.length * 8).toBe(dukptKeyTypes[type][1]);
        made.add(toHex(working));
      }
    }
    expect(made.size).toBe(8 * 8);
  });
  it.each([16, 24, 32])('keeps the length of a base key of %i bytes', (length) => {
    const key = aesInitialKey(new Uint8Array(length).fill(7), ikid);
    expect(key.length).toBe(length);
    expect(aesTransactionKey(key, fromHex('123456789012345600000003')).length).toBe(length);
    expect(aesUpdateKey(key, ikid).length).toBe(length);
  });
  // X9.24-3:2017 supplement, AES-128 BDK, as openemv/dukpt prints them.
  it.each([
    ['AES128', '9A9770AEE1ACD1B13473D0463A1883B9'],
    ['2TDEA', '4744A5ECBC62B5C4BB76FBEAE1E244A3'],
    ['3TDEA', 'AF82BE8533CFCA526DA71708667AD0BBC7A7517504C78C8A'],
  ] as const)('gives the update key of type %s', (type, expected) => {
    const initial = fromHex('1273671EA26AC29AFA4D1084127652A1');
    expect(toHex(aesUpdateKey(initial, fromHex('1234567890123456'), type))).toBe(expected);
  });
  it.each([
    ['eleven bytes', '1234567890123456000001', 'length'],
    ['a counter of zero', '123456789012345600000000', 'counter-zero'],
    ['seventeen one bits', '12345678901234560001FFFF', 'counter-bits'],
    ['sixteen one bits', '12345678901234560000FFFF', undefined],
    ['sixteen one bits at the top', '1234567890123456FFFF0000', undefined],
  ])('%s', (_, ksn, fault) => {
    expect(aesKsnFault(fromHex(ksn))).toBe(fault);
  });
  it('counts up, passes over what has more than sixteen one bits, and ends', () => {
    const next = (ksn: string): string => {
      const after = nextAesKsn(fromHex(ksn));
      return typeof after === 'string' ? after : toHex(after);
    };
    expect(next('123456789012345600000001')).toBe('123456789012345600000002');
    expect(next('12345678901234560000FFFF')).toBe('123456789012345600010000');
    expect(next('12345678901234560001FFFE')).toBe('123456789012345600020000');
    expect(next('1234567890123456FFFF0000')).toBe('exhausted');
    expect(next('1234567890123456FFFE8000')).toBe('1234567890123456FFFF0000');
    expect(next('12345678901234')).toBe('length');
  });
  it('skips no usable counter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffffff }), (counter) => {
        const ksn = fromHex(`1234567890123456${counter.toString(16).padStart(8, '0')}`);
        const next = nextAesKsn(ksn);
        const reached = typeof next === 'string' ? 0x100000000 : aesCounter(next);
        for (let between = counter + 1; between < reached && between < counter + 2000; between++) {
          expect(oneBits(between)).toBeGreaterThan(16);
        }
      }),
      { numRuns: 200 },
    );
  });
  it.each([0, 15, 17, 31, 33])('refuses a base key of %i bytes', (length) => {
    expect(() => aesInitialKey(new Uint8Array(length), ikid)).toThrow(SecurityFault);
  });
  it('refuses an initial key id of another length', () => {
    expect(() => aesInitialKey(aesBdk, new Uint8Array(7))).toThrow(SecurityFault);
  });
});
