// Keys in Postgres: wrapped by the module, in slots that step as key life says, every step on record.
import { sqlFiles } from '@chipswitch/postgres-files';
import type { SecurityErrorCode, KeyAlgorithm, KeyUsage } from '@chipswitch/security-module';
import type { KeyRef, SecurityModule, KeyWrapper } from '@chipswitch/security-module';
import type { Pool, PoolClient } from 'pg';
import {
  type KeyAuditEntry,
  type KeySlot,
  type KeySlotErrorCode,
  type KeySlotEvent,
  type KeyState,
  newKeySlot,
  stepKeySlot,
} from '../key-life.ts';

/** What the store itself refuses; what the module refuses comes with the module's own code. */
export const keyStoreErrorCodes = [
  /** The database gave no answer, or refused the statement. */
  'store-unavailable',
  /** A key of this id is there, or was. */
  'key-exists',
  'slot-exists',
  'slot-unknown',
  /** The key is wrapped under another master key than this store's. */
  'wrapping',
] as const;

/** One of them, of the slot's, or of the module's. */
export type KeyStoreErrorCode =
  | (typeof keyStoreErrorCodes)[number]
  | KeySlotErrorCode
  | SecurityErrorCode;

/** A refusal of the store. */
export interface KeyStoreRefusal {
  readonly ok: false;
  readonly error: { readonly code: KeyStoreErrorCode; readonly detail?: string };
}

/** What the store is made of. */
export interface KeyStoreOptions {
  readonly pool: Pool;
  readonly wrapper: KeyWrapper;
  readonly module: Pick<SecurityModule, 'destroyKey'>;
  /** Milliseconds of the clock that grace windows count on; wall clock, since it must outlive a restart. */
  readonly now: () => number;
}

/** A key that could not be taken back into the module. */
export interface KeyLoadFailure {
  readonly keyId: string;
  readonly code: KeyStoreErrorCode;
}

/** Keys as they stand at rest. */
export interface KeyStore {
  /** Stores a key and its slot: the first key of a slot, already in use. */
  openSlot(slot: {
    readonly id: string;
    readonly graceMs: number;
    readonly active?: KeyRef;
  }): Promise<{ readonly ok: true; readonly slot: KeySlot } | KeyStoreRefusal>;
  /** Steps a slot by an event; the database holds the outcome before the module destroys anything. */
  step(
    slotId: string,
    event: KeySlotEvent,
  ): Promise<{ readonly ok: true; readonly slot: KeySlot } | KeyStoreRefusal>;
  slot(slotId: string): Promise<{ readonly ok: true; readonly slot: KeySlot } | KeyStoreRefusal>;
  /** Takes every key that is not destroyed back into the module, after a start. */
  load(): Promise<
    | {
        readonly ok: true;
        readonly keys: readonly KeyRef[];
        readonly failed: readonly KeyLoadFailure[];
      }
    | KeyStoreRefusal
  >;
  /** A slot's record, oldest first. */
  audit(
    slotId: string,
    rowsMax?: number,
  ): Promise<{ readonly ok: true; readonly entries: readonly KeyAuditEntry[] } | KeyStoreRefusal>;
}

const sql = sqlFiles(new URL('./sql/', import.meta.url));

const statements = {
  insertKey: sql('insert-key'),
  setKeyState: sql('set-key-state'),
  selectKeys: sql('select-keys'),
  insertSlot: sql('insert-slot'),
  lockSlot: sql('lock-slot'),
  updateSlot: sql('update-slot'),
  insertAudit: sql('insert-audit'),
  selectAudit: sql('select-audit'),
} as const;

interface KeyRow {
  readonly key_id: string;
  readonly usage: string;
  readonly algorithm: string;
  readonly kcv: string;
}

interface SlotRow {
  readonly slot_id: string;
  readonly grace_ms: string;
  readonly exchange_since_ms: string | null;
  readonly retired_until_ms: string | null;
  readonly active: KeyRow | null;
  readonly pending: KeyRow | null;
  readonly retired: KeyRow | null;
}

const refused = (code: KeyStoreErrorCode, detail?: string): KeyStoreRefusal => ({
  ok: false,
  error: detail === undefined ? { code } : { code, detail },
});

function refOf(row: KeyRow): KeyRef {
  return {
    id: row.key_id,
    usage: row.usage as KeyUsage,
    algorithm: row.algorithm as KeyAlgorithm,
    kcv: row.kcv,
  };
}

function slotOf(row: SlotRow): KeySlot {
  const { active, pending, retired } = row;
  return {
    id: row.slot_id,
    graceMs: Number(row.grace_ms),
    ...(row.exchange_since_ms === null ? {} : { exchangeSince: Number(row.exchange_since_ms) }),
    ...(active === null ? {} : { active: refOf(active) }),
    ...(pending === null ? {} : { pending: refOf(pending) }),
    ...(retired === null
      ? {}
      : { retired: { key: refOf(retired), until: Number(row.retired_until_ms) } }),
  };
}

/** States of the keys that a step left in the slot or put out of it. */
function statesAfter(slot: KeySlot, destroyed: readonly KeyRef[]): [string, KeyState][] {
  const states: [string, KeyState][] = destroyed.map((key) => [key.id, 'DESTROYED']);
  if (slot.retired !== undefined) states.push([slot.retired.key.id, 'RETIRED']);
  if (slot.active !== undefined) states.push([slot.active.id, 'ACTIVE']);
  return states;
}

class PostgresKeyStore implements KeyStore {
  readonly #options: KeyStoreOptions;

  constructor(options: KeyStoreOptions) {
    this.#options = options;
  }

  /** Runs work in one transaction; a refusal rolls it back, a fault of the database is a refusal. */
  async #transaction<T extends { readonly ok: true }>(
    work: (client: PoolClient) => Promise<T | KeyStoreRefusal>,
  ): Promise<T | KeyStoreRefusal> {
    let client: PoolClient | undefined;
    try {
      client = await this.#options.pool.connect();
      await client.query('begin');
      const result = await work(client);
      await client.query(result.ok ? 'commit' : 'rollback');
      client.release();
      return result;
    } catch (error) {
      // The connection may be anywhere in its transaction: it is thrown away, not put back.
      client?.release(true);
      const code = (error as { readonly code?: unknown }).code;
      return refused('store-unavailable', typeof code === 'string' ? code : undefined);
    }
  }

  async #insertKey(
    client: PoolClient,
    key: KeyRef,
    stored: { readonly wrapped: string; readonly state: KeyState },
  ): Promise<KeyStoreRefusal | undefined> {
    const { id, usage, algorithm, kcv } = key;
    const { name } = this.#options.wrapper;
    const values = [id, usage, algorithm, kcv, stored.state, name, stored.wrapped];
    const inserted = await client.query(statements.insertKey, values);
    return inserted.rowCount === 1 ? undefined : refused('key-exists');
  }

  async #record(client: PoolClient, entries: readonly KeyAuditEntry[]): Promise<void> {
    for (const { at, slot, step, keyId, kcv, reason } of entries) {
      const values = [at, slot, step, keyId ?? null, kcv ?? null, reason?.slice(0, 100) ?? null];
      await client.query(statements.insertAudit, values);
    }
  }

  async openSlot(wanted: {
    readonly id: string;
    readonly graceMs: number;
    readonly active?: KeyRef;
  }): ReturnType<KeyStore['openSlot']> {
    const { id, graceMs, active } = wanted;
    const wrapped = active === undefined ? undefined : await this.#options.wrapper.wrap(active);
    if (wrapped?.ok === false) return refused(wrapped.error.code, wrapped.error.detail);
    return this.#transaction(async (client) => {
      if (active !== undefined && wrapped !== undefined) {
        const stored = { wrapped: wrapped.wrapped, state: 'ACTIVE' } as const;
        const refusal = await this.#insertKey(client, active, stored);
        if (refusal !== undefined) return refusal;
        const { id: keyId, kcv } = active;
        const at = this.#options.now();
        await this.#record(client, [{ at, slot: id, step: 'key-activated', keyId, kcv }]);
      }
      const values = [id, graceMs, active?.id ?? null];
      const inserted = await client.query(statements.insertSlot, values);
      if (inserted.rowCount !== 1) return refused('slot-exists');
      return { ok: true, slot: newKeySlot(id, graceMs, active) };
    });
  }

  async step(slotId: string, event: KeySlotEvent): ReturnType<KeyStore['step']> {
    const { wrapper, module } = this.#options;
    const wrapped = event.type === 'receive' ? await wrapper.wrap(event.key) : undefined;
    if (wrapped?.ok === false) return refused(wrapped.error.code, wrapped.error.detail);
    // A refused step still leaves its record, so the refusal travels inside a committed outcome.
    const outcome = await this.#transaction(async (client) => {
      const rows = await client.query<SlotRow>(statements.lockSlot, [slotId]);
      if (rows.rows.length === 0) return refused('slot-unknown');
      const stepped = stepKeySlot(slotOf(rows.rows[0]), event, this.#options.now());
      if (event.type === 'receive' && stepped.ok && wrapped !== undefined) {
        const stored = { wrapped: wrapped.wrapped, state: 'PENDING' } as const;
        const refusal = await this.#insertKey(client, event.key, stored);
        if (refusal !== undefined) return refusal;
      }
      await this.#record(client, stepped.audit);
      if (stepped.ok) await this.#save(client, stepped.slot, stepped.destroy);
      return { ok: true, stepped };
    });
    if (!outcome.ok) return outcome;
    const { stepped } = outcome;
    if (!stepped.ok) return refused(stepped.error.code);
    for (const key of stepped.destroy) await module.destroyKey({ key });
    return { ok: true, slot: stepped.slot };
  }

  async #save(client: PoolClient, slot: KeySlot, destroyed: readonly KeyRef[]): Promise<void> {
    await client.query(statements.updateSlot, [
      slot.id,
      slot.exchangeSince ?? null,
      slot.active?.id ?? null,
      slot.pending?.id ?? null,
      slot.retired?.key.id ?? null,
      slot.retired?.until ?? null,
    ]);
    for (const [keyId, state] of statesAfter(slot, destroyed)) {
      await client.query(statements.setKeyState, [keyId, state]);
    }
  }

  slot(slotId: string): ReturnType<KeyStore['slot']> {
    return this.#transaction(async (client) => {
      const rows = await client.query<SlotRow>(statements.lockSlot, [slotId]);
      return rows.rows.length === 0
        ? refused('slot-unknown')
        : { ok: true, slot: slotOf(rows.rows[0]) };
    });
  }

  async load(): ReturnType<KeyStore['load']> {
    const { wrapper } = this.#options;
    const read = await this.#transaction(async (client) => {
      const rows = await client.query<KeyRow & { wrapping: string; wrapped: string }>(
        statements.selectKeys,
      );
      return { ok: true, rows: rows.rows };
    });
    if (!read.ok) return read;
    const keys: KeyRef[] = [];
    const failed: KeyLoadFailure[] = [];
    for (const row of read.rows) {
      if (row.wrapping !== wrapper.name) {
        failed.push({ keyId: row.key_id, code: 'wrapping' });
        continue;
      }
      const unwrapped = await wrapper.unwrap({ ...refOf(row), wrapped: row.wrapped });
      if (unwrapped.ok) keys.push(unwrapped.key);
      else failed.push({ keyId: row.key_id, code: unwrapped.error.code });
    }
    return { ok: true, keys, failed };
  }

  audit(slotId: string, rowsMax = 1000): ReturnType<KeyStore['audit']> {
    return this.#transaction(async (client) => {
      const rows = await client.query<{
        at_ms: string;
        slot_id: string;
        step: KeyAuditEntry['step'];
        key_id: string | null;
        kcv: string | null;
        reason: string | null;
      }>(statements.selectAudit, [slotId, rowsMax]);
      const entries = rows.rows.map((row): KeyAuditEntry => ({
        at: Number(row.at_ms),
        slot: row.slot_id,
        step: row.step,
        ...(row.key_id === null ? {} : { keyId: row.key_id }),
        ...(row.kcv === null ? {} : { kcv: row.kcv }),
        ...(row.reason === null ? {} : { reason: row.reason }),
      }));
      return { ok: true, entries };
    });
  }
}

/**
 * A key store over a pool of connections; run `migrateKeyStore` first.
 *
 * @example
 * const store = createPostgresKeyStore({
 *   pool, module, wrapper: keyBlockWrapper(module, masterKey), now: Date.now,
 * });
 * await store.openSlot({ id: 'host-a:tak', graceMs: 60_000, active: tak });
 */
export function createPostgresKeyStore(options: KeyStoreOptions): KeyStore {
  return new PostgresKeyStore(options);
}
