// Terminal batches on a real switch and a real database, against a host that answers as the test says.
import { type BatchTotals, buildBatchItem, buildReconciliation } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareBooks, lastPaymentId, listedBatches } from '../src/books.ts';
import { type ScriptedHost, openScriptedHost } from './scripted-host.ts';
import { type Stand, askOnce, openStand, purchase } from './switch-stand.ts';

const otherPan = '4761739001010010';
let host: ScriptedHost;
let stand: Stand;
let nowMs = Date.parse('2025-11-22T02:21:07Z');
beforeAll(async () => {
  host = await openScriptedHost();
  stand = await openStand({ hostPort: host.port, answerMs: 2_000, nowMs: () => nowMs });
});
afterAll(async () => {
  await stand.close();
  await host.close();
});

const approved = { de38: '123456' };
const terminals = ['TERM0001', 'TERM0002'] as const;
let terminalId: string = terminals[0];

// Every test begins with a batch in which nothing is, under a number of its own.
let number = 500;
let stan = 700_000;
const batch = (): string => String(number).padStart(6, '0');
beforeEach(async () => {
  host.answers = [approved];
  number += 1;
  for (terminalId of terminals) {
    const { de76, de88 } = await ask(close(0, 0));
    expect(de76).toBeDefined();
    if (de76 !== '0000000000') await ask({ ...close(0, 0), de76, de88 });
  }
  terminalId = terminals[0];
  number += 1;
});

const ask = (message: IsoMessage): Promise<IsoMessage> => askOnce(stand, message);

const codeOf = async (message: IsoMessage): Promise<string | undefined> =>
  textOf(await ask(message), 39);
const sale = (amount: number, more: Partial<IsoMessage> = {}): IsoMessage =>
  purchase(amount, { de41: terminalId, ...more });

async function sold(amount: number): Promise<IsoMessage> {
  const message = sale(amount);
  expect(await codeOf(message)).toBe('00');
  return message;
}

/** 0500 of so many sales; a trace number of its own unless one is given. */
function close(
  debitCount: number,
  debitMinor: number,
  more: Partial<IsoMessage> = {},
  code: '201' | '202' | '207' = '201',
): IsoMessage {
  const facts = {
    terminal: { terminalId, acceptorId: 'CHIPSWITCH00001', currency: '156' },
    stan: String(++stan),
    localTime: '102107',
    localDate: '1122',
    batch: batch(),
  };
  const totals: BatchTotals = {
    creditCount: 0,
    creditMinor: 0n,
    debitCount,
    debitMinor: BigInt(debitMinor),
    authorisationCount: 0,
  };
  return { ...buildReconciliation(facts, totals, code), ...more };
}

const upload = (item: IsoMessage, more: Partial<IsoMessage> = {}): Promise<string | undefined> =>
  codeOf(buildBatchItem({ ...item, de39: '00', ...more }, batch()));

async function findings(): Promise<Record<string, number>> {
  const found = await stand.pool.query<{ finding: string; items: number }>(
    `select finding, count(*)::int as items from terminal_batch_item
     where terminal_id = $1 and batch_number = $2 group by finding`,
    [terminalId, batch()],
  );
  return Object.fromEntries(found.rows.map((row) => [row.finding, row.items]));
}

async function isListed(): Promise<boolean> {
  const found = await stand.pool.query(
    'select 1 from unequal_batch where terminal_id = $1 and batch_number = $2',
    [terminalId, batch()],
  );
  return found.rows.length > 0;
}

describe('membership', () => {
  it('R07: a sale that is approved after the 0500 is in the next batch', async () => {
    host.answers = [{ ...approved, afterMs: 500 }];
    const asked = host.heard.length;
    const paying = codeOf(sale(1_000));
    while (host.heard.length === asked) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await codeOf(close(0, 0))).toBe('00');
    expect(await paying).toBe('00');
    number += 1;
    expect(await ask(close(1, 1_000))).toMatchObject({ de39: '00', de76: '0000000001' });
  });
  it('R07: whatever is approved while batches are closed is in exactly one of them', async () => {
    host.answers = [{ ...approved, afterMs: 10 }];
    const sales = Array.from({ length: 40 }, () => codeOf(sale(100)));
    const counted: string[] = [];
    for (let round = 0; round < 12; round++) {
      counted.push(textOf(await ask(close(99, 9_900)), 76) ?? '');
      number += 1;
    }
    expect(new Set(await Promise.all(sales))).toEqual(new Set(['00']));
    counted.push(textOf(await ask(close(99, 9_900)), 76) ?? '');
    expect(counted.reduce((sum, count) => sum + Number(count), 0)).toBe(40);
  });
  it('R08: a terminal without a payment states sales: 95, and the batch is on the list', async () => {
    terminalId = terminals[1];
    expect(await codeOf(close(5, 250_000))).toBe('95');
    expect(await isListed()).toBe(true);
  });
  it('R09: a batch belongs to the business day of its close', async () => {
    await sold(1_000);
    nowMs += 24 * 3_600_000;
    expect(await codeOf(close(2, 20_000))).toBe('95');
    const found = await stand.pool.query<{ day: string }>(
      `select business_date::text as day from unequal_batch where batch_number = $1`,
      [batch()],
    );
    nowMs -= 24 * 3_600_000;
    expect(found.rows).toEqual([{ day: '2025-11-23' }]);
  });
});

describe('(b) 18: repeats', () => {
  it('R10: the same 0500 with other totals is 94, the same again gets the stored answer', async () => {
    await sold(1_000);
    const first = close(1, 1_000);
    const answer = await ask(first);
    expect(answer).toMatchObject({ de39: '00' });
    const other = { ...first, de76: '0000000009', de88: '0000000000090000' };
    expect(await codeOf(other)).toBe('94');
    expect(await ask(first)).toEqual(answer);
    await sold(7_700);
    expect(await codeOf(other)).toBe('94');
    expect(await ask(first)).toEqual(answer);
  });
  it('R10: two of the same at once close one batch', async () => {
    await sold(1_000);
    const first = close(1, 1_000);
    expect(await Promise.all([codeOf(first), codeOf(first), codeOf(first)])).toEqual([
      '00',
      '00',
      '00',
    ]);
    const kept = await stand.pool.query(
      'select 1 from terminal_batch where terminal_id = $1 and batch_number = $2',
      [terminalId, batch()],
    );
    expect(kept.rows).toHaveLength(1);
  });
  it('R10: the same close under a new trace number gets the stored answer', async () => {
    await sold(1_000);
    const answer = await ask(close(1, 1_000));
    expect(await ask(close(1, 1_000))).toMatchObject({ de39: '00', de76: answer['de76'] });
  });
  it.each([
    ['without DE 13', { de12: undefined, de13: undefined }],
    ['with the same times', {}],
  ] as const)('R11: a reset terminal opens a new batch, %s', async (_how, times) => {
    const again: Partial<IsoMessage> = { de11: '000001', ...times };
    await sold(1_000);
    expect(await codeOf(close(1, 1_000, again))).toBe('00');
    await sold(3_300);
    expect(await ask(close(1, 3_300, again))).toMatchObject({
      de39: '00',
      de88: '0000000000003300',
    });
    number += 1;
    await sold(500);
    expect(await codeOf(close(1, 500))).toBe('00');
  });
  it('R11: the same date, trace number and batch a year later is another batch', async () => {
    const again: Partial<IsoMessage> = { de11: '000001' };
    await sold(1_000);
    expect(await codeOf(close(1, 1_000, again))).toBe('00');
    nowMs += 365 * 24 * 3_600_000;
    const later = await codeOf(close(2, 9_900, again));
    nowMs -= 365 * 24 * 3_600_000;
    expect(later).toBe('95');
  });
});

describe('(b) 18: upload', () => {
  it('R12, M11: missing, other amount, other card, unknown and twice are listed; nothing is booked', async () => {
    const [first, second, third, fourth] = [
      await sold(1_000),
      await sold(2_000),
      await sold(3_000),
      await sold(4_000),
    ];
    const booked = await stand.pool.query('select count(*) from ledger_posting');
    expect(await codeOf(close(5, 99_999))).toBe('95');
    // Made between the close and the upload: it is in the next batch.
    const next = await sold(5_000);
    for (let time = 0; time < 2; time++) expect(await upload(first)).toBe('00');
    expect(await upload(second, { de4: '000000000999' })).toBe('00');
    expect(await upload(third, { de2: otherPan })).toBe('00');
    expect(await upload(sale(700))).toBe('00');
    expect(await upload(next)).toBe('00');
    const trailer = close(5, 99_999, {}, '202');
    const answer = await ask(trailer);
    expect(answer).toMatchObject({ mti: '0510', de39: '95' });
    expect(await findings()).toEqual({
      matched: 1,
      'other-amount': 1,
      'other-card': 1,
      'not-in-journal': 1,
      'other-batch': 1,
      'not-sent': 1,
    });
    const twice = await stand.pool.query<{ stan: string; times: number }>(
      `select split_part(item_key, '/', 5) as stan, times from terminal_batch_item
       where terminal_id = $1 and batch_number = $2 and (times > 1 or finding = 'not-sent')
       order by times desc`,
      [terminalId, batch()],
    );
    expect(twice.rows).toEqual([
      { stan: first['de11'], times: 2 },
      { stan: fourth['de11'], times: 1 },
    ]);
    expect(await ask(trailer)).toEqual(answer);
    expect(await isListed()).toBe(true);
    const after = await stand.pool.query('select count(*) from ledger_posting');
    expect(Number(after.rows[0].count) - Number(booked.rows[0].count)).toBe(2);
    number += 1;
    expect(await codeOf(close(1, 5_000))).toBe('00');
  });
  it('R12, M11: an upload of all that is in the journal ends the batch; a second trailer the same', async () => {
    const items = [await sold(1_000), await sold(2_000)];
    expect(await codeOf(close(3, 9_000))).toBe('95');
    expect(await upload(items[0])).toBe('00');
    expect(await codeOf(close(3, 9_000, {}, '202'))).toBe('95');
    expect(await upload(items[1])).toBe('00');
    const trailer = close(3, 9_000, {}, '202');
    const answer = await ask(trailer);
    expect(answer).toMatchObject({ mti: '0510', de39: '00', de76: '0000000002' });
    expect(await isListed()).toBe(false);
    expect(await ask(trailer)).toEqual(answer);
    expect(await codeOf(close(3, 9_000, {}, '207'))).toBe('00');
  });
  it('R12: a right 0500 after unequal totals ends the batch', async () => {
    await sold(1_000);
    expect(await codeOf(close(2, 2_000))).toBe('95');
    expect(await codeOf(close(3, 3_000))).toBe('95');
    expect(await isListed()).toBe(true);
    expect(await codeOf(close(1, 1_000))).toBe('00');
    expect(await isListed()).toBe(false);
  });
  it('R12: a trailer of a balanced batch (207) gets its answer, and a batch nobody closed is closed by it', async () => {
    const item = await sold(1_000);
    expect(await codeOf(close(1, 1_000))).toBe('00');
    expect(await upload(item)).toBe('00');
    expect(await codeOf(close(1, 1_000, {}, '207'))).toBe('00');
    number += 1;
    await sold(2_000);
    expect(await codeOf(close(1, 2_000, {}, '202'))).toBe('00');
  });
  it('an item whose amount is none is a format error', async () => {
    expect(await upload(sale(100), { de4: undefined })).toBe('30');
  });
});

describe('the books of the sandbox', () => {
  it('E8a: do not agree when terminal and host do not agree on a batch', async () => {
    const databaseUrl = process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '';
    const listedBefore = await listedBatches(databaseUrl);
    const compare = async (): Promise<readonly string[]> => {
      // The host of this test keeps no book: payments of before are not compared.
      const afterPaymentId = await lastPaymentId(databaseUrl);
      const bookFile = 'no-such-file';
      const before = { afterPaymentId, afterBookLine: 0, listedBefore };
      const report = await compareBooks({ databaseUrl, bookFile, terminals: [], ...before });
      return report.violations;
    };
    const ofBatches = (found: readonly string[]): readonly string[] =>
      found.filter((violation) => violation.includes(' batch '));
    expect(ofBatches(await compare())).toEqual([]);
    expect(await codeOf(close(1, 100))).toBe('95');
    expect(ofBatches(await compare())).toEqual([
      `terminal ${terminalId} batch ${batch()}: not agreed (95)`,
    ]);
  });
});
