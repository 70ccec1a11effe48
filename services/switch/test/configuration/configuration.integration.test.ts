// The configuration in a real database: versions whole or not at all, two people at once, a version that vanished, a
// watch that follows and keeps what it has when it must.
import { SettingError } from '@chipswitch/program';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SwitchConfig } from '../../src/config.ts';
import { importDocument, rollBack } from '../../src/configuration/change-configuration.ts';
import { readDocument } from '../../src/configuration/configuration-check.ts';
import { withConfiguration } from '../../src/configuration/configuration-database.ts';
import { documentOf, rowsOf } from '../../src/configuration/configuration-rows.ts';
import {
  type ConfigurationStore,
  createConfigurationStore,
} from '../../src/configuration/configuration-store.ts';
import {
  type ConfigurationWatch,
  type WatchEvent,
  listenForVersions,
  watchConfiguration,
} from '../../src/configuration/configuration-watch.ts';
import { hotCardsIn } from '../../src/configuration/hot-cards.ts';
import {
  type OpenedConfiguration,
  openConfiguration,
} from '../../src/configuration/open-configuration.ts';
import type { HotCardChange } from '../../src/hot-card-file.ts';
import { aDocument, aProcess, host, terminal } from './a-document.ts';

const databaseUrl = process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '';
const author = { writtenBy: 'anna', reason: 'test' };
let pool: Pool;
let store: ConfigurationStore;

beforeAll(async () => {
  await withConfiguration(databaseUrl, async () => undefined);
  pool = new Pool({ connectionString: databaseUrl });
  pool.on('error', () => undefined); // A test cuts connections; the statements see it.
  store = createConfigurationStore(pool);
});
afterAll(() => pool.end());
beforeEach(async () => {
  // What is append only in service is emptied between tests.
  await pool.query('alter table configuration_version disable trigger user');
  await pool.query('alter table configuration_row disable trigger user');
  await pool.query('delete from configuration_row');
  await pool.query('delete from configuration_version');
  await pool.query('delete from configuration_taken_up');
  await pool.query('alter table configuration_version enable trigger user');
  await pool.query('alter table configuration_row enable trigger user');
});

const change = (json: unknown, more: object = {}) =>
  importDocument(store, json, { merge: false, ...author, ...more });
async function versionNow(): Promise<number> {
  return (await store.newest())?.version ?? 0;
}
const noCheck = async (): Promise<void> => undefined;
const open = (
  file: unknown = { ...aProcess, ...aDocument() },
  check: (config: SwitchConfig) => Promise<void> = noCheck,
): Promise<OpenedConfiguration> =>
  openConfiguration({
    store,
    file,
    path: 'somewhere/switch.json',
    instance: 'sw-1',
    node: 3,
    check,
  });

describe('versions', () => {
  it('are written whole, with who, when, why and the digests before and after', async () => {
    await change(aDocument());
    const changed = await change(
      { hosts: [host('a'), host('b', { port: 9001 })] },
      { reason: 'moved' },
    );
    expect(changed).toMatchObject({ ok: true, version: 2 });
    const [newest, first] = await store.history(10);
    expect(newest).toMatchObject({
      version: 2,
      origin: 'change',
      writtenBy: 'anna',
      reason: 'moved',
      added: 0,
      changed: 1,
      removed: 0,
    });
    expect(first).toMatchObject({ version: 1, added: 12, changed: 0 });
    const [row] = await store.changesOf(2, 10);
    expect(row).toMatchObject({ kind: 'host', name: 'b', action: 'changed' });
    const was = await store.rowsOf(1);
    const is = await store.rowsOf(2);
    expect([row.digestBefore, row.digestAfter]).toEqual([
      was.get('host b')?.digest,
      is.get('host b')?.digest,
    ]);
    expect(documentOf(was.values())).toEqual(
      documentOf(rowsOf(readDocument(aDocument()).shared).values()),
    );
  });
  it('are never changed nor deleted', async () => {
    await change(aDocument());
    for (const table of ['configuration_version', 'configuration_row']) {
      for (const statement of [
        `update ${table} set version = 9`,
        `delete from ${table}`,
        `truncate ${table} cascade`,
      ]) {
        await expect(pool.query(statement)).rejects.toThrow('append only');
      }
    }
  });
  it('are not written when nothing differs', async () => {
    await change(aDocument());
    expect(await change(aDocument())).toEqual({ ok: true, version: 1, changes: [] });
    expect(await versionNow()).toBe(1);
  });
  it('that are wrong in one place are not written at all', async () => {
    await change(aDocument());
    const wrong = aDocument({ terminals: [terminal('TERM0003'), terminal('T')] });
    await expect(change(wrong)).rejects.toThrow('config.terminals[1].terminalId');
    expect(await versionNow()).toBe(1);
    expect((await store.rowsOf(1)).has('terminal TERM0003')).toBe(false);
  });
  it('hold no key and no card number', async () => {
    await change(aDocument());
    const { rows } = await pool.query<{ content: object }>('select content from configuration_row');
    expect(JSON.stringify(rows)).not.toMatch(/\d{13,19}/);
  });
  it('are counted as numbers: 12 comes after 9', async () => {
    for (let port = 9001; port <= 9012; port++) {
      await change({ hosts: [host('a', { port })] }, { merge: true });
    }
    expect(await versionNow()).toBe(12);
    expect((await store.history(2)).map(({ version }) => version)).toEqual([12, 11]);
  });
  it('are read one from the other by what changed', async () => {
    await change(aDocument());
    const known = { version: 1, rows: await store.rowsOf(1) };
    await change({ terminals: [terminal('TERM0001')] });
    await change({ terminals: [terminal('TERM0001'), terminal('TERM0007')] });
    expect(await store.rowsOn(known, 3)).toEqual(await store.rowsOf(3));
    expect([...(await store.rowsOf(3)).keys()].filter((key) => key.startsWith('terminal'))).toEqual(
      ['terminal TERM0001', 'terminal TERM0007'],
    );
  });
});

describe('two people at once', () => {
  it('who change the same version: the second is told whose is newest, and nothing of his is written', async () => {
    await change(aDocument());
    const both = await Promise.all([
      change({ version: 1, hosts: [host('a'), host('b'), host('c')] }, { writtenBy: 'anna' }),
      change({ version: 1, hosts: [host('a'), host('b'), host('d')] }, { writtenBy: 'bert' }),
    ]);
    const [lost] = both.filter(({ ok }) => !ok);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(lost).toMatchObject({ ok: false, error: { code: 'version-moved' } });
    expect(await versionNow()).toBe(2);
    const names = [...(await store.rowsOf(2)).keys()].filter((key) => key.startsWith('host'));
    expect(names).toHaveLength(3);
  });
  it('who exported before somebody else changed something are refused', async () => {
    await change(aDocument());
    await change({ hotCards: [] });
    const late = await change(aDocument({ version: 1 }));
    expect(late).toMatchObject({
      ok: false,
      error: { code: 'version-moved', newest: { version: 2, writtenBy: 'anna' } },
    });
  });
  it('many at once: as many versions as changes that were said to be written', async () => {
    await change(aDocument());
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        importDocument(store, { terminals: [terminal(`TERM01${i}0`)] }, { merge: true, ...author }),
      ),
    );
    const written = results.filter(({ ok }) => ok).length;
    expect(written).toBeGreaterThan(0);
    expect(await versionNow()).toBe(1 + written);
  });
});

describe('going back', () => {
  it('is a version of its own that says what the earlier one said', async () => {
    await change(aDocument());
    await change({ hosts: [host('a'), host('b', { port: 9001 })], hotCards: [] });
    const back = await rollBack(store, 1, { ...author, reason: 'b is not there yet' });
    expect(back).toMatchObject({ ok: true, version: 3 });
    const [newest] = await store.history(1);
    expect(newest).toMatchObject({ origin: 'rollback', goesBackTo: 1, added: 1, changed: 1 });
    expect(newest.digest).toBe((await store.find(1))?.digest);
    expect(await store.rowsOf(3)).toEqual(await store.rowsOf(1));
  });
  it.each([0, 7])('to version %i, which is not there, is refused', async (version) => {
    await change(aDocument());
    const back = await rollBack(store, version, author);
    expect(back).toMatchObject({ ok: false, error: { code: 'no-such-version' } });
    expect(await versionNow()).toBe(1);
  });
  it('to what says the same changes nothing', async () => {
    await change(aDocument());
    expect(await rollBack(store, 1, author)).toEqual({ ok: true, version: 1, changes: [] });
  });
});

describe('a switch that starts', () => {
  it('fills an empty database from its file, once', async () => {
    expect(await open()).toMatchObject({
      isFromFile: true,
      fileDiffersIn: 0,
      known: { version: 1 },
    });
    const [first] = await store.history(1);
    expect(first).toMatchObject({
      origin: 'bootstrap',
      writtenBy: 'sw-1',
      reason: 'first start, from switch.json',
    });
    expect(await open()).toMatchObject({ isFromFile: false, fileDiffersIn: 0 });
  });
  it('fills it once when two start at the same moment', async () => {
    const both = await Promise.all([open(), open()]);
    expect(both.map(({ known }) => known.version)).toEqual([1, 1]);
    expect(await versionNow()).toBe(1);
  });
  it('goes by the database, and says in how much its file differs', async () => {
    await open();
    await change({ terminals: [terminal('TERM0005')] });
    const opened = await open();
    expect(opened).toMatchObject({ isFromFile: false, fileDiffersIn: 3, known: { version: 2 } });
    expect(opened.known.config.terminals.map(({ terminalId }) => terminalId)).toEqual(['TERM0005']);
  });
  it('keeps the name and number that it was started with, whatever its file says', async () => {
    const { known, process } = await open({
      ...aProcess,
      ...aDocument(),
      instance: 'base',
      node: 1,
    });
    expect(known.config).toMatchObject({ instance: 'sw-1', node: 3 });
    expect(process).toMatchObject({ instance: 'sw-1', node: 3 });
  });
  it('needs nothing of it in its file', async () => {
    await open();
    expect(await open(aProcess)).toMatchObject({ fileDiffersIn: 0, known: { version: 1 } });
  });
  it('begins with nothing when neither says anything', async () => {
    const opened = await open(aProcess);
    expect(opened.known).toMatchObject({ version: 0, config: { hosts: [], terminals: [] } });
    expect(await versionNow()).toBe(0);
  });
  it('fills nothing from a file that names keys that are not there', async () => {
    const check = async (): Promise<void> => {
      throw new SettingError('config.terminals[0].pinKey', 'there is no key "tpk"');
    };
    await expect(open(undefined, check)).rejects.toThrow('there is no key "tpk"');
    expect(await versionNow()).toBe(0);
  });
  it('does not start on a version that it cannot work by, and names it', async () => {
    await open();
    const check = async (): Promise<void> => {
      throw new SettingError('config.terminals[0].pinKey', 'there is no key "tpk"');
    };
    await expect(open(undefined, check)).rejects.toThrow(
      'configuration version 1: config.terminals[0].pinKey: there is no key "tpk"',
    );
  });
});

describe('a switch that runs', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  interface Followed {
    readonly watch: ConfigurationWatch;
    readonly events: WatchEvent[];
    readonly terminals: () => string[];
    readonly faults: string[];
  }

  async function follow(
    from: ConfigurationStore = store,
    check: (config: SwitchConfig) => Promise<void> = noCheck,
    pollMs = 20,
  ): Promise<Followed> {
    const { known, process } = await open();
    const events: WatchEvent[] = [];
    const faults: string[] = [];
    let active = known.config;
    const watch = watchConfiguration({
      store: from,
      instance: 'sw-1',
      process,
      known,
      activate: async (config) => {
        await check(config);
        active = config;
      },
      onEvent: (event) => events.push(event),
      onFault: (fault) => faults.push(fault.message),
      pollMs,
    });
    closing.push(() => watch.close());
    return {
      watch,
      events,
      faults,
      terminals: () => active.terminals.map(({ terminalId }) => terminalId),
    };
  }

  it('takes a new version up by asking alone', async () => {
    const followed = await follow();
    await change({ terminals: [terminal('TERM0005')] });
    await expect.poll(followed.terminals).toEqual(['TERM0005']);
    expect(followed.events).toEqual([{ event: 'configuration-taken-up', version: 2, by: 'anna' }]);
    await expect
      .poll(async () => (await pool.query('select * from configuration_taken_up')).rows)
      .toMatchObject([{ instance: 'sw-1', version: '2', problem: null }]);
  });
  it('hears of it at once where the database lets it listen', async () => {
    const followed = await follow(store, noCheck, 600_000);
    closing.push(listenForVersions(databaseUrl, () => void followed.watch.look()));
    const listening = (): Promise<number | null> =>
      pool
        .query(
          `select from pg_stat_activity
           where application_name = 'chipswitch-configuration' and state = 'idle' and query like '%listen chipswitch%'`,
        )
        .then(({ rowCount }) => rowCount);
    await expect.poll(listening).toBeGreaterThan(0);
    await change({ terminals: [terminal('TERM0006')] });
    await expect.poll(followed.terminals).toEqual(['TERM0006']);
  });
  it('takes several versions up at once, as the newest', async () => {
    const followed = await follow(store, noCheck, 600_000);
    await change({ terminals: [terminal('TERM0005')] });
    await change({ terminals: [terminal('TERM0006')] });
    await rollBack(store, 1, author);
    await followed.watch.look();
    expect([followed.watch.version(), followed.terminals()]).toEqual([4, ['TERM0001', 'TERM0002']]);
  });
  it('refuses a version that it cannot work by, keeps what it has, says so once, and takes up the next', async () => {
    const check = async (config: SwitchConfig): Promise<void> => {
      if (config.terminals.some(({ pinKey }) => pinKey === 'nowhere')) {
        throw new SettingError('config.terminals[0].pinKey', 'there is no key "nowhere"');
      }
    };
    const followed = await follow(store, check, 600_000);
    await change({ terminals: [terminal('TERM0005', { pinKey: 'nowhere' })] });
    await followed.watch.look();
    await followed.watch.look();
    expect([followed.watch.version(), followed.terminals()]).toEqual([1, ['TERM0001', 'TERM0002']]);
    expect(followed.events).toEqual([
      {
        event: 'configuration-refused',
        version: 2,
        problem: 'config.terminals[0].pinKey: there is no key "nowhere"',
      },
    ]);
    const noted = await pool.query('select version, problem from configuration_taken_up');
    expect(noted.rows).toEqual([
      { version: '2', problem: 'config.terminals[0].pinKey: there is no key "nowhere"' },
    ]);
    await rollBack(store, 1, author);
    await followed.watch.look();
    expect(followed.watch.version()).toBe(3);
  });
  it('keeps what it has while the database is away, says so once, and follows when it is back', async () => {
    let isAway = false;
    const away: ConfigurationStore = {
      ...store,
      newest: () => (isAway ? Promise.reject(new Error('connection refused')) : store.newest()),
    };
    const followed = await follow(away, noCheck, 600_000);
    isAway = true;
    await followed.watch.look();
    await followed.watch.look();
    expect([followed.watch.version(), followed.terminals()]).toEqual([1, ['TERM0001', 'TERM0002']]);
    isAway = false;
    await change({ terminals: [terminal('TERM0005')] });
    await followed.watch.look();
    expect(followed.terminals()).toEqual(['TERM0005']);
    expect(followed.events.map(({ event }) => event)).toEqual([
      'configuration-away',
      'configuration-back',
      'configuration-taken-up',
    ]);
  });
  it('reads all of it again when the version that it knows has vanished', async () => {
    const followed = await follow(store, noCheck, 600_000);
    await change({ terminals: [terminal('TERM0005')] });
    await followed.watch.look();
    // The database was restored from before version 2, and another version 2 was written.
    await pool.query('alter table configuration_row disable trigger user');
    await pool.query('alter table configuration_version disable trigger user');
    await pool.query('delete from configuration_row where version = 2');
    await pool.query('delete from configuration_version where version = 2');
    await followed.watch.look();
    expect([followed.watch.version(), followed.terminals()]).toEqual([1, ['TERM0001', 'TERM0002']]);
    await change({ terminals: [terminal('TERM0006')] });
    await followed.watch.look();
    expect([followed.watch.version(), followed.terminals()]).toEqual([2, ['TERM0006']]);
  });
  it('keeps hot cards that terminals tell of (0302) as versions, in effect at once', async () => {
    const followed = await follow(store, noCheck, 600_000);
    const file = hotCardsIn({ store, watch: followed.watch, onFault: () => undefined });
    const panHmac = 'cd'.repeat(32);
    const asked = (action: HotCardChange['action']) =>
      file.change({ action, panHmac, panTruncated: '476173******0119', by: 'TERM0001' });
    expect(await asked('ask')).toBe('not-found');
    expect(await asked('delete')).toBe('not-found');
    expect(await asked('change')).toBe('not-found');
    expect(await asked('add')).toBe('done');
    expect(followed.watch.known().config.hotCards).toContainEqual({
      panHmac,
      reason: 'terminal TERM0001',
    });
    expect(await asked('add')).toBe('already-there');
    expect(await asked('change')).toBe('done');
    expect(await asked('ask')).toBe('done');
    // Somebody else changes something in between, which this one has not heard of yet.
    await change({ terminals: [terminal('TERM0005')] });
    expect(await asked('delete')).toBe('done');
    expect(followed.terminals()).toEqual(['TERM0005']);
    const [newest] = await store.history(1);
    expect(newest).toMatchObject({
      version: 4,
      writtenBy: 'terminal TERM0001',
      reason: '0302 delete of a hot card',
      removed: 1,
    });
  });
  it('says that they are unavailable while the database is away', async () => {
    const followed = await follow(store, noCheck, 600_000);
    const faults: string[] = [];
    const away = { write: () => Promise.reject(new Error('connection refused')) };
    const file = hotCardsIn({
      store: away,
      watch: followed.watch,
      onFault: (fault) => faults.push(fault.message),
    });
    const asked = { action: 'add', panHmac: 'ef'.repeat(32), panTruncated: '', by: 'T' } as const;
    expect(await file.change(asked)).toBe('unavailable');
    expect(faults).toEqual(['connection refused']);
    expect(await versionNow()).toBe(1);
  });
});
