// The magnetic stripe: what may be swiped when, what DE 22 says; the slip in both languages.
import { profiles } from '@chipswitch/card';
import { maskPan } from '@chipswitch/cardholder-data';
import { textOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { decideSwipe, entryMode, readStripe } from '../src/entry.ts';
import { testCard, testTerminal } from './device.ts';
import { scriptedIssuer } from './scripted-issuer.ts';

const profile = profiles['visa-cvn18'];
const { pan } = profile.applications[0];
const chipTrack = `;${pan}=49122010000000000?`;
const plainTrack = `${pan}=49121010000000000`;

describe('track 2', () => {
  it.each([
    [chipTrack, true],
    [`${pan}D49122010000000000`, true],
    [plainTrack, true],
    ['', false],
    [`${pan}=4912`, false],
    [`${pan}=491220100000000000000000`, false],
    ['4761=49122010', false],
    [`${pan}-49122010`, false],
    ['%B4761739001010119^TEST^4912', false],
  ])('%j', (text, readable) => {
    expect(readStripe(text) !== undefined).toBe(readable);
  });
});

describe('a swipe', () => {
  it.each([
    [plainTrack, false, true, { allowed: true, method: 'swipe' }],
    [plainTrack, true, false, { allowed: true, method: 'swipe' }],
    [chipTrack, false, true, { allowed: false, reason: 'use-chip' }],
    [chipTrack, true, true, { allowed: true, method: 'fallback' }],
    [chipTrack, true, false, { allowed: false, reason: 'fallback-not-allowed' }],
  ])('%s, chip failed %s, fallback allowed %s', (text, failed, allowed, decision) => {
    const track = readStripe(text);
    expect(track && decideSwipe(track, failed, allowed)).toEqual(decision);
  });

  it.each([
    ['chip', true, '051'],
    ['contactless', false, '072'],
    ['swipe', true, '901'],
    ['fallback', true, '801'],
    ['manual', false, '012'],
  ] as const)('%s, PIN pad %s: DE 22 is %s', (method, pinCapable, mode) => {
    expect(entryMode(method, pinCapable)).toBe(mode);
  });

  it('of a chip card is sent back to the chip', async () => {
    const issuer = scriptedIssuer(profile);
    const result = await testTerminal(issuer).pay({ amountMinor: 1000n, track2: chipTrack });
    expect(result).toMatchObject({ outcome: 'failed', reason: 'use-chip' });
    expect(issuer.received).toEqual([]);
  });

  it('after the chip failed is a fallback, and says so', async () => {
    const issuer = scriptedIssuer(profile);
    const card = testCard('visa-cvn18', { faults: [{ on: 'select', effect: { type: 'mute' } }] });
    const result = await testTerminal(issuer).pay({ amountMinor: 1000n, card, track2: chipTrack });
    expect(result).toMatchObject({ outcome: 'approved', entry: 'fallback' });
    expect(issuer.received[0]).toMatchObject({
      mti: '0200',
      de22: '801',
      de35: chipTrack.slice(1, -1),
    });
    expect(issuer.received[0]['de55']).toBeUndefined();
    expect(textOf(issuer.received[0], 60)?.at(-1)).toBe('2');
  });

  it('of a plain card goes online with its PIN', async () => {
    const issuer = scriptedIssuer(profile);
    const track2 = `${pan}=49121200000000000`;
    const terminal = testTerminal(issuer);
    const result = await terminal.pay({ amountMinor: 1000n, track2, cardholder: { pin: '4321' } });
    expect(result).toMatchObject({ outcome: 'approved', entry: 'swipe', reason: 'host-approved' });
    expect(issuer.pins).toEqual(['4321']);
    expect(issuer.received[0]['de22']).toBe('901');
  });

  it('whose PIN is not typed goes nowhere', async () => {
    const issuer = scriptedIssuer(profile);
    const track2 = `${pan}=49121200000000000`;
    const result = await testTerminal(issuer).pay({ amountMinor: 1000n, track2 });
    expect(result).toMatchObject({ outcome: 'failed', reason: 'pin-not-entered' });
    expect(issuer.received).toEqual([]);
  });

  it('without an answer is reversed', async () => {
    const issuer = scriptedIssuer(profile, { faults: ['timed-out', 'timed-out'] });
    const result = await testTerminal(issuer).pay({ amountMinor: 1000n, track2: plainTrack });
    expect(result).toMatchObject({ outcome: 'declined', reason: 'no-answer', reversal: 'done' });
  });

  it('of nothing readable is no payment', async () => {
    const terminal = testTerminal(scriptedIssuer(profile));
    expect(await terminal.pay({ amountMinor: 1n, track2: 'x' })).toMatchObject({
      reason: 'track-unreadable',
    });
    expect(await terminal.pay({ amountMinor: 1n })).toMatchObject({
      reason: 'card-number-missing',
    });
  });
});

describe('the slip', () => {
  const slip = async (language: 'zh' | 'en', code = '00'): Promise<string> => {
    const issuer = scriptedIssuer(profile, { responseCodes: [code] });
    const terminal = testTerminal(issuer, { profile: { language } });
    const card = testCard('visa-cvn18');
    const result = await terminal.pay({ amountMinor: 125_000n, card, cardholder: { pin: '1234' } });
    return result.slip.join('\n');
  };

  it('prints what EMV asks for, the number masked', async () => {
    const text = await slip('en');
    expect(text).toContain(maskPan(pan));
    expect(text).not.toContain(pan);
    expect(text).toContain('AID A0000000031010');
    expect(text).toMatch(/TC [0-9A-F]{16} {2}ATC 0001/);
    expect(text).toMatch(/TVR [0-9A-F]{10} {2}TSI [0-9A-F]{4}/);
    expect(text).toContain('AUTH CODE: A12345');
    expect(text).toContain('AMOUNT: 1250.00 CNY');
    expect(text).toContain('APPROVED');
    expect(text).toContain('PIN ENTERED');
  });

  it('speaks Chinese', async () => {
    const text = await slip('zh');
    expect(text).toContain('交易成功');
    expect(text).toContain('授权码: A12345');
    expect(text).toContain('金额: 1250.00 CNY');
  });

  it('says no when it was no', async () => {
    expect(await slip('en', '51')).toContain('DECLINED 51');
  });
});
