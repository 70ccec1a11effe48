// Follows the configuration while the switch runs: asks for the newest version every second, and hears of it at once
// where the database lets it listen. A version that cannot be used is refused whole, and so is none that is away.
import { sqlFiles } from '@chipswitch/ledger/postgres';
import { SettingError } from '@chipswitch/program';
import { Client } from 'pg';
import type { SwitchConfig } from '../config.ts';
import { type ProcessSettings, checkWhole } from './configuration-check.ts';
import { digestOfRows, sectionsOf } from './configuration-rows.ts';
import type { ConfigurationStore, StoredVersion } from './configuration-store.ts';
import { type KnownConfiguration, loadVersion } from './open-configuration.ts';

const listenSql = sqlFiles(new URL('./sql/', import.meta.url))('listen');

/** What the watch works with. */
export interface WatchParts {
  readonly store: ConfigurationStore;
  readonly instance: string;
  readonly process: ProcessSettings;
  /** What the switch works by when the watch begins. */
  readonly known: KnownConfiguration;
  /**
   * Works by another configuration.
   *
   * @throws SettingError when it cannot be used.
   */
  readonly activate: (config: SwitchConfig, version: number) => Promise<void>;
  readonly onEvent: (event: WatchEvent) => void;
  readonly onFault: (fault: Error) => void;
  readonly pollMs?: number;
}

/** What happened to the configuration of this process. */
export type WatchEvent =
  | { readonly event: 'configuration-taken-up'; readonly version: number; readonly by: string }
  | { readonly event: 'configuration-refused'; readonly version: number; readonly problem: string }
  | { readonly event: 'configuration-away' | 'configuration-back'; readonly version: number };

/** The watch. */
export interface ConfigurationWatch {
  /** The version that the switch works by. */
  readonly version: () => number;
  /** The same whole. */
  readonly known: () => KnownConfiguration;
  /** Looks once. */
  readonly look: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const pollEveryMs = 1_000;

/** Looks, one look after the other. */
class Watch implements ConfigurationWatch {
  readonly #parts: WatchParts;
  #known: KnownConfiguration;
  // A version that was refused is not read again every second.
  #refused: string | undefined;
  #isAway = false;
  #isClosed = false;
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#known = parts.known;
  }

  version(): number {
    return this.#known.version;
  }

  known(): KnownConfiguration {
    return this.#known;
  }

  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  keepLooking(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      void this.look().finally(() => this.keepLooking());
    }, this.#parts.pollMs ?? pollEveryMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { store, onEvent, onFault } = this.#parts;
    try {
      const newest = await store.newest();
      if (this.#isAway) onEvent({ event: 'configuration-back', version: this.#known.version });
      this.#isAway = false;
      if (newest !== undefined && !this.#isClosed) await this.#follow(newest);
    } catch (error) {
      // What is known stays: a database that is away changes nothing.
      if (!this.#isAway) onEvent({ event: 'configuration-away', version: this.#known.version });
      this.#isAway = true;
      onFault(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #follow(newest: StoredVersion): Promise<void> {
    const { store, instance, activate, onEvent } = this.#parts;
    const { version, digest } = newest;
    const mark = `${version} ${digest}`;
    if (version === this.#known.version && digest === this.#known.digest) return;
    if (mark === this.#refused) return;
    try {
      const known = await this.#read(newest);
      await activate(known.config, version);
      this.#known = known;
      this.#refused = undefined;
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      this.#refused = mark;
      onEvent({ event: 'configuration-refused', version, problem: error.message });
      await store.noteTakenUp(instance, { version, digest, problem: error.message });
      return;
    }
    onEvent({ event: 'configuration-taken-up', version, by: newest.writtenBy });
    await store.noteTakenUp(instance, { version, digest });
  }

  // Only what changed is read; where that does not add up (the database was restored meanwhile), all of it.
  async #read(newest: StoredVersion): Promise<KnownConfiguration> {
    const { store, process } = this.#parts;
    const { version, digest } = newest;
    if (version > this.#known.version) {
      const rows = await store.rowsOn(this.#known, version);
      if (digestOfRows(rows) === digest) {
        return { version, digest, rows, config: checkWhole(process, sectionsOf(rows.values())) };
      }
    }
    return loadVersion(store, newest, process);
  }
}

/** Begins to follow the configuration. */
export function watchConfiguration(parts: WatchParts): ConfigurationWatch {
  const watch = new Watch(parts);
  watch.keepLooking();
  return watch;
}

const listenAgainMs = 30_000;

/**
 * Listens for new versions on a session of its own. Behind a pooler that lends sessions by the transaction nothing is
 * heard, and nothing is lost: the polling sees every version.
 *
 * @returns what ends it.
 */
export function listenForVersions(databaseUrl: string, onVersion: () => void): () => Promise<void> {
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const again = (session: Client): void => {
    session.end().catch(() => undefined);
    if (client !== session || isClosed) return;
    client = undefined;
    timer = setTimeout(listen, listenAgainMs);
  };
  const listen = (): void => {
    const session = new Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: 'chipswitch-configuration',
    });
    client = session;
    session.on('error', () => again(session));
    session.on('notification', onVersion);
    session
      .connect()
      .then(() => session.query(listenSql))
      .catch(() => again(session)); // The polling sees what is not heard.
  };
  listen();
  return async () => {
    isClosed = true;
    clearTimeout(timer);
    await client?.end().catch(() => undefined);
  };
}
