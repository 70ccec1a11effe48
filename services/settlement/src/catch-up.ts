// Settles every business date that is over and not settled, oldest first; what a night missed, too.
import { formatCalendarDate, parseCalendarDate } from '@chipswitch/ledger';
import {
  type SettleParts,
  type SettlementResult,
  settleBusinessDay,
} from './settle-business-day.ts';
import { sql } from './sql.ts';

/** Days one run looks back over, at most. */
const daysMax = 366;

async function firstUnsettled(parts: SettleParts, lastOver: number): Promise<number> {
  const found = await parts.pool.query<{ day: string | null }>(sql('first-unsettled-day'), [
    formatCalendarDate(lastOver),
  ]);
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
