// A process that stops on signals: once, in order, and with a line when it cannot.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src/stop-on-signal.ts', import.meta.url));

/** Starts a process that stops by `stop`, gives it signals, and says how it ended. */
async function endOf(stop: string, signals: readonly NodeJS.Signals[]) {
  const code = `import { stopOnSignal } from ${JSON.stringify(source)};
    const alive = setInterval(() => {}, 1000);
    stopOnSignal('prog', async () => { console.log('stopping'); ${stop} });
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code]);
  let [out, err] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (chunk.toString().includes('ready')) for (const signal of signals) child.kill(signal);
  });
  const [exit] = (await once(child, 'close')) as [number | null];
  return { exit, out, err };
}

describe('stopOnSignal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('stops in order on %s', async (signal) => {
    expect(await endOf('', [signal])).toEqual({ exit: 0, out: 'ready\nstopping\n', err: '' });
  });
  it('stops once, however many signals come', async () => {
    const wait = 'await new Promise((resolve) => setTimeout(resolve, 100));';
    const ended = await endOf(wait, ['SIGTERM', 'SIGINT', 'SIGTERM']);
    expect(ended).toEqual({ exit: 0, out: 'ready\nstopping\n', err: '' });
  });
  it('says so when it cannot', async () => {
    const ended = await endOf("throw new Error('no');", ['SIGTERM']);
    expect(ended).toMatchObject({ exit: 1, err: 'prog: could not stop cleanly: Error: no\n' });
  });
});
