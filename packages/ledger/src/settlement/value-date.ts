// Value dates: so many good days after the business date; weekends and holidays are no good days.
import { formatCalendarDate, isoWeekday, parseCalendarDate } from './calendar-date.ts';
import { type Settled, refused, settled } from './settlement-error.ts';

/** What makes a day a good one, and how many are counted. */
export interface ValueDateTerms {
  /** Good days after the business date; 0 rolls forward to a good day. */
  readonly lagDays: number;
  /** ISO weekday numbers (1 Monday to 7 Sunday) that are no good days. */
  readonly weekend: ReadonlySet<number>;
  /** Dates (YYYY-MM-DD) of every calendar that applies, together. */
  readonly holidays: ReadonlySet<string>;
}

const searchedDaysMax = 3660;

/**
 * The value date of a business date.
 *
 * @returns `not-a-date`, `negative` for the lag, or `no-good-day` when ten years hold too few.
 */
export function valueDate(terms: ValueDateTerms, businessDate: string): Settled<string> {
  const start = parseCalendarDate(businessDate);
  if (start === undefined) return refused('not-a-date', 'businessDate');
  const { lagDays } = terms;
  if (!Number.isSafeInteger(lagDays) || lagDays < 0) return refused('negative', 'lagDays');
  let left = lagDays;
  for (let day = lagDays === 0 ? start : start + 1; day <= start + searchedDaysMax; day++) {
    if (terms.weekend.has(isoWeekday(day))) continue;
    const date = formatCalendarDate(day);
    if (terms.holidays.has(date)) continue;
    if (left <= 1) return settled(date);
    left--;
  }
  return refused('no-good-day');
}
