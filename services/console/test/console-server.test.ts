// The API by injection: pages, parameters, problems, access, headers; as many bad requests as good.
import { once } from 'node:events';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { isLoopback, problems } from '@chipswitch/http-service';
import { afterEach, describe, expect, it } from 'vitest';
import { cursorAfter, idOfCursor, isPaymentId } from '../src/cursor.ts';
import { type ConsoleParts, type ConsoleStore, createConsole } from '../src/index.ts';
import { readPageFiles } from '../src/page-files.ts';
import { readSettings } from '../src/settings.ts';
import { payment, storeOf } from './store-of-tests.ts';

const here = { host: '127.0.0.1:8090' };
const apps: ReturnType<typeof createConsole>[] = [];
function consoleOver(store: ConsoleStore, parts: Partial<ConsoleParts> = {}) {
  const app = createConsole({ store, access: {}, ...parts });
  apps.push(app);
  return app;
}
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});
const seven = () => storeOf([7, 6, 5, 4, 3, 2, 1].map((id) => payment(id)));
const get = (app: ReturnType<typeof createConsole>, url: string, headers: object = here) =>
  app.inject({ method: 'GET', url, headers: { ...headers } });

describe('lists', () => {
  it('come in pages that touch, with the next one in the body and in a Link header', async () => {
    const app = consoleOver(seven());
    const ids: string[] = [];
    let url: string | undefined = '/v1/payments?limit=3&state=ANSWERED';
    while (url !== undefined) {
      const answer = await get(app, url);
      const body = answer.json<{ data: { id: string }[]; next: string | null }>();
      ids.push(...body.data.map((one) => one.id));
      const link = /^<(.*)>; rel="next"$/.exec(String(answer.headers['link'] ?? ''))?.[1];
      expect(link === undefined).toBe(body.next === null);
      url = link;
    }
    expect(ids).toEqual(['7', '6', '5', '4', '3', '2', '1']);
  });
  it.each([
    ['limit=0', 'invalid-parameter', 'limit'],
    ['limit=201', 'invalid-parameter', 'limit'],
    ['limit=many', 'invalid-parameter', 'limit'],
    ['businessDate=2026-02-30', 'invalid-parameter', 'businessDate'],
    ['businessDate=yesterday', 'invalid-parameter', 'businessDate'],
    ['state=answered', 'invalid-parameter', 'state'],
    ['state=A%27%20or%20true', 'invalid-parameter', 'state'],
    ['terminal=%00', 'invalid-parameter', 'terminal'],
    ['card=1', 'invalid-parameter', 'card'],
    ['4761739001010119=1', 'invalid-parameter', 'of an unknown name'],
    ['after=nonsense', 'invalid-cursor', undefined],
    [`after=${cursorAfter('0')}`, 'invalid-cursor', undefined],
    [`after=${cursorAfter('9223372036854775808')}`, 'invalid-cursor', undefined],
    [`after=${'A'.repeat(65)}`, 'invalid-parameter', 'after'],
  ])('refuse %s: %s', async (query, code, parameter) => {
    const answer = await get(consoleOver(seven()), `/v1/payments?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      code,
      status: 400,
      ...(parameter && { errors: [{ parameter }] }),
    });
    expect(answer.body).not.toContain('4761739001010119');
  });
  it('hold the unresolved ones', async () => {
    const manual = payment(2, { state: 'MANUAL', outcome: 'manual' });
    const answer = await get(consoleOver(storeOf([], [manual])), '/v1/unresolved');
    expect(answer.json()).toEqual({ data: [manual], next: null });
  });
});

describe('one payment', () => {
  it('is shown with its life and bookings', async () => {
    const answer = await get(consoleOver(seven()), '/v1/payments/3');
    expect(answer.json()).toMatchObject({
      id: '3',
      events: [{ version: 1 }],
      bookings: [{ kind: 'capture' }],
    });
  });
  it.each(['99', '0', '-1', '1e3', 'abc', '9223372036854775808', '1%00', '%F0%9F%92%B3'])(
    '%s is not there',
    async (id) => {
      const answer = await get(consoleOver(seven()), `/v1/payments/${id}`);
      expect(answer.json()).toMatchObject({ status: 404, code: 'not-found' });
    },
  );
});

describe('problems', () => {
  const failing = (error: Error) => ({ ...seven(), listPayments: () => Promise.reject(error) });
  it('say that the database is away, and to come again', async () => {
    const timeout = Object.assign(new Error('canceling statement'), { code: '57014' });
    const gone = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1'), {
      code: 'ECONNREFUSED',
    });
    for (const error of [timeout, gone, new Error('Connection terminated unexpectedly')]) {
      const answer = await get(consoleOver(failing(error)), '/v1/payments');
      expect(answer.json()).toMatchObject({ status: 503, code: 'database-unavailable' });
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.body).not.toContain('10.0.0.1');
    }
  });
  it('never tell what went wrong inside; the log is told, without the request', async () => {
    const faults: object[] = [];
    const app = consoleOver(failing(new Error('column 4761739001010119')), {
      onFault: (fault) => faults.push(fault),
    });
    const answer = await get(app, '/v1/payments?terminal=T1');
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
    expect(answer.body).not.toContain('4761');
    expect(faults).toMatchObject([{ route: '/v1/payments' }]);
  });
  it('answer what is not served, and what is too much', async () => {
    const app = consoleOver(seven());
    for (const [method, url] of [
      ['GET', '/v2'],
      ['POST', '/v1/payments'],
      ['DELETE', '/v1/payments/1'],
      ['GET', '/../package.json'],
      ['GET', '/%2e%2e/package.json'],
    ] as const) {
      const answer = await app.inject({ method, url, headers: here });
      expect(answer.json(), url).toMatchObject({ status: 404, code: 'not-found' });
    }
  });
  it('refuse more at once than is allowed, and serve again afterwards', async () => {
    let free = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    const slow = { ...seven(), listPayments: () => held.then(() => []) };
    const app = consoleOver(slow, { inFlightMax: 1 });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const first = fetch(`${url}/v1/payments`);
    await expect.poll(async () => (await fetch(`${url}/v1/unresolved`)).status).toBe(503);
    free();
    expect((await first).status).toBe(200);
    await expect.poll(async () => (await fetch(`${url}/v1/unresolved`)).status).toBe(200);
  });
  it('have each a status and a title', () => {
    for (const problem of Object.values(problems)) {
      expect(problem.status).toBeGreaterThanOrEqual(400);
      expect(problem.title).toMatch(/\.$/);
    }
  });
});

describe('access', () => {
  const token = 'correct-horse-battery';
  it.each([
    [{}, 401],
    [{ authorization: `Bearer ${token}` }, 200],
    [{ authorization: `bearer ${token}` }, 401],
    [{ authorization: `Bearer ${token}x` }, 401],
    [{ authorization: 'Bearer ' }, 401],
    [{ authorization: `Basic ${token}` }, 401],
    [{ authorization: `Bearer ${'a'.repeat(5000)}` }, 401],
  ])('with a token, %o is answered %i', async (headers, status) => {
    const app = consoleOver(seven(), { access: { token } });
    const answer = await get(app, '/v1/payments', { host: 'console.example', ...headers });
    expect(answer.statusCode).toBe(status);
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer');
  });
  it.each([
    ['localhost', 200],
    ['127.0.0.1:8090', 200],
    ['[::1]:8090', 200],
    ['LOCALHOST:1', 200],
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example:80', 403],
  ])('without a token, a request to %s is answered %i', async (host, status) => {
    const answer = await get(consoleOver(seven()), '/v1/payments', { host });
    expect(answer.statusCode).toBe(status);
  });
  it('needs a token wherever others can connect', () => {
    const base = { DATABASE_URL: 'postgres://localhost/db' };
    expect(readSettings(base)).toMatchObject({ host: '127.0.0.1', port: 8090 });
    expect(() => readSettings({ ...base, CONSOLE_HOST: '0.0.0.0' })).toThrow('CONSOLE_TOKEN');
    expect(() => readSettings({ ...base, CONSOLE_TOKEN: 'short' })).toThrow('CONSOLE_TOKEN');
    expect(() => readSettings({ ...base, CONSOLE_PORT: '65536' })).toThrow('CONSOLE_PORT');
    expect(() => readSettings({ DATABASE_URL: 'db' })).toThrow('DATABASE_URL: must be');
    expect(() => readSettings({})).toThrow('DATABASE_URL: is needed');
    expect(['127.0.0.1', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example'].some(isLoopback)).toBe(false);
  });
});

describe('C1: the door is at the route, not at how a path is written', () => {
  const token = 'correct-horse-battery';
  const spellings = [
    '/v1/payments',
    '/%761/payments',
    '/%76%31/payments',
    '/v%31/payments',
    '/v1/%70ayments',
    '/%761/payments/1',
    '/%761/unresolved',
    '/%761/ledger/trial-balance',
    'http://console.example/v1/payments',
    'http://console.example/%761/payments',
    '//v1/payments',
    '/v1%2Fpayments',
    '/V1/payments',
    '/./v1/payments',
    '/v1/../v1/payments',
    '/v1/payments;x=1',
    '/v1/nothing',
    '/nothing',
  ];
  const raw = async (base: string, path: string, headers: object = {}) =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>(
      (resolve, reject) => {
        const { hostname, port } = new URL(base);
        const asked = httpRequest({ hostname, port, path, headers: { ...headers } }, (answer) => {
          let body = '';
          answer.setEncoding('utf8').on('data', (text: string) => (body += text));
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
          );
        });
        asked.on('error', reject).end();
      },
    );
  it.each(spellings)('%s is closed without the token', async (path) => {
    const app = consoleOver(seven(), { access: { token } });
    const answer = await raw(await app.listen({ host: '127.0.0.1', port: 0 }), path);
    expect(answer.status).toBe(401);
    expect(answer.body).not.toContain('amountMinor');
    expect(answer.headers['cache-control']).toBe('no-store');
  });
  it.each(spellings)('%s is closed to a page under another name', async (path) => {
    const app = consoleOver(seven());
    const base = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await raw(base, path, { host: 'evil.example' });
    expect(answer.status).toBe(403);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
  it.each(['/%761/payments', 'http://console.example/v1/payments'])(
    '%s counts among the requests at once, and is not cached',
    async (path) => {
      let free = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        free = resolve;
      });
      const slow = { ...seven(), listPayments: () => held.then(() => []) };
      const app = consoleOver(slow, { inFlightMax: 1 });
      const base = await app.listen({ host: '127.0.0.1', port: 0 });
      const first = raw(base, path);
      await expect.poll(async () => (await raw(base, '/%761/unresolved')).status).toBe(503);
      free();
      expect(await first).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    },
  );
  it.each([
    ['/v1/payments/%zz', 400],
    [`/v1/payments/${'1'.repeat(65)}`, 414],
  ])('what the router itself refuses (%s) is answered as everything is', async (path, status) => {
    const app = consoleOver(seven(), { access: { token } });
    const answer = await raw(await app.listen({ host: '127.0.0.1', port: 0 }), path);
    expect(answer).toMatchObject({
      status,
      headers: {
        'cache-control': 'no-store',
        'content-type': expect.stringContaining('application/problem+json') as string,
        'x-content-type-options': 'nosniff',
      },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ status });
  });
  it.each([
    ['nonsense\r\n\r\n', 400, 'not-http'],
    [`GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ])('what is no request (%#) is, too', async (bytes, status, code) => {
    const app = consoleOver(seven());
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    let text = '';
    socket.on('data', (more: string) => (text += more)).write(bytes);
    await once(socket, 'close');
    expect(text).toContain(`HTTP/1.1 ${status} `);
    expect(text).toContain('cache-control: no-store');
    expect(text).toContain(`"code":"${code}"`);
  });
  it('A9: a request without a token is no guess', async () => {
    const app = consoleOver(seven(), { access: { token }, guessesMax: 3 });
    for (let i = 0; i < 10; i++)
      expect(
        (await get(app, i % 2 === 0 ? '/v1/payments' : '/favicon-that-is-not', {})).statusCode,
      ).toBe(401);
    const right = await get(app, '/v1/payments', { authorization: `Bearer ${token}` });
    expect(right.statusCode).toBe(200);
  });
  it('A9: guesses of a token are slowed, and a right one among them', async () => {
    const app = consoleOver(seven(), { access: { token }, guessesMax: 3 });
    const as = async (guess: string): Promise<number> =>
      (await get(app, '/v1/payments', { authorization: `Bearer ${guess}` })).statusCode;
    expect(await as(token)).toBe(200);
    for (const guess of ['one', 'two', 'three']) expect(await as(guess)).toBe(401);
    const waiting = await get(app, '/v1/payments', { authorization: `Bearer ${token}` });
    expect(waiting.json()).toMatchObject({ status: 429, code: 'too-many-guesses' });
    expect(waiting.headers['retry-after']).toBe('60');
    expect((await get(app, '/health/live', {})).statusCode).toBe(200);
  });
});

describe('health', () => {
  it('is live without a database, and ready only with one', async () => {
    const away = { ...seven(), ping: () => Promise.reject(new Error('away')) };
    const app = consoleOver(away);
    expect((await get(app, '/health/live', {})).json()).toEqual({ status: 'ok' });
    const ready = await get(app, '/health/ready', {});
    expect([ready.statusCode, ready.json()]).toEqual([
      503,
      { status: 'unavailable', checks: { database: 'unavailable' } },
    ]);
    expect((await get(consoleOver(seven()), '/health/ready', {})).statusCode).toBe(200);
  });
});

describe('answers', () => {
  it('are not cached, sniffed, framed or run', async () => {
    const answer = await get(consoleOver(seven()), '/v1/payments');
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });
  it('of the page are small, and not sent twice', async () => {
    const app = consoleOver(seven());
    let bytes = 0;
    for (const path of readPageFiles().map((file) => file.path)) {
      const first = await get(app, path);
      expect(first.statusCode).toBe(200);
      bytes += first.rawPayload.length;
      const etag = String(first.headers['etag']);
      const second = await get(app, path, { ...here, 'if-none-match': etag });
      expect([second.statusCode, second.body]).toEqual([304, '']);
    }
    expect(bytes).toBeLessThan(40_000);
  });
  it('end when a client hangs up in the middle', async () => {
    const app = consoleOver(seven(), { inFlightMax: 1 });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    for (let i = 0; i < 3; i++) {
      const stop = new AbortController();
      const asked = fetch(`${url}/v1/payments`, { signal: stop.signal });
      stop.abort();
      await expect(asked).rejects.toThrow('aborted');
    }
    await expect.poll(async () => (await fetch(`${url}/v1/payments`)).status).toBe(200);
    const closing = once(app.server, 'close');
    await app.close();
    await closing;
  });
});

describe('cursors', () => {
  it('hold an id and nothing else', () => {
    for (const id of ['1', '42', '9223372036854775807'])
      expect(idOfCursor(cursorAfter(id))).toBe(id);
    for (const text of ['', 'cDE', 'cDE=', 'x', '\u0000']) {
      expect(idOfCursor(text) === undefined || text === 'cDE').toBe(true);
    }
    expect(isPaymentId('01')).toBe(false);
  });
});
