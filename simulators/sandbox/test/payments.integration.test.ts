// Payments through a running switch, on Postgres and sockets: the guarantees I1 to I4 and I6, tried.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BatchTotals,
  buildBatchItem,
  buildReconciliation,
  buildRepeat,
  buildReversal,
} from '@chipswitch/terminal';
import { type IdempotencyStore, type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stand, openStand, purchase } from './switch-stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await openStand();
});
afterAll(() => stand.close());

async function ask(message: IsoMessage, ms = 4_000): Promise<IsoMessage> {
  const link = stand.link();
  const result = await link.exchange(message, ms);
  link.close();
  if (!result.ok) throw new Error(`no answer: ${result.error.code}`);
  return result.message;
}

const codeOf = async (message: IsoMessage): Promise<string | undefined> =>
  textOf(await ask(message), 39);

async function stateOf(message: IsoMessage): Promise<{ state: string; late: string | null }> {
  const found = await stand.pool.query<{ state: string; late: string | null }>(
    `select state, facts ->> 'lateAnswer' as late from payment where idempotency_key like $1`,
    [`%/${textOf(message, 11)}/2`],
  );
  return found.rows[0];
}

async function untilState(message: IsoMessage, state: string): Promise<void> {
  const deadline = performance.now() + 8_000;
  while ((await stateOf(message))?.state !== state && performance.now() < deadline) await sleep(20);
  expect((await stateOf(message))?.state).toBe(state);
}

const effectsOf = (message: IsoMessage): string[] => {
  const amount = String(BigInt(textOf(message, 4) ?? '0'));
  return stand.book.entries
    .filter((e) => e.amountMinor === amount)
    .map((e) => `${e.mti} ${e.effect}`);
};

describe('outcomes', () => {
  it('approved: in the journal, in the ledger, at the host, once', async () => {
    const message = purchase(20_000);
    const answer = await ask(message);
    expect(answer).toMatchObject({ mti: '0210', de39: '00' });
    await untilState(message, 'ANSWERED');
    const booked = await stand.pool.query(
      `select account_code, amount_minor from ledger_posting join ledger_transaction using (transaction_id)
       where reference = (select 'capture:' || payment_id from payment where idempotency_key like $1)
       order by leg`,
      [`%/${textOf(message, 11)}/2`],
    );
    expect(booked.rows).toEqual([
      { account_code: 1150, amount_minor: '20000' },
      { account_code: 2150, amount_minor: '-20000' },
    ]);
    expect(effectsOf(message)).toEqual(['0200 approved']);
  });
  it('declined', async () => {
    expect(await codeOf(purchase(20_151))).toBe('51');
  });
  it('approved for a part', async () => {
    const answer = await ask(purchase(20_210));
    expect(answer).toMatchObject({ de39: '10', de4: '000000010105' });
  });
  it('never answered: 91, then 0420 until 0430', async () => {
    const message = purchase(900_200);
    expect(await codeOf(message)).toBe('91');
    await untilState(message, 'REVERSED');
    expect(effectsOf(message)).toEqual([
      '0200 approved',
      '0420 reversed',
      '0421 nothing-to-reverse',
    ]);
  });
  it('answered late: noted, and reversed all the same', async () => {
    const message = purchase(900_300);
    expect(await codeOf(message)).toBe('91');
    await untilState(message, 'REVERSED');
    await sleep(900);
    expect(await stateOf(message)).toEqual({ state: 'REVERSED', late: 'approved' });
  });
  it('answered twice: the first counts', async () => {
    expect(await codeOf(purchase(900_400))).toBe('00');
    await sleep(50);
    expect(stand.running.status().counters.lateAnswers).toBeGreaterThan(0);
  });
  it.each([
    ['undecodably', 900_500],
    ["with another's trace number", 900_900],
  ])('answered %s: unknown, so reversed, and nobody else gets it', async (_how, amount) => {
    const message = purchase(amount);
    expect(await codeOf(message)).toBe('91');
    await untilState(message, 'REVERSED');
  });
  it('link reset by the host: unknown, so reversed once the link is back', async () => {
    const message = purchase(900_600);
    expect(await codeOf(message)).toBe('91');
    await untilState(message, 'REVERSED');
    expect(effectsOf(message)[1]).toBe('0420 reversed');
  });
});

describe('the same question again', () => {
  it('gets the same answer and has no second effect', async () => {
    const message = purchase(21_000);
    const first = await ask(message);
    const again = await ask(buildRepeat(message));
    expect(again).toEqual(first);
    expect(effectsOf(message)).toEqual(['0200 approved']);
  });
  it('ten times at once is one question', async () => {
    const message = purchase(900_105); // answered after half a second of the host's time
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(message)));
    expect(new Set(answers.map((answer) => textOf(answer, 39))).size).toBe(1);
    expect(effectsOf(message).filter((effect) => effect === '0200 approved')).toHaveLength(1);
  });
  it.each([
    ['amount', { de4: '000000021101' }],
    ['card', { de2: '4111111111111111' }],
    ['processing code', { de3: '200000' }],
  ])('with another %s is refused 94 and alarmed', async (_what, change) => {
    const message = purchase(21_100);
    expect(await codeOf(message)).toBe('00');
    const before = stand.running.status().counters.fingerprintAlarms;
    expect(await codeOf({ ...message, ...change })).toBe('94');
    expect(stand.running.status().counters.fingerprintAlarms).toBe(before + 1);
  });
});

describe('reversals by the terminal', () => {
  const reversalOf = (message: IsoMessage): IsoMessage => buildReversal(message, 'no-answer');
  it('after the answer undo the payment, as often as they come', async () => {
    const message = purchase(22_000);
    expect(await codeOf(message)).toBe('00');
    expect(await codeOf(reversalOf(message))).toBe('00');
    expect(await codeOf(buildRepeat(reversalOf(message)))).toBe('00');
    await untilState(message, 'REVERSED');
    expect(effectsOf(message)).toEqual(['0200 approved', '0420 reversed']);
    expect(await codeOf(buildRepeat(message))).toBe('12');
  });
  it('during the payment undo it whatever the host says', async () => {
    const message = purchase(900_104);
    const paying = ask(message);
    await sleep(100);
    expect(await codeOf(reversalOf(message))).toBe('00');
    expect(textOf(await paying, 39)).toBe('91');
    await untilState(message, 'REVERSED');
    expect(effectsOf(message).at(-1)).toMatch(/0420 (reversed|nothing-to-reverse)/);
  });
  it('before their original leave a tombstone: the original is refused', async () => {
    const message = purchase(22_200);
    expect(await codeOf(reversalOf(message))).toBe('25');
    expect(await codeOf(message)).toBe('12');
    expect(effectsOf(message)).toEqual([]);
  });
  it('of a declined payment have nothing to do', async () => {
    const message = purchase(22_351);
    expect(await codeOf(message)).toBe('51');
    expect(await codeOf(reversalOf(message))).toBe('00');
    expect(effectsOf(message)).toEqual(['0200 declined']);
  });
  it('with another amount are refused', async () => {
    const message = purchase(22_400);
    expect(await codeOf(message)).toBe('00');
    expect(await codeOf({ ...reversalOf(message), de4: '000000022401' })).toBe('64');
  });
});

describe('refusals of the switch itself', () => {
  it.each([
    ['an unknown terminal', { de41: 'NOBODY01' }, '03'],
    ['a terminal of another acceptor', { de42: 'CHIPSWITCH00099' }, '03'],
    ['a blocked terminal', { de41: 'TERM0009' }, '58'],
    ['another currency', { de49: '840' }, '12'],
    ['more than the terminal may take', { de41: 'TERM0003' }, '61'],
    ['an expired card', { de14: '2401' }, '54'],
    [
      'a chip card that was swiped',
      { de22: '902', de35: '4761739001010176=28122010000000000' },
      '58',
    ],
    ['a card nobody routes', { de2: '36070500001020' }, '15'],
    ['a PIN block that is none', { de52: new Uint8Array(8) }, '81'],
    ['R27: an unknown function', { de3: '990000' }, '40'],
  ] as const)('%s', async (_name, change, code) => {
    expect(await codeOf(purchase(23_000, change as Partial<IsoMessage>))).toBe(code);
  });
});

describe('without the fast path', () => {
  it('duplicates are stopped by the journal alone', async () => {
    const forgetful: IdempotencyStore = {
      claim: async () => 'unavailable',
      close: async () => undefined,
    };
    const other = await openStand({ idempotency: forgetful, instance: 'test-2' });
    try {
      const message = purchase(24_000);
      const link = other.link();
      const [first, second] = [
        await link.exchange(message, 3_000),
        await link.exchange(message, 3_000),
      ];
      expect(second).toEqual(first);
      expect(other.book.entries.filter((entry) => entry.effect === 'approved')).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});

describe('faults around the switch', () => {
  it('a database that cuts its connections costs no payment', async () => {
    await stand.pool
      .query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      )
      .catch(() => undefined); // Our own connection may be among them.
    const codes = await Promise.all([codeOf(purchase(25_000)), codeOf(purchase(25_000))]);
    expect(codes).toEqual(['00', '00']);
  });
  it('a host that is down is not asked: 91, and nothing is owed', async () => {
    const other = await openStand({ instance: 'test-3' });
    try {
      await other.acquirer.close();
      await sleep(50);
      const link = other.link();
      const answer = await link.exchange(purchase(25_100), 3_000);
      expect(answer.ok && textOf(answer.message, 39)).toBe('91');
      expect(other.running.status()).toMatchObject({ followUpsWaiting: 0 });
      const refused = await other.pool.query(
        `select state from payment where owner = 'test-3' order by payment_id desc limit 1`,
      );
      expect(refused.rows).toEqual([{ state: 'REFUSED' }]);
    } finally {
      await other.close();
    }
  });
  it('reversals of one terminal go one after the other, each until it is acknowledged', async () => {
    const messages = [900_201, 900_202, 900_203].map((amount) => purchase(amount));
    await Promise.all(messages.map((message) => ask(message)));
    for (const message of messages) await untilState(message, 'REVERSED');
    const amounts = messages.map((message) => String(BigInt(textOf(message, 4) ?? '0')));
    const lane = stand.book.entries.filter((entry) => amounts.includes(entry.amountMinor));
    const originals = lane.filter((entry) => entry.mti === '0200').map((e) => e.amountMinor);
    expect(originals.toSorted()).toEqual(amounts);
    // The host leaves each 0420 unanswered once: its 0421 comes before the next payment's 0420.
    const followUps = lane.filter((entry) => entry.mti.startsWith('042'));
    const order = followUps.map((entry) => `${entry.mti} ${entry.amountMinor}`);
    const heads = order.filter((entry) => entry.startsWith('0420')).map((entry) => entry.slice(5));
    expect(order).toEqual(heads.flatMap((amount) => [`0420 ${amount}`, `0421 ${amount}`]));
    expect(heads.toSorted()).toEqual(amounts);
  });
  it('what a crash leaves on its way is unknown: the next start reverses it', async () => {
    const first = await openStand({ instance: 'test-4', answerMs: 5_000 });
    const message = purchase(900_205);
    const link = first.link();
    void link.exchange(message, 100);
    await expect.poll(() => first.book.entries.length).toBe(1);
    // As if the process ended here: its journal says SENDING, a new one of the same name takes it up.
    const second = await openStand({ instance: 'test-4' });
    try {
      await untilState(message, 'REVERSED');
      expect(second.running.status().counters.recovered).toBe(1);
    } finally {
      await second.close();
      await first.close();
    }
  });
});

describe('reconciliation', () => {
  const facts = (stan: string, batch: string): Parameters<typeof buildReconciliation>[0] => ({
    terminal: { terminalId: 'TERM0002', acceptorId: 'CHIPSWITCH00001', currency: '156' },
    stan,
    localTime: '102107',
    localDate: '1122',
    batch,
  });
  const totals = (debitCount: number, debitMinor: bigint): BatchTotals => ({
    creditCount: 0,
    creditMinor: 0n,
    debitCount,
    debitMinor,
    authorisationCount: 0,
  });
  const sale = (amount: number): IsoMessage => purchase(amount, { de41: 'TERM0002' });

  it('agrees, and gives the same answer when it is asked again', async () => {
    expect(await codeOf(sale(30_000))).toBe('00');
    expect(await codeOf(sale(30_051))).toBe('51');
    const undone = sale(30_100);
    expect(await codeOf(undone)).toBe('00');
    expect(await codeOf(buildReversal(undone, 'cancelled'))).toBe('00');
    const close = buildReconciliation(facts('900001', '000001'), totals(1, 30_000n));
    const answer = await ask(close);
    expect(answer).toMatchObject({
      mti: '0510',
      de39: '00',
      de76: '0000000002',
      de77: '0000000001',
      de88: '0000000000060100',
      de89: '0000000000030100',
    });
    expect(await ask(close)).toEqual(answer);
  });
  it('does not agree: 95; each uploaded item is held against the journal, the trailer is answered', async () => {
    const known = sale(31_000);
    expect(await codeOf(known)).toBe('00');
    const refused = sale(31_151);
    expect(await codeOf(refused)).toBe('51');
    const close = (code?: '202'): IsoMessage =>
      buildReconciliation(
        facts(code === undefined ? '900002' : '900003', '000002'),
        totals(3, 93_000n),
        code,
      );
    expect(await codeOf(close())).toBe('95');
    const items: [IsoMessage, string][] = [
      [known, 'matched'],
      [{ ...known, de4: '000000031001' }, 'other-amount'], // The same item again, with other contents.
      [refused, 'not-approved'],
      [sale(31_200), 'not-in-journal'],
    ];
    for (const [item] of items) expect(await codeOf(buildBatchItem(item, '000002'))).toBe('00');
    const kept = await stand.pool.query<{ stan: string; finding: string }>(
      `select split_part(item_key, '/', 5) as stan, finding from terminal_batch_item
       where terminal_id = 'TERM0002' and batch_number = '000002'`,
    );
    const found = kept.rows.map((row) => [row.stan, row.finding]);
    for (const [item, finding] of items) expect(found).toContainEqual([item['de11'], finding]);
    expect(found).toHaveLength(items.length);
    expect(await codeOf(close('202'))).toBe('95');
    const batches = await stand.pool.query(
      `select 1 from terminal_batch where terminal_id = 'TERM0002' and batch_key like '%/000002'`,
    );
    expect(batches.rows).toHaveLength(1);
  });
  it.each([
    ['without totals', { de76: undefined }, '30'],
    ['of an unknown terminal', { de41: 'NOBODY01' }, '03'],
  ])('%s is refused', async (_what, change, code) => {
    const close = buildReconciliation(facts('900009', '000009'), totals(0, 0n));
    expect(await codeOf({ ...close, ...change })).toBe(code);
  });
});
