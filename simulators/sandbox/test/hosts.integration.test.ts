// Hosts of every dialect and in every connection, behind a running switch: paid over, reversed, told of; their own messages
// answered.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AcquirerParts, HostBook, openAcquirer } from '@chipswitch/acquirer';
import { createDevelopmentPki, writeDevelopmentPki } from '@chipswitch/certs';
import { buildReversal } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openScriptedHost } from './scripted-host.ts';
import { type Stand, type StandOptions, openIssuers, openStand, purchase } from './switch-stand.ts';

const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).toReversed()) await close();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => void server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

let instances = 0;
async function standWith(options: StandOptions): Promise<Stand> {
  const stand = await openStand({ instance: `hosts-${++instances}`, answerMs: 1_500, ...options });
  closes.push(() => stand.close());
  return stand;
}

async function openHost(more: Partial<AcquirerParts>) {
  const book = new HostBook();
  const parts = { name: 'acquirer-a', dialect: 'iso1987Ascii', port: 0, lateMs: 900 };
  const host = await openAcquirer({ ...parts, issuers: openIssuers(), book, ...more });
  closes.push(() => host.close());
  return { host, book };
}

async function ask(stand: Stand, message: IsoMessage): Promise<IsoMessage> {
  const result = await stand.link().exchange(message, 6_000);
  if (!result.ok) throw new Error(`no answer: ${result.error.code}`);
  return result.message;
}

async function untilState(stand: Stand, message: IsoMessage, wanted: string): Promise<void> {
  let state: string | undefined;
  for (const until = performance.now() + 10_000; performance.now() < until; await sleep(20)) {
    const found = await stand.pool.query<{ state: string }>(
      'select state from payment where idempotency_key like $1 order by opened_at desc',
      [`%/${textOf(message, 11)}/${message.mti[1]}`],
    );
    state = found.rows[0]?.state;
    if (state === wanted) return;
  }
  throw new Error(`${state} instead of ${wanted}`);
}

describe.each([
  ['iso1987Ascii'],
  ['iso1987Binary'],
  ['iso1987Ebcdic'],
  ['iso1993Ascii'],
  ['iso1993Binary'],
  ['unionpayPos'],
  ['jposIso87Ascii'],
  ['jposIso87Binary'],
  ['jposIso93Ascii'],
  ['jposIso93Binary'],
])('X1: a host of %s', (dialect) => {
  it('approves, declines, is asked for nothing twice, and undoes what is not known', async () => {
    const { host, book } = await openHost({ dialect });
    const stand = await standWith({ hostPort: host.port, host: { dialect } });
    expect(stand.running.status().links).toEqual({ 'acquirer-a': 'up' });
    const sale = purchase(1_200);
    const approved = await ask(stand, sale);
    expect([textOf(approved, 39), textOf(approved, 38)?.trim()]).toEqual([
      '00',
      expect.stringMatching(/^\d{6}$/),
    ]);
    expect(textOf(await ask(stand, purchase(1_051)), 39)).toBe('51');
    // A part is approved, and both sides know which.
    const part = await ask(stand, purchase(2_010));
    expect([textOf(part, 39), textOf(part, 4)]).toEqual(['10', '000000001005']);
    // Not answered: undone under the original's data, and again until it is acknowledged.
    const lost = purchase(900_200);
    expect(textOf(await ask(stand, lost), 39)).toBe('91');
    await untilState(stand, lost, 'REVERSED');
    // The terminal takes back what was approved.
    expect(textOf(await ask(stand, buildReversal(sale, 'cancelled')), 39)).toBe('00');
    await untilState(stand, sale, 'REVERSED');
    const moved = book.entries.reduce((sum, { movedMinor }) => sum + BigInt(movedMinor), 0n);
    expect(moved).toBe(-1_005n);
    expect(book.entries.filter(({ effect }) => effect === 'reversed')).toHaveLength(2);
  });
  it('I7: has its key exchange refused, is tested, and signs off and on', async () => {
    const { host } = await openHost({ dialect });
    const stand = await standWith({ hostPort: host.port, host: { dialect } });
    host.ask('161');
    await expect.poll(() => host.heardCodes).toEqual([dialect.includes('93') ? '115' : '40']);
    host.ask('301');
    await expect.poll(() => host.heardCodes[1]).toMatch(/^(?:00|800)$/);
    host.ask('002');
    await expect.poll(() => stand.running.status().links).toEqual({ 'acquirer-a': 'signed-off' });
    expect(textOf(await ask(stand, purchase(1_300)), 39)).toBe('91');
    host.ask('001');
    await expect.poll(() => stand.running.status().links).toEqual({ 'acquirer-a': 'up' });
    expect(textOf(await ask(stand, purchase(1_400)), 39)).toBe('00');
  });
});

describe('U1: a host of UnionPay’s POS interface', () => {
  it('I10: gives DE 37 and DE 44, which the terminal reads, at first and again', async () => {
    const { host, book } = await openHost({ dialect: 'unionpayPos' });
    const stand = await standWith({ hostPort: host.port, host: { dialect: 'unionpayPos' } });
    const sale = purchase(1_200);
    const said = (answer: IsoMessage) => [37, 38, 39, 44].map((n) => textOf(answer, n)?.trim());
    const first = said(await ask(stand, sale));
    expect(first).toEqual([
      book.entries[0].retrievalReference,
      expect.any(String),
      '00',
      '01020000   03040000',
    ]);
    expect(said(await ask(stand, { ...sale, mti: '0201' }))).toEqual(first);
    // The journal knows the payment by the number that both sides read.
    const { rows } = await stand.pool.query<{ reference: string }>(
      'select retrieval_reference as reference from payment where owner = $1',
      [`hosts-${instances}`],
    );
    expect(rows).toEqual([{ reference: first[0] }]);
    // Its reversal is found by the terminal's data, and reaches the host under its own number.
    expect(textOf(await ask(stand, buildReversal(sale, 'cancelled')), 39)).toBe('00');
    await untilState(stand, sale, 'REVERSED');
    expect(book.entries.at(-1)).toMatchObject({ effect: 'reversed', retrievalReference: first[0] });
  });
  it('a late answer is noted, though it says no time of transmission', async () => {
    const { host } = await openHost({ dialect: 'unionpayPos', lateMs: 500 });
    const stand = await standWith({
      hostPort: host.port,
      host: { dialect: 'unionpayPos' },
      answerMs: 200,
    });
    const late = purchase(900_300);
    expect(textOf(await ask(stand, late), 39)).toBe('91');
    await untilState(stand, late, 'REVERSED');
    await expect.poll(() => stand.running.status().counters.lateAnswers).toBe(1);
    expect(stand.running.status().hosts['acquirer-a'].lastUnmatched).toContain(
      'when nobody waited any longer',
    );
  });
});

describe('I8: an 0420 of the host', () => {
  it.each([
    ['undoes the payment that it names', {}, '00', 'REVERSED'],
    ['of another card is refused', { de2: '4111111111111111' }, '64', 'ANSWERED'],
    ['of another amount is refused', { de4: '000000000001' }, '64', 'ANSWERED'],
    ['of a payment that nobody knows', { de41: 'TERM0002' }, '25', 'ANSWERED'],
  ])('%s', async (_what, more, code, state) => {
    const host = await openScriptedHost();
    closes.push(() => host.close());
    host.answers = [{}];
    const stand = await standWith({ hostPort: host.port });
    const sale = purchase(1_200);
    expect(textOf(await ask(stand, sale), 39)).toBe('00');
    const [asked] = host.heard;
    const de90 = `${asked.mti}${asked.de11 as string}${asked.de7 as string}${'0'.repeat(22)}`;
    const { de2, de4, de41, de42, de49 } = asked;
    host.say({
      mti: '0420',
      de2,
      de4,
      de7: '1122021108',
      de11: '900001',
      de41,
      de42,
      de49,
      de90,
      ...more,
    });
    await expect.poll(() => host.heard.find(({ mti }) => mti === '0430')?.de39).toBe(code);
    await untilState(stand, sale, state);
  });
});

describe('X1: connections', () => {
  let folder = '';
  const file = (name: string): string => join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hosts-'));
    const pki = createDevelopmentPki({ terminalIds: ['HOST0001'], now: new Date() });
    writeDevelopmentPki(pki, folder);
    const chain = pki.server.certificatePem + pki.acquirer.certificatePem;
    writeFileSync(file('server-chain.pem'), chain);
  });
  const server = () => ({
    certificateFile: file('server-chain.pem'),
    keyFile: file('server.key.pem'),
  });
  const client = () => ({
    certificateFile: file('terminal-HOST0001.crt.pem'),
    keyFile: file('terminal-HOST0001.key.pem'),
  });
  const pays = async (stand: Stand): Promise<void> => {
    expect(textOf(await ask(stand, purchase(1_200)), 39)).toBe('00');
  };

  it('TLS: the host proves its name', async () => {
    const { host } = await openHost({ tls: server() });
    const tls = { authorityFile: file('chain.pem'), serverName: 'localhost' };
    await pays(await standWith({ hostPort: host.port, host: { tls } }));
  });
  it('TLS: the switch proves its own where the host asks for it', async () => {
    const { host } = await openHost({ tls: { ...server(), authorityFile: file('chain.pem') } });
    const tls = { authorityFile: file('chain.pem'), serverName: 'localhost' };
    const without = await standWith({ hostPort: host.port, host: { tls } });
    expect(without.running.status().links).not.toEqual({ 'acquirer-a': 'up' });
    await pays(await standWith({ hostPort: host.port, host: { tls: { ...tls, ...client() } } }));
  });
  it.each([
    [
      'another name',
      { authorityFile: 'chain.pem', serverName: 'elsewhere.test' },
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    [
      'another authority',
      { authorityFile: 'server.crt.pem', serverName: 'localhost' },
      /UNABLE|SELF_SIGNED/,
    ],
  ])('TLS: %s is no host, and it is said', async (_what, tls, reason) => {
    const { host } = await openHost({ tls: server() });
    const files = { authorityFile: file(tls.authorityFile) };
    const stand = await standWith({ hostPort: host.port, host: { tls: { ...tls, ...files } } });
    const { state, reason: said } = stand.running.status().hosts['acquirer-a'];
    expect(state).not.toBe('up');
    expect(said).toMatch(reason);
    expect(textOf(await ask(stand, purchase(1_200)), 39)).toBe('91');
  });
  it('a connection for each message', async () => {
    const { host } = await openHost({});
    const stand = await standWith({ hostPort: host.port, host: { connection: 'per-message' } });
    await Promise.all(Array.from({ length: 5 }, () => pays(stand)));
    const lost = purchase(900_200);
    expect(textOf(await ask(stand, lost), 39)).toBe('91');
    await untilState(stand, lost, 'REVERSED');
  });
  it('a connection for each message, to nobody: 91 at once, and nothing to undo', async () => {
    const stand = await standWith({
      hostPort: await freePort(),
      host: { connection: 'per-message' },
    });
    const sale = purchase(1_200);
    expect(textOf(await ask(stand, sale), 39)).toBe('91');
    await untilState(stand, sale, 'REFUSED');
  });
  it.each([
    ['in clear', false],
    ['over TLS, each proving its name', true],
  ])('the host dials in %s, and signs itself on', async (_what, secure) => {
    const port = await freePort();
    const { host } = await openHost({
      signOn: 'by-host',
      dialTo: { host: '127.0.0.1', port, serverName: 'localhost' },
      ...(secure ? { tls: { ...client(), authorityFile: file('chain.pem') } } : {}),
    });
    const stand = await standWith({
      hostPort: port,
      host: {
        connection: 'dials-in',
        signOn: 'by-host',
        ...(secure ? { tls: { ...server(), authorityFile: file('chain.pem') } } : {}),
      },
    });
    await pays(stand);
    host.breakLinks();
    await expect.poll(() => stand.running.status().links).not.toEqual({ 'acquirer-a': 'up' });
    await expect.poll(() => stand.running.status().links).toEqual({ 'acquirer-a': 'up' });
    await pays(stand);
  });
  it.each([
    ['no sign-on', {}, { signOn: 'none' }],
    ['a sign-on code of its own', { signOn: { code: '061' } }, { signOn: { code: '061' } }],
  ])('%s', async (_what, parts, settings) => {
    const { host } = await openHost(parts);
    await pays(await standWith({ hostPort: host.port, host: settings }));
  });
  it('I11: a refused sign-on is in the status and in the log', async () => {
    const { host } = await openHost({ signOn: { refuse: '05' } });
    const stand = await standWith({ hostPort: host.port });
    expect(stand.running.status().hosts['acquirer-a'].reason).toContain('sign-on answered 05');
    expect(stand.log.map(({ event }) => event).join()).toContain('sign-on answered 05');
  });
});
