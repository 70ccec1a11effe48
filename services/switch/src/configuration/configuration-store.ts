// The configuration in the database: versions that are written whole and never changed, and what each instance made
// of them. Two people at once: whoever is second is told, and nothing of his is written.
import { sqlFiles } from '@chipswitch/ledger/postgres';
import type { Pool, PoolClient } from 'pg';
import {
  type ConfigurationRow,
  type RowChange,
  digestOfRows,
  keyOf,
} from './configuration-rows.ts';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const statements = {
  newest: sql('newest-version'),
  find: sql('find-version'),
  rows: sql('rows-between-versions'),
  lock: sql('lock-configuration'),
  write: sql('write-version'),
  writeRows: sql('write-rows'),
  tell: sql('tell-version'),
  noteTakenUp: sql('note-taken-up'),
  takenUp: sql('taken-up'),
  history: sql('history'),
  changes: sql('changes-of-version'),
  hostsOwed: sql('hosts-owed'),
};

/** A version, by its number and what it says. */
export interface VersionMark {
  readonly version: number;
  readonly digest: string;
}

/** A version in the database. */
export interface StoredVersion extends VersionMark {
  readonly writtenBy: string;
  readonly writtenAt: Date;
}

/** A version to be written. */
export interface NewVersion {
  /** The version that was changed; 0 when there was none. */
  readonly basedOn: number;
  readonly origin: 'bootstrap' | 'change' | 'rollback';
  readonly goesBackTo?: number;
  readonly writtenBy: string;
  readonly reason: string;
  readonly changes: readonly RowChange[];
  /** Everything that the version says. */
  readonly rows: ReadonlyMap<string, ConfigurationRow>;
}

/** What came of it; `newest` is the version that somebody else has written meanwhile. */
export type WriteResult =
  | { readonly ok: true; readonly written: VersionMark }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: 'version-moved';
        readonly newest: StoredVersion | undefined;
      };
    };

/** One version in the history. */
export interface HistoryEntry extends StoredVersion {
  readonly origin: NewVersion['origin'];
  readonly goesBackTo: number | undefined;
  readonly reason: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** One thing that a version changed. */
export interface ChangeEntry {
  readonly kind: string;
  readonly name: string;
  readonly action: RowChange['action'];
  readonly digestBefore: string | undefined;
  readonly digestAfter: string | undefined;
}

/** What a running instance made of the newest version it has seen. */
export interface TakenUp {
  readonly instance: string;
  /** Absent when it noted nothing. */
  readonly version: number | undefined;
  readonly digest: string | undefined;
  /** Why it keeps what it had. */
  readonly problem: string | undefined;
}

/** The store. */
export interface ConfigurationStore {
  readonly newest: () => Promise<StoredVersion | undefined>;
  readonly find: (version: number) => Promise<StoredVersion | undefined>;
  /** Everything that a version says. */
  readonly rowsOf: (version: number) => Promise<Map<string, ConfigurationRow>>;
  /** The rows of one version made those of a later one. */
  readonly rowsOn: (
    known: { readonly version: number; readonly rows: ReadonlyMap<string, ConfigurationRow> },
    version: number,
  ) => Promise<Map<string, ConfigurationRow>>;
  readonly write: (version: NewVersion) => Promise<WriteResult>;
  readonly history: (limit: number) => Promise<HistoryEntry[]>;
  readonly changesOf: (version: number, limit: number) => Promise<ChangeEntry[]>;
  readonly noteTakenUp: (
    instance: string,
    of: VersionMark & { readonly problem?: string },
  ) => Promise<void>;
  readonly takenUp: () => Promise<TakenUp[]>;
  /** Hosts that are not configured and that a payment is open at, as they were last configured. */
  readonly hostsOwed: (configured: readonly string[]) => Promise<HostColumns[]>;
}

interface VersionColumns {
  readonly version: string;
  readonly digest: string;
  readonly written_by: string;
  readonly written_at: Date;
}
interface RowColumns {
  readonly kind: string;
  readonly name: string;
  readonly place: number | null;
  readonly content: ConfigurationRow['content'] | null;
  readonly digest: string | null;
}
interface HistoryColumns extends VersionColumns {
  readonly origin: NewVersion['origin'];
  readonly goes_back_to: string | null;
  readonly reason: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

interface ChangeColumns {
  readonly kind: string;
  readonly name: string;
  readonly action: RowChange['action'];
  readonly digest_before: string | null;
  readonly digest_after: string | null;
}
interface TakenUpColumns {
  readonly instance: string;
  readonly version: string | null;
  readonly digest: string | null;
  readonly problem: string | null;
}
interface HostColumns {
  readonly name: string;
  readonly content: unknown;
}

function versionOf(row: VersionColumns | undefined): StoredVersion | undefined {
  if (row === undefined) return undefined;
  const { version, digest, written_by: writtenBy, written_at: writtenAt } = row;
  return { version: Number(version), digest, writtenBy, writtenAt };
}

function rowOf({ kind, name, place, content, digest }: RowColumns): ConfigurationRow | undefined {
  if (content === null || digest === null) return undefined;
  return { kind, name, ...(place === null ? {} : { place }), content, digest };
}

const rowsAtOnce = 5_000;
const rowsInPage = 20_000;

async function writeRows(
  client: PoolClient,
  version: number,
  changes: readonly RowChange[],
): Promise<void> {
  for (let from = 0; from < changes.length; from += rowsAtOnce) {
    const rows = changes.slice(from, from + rowsAtOnce).map((change) => ({
      kind: change.kind,
      name: change.name,
      action: change.action,
      place: change.after?.place ?? null,
      content: change.after?.content ?? null,
      digest_before: change.before?.digest ?? null,
      digest_after: change.after?.digest ?? null,
    }));
    await client.query(statements.writeRows, [version, JSON.stringify(rows)]);
  }
}

async function writeVersion(client: PoolClient, wanted: NewVersion): Promise<WriteResult> {
  await client.query(statements.lock);
  const found = await client.query<VersionColumns>(statements.newest);
  const newest = versionOf(found.rows[0]);
  if ((newest?.version ?? 0) !== wanted.basedOn) {
    return { ok: false, error: { code: 'version-moved', newest } };
  }
  const version = wanted.basedOn + 1;
  const digest = digestOfRows(wanted.rows);
  const { origin, goesBackTo = null, writtenBy, reason } = wanted;
  await client.query(statements.write, [version, origin, goesBackTo, writtenBy, reason, digest]);
  await writeRows(client, version, wanted.changes);
  await client.query(statements.tell, [String(version)]);
  return { ok: true, written: { version, digest } };
}

async function write(pool: Pool, wanted: NewVersion): Promise<WriteResult> {
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    await client.query('begin');
    const result = await writeVersion(client, wanted);
    await client.query(result.ok ? 'commit' : 'rollback');
    return result;
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error));
    throw fault;
  } finally {
    // A connection that failed in the middle is not used again: its transaction ends with it.
    client.release(fault);
  }
}

type VersionStore = Pick<ConfigurationStore, 'newest' | 'find' | 'rowsOf' | 'rowsOn' | 'write'>;
type AuditStore = Omit<ConfigurationStore, keyof VersionStore>;

function versionStore(pool: Pool): VersionStore {
  const versionBy = async (text: string, values: readonly number[]) =>
    versionOf((await pool.query<VersionColumns>(text, [...values])).rows[0]);
  // By pages: a statement of a running switch has an end, however much is configured.
  const rowsOn = async (
    known: { readonly version: number; readonly rows: ReadonlyMap<string, ConfigurationRow> },
    version: number,
  ): Promise<Map<string, ConfigurationRow>> => {
    const rows = new Map(known.rows);
    let after: readonly string[] = ['', ''];
    for (;;) {
      const values = [known.version, version, ...after, rowsInPage];
      const page = (await pool.query<RowColumns>(statements.rows, values)).rows;
      for (const read of page) {
        const row = rowOf(read);
        if (row === undefined) rows.delete(keyOf(read));
        else rows.set(keyOf(row), row);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < rowsInPage) return rows;
      after = [last.kind, last.name];
    }
  };
  return {
    newest: () => versionBy(statements.newest, []),
    find: (version) => versionBy(statements.find, [version]),
    rowsOf: (version) => rowsOn({ version: 0, rows: new Map() }, version),
    rowsOn,
    write: (wanted) => write(pool, wanted),
  };
}

const orAbsent = <T>(value: T | null): T | undefined => value ?? undefined;
const numberOf = (text: string | null): number | undefined =>
  text === null ? undefined : Number(text);

function historyEntry(row: HistoryColumns): HistoryEntry {
  const { origin, reason, added, changed, removed } = row;
  const goesBackTo = numberOf(row.goes_back_to);
  const version = versionOf(row) as StoredVersion;
  return { ...version, origin, goesBackTo, reason, added, changed, removed };
}

function auditStore(pool: Pool): AuditStore {
  return {
    history: async (limit) =>
      (await pool.query<HistoryColumns>(statements.history, [limit])).rows.map(historyEntry),
    changesOf: async (version, limit) => {
      const found = await pool.query<ChangeColumns>(statements.changes, [version, limit]);
      return found.rows.map(({ kind, name, action, digest_before, digest_after }) => ({
        kind,
        name,
        action,
        digestBefore: orAbsent(digest_before),
        digestAfter: orAbsent(digest_after),
      }));
    },
    noteTakenUp: async (instance, { version, digest, problem }) => {
      await pool.query(statements.noteTakenUp, [instance, version, digest, problem ?? null]);
    },
    takenUp: async () =>
      (await pool.query<TakenUpColumns>(statements.takenUp)).rows.map((row) => ({
        instance: row.instance,
        version: numberOf(row.version),
        digest: orAbsent(row.digest),
        problem: orAbsent(row.problem),
      })),
    hostsOwed: async (configured) =>
      (await pool.query<HostColumns>(statements.hostsOwed, [[...configured]])).rows,
  };
}

/** The store behind a pool; whoever opened the pool closes it. */
export function createConfigurationStore(pool: Pool): ConfigurationStore {
  return { ...versionStore(pool), ...auditStore(pool) };
}
