// Changes of the configuration: checked whole before anything is written, refused whole when anything is wrong or
// somebody else was first.
import { given } from '@chipswitch/bytes';
import { type SwitchConfig } from '../config.ts';
import {
  type ProcessSettings,
  type ReadDocument,
  checkWhole,
  readDocument,
} from './configuration-check.ts';
import {
  type ConfigurationDocument,
  type ConfigurationRow,
  type RowChange,
  changesBetween,
  sectionsOf,
  keyOf,
  keysIn,
  placedAt,
  rowsOf,
  sections,
} from './configuration-rows.ts';
import type { ConfigurationStore, StoredVersion } from './configuration-store.ts';

/** Rows of a configuration by kind and name. */
export type Rows = ReadonlyMap<string, ConfigurationRow>;

/** What a change would make of a configuration. */
export interface PreparedChange {
  readonly rows: Rows;
  readonly changes: readonly RowChange[];
  readonly config: SwitchConfig;
}

/** How the sections of a document are meant. */
export interface ChangeOptions {
  /** Its rows come to those that are there or replace them; else a section becomes what the document says. */
  readonly merge: boolean;
  /** What the process has for itself, where the change is checked together with it. */
  readonly process?: ProcessSettings;
}

const kindsOf = (shared: ConfigurationDocument): ReadonlySet<string> =>
  new Set(sections.filter(({ name }) => name in shared).map(({ kind }) => kind));

// The document's own rows first and in its order: so the place of a wrong one is its place in the document.
function asStated(
  rows: Rows,
  shared: ConfigurationDocument,
  merge: boolean,
): ConfigurationDocument {
  const stated = keysIn(shared);
  const kept = merge
    ? [...rows.values()].filter((row) => !stated.has(keyOf(row)))
    : [...rows.values()].filter(({ kind }) => !kindsOf(shared).has(kind));
  const others = sectionsOf(kept);
  return Object.fromEntries(
    sections.map(({ name }) => [name, [...(shared[name] ?? []), ...others[name]]]),
  );
}

// What replaces a row takes its place; what is new comes after what is there.
function merged(rows: Rows, stated: Rows): Map<string, ConfigurationRow> {
  const result = new Map(rows);
  const last = new Map<string, number>();
  for (const { kind, place } of rows.values()) {
    if (place !== undefined) last.set(kind, Math.max(place, last.get(kind) ?? -1));
  }
  for (const [key, row] of stated) {
    if (row.place === undefined) {
      result.set(key, row);
      continue;
    }
    const place = rows.get(key)?.place ?? (last.get(row.kind) ?? -1) + 1;
    last.set(row.kind, Math.max(place, last.get(row.kind) ?? -1));
    result.set(key, placedAt(row, place));
  }
  return result;
}

function replaced(
  rows: Rows,
  stated: Rows,
  kinds: ReadonlySet<string>,
): Map<string, ConfigurationRow> {
  const kept = [...rows].filter(([, { kind }]) => !kinds.has(kind));
  return new Map([...kept, ...stated]);
}

/**
 * What a document would make of a configuration.
 *
 * @throws SettingError naming the first place of the document that is wrong.
 */
export function prepareChange(
  rows: Rows,
  document: Pick<ReadDocument, 'shared'>,
  { merge, process }: ChangeOptions,
): PreparedChange {
  const { shared } = document;
  checkWhole(process, asStated(rows, shared, merge));
  const stated = rowsOf(shared);
  const after = merge ? merged(rows, stated) : replaced(rows, stated, kindsOf(shared));
  // The same in the order in which it will be read.
  const config = checkWhole(process, sectionsOf(after.values()));
  return { rows: after, changes: changesBetween(rows, after), config };
}

/** Who changes something, and why. */
export interface Author {
  readonly writtenBy: string;
  readonly reason: string;
}

/** What came of a change. */
export type ChangeResult =
  | {
      readonly ok: true;
      /** The version that says it: the one that was there when nothing differs, and nothing was written. */
      readonly version: number;
      readonly changes: readonly RowChange[];
    }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: 'version-moved' | 'no-such-version';
        readonly newest: StoredVersion | undefined;
      };
    };

interface Newest {
  readonly newest: StoredVersion | undefined;
  readonly version: number;
  readonly rows: Rows;
}

async function readNewest(store: ConfigurationStore): Promise<Newest> {
  const newest = await store.newest();
  if (newest === undefined) return { newest, version: 0, rows: new Map() };
  return { newest, version: newest.version, rows: await store.rowsOf(newest.version) };
}

/**
 * Changes the configuration as a document says.
 *
 * @throws SettingError naming the first place of the document that is wrong; the database driver's errors.
 */
export async function importDocument(
  store: ConfigurationStore,
  json: unknown,
  options: ChangeOptions & Author & { readonly origin?: 'bootstrap' },
): Promise<ChangeResult> {
  const document = readDocument(json);
  const { newest, version, rows } = await readNewest(store);
  if (document.basedOn !== undefined && document.basedOn !== version) {
    return { ok: false, error: { code: 'version-moved', newest } };
  }
  const process = options.process ?? document.process;
  const prepared = prepareChange(rows, document, {
    merge: options.merge,
    ...given({ process }),
  });
  if (prepared.changes.length === 0) return { ok: true, version, changes: [] };
  const { writtenBy, reason, origin = 'change' } = options;
  const { changes } = prepared;
  const basedOn = version;
  const result = await store.write({
    basedOn,
    origin,
    writtenBy,
    reason,
    changes,
    rows: prepared.rows,
  });
  return result.ok ? { ok: true, version: result.written.version, changes } : result;
}

/**
 * Makes the configuration again what an earlier version said, as a version of its own.
 *
 * @throws SettingError when what it said cannot be used any more; the database driver's errors.
 */
export async function rollBack(
  store: ConfigurationStore,
  to: number,
  options: Author & Pick<ChangeOptions, 'process'>,
): Promise<ChangeResult> {
  const { newest, version, rows } = await readNewest(store);
  if (to > version || (await store.find(to)) === undefined) {
    return { ok: false, error: { code: 'no-such-version', newest } };
  }
  const after = await store.rowsOf(to);
  checkWhole(options.process, sectionsOf(after.values()));
  const changes = changesBetween(rows, after);
  if (changes.length === 0) return { ok: true, version, changes };
  const { writtenBy, reason } = options;
  const result = await store.write({
    basedOn: version,
    origin: 'rollback',
    goesBackTo: to,
    writtenBy,
    reason,
    changes,
    rows: after,
  });
  return result.ok ? { ok: true, version: result.written.version, changes } : result;
}
