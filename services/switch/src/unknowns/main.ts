// `node main.ts list`; `propose ID stands|undone NAME REASON`; `confirm ID NAME`: payments that the machine has given up,
// closed by two persons. Needs DATABASE_URL. Exit codes: 0 done, 1 refused, 2 a setting or argument.
import { versionedCalendar } from '@chipswitch/ledger';
import {
  createPostgresJournal,
  journalPoolOptions,
  readCalendarVersions,
} from '@chipswitch/ledger/postgres';
import { SettingError, commandLine } from '@chipswitch/program';
import { Pool } from 'pg';
import { type CloseResult, confirmClose, listUnknowns, proposeClose } from './close-unknown.ts';

const listMax = 1_000;

async function list(pool: Pool): Promise<number> {
  for (const unknown of await listUnknowns(pool, listMax)) {
    console.log(JSON.stringify({ ...unknown, amountMinor: String(unknown.amountMinor) }));
  }
  return 0;
}

function told(result: CloseResult): number {
  if (!result.ok) console.error(`unknowns: ${result.error.code}`);
  return result.ok ? 0 : 1;
}

async function confirm(pool: Pool, paymentId: string, by: string): Promise<number> {
  const calendar = versionedCalendar(await readCalendarVersions(pool));
  if (!calendar.ok) throw new SettingError('calendar', calendar.error.code);
  const journal = createPostgresJournal({ pool });
  const ports = { pool, journal, calendar: calendar.value, nowMs: Date.now };
  return told(await confirmClose(ports, { paymentId, by }));
}

async function main(): Promise<number> {
  const { words } = commandLine({
    name: 'unknowns',
    usage: [
      'node services/switch/src/unknowns/main.ts list',
      '  … propose ID stands|undone NAME REASON   what has become of it, in your name',
      '  … confirm ID NAME                        another person confirms it',
      'In the environment: DATABASE_URL.',
    ],
    options: {},
    argumentsMax: 5,
  });
  const url = process.env['DATABASE_URL'];
  if (url === undefined) throw new SettingError('DATABASE_URL', 'is needed');
  const pool = new Pool({ connectionString: url, ...journalPoolOptions, max: 2 });
  try {
    const [verb, paymentId = '', ...more] = words;
    if (verb === 'list' && words.length === 1) return await list(pool);
    if (verb === 'confirm' && more.length === 1) return await confirm(pool, paymentId, more[0]);
    const [verdict, by, reason] = more;
    if (verb === 'propose' && more.length === 3 && (verdict === 'stands' || verdict === 'undone')) {
      return told(await proposeClose(pool, { paymentId, verdict, by, reason }));
    }
    throw new SettingError('arguments', 'give list, propose or confirm; --help tells more');
  } finally {
    await pool.end();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(`unknowns: ${error.message}`);
  process.exitCode = 2;
}
