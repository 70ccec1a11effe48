// Why payments went where they went, in a real database: in batches, once each, bounded, lost rather than in the way.
import type { RouteReason } from '@chipswitch/transaction';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConfiguration } from '../src/configuration/configuration-database.ts';
import { systemClock } from '../src/in-flight/ports.ts';
import { type RouteNote, createRouteEvidence } from '../src/route-evidence.ts';

const databaseUrl = process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '';
let pool: Pool;
beforeAll(async () => {
  await withConfiguration(databaseUrl, async () => undefined);
  pool = new Pool({ connectionString: databaseUrl });
});
afterAll(() => pool.end());

const reason: RouteReason = { choose: 'primary-secondary', passedOver: [] };
const note = (paymentId: string, more: Partial<RouteNote> = {}): RouteNote => ({
  paymentId,
  configurationVersion: 7,
  host: 'a',
  reason,
  isOriginals: false,
  ...more,
});
const rows = async (): Promise<unknown[]> =>
  (
    await pool.query(
      `select payment_id::int as id, configuration_version::int as version, rule, choose, host, passed_over
       from payment_route order by payment_id`,
    )
  ).rows;

describe('route evidence', () => {
  it('says the version, the rule, the choice, the host and who was passed over', async () => {
    const evidence = createRouteEvidence({ pool, clock: systemClock, onFault: () => undefined });
    evidence.note(note('1'));
    evidence.note(
      note('2', {
        host: 'c',
        reason: {
          rule: 'night',
          choose: 'weighted',
          passedOver: [
            { host: 'a', state: 'down' },
            { host: 'b', state: 'drained' },
          ],
        },
      }),
    );
    evidence.note(note('3', { reason: { ...reason, rule: 'night' }, isOriginals: true }));
    // The same payment is noted once.
    evidence.note(note('1', { host: 'z' }));
    await evidence.close();
    expect(await rows()).toEqual([
      { id: 1, version: 7, rule: null, choose: 'primary-secondary', host: 'a', passed_over: null },
      {
        id: 2,
        version: 7,
        rule: 'night',
        choose: 'weighted',
        host: 'c',
        passed_over: 'a down, b drained',
      },
      { id: 3, version: 7, rule: null, choose: 'original', host: 'a', passed_over: null },
    ]);
  });
  it('is written in batches while the switch runs', async () => {
    const evidence = createRouteEvidence({ pool, clock: systemClock, onFault: () => undefined });
    for (let id = 1_000; id < 4_500; id++) expect(evidence.note(note(String(id)))).toBe(true);
    await expect.poll(async () => (await rows()).length, { timeout: 10_000 }).toBe(3_503);
    await evidence.close();
  });
  it('is bounded while the database is away, says what fails, and goes on when it is back', async () => {
    let isAway = true;
    const faults: string[] = [];
    const away = {
      query: (text: string, values: unknown[]) =>
        isAway ? Promise.reject(new Error('connection refused')) : pool.query(text, values),
    } as unknown as Pool;
    const evidence = createRouteEvidence({
      pool: away,
      clock: systemClock,
      onFault: (fault) => faults.push(fault.message),
      waitingMax: 2,
    });
    expect(['9001', '9002', '9003'].map((id) => evidence.note(note(id)))).toEqual([
      true,
      true,
      false,
    ]);
    await expect.poll(() => faults.length, { timeout: 10_000 }).toBeGreaterThan(0);
    isAway = false;
    await expect.poll(async () => (await rows()).length, { timeout: 10_000 }).toBe(3_505);
    expect(evidence.note(note('9004'))).toBe(true);
    await evidence.close();
    expect((await rows()).length).toBe(3_506);
  });
  it('is never changed', async () => {
    await expect(pool.query('update payment_route set host = $1', ['z'])).rejects.toThrow(
      'append only',
    );
    await expect(pool.query('delete from payment_route')).rejects.toThrow('append only');
  });
});
