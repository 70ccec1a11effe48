// Scenarios of terminal batches: totals that do not agree, an upload that lacks an item, a terminal that lost
// its memory and begins at batch 1 again.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Terminal,
  buildBatchItem,
  buildReconciliation,
  buildRequest,
} from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { Client } from 'pg';
import { forgetfulTerminal, panOf, sandboxCards } from './plan.ts';
import type { Play, Stage } from './stage.ts';

const [visa18] = sandboxCards;
const { terminalId, acceptorId } = forgetfulTerminal;

async function sell({ cast }: Stage, terminal: Terminal, amountMinor: bigint): Promise<boolean> {
  const result = await terminal.pay({
    amountMinor,
    card: cast.card(visa18),
    cardholder: { pin: cast.pinOf(visa18) },
    forceOnline: true,
  });
  return result.outcome === 'approved';
}

async function codeOf({ cast }: Stage, message: IsoMessage): Promise<string> {
  const result = await cast.link.exchange(message, 4_000);
  return result.ok ? (textOf(result.message, 39) ?? '--') : result.error.code;
}

async function listed({ sandbox }: Stage): Promise<number> {
  const client = new Client({ connectionString: sandbox.databaseUrl });
  await client.connect();
  try {
    const sql = 'select count(*)::int as n from unequal_batch where terminal_id = $1';
    return (await client.query<{ n: number }>(sql, [terminalId])).rows[0].n;
  } finally {
    await client.end();
  }
}

// DE 12 and 13 of now, as the terminal's clock in UTC has them.
function factsOf(batch: string, stan: string): Parameters<typeof buildReconciliation>[0] {
  const now = new Date().toISOString().replaceAll(/\D/g, '');
  return {
    terminal: { terminalId, acceptorId, currency: '156' },
    stan,
    localTime: now.slice(8, 14),
    localDate: now.slice(4, 8),
    batch,
  };
}

/** Two sales that the terminal knows and one that it forgot: 95, upload, 95 and a list, the third item, 00. */
export const uploaded: Play = async (stage) => {
  const terminal = stage.cast.forgetful();
  const { batch } = terminal.memory;
  const sold = (await sell(stage, terminal, 1_500n)) && (await sell(stage, terminal, 1_600n));
  const forgotten = buildRequest('purchase', {
    ...factsOf(batch, '900001'),
    amountMinor: 1_700n,
    card: { pan: panOf(visa18), expiry: '2812', sequenceNumber: undefined, track2: undefined },
    entryMode: '012',
  });
  const third = await codeOf(stage, forgotten);
  const close = await terminal.closeBatch();
  const waiting = await listed(stage);
  const item = await codeOf(stage, buildBatchItem({ ...forgotten, de39: third }, batch));
  const trailer = buildReconciliation(factsOf(batch, '900002'), close.totals, '202');
  const codes = [await codeOf(stage, trailer), await codeOf(stage, trailer)];
  const left = await listed(stage);
  const seen = `sales ${sold ? '00 00' : '--'} ${third}; close ${close.result} ${close.responseCode ?? '--'}, ${close.itemsUploaded} sent, ${waiting} listed; third item ${item}; trailer twice ${codes.join(' ')}, ${left} listed`;
  const ok =
    sold &&
    third === '00' &&
    close.result === 'uploaded' &&
    close.responseCode === '95' &&
    waiting === 1 &&
    left === 0;
  return { ok: ok && item === '00' && codes.every((code) => code === '00'), seen };
};

/** The same terminal without its memory: batch 000001 and its trace numbers again, with other sales. */
export const beganAgain: Play = async (stage) => {
  // A terminal does not start within a second: its first trace number comes again, its clock goes on.
  await sleep(1_000);
  const terminal = stage.cast.forgetful();
  const { batch } = terminal.memory;
  const sold = await sell(stage, terminal, 3_300n);
  const close = await terminal.closeBatch();
  const seen = `batch ${batch} again: ${close.totals.debitCount} sales, ${close.totals.debitMinor} minor units, ${close.responseCode ?? '--'}`;
  return { ok: sold && close.result === 'balanced' && (await listed(stage)) === 0, seen };
};
