// Several switch processes that share the terminals' port: lines go to all of them, and one that is killed comes back.
import { TerminalLink, buildRepeat } from '@chipswitch/terminal';
import { textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type SwitchProcess,
  type SwitchProcesses,
  codeAt,
  liveEffects,
  openSwitchProcesses,
} from './switch-processes.ts';
import { purchase } from './switch-stand.ts';

let stand: SwitchProcesses;
let running: SwitchProcess;
beforeAll(async () => {
  stand = await openSwitchProcesses(process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '');
  const env = { SWITCH_WORKERS: '3' };
  running = await stand.start({ instance: 'many', node: 4, answerMs: 30_000, env });
});
afterAll(() => stand.close());

const ownersOf = async (amountMinor: number): Promise<string[]> =>
  (
    await stand.pool.query<{ owner: string }>(
      'select distinct owner from payment where amount_minor = $1 order by 1',
      [amountMinor],
    )
  ).rows.map(({ owner }) => owner);

describe('workers on one port', { timeout: 90_000 }, () => {
  it('share the lines; a question is the same to each of them', async () => {
    const { port } = running.ready;
    const links = Array.from({ length: 9 }, () => new TerminalLink({ host: '127.0.0.1', port }));
    const before = liveEffects(stand.book);
    for (const [i, link] of links.entries()) {
      const message = purchase(33_000);
      const first = await link.exchange(message, 20_000);
      const again = await links[(i + 1) % links.length].exchange(buildRepeat(message), 20_000);
      expect([first, again].map((one) => one.ok && textOf(one.message, 39))).toEqual(['00', '00']);
    }
    for (const link of links) link.close();
    expect(await ownersOf(33_000)).toEqual(['many-0', 'many-1', 'many-2']);
    expect(liveEffects(stand.book)).toBe(before + 9);
  });
  it('lose nothing when one of them is killed: its payment is ended, and it is back', async () => {
    const before = liveEffects(stand.book);
    const asked = codeAt(running, purchase(900_180), 60_000);
    await expect.poll(() => ownersOf(900_180)).toHaveLength(1);
    const [owner] = await ownersOf(900_180);
    const started = stand.logOf('many').matchAll(/"event":"worker","worker":(\d),"pid":(\d+)/g);
    const pids = new Map([...started].map(([, number, pid]) => [`many-${number}`, Number(pid)]));
    process.kill(pids.get(owner) ?? 0, 'SIGKILL');
    expect(await asked).toBe('link-lost');
    const states = async () =>
      (await stand.pool.query('select state from payment where amount_minor = 900180')).rows;
    await expect.poll(states, { timeout: 10_000 }).toEqual([{ state: 'REVERSED' }]);
    expect(liveEffects(stand.book)).toBe(before);
    const back = (): number =>
      stand.logOf('many').match(/"event":"worker","worker":/g)?.length ?? 0;
    await expect.poll(back, { timeout: 30_000 }).toBe(4);
  });
  it('stop together, each answering what it was asked', async () => {
    const answers = [0, 1, 2, 3].map(() => codeAt(running, purchase(900_103), 30_000));
    await expect.poll(async () => (await ownersOf(900_103)).length).toBeGreaterThan(1);
    await running.stop();
    expect(await running.ended).toBe(0);
    expect(await Promise.all(answers)).toEqual(['00', '00', '00', '00']);
  });
});
