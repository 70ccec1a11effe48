// A proposed configuration played against the payments of the journal: nothing is changed, nothing is sent.
import { currencyOf } from '@chipswitch/ledger';
import { sqlFiles } from '@chipswitch/ledger/postgres';
import {
  type RecordedPayment,
  type RoutingComparison,
  type RoutingToCompare,
  compareRouting,
} from '@chipswitch/transaction';
import type { Pool } from 'pg';
import type { CardVault } from '../card-vault.ts';
import type { SwitchConfig } from '../config.ts';
import { routingOf } from '../routing-settings.ts';
import { minuteOfDayIn } from '../time-of-day.ts';

const pageSql = sqlFiles(new URL('./sql/', import.meta.url))('recorded-payments');
const rowsInPage = 5_000;
const knownDigits = 6;

/** What is played. */
export interface DryRunParts {
  readonly pool: Pool;
  readonly current: SwitchConfig;
  readonly proposed: SwitchConfig;
  /** The zone that rules tell the time in. */
  readonly timeZone: string;
  /** Payments at the most, newest first. */
  readonly limit: number;
  /** Reads whole card numbers back; without it their first six digits must do. */
  readonly vault?: Pick<CardVault, 'decipherPan'>;
}

interface Columns {
  readonly payment_id: string;
  readonly idempotency_key: string;
  readonly pan_encrypted: Buffer | null;
  readonly pan_truncated: string;
  readonly amount_minor: string;
  readonly currency: string;
  readonly acceptor_id: string;
  readonly terminal_id: string;
  readonly kind: string;
  readonly opened_at: Date;
}

function digitsOf(row: Columns, vault: DryRunParts['vault']): string {
  const whole = row.pan_encrypted && vault?.decipherPan(row.pan_encrypted, row.idempotency_key);
  return whole ?? row.pan_truncated.slice(0, knownDigits);
}

async function recordedPayments({
  pool,
  limit,
  vault,
  timeZone,
}: DryRunParts): Promise<RecordedPayment[]> {
  const minuteOfDay = minuteOfDayIn(timeZone);
  const recorded: RecordedPayment[] = [];
  let before: string | null = null;
  while (recorded.length < limit) {
    const wanted = Math.min(rowsInPage, limit - recorded.length);
    const page: Columns[] = (await pool.query<Columns>(pageSql, [before, wanted])).rows;
    for (const row of page) {
      recorded.push({
        paymentId: row.payment_id,
        pan: digitsOf(row, vault),
        amountMinor: BigInt(row.amount_minor),
        currencyNumeric: currencyOf(row.currency)?.numeric ?? '',
        merchant: row.acceptor_id,
        terminalId: row.terminal_id,
        kind: row.kind,
        minuteOfDay: () => minuteOfDay(row.opened_at.getTime()),
      });
    }
    before = page.at(-1)?.payment_id ?? null;
    if (page.length < wanted) break;
  }
  // In the order in which they came, as turns are taken.
  return recorded.toReversed();
}

function sideOf(config: SwitchConfig): RoutingToCompare {
  const drained = new Set(
    config.hosts.filter(({ drain }) => drain === true).map(({ name }) => name),
  );
  return { routing: routingOf(config), isDrained: (host) => drained.has(host) };
}

/** Plays the newest payments against both configurations. */
export async function dryRun(parts: DryRunParts): Promise<RoutingComparison> {
  const recorded = await recordedPayments(parts);
  return compareRouting(sideOf(parts.current), sideOf(parts.proposed), recorded);
}
