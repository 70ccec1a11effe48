// Business dates: which day an instant belongs to, by a cut-off in local time; no gap and no overlap.
import { dayMs, formatCalendarDate, parseCalendarDate } from './calendar-date.ts';
import { type Settled, refused, settled } from './settlement-error.ts';
import { timeZoneOf } from './zoned-time.ts';

/** A cut-off, as configured. */
export interface CutOffTerms {
  /** IANA name, as in `Asia/Shanghai`. */
  readonly timeZone: string;
  /** `HH:MM`, `HH:MM:SS`, or `24:00:00` for the end of the date. */
  readonly cutOff: string;
}

/**
 * A calendar of business dates: date D holds the instants t with cut(D-1) <= t < cut(D). Dates are
 * YYYY-MM-DD; both answers are undefined for what is no date or lies outside the years 1000 to 9999.
 */
export interface BusinessCalendar {
  /** Milliseconds since the epoch of the first instant after the business date. */
  cutOffMs(businessDate: string): number | undefined;
  /** The business date of an instant in milliseconds since the epoch. */
  businessDate(instantMs: number): string | undefined;
}

const timeOfDay = /^(\d{2}):(\d{2})(?::(\d{2}))?$/;
const firstDay = -354_285; // 1000-01-01
const lastDay = 2_932_896; // 9999-12-31
const cutsKeptMax = 1024;

function readTimeOfDay(text: string): number | undefined {
  const match = timeOfDay.exec(text);
  if (match === null) return undefined;
  const [hour, minute, second] = [match[1], match[2], match[3] ?? '0'].map(Number);
  if (minute > 59 || second > 59) return undefined;
  const seconds = hour * 3600 + minute * 60 + second;
  return seconds <= 86_400 ? seconds * 1000 : undefined;
}

/**
 * Makes a calendar. It remembers the window of the last answer, so that the days of a busy hour cost
 * two comparisons each.
 *
 * @returns `unknown-time-zone` or `not-a-time` when the terms cannot be used.
 * @example
 * const calendar = businessCalendar({ timeZone: 'Asia/Shanghai', cutOff: '23:00:00' });
 * if (calendar.ok) calendar.value.businessDate(Date.parse('2025-01-15T15:00:00Z')); // '2025-01-16'
 */
export function businessCalendar(terms: CutOffTerms): Settled<BusinessCalendar> {
  const zone = timeZoneOf(terms.timeZone);
  if (zone === undefined) return refused('unknown-time-zone', 'timeZone');
  const cutOffOfDayMs = readTimeOfDay(terms.cutOff);
  if (cutOffOfDayMs === undefined) return refused('not-a-time', 'cutOff');
  const cuts = new Map<number, number>();
  const cutOf = (day: number): number => {
    const kept = cuts.get(day);
    if (kept !== undefined) return kept;
    if (cuts.size >= cutsKeptMax) cuts.clear();
    const cut = zone.instantMsOf(day * dayMs + cutOffOfDayMs);
    cuts.set(day, cut);
    return cut;
  };
  let window = { fromMs: 0, toMs: 0, date: '' };
  return settled({
    cutOffMs: (businessDate) => {
      const day = parseCalendarDate(businessDate);
      return day === undefined ? undefined : cutOf(day);
    },
    businessDate: (instantMs) => {
      if (instantMs >= window.fromMs && instantMs < window.toMs) return window.date;
      let day = Math.floor(instantMs / dayMs);
      if (!(day > firstDay && day < lastDay)) return undefined;
      while (instantMs >= cutOf(day)) day++;
      while (instantMs < cutOf(day - 1)) day--;
      window = { fromMs: cutOf(day - 1), toMs: cutOf(day), date: formatCalendarDate(day) };
      return window.date;
    },
  });
}
