// The configuration that a switch starts with: what the database holds; an empty one is filled from the file, once.
import { SettingError } from '@chipswitch/program';
import type { SwitchConfig } from '../config.ts';
import { type Rows, importDocument, prepareChange } from './change-configuration.ts';
import {
  type ProcessSettings,
  checkWhole,
  noProcess,
  readDocument,
} from './configuration-check.ts';
import { digestOfRows, sectionsOf } from './configuration-rows.ts';
import type { ConfigurationStore, VersionMark } from './configuration-store.ts';

/** A version that is known whole. */
export interface KnownConfiguration extends VersionMark {
  readonly rows: Rows;
  readonly config: SwitchConfig;
}

/** What a configuration is opened with. */
export interface OpeningParts {
  readonly store: ConfigurationStore;
  /** The file's JSON, and its path. */
  readonly file: unknown;
  readonly path: string;
  /** What this process is called and numbered by, which of several workers is not what the file says. */
  readonly instance: string;
  readonly node: number;
  /** @throws SettingError when this process cannot work by it: a key that it does not have. */
  readonly check: (config: SwitchConfig) => Promise<void>;
}

/** What was found. */
export interface OpenedConfiguration {
  readonly known: KnownConfiguration;
  readonly process: ProcessSettings;
  /** The file filled the empty database now. */
  readonly isFromFile: boolean;
  /** Things that the file says otherwise than the database, which alone counts. */
  readonly fileDiffersIn: number;
}

function refusedAs(version: number, error: unknown): unknown {
  if (!(error instanceof SettingError)) return error;
  return new SettingError(`configuration version ${version}`, error.message, error);
}

/** A version out of the database, checked together with what the process has for itself. */
export async function loadVersion(
  store: ConfigurationStore,
  { version, digest }: VersionMark,
  process: ProcessSettings,
): Promise<KnownConfiguration> {
  const rows = await store.rowsOf(version);
  try {
    return { version, digest, rows, config: checkWhole(process, sectionsOf(rows.values())) };
  } catch (error) {
    throw refusedAs(version, error);
  }
}

async function fillFromFile(parts: OpeningParts, process: ProcessSettings): Promise<boolean> {
  const { store, file, path, instance, check } = parts;
  await check(checkWhole(process, readDocument(file).shared));
  const filled = await importDocument(store, file, {
    merge: false,
    origin: 'bootstrap',
    writtenBy: instance,
    reason: `first start, from ${path.replace(/.*[\\/]/, '')}`,
  });
  // Another process that started at the same moment may have been first.
  return filled.ok && filled.changes.length > 0;
}

function differences(rows: Rows, file: unknown, process: ProcessSettings): number {
  const { shared } = readDocument(file);
  return prepareChange(rows, { shared }, { merge: false, process }).changes.length;
}

/**
 * Opens the configuration.
 *
 * @throws SettingError naming what cannot be used, in the file or in the database; the database driver's errors.
 */
export async function openConfiguration(parts: OpeningParts): Promise<OpenedConfiguration> {
  const { store, file, instance, node } = parts;
  const process = { ...(readDocument(file).process ?? noProcess), instance, node };
  const before = await store.newest();
  const isFromFile = before === undefined && (await fillFromFile(parts, process));
  const newest = before ?? (await store.newest());
  if (newest === undefined) {
    const rows: Rows = new Map();
    const config = checkWhole(process, sectionsOf(rows.values()));
    const known = { version: 0, digest: digestOfRows(rows), rows, config };
    return { known, process, isFromFile: false, fileDiffersIn: 0 };
  }
  const known = await loadVersion(store, newest, process);
  try {
    await parts.check(known.config);
  } catch (error) {
    throw refusedAs(known.version, error);
  }
  return { known, process, isFromFile, fileDiffersIn: differences(known.rows, file, process) };
}
