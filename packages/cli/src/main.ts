// The chipswitch command: binds the process's streams to one run.
import { verbs, version } from './catalogue.ts';
import { run } from './frame/run.ts';
import type { Surroundings } from './frame/verb.ts';

function writeOut(text: string): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.write(text)) resolve();
    else process.stdout.once('drain', resolve);
  });
}

const surroundings: Surroundings = {
  env: process.env,
  stdin: process.stdin,
  stdinIsTty: process.stdin.isTTY,
  stdoutIsTty: process.stdout.isTTY,
  stderrIsTty: process.stderr.isTTY,
  columns: process.stdout.columns,
  writeOut,
  writeError: (text) => {
    process.stderr.write(text);
  },
};

// `chipswitch … | head` closes the pipe early; that is the reader's right and no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  process.exitCode = await run(process.argv.slice(2), { verbs, version, surroundings });
} catch (error) {
  // Only our own fault gets here; its text may hold anything, so only its kind and place are shown.
  const fault = error instanceof Error ? error : new Error('unknown');
  const place = /at .*?([\w-]+\.ts:\d+)/.exec(fault.stack ?? '')?.[1] ?? 'unknown place';
  process.stderr.write(`chipswitch: internal fault, ${fault.name} in ${place} [INTERNAL]\n`);
  process.stderr.write('      next: report it with the command line used, card data replaced\n');
  if (process.env['CHIPSWITCH_DEBUG'] !== undefined) process.stderr.write(`${fault.stack}\n`);
  process.exitCode = 70;
}
