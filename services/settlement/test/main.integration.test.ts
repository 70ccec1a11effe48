// The settlement service as a process: its exit codes, its words, and the nightly trigger on a real Redis.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNightly } from '../src/index.ts';
import {
  type Day,
  date,
  openDay,
  purchase,
  testServerUrl,
  unbookedPurchase,
} from './day-in-a-database.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let day: Day;
beforeAll(async () => {
  day = await openDay();
});
afterAll(() => day.close());

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(args: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: day.pool.options.connectionString,
    ...environment,
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { env }, (_fault, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });
}

describe('the process', () => {
  it('settles a day and prints it, as lines and as data', async () => {
    await purchase(day, 1250n);
    const text = await run([date]);
    expect(text).toMatchObject({ code: 0, err: '' });
    expect(text.out).toContain(`${date}  settled  2 postings, 0 batches`);
    expect(text.out).toContain('owed to 1 merchants: 12.50 CNY');
    const data = await run([date, '--json']);
    expect(JSON.parse(data.out)).toMatchObject({ status: 'settled', repeated: true });
  });
  it('exits 1 when a day cannot be settled', async () => {
    await unbookedPurchase(day);
    const ended = await run([date]);
    expect(ended.code).toBe(1);
    expect(ended.out).toContain('booking-differs: payment 2, APPROVED: -1000 expected, 0 booked');
  });
  it.each([
    [['2026-02-30'], {}, 'DATE: must be YYYY-MM-DD'],
    [['9999-12-31'], {}, 'DATE: 9999-12-31 is not over'],
    [[date, 'more'], {}, 'arguments: give DATE'],
    [[date], { BUSINESS_TIME_ZONE: 'Mars' }, 'BUSINESS_TIME_ZONE: is no time zone'],
    [[date], { BUSINESS_TIME_ZONE: 'Asia/Tokyo' }, "BUSINESS_TIME_ZONE: is not the switch's"],
    [[date], { BUSINESS_CUT_OFF: '00:00:01' }, "BUSINESS_CUT_OFF: is not the switch's"],
    [['over'], { BUSINESS_TIME_ZONE: 'Pacific/Kiritimati' }, 'BUSINESS_TIME_ZONE: is not'],
    [['nightly'], {}, 'REDIS_URL: is needed'],
  ])('%j with %o exits 2', async (args, environment, words) => {
    const ended = await run(args, environment);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain(words);
  });
  it.each(['Etc/UTC', 'GMT', 'Zulu'])(
    'E2 = R49: takes %s for the zone that it is',
    async (zone) => {
      const environment = { BUSINESS_TIME_ZONE: zone, BUSINESS_CUT_OFF: '24:00' };
      expect(await run(['2026-03-03'], environment)).toMatchObject({ code: 0, err: '' });
    },
  );
  it('E2 = R49: exits 2 on a database that no switch has written its calendar into', async () => {
    const bare = await openDay({ calendar: 'none' });
    const ended = await run([date], { DATABASE_URL: bare.pool.options.connectionString ?? '' });
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain('DATABASE_URL: holds no business calendar');
    await bare.close();
  });
  it('exits 4 when the database is not there, and repeats no password', async () => {
    const gone = testServerUrl();
    gone.port = '1';
    gone.password = 'open-sesame';
    const ended = await run([date], { DATABASE_URL: gone.href });
    expect(ended).toMatchObject({ code: 4, out: '' });
    expect(ended.err).not.toContain('open-sesame');
  });
});

const redisUrl = process.env['CHIPSWITCH_TEST_REDIS_URL'];
const where = redisUrl === undefined ? ' (skipped: no Redis on this machine)' : '';

describe.skipIf(redisUrl === undefined)(`the nightly trigger${where}`, () => {
  it('runs now, tries again what is not settled, and leaves one scheduler however often it starts', async () => {
    const prefix = `test-${randomBytes(6).toString('hex')}`;
    let cutOff = '22:00:00';
    const terms = {
      redisUrl: redisUrl!,
      terms: () => Promise.resolve({ timeZone: 'Asia/Shanghai', cutOff }),
      prefix,
    };
    const ran: (() => void)[] = [];
    const once = new Promise<void>((resolve) => ran.push(resolve));
    const faults: string[] = [];
    const first = await startNightly(
      terms,
      () => Promise.resolve(true),
      () => undefined,
    );
    await first.close();
    cutOff = '23:00:00';
    const second = await startNightly(
      terms,
      async () => {
        ran[0]();
        return false;
      },
      (fault) => faults.push(fault.message),
    );
    await second.runNow();
    await once;
    await expect.poll(() => faults).toContain('a business day is not settled yet');
    await second.close();
    const { Queue } = await import('bullmq');
    const queue = new Queue('settlement', { connection: { url: redisUrl! }, prefix });
    expect(await queue.getJobSchedulersCount()).toBe(1);
    const [scheduler] = await queue.getJobSchedulers();
    expect(scheduler).toMatchObject({ pattern: '0 5 23 * * *', tz: 'Asia/Shanghai' });
    await queue.obliterate({ force: true });
    await queue.close();
  });
});
