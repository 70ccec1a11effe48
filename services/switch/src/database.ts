// The switch's connections to PostgreSQL: every statement has an end, a connection that went silent is thrown
// away, and what may flood (look-ups) has other connections than what must not wait (the journal's commits).
import { fileURLToPath } from 'node:url';
import { journalPoolOptions, migrate } from '@chipswitch/ledger/postgres';
import { SettingError } from '@chipswitch/program';
import { Client, Pool, type PoolConfig } from 'pg';
import { type DatabaseSession, sessionOf } from './database-session.ts';

const migrations = fileURLToPath(new URL('../migrations', import.meta.url));

/** The server's own end of a statement; ours is a little later, and takes the connection with it. */
const statementMs = 4_000;

// The pool does not use a connection again whose statement failed or was not answered in time; keep-alive finds a peer
// that is gone behind an idle one.
const poolOptions = {
  connectionTimeoutMillis: 5_000,
  query_timeout: statementMs + 1_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const satisfies PoolConfig;

/** What a session of our own is set to. A pooler's is set by the pooler, as we are lent another one each time. */
const sessionOptions = {
  ...journalPoolOptions,
  statement_timeout: statementMs,
  idle_in_transaction_session_timeout: 10_000,
} as const satisfies PoolConfig;

/** The open pools. */
export interface Database {
  /** The journal's commits, and nothing else. */
  readonly journal: Pool;
  /** Everything that is looked up or kept beside. */
  readonly lookUps: Pool;
  /** A transaction pooler stands between: sessions keep nothing, no name of a statement and no subscription. */
  readonly isPooled: boolean;
  readonly close: () => Promise<void>;
}

async function lookAtSession(url: string): Promise<DatabaseSession> {
  const client = new Client({ connectionString: url, ...poolOptions });
  try {
    await client.connect();
    return await sessionOf(client);
  } finally {
    await client.end();
  }
}

/**
 * Brings a database up to date.
 *
 * @throws SettingError when it cannot be reached, or a migration fails.
 */
export async function bringUpToDate(url: string): Promise<void> {
  // A migration may take longer than a statement of a running switch.
  const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 5_000 });
  try {
    await migrate(pool);
    await migrate(pool, 'switch', migrations);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new SettingError('DATABASE_URL', cause instanceof Error ? cause.message : String(cause));
  } finally {
    await pool.end();
  }
}

/**
 * Brings the database up to date and opens the pools.
 *
 * @throws SettingError when it cannot be reached or brought up to date.
 */
export async function openDatabase(
  url: string,
  onFault: (fault: Error) => void,
): Promise<Database> {
  await bringUpToDate(url);
  const session = await lookAtSession(url);
  const isPooled = !session.isOwn;
  if (isPooled && !session.endsStatements) {
    onFault(
      new Error('behind a pooler whose sessions have no statement_timeout: see its connect_query'),
    );
  }
  const options = { ...poolOptions, ...(isPooled ? {} : sessionOptions) };
  const open = (max: number): Pool => {
    const pool = new Pool({ connectionString: url, max, ...options });
    pool.on('error', onFault);
    return pool;
  };
  // Two writers of each commit, and payments that draw on another one in transactions of their own.
  const journal = open(8);
  const lookUps = open(6);
  return {
    journal,
    lookUps,
    isPooled,
    close: async () => {
      await Promise.all([journal.end(), lookUps.end()]);
    },
  };
}
