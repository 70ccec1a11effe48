// Settles every business date that is over and not settled, oldest first; what a night missed, too.
import { formatCalendarDate, parseCalendarDate } from '@chipswitch/ledger';
import {
  type SettleParts,
  type SettlementResult,
  settleBusinessDay,
} from './settle-business-day.ts';

/** Days one run looks back over, at most. */
const daysMax = 366;

async function firstUnsettled(parts: SettleParts, lastOver: number): Promise<number> {
  const found = await parts.pool.query<{ day: string | null }>(
    `select min(business_date)::text as day from (
       select distinct business_date from payment where business_date <= $1
       union select distinct business_date from ledger_transaction where business_date <= $1) d
     where not exists (select from settlement_run r where r.business_date = d.business_date
       and r.job = 'settle-business-day' and r.status = 'settled')`,
    [formatCalendarDate(lastOver)],
  );
  const day = found.rows[0].day === null ? undefined : parseCalendarDate(found.rows[0].day);
  return Math.max(day ?? lastOver, lastOver - daysMax);
}

/**
 * Settles the days that are over, from the first unsettled one to the last that is over. A day that
 * is blocked or failed does not keep the next one from being looked at.
 */
export async function settleDaysOver(parts: SettleParts): Promise<SettlementResult[]> {
  const today = parts.calendar.businessDate(parts.nowMs);
  const open = today === undefined ? undefined : parseCalendarDate(today);
  if (open === undefined) return [];
  const results: SettlementResult[] = [];
  for (let day = await firstUnsettled(parts, open - 1); day < open; day++) {
    const outcome = await settleBusinessDay(parts, formatCalendarDate(day));
    if (outcome.ok) results.push(outcome.result);
  }
  return results;
}
