// The kinds of payment through a running switch, on Postgres, with a scripted host: what is asked of the host,
// what is booked, and what is refused by which code.
import { setTimeout as sleep } from 'node:timers/promises';
import { buildReconciliation, buildReversal } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHost, openScriptedHost } from './scripted-host.ts';
import { type Stand, askOnce, openStand, purchase } from './switch-stand.ts';

let host: ScriptedHost;
let stand: Stand;
beforeAll(async () => {
  host = await openScriptedHost();
  stand = await openStand({ hostPort: host.port, instance: 'kinds' });
});
afterAll(async () => {
  await stand.close();
  await host.close();
});
beforeEach(() => {
  host.answers = [{ de38: '123456' }];
  host.heard.length = 0;
});

const ask = (message: IsoMessage): Promise<IsoMessage> => askOnce(stand, message);

const codeOf = async (message: IsoMessage): Promise<string | undefined> =>
  textOf(await ask(message), 39);

/** Approved, at rest, and its retrieval reference. */
async function approved(message: IsoMessage): Promise<string> {
  const answer = await ask(message);
  expect(textOf(answer, 39)).toBe('00');
  await untilState(message, 'ANSWERED');
  return textOf(answer, 37) ?? '';
}

async function rowOf(message: IsoMessage): Promise<{ state: string; kind: string } | undefined> {
  const found = await stand.pool.query<{ state: string; kind: string }>(
    `select state, kind from payment where idempotency_key like $1`,
    [`%/${textOf(message, 11)}/${message.mti[1]}`],
  );
  return found.rows[0];
}

async function untilState(message: IsoMessage, state: string): Promise<void> {
  const deadline = performance.now() + 8_000;
  while ((await rowOf(message))?.state !== state && performance.now() < deadline) await sleep(20);
  expect((await rowOf(message))?.state).toBe(state);
}

/** Every leg that was booked for a payment, by account, summed. */
async function bookedOf(message: IsoMessage): Promise<Record<string, number>> {
  const found = await stand.pool.query<{ account: string; sum: string }>(
    `select l.account_code::text as account, sum(l.amount_minor)::text as sum from payment p
     join ledger_transaction t using (payment_id) join ledger_posting l using (transaction_id)
     where p.idempotency_key like $1 group by 1 having sum(l.amount_minor) <> 0`,
    [`%/${textOf(message, 11)}/${message.mti[1]}`],
  );
  return Object.fromEntries(found.rows.map(({ account, sum }) => [account, Number(sum)]));
}

const hold = (amount: number): IsoMessage =>
  purchase(amount, { mti: '0100', de3: '030000', de25: '06' });
const completion = (amount: number, rrn: string, more: Partial<IsoMessage> = {}): IsoMessage =>
  purchase(amount, { de25: '06', de37: rrn, de38: '123456', ...more });
const refund = (amount: number, rrn?: string): IsoMessage =>
  purchase(amount, { mti: '0220', de3: '200000', ...(rrn === undefined ? {} : { de37: rrn }) });
const voidOf = (amount: number, rrn: string, more: Partial<IsoMessage> = {}): IsoMessage =>
  purchase(amount, { de3: '200000', de37: rrn, de38: '123456', ...more });
const heard = (): string[] => host.heard.map(({ mti }) => mti);

describe('R35: refunds of one sale stay within what was captured', () => {
  it('R35: up to the whole, and not a cent more', async () => {
    const rrn = await approved(purchase(1_000));
    expect(await codeOf(refund(10_000, rrn))).toBe('64');
    const first = refund(600, rrn);
    await approved(first);
    expect(await bookedOf(first)).toEqual({ 1150: -600, 2150: 600 });
    expect(await codeOf(refund(401, rrn))).toBe('64');
    await approved(refund(400, rrn));
    expect(await codeOf(refund(1, rrn))).toBe('64');
    expect(heard()).toEqual(['0200', '0200', '0200']);
    expect(host.heard[1]).toMatchObject({ de38: '123456' });
    expect(textOf(host.heard[1], 90)).toMatch(new RegExp(`^0200${textOf(host.heard[0], 11)}`));
  });
  it('R35: ten at once are as many as fit', async () => {
    const rrn = await approved(purchase(1_000));
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(refund(300, rrn))));
    expect(codes.filter((code) => code === '00')).toHaveLength(3);
    expect(codes.filter((code) => code === '64')).toHaveLength(7);
  });
  it('R35: one that the host declines, or that is reversed, gives its part back', async () => {
    const rrn = await approved(purchase(1_000));
    host.answers = [{ de39: '05' }];
    expect(await codeOf(refund(1_000, rrn))).toBe('05');
    host.answers = [{ de38: '123456' }];
    const whole = refund(1_000, rrn);
    await approved(whole);
    expect(await codeOf(refund(1_000, rrn))).toBe('64');
    expect(await codeOf(buildReversal(whole, 'cancelled'))).toBe('00');
    await untilState(whole, 'REVERSED');
    await approved(refund(1_000, rrn));
  });
  it('R35: of a part that was approved, that part', async () => {
    host.answers = [{ de39: '10', de38: '123456', de4: '000000000400' }];
    const rrn = textOf(await ask(purchase(1_000)), 37) ?? '';
    host.answers = [{ de38: '123456' }];
    expect(await codeOf(refund(401, rrn))).toBe('64');
    await approved(refund(400, rrn));
  });
  it.each([
    ['nobody', '633500999999', '25'],
    ['a form that is none of ours', 'ABCDEF123456', '25'],
  ])('R35: of %s is refused', async (_name, rrn, code) => {
    expect(await codeOf(refund(100, rrn))).toBe(code);
    expect(heard()).toEqual([]);
  });
  it('R35: with another card is refused', async () => {
    const rrn = await approved(purchase(1_000));
    expect(await codeOf({ ...refund(100, rrn), de2: '4111111111111111' })).toBe('64');
  });
  it('R35: of a sale that was reversed is refused', async () => {
    const sale = purchase(1_000);
    const rrn = await approved(sale);
    expect(await codeOf(buildReversal(sale, 'cancelled'))).toBe('00');
    expect(await codeOf(refund(100, rrn))).toBe('12');
  });
  it('R35: and the reversal of a sale that was given back is refused', async () => {
    const sale = purchase(1_000);
    const rrn = await approved(sale);
    await approved(refund(1_000, rrn));
    expect(await codeOf(buildReversal(sale, 'cancelled'))).toBe('12');
    expect((await rowOf(sale))?.state).toBe('ANSWERED');
  });
  it('one that names nothing is asked of the host', async () => {
    await approved(refund(500));
    expect(host.heard[0]['de90']).toBeUndefined();
  });
});

describe('R34: expiry', () => {
  it.each([
    ['of a refund is not looked at', refund(100), { de14: '2001' }, '00'],
    ['of a sale is', purchase(100), { de14: '2001' }, '54'],
    ['0000 says that there is none', purchase(100), { de14: '0000' }, '00'],
  ])('R34: %s', async (_name, message, more, code) => {
    expect(await codeOf({ ...message, ...more })).toBe(code);
  });
});

describe('R28: dates and times that are none', () => {
  it.each([
    ['DE 13', { de13: '1332' }],
    ['DE 13', { de13: '0230' }],
    ['DE 13', { de13: '0000' }],
    ['DE 13', { de13: '0431' }],
    ['DE 12', { de12: '256199' }],
    ['DE 12', { de12: '240000' }],
  ])('R28: %s of %o is refused 30, and goes nowhere', async (_element, more) => {
    expect(await codeOf(purchase(100, more))).toBe('30');
    expect(heard()).toEqual([]);
  });
});

describe('R27: what is not served is refused by its own code, never taken for something else', () => {
  it.each([
    ['an unknown processing code', { de3: '990000' }, '40'],
    ['a transfer', { de3: '400000' }, '40'],
    ['a refund among the holds', { mti: '0100', de3: '200000' }, '40'],
    ['a completion that names no hold', { de25: '06' }, '25'],
    [
      'an increment of no hold',
      { mti: '0100', de3: '030000', de25: '06', de37: '633500999999' },
      '25',
    ],
    ['an installment purchase without instalments', { de25: '64' }, '30'],
    ['a purchase of nothing', { de4: '000000000000' }, '13'],
    ['a card that is none', { de2: '4761739001010118' }, '14'],
    ['a currency that is none', { de49: '000' }, '12'],
  ])('R27: %s', async (_name, more, code) => {
    expect(await codeOf(purchase(100, more))).toBe(code);
    expect(heard()).toEqual([]);
  });
});

describe('R24: a balance inquiry', () => {
  const inquiry = (more: Partial<IsoMessage> = {}): IsoMessage =>
    purchase(0, { de3: '310000', de4: undefined, ...more });
  it('R24: needs no amount, and its answer is DE 54', async () => {
    const de54 = '0002156C000000123456';
    host.answers = [{ de54 }];
    const message = inquiry();
    expect(await ask(message)).toMatchObject({ de39: '00', de54 });
    await untilState(message, 'ANSWERED');
    expect(await ask({ ...message, mti: '0201' })).toMatchObject({ de39: '00', de54 });
    expect(await bookedOf(message)).toEqual({});
  });
  it('R24: what is no additional amount is not passed on', async () => {
    host.answers = [{ de54: '4761739001010119' }];
    const answer = await ask(inquiry());
    expect(textOf(answer, 39)).toBe('00');
    expect(answer['de54']).toBeUndefined();
  });
  it('(b) 10: owes the host no reversal', async () => {
    host.answers = [];
    expect(await codeOf(inquiry())).toBe('91');
    const message = inquiry();
    host.answers = [{}];
    await approved(message);
    expect(await codeOf(buildReversal(message, 'cancelled'))).toBe('00');
    await untilState(message, 'REVERSED');
    expect(heard()).toEqual(['0200', '0200']);
  });
});

describe('account status', () => {
  it('is an authorisation of zero: approved, nothing held, nothing to reverse', async () => {
    const message = hold(0);
    await approved(message);
    expect(await rowOf(message)).toEqual({ state: 'ANSWERED', kind: 'account-status' });
    expect(await bookedOf(message)).toEqual({});
  });
});

describe('sales of other kinds', () => {
  it.each([
    ['cash-advance', { de3: '010000' }],
    ['cash-back', { de3: '090000', de54: '0040156D000000000500' }],
    ['purchase', { de22: '011', de25: '08' }],
  ])('%s is asked of the host as it is, booked and reversed', async (kind, more) => {
    const message = purchase(2_000, more);
    await approved(message);
    expect(await rowOf(message)).toEqual({ state: 'ANSWERED', kind });
    expect(host.heard[0]).toMatchObject({ mti: '0200', ...more });
    expect(await bookedOf(message)).toEqual({ 1150: 2_000, 2150: -2_000 });
    expect(await codeOf(buildReversal(message, 'cancelled'))).toBe('00');
    await untilState(message, 'REVERSED');
    expect(await bookedOf(message)).toEqual({});
  });
});

describe('a completion', () => {
  it.each([
    ['of a part', 900],
    ['of the whole', 1_000],
    ['of 15 % more', 1_150],
  ])('R27: %s captures, and lets the hold go, in one booking', async (_name, amount) => {
    const held = hold(1_000);
    const rrn = await approved(held);
    const message = completion(amount, rrn);
    await approved(message);
    expect(host.heard[1]).toMatchObject({ mti: '0200', de25: '06', de38: '123456' });
    expect(textOf(host.heard[1], 90)).toMatch(new RegExp(`^0100${textOf(host.heard[0], 11)}`));
    expect(await bookedOf(message)).toEqual({
      1150: amount,
      2150: -amount,
      9100: -1_000,
      9150: 1_000,
    });
    expect(await codeOf(completion(1, rrn))).toBe('64');
  });
  it('R27: beyond the rule, of a sale, or of nothing is refused', async () => {
    const rrn = await approved(hold(1_000));
    expect(await codeOf(completion(1_151, rrn))).toBe('64');
    expect(await codeOf(completion(100, '633500999999'))).toBe('25');
    expect(await codeOf(completion(100, await approved(purchase(100))))).toBe('64');
    expect(heard()).toEqual(['0100', '0200']);
  });
  it('that is reversed lets the hold stand again, and it can be completed once more', async () => {
    const rrn = await approved(hold(1_000));
    const message = completion(900, rrn);
    await approved(message);
    expect(await codeOf(buildReversal(message, 'cancelled'))).toBe('00');
    await untilState(message, 'REVERSED');
    expect(await bookedOf(message)).toEqual({});
    await approved(completion(800, rrn));
  });
  it('that nobody answers is reversed, and books nothing', async () => {
    const rrn = await approved(hold(1_000));
    host.answers = [];
    const message = completion(900, rrn);
    expect(await codeOf(message)).toBe('91');
    await untilState(message, 'REVERSED');
    expect(heard().at(-1)).toBe('0420');
    expect(await bookedOf(message)).toEqual({});
  });
  it('as an advice is taken at once, and the host told', async () => {
    const rrn = await approved(hold(1_000));
    const message = completion(900, rrn, { mti: '0220' });
    expect(await codeOf(message)).toBe('00');
    await untilState(message, 'ADVICE_ACKED');
    expect(host.heard[1]).toMatchObject({ mti: '0220', de25: '06', de38: '123456' });
    expect(textOf(host.heard[1], 90)).toMatch(new RegExp(`^0100${textOf(host.heard[0], 11)}`));
    expect((await bookedOf(message))['9100']).toBe(-1_000);
  });
  it('at once from two lines is one', async () => {
    const rrn = await approved(hold(1_000));
    const codes = await Promise.all([codeOf(completion(500, rrn)), codeOf(completion(400, rrn))]);
    expect(new Set(codes)).toEqual(new Set(['00', '64']));
  });
});

describe('a void', () => {
  it('R27: of a sale gives all of it back, once', async () => {
    const sale = purchase(1_000);
    const rrn = await approved(sale);
    const message = voidOf(1_000, rrn);
    await approved(message);
    expect(await rowOf(message)).toEqual({ state: 'ANSWERED', kind: 'void' });
    expect(await bookedOf(message)).toEqual({ 1150: -1_000, 2150: 1_000 });
    expect(await codeOf(voidOf(1_000, rrn))).toBe('64');
    expect(await codeOf(refund(1_000, rrn))).toBe('64');
    expect(await codeOf(buildReversal(sale, 'cancelled'))).toBe('12');
    expect(heard()).toEqual(['0200', '0200']);
  });
  it('of a hold lets it go; the hold cannot be completed then', async () => {
    const rrn = await approved(hold(1_000));
    const message = voidOf(1_000, rrn, { mti: '0100', de25: '06' });
    await approved(message);
    expect(await bookedOf(message)).toEqual({ 9100: -1_000, 9150: 1_000 });
    expect(await codeOf(completion(900, rrn))).toBe('64');
  });
  it('that is reversed lets the sale stand again', async () => {
    const rrn = await approved(purchase(1_000));
    const message = voidOf(1_000, rrn);
    await approved(message);
    expect(await codeOf(buildReversal(message, 'no-answer'))).toBe('00');
    await untilState(message, 'REVERSED');
    expect(await bookedOf(message)).toEqual({});
    await approved(voidOf(1_000, rrn));
  });
  it('of a part, or of what was refunded in part, is refused', async () => {
    const rrn = await approved(purchase(1_000));
    expect(await codeOf(voidOf(900, rrn))).toBe('64');
    await approved(refund(100, rrn));
    expect(await codeOf(voidOf(1_000, rrn))).toBe('64');
  });
  it('after the batch is closed, or from another terminal, is refused', async () => {
    const rrn = await approved(purchase(1_000));
    expect(await codeOf(voidOf(1_000, rrn, { de41: 'TERM0002' }))).toBe('12');
    const plain = purchase(1);
    const facts = {
      terminal: { terminalId: 'TERM0001', acceptorId: 'CHIPSWITCH00001', currency: '156' },
      stan: textOf(plain, 11) ?? '',
      localTime: textOf(plain, 12) ?? '',
      localDate: textOf(plain, 13) ?? '',
      batch: '000001',
    };
    const totals = { creditCount: 0, creditMinor: 0n, debitCount: 0, debitMinor: 0n };
    await ask(buildReconciliation(facts, { ...totals, authorisationCount: 0 }));
    expect(await codeOf(voidOf(1_000, rrn))).toBe('12');
    await approved(refund(1_000, rrn));
  });
});
