// What stood before payments bore a batch: the migration gives every approved payment the batch it was in.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '@chipswitch/ledger/postgres';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

const pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL']! });
const ledgerFolder = fileURLToPath(
  new URL('../../../../packages/ledger/src/postgres/migrations', import.meta.url),
);
const switchFolder = fileURLToPath(new URL('../../migrations', import.meta.url));
const old = mkdtempSync(join(tmpdir(), 'batch-migration-'));

async function migrateTo(scope: string, folder: string, firstLeftOut: string): Promise<void> {
  const copy = join(old, scope);
  cpSync(folder, copy, {
    recursive: true,
    filter: (path) =>
      !/^\d{3}-/.test(path.slice(folder.length + 1)) ||
      path.slice(folder.length + 1) < firstLeftOut,
  });
  await migrate(pool, scope, copy);
}

beforeAll(async () => {
  await migrateTo('ledger', ledgerFolder, '010');
  await migrateTo('switch', switchFolder, '004');
  for (const [terminal, state] of [
    ['T1', 'ANSWERED'],
    ['T1', 'DECLINED'],
    ['T2', 'ANSWERED'],
    ['T1', 'ANSWERED'],
    ['T1', 'ADVICE_ACKED'],
  ]) {
    await pool.query(
      `insert into payment (idempotency_key, fingerprint, business_date, kind, state, owner, acceptor_id,
         terminal_id, amount_minor, currency, pan_hmac, pan_truncated)
       values (gen_random_uuid()::text, 'f', '2026-03-04', 'purchase', $2, 'o', 'm', $1, 100, 'CNY', '00', '476173******0119')`,
      [terminal, state],
    );
  }
  for (const [key, last, code] of [
    ['1122/000001/000001', 2, '00'],
    ['1123/000009/000002', 4, '95'],
  ]) {
    await pool.query(
      `insert into terminal_batch (terminal_id, batch_key, last_payment_id, response_code, host_totals, terminal_totals)
       values ('T1', $1, $2, $3, '{}', '{}')`,
      [key, last, code],
    );
  }
  await pool.query(
    `insert into terminal_batch_item (terminal_id, batch_number, item_key, finding, amount_minor)
     values ('T1', '000002', 'k', 'not-in-journal', 5)`,
  );
  await migrate(pool, 'ledger', ledgerFolder);
  await migrate(pool, 'switch', switchFolder);
});
afterAll(async () => {
  await pool.end();
  rmSync(old, { recursive: true });
});

it('R07: payments of closed batches keep theirs, later ones are in the open batch, declined ones in none', async () => {
  const found = await pool.query<{ batch: string | null }>(
    `select coalesce(b.batch_number, 'open ' || o.terminal_id) as batch
     from payment p left join terminal_batch b using (batch_id) left join open_batch o using (batch_id)
     order by p.payment_id`,
  );
  expect(found.rows.map((row) => row.batch)).toEqual([
    '000001',
    null,
    'open T2',
    '000002',
    'open T1',
  ]);
});
it('R09: a batch that did not agree is on the list, with its items', async () => {
  const listed = await pool.query(
    `select b.batch_number, b.business_date::text as day, e.item_key
     from unequal_batch b join batch_exception e using (batch_id)`,
  );
  expect(listed.rows).toEqual([{ batch_number: '000002', day: '2026-03-04', item_key: 'k' }]);
});
it.each([
  'delete from terminal_batch_item',
  'truncate terminal_batch_item',
  'update terminal_batch set response_code = $$00$$',
  'delete from terminal_batch_end',
  `insert into terminal_batch_end (batch_id, how) select batch_id, 'person' from terminal_batch limit 1`,
])('the database refuses: %s', async (statement) => {
  await expect(pool.query(statement)).rejects.toThrow(/append|only|kept|changed|check constraint/);
});
