// Payments in flight on real parts: what is taken up again, offline advices, amount zero, and a journal that
// is away for one payment or for all.
import { setTimeout as sleep } from 'node:timers/promises';
import { fromHex, toHex } from '@chipswitch/bytes';
import type { PaymentJournal } from '@chipswitch/ledger';
import { buildRepeat, buildReversal } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterEach, describe, expect, it } from 'vitest';
import { openScriptedHost } from './scripted-host.ts';
import { type Stand, type StandOptions, openStand, purchase, visa } from './switch-stand.ts';

const stands: Stand[] = [];
afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close();
});

async function open(options: StandOptions): Promise<Stand> {
  const stand = await openStand(options);
  stands.push(stand);
  return stand;
}

type Link = ReturnType<Stand['link']>;

async function codeOf(link: Link, message: IsoMessage, ms = 5_000): Promise<string> {
  const result = await link.exchange(message, ms);
  return result.ok ? (textOf(result.message, 39) ?? '') : result.error.code;
}

async function stateOf(stand: Stand, message: IsoMessage): Promise<string | undefined> {
  const found = await stand.pool.query<{ state: string }>(
    'select state from payment where idempotency_key like $1',
    [`%/${textOf(message, 11)}/2`],
  );
  return found.rows[0]?.state;
}

const untilState = (stand: Stand, message: IsoMessage, state: string): Promise<void> =>
  expect.poll(() => stateOf(stand, message), { timeout: 15_000 }).toBe(state);

const heard = (stand: Stand): string[] =>
  stand.book.entries.map(({ mti, effect }) => `${mti} ${effect}`);

describe('H1 = M2: taken up again', () => {
  it.each(['REVERSAL_DUE', 'REVERSAL_SENT'])(
    '%s at the start: the 0420 that the host does not answer is repeated',
    async (state) => {
      const instance = `taken-${state.toLowerCase().replace('_', '-')}`;
      const first = await open({ instance });
      const message = purchase(41_000);
      expect(await codeOf(first.link(), message)).toBe('00');
      await untilState(first, message, 'ANSWERED');
      // As a crash leaves it; this amount loses the answer to its first 0420.
      await first.pool.query(
        'update payment set state = $2, amount_minor = 900207 where idempotency_key like $1',
        [`%/${textOf(message, 11)}/2`, state],
      );
      const second = await open({ instance });
      // I10: the question again finds its answer, not a payment that never gives one.
      expect(await codeOf(second.link(), buildRepeat(message), 1_000)).toBe('12');
      await untilState(second, message, 'REVERSED');
      expect(heard(second).map((entry) => entry.slice(0, 4))).toEqual(['0420', '0421']);
      expect(second.running.status()).toMatchObject({ followUpsWaiting: 0, livePayments: 0 });
    },
  );
  it('I10: the question again while its reversal is under way is answered at once', async () => {
    const stand = await open({ instance: 'taken-2' });
    const link = stand.link();
    const message = purchase(900_208);
    expect(await codeOf(link, message)).toBe('91');
    await expect.poll(() => stateOf(stand, message)).toBe('REVERSAL_SENT');
    expect(await codeOf(link, buildRepeat(message), 1_000)).toBe('91');
    await untilState(stand, message, 'REVERSED');
  });
});

describe('R03 = M10: an offline approval', () => {
  const advice = (amountMinor: number): IsoMessage =>
    purchase(amountMinor, { mti: '0220', de38: 'Y1    ' });

  it('is answered 0230 00 at once, booked, and told to the host by a 0220', async () => {
    const stand = await open({ instance: 'offline-1' });
    const link = stand.link();
    const message = advice(42_000);
    const result = await link.exchange(message, 1_000);
    expect(result).toMatchObject({ ok: true, message: { mti: '0230', de39: '00' } });
    await untilState(stand, message, 'ADVICE_ACKED');
    expect(heard(stand)).toEqual(['0220 advised']);
    expect(await codeOf(link, buildRepeat(message))).toBe('00');
    const booked = await stand.pool.query(
      `select kind from ledger_transaction where payment_id =
       (select payment_id from payment where idempotency_key like $1)`,
      [`%/${textOf(message, 11)}/2`],
    );
    expect(booked.rows).toEqual([{ kind: 'capture' }]);
    expect(stand.log.filter(({ event }) => event === 'problem')).toEqual([]);
    expect(stand.running.status()).toMatchObject({ followUpsWaiting: 0, livePayments: 0 });
  });
  it('is answered while no host can be reached, and told when one can', async () => {
    const stand = await open({ instance: 'offline-2' });
    stand.acquirer.breakLinks();
    const message = advice(42_100);
    expect(await codeOf(stand.link(), message, 1_000)).toBe('00');
    await untilState(stand, message, 'ADVICE_ACKED');
  });
  it('is told of the chip what it was told before, also after a restart; nothing of it is stored in clear', async () => {
    const host = await openScriptedHost();
    const { pan } = visa.applications[0];
    const tags = '82025C009F2608A1B2C3D4E5F607189F2701409F36020001';
    const message = advice(42_200);
    const de55 = fromHex(`${tags}5A08${pan}5713${pan}D28122011143878089000F`);
    const options = { instance: 'offline-3', hostPort: host.port };
    const first = await openStand(options);
    expect(await codeOf(first.link(), { ...message, de55 })).toBe('00');
    await expect.poll(() => host.heard.length, { timeout: 5_000 }).toBeGreaterThan(0);
    await first.close();
    host.answers = [{}];
    const second = await open(options);
    await untilState(second, message, 'ADVICE_ACKED');
    const { rows } = await second.pool.query<{ payment: string }>(
      'select row_to_json(payment)::text as payment from payment where idempotency_key like $1',
      [`%/${textOf(message, 11)}/2`],
    );
    expect(rows[0].payment).not.toContain(pan.slice(0, 12));
    expect(rows[0].payment).not.toContain('28122011');
    const advices = host.heard.filter(({ mti }) => mti.startsWith('022'));
    expect(advices.at(-1)?.mti).toBe('0221');
    expect(advices.map((heard) => toHex(heard.de55 as Uint8Array))).toEqual(
      advices.map(() => tags),
    );
    await host.close();
  });
});

describe('R02: amount zero', () => {
  it('is approved, books nothing, and takes none of its neighbours with it', async () => {
    const stand = await open({ instance: 'zero-1' });
    const link = stand.link();
    const verification = purchase(0, { mti: '0100', de3: '030000', de25: '06' });
    const sales = Array.from({ length: 12 }, (_, i) => purchase(43_000 + i * 100));
    const codes = await Promise.all(
      [...sales.slice(0, 6), verification, ...sales.slice(6)].map((message) =>
        codeOf(link, message),
      ),
    );
    expect(codes).toEqual(codes.map(() => '00'));
    expect(stand.log.filter(({ event }) => event === 'problem')).toEqual([]);
  });
});

describe('A5: trouble of one payment is not the trouble of its line', () => {
  it('an outcome that cannot be recorded gets no answer, the others on the line theirs', async () => {
    let refused = 0;
    const journal = (real: PaymentJournal): PaymentJournal => ({
      ...real,
      step: async (step) => {
        const isMeant = step.booking?.postings.some(({ amountMinor }) => amountMinor === 44_000n);
        if (isMeant !== true) return real.step(step);
        refused++;
        return { ok: false, error: { code: 'journal-unavailable' } };
      },
    });
    const stand = await open({ instance: 'shared-1', journal });
    const link = stand.link();
    const stuck = purchase(44_000);
    const asked = [stuck, purchase(44_100, { de41: 'TERM0002' }), purchase(44_200)];
    const codes = await Promise.all(asked.map((message) => codeOf(link, message, 3_000)));
    expect(codes).toEqual(['timed-out', '00', '00']);
    expect(refused).toBe(5);
    expect(await codeOf(link, purchase(44_300))).toBe('00');
    expect(link.counters.connects).toBe(1);
    // The sweep takes it up: what the host approved is reversed.
    await untilState(stand, stuck, 'REVERSED');
    expect(stand.running.status().livePayments).toBe(0);
  });
  it('on a line of its own it closes the line', async () => {
    const journal = (real: PaymentJournal): PaymentJournal => ({
      ...real,
      step: async () => ({ ok: false, error: { code: 'journal-unavailable' } }),
    });
    const stand = await open({ instance: 'shared-2', journal });
    expect(await codeOf(stand.link(), purchase(44_400))).toBe('link-lost');
  });
  it('a 0400 while the journal is away gets 96, a repeated payment no answer; both later theirs', async () => {
    let away = false;
    const journal = (real: PaymentJournal): PaymentJournal => ({
      ...real,
      findByKey: async (key) => {
        if (away) throw new Error('the database is away');
        return real.findByKey(key);
      },
    });
    const stand = await open({ instance: 'shared-3', journal });
    const link = stand.link();
    const [sale, other] = [purchase(44_500), purchase(44_600, { de41: 'TERM0002' })];
    expect(await Promise.all([sale, other].map((message) => codeOf(link, message)))).toEqual([
      '00',
      '00',
    ]);
    away = true;
    const reversal = buildReversal(sale, 'cancelled');
    const during = [reversal, buildRepeat(other)].map((message) => codeOf(link, message, 500));
    expect(await Promise.all(during)).toEqual(['96', 'timed-out']);
    away = false;
    expect(await codeOf(link, buildRepeat(reversal))).toBe('00');
    expect(await codeOf(link, buildRepeat(other))).toBe('00');
    expect(link.counters.connects).toBe(1);
    await untilState(stand, sale, 'REVERSED');
  });
  it('a 0400 that meets its payment while it is being opened undoes it', async () => {
    const stand = await open({ instance: 'shared-4' });
    const links = [stand.link(), stand.link()];
    for (let i = 0; i < 20; i++) {
      const sale = purchase(45_000 + 100 * i);
      const paying = codeOf(links[0], sale);
      await sleep(i % 5);
      const code = await codeOf(links[1], buildReversal(sale, 'no-answer'));
      expect(['00', '25']).toContain(code);
      expect(['00', '91', '12']).toContain(await paying);
      await expect.poll(() => stateOf(stand, sale), { timeout: 5_000 }).toBe('REVERSED');
    }
    expect(stand.running.status().counters.abandoned).toBe(0);
    expect(stand.log.filter(({ event }) => event === 'problem')).toEqual([]);
  });
});

describe('M3: a journal that was away', () => {
  it('while a reversal was under way: taken up again when it is back', async () => {
    let away = false;
    const journal = (real: PaymentJournal): PaymentJournal => ({
      ...real,
      step: async (step) =>
        away ? { ok: false, error: { code: 'journal-unavailable' } } : real.step(step),
      listByState: async (...asked) => {
        if (away) throw new Error('the database is away');
        return real.listByState(...asked);
      },
    });
    const stand = await open({ instance: 'away-1', journal });
    const message = purchase(900_209);
    expect(await codeOf(stand.link(), message)).toBe('91');
    await expect.poll(() => stateOf(stand, message)).toBe('REVERSAL_SENT');
    away = true;
    await expect.poll(() => stand.running.status().livePayments, { timeout: 10_000 }).toBe(0);
    expect(stand.running.status().followUpsWaiting).toBe(0);
    away = false;
    await untilState(stand, message, 'REVERSED');
  });
});
