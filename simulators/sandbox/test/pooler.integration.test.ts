// Switch processes behind a transaction pooler: no statement of theirs needs the session of the one before.
import { TerminalLink, buildRepeat } from '@chipswitch/terminal';
import { textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pooler, poolerProgram, startPooler } from './pooler.ts';
import {
  type SwitchProcess,
  type SwitchProcesses,
  codeAt,
  liveEffects,
  openSwitchProcesses,
} from './switch-processes.ts';
import { purchase } from './switch-stand.ts';

/** Sessions of the server for all processes together: fewer than one process alone would open. */
const sessions = 5;

if (poolerProgram === undefined) {
  describe('behind a transaction pooler', () => {
    it.skip('skipped: there is no pgbouncer on this machine', () => undefined);
  });
} else {
  const program = poolerProgram;
  let stand: SwitchProcesses;
  let pooler: Pooler;
  let running: SwitchProcess;
  const start = (instance: string, node: number, answerMs = 1_500): Promise<SwitchProcess> =>
    stand.start({ instance, node, answerMs, env: { DATABASE_URL: pooler.url } });
  beforeAll(async () => {
    const databaseUrl = process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '';
    stand = await openSwitchProcesses(databaseUrl);
    pooler = await startPooler(program, {
      folder: `${stand.folder}/pooler`,
      databaseUrl,
      sessions,
    });
    // The database is empty: two runners of migrations meet at the pooler.
    const both = await Promise.all([start('first', 1), start('second', 2)]);
    running = both[0];
    await both[1].stop();
  });
  afterAll(async () => {
    await stand.close();
    await pooler.stop();
  });

  describe('behind a transaction pooler', { timeout: 60_000 }, () => {
    it('payments from many lines at once are approved, replayed and reversed', async () => {
      const { port } = running.ready;
      const links = Array.from({ length: 8 }, () => new TerminalLink({ host: '127.0.0.1', port }));
      const before = liveEffects(stand.book);
      const pay = async (link: TerminalLink): Promise<void> => {
        for (let i = 0; i < 25; i++) {
          const message = purchase(32_000);
          const first = await link.exchange(message, 5_000);
          const answers = [first, await link.exchange(buildRepeat(message), 5_000)];
          const codes = answers.map((answer) => answer.ok && textOf(answer.message, 39));
          expect(codes).toEqual(['00', '00']);
        }
      };
      await Promise.all(links.map(pay));
      expect(await codeAt(running, purchase(900_200))).toBe('91');
      for (const link of links) link.close();
      await expect.poll(() => liveEffects(stand.book)).toBe(before + 200);
      // Nothing of it was told to try again.
      expect(stand.logOf('first')).not.toContain('prepared statement');
      expect(stand.logOf('first')).not.toContain('"event":"problem","problem":"journal');
    });
    it('the server has no more sessions than the pooler lends', async () => {
      const { rows } = await stand.pool.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      expect(rows[0].count).toBeLessThanOrEqual(sessions);
    });
    it('a claim refuses a second process as long as the first lives, by its lease alone', async () => {
      await expect(start('first', 3)).rejects.toThrow(
        'config.instance: "first" is running already',
      );
      const { rows } = await stand.pool.query(
        `select session_pid from switch_instance where instance = 'first'`,
      );
      expect(rows).toEqual([{ session_pid: null }]);
    });
    it('what a killed process left open is taken over within ten seconds', async () => {
      const second = await start('second', 2, 60_000);
      const before = liveEffects(stand.book);
      const states = async () =>
        (
          await stand.pool.query<{ owner: string; state: string }>(
            'select owner, state from payment where amount_minor = 900150',
          )
        ).rows;
      void codeAt(second, purchase(900_150), 30_000);
      await expect.poll(states).toEqual([{ owner: 'second', state: 'SENDING' }]);
      await second.kill();
      await expect
        .poll(states, { timeout: 10_000, interval: 50 })
        .toEqual([{ owner: 'first', state: 'REVERSED' }]);
      expect(liveEffects(stand.book)).toBe(before);
      // The same name again, in the time of a lease.
      await (await start('second', 2)).stop();
    });
  });
}
