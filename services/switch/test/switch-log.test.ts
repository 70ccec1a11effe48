// The log on files that are full, on pipes that nobody reads, and under floods.
import { spawnSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openSwitchLog } from '../src/switch-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'switch-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Line {
  readonly event: string;
  readonly repeats?: number;
  readonly lines?: number;
  readonly pan?: string;
}

const linesOf = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const answered = { event: 'answered', detail: 'x'.repeat(200) };

describe('A6: the log', () => {
  it('on a full disk costs nobody anything: lines are lost and counted', async () => {
    const log = openSwitchLog({ to: '/dev/full', bytesMax: 1 << 16 });
    for (let i = 0; i < 2_000; i++) log.log(answered);
    await sleep(50);
    for (let i = 0; i < 2_000; i++) log.log(answered);
    expect(log.lost()).toBeGreaterThan(2_000);
    await log.close();
  });
  it('on a pipe that nobody reads, too', async () => {
    const fifo = join(folder, 'pipe');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    const pipe = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const log = openSwitchLog({ to: pipe, bytesMax: 1 << 16 });
    for (let i = 0; i < 10_000; i++) {
      log.log(answered);
      if (i % 1_000 === 0) await sleep(1);
    }
    expect(log.lost()).toBeGreaterThan(1_000);
    await log.close();
  });
  it('counts what repeats, within a bound on kinds, and writes what became of each message', async () => {
    const file = join(folder, 'flood.log');
    const log = openSwitchLog({ to: file });
    for (let i = 0; i < 500; i++) {
      log.log({ event: 'problem', problem: `payment ${i} was moved by another` });
      log.log({ event: 'refused', reason: 'unknown-terminal' });
      log.log({ event: `e${'x'.repeat(i)}` });
      log.log({ event: 'answered' });
    }
    await log.close();
    const lines = linesOf(file);
    const of = (event: string): Line[] => lines.filter((line) => line.event === event);
    expect(of('answered').length).toBe(500);
    expect(of('problem').map(({ repeats }) => repeats)).toEqual([undefined, 499]);
    expect(of('refused').map(({ repeats }) => repeats)).toEqual([undefined, 499]);
    expect(lines.length).toBeLessThan(720);
    const repeats = lines.reduce((sum, line) => sum + (line.repeats ?? 0), 0);
    const written = lines.filter((line) => line.repeats === undefined).length;
    expect(repeats + written).toBe(2_000);
  });
  it.each(['4761739001010119', '4761739001010119=29122011143878089', 'PAN 4761 7390 0101 0119'])(
    'lets no card number through: %s',
    async (text) => {
      const file = join(folder, `${text.length}.log`);
      const log = openSwitchLog({ to: file });
      log.log({ event: 'problem', problem: 'x', pan: text });
      await log.close();
      const written = readFileSync(file, 'utf8');
      expect(written.replaceAll(/[ -]/g, '')).not.toContain('4761739001010119');
      expect(linesOf(file)[0].pan).toContain('0119');
    },
  );
});
