// Working keys that were exchanged on line: kept under their master keys, taken into the security module when they are
// used, the one before valid beside the newest for a time (ISO 11568, key replacement).
import { sqlFiles } from '@chipswitch/ledger/postgres';
import type {
  KeyAlgorithm,
  KeyBlockFormat,
  KeyRef,
  KeyUsage,
  SecurityModule,
} from '@chipswitch/security-module';
import type { Pool } from 'pg';

const sql = sqlFiles(new URL('./sql/', import.meta.url));

/** What a working key is for. */
export type KeyPurpose = 'pin' | 'mac';

/** A key as it was exchanged. */
export interface ExchangedKey {
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  readonly kcv: string;
  /** Id of the master key that it is under. */
  readonly under: string;
  readonly block: string;
  readonly format: KeyBlockFormat;
}

/** Where working keys are kept. */
export interface WorkingKeyStore {
  /** Keeps keys of an owner together, or none of them. */
  readonly keep: (
    owner: string,
    keys: readonly (ExchangedKey & { readonly purpose: KeyPurpose })[],
  ) => Promise<void>;
  /** Those that are valid, the newest first. */
  readonly valid: (
    owner: string,
    purpose: KeyPurpose,
    besideMs: number,
  ) => Promise<readonly (ExchangedKey & { readonly version: number })[]>;
}

interface Row {
  readonly version: number;
  readonly key_usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  readonly kcv: string;
  readonly under: string;
  readonly block: string;
  readonly block_form: KeyBlockFormat;
}

/** The store over a pool; the pool belongs to the caller. */
export function createWorkingKeyStore(pool: Pool): WorkingKeyStore {
  return {
    keep: async (owner, keys) => {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('begin');
        for (const { purpose, usage, algorithm, kcv, under, block, format } of keys) {
          const values = [owner, purpose, usage, algorithm, kcv, under, block, format];
          await client.query(sql('keep-working-key'), values);
        }
        await client.query('commit');
      } catch (error) {
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        // A connection with a transaction that failed is not used again: closing it rolls it back.
        client.release(broken);
      }
    },
    valid: async (owner, purpose, besideMs) => {
      const values = [owner, purpose, besideMs];
      const { rows } = await pool.query<Row>(sql('valid-working-keys'), values);
      return rows.map((row) => ({
        version: row.version,
        usage: row.key_usage,
        algorithm: row.algorithm,
        kcv: row.kcv,
        under: row.under,
        block: row.block,
        format: row.block_form,
      }));
    },
  };
}

/** What working keys are used with. */
export interface WorkingKeysParts {
  readonly store: WorkingKeyStore;
  readonly security: Pick<SecurityModule, 'importKey' | 'destroyKey'>;
  /** References of the configured keys by id. */
  readonly keys: ReadonlyMap<string, KeyRef>;
  /** How long the key before stays valid beside a new one. */
  readonly besideMs: number;
  readonly onFault: (problem: string) => void;
}

/** Keys that the module holds at once, at most. */
const loadedMax = 2_000;

/** The working keys of all terminals and hosts. */
export class WorkingKeys {
  readonly #parts: WorkingKeysParts;
  readonly #loaded = new Map<string, Promise<KeyRef | undefined>>();
  #loads = 0;

  constructor(parts: WorkingKeysParts) {
    this.#parts = parts;
  }

  /** The valid keys of an owner, the newest first; those that the module does not take in are left out. */
  async of(owner: string, purpose: KeyPurpose): Promise<readonly KeyRef[]> {
    const { store, besideMs } = this.#parts;
    const valid = await store.valid(owner, purpose, besideMs);
    const keys = await Promise.all(
      valid.map((key) => this.#load(`${owner}/${purpose}/${key.version}`, key)),
    );
    return keys.filter((key) => key !== undefined);
  }

  /** Keeps new keys; whoever asks for the owner's from now on gets them first. */
  keep(
    owner: string,
    keys: readonly (ExchangedKey & { readonly purpose: KeyPurpose })[],
  ): Promise<void> {
    return this.#parts.store.keep(owner, keys);
  }

  #load(name: string, key: ExchangedKey): Promise<KeyRef | undefined> {
    const known = this.#loaded.get(name);
    if (known !== undefined) {
      // The last used is the last to go.
      this.#loaded.delete(name);
      this.#loaded.set(name, known);
      return known;
    }
    const loading = this.#import(name, key);
    this.#loaded.set(name, loading);
    if (this.#loaded.size > loadedMax) this.#unloadOne();
    return loading;
  }

  async #import(name: string, exchanged: ExchangedKey): Promise<KeyRef | undefined> {
    const { usage, algorithm, kcv, under, block, format } = exchanged;
    const master = this.#parts.keys.get(under);
    if (master === undefined) {
      this.#parts.onFault(`working key ${name} is under "${under}", which is not there`);
      return undefined;
    }
    // An id is used once in a module, also by a key that was unloaded.
    const id = `${name}/${++this.#loads}`;
    const taken = await this.#parts.security.importKey({
      id,
      under: master,
      block,
      format,
      usage,
      algorithm,
      kcv,
    });
    if (taken.ok) return taken.key;
    this.#loaded.delete(name);
    this.#parts.onFault(`working key ${name} is not taken in: ${taken.error.code}`);
    return undefined;
  }

  #unloadOne(): void {
    const [first] = this.#loaded;
    if (first === undefined) return;
    const [name, loading] = first;
    this.#loaded.delete(name);
    void loading.then((key) => key && this.#parts.security.destroyKey({ key }));
  }
}
