// The reversal of a payment against what is drawn on it at the same moment, on Postgres: whatever comes first, never both.
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenResult, PaymentJournal } from '@chipswitch/ledger';
import { buildReversal } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScriptedHost, openScriptedHost } from './scripted-host.ts';
import { type Stand, openStand, purchase } from './switch-stand.ts';

/** Holds every look at the draws of a payment back until a draw was opened. */
let beforeStep: (() => Promise<void>) | undefined;
const slowLook = (journal: PaymentJournal): PaymentJournal => ({
  ...journal,
  drawsOn: async (paymentId) => {
    const draws = await journal.drawsOn(paymentId);
    await beforeStep?.();
    return draws;
  },
});

let host: ScriptedHost;
let stand: Stand;
beforeAll(async () => {
  host = await openScriptedHost();
  host.answers = [{ de38: '123456' }];
  stand = await openStand({ hostPort: host.port, instance: 'race', journal: slowLook });
});
afterAll(async () => {
  await stand.close();
  await host.close();
});

async function codeOf(message: IsoMessage): Promise<string | undefined> {
  const link = stand.link();
  const result = await link.exchange(message, 6_000);
  link.close();
  return result.ok ? textOf(result.message, 39) : result.error.code;
}

async function approved(message: IsoMessage): Promise<string> {
  const link = stand.link();
  const result = await link.exchange(message, 6_000);
  link.close();
  if (!result.ok) throw new Error(result.error.code);
  expect(textOf(result.message, 39)).toBe('00');
  return textOf(result.message, 37) ?? '';
}

async function stateOf(message: IsoMessage): Promise<string> {
  const found = await stand.pool.query<{ state: string }>(
    'select state from payment where idempotency_key like $1',
    [`%/${textOf(message, 11)}/${message.mti[1]}`],
  );
  return found.rows[0]?.state ?? 'none';
}

const draws = {
  refund: (rrn: string) => purchase(1_000, { mti: '0220', de3: '200000', de37: rrn }),
  void: (rrn: string) => purchase(1_000, { de3: '200000', de37: rrn, de38: '123456' }),
  completion: (rrn: string) => purchase(1_000, { de25: '06', de37: rrn, de38: '123456' }),
  increment: (rrn: string) => purchase(500, { mti: '0100', de3: '030000', de25: '60', de37: rrn }),
} as const;
const originalOf = (draw: keyof typeof draws): IsoMessage =>
  draw === 'refund' || draw === 'void'
    ? purchase(1_000)
    : purchase(1_000, { mti: '0100', de3: '030000', de25: '06' });

/** At most one of the two stands. */
function exclusive(reversed: string | undefined, drawn: string | undefined): void {
  expect([reversed, drawn]).not.toEqual(['00', '00']);
}

describe('the reversal of a payment against what draws on it', () => {
  it.each(Object.keys(draws) as (keyof typeof draws)[])(
    'a %s that is opened after the look is seen by the step: the reversal looks again and is refused',
    async (name) => {
      const original = originalOf(name);
      const rrn = await approved(original);
      let drawn: string | undefined;
      beforeStep = async () => {
        beforeStep = undefined;
        drawn = await codeOf(draws[name](rrn));
      };
      const reversed = await codeOf(buildReversal(original, 'cancelled'));
      beforeStep = undefined;
      expect([drawn, reversed]).toEqual(['00', '12']);
      expect(await stateOf(original)).toBe('ANSWERED');
    },
  );
  it.each(Object.keys(draws) as (keyof typeof draws)[])(
    'a %s and the reversal at once, many times: never both',
    async (name) => {
      const rounds = 12;
      const seen = new Set<string>();
      await Promise.all(
        Array.from({ length: rounds }, async (_, round) => {
          const original = originalOf(name);
          const rrn = await approved(original);
          const [reversed, drawn] = await Promise.all([
            codeOf(buildReversal(original, 'cancelled')),
            sleep(round % 3).then(() => codeOf(draws[name](rrn))),
          ]);
          exclusive(reversed, drawn);
          // What the reversal was told is what became of the payment.
          const state = await stateOf(original);
          if (reversed === '00') expect(state).toMatch(/^REVERS/);
          else expect(state).toBe('ANSWERED');
          seen.add(`${reversed}/${drawn}`);
        }),
      );
      expect(seen.size).toBeGreaterThan(0);
    },
  );
});

describe('the journal alone, many at once', () => {
  it('a step that has seen fewer draws than there are is not made', async () => {
    const original = purchase(1_000);
    await approved(original);
    const { pool } = stand;
    const { createPostgresJournal } = await import('@chipswitch/ledger/postgres');
    const journal = createPostgresJournal({ pool });
    const found = await pool.query<{ idempotency_key: string }>(
      'select idempotency_key from payment where idempotency_key like $1',
      [`%/${textOf(original, 11)}/2`],
    );
    const record = await journal.findByKey(found.rows[0].idempotency_key);
    if (record === undefined) throw new Error('the payment is not there');
    const { paymentId, version, draws: seen } = record;
    const { originalId: _original, batchId: _batch, ...rest } = record;
    const draw = (i: number): Promise<OpenResult> =>
      journal.open({
        ...rest,
        key: `draw-${paymentId}-${i}`,
        kind: 'refund',
        state: 'SENDING',
        amountMinor: 100n,
        original: {
          paymentId,
          outcome: 'approved',
          together: ['refund'],
          added: [],
          alone: [],
          percentMax: 100n,
        },
      });
    const [step, ...opened] = await Promise.all([
      journal.step({
        paymentId,
        version: version + 1,
        businessDate: record.businessDate,
        state: 'REVERSAL_DUE',
        event: 'reversed by the terminal',
        draws: seen,
      }),
      ...Array.from({ length: 6 }, (_, i) => draw(i)),
    ]);
    const count = opened.filter((result) => result.ok).length;
    expect([step.ok, count > 0]).not.toEqual([true, true]);
    expect(step.ok || count > 0).toBe(true);
    const after = await journal.findByKey(record.key);
    expect(after?.draws).toBe(seen + count);
  });
});
