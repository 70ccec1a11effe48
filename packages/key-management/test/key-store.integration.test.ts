// The key store against Postgres: keys survive a restart, slots step once, nothing clear is at rest.
import { randomBytes } from 'node:crypto';
import { fromHex } from '@chipswitch/bytes';
import { type KeyRef, type SoftModule, createSoftModule } from '@chipswitch/security-module';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processingKeys, protectingKey } from '../src/key-life.ts';
import {
  type KeyStore,
  createPostgresKeyStore,
  keyBlockWrapper,
  migrateKeyStore,
  rotateKey,
} from '../src/key-store/index.ts';

const pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL'] });
// The database is dropped while connections that are ending may still hear of it.
const endings: string[] = [];
pool.on('error', (error) => endings.push(error.message));
const masterBytes = randomBytes(32);
const kekBytes = fromHex('0123456789ABCDEFFEDCBA9876543210');
const clock = { value: 1_000_000 };

interface Node {
  readonly module: SoftModule;
  readonly master: KeyRef;
  readonly kek: KeyRef;
  readonly store: KeyStore;
}

/** A process with the same master key: what a restart gives. */
function start(): Node {
  const module = createSoftModule({ allowClearKeysInProcess: true });
  const master = module.loadClearKey({
    id: 'master',
    usage: 'K1',
    algorithm: 'AES256',
    bytes: masterBytes,
  });
  const kek = module.loadClearKey({ id: 'kek', usage: 'K0', algorithm: '2TDEA', bytes: kekBytes });
  const wrapper = keyBlockWrapper(module, master);
  const store = createPostgresKeyStore({ pool, wrapper, module, now: () => clock.value });
  return { module, master, kek, store };
}

let made = 0;
function newKey({ module }: Node, exportability: 'S' | 'N' = 'S'): KeyRef {
  const id = `tak-${++made}`;
  const key = { id, usage: 'M3', algorithm: '2TDEA', exportability } as const;
  const generated = module.generateKey(key);
  if (!generated.ok) throw new Error(generated.error.code);
  return generated.key;
}

/** What a host would answer: a new key under the shared KEK. */
function hostAnswer(node: Node): { block: string; kcv: string } {
  const key = newKey(node);
  const exported = node.module.exportKey({ key, under: node.kek, format: 'ansi-ecb' });
  if (!exported.ok) throw new Error(exported.error.code);
  return { block: exported.block, kcv: key.kcv };
}

function arriving(node: Node, id: string) {
  const about = { usage: 'M3', algorithm: '2TDEA', exportability: 'S' } as const;
  return { id, under: node.kek, format: 'ansi-ecb', ...about } as const;
}

const codeOf = (result: { ok: true } | { ok: false; error: { code: string } }): string =>
  result.ok ? 'ok' : result.error.code;

beforeAll(async () => {
  expect(await migrateKeyStore(pool)).toEqual(['001-keys']);
  expect(await migrateKeyStore(pool)).toEqual([]);
});
afterAll(() => pool.end());

describe('keys at rest', () => {
  it('come back into a new process, and are the same keys', async () => {
    const before = start();
    const active = newKey(before);
    expect(codeOf(await before.store.openSlot({ id: 'rest', graceMs: 0, active }))).toBe('ok');
    const data = fromHex('00112233');
    const mac = before.module.generateMac({ key: active, algorithm: 'iso9797-3', data });
    const after = start();
    const loaded = await after.store.load();
    expect(loaded.ok && loaded.failed).toEqual([]);
    const check = { key: active, algorithm: 'iso9797-3', data } as const;
    const given = mac.ok ? mac.mac : new Uint8Array(8);
    expect(after.module.verifyMac({ ...check, mac: given })).toEqual({ ok: true });
  });
  it('are blocks of the master key, never clear', async () => {
    const node = start();
    const bytes = fromHex('13345779133457791AE6FBC2D9A2B64C');
    const active = node.module.loadClearKey({
      id: 'clear-probe',
      usage: 'M3',
      algorithm: '2TDEA',
      bytes,
      exportability: 'S',
    });
    await node.store.openSlot({ id: 'probe', graceMs: 0, active });
    const dump = await pool.query(
      `select string_agg(to_jsonb(k)::text, '') || (select string_agg(to_jsonb(a)::text, '')
       from security_key_audit a) as text from security_key k`,
    );
    const { text } = (dump.rows as { text: string }[])[0];
    expect(text).toContain('"wrapped": "D');
    expect(text.toUpperCase()).not.toContain('13345779133457791AE6FBC2D9A2B64C');
  });
  it('that cannot be wrapped, exist already or have another master key are refused', async () => {
    const node = start();
    const fixed = newKey(node, 'N');
    const slot = { id: 'refused', graceMs: 0 };
    expect(codeOf(await node.store.openSlot({ ...slot, active: fixed }))).toBe('not-allowed');
    const key = newKey(node);
    expect(codeOf(await node.store.openSlot({ ...slot, active: key }))).toBe('ok');
    expect(codeOf(await node.store.openSlot(slot))).toBe('slot-exists');
    const other = { id: 'refused-2', graceMs: 0, active: key };
    expect(codeOf(await node.store.openSlot(other))).toBe('key-exists');
    // The refused slot left nothing behind.
    expect(codeOf(await node.store.slot('refused-2'))).toBe('slot-unknown');
    const stranger = createSoftModule({ allowClearKeysInProcess: true });
    const bytes = randomBytes(32);
    const foreign = { id: 'master', usage: 'K1', algorithm: 'AES256', bytes } as const;
    const wrapper = keyBlockWrapper(stranger, stranger.loadClearKey(foreign));
    const store = createPostgresKeyStore({ pool, wrapper, module: stranger, now: Date.now });
    const loaded = await store.load();
    expect(loaded.ok && new Set(loaded.failed.map((failure) => failure.code))).toEqual(
      new Set(['wrapping']),
    );
  });
});

describe('rotation', () => {
  it('runs from exchange to grace to destruction, each step on record', async () => {
    const node = start();
    const active = newKey(node);
    const slotId = 'host-a:tak';
    await node.store.openSlot({ id: slotId, graceMs: 60_000, active });
    const exchange = () => Promise.resolve({ ok: true as const, ...hostAnswer(node) });
    const base = { store: node.store, module: node.module, slotId, exchange };
    const rotated = await rotateKey({ ...base, arriving: arriving(node, 'tak-new') });
    if (!rotated.ok) throw new Error(rotated.error.code);
    expect(protectingKey(rotated.slot)?.id).toBe(active.id);
    expect(processingKeys(rotated.slot, clock.value).map((key) => key.id)).toEqual([
      active.id,
      'tak-new',
    ]);
    // No second exchange while one is open.
    const again = await rotateKey({ ...base, arriving: arriving(node, 'tak-newer') });
    expect(codeOf(again)).toBe('exchange-open');
    const used = await node.store.step(slotId, { type: 'verified', keyId: 'tak-new' });
    if (!used.ok) throw new Error(used.error.code);
    expect(protectingKey(used.slot)?.id).toBe('tak-new');
    expect(processingKeys(used.slot, clock.value)).toHaveLength(2);
    clock.value += 60_000;
    const ticked = await node.store.step(slotId, { type: 'tick' });
    if (!ticked.ok) throw new Error(ticked.error.code);
    expect(processingKeys(ticked.slot, clock.value).map((key) => key.id)).toEqual(['tak-new']);
    expect(node.module.kcv({ key: active, method: 'legacy' }).ok).toBe(false);
    const states = await pool.query(
      `select state, wrapped is null as gone from security_key where key_id = $1`,
      [active.id],
    );
    expect(states.rows).toEqual([{ state: 'DESTROYED', gone: true }]);
    const audit = await node.store.audit(slotId);
    expect(audit.ok && audit.entries.map((entry) => entry.step)).toEqual([
      'key-activated',
      'exchange-started',
      'key-received',
      'exchange-failed',
      'key-activated',
      'key-retired',
      'key-destroyed',
    ]);
  });
  it('survives a restart with the new key still pending', async () => {
    const node = start();
    const slotId = 'host-b:tak';
    await node.store.openSlot({ id: slotId, graceMs: 1000, active: newKey(node) });
    const exchange = () => Promise.resolve({ ok: true as const, ...hostAnswer(node) });
    const about = { store: node.store, module: node.module, slotId, exchange };
    await rotateKey({ ...about, arriving: arriving(node, 'tak-b') });
    const after = start();
    const loaded = await after.store.load();
    expect(loaded.ok && loaded.keys.map((key) => key.id)).toContain('tak-b');
    const used = await after.store.step(slotId, { type: 'verified', keyId: 'tak-b' });
    expect(used.ok && used.slot.active?.id).toBe('tak-b');
  });
  it.each([
    [
      'the peer refuses',
      () => ({ ok: false as const, error: { code: 'response 96' } }),
      'unavailable',
    ],
    [
      'the check value differs',
      (node: Node) => ({ ok: true as const, ...hostAnswer(node), kcv: '000000' }),
      'not-verified',
    ],
    [
      'the key is malformed',
      () => ({ ok: true as const, block: 'ZZ', kcv: '000000' }),
      'key-block',
    ],
  ])('closes the exchange when %s, and the next one can start', async (name, answer, code) => {
    const node = start();
    const slotId = `host-c:${name}`;
    const active = newKey(node);
    await node.store.openSlot({ id: slotId, graceMs: 1000, active });
    const about = { store: node.store, module: node.module, slotId };
    const failing = () => Promise.resolve(answer(node));
    const id = `c-${name}`;
    const failed = await rotateKey({ ...about, exchange: failing, arriving: arriving(node, id) });
    expect(codeOf(failed)).toBe(code);
    const slot = await node.store.slot(slotId);
    expect(slot.ok && slot.slot.exchangeSince).toBeUndefined();
    expect(slot.ok && slot.slot.active?.id).toBe(active.id);
    const exchange = () => Promise.resolve({ ok: true as const, ...hostAnswer(node) });
    const next = await rotateKey({ ...about, exchange, arriving: arriving(node, `${id}-2`) });
    expect(codeOf(next)).toBe('ok');
  });
  it('of one slot from many sides opens one exchange', async () => {
    const node = start();
    const slotId = 'host-d:tak';
    await node.store.openSlot({ id: slotId, graceMs: 1000, active: newKey(node) });
    const results = await Promise.all(
      Array.from({ length: 8 }, () => node.store.step(slotId, { type: 'start' })),
    );
    expect(results.map(codeOf).filter((code) => code === 'ok')).toHaveLength(1);
  });
});

describe('what the database refuses', () => {
  it.each([
    `update security_key_audit set step = 'x'`,
    'delete from security_key_audit',
    'truncate security_key_audit',
  ])('%s', async (statement) => {
    await expect(pool.query(statement)).rejects.toThrow('append only');
  });
  it('a key that comes back to life, or becomes another', async () => {
    const destroyed = await pool
      .query(`update security_key set state = 'ACTIVE' where state = 'DESTROYED'`)
      .then(
        () => 'done',
        (error: Error) => error.message,
      );
    expect(destroyed).toMatch(/cannot go|violates check/);
    await expect(pool.query(`update security_key set kcv = 'FFFFFF'`)).rejects.toThrow(
      'another key',
    );
  });
  it('and its absence is a refusal, not a hang', async () => {
    const gone = new Pool({ host: '127.0.0.1', port: 1, connectionTimeoutMillis: 500 });
    const node = start();
    const wrapper = keyBlockWrapper(node.module, node.master);
    const store = createPostgresKeyStore({
      pool: gone,
      wrapper,
      module: node.module,
      now: Date.now,
    });
    expect(codeOf(await store.slot('any'))).toBe('store-unavailable');
    await gone.end();
  });
});
