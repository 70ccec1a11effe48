// Whole configurations out of two parts: what a process has for itself, from its file, and what every switch of the
// database shares. Both are checked as one, by the schema of the file.
import { SettingError } from '@chipswitch/program';
import { type SwitchConfig, parseSwitchConfig } from '../config.ts';
import { type ConfigurationDocument, type Content, sections } from './configuration-rows.ts';

/** What a process has for itself: everything of its file but the shared sections. */
export type ProcessSettings = Readonly<Record<string, unknown>>;

/** A process that is nowhere: with it what is shared can be checked by itself. */
export const noProcess: ProcessSettings = {
  instance: 'nowhere',
  acquirerId: '0',
  listen: { host: '127.0.0.1', port: 0 },
  businessDay: { timeZone: 'UTC', cutOff: '24:00:00' },
  security: { kind: 'soft', keyFile: 'none' },
};

const isShared = new Set(sections.map(({ name }) => name));

/** Properties of an export that say where it is from. */
const originProperties = new Set(['version']);

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** A document that was read: its two parts, and the version that it is based on. */
export interface ReadDocument {
  readonly process: ProcessSettings | undefined;
  /** Only the sections that are there. */
  readonly shared: ConfigurationDocument;
  readonly basedOn: number | undefined;
}

function basedOnOf(version: unknown): number | undefined {
  if (version === undefined) return undefined;
  if (typeof version === 'number' && Number.isSafeInteger(version) && version >= 0) return version;
  throw new SettingError('config.version', 'must be the number of a version');
}

/**
 * Reads a file of a switch, or an export: each may hold some of the sections.
 *
 * @throws SettingError naming the first place that cannot be one.
 */
export function readDocument(json: unknown): ReadDocument {
  if (!isObject(json)) throw new SettingError('config', 'must be an object');
  const entries = Object.entries(json);
  const shared = Object.fromEntries(entries.filter(([name]) => isShared.has(name)));
  for (const [name, rows] of Object.entries(shared)) {
    if (!Array.isArray(rows)) throw new SettingError(`config.${name}`, 'must be a list');
    const odd = rows.findIndex((row) => !isObject(row));
    if (odd >= 0) throw new SettingError(`config.${name}[${odd}]`, 'must be an object');
  }
  const own = entries.filter(([name]) => !isShared.has(name) && !originProperties.has(name));
  return {
    process: own.length === 0 ? undefined : Object.fromEntries(own),
    shared: shared as Record<string, Content[]>,
    basedOn: basedOnOf(json['version']),
  };
}

/**
 * One configuration, checked whole.
 *
 * @throws SettingError naming the first place that is wrong.
 */
export function checkWhole(
  process: ProcessSettings | undefined,
  shared: ConfigurationDocument,
): SwitchConfig {
  return parseSwitchConfig({ ...(process ?? noProcess), ...shared });
}
