// The console as a process: `node main.ts`, settings in the environment (see settings.ts).
// Exit codes: 2 a setting that cannot be used or a port that is taken, 1 any other fault.
import { SettingError, commandLine, stopOnSignal } from '@chipswitch/program';
import { Pool } from 'pg';
import { createConsole } from './console-server.ts';
import { createPostgresStore } from './console-store.ts';
import { readSettings } from './settings.ts';

commandLine({
  name: 'console',
  usage: [
    'node services/console/src/main.ts',
    'The API and its page; settings in the environment: DATABASE_URL, CONSOLE_HOST, CONSOLE_PORT, CONSOLE_TOKEN.',
  ],
  options: {},
});

const report = (line: object): void =>
  console.log(JSON.stringify({ time: new Date().toISOString(), ...line }));

async function start(): Promise<() => Promise<void>> {
  const { databaseUrl, host, port, token } = readSettings(process.env);
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 4,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 5_000,
    application_name: 'chipswitch-console',
    options: '-c default_transaction_read_only=on',
  });
  pool.on('error', (error) => report({ event: 'problem', problem: `database: ${error.message}` }));
  const app = createConsole({
    store: createPostgresStore(pool),
    access: token === undefined ? {} : { token },
    onFault: ({ requestId, route, error }) =>
      report({ event: 'problem', requestId, route, problem: error.message }),
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await pool.end();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') throw new SettingError('CONSOLE_PORT', message);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new SettingError('CONSOLE_HOST', message);
    }
    throw error;
  }
  const bound = app.server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  report({ event: 'ready', url: `http://${host}:${boundPort}/` });
  process.send?.({ type: 'ready', port: boundPort });
  return async () => {
    await app.close();
    await pool.end();
  };
}

try {
  stopOnSignal('console', await start());
} catch (error) {
  console.error(`console: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof SettingError ? 2 : 1);
}
