// The parts of the settlement service that need no server: findings, cron patterns, settings, report.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { statusOf } from '../src/finding.ts';
import { cronPattern, findingCodes, reportLines } from '../src/index.ts';
import { oneLineInAWhile } from '../src/nightly.ts';
import { readSettings } from '../src/settings.ts';

describe('status', () => {
  const of = (...codes: (typeof findingCodes)[number][]) =>
    statusOf(codes.map((code) => ({ code, subject: '', detail: '' })));
  it('is the worst of the findings', () => {
    expect(of()).toBe('settled');
    expect(of('batch-differs', 'payments-manual', 'batch-not-agreed')).toBe('settled');
    expect(of('payments-open', 'batch-differs')).toBe('blocked');
    expect(of('payments-open', 'booking-differs')).toBe('failed');
    for (const code of findingCodes.slice(0, 5)) expect(of(code)).toBe('failed');
  });
  it('has every finding explained in the README', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const code of findingCodes) expect(readme).toContain(`\`${code}\``);
  });
});

describe('cron pattern', () => {
  it.each([
    ['23:00:00', '0 5 23 * * *'],
    ['23:58', '0 3 0 * * *'],
    ['24:00:00', '0 5 0 * * *'],
    ['00:00', '0 5 0 * * *'],
  ])('of %s is %s', (cutOff, pattern) => expect(cronPattern(cutOff)).toBe(pattern));
});

describe('settings', () => {
  const good = {
    DATABASE_URL: 'postgres://localhost/db',
    BUSINESS_TIME_ZONE: 'UTC',
    BUSINESS_CUT_OFF: '24:00:00',
  };
  it('are read', () => {
    expect(readSettings(good)).toMatchObject({ timeZone: 'UTC', cutOff: '24:00:00' });
    expect(readSettings(good).redisUrl).toBeUndefined();
  });
  it('need the database only: zone and cut-off stand in it (E2)', () => {
    expect(() => readSettings({ ...good, DATABASE_URL: undefined })).toThrow('is needed');
    const { DATABASE_URL } = good;
    expect(readSettings({ DATABASE_URL })).toEqual({ databaseUrl: DATABASE_URL });
  });
  it.each([
    ['DATABASE_URL', 'nowhere', 'must be a URL'],
    ['BUSINESS_TIME_ZONE', 'Mars', 'is no time zone'],
    ['BUSINESS_CUT_OFF', '25:00', 'must be HH:MM'],
    ['BUSINESS_CUT_OFF', '', 'must be HH:MM'],
    ['DATABASE_URL', '', 'is needed'],
  ])('refuse %s=%j', (name, value, words) => {
    expect(() => readSettings({ ...good, [name]: value })).toThrow(`${name}: ${words}`);
  });
  it('refuse a Redis that is no URL', () => {
    expect(() => readSettings({ ...good, REDIS_URL: 'here' })).toThrow('REDIS_URL: must be a URL');
  });
});

describe('report', () => {
  it('prints money with the digits of its currency', () => {
    const lines = reportLines({
      businessDate: '2026-03-04',
      status: 'failed',
      repeated: true,
      postings: '2',
      checksum: '1',
      batches: 1,
      trialBalance: [
        { currency: 'JPY', accountCode: 1150, entries: '1', debitMinor: '1980', creditMinor: '0' },
      ],
      positions: [{ currency: 'KWD', merchants: '3', amountMinor: '12345' }],
      findings: [{ code: 'payments-manual', subject: 'MANUAL', detail: '1 payments' }],
    });
    expect(lines.join('\n')).toContain('debit 1980 JPY, credit 0 JPY');
    expect(lines.join('\n')).toContain('owed to 3 merchants: 12.345 KWD');
    expect(lines.at(-1)).toBe('  payments-manual: MANUAL, 1 payments');
  });
});

describe('R40 = R41: a fault that lasts', () => {
  it('is told once in a while, with the number of those between', () => {
    const told: string[] = [];
    let now = 0;
    const tell = oneLineInAWhile(
      (fault) => told.push(fault.message),
      60_000,
      () => now,
    );
    for (let i = 0; i < 10_000; i++) tell(new Error('CROSSSLOT'));
    expect(told).toEqual(['redis: CROSSSLOT']);
    now += 60_000;
    tell(new Error('CROSSSLOT'));
    expect(told[1]).toBe('redis: CROSSSLOT (and 9999 more since)');
  });
});
