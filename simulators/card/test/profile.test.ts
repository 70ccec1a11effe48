// Profiles: those that come along are whole and of test cards; a wrong one is refused with its places.
import { readFileSync } from 'node:fs';
import { toHex } from '@chipswitch/bytes';
import { hasCheckDigit } from '@chipswitch/cardholder-data';
import { describe, expect, it } from 'vitest';
import {
  authorityFromPems,
  authorityPublicKey,
  authorityToPems,
  createCard,
  createTestAuthority,
  issuerMasterKeys,
  parseCardProfile,
  personalise,
  profileNames,
  profiles,
  sandboxAuthority,
} from '../src/index.ts';

function source(name: string): Record<string, unknown> {
  const file = new URL(`../src/data/profiles/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

function codes(changed: unknown): string[] {
  const result = parseCardProfile(changed);
  return result.ok ? [] : result.errors.map((error) => `${error.path}: ${error.code}`);
}

describe('the profiles that come along', () => {
  it.each(profileNames)('%s has Luhn-valid test numbers and a card to it', (name) => {
    for (const { pan } of profiles[name].applications) expect(hasCheckDigit(pan)).toBe(true);
    expect(createCard(profiles[name]).atr[0]).toBe(0x3b);
  });

  it('cover six schemes and every cryptogram version', () => {
    const applications = profileNames.flatMap((name) => profiles[name].applications);
    expect(new Set(applications.map((one) => one.scheme)).size).toBe(6);
    expect([...new Set(applications.map((one) => one.cryptogram))].sort()).toEqual([
      'amex-01',
      'ccd-a5',
      'ccd-a6',
      'jcb-01',
      'jcb-04',
      'mchip-16',
      'mchip-17',
      'mchip-20',
      'mchip-21',
      'unionpay-01',
      'visa-10',
      'visa-17',
      'visa-18',
      'visa-22',
    ]);
  });

  it('give their issuer keys by profile and by name', () => {
    expect(issuerMasterKeys('visa-cvn10')).toBe(issuerMasterKeys(profiles['visa-cvn10']));
  });
});

describe('a wrong profile', () => {
  const good = source('visa-cvn10');
  const [application] = good['applications'] as Record<string, unknown>[];
  const withApplication = (more: object): unknown => ({
    ...good,
    applications: [{ ...application, ...more }],
  });

  it.each([
    ['nothing', undefined, [': not-an-object']],
    ['no test card', { ...good, testDataOnly: false }, ['testDataOnly: not-a-test-card']],
    ['no PIN', { ...good, pin: { value: '12' } }, ['pin > value: wrong-length']],
    ['no applications', { ...good, applications: [] }, ['applications: out-of-range']],
    [
      'a wrong check digit',
      withApplication({ pan: '4761739001010110' }),
      ['applications > 0 > pan: luhn'],
    ],
    [
      'letters in the number',
      withApplication({ pan: '4761ABCD01010110' }),
      ['applications > 0 > pan: not-digits', 'applications > 0 > pan: luhn'],
    ],
    [
      'a scheme nobody has',
      withApplication({ scheme: 'diners' }),
      ['applications > 0 > scheme: unknown-word'],
    ],
    [
      'a cryptogram nobody has',
      withApplication({ cryptogram: 'visa-99' }),
      ['applications > 0 > cryptogram: unknown-word'],
    ],
    [
      'an AID that is no hex',
      withApplication({ aid: 'XYZXYZXYZX' }),
      ['applications > 0 > aid: not-hex'],
    ],
    [
      'a rule nobody knows',
      withApplication({ cvm: { rules: ['none always', 'iris always'] } }),
      ['applications > 0 > cvm > rules > 1: unknown-word'],
    ],
    [
      'a list that ends in a tag',
      withApplication({ pdol: '9F02' }),
      ['applications > 0 > pdol: wrong-length'],
    ],
    [
      'an AIP word twice wrong',
      withApplication({ aip: ['sda', 'magic'] }),
      ['applications > 0 > aip: unknown-word'],
    ],
    [
      'a limit below zero',
      withApplication({ limits: { lowerConsecutive: -1 } }),
      ['applications > 0 > limits > lowerConsecutive: out-of-range'],
    ],
    [
      'a key of another length',
      { ...good, masterKeys: { ...(good['masterKeys'] as object), applicationCryptogram: 'AB' } },
      ['masterKeys > applicationCryptogram: wrong-length'],
    ],
    ['an application that is none', { ...good, applications: ['x'] }, undefined],
  ])('%s', (_, changed, expected) => {
    const found = codes(changed);
    if (expected === undefined) expect(found[0]).toBe('applications > 0: not-an-object');
    else expect(found).toEqual(expected);
  });
});

describe('a test authority', () => {
  it('is kept by PEM, certifies cards, and shows its public key per RID', () => {
    const made = createTestAuthority({
      index: 'F7',
      authorityBits: 1152,
      issuerBits: 1024,
      iccBits: 768,
    });
    const again = authorityFromPems(authorityToPems(made));
    expect(toHex(again.authority.modulus)).toBe(toHex(made.authority.modulus));
    const key = authorityPublicKey(again, 'A000000003');
    expect(key).toMatchObject({ rid: 'A000000003', index: 'F7', exponent: '03' });
    expect(key.checksum).toHaveLength(40);
    const card = personalise(profiles['visa-cvn10'], again);
    expect(card.applications[0].records.size).toBeGreaterThan(5);
  });

  it('checks out against the published checksum rule', () => {
    expect(authorityPublicKey(sandboxAuthority(), 'A000000004').checksum).not.toBe(
      authorityPublicKey(sandboxAuthority(), 'A000000003').checksum,
    );
  });
});

describe('a kept memory', () => {
  it('goes on in the next card, and takes in applications it did not know', () => {
    const first = createCard(profiles['visa-cvn10']);
    first.state.applications['A0000000031010'].atc = 41;
    const kept = JSON.parse(JSON.stringify(first.state)) as typeof first.state;
    const again = createCard(profiles.cobadged, { state: kept });
    expect(again.state.applications['A0000000031010'].atc).toBe(41);
    expect(again.state.applications['A000000333010102'].atc).toBe(0);
    expect(again.state).toBe(kept);
  });

  it('of an older card is completed', () => {
    const kept = createCard(profiles['visa-cvn10']).state;
    const { atc, limits } = kept.applications['A0000000031010'];
    kept.applications['A0000000031010'] = { atc, limits } as (typeof kept.applications)[string];
    const again = createCard(profiles['visa-cvn10'], { state: kept });
    expect(again.state.applications['A0000000031010'].putData).toEqual({});
  });
});
