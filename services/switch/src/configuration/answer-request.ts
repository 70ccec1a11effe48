// What is asked of the configuration of a database, and the answer: a document, or JSON and an exit code (0 done,
// 1 it differs or somebody was first, 3 what it says is wrong, 4 the database is away).
import { setTimeout as sleep } from 'node:timers/promises';
import { given } from '@chipswitch/bytes';
import { readCalendarVersions } from '@chipswitch/ledger/postgres';
import { SettingError } from '@chipswitch/program';
import type { Pool } from 'pg';
import { createCardVault } from '../card-vault.ts';
import { parseSwitchConfig } from '../config.ts';
import { openSecurity } from '../security/open-security.ts';
import {
  type Author,
  type ChangeResult,
  type Rows,
  importDocument,
  prepareChange,
  rollBack,
} from './change-configuration.ts';
import { type ProcessSettings, checkWhole, readDocument } from './configuration-check.ts';
import { type ConfigurationDatabase, withConfiguration } from './configuration-database.ts';
import { type RowChange, changesBetween, documentOf, sectionsOf } from './configuration-rows.ts';
import type { ConfigurationStore, StoredVersion, TakenUp } from './configuration-store.ts';
import { documentText } from './document-text.ts';
import { dryRun } from './dry-run.ts';

interface Shared {
  readonly merge: boolean;
  readonly limit: number | undefined;
  readonly version: number | undefined;
  /** JSON of a switch's file: what the process has for itself is checked together with the change. */
  readonly switchFile: unknown;
}

/** What is asked. */
export type Request = Shared &
  (
    | { readonly verb: 'export' | 'history' }
    | { readonly verb: 'diff' | 'dry-run'; readonly document: unknown }
    | { readonly verb: 'import'; readonly document: unknown; readonly author: Author }
    | { readonly verb: 'rollback'; readonly to: number; readonly author: Author }
  );

/** What is printed, and the exit code. */
export interface Answer {
  readonly exitCode: 0 | 1 | 3 | 4;
  readonly text?: string;
  readonly json?: unknown;
}

const changesShown = 1_000;
const takeUpMs = 3_000;
const historyShown = 20;
const dryRunPayments = 10_000;

function refused(code: string, message: string, exitCode: 1 | 3 | 4, path?: string): Answer {
  const error = { code, ...given({ path }), message };
  return { exitCode, json: { ok: false, error } };
}

function changesJson(changes: readonly RowChange[]): object {
  const shown = changes.slice(0, changesShown).map(({ kind, name, action, before, after }) => ({
    action,
    kind,
    name,
    ...(before === undefined ? {} : { before: before.content }),
    ...(after === undefined ? {} : { after: after.content }),
  }));
  const count = (action: RowChange['action']): number =>
    changes.filter((change) => change.action === action).length;
  return {
    added: count('added'),
    changed: count('changed'),
    removed: count('removed'),
    changes: shown,
    ...(changes.length > shown.length ? { notShown: changes.length - shown.length } : {}),
  };
}

// Running switches are given a moment, so that whoever changes something sees what came of it.
async function awaitTakeUp(store: ConfigurationStore, version: number): Promise<TakenUp[]> {
  const deadline = performance.now() + takeUpMs;
  for (;;) {
    const taken = await store.takenUp();
    if (taken.every((one) => (one.version ?? 0) >= version)) return taken;
    if (performance.now() > deadline) return taken;
    await sleep(100);
  }
}

const whoWrote = (newest: StoredVersion | undefined): string =>
  newest === undefined
    ? 'there is no version'
    : `the newest is ${newest.version}, written by ${newest.writtenBy} at ${newest.writtenAt.toISOString()}`;

async function changeAnswer(store: ConfigurationStore, result: ChangeResult): Promise<Answer> {
  if (!result.ok) {
    const { code, newest } = result.error;
    return refused(code, whoWrote(newest), code === 'version-moved' ? 1 : 3);
  }
  const { version, changes } = result;
  const said = { ok: true, version, ...changesJson(changes) };
  if (changes.length === 0) return { exitCode: 0, json: said };
  const instances = await awaitTakeUp(store, version);
  const isTaken = instances.every(({ problem }) => problem === undefined);
  return { exitCode: isTaken ? 0 : 1, json: { ...said, instances } };
}

interface Found {
  readonly version: number;
  readonly rows: Rows;
}

async function find(
  store: ConfigurationStore,
  wanted: number | undefined,
): Promise<Found | Answer> {
  const newest = await store.newest();
  if (wanted === undefined) {
    if (newest === undefined) return { version: 0, rows: new Map() };
    return { version: newest.version, rows: await store.rowsOf(newest.version) };
  }
  if ((await store.find(wanted)) === undefined) {
    return refused('no-such-version', whoWrote(newest), 3, 'version');
  }
  return { version: wanted, rows: await store.rowsOf(wanted) };
}

async function history(store: ConfigurationStore, { version, limit }: Shared): Promise<Answer> {
  if (version === undefined) {
    return {
      exitCode: 0,
      json: { ok: true, versions: await store.history(limit ?? historyShown) },
    };
  }
  if ((await store.find(version)) === undefined) {
    return refused('no-such-version', whoWrote(await store.newest()), 3, 'version');
  }
  const changes = await store.changesOf(version, limit ?? changesShown);
  return { exitCode: 0, json: { ok: true, version, changes } };
}

function diff(
  from: Found,
  request: Shared & { readonly document: unknown },
  newest: Found,
): Answer {
  const changes =
    request.document === undefined
      ? changesBetween(from.rows, newest.rows)
      : prepareChange(from.rows, readDocument(request.document), optionsOf(request)).changes;
  const exitCode = changes.length === 0 ? 0 : 1;
  return { exitCode, json: { ok: true, version: from.version, ...changesJson(changes) } };
}

function processOf({ switchFile }: Shared): { readonly process?: ProcessSettings } {
  const process = switchFile === undefined ? undefined : readDocument(switchFile).process;
  return given({ process });
}

function optionsOf(request: Shared): {
  readonly merge: boolean;
  readonly process?: ProcessSettings;
} {
  return { merge: request.merge, ...processOf(request) };
}

async function playDry(
  pool: Pool,
  found: Found,
  request: Shared & { readonly document: unknown },
): Promise<Answer> {
  const document = readDocument(request.document);
  const { config: proposed } = prepareChange(found.rows, document, { merge: request.merge });
  const current = checkWhole(undefined, sectionsOf(found.rows.values()));
  const [calendar] = (await readCalendarVersions(pool)).slice(-1);
  const timeZone = calendar?.timeZone ?? 'UTC';
  const security = await openVault(request);
  try {
    const compared = await dryRun({
      pool,
      current,
      proposed,
      timeZone,
      limit: request.limit ?? dryRunPayments,
      ...given({ vault: security?.vault }),
    });
    const json = { ok: true, version: found.version, timeZone, ...compared };
    return { exitCode: compared.elsewhere === 0 ? 0 : 1, json };
  } finally {
    security?.close();
  }
}

// Card numbers are read back with the keys of a switch, in this process only, and nothing of them is shown.
async function openVault({ switchFile }: Shared) {
  if (switchFile === undefined) return undefined;
  const { security } = parseSwitchConfig(switchFile);
  const opened = await openSecurity(security);
  return { vault: createCardVault(opened.vaultKeys), close: () => opened.close() };
}

async function answer({ store, pool }: ConfigurationDatabase, request: Request): Promise<Answer> {
  switch (request.verb) {
    case 'history':
      return history(store, request);
    case 'import': {
      const options = { ...optionsOf(request), ...request.author };
      return changeAnswer(store, await importDocument(store, request.document, options));
    }
    case 'rollback': {
      const options = { ...request.author, ...processOf(request) };
      return changeAnswer(store, await rollBack(store, request.to, options));
    }
    case 'export': {
      const found = await find(store, request.version);
      if ('exitCode' in found) return found;
      return { exitCode: 0, text: documentText(documentOf(found.rows.values()), found.version) };
    }
    case 'dry-run': {
      const found = await find(store, request.version);
      return 'exitCode' in found ? found : playDry(pool, found, request);
    }
    case 'diff': {
      const found = await find(store, request.version);
      if ('exitCode' in found) return found;
      const newest = request.version === undefined ? found : await find(store, undefined);
      return 'exitCode' in newest ? newest : diff(found, request, newest);
    }
  }
}

/** Answers a request. */
export async function answerRequest(request: Request, databaseUrl: string): Promise<Answer> {
  try {
    return await withConfiguration(databaseUrl, (database) => answer(database, request));
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    const { setting, message } = error;
    const problem = message.slice(setting.length + 2);
    if (setting === 'DATABASE_URL') return refused('database-away', problem, 4, setting);
    return refused('not-usable', problem, 3, setting);
  }
}
