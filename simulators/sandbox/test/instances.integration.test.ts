// Real switch processes on one database: killed, started again, two at once; no number is given twice.
import { TerminalLink } from '@chipswitch/terminal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type SwitchProcess,
  type SwitchProcesses,
  openSwitchProcesses,
} from './switch-processes.ts';
import { purchase } from './switch-stand.ts';

let stand: SwitchProcesses;
beforeAll(async () => {
  stand = await openSwitchProcesses(process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '');
});
afterAll(() => stand.close());

const startSwitch = (
  instance: string,
  node: number,
  settings: object = {},
): Promise<SwitchProcess> => stand.start({ instance, node, settings });

async function pay(running: SwitchProcess, count: number): Promise<void> {
  const link = new TerminalLink({ host: '127.0.0.1', port: running.ready.port });
  const asked = Array.from({ length: count }, () => link.exchange(purchase(1_000), 8_000));
  for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ ok: true });
  link.close();
}

async function twice(what: string): Promise<unknown[]> {
  const found = await stand.pool.query(
    `select ${what} as number, count(*)::int as payments from payment
     where host is not null group by 1 having count(*) > 1`,
  );
  return found.rows;
}

describe('R04 = R43 = M7: processes on one database', () => {
  it('give no reference and no trace number twice over kills and beside each other', async () => {
    const other = await startSwitch('other', 2);
    for (let round = 0; round < 3; round++) {
      const running = await startSwitch('one', 1);
      await Promise.all([pay(running, 40), pay(other, 40)]);
      await (round === 1 ? running.stop() : running.kill());
    }
    await other.stop();
    expect(await twice(`facts -> 'outgoing' ->> 'retrievalReference'`)).toEqual([]);
    expect(await twice(`facts -> 'outgoing' ->> 'stan'`)).toEqual([]);
    const asked = stand.book.entries.filter((entry) => entry.mti === '0200');
    expect(asked).toHaveLength(240);
    expect(new Set(asked.map((entry) => entry.stan)).size).toBe(240);
  });
  it.each([
    ['one', 5, {}, 'config.instance: "one" is running already'],
    ['six', 1, {}, 'config.node: 1 is that of the running instance "one"'],
    [
      'six',
      6,
      { businessDay: { timeZone: 'Asia/Shanghai', cutOff: '00:00:01' } },
      'config.businessDay: the database holds Asia/Shanghai 24:00:00',
    ],
    [
      'six',
      6,
      { businessDay: { timeZone: 'Mars', cutOff: '24:00:00' } },
      'config.businessDay.timeZone: unknown-time-zone',
    ],
  ])('refuse %s/%i with %o by name', async (instance, node, more, words) => {
    const running = await startSwitch('one', 1);
    await expect(startSwitch(instance, node, more)).rejects.toThrow(words);
    await running.stop();
  });
  it('E2: take the same day under another name of its zone', async () => {
    const businessDay = { timeZone: 'PRC', cutOff: '24:00' };
    const running = await startSwitch('one', 1, { businessDay });
    await running.stop();
    expect(stand.logOf('one')).toContain('"event":"ready"');
  });
});
