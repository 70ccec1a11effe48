// Two switch processes on one Redis and one Postgres: duplicates over both are one effect, and what a killed one left
// open is taken over by the other.
import { TerminalLink, buildRepeat } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type SwitchProcess,
  type SwitchProcesses,
  codeAt,
  liveEffects,
  openSwitchProcesses,
} from './switch-processes.ts';
import { purchase } from './switch-stand.ts';

const redisUrl = process.env['CHIPSWITCH_TEST_REDIS_URL'];
const env: Record<string, string> = redisUrl === undefined ? {} : { REDIS_URL: redisUrl };
let stand: SwitchProcesses;
let first: SwitchProcess;
beforeAll(async () => {
  stand = await openSwitchProcesses(process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '');
  // Hosts are those of the database: both processes have the first one's timers.
  first = await stand.start({ instance: 'first', node: 1, answerMs: 60_000, env });
});
afterAll(() => stand.close());

const startSecond = (): Promise<SwitchProcess> =>
  stand.start({
    instance: 'second',
    node: 2,
    answerMs: 60_000,
    listen: { drainMs: 2_000 },
    env,
  });

/** What identifies an answer: a repeat gets the same. */
async function answerAt(link: TerminalLink, message: IsoMessage): Promise<string> {
  const result = await link.exchange(message, 20_000);
  if (!result.ok) return result.error.code;
  return [37, 38, 39].map((element) => textOf(result.message, element) ?? '-').join('/');
}

const withRedis = redisUrl === undefined ? ' (without Redis: there is no redis-server here)' : '';

describe(`row 17: one question, ten times at once over two processes${withRedis}`, () => {
  it.each([
    ['approved at once', 30_000, 25],
    ['approved after 300 ms', 900_103, 4],
    ['declined', 30_051, 5],
  ])('%s: one effect and one answer', { timeout: 60_000 }, async (_what, amountMinor, rounds) => {
    const second = await startSecond();
    const links = [first, second].flatMap(({ ready: { port } }) =>
      Array.from({ length: 5 }, () => new TerminalLink({ host: '127.0.0.1', port })),
    );
    for (let round = 0; round < rounds; round++) {
      const message = purchase(amountMinor);
      const before = stand.book.entries.length;
      const answers = await Promise.all(
        links.map((link, i) => answerAt(link, i % 2 === 0 ? message : buildRepeat(message))),
      );
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toMatch(amountMinor % 100 === 51 ? /\/51$/ : /\/00$/);
      // The host was asked once.
      expect(stand.book.entries.slice(before).map(({ mti }) => mti)).toEqual(['0200']);
    }
    for (const link of links) link.close();
    await second.stop();
  });
});

describe('M9: what a killed process left open', { timeout: 60_000 }, () => {
  const open = `select count(*)::int as open from payment where payment_open_for(state) = 'machine'`;
  const statesOf = async (owner: string, amountMinor: number) =>
    (
      await stand.pool.query<{ state: string }>(
        'select state from payment where owner = $1 and amount_minor = $2 order by payment_id',
        [owner, amountMinor],
      )
    ).rows.map(({ state }) => state);

  it('is reversed by a living one within ten seconds, and its terminals hear so there', async () => {
    const second = await startSecond();
    const before = liveEffects(stand.book);
    // Six are approved at the host whose answer comes too late, one is acknowledged to its terminal.
    const amountMinor = 900_150;
    const messages = Array.from({ length: 6 }, () => purchase(amountMinor));
    for (const message of messages) void codeAt(second, message, 30_000);
    expect(await codeAt(second, purchase(31_000))).toBe('00');
    // That an answer went out is noted a moment later, and a kill in between would lose the note.
    await expect.poll(() => statesOf('second', 31_000)).toEqual(['ANSWERED']);
    await expect.poll(() => statesOf('second', amountMinor)).toEqual(Array(6).fill('SENDING'));
    await expect.poll(() => liveEffects(stand.book)).toBeGreaterThanOrEqual(before + 1);
    await second.kill();
    await expect
      .poll(() => statesOf('first', amountMinor), { timeout: 10_000, interval: 50 })
      .toEqual(Array(6).fill('REVERSED'));
    expect(await statesOf('second', 31_000)).toEqual(['ANSWERED']);
    expect(liveEffects(stand.book)).toBe(before + 1);
    for (const message of messages) expect(await codeAt(first, buildRepeat(message))).toBe('91');
    expect((await stand.pool.query(open)).rows).toEqual([{ open: 0 }]);
  });
  it('of one that is asked to stop: its terminals are answered first, the rest is taken over', async () => {
    const second = await startSecond();
    const answers = [0, 1, 2].map(() => codeAt(second, purchase(900_104), 30_000));
    const silent = codeAt(second, purchase(900_200), 30_000);
    await expect.poll(() => statesOf('second', 900_200)).toEqual(['SENDING']);
    await second.stop();
    expect(await second.ended).toBe(0);
    expect(await Promise.all(answers)).toEqual(['00', '00', '00']);
    expect(await silent).toBe('link-lost');
    await expect.poll(() => statesOf('first', 900_200), { timeout: 10_000 }).toEqual(['REVERSED']);
  });
  it('stays where it is as long as its process lives, however long the host takes', async () => {
    const second = await startSecond();
    const answers = [0, 1, 2].map(() => codeAt(second, purchase(900_180), 30_000));
    expect(await Promise.all(answers)).toEqual(['00', '00', '00']);
    expect(stand.logOf('first').match(/"event":"adopted"/g)).toHaveLength(2);
    await second.stop();
  });
});
