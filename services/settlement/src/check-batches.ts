// Terminal batches against their items: recorded totals must be the sum of what is in the batch (I5). A batch is
// looked at on the business day of its close, and after it for as long as nobody has ended it.
import {
  type BatchItemKind,
  type BatchTotals,
  totalsDifferences,
  totalsFields,
} from '@chipswitch/transaction';
import type { ClientBase } from 'pg';
import type { Finding } from './finding.ts';
import { sql } from './sql.ts';

interface BatchRow {
  terminal_id: string;
  batch_key: string;
  business_date: string;
  is_of_day: boolean;
  is_listed: boolean;
  response_code: string;
  host_totals: Readonly<Record<string, string>>;
  buckets: Readonly<Partial<Record<BatchItemKind, readonly [string, string]>>>;
  exceptions: Readonly<Record<string, number>>;
}

function totalsOf(row: BatchRow): BatchTotals {
  const bucket = (kind: BatchItemKind): { count: bigint; amountMinor: bigint } => {
    const [count, amount] = row.buckets[kind] ?? ['0', '0'];
    return { count: BigInt(count), amountMinor: BigInt(amount) };
  };
  return {
    sale: bucket('sale'),
    'sale-reversal': bucket('sale-reversal'),
    refund: bucket('refund'),
    'refund-reversal': bucket('refund-reversal'),
  };
}

function judge(row: BatchRow): Finding[] {
  const subject = `terminal ${row.terminal_id}, batch ${row.batch_key}`;
  const findings: Finding[] = [];
  const items = totalsFields(totalsOf(row));
  const differing = items.ok ? totalsDifferences(items.value, row.host_totals) : [items.error.code];
  if (differing.length > 0) {
    findings.push({ code: 'batch-differs', subject, detail: differing.join(' ') });
  }
  if (row.is_listed) {
    const left = Object.entries(row.exceptions).map(([finding, items]) => `, ${items} ${finding}`);
    const when = row.is_of_day ? '' : ` on ${row.business_date}`;
    const detail = `closed${when} with response code ${row.response_code}${left.join('')}`;
    findings.push({ code: 'batch-not-agreed', subject, detail });
  }
  return findings;
}

/** What the check found, and over how many batches. */
export interface BatchCheck {
  readonly batches: number;
  readonly findings: readonly Finding[];
}

/** Checks the batches of a business date, and older ones that are on the list; a database without any batch table has none. */
export async function checkBatches(client: ClientBase, date: string): Promise<BatchCheck> {
  const table = await client.query<{ there: boolean }>(sql('terminal-batch-there'));
  if (!table.rows[0].there) return { batches: 0, findings: [] };
  const found = await client.query<BatchRow>(sql('batch-items'), [date]);
  const ofDay = found.rows.filter((row) => row.is_of_day);
  return { batches: ofDay.length, findings: found.rows.flatMap(judge) };
}
