// Tracks: missing fields, sentinels, both tracks of a swipe, packed forms; expiry and service code.
import { fromHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeServiceCode,
  expiryText,
  isExpired,
  parseExpiry,
  parseSwipe,
  parseTrack1,
  parseTrack2,
  parseTrack3,
  serviceCodeAsksForPin,
  serviceCodeSaysChip,
  unpackTrack2,
} from '../src/index.ts';

const pan = '4761739001010119';

describe('track 2', () => {
  it.each([
    [`${pan}=25122011234`, '2512', '201', '1234'],
    [`;${pan}=25122011234?`, '2512', '201', '1234'],
    [`;${pan}=25122011234?5`, '2512', '201', '1234'],
    [`${pan}D25122011234`, '2512', '201', '1234'],
    [`${pan}d25122011234f`, '2512', '201', '1234'],
    [`B${pan}=25122011234`, '2512', '201', '1234'],
    [`${pan}D25122011234F0000`, '2512', '201', '1234'],
    [`${pan}=2512=12345`, '2512', '', '12345'],
    [`${pan}==20112345`, '', '201', '12345'],
    [`${pan}===12345`, '', '', '12345'],
    [`${pan}==`, '', '', ''],
    [`${pan}=`, '', '', ''],
    [`${pan}=2512`, '2512', '', ''],
    [`${pan}=2512201`, '2512', '201', ''],
  ])('F12: %s', (text, expiry, serviceCode, discretionary) => {
    const track = { type: 'track2', pan, expiry, serviceCode, discretionary };
    expect(parseTrack2(text)).toEqual({ ok: true, track });
  });

  it.each([
    ['', 'length', 0],
    [pan, 'format', 0],
    [`${pan}=251`, 'format', 17],
    [`${pan}=25122`, 'format', 21],
    [`${pan}=2512201A`, 'format', 24],
    [`${pan}=2512201=1`, 'format', 24],
    [`${pan}=2512201${'0'.repeat(14)}`, 'length', 0],
    ['X=2512201', 'format', 1],
    ['12345678901234567890=2512201', 'format', 20],
    [`${pan}=25122011;${pan}=25122011`, 'length', 0],
  ])('refuses %s', (text, code, offset) => {
    expect(parseTrack2(text)).toEqual({ ok: false, error: { code, offset } });
  });

  it.each([
    [`${pan}D2512D12345F`, true],
    [`${pan}DD12345F`, true],
    [`${pan}DDD1`, true],
    [`${pan}DF`, true],
    [`${pan}D25122011234`, true],
    [`${pan}A25122011234`, false],
    [`${pan}D2512201F234`, false],
    [`B${pan}D25122011`, false],
    ['', false],
    ['00'.repeat(20), false],
  ])('F12: packed %s: %s', (hex, ok) => expect(unpackTrack2(fromHex(hex)).ok).toBe(ok));

  it('reads what it was written from', () => {
    const field = (length: number) => fc.stringMatching(new RegExp(`^(\\d{${length}})?$`));
    fc.assert(
      fc.property(field(4), field(3), fc.stringMatching(/^\d{0,8}$/), (expiry, code, rest) => {
        const text = `${pan}=${expiry || '='}${code || '='}${rest}`;
        const track = { type: 'track2', pan, expiry, serviceCode: code, discretionary: rest };
        expect(parseTrack2(text)).toEqual({ ok: true, track });
      }),
    );
  });
});

describe('track 1', () => {
  it.each([
    [`%B${pan}^CARD/TEST.MR^25122011234?`, 'CARD/TEST.MR', '2512', '201', '1234'],
    [`B${pan}^CARD/TEST   ^25122011234`, 'CARD/TEST', '2512', '201', '1234'],
    [`B${pan}^AB^^^X1`, 'AB', '', '', 'X1'],
    [`B${pan}^AB^2512^X1`, 'AB', '2512', '', 'X1'],
  ])('%s', (text, name, expiry, serviceCode, discretionary) => {
    const track = { type: 'track1', pan, name, expiry, serviceCode, discretionary };
    expect(parseTrack1(text)).toEqual({ ok: true, track });
  });

  it.each([
    '',
    `B${pan}`,
    `A${pan}^AB^2512201`,
    `B${pan}^A^2512201`,
    `B${pan}^${'A'.repeat(27)}^2512201`,
    `B${pan}^AB^251`,
    `B${pan}^AB^2512201a`,
    `B${pan}^AB^2512201${'0'.repeat(60)}`,
    `%B${pan}^AB^25122011?;${pan}=2512201`,
  ])('refuses %s', (text) => expect(parseTrack1(text).ok).toBe(false));
});

describe('track 3', () => {
  it('is known, its use is the issuer’s', () => {
    expect(parseTrack3(`;01${pan}=978=1234?`)).toMatchObject({
      ok: true,
      track: { type: 'track3', formatCode: '01', pan, discretionary: '978=1234' },
    });
    expect(parseTrack3('0147617').ok).toBe(false);
    expect(parseTrack3(`01${pan}=${'1'.repeat(90)}`).ok).toBe(false);
  });
});

describe('F11: a swipe', () => {
  const one = `%B${pan}^TEST/CARD^2512201114387?`;
  const two = `;${pan}=2512201114387?`;
  const three = `+01${pan}=978?`;
  it.each([
    [one + two, 'track1 track2'],
    [two + one, 'track2 track1'],
    [`${one}\n${two}`, 'track1 track2'],
    [`${one}X${two}Y\r\n`, 'track1 track2'],
    [two + three, 'track2 track3'],
    [`${one}${two}${three}`, 'track1 track2 track3'],
    [`${two};01${pan}=978?`, 'track2 track3'],
    [one, 'track1'],
    [`;${pan}=2512201114387`, 'track2'],
  ])('%s', (text, types) => {
    const tracks = parseSwipe(text);
    expect(tracks?.map(({ type }) => type).join(' ')).toBe(types);
    for (const track of tracks ?? []) {
      expect(track.pan).toBe(pan);
      if (track.type !== 'track3') expect(track.discretionary).toBe('114387');
    }
  });

  it.each(['', '?', pan, `${one}rubbish`, `${one}%E?`, one.repeat(4), `${two}${two.slice(1)}`])(
    'refuses %s',
    (text) => expect(parseSwipe(text)).toBeUndefined(),
  );

  it('never throws, never hangs', () => {
    fc.assert(fc.property(fc.string(), (text) => parseSwipe(text)?.length !== 0));
  });
});

describe('expiry', () => {
  it.each([
    ['2512', '2025-12'],
    ['4901', '2049-01'],
    ['5001', '1950-01'],
    ['9912', '1999-12'],
    ['0000', 'none'],
    ['', 'none'],
    ['2513', '2513'],
    ['25', '25'],
  ])('%s is %s', (yymm, text) => expect(expiryText(yymm)).toBe(text));

  it.each(['2500', '2513', '251', '25122', '25A1', '0001x'])('%s is none', (yymm) =>
    expect(parseExpiry(yymm)).toEqual({ ok: false }),
  );

  it.each([
    ['2512', '2025-12-31', false],
    ['2512', '2026-01-01', true],
    ['9912', '2026-01-01', true],
    ['4912', '2026-01-01', false],
    ['0000', '2026-01-01', false],
    ['', '2026-01-01', false],
    ['2513', '2020-01-01', true],
  ])('%s on %s: past %s', (yymm, date, past) => expect(isExpired(yymm, date)).toBe(past));
});

describe('service code', () => {
  it('says chip, PIN and words', () => {
    expect(['101', '201', '601', '', '999'].map(serviceCodeSaysChip)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(['101', '120', '206', '203', '225', '', '10'].map(serviceCodeAsksForPin)).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(describeServiceCode('201')).toEqual([
      'International, chip',
      'Normal authorisation',
      'No restrictions',
    ]);
    expect(describeServiceCode('')[0]).toBe('Reserved interchange');
  });
});
