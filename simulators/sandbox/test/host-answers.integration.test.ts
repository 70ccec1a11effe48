// What a host's answer may say, and what the switch concludes: a scripted host on a socket, Postgres, terminals.
import { setTimeout as sleep } from 'node:timers/promises';
import { fromHex } from '@chipswitch/bytes';
import { maskingNet } from '@chipswitch/cardholder-data';
import { buildReversal } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHost, openScriptedHost } from './scripted-host.ts';
import { type Stand, askOnce, openStand, purchase, visa } from './switch-stand.ts';

let host: ScriptedHost;
let stand: Stand;
beforeAll(async () => {
  host = await openScriptedHost();
  stand = await openStand({ hostPort: host.port, instance: 'host-answers' });
});
afterAll(async () => {
  await stand.close();
  await host.close();
});
beforeEach(() => {
  host.answers = [];
  host.heard.length = 0;
});

const ask = (message: IsoMessage): Promise<IsoMessage> => askOnce(stand, message);

async function stateOf(message: IsoMessage): Promise<string | undefined> {
  const found = await stand.pool.query<{ state: string }>(
    `select state from payment where idempotency_key like $1`,
    [`%/${textOf(message, 11)}/2`],
  );
  return found.rows[0]?.state;
}

async function untilState(message: IsoMessage, state: string): Promise<void> {
  const deadline = performance.now() + 8_000;
  while ((await stateOf(message)) !== state && performance.now() < deadline) await sleep(20);
  expect(await stateOf(message)).toBe(state);
}

/** What was booked to the merchant for a payment, in minor units; a sale credits. */
async function bookedOf(message: IsoMessage): Promise<string> {
  const found = await stand.pool.query<{ booked: string }>(
    `select coalesce(sum(l.amount_minor), 0)::text as booked from payment p
     join ledger_transaction t using (payment_id)
     join ledger_posting l using (transaction_id)
     where p.idempotency_key like $1 and l.account_scope = p.acceptor_id`,
    [`%/${textOf(message, 11)}/2`],
  );
  return found.rows[0].booked;
}

const reversals = (): string[] =>
  host.heard.filter(({ mti }) => mti.startsWith('042')).map(({ mti }) => mti);

describe('H2 = R18: a code that means approved', () => {
  it.each(['08', '11', '16', '85', 'A2', 'A4', 'A5', 'A6'])(
    'H2 = R18: %s is approved and booked',
    async (code) => {
      host.answers = [{ de39: code, de38: '123456' }];
      const message = purchase(1_000);
      expect(textOf(await ask(message), 39)).toBe(code);
      await untilState(message, 'ANSWERED');
      expect(await bookedOf(message)).toBe('-1000');
      expect(reversals()).toEqual([]);
    },
  );
  it.each([
    ['with an approval code', '123456'],
    ['without one', undefined],
  ])('H2 = R18: a code in no table, %s, is unknown and reversed', async (_name, de38) => {
    host.answers = [{ de39: 'Z9', de38 }];
    const message = purchase(1_000);
    expect(textOf(await ask(message), 39)).toBe('91');
    await untilState(message, 'REVERSED');
    expect(reversals()).toEqual(['0420']);
    expect(await bookedOf(message)).toBe('0');
  });
});

describe('M4: 09, the request is in progress', () => {
  it('M4: the approval that follows within the time is the answer', async () => {
    host.answers = [{ de39: '09' }, { de39: '09', afterMs: 60 }, { de38: '123456', afterMs: 60 }];
    const message = purchase(1_000);
    expect(textOf(await ask(message), 39)).toBe('00');
    await untilState(message, 'ANSWERED');
    expect(await bookedOf(message)).toBe('-1000');
  });
  it('M4: when nothing follows, the outcome is unknown and reversed', async () => {
    host.answers = [{ de39: '09' }];
    const message = purchase(1_000);
    expect(textOf(await ask(message), 39)).toBe('91');
    await untilState(message, 'REVERSED');
    expect(reversals()).toEqual(['0420']);
  });
});

describe('R17: the reversal of a partial approval', () => {
  it.each([
    ['by the approved amount', '000000000400'],
    ['by the amount that was asked', '000000001000'],
  ])('R17: %s is taken, and leaves with the reason 17', async (_name, de4) => {
    const { unknowns } = stand.running.status().counters;
    host.answers = [{ de39: '10', de38: '123456', de4: '000000000400' }];
    const message = purchase(1_000);
    expect(await ask(message)).toMatchObject({ de39: '10', de4: '000000000400' });
    await untilState(message, 'ANSWERED');
    const reversal = { ...buildReversal(message, 'cancelled'), de4 };
    expect(textOf(await ask(reversal), 39)).toBe('00');
    await untilState(message, 'REVERSED');
    expect(host.heard.at(-1)).toMatchObject({ mti: '0420', de4: '000000000400', de39: '17' });
    expect(await bookedOf(message)).toBe('0');
    expect(stand.running.status().counters.unknowns).toBe(unknowns);
  });
  it('R17: by any other amount is refused', async () => {
    host.answers = [{ de39: '10', de38: '123456', de4: '000000000400' }];
    const message = purchase(1_000);
    await ask(message);
    const reversal = { ...buildReversal(message, 'cancelled'), de4: '000000000500' };
    expect(textOf(await ask(reversal), 39)).toBe('64');
  });
});

describe('R19: an approval that comes after a decline', () => {
  it.each([
    ['after 05', [{ de39: '05' }, { de38: '123456', afterMs: 60 }], '05'],
    ['after 05 and 51', [{ de39: '05' }, { de39: '51' }, { de38: '123456', afterMs: 60 }], '05'],
    ['with a code in no table', [{ de39: '05' }, { de39: 'Z9', afterMs: 60 }], '05'],
  ])('R19: %s is reversed', async (_name, answers, code) => {
    host.answers = answers;
    const message = purchase(1_000);
    expect(textOf(await ask(message), 39)).toBe(code);
    await untilState(message, 'REVERSED');
    expect(reversals()).toEqual(['0420']);
    expect(host.heard.at(-1)).toMatchObject({ de4: '000000001000', de39: '68' });
    expect(await bookedOf(message)).toBe('0');
    // The terminal's own answer stays what it was.
    expect(textOf(await ask({ ...message, mti: '0201' }), 39)).toBe(code);
  });
  it('R19: is among the unfinished until its reversal is acknowledged', async () => {
    host.answers = [{ de39: '05' }, { de38: '123456', afterMs: 60 }];
    host.reversalCode = undefined;
    const message = purchase(1_000);
    await ask(message);
    await untilState(message, 'REVERSAL_SENT');
    const open = await stand.pool.query(
      `select from payment where idempotency_key like $1 and payment_open_for(state) = 'machine'`,
      [`%/${textOf(message, 11)}/2`],
    );
    expect(open.rowCount).toBe(1);
    host.reversalCode = '00';
    await untilState(message, 'REVERSED');
  });
});

describe('R31: an answer that states something else than was asked', () => {
  it.each([
    ['currency', { de49: '840' }],
    ['processing code', { de3: '200000' }],
    ['card number', { de2: '4111111111111111' }],
    ['acceptor', { de42: 'ANOTHER00000001' }],
    ['amount', { de4: '000000000999' }],
  ])('R31: another %s is unknown and reversed', async (_name, values) => {
    host.answers = [{ de38: '123456', ...values }];
    const message = purchase(1_000);
    expect(textOf(await ask(message), 39)).toBe('91');
    await untilState(message, 'REVERSED');
    expect(host.heard.at(-1)).toMatchObject({ mti: '0420', de49: '156', de4: '000000001000' });
    expect(await bookedOf(message)).toBe('0');
  });
});

describe('C2: what a host puts into DE 55', () => {
  it('C2: is stored and passed on only as far as it is the issuer’s own', async () => {
    const { pan } = visa.applications[0];
    const arpc = '910A11223344556677883030';
    const de55 = fromHex(`${arpc}5713${pan}D29122011143878089000F5A08${pan}`);
    host.answers = [{ de38: '123456', de55, de44: pan.slice(0, 16), de48: pan, de63: pan }];
    const message = purchase(1_000);
    const answered = await ask(message);
    expect(answered['de55']).toEqual(fromHex(arpc));
    await untilState(message, 'ANSWERED');
    const found = await stand.pool.query<{ row: string }>(
      `select to_jsonb(p)::text as row from payment p where idempotency_key like $1`,
      [`%/${textOf(message, 11)}/2`],
    );
    expect(found.rows[0].row).toContain(arpc);
    // Whatever of the number stands in a row of seven digits, packed, as characters or in clear, would be changed.
    const hide = maskingNet([pan]);
    for (const text of [found.rows[0].row, JSON.stringify(answered), JSON.stringify(stand.log)])
      expect(hide(text)).toBe(text);
  });
});
