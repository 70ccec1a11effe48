// `status`, `top` and `tail` against a door on a real socket that says what it is told to say.
import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runHere, runJson } from './support/run-here.ts';

let server: Server;
let url = '';
let home = '';
let requests = 0;
let token: string | undefined;
let status = 'ok';
/** Answers until the door is gone. */
let answersLeft = Number.POSITIVE_INFINITY;
let log = '';

function doorStatus(): object {
  return {
    instance: 'one',
    startedAt: '2026-12-01T00:00:00.000Z',
    status,
    checks: { postgres: { ok: status === 'ok', detail: 'answers', needed: true } },
    links: { 'acquirer-a': 'up', 'acquirer-b': { state: 'down' } },
    counters: { requests, approvals: requests, declines: 0 },
    livePayments: 2,
    followUpsWaiting: 1,
    terminalConnections: 3,
  };
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'cli-operations-'));
  server = createServer((request, response) => {
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      return response.writeHead(401).end();
    }
    if (answersLeft-- <= 0) return request.socket.destroy();
    if (request.url === '/v1/log') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return response.end(log);
    }
    requests += 100;
    return response.end(JSON.stringify(doorStatus()));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  token = undefined;
  status = 'ok';
  answersLeft = Number.POSITIVE_INFINITY;
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
});
const at = (): string[] => ['--operations', url];

describe('status', () => {
  it('shows what the switch needs, its links and what is waited for', async () => {
    const { code, out } = await runHere(['status', ...at()]);
    expect(code).toBe(0);
    for (const part of ['one', 'postgres', 'answers', 'acquirer-a', 'payments in flight']) {
      expect(out).toContain(part);
    }
    expect(out).not.toContain('declines');
  });
  it('exit code 1 when no payments are taken', async () => {
    status = 'unavailable';
    expect((await runJson(['status', ...at()])).code).toBe(1);
  });
  it('a degraded switch takes payments', async () => {
    status = 'degraded';
    expect(await runJson(['status', ...at()])).toMatchObject({
      code: 0,
      document: { status: 'degraded' },
    });
  });
  it('a door that asks for a token is shown it', async () => {
    token = 'token-of-a-test-1';
    expect((await runHere(['status', ...at()])).code).toBe(7);
    const env = { CHIPSWITCH_OPERATIONS_TOKEN: token };
    expect((await runHere(['status', ...at()], { env })).code).toBe(0);
  });
  it.each([
    [['--operations', 'ftp://127.0.0.1'], 2, 'BAD_URL'],
    [['--operations', 'nonsense'], 2, 'BAD_URL'],
    [['--operations', 'http://127.0.0.1:1'], 4, 'NO_ANSWER'],
  ])('%o: exit code %i, %s', async (words, code, word) => {
    const ran = await runHere(['status', ...words]);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(word);
  });
  it('says how a switch is found when none is known', async () => {
    const ran = await runHere(['status'], { env: { CHIPSWITCH_HOME: home } });
    expect([ran.code, ran.err.includes('npm start')]).toEqual([4, true]);
  });
});

describe('top', () => {
  it('a line an interval, with the rates since the last', async () => {
    const { code, out } = await runHere(['top', '--times', '2', '--json', ...at()]);
    const lines = out.trim().split('\n');
    expect([code, lines.length]).toEqual([0, 2]);
    const found = JSON.parse(lines[0]) as { perSecond: Record<string, number> };
    expect(found.perSecond['questions']).toBeGreaterThan(0);
    expect(found.perSecond['declined']).toBe(0);
  });
  it('a switch that goes away ends it, and it says so', async () => {
    answersLeft = 1;
    const { code, out } = await runHere(['top', '--times', '5', ...at()]);
    expect([code, out.includes('nobody answers')]).toEqual([4, true]);
  });
  it.each(['0', '-1', 'x', '3601'])('--every %s is refused', async (every) => {
    expect((await runHere(['top', `--every=${every}`, ...at()])).code).toBe(2);
  });
});

describe('tail', () => {
  const line = (event: string, more: object = {}): string =>
    `event: line\ndata: ${JSON.stringify({ time: '2026-12-01T01:02:03.456Z', event, ...more })}\n\n`;
  beforeEach(() => {
    log = [
      ': listening\n\n',
      line('answered', { stan: '000001' }),
      ': beat\n\n',
      line('problem', { problem: 'redis: away' }),
      'event: lost\ndata: {"lines":7}\n\n',
      line('answered', { stan: '000002' }),
    ].join('');
  });
  it('shows lines as they come, and how many were lost', async () => {
    const { code, out } = await runHere(['tail', ...at()]);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        '01:02:03.456 answered stan=000001',
        '01:02:03.456 problem problem=redis: away',
        ' lines lost on the way here lines=7',
        '01:02:03.456 answered stan=000002',
        '',
      ].join('\n'),
    );
  });
  it('--event keeps those of one kind, --times ends it', async () => {
    const { out } = await runHere(['tail', '--event', 'answered', '--times', '1', ...at()]);
    expect(out).toBe('01:02:03.456 answered stan=000001\n');
  });
});
