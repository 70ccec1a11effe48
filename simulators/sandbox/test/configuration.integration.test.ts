// The configuration of running switch processes: two instances on one database take changes up without a restart, keep
// what they have when a change cannot be used, and pay what they owe at a host that is no longer configured.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePan } from '@chipswitch/cardholder-data';
import {
  answerRequest,
  createCardVault,
  importDocument,
  rollBack,
  withConfiguration,
} from '@chipswitch/switch';
import { TerminalLink } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProcess, startProcess } from '../src/child-process.ts';
import { type ScriptedHost, openScriptedHost } from './scripted-host.ts';
import { configOf, purchase, terminalPinKey, visa, zonePinKey } from './switch-stand.ts';

const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
const databaseUrl = process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '';
const script = new URL('../../../services/switch/src/main.ts', import.meta.url);
const hmacKey = '01'.repeat(32);
type SwitchProcess = RunningProcess<{ readonly port: number }>;
let hosts: readonly [ScriptedHost, ScriptedHost];
let pool: Pool;
const running: SwitchProcess[] = [];

function startSwitch(instance: string, node: number): Promise<SwitchProcess> {
  const config = configOf({ instance, answerMs: 400 }, hosts[0].port) as Record<string, unknown>;
  const file = join(folder, `${instance}.json`);
  const keyFile = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify({ ...config, node, security: { kind: 'soft', keyFile } }));
  return startProcess({
    name: instance,
    script,
    args: [file],
    env: { DATABASE_URL: databaseUrl },
    logFile: join(folder, `${instance}.log`),
  });
}

beforeAll(async () => {
  const key = (id: string, hex: string) => ({ id, usage: 'P0', algorithm: '2TDEA', hex });
  const keys = {
    allowClearKeysInProcess: true,
    keys: [key('tpk', terminalPinKey), key('zpk', zonePinKey)],
    panHmacKey: hmacKey,
    panDataKey: '02'.repeat(32),
  };
  writeFileSync(join(folder, 'keys.json'), JSON.stringify(keys), { mode: 0o600 });
  hosts = [await openScriptedHost(), await openScriptedHost()];
  for (const host of hosts) host.answers = [{ de38: '123456' }];
  pool = new Pool({ connectionString: databaseUrl });
  running.push(await startSwitch('one', 1), await startSwitch('two', 2));
});
afterAll(async () => {
  for (const one of running) await one.stop();
  for (const host of hosts) await host.close();
  await pool.end();
  rmSync(folder, { recursive: true });
});

const change = (document: unknown, merge = true) =>
  withConfiguration(databaseUrl, ({ store }) =>
    importDocument(store, document, { merge, writtenBy: 'anna', reason: 'test' }),
  );
const terminal = {
  acceptorId: 'CHIPSWITCH00001',
  name: 'TEST SHOP',
  city: 'SHANGHAI',
  country: 'CN',
};
const served = { ...terminal, merchantCategory: '5411', currencyNumeric: '156' };
const { pan } = visa.applications[0];

async function codeAt(
  at: SwitchProcess,
  amount: number,
  more: Partial<IsoMessage> = {},
): Promise<string> {
  const link = new TerminalLink({ host: '127.0.0.1', port: at.ready.port });
  const answer = await link.exchange(purchase(amount, more), 8_000);
  link.close();
  return answer.ok ? (textOf(answer.message, 39) ?? '') : answer.error.code;
}
/** What both instances answer, once they answer alike. */
const codes = (amount: number, more: Partial<IsoMessage> = {}): Promise<string[]> =>
  Promise.all(running.map((one) => codeAt(one, amount, more)));
const within = { timeout: 4_000, interval: 200 };
const secondHost = {
  name: 'acquirer-b',
  dialect: 'iso1987Ascii',
  host: '127.0.0.1',
  timers: { answerMs: 400, acknowledgeMs: 300, retryMs: 50, retryMsMax: 200, triesMax: 100 },
};
const logOf = (instance: string): string => readFileSync(join(folder, `${instance}.log`), 'utf8');
const versionsOf = async (): Promise<unknown> =>
  Promise.all(
    running.map(
      async (one) =>
        ((await one.status()) as { configurationVersion: number }).configurationVersion,
    ),
  );

describe('both instances of a database', () => {
  it('began with one version, out of the file of whoever was first', async () => {
    const { rows } = await pool.query(
      'select version::text, origin, written_by from configuration_version',
    );
    expect(rows).toEqual([{ version: '1', origin: 'bootstrap', written_by: 'one' }]);
    expect(await codes(1_000)).toEqual(['00', '00']);
  });
  it('serve a terminal that is added, and refuse one that is blocked, without a restart', async () => {
    expect(await codes(1_000, { de41: 'TERM0077' })).toEqual(['03', '03']);
    await change({ terminals: [{ ...served, terminalId: 'TERM0077' }] });
    await expect.poll(() => codes(1_000, { de41: 'TERM0077' }), within).toEqual(['00', '00']);
    await change({ terminals: [{ ...served, terminalId: 'TERM0077', blocked: true }] });
    await expect.poll(() => codes(1_000, { de41: 'TERM0077' }), within).toEqual(['58', '58']);
  });
  it('give a terminal what its merchant has, and refuse all of a blocked merchant', async () => {
    const merchant = { ...served, acceptorId: 'CHIPSWITCH00009' };
    const ofMerchant = { terminalId: 'TERM0078', acceptorId: 'CHIPSWITCH00009' };
    const asked = { de41: 'TERM0078', de42: 'CHIPSWITCH00009' };
    await change({ merchants: [merchant], terminals: [ofMerchant] });
    await expect.poll(() => codes(1_000, asked), within).toEqual(['00', '00']);
    await change({ merchants: [{ ...merchant, blocked: true }] });
    await expect.poll(() => codes(1_000, asked), within).toEqual(['58', '58']);
  });
  it('refuse what is over a limit, and a hot card', async () => {
    const limit = {
      name: 'shop',
      merchant: 'CHIPSWITCH00001',
      currency: '156',
      amountMinorMax: '999',
    };
    await change({ limits: [limit] });
    await expect.poll(() => codes(1_000), within).toEqual(['61', '61']);
    expect(await codes(999)).toEqual(['00', '00']);
    const vault = createCardVault({ hmac: Buffer.from(hmacKey, 'hex'), data: new Uint8Array(32) });
    const card = parsePan(pan);
    expect(card).toBeDefined();
    const panHmac = card === undefined ? '' : vault.panHmac(card);
    await change({ hotCards: [{ panHmac, reason: 'stolen' }] });
    await expect.poll(() => codes(900), within).toEqual(['62', '62']);
    await change({ limits: [], hotCards: [] }, false);
    await expect.poll(() => codes(1_000), within).toEqual(['00', '00']);
  });
  it('sends to a host that is added, by a rule that is added, and back again when the rule goes', async () => {
    const before = hosts[1].heard.filter(({ mti }) => mti === '0200').length;
    const rule = {
      name: 'b',
      when: { currencies: ['156'], amountMinorMax: '500' },
      hosts: ['acquirer-b'],
    };
    await change({ hosts: [{ ...secondHost, port: hosts[1].port }], rules: [rule] });
    const heard = (): number => hosts[1].heard.filter(({ mti }) => mti === '0200').length - before;
    const sent = async (): Promise<boolean> => {
      expect(await codes(400)).toEqual(['00', '00']);
      return heard() >= 2;
    };
    await expect.poll(sent, within).toBe(true);
    expect(await codes(501)).toEqual(['00', '00']);
    await change({ rules: [] }, false);
    await expect.poll(versionsOf, within).toEqual([10, 10]);
    const then = heard();
    expect(await codes(400)).toEqual(['00', '00']);
    expect(heard()).toBe(then);
  });
  it('keep what they have when a version names a key that they do not have, and say so', async () => {
    await change({ terminals: [{ ...served, terminalId: 'TERM0001', pinKey: 'nowhere' }] });
    const noted = async (): Promise<unknown[]> =>
      (await pool.query('select instance, problem from configuration_taken_up order by instance'))
        .rows;
    const problem = expect.stringContaining('there is no key "nowhere" in the key file') as unknown;
    await expect.poll(noted, within).toEqual([
      { instance: 'one', problem },
      { instance: 'two', problem },
    ]);
    expect(logOf('one')).toContain('configuration-refused');
    expect(await versionsOf()).toEqual([10, 10]);
    expect(await codes(1_000)).toEqual(['00', '00']);
    await withConfiguration(databaseUrl, ({ store }) =>
      rollBack(store, 10, { writtenBy: 'anna', reason: 'no such key' }),
    );
    await expect.poll(versionsOf, within).toEqual([12, 12]);
  });
  it('pay what they owe at a host that is removed, over a restart, and only then let it go', async () => {
    const rule = { name: 'b', when: {}, hosts: ['acquirer-b'] };
    await change({ rules: [rule] });
    await expect.poll(versionsOf, within).toEqual([13, 13]);
    hosts[1].answers = [];
    hosts[1].reversalCode = undefined;
    expect(await codeAt(running[0], 777)).toBe('91');
    // The reversal is owed and nobody acknowledges it; then the host is taken out of the configuration.
    const document = await withConfiguration(databaseUrl, async ({ store }) => {
      const rows = await store.rowsOf(13);
      return [...rows.values()].filter(
        ({ kind, name }) => kind === 'host' && name !== 'acquirer-b',
      );
    });
    await change({ rules: [], hosts: document.map(({ content }) => content) }, false);
    await expect.poll(versionsOf, within).toEqual([14, 14]);
    await running[0].kill();
    running[0] = await startSwitch('one', 1);
    expect(await codes(1_000)).toEqual(['00', '00']);
    const owed = async (): Promise<unknown> =>
      (await pool.query(`select state from payment where amount_minor = 777`)).rows[0].state;
    expect(await owed()).toMatch(/^REVERSAL/);
    hosts[1].reversalCode = '00';
    await expect.poll(owed, { timeout: 15_000, interval: 200 }).toBe('REVERSED');
    const links = async (): Promise<string[]> =>
      Object.keys(((await running[0].status()) as { links: object }).links);
    await expect.poll(links, { timeout: 15_000, interval: 200 }).toEqual(['acquirer-a']);
    expect(logOf('one')).toContain('opened again: something is still owed there');
  });
  it('kept why each payment went where it went', async () => {
    const found = await pool.query(
      `select distinct r.rule, r.choose, r.host from payment_route r join payment p using (payment_id)
       where p.amount_minor in (400, 777) order by 1 nulls last`,
    );
    expect(found.rows).toEqual([
      { rule: 'b', choose: 'primary-secondary', host: 'acquirer-b' },
      { rule: null, choose: 'primary-secondary', host: 'acquirer-a' },
    ]);
    const versions = await pool.query(
      `select count(*)::int as missing from payment p left join payment_route r using (payment_id)
       left join configuration_version v on v.version = r.configuration_version
       where p.host is not null and v.version is null`,
    );
    expect(versions.rows).toEqual([{ missing: 0 }]);
  });
  it('play what they recorded against a proposed routing, with and without the keys of its cards', async () => {
    const routes = [
      {
        prefix: pan.slice(0, 8),
        scheme: 'visa',
        hosts: ['acquirer-b'],
        cryptogram: 'pass-through',
      },
      { prefix: '9', scheme: 'other', hosts: ['acquirer-a'], cryptogram: 'pass-through' },
    ];
    const document = { hosts: [{ ...secondHost, port: hosts[1].port }], routes };
    const ask = (switchFile: unknown) =>
      answerRequest(
        {
          verb: 'dry-run',
          document,
          merge: true,
          limit: undefined,
          version: undefined,
          switchFile,
        },
        databaseUrl,
      );
    const file: unknown = JSON.parse(readFileSync(join(folder, 'one.json'), 'utf8'));
    const { rows } = await pool.query<{ count: number }>(
      'select count(*)::int as count from payment where host is not null and original_id is null',
    );
    const [{ count: payments }] = rows;
    expect(payments).toBeGreaterThan(10);
    expect(await ask(file)).toMatchObject({
      exitCode: 1,
      json: {
        payments,
        elsewhere: payments,
        untold: 0,
        moves: [
          { from: 'acquirer-a', to: 'acquirer-b', would: 'range: primary-secondary', payments },
        ],
      },
    });
    // Six digits do not tell which cards of the range are meant.
    expect(await ask(undefined)).toMatchObject({
      exitCode: 0,
      json: { payments, untold: payments },
    });
    expect(await versionsOf()).toEqual([14, 14]);
  });
});
