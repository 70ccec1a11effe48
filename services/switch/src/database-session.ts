// Whether a connection to PostgreSQL is a session of its own, or a pooler's that is lent for one transaction at a time.
import { sqlFiles } from '@chipswitch/ledger/postgres';
import type { Client } from 'pg';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const sessionSql = sql('session-of-server');

/** The session that a statement was run in, and what it is set to. */
interface SessionRow {
  readonly pid: number;
  readonly statement_timeout: string;
}

/** What is known of a connection's session. */
export interface DatabaseSession {
  /** Nobody else's statements run in it. */
  readonly isOwn: boolean;
  /** It ends a statement that takes too long. */
  readonly endsStatements: boolean;
}

/** Looks at the session behind a connection. */
export async function sessionOf(client: Client): Promise<DatabaseSession> {
  // What the other side said of itself when the connection began; a pooler says a number of its own.
  const { processID } = client as Client & { readonly processID?: number };
  const { rows } = await client.query<SessionRow>(sessionSql);
  const [{ pid, statement_timeout: timeout }] = rows;
  return { isOwn: pid === processID, endsStatements: timeout !== '0' };
}
