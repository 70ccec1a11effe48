// The operators' door by injection and over a socket: health, measurements, status and the log as it is written.
import { describe, expect, it } from 'vitest';
import { createCounters } from '../src/counters.ts';
import { type LineStream, createLineStream } from '../src/operations/line-stream.ts';
import { createMeasurements } from '../src/operations/measurements.ts';
import {
  type Operated,
  openOperations,
  operationsAddress,
} from '../src/operations/open-operations.ts';
import { type Ask, readiness } from '../src/operations/readiness.ts';
import type { SwitchStatus } from '../src/switch-status.ts';

const pan = '4761739001010119';

function statusWith(links: SwitchStatus['links'] = { one: 'up', two: 'down' }): SwitchStatus {
  const counters = createCounters();
  counters.add('requests', 3);
  return {
    configurationVersion: 1,
    counters: counters.snapshot(),
    links,
    hosts: {},
    livePayments: 2,
    followUpsWaiting: 1,
    terminalConnections: 4,
  };
}

const operated = (more: Partial<Operated> = {}): Operated => ({
  status: () => statusWith(),
  pool: { query: () => Promise.resolve({ rows: [] }) } as unknown as Operated['pool'],
  idempotency: undefined,
  ...more,
});

describe('readiness', () => {
  const up: Ask = () => ({ ok: true, detail: 'answers', needed: true });
  const down: Ask = () => ({ ok: false, detail: 'is away', needed: true });
  const extra: Ask = () => ({ ok: false, detail: 'is away', needed: false });
  const throwing: Ask = () => Promise.reject(Object.assign(new Error(pan), { code: '57014' }));
  const silent: Ask = () => new Promise(() => undefined);
  it.each([
    ['all there', { a: up, b: up }, 'ok'],
    ['one not needed', { a: up, b: extra }, 'degraded'],
    ['one needed', { a: up, b: down }, 'unavailable'],
    ['one throws', { a: throwing }, 'unavailable'],
    ['one is silent', { a: up, b: silent }, 'unavailable'],
    ['nothing to ask', {}, 'ok'],
  ])('%s', async (_, asks, status) => {
    const found = await readiness(asks, 20);
    expect(found.status).toBe(status);
    expect(JSON.stringify(found)).not.toContain(pan);
  });
});

describe('the address of the door', () => {
  it('there is none without a port', () => {
    expect(operationsAddress({ OPERATIONS_HOST: '0.0.0.0' })).toBeUndefined();
  });
  it('a token is needed where other machines reach it', () => {
    const open = { OPERATIONS_PORT: '0', OPERATIONS_HOST: '0.0.0.0' };
    expect(() => operationsAddress(open)).toThrow('OPERATIONS_TOKEN');
  });
});

describe('the door', () => {
  async function withDoor<T>(
    shown: Operated | undefined,
    work: (url: string, lines: LineStream) => Promise<T>,
  ): Promise<T> {
    const door = await openOperations({ host: '127.0.0.1', port: 0 }, 'one', () => undefined);
    if (shown !== undefined) door.show(shown);
    try {
      return await work(`http://127.0.0.1:${door.port}`, door.lines);
    } finally {
      await door.close();
    }
  }
  it('lives before it is ready', async () => {
    const codes = await withDoor(undefined, (url) =>
      Promise.all(
        ['live', 'startup', 'ready'].map(async (of) => (await fetch(`${url}/health/${of}`)).status),
      ),
    );
    expect(codes).toEqual([200, 503, 503]);
  });
  it.each([
    [{ one: 'up', two: 'up' }, 200, 'ok', '2 up'],
    [{ one: 'up', two: 'down' }, 200, 'degraded', 'two down'],
    [{ one: 'signing-on', two: 'down' }, 503, 'unavailable', 'one signing-on, two down'],
  ] as const)('hosts %o: %i', async (links, status, word, detail) => {
    const shown = operated({ status: () => statusWith(links) });
    const answer = await withDoor(shown, async (url) => {
      const got = await fetch(`${url}/health/ready`);
      return { status: got.status, body: await got.json() };
    });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      status: word,
      checks: { hosts: { detail }, postgres: { ok: true } },
    });
  });
  it('Redis is said and not needed', async () => {
    const idempotency: Operated['idempotency'] = {
      claim: () => Promise.resolve('unavailable'),
      close: () => Promise.resolve(),
    };
    const shown = operated({ idempotency, status: () => statusWith({ one: 'up' }) });
    const body = await withDoor(shown, async (url) => (await fetch(`${url}/health/ready`)).json());
    expect(body).toMatchObject({ status: 'degraded', checks: { redis: { ok: false } } });
  });
  it('a database that refuses is why the switch is not ready', async () => {
    const gone = Object.assign(new Error('connect 10.0.0.1'), { code: 'ECONNREFUSED' });
    const pool = { query: () => Promise.reject(gone) } as unknown as Operated['pool'];
    const text = await withDoor(operated({ pool }), async (url) =>
      (await fetch(`${url}/health/ready`)).text(),
    );
    expect(JSON.parse(text)).toMatchObject({ checks: { postgres: { detail: 'ECONNREFUSED' } } });
    expect(text).not.toContain('10.0.0.1');
  });
  it('the status has links, counters and what is waited for', async () => {
    const body = await withDoor(operated(), async (url) =>
      (await fetch(`${url}/v1/status`)).json(),
    );
    expect(body).toMatchObject({
      instance: 'one',
      links: { one: 'up', two: 'down' },
      counters: { requests: 3 },
      livePayments: 2,
      followUpsWaiting: 1,
    });
  });
  it('the log is streamed as it is written, without a card number', async () => {
    const text = await withDoor(operated(), async (url, lines) => {
      const answer = await fetch(`${url}/v1/log`);
      const reader = answer.body!.getReader();
      let said = '';
      const until = async (wanted: string): Promise<void> => {
        while (!said.includes(wanted)) {
          const { value, done } = await reader.read();
          if (done) return;
          said += Buffer.from(value).toString();
        }
      };
      await until('listening');
      lines.write({ event: 'answered', stan: '000001', remark: `card ${pan}` });
      await until('answered');
      await reader.cancel();
      return said;
    });
    expect(text).toContain('"stan":"000001"');
    expect(text).not.toContain(pan);
  });
  it.each(['/v1/status/x', '/v1/nothing', '/metrics/'])('%s is not there', async (path) => {
    const answer = await withDoor(operated(), async (url) => fetch(url + path));
    expect(answer.status).toBe(404);
  });
});

describe('measurements', () => {
  it('are named and labelled as Prometheus reads them, by closed lists', async () => {
    const measurements = createMeasurements(() => statusWith());
    measurements.worked(0.012);
    measurements.outcome('00');
    measurements.outcome('51');
    measurements.outcome(pan);
    measurements.hostAnswered('one', '0200', 0.2);
    measurements.hostAnswered('one', pan, 0.2);
    const page = await measurements.page();
    for (const line of [
      'chipswitch_auth_outcomes_total{result="approved",code="00"} 1',
      'chipswitch_auth_outcomes_total{result="declined",code="51"} 1',
      'chipswitch_link_state{host="two",state="down"} 1',
      'chipswitch_events_total{event="requests"} 3',
      'chipswitch_saf_depth 1',
      'chipswitch_iso_message_duration_seconds_count{host="one",mti="0200"} 1',
      'chipswitch_auth_duration_seconds_bucket{le="0.025"} 1',
    ]) {
      expect(page).toContain(`${line}\n`);
    }
    expect(page).not.toContain(pan);
  });
  it('say nothing of a switch that is not open', async () => {
    const page = await createMeasurements(() => undefined).page();
    expect(page).not.toMatch(/^chipswitch_link_state\{/m);
    expect(page).toContain('chipswitch_saf_depth Nan\n');
  });
});

describe('lines', () => {
  it('who does not listen costs nothing, who is slow loses lines and is told', () => {
    const lines = createLineStream(() => 0);
    lines.write({ event: 'before' });
    let woken = 0;
    const listener = lines.listen(() => woken++);
    for (let i = 0; i < 1_500; i++) lines.write({ event: 'one', i });
    const taken = listener!.take();
    expect([taken.lines.length, taken.lost, woken]).toEqual([1_000, 500, 1_500]);
    expect(listener!.take()).toEqual({ lines: [], lost: 0 });
    listener!.end();
    lines.write({ event: 'after' });
    expect(listener!.take().lines).toEqual([]);
  });
  it('only so many may listen', () => {
    const lines = createLineStream();
    const listeners = Array.from({ length: 17 }, () => lines.listen(() => undefined));
    expect(listeners.filter((one) => one === undefined)).toHaveLength(1);
    listeners[0]!.end();
    expect(lines.listen(() => undefined)).toBeDefined();
  });
});
