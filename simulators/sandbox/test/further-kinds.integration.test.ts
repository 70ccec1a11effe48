// Further kinds of payment through a running switch, on Postgres, with a scripted host: increments and several
// completions of a hold, tips, instalments, stored credentials, prepaid cards, voice approvals, reversals of a part.
import { setTimeout as sleep } from 'node:timers/promises';
import { buildReversal } from '@chipswitch/terminal';
import { type IsoMessage, replacementAmounts, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHost, openScriptedHost } from './scripted-host.ts';
import { type Stand, askOnce, openStand, purchase } from './switch-stand.ts';

let host: ScriptedHost;
let stand: Stand;
beforeAll(async () => {
  host = await openScriptedHost();
  stand = await openStand({ hostPort: host.port, instance: 'further-kinds' });
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

async function approved(message: IsoMessage): Promise<string> {
  const answer = await ask(message);
  expect(textOf(answer, 39)).toBe('00');
  await untilState(
    message,
    message.mti === '0200' || message.mti === '0100' ? 'ANSWERED' : 'ADVICE_ACKED',
  );
  return textOf(answer, 37) ?? '';
}

interface Row {
  readonly payment_id: string;
  readonly state: string;
  readonly kind: string;
  readonly amount_minor: string;
}

async function rowOf(message: IsoMessage): Promise<Row | undefined> {
  const found = await stand.pool.query<Row>(
    `select payment_id, state, kind, amount_minor from payment where idempotency_key like $1`,
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

/** What is still held for a hold: authorised + increments = captured + released + held. */
async function heldOf(message: IsoMessage): Promise<number> {
  const row = await rowOf(message);
  const found = await stand.pool.query<{ held: string }>(
    `select coalesce(sum(amount_minor), 0)::text as held from ledger_posting
     where account_code = 9100 and account_scope = $1`,
    [row?.payment_id],
  );
  return Number(found.rows[0].held);
}

const hold = (amount: number): IsoMessage =>
  purchase(amount, { mti: '0100', de3: '030000', de25: '06' });
const increment = (amount: number, rrn: string, more: Partial<IsoMessage> = {}): IsoMessage =>
  purchase(amount, { mti: '0100', de3: '030000', de25: '60', de37: rrn, ...more });
const completion = (amount: number, rrn: string, more: Partial<IsoMessage> = {}): IsoMessage =>
  purchase(amount, { de25: '06', de37: rrn, de38: '123456', ...more });
/** A clearing of a sequence: DE 48 subelement 61. */
const clearing = (number: number, count: number): string => `61040${number}0${count}`;
const tip = (total: number, rrn: string, more: Partial<IsoMessage> = {}): IsoMessage =>
  purchase(total, { mti: '0220', de37: rrn, de60: '34000001', de41: 'TERM0005', ...more });
const dined = (amount: number): IsoMessage => purchase(amount, { de41: 'TERM0005' });
const refund = (amount: number, rrn: string): IsoMessage =>
  purchase(amount, { mti: '0220', de3: '200000', de37: rrn });
const heard = (): string[] => host.heard.map(({ mti }) => mti);

describe('an incremental authorisation', () => {
  it.each([
    ['DE 25 60', { de25: '60' }],
    ['DE 25 06', { de25: '06' }],
    ['DE 3 00', { de25: '06', de3: '000000' }],
  ])('%s raises the hold, which ends as a whole', async (_name, more) => {
    const held = hold(1_000);
    const rrn = await approved(held);
    const raised = increment(500, rrn, more);
    await approved(raised);
    expect(await rowOf(raised)).toMatchObject({ kind: 'incremental-authorisation' });
    expect(host.heard[1]).toMatchObject({ mti: '0100', de4: '000000000500', de38: '123456' });
    expect(textOf(host.heard[1], 90)).toMatch(new RegExp(`^0100${textOf(host.heard[0], 11)}`));
    expect(await heldOf(held)).toBe(1_500);
    await approved(completion(1_500, rrn));
    expect(await heldOf(held)).toBe(0);
  });
  it('raises what a completion may take: 15 % above both', async () => {
    const rrn = await approved(hold(1_000));
    await approved(increment(1_000, rrn));
    expect(await codeOf(completion(2_301, rrn))).toBe('64');
    expect(await codeOf(completion(2_300, rrn))).toBe('00');
  });
  it('that is declined, or undone, raises nothing', async () => {
    const held = hold(1_000);
    const rrn = await approved(held);
    host.answers = [{ de39: '51' }];
    expect(await codeOf(increment(500, rrn))).toBe('51');
    host.answers = [{ de38: '123456' }];
    const raised = increment(500, rrn);
    await approved(raised);
    expect(await codeOf(buildReversal(raised, 'cancelled'))).toBe('00');
    await untilState(raised, 'REVERSED');
    expect(await heldOf(held)).toBe(1_000);
    expect(await codeOf(completion(1_151, rrn))).toBe('64');
  });
  it('of a part that was approved raises by that part', async () => {
    const held = hold(1_000);
    const rrn = await approved(held);
    host.answers = [{ de39: '10', de38: '123456', de4: '000000000200' }];
    expect(await codeOf(increment(500, rrn))).toBe('10');
    expect(await heldOf(held)).toBe(1_200);
  });
  it.each([
    ['names nothing', '', '25'],
    ['names nobody', '633500999999', '25'],
  ])('that %s is refused', async (_name, rrn, code) => {
    const message =
      rrn === '' ? purchase(500, { mti: '0100', de3: '030000', de25: '60' }) : increment(500, rrn);
    expect(await codeOf(message)).toBe(code);
    expect(heard()).toEqual([]);
  });
  it('of a sale, or of a hold that was completed, is refused', async () => {
    expect(await codeOf(increment(100, await approved(purchase(100))))).toBe('64');
    const rrn = await approved(hold(1_000));
    await approved(completion(1_000, rrn));
    expect(await codeOf(increment(100, rrn))).toBe('64');
  });
});

describe('what raises a payment', () => {
  it('an increment is not undone any more once its hold was completed, nor a tip once it was refunded', async () => {
    const held = hold(1_000);
    const rrn = await approved(held);
    const raised = increment(500, rrn);
    await approved(raised);
    await approved(completion(1_500, rrn));
    expect(await codeOf(buildReversal(raised, 'cancelled'))).toBe('12');
    expect(await heldOf(held)).toBe(0);
    const sale = await approved(dined(1_000));
    const tipped = tip(1_200, sale);
    await approved(tipped);
    await ask({ ...refund(1_200, sale), de41: 'TERM0005' });
    expect(await codeOf(buildReversal(tipped, 'cancelled'))).toBe('12');
  });
});

describe('several completions of one hold', () => {
  it('each ends its own part, the last one the rest', async () => {
    const held = hold(1_000);
    const rrn = await approved(held);
    const first = completion(300, rrn, { de48: clearing(1, 3) });
    await approved(first);
    expect(host.heard[1]).toMatchObject({ de48: clearing(1, 3) });
    expect(await bookedOf(first)).toEqual({ 1150: 300, 2150: -300, 9100: -300, 9150: 300 });
    await approved(completion(400, rrn, { de48: clearing(2, 3) }));
    expect(await heldOf(held)).toBe(300);
    const last = completion(100, rrn, { de48: clearing(3, 3) });
    await approved(last);
    expect(await bookedOf(last)).toEqual({ 1150: 100, 2150: -100, 9100: -300, 9150: 300 });
    expect(await heldOf(held)).toBe(0);
    expect(await codeOf(completion(1, rrn))).toBe('64');
  });
  it('together stay within the rule of the merchant category', async () => {
    const rrn = await approved(hold(1_000));
    await approved(completion(900, rrn, { de48: clearing(1, 2) }));
    expect(await codeOf(completion(251, rrn))).toBe('64');
    await approved(completion(250, rrn));
  });
  it.each([
    ['a grocery', 'TERM0001', 1_150],
    ['a restaurant', 'TERM0005', 1_200],
  ])('%s may take so much in all', async (_name, terminal, most) => {
    const de41 = { de41: terminal };
    const rrn = await approved({ ...hold(1_000), ...de41 });
    expect(await codeOf(completion(most + 1, rrn, de41))).toBe('64');
    expect(await codeOf(completion(most, rrn, de41))).toBe('00');
  });
  it('what is left after a part can be let go', async () => {
    const held = hold(1_000);
    const rrn = await approved(held);
    await approved(completion(300, rrn, { de48: clearing(1, 2) }));
    const released = purchase(700, { mti: '0100', de3: '200000', de25: '06', de37: rrn });
    await approved(released);
    expect(await bookedOf(released)).toEqual({ 9100: -700, 9150: 700 });
    expect(await heldOf(held)).toBe(0);
  });
  it('the last one waits for one that is on its way', async () => {
    const held = hold(1_000);
    const rrn = await approved(held);
    host.answers = [{ afterMs: 300, de39: '05' }];
    const slow = codeOf(completion(400, rrn, { de48: clearing(1, 2) }));
    await sleep(100);
    expect(await codeOf(completion(500, rrn))).toBe('19');
    expect(await slow).toBe('05');
    host.answers = [{ de38: '123456' }];
    await approved(completion(500, rrn));
    expect(await heldOf(held)).toBe(0);
  });
  it('one that is reversed gives its part of the hold back', async () => {
    const held = hold(1_000);
    const rrn = await approved(held);
    const first = completion(300, rrn, { de48: clearing(1, 2) });
    await approved(first);
    expect(await codeOf(buildReversal(first, 'cancelled'))).toBe('00');
    await untilState(first, 'REVERSED');
    expect(await heldOf(held)).toBe(1_000);
  });
  it.each([['0201'], ['0302'], ['00'], ['0001'], ['abcd']])(
    'a sequence %s is none',
    async (text) => {
      const rrn = await approved(hold(1_000));
      const de48 = `61${String(text.length).padStart(2, '0')}${text}`;
      expect(await codeOf(completion(300, rrn, { de48 }))).toBe('30');
    },
  );
});

describe('a tip', () => {
  it('is added before the batch is closed: the host hears the new total, the books the difference', async () => {
    const sale = dined(1_000);
    const rrn = await approved(sale);
    const adjusted = tip(1_200, rrn, { de48: '000000000200' });
    await approved(adjusted);
    expect(await rowOf(adjusted)).toMatchObject({ kind: 'tip-adjustment', amount_minor: '200' });
    expect(await bookedOf(adjusted)).toEqual({ 1150: 200, 2150: -200 });
    const [asked, told] = host.heard;
    expect(told).toMatchObject({ mti: '0220', de4: '000000001200', de37: asked['de37'] });
    expect(textOf(told, 90)).toMatch(new RegExp(`^0200${textOf(asked, 11)}`));
    expect(await codeOf({ ...refund(1_201, rrn), de41: 'TERM0005' })).toBe('64');
    expect(await codeOf({ ...refund(1_200, rrn), de41: 'TERM0005' })).toBe('00');
  });
  it.each([
    ['a quarter more', 1_250, {}, '00'],
    ['beyond the rule', 1_251, {}, '64'],
    ['the same amount', 1_000, {}, '13'],
    ['a smaller amount', 900, {}, '13'],
    ['another tip than the difference', 1_200, { de48: '000000000100' }, '13'],
  ])('%s', async (_name, total, more, code) => {
    const rrn = await approved(dined(1_000));
    expect(await codeOf(tip(total, rrn, more))).toBe(code);
  });
  it('comes once; undone, it can be given again', async () => {
    const rrn = await approved(dined(1_000));
    const first = tip(1_100, rrn);
    await approved(first);
    expect(await codeOf(tip(1_200, rrn))).toBe('64');
    expect(await codeOf(buildReversal(first, 'cancelled'))).toBe('00');
    await untilState(first, 'REVERSED');
    expect(await bookedOf(first)).toEqual({});
    expect(await codeOf(tip(1_200, rrn))).toBe('00');
  });
  it('where the merchant category knows none, of nothing, or of what was refunded, is refused', async () => {
    const rrn = await approved(purchase(1_000));
    expect(await codeOf(tip(1_100, rrn, { de41: 'TERM0001' }))).toBe('58');
    expect(await codeOf(tip(1_100, '633500999999'))).toBe('25');
    const other = await approved(dined(1_000));
    await ask({ ...refund(100, other), de41: 'TERM0005' });
    expect(await codeOf(tip(1_100, other))).toBe('64');
  });
});

describe('instalments', () => {
  it.each([
    ['DE 62 of the POS dialect', { de62: '12PLAN7' }],
    ['DE 48', { de48: '900712PLAN7' }],
  ])('%s: number and plan go on to the host; it is booked once', async (_name, more) => {
    const message = purchase(12_000, { de25: '64', ...more });
    await approved(message);
    expect(await rowOf(message)).toMatchObject({ kind: 'installment' });
    expect(host.heard[0]).toMatchObject({ mti: '0200', de25: '64', de48: '900712PLAN7' });
    expect(await bookedOf(message)).toEqual({ 1150: 12_000, 2150: -12_000 });
  });
  it.each([
    ['without a number', {}],
    ['one instalment', { de62: '01' }],
    ['no number', { de62: 'AB' }],
    ['a subelement cut short', { de48: '909912' }],
  ])('%s is refused 30', async (_name, more) => {
    expect(await codeOf(purchase(12_000, { de25: '64', ...more }))).toBe('30');
    expect(heard()).toEqual([]);
  });
});

describe('a stored credential', () => {
  const first = (): IsoMessage => purchase(1_000, { de48: '2204C103' });
  const later = (more: Partial<IsoMessage> = {}): IsoMessage =>
    purchase(1_000, { de22: '102', de48: '2204M103', ...more });
  it("the scheme's id of the first payment goes back to the terminal, and with the later ones", async () => {
    host.answers = [{ de38: '123456', de48: '6312MCC123456789' }];
    const asked = first();
    const answer = await ask(asked);
    expect(answer).toMatchObject({ de39: '00', de48: '6312MCC123456789' });
    await untilState(asked, 'ANSWERED');
    expect(host.heard[0]).toMatchObject({ de48: '2204C103' });
    expect(await ask({ ...asked, mti: '0201' })).toMatchObject({ de48: '6312MCC123456789' });
    const byReference = later({ de37: textOf(answer, 37) });
    await approved(byReference);
    expect(await rowOf(byReference)).toMatchObject({ kind: 'recurring' });
    expect(host.heard[1]).toMatchObject({ de22: '102', de48: '2204M1036312MCC123456789' });
    expect(host.heard[1]['de90']).toBeUndefined();
    await approved(later({ de48: '2204M1036312MCC123456789' }));
    expect(host.heard[2]).toMatchObject({ de48: '2204M1036312MCC123456789' });
    // Nothing was taken of the first one: it can still be undone.
    expect(await codeOf(buildReversal(asked, 'cancelled'))).toBe('00');
  });
  it.each([
    ['a payment that nobody knows', { de37: '633500999999' }, '25'],
    ['an initiator that is none', { de48: '2204X999' }, '30'],
    ['an id with signs', { de48: '6303A-B' }, '30'],
  ])('%s is refused', async (_name, more, code) => {
    expect(await codeOf(later(more))).toBe(code);
  });
  it('after a first payment that was undone, or by another card, is refused', async () => {
    const asked = first();
    const rrn = await approved(asked);
    expect(await codeOf({ ...later({ de37: rrn }), de2: '4111111111111111' })).toBe('64');
    expect(await codeOf(buildReversal(asked, 'cancelled'))).toBe('00');
    expect(await codeOf(later({ de37: rrn }))).toBe('12');
  });
});

describe('prepaid cards', () => {
  it.each([
    ['prepaid-activation', 0, { de3: '720000' }, {}],
    ['prepaid-activation', 500, { de3: '720000' }, { 2150: 500, 2500: -500 }],
    ['prepaid-load', 500, { de3: '280000' }, { 2150: 500, 2500: -500 }],
    ['prepaid-load', 500, { de3: '630000' }, { 2150: 500, 2500: -500 }],
    ['prepaid-unload', 500, { de3: '170000' }, { 2150: -500, 2500: 500 }],
  ])('%s of %i: asked as it is, booked, reversed', async (kind, amount, more, booked) => {
    const message = purchase(amount, more);
    await approved(message);
    expect(await rowOf(message)).toMatchObject({ kind });
    expect(host.heard[0]).toMatchObject(more);
    expect(await bookedOf(message)).toEqual(booked);
    expect(await codeOf(buildReversal(message, 'cancelled'))).toBe('00');
    await untilState(message, 'REVERSED');
    expect(await bookedOf(message)).toEqual({});
  });
  it('a load of nothing is refused 13', async () => {
    expect(await codeOf(purchase(0, { de3: '280000' }))).toBe('13');
  });
});

describe('an approval by voice', () => {
  async function referred(code: string, message: IsoMessage): Promise<void> {
    host.answers = [{ de39: code }];
    expect(await codeOf(message)).toBe(code);
    host.answers = [{}];
  }
  it.each(['01', '02'])(
    'after %s: the later advice is taken, the host told with the code',
    async (code) => {
      const asked = purchase(1_000);
      await referred(code, asked);
      const advice = purchase(1_000, { mti: '0220', de38: '778899', de60: '30000001' });
      const naming = { ...advice, de61: `000001${textOf(asked, 11)}` };
      expect(await ask(naming)).toMatchObject({ de39: '00' });
      await untilState(naming, 'ADVICE_ACKED');
      expect(await rowOf(naming)).toMatchObject({ kind: 'voice-approval' });
      expect(host.heard[1]).toMatchObject({ mti: '0220', de38: '778899' });
      expect(await bookedOf(naming)).toEqual({ 1150: 1_000, 2150: -1_000 });
      const again = purchase(1_000, { mti: '0220', de38: '778899', de61: naming['de61'] });
      expect(await codeOf(again)).toBe('64');
    },
  );
  it('of a hold is a hold', async () => {
    const asked = hold(1_000);
    await referred('01', asked);
    const advice = purchase(1_000, { mti: '0120', de3: '030000', de25: '06', de38: '778899' });
    expect(await codeOf(advice)).toBe('00');
    await untilState(advice, 'ADVICE_ACKED');
    expect(host.heard[1]).toMatchObject({ mti: '0120', de38: '778899' });
    expect(await bookedOf(advice)).toEqual({ 9100: 1_000, 9150: -1_000 });
  });
  it.each([
    ['that was declined', '05'],
    ['that was approved', '00'],
  ])('of a payment %s is refused', async (_name, code) => {
    const asked = purchase(1_000);
    await referred(code, asked);
    const advice = purchase(1_000, {
      mti: '0220',
      de38: '778899',
      de61: `000001${textOf(asked, 11)}`,
    });
    expect(await codeOf(advice)).toBe('64');
  });
  it('of another amount is refused', async () => {
    const asked = purchase(1_000);
    await referred('01', asked);
    const advice = purchase(1_001, {
      mti: '0220',
      de38: '778899',
      de61: `000001${textOf(asked, 11)}`,
    });
    expect(await codeOf(advice)).toBe('64');
  });
});

describe('the reversal of a part (DE 95)', () => {
  const part = (message: IsoMessage, stays: number): IsoMessage => ({
    ...buildReversal(message, 'cancelled'),
    de95: replacementAmounts(BigInt(stays)),
  });
  it('takes the difference back, tells the host what stays, and is answered alike when it is repeated', async () => {
    const sale = purchase(1_000);
    const rrn = await approved(sale);
    const message = part(sale, 600);
    expect(await codeOf(message)).toBe('00');
    await untilState(message, 'ADVICE_ACKED');
    expect(await codeOf({ ...message, mti: '0401' })).toBe('00');
    expect(await bookedOf(message)).toEqual({ 1150: -400, 2150: 400 });
    expect(heard()).toEqual(['0200', '0420']);
    const [asked, told] = host.heard;
    expect(told).toMatchObject({ de4: '000000001000', de95: replacementAmounts(600n) });
    expect(textOf(told, 90)).toMatch(new RegExp(`^0200${textOf(asked, 11)}`));
    expect(await codeOf(refund(601, rrn))).toBe('64');
    expect(await codeOf(refund(600, rrn))).toBe('00');
  });
  it('of a hold lets that part go', async () => {
    const held = hold(1_000);
    const rrn = await approved(held);
    expect(await codeOf(part(held, 600))).toBe('00');
    expect(await heldOf(held)).toBe(600);
    await approved(completion(600, rrn));
    expect(await heldOf(held)).toBe(0);
  });
  it.each([
    ['everything stays', 1_000, '13'],
    ['more stays than there was', 1_001, '13'],
  ])('%s: refused', async (_name, stays, code) => {
    const sale = purchase(1_000);
    await approved(sale);
    expect(await codeOf(part(sale, stays))).toBe(code);
    expect(heard()).toEqual(['0200']);
  });
  it('where nothing stays is the reversal of the whole', async () => {
    const sale = purchase(1_000);
    await approved(sale);
    expect(await codeOf(part(sale, 0))).toBe('00');
    await untilState(sale, 'REVERSED');
    expect(await bookedOf(sale)).toEqual({});
  });
  it('with amounts that are none is refused 30; of a payment that nobody knows 25', async () => {
    const sale = purchase(1_000);
    await approved(sale);
    const broken = { ...buildReversal(sale, 'cancelled'), de95: '0'.repeat(42) };
    expect(await codeOf(broken)).toBe('30');
    expect(await codeOf(part(purchase(1_000), 600))).toBe('25');
  });
  it('of what was undone, or refunded, is refused', async () => {
    const sale = purchase(1_000);
    const rrn = await approved(sale);
    await ask(refund(700, rrn));
    expect(await codeOf(part(sale, 600))).toBe('64');
    const other = purchase(1_000);
    await approved(other);
    await ask(buildReversal(other, 'cancelled'));
    expect(await codeOf(part(other, 600))).toBe('12');
  });
});
