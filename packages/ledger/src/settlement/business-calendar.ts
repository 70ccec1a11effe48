// Business dates: which day an instant belongs to, by a cut-off in local time; no gap and no overlap.
import { dayMs, formatCalendarDate, parseCalendarDate } from './calendar-date.ts';
import { type Settled, refused, settled } from './settlement-error.ts';
import { canonicalTimeZone, timeZoneOf } from './zoned-time.ts';

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

/** Terms and the first business date that they hold for. */
export interface CalendarVersion extends CutOffTerms {
  /** YYYY-MM-DD; the first version holds for every date before it, too. */
  readonly validFrom: string;
}

type CutOfDay = (day: number) => number;

function cutsOf(terms: CutOffTerms): Settled<CutOfDay> {
  const zone = timeZoneOf(terms.timeZone);
  if (zone === undefined) return refused('unknown-time-zone', 'timeZone');
  const cutOffOfDayMs = readTimeOfDay(terms.cutOff);
  if (cutOffOfDayMs === undefined) return refused('not-a-time', 'cutOff');
  return settled((day) => zone.instantMsOf(day * dayMs + cutOffOfDayMs));
}

function calendarOver(cutOfDay: CutOfDay): BusinessCalendar {
  const cuts = new Map<number, number>();
  const cutOf = (day: number): number => {
    const kept = cuts.get(day);
    if (kept !== undefined) return kept;
    if (cuts.size >= cutsKeptMax) cuts.clear();
    const cut = cutOfDay(day);
    cuts.set(day, cut);
    return cut;
  };
  let window = { fromMs: 0, toMs: 0, date: '' };
  return {
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
  };
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
  const cuts = cutsOf(terms);
  return cuts.ok ? settled(calendarOver(cuts.value)) : cuts;
}

/** The version that a business date is under; `versions` has at least one, oldest first. */
export function calendarVersionOf(
  versions: readonly CalendarVersion[],
  businessDate: string,
): CalendarVersion {
  return versions.findLast((version) => version.validFrom <= businessDate) ?? versions[0];
}

/**
 * A calendar whose terms change from date to date: every date ends by the cut-off of its own version
 * and begins where the date before it ends, so there is no gap and no overlap at a change.
 *
 * @param versions oldest first, at least one.
 * @returns `not-a-date` for a version without a date, `empty-day` when a change leaves a date nothing.
 */
export function versionedCalendar(versions: readonly CalendarVersion[]): Settled<BusinessCalendar> {
  const read: { readonly fromDay: number; readonly cutOf: CutOfDay }[] = [];
  for (const [i, version] of versions.entries()) {
    const cuts = cutsOf(version);
    if (!cuts.ok) return cuts;
    const fromDay = parseCalendarDate(version.validFrom);
    if (fromDay === undefined) return refused('not-a-date', `${i} > validFrom`);
    read.push({ fromDay, cutOf: cuts.value });
  }
  const cutOfDay: CutOfDay = (day) =>
    (read.findLast(({ fromDay }) => fromDay <= day) ?? read[0]).cutOf(day);
  const empty = read.findIndex(
    ({ fromDay }, i) => i > 0 && cutOfDay(fromDay) <= cutOfDay(fromDay - 1),
  );
  return empty < 0 ? settled(calendarOver(cutOfDay)) : refused('empty-day', `${empty} > validFrom`);
}

/** Whether two terms mean the same: zones by their canonical name, cut-offs by their time. */
export function sameTerms(a: CutOffTerms, b: CutOffTerms): boolean {
  const zone = canonicalTimeZone(a.timeZone);
  return (
    zone !== undefined &&
    zone === canonicalTimeZone(b.timeZone) &&
    readTimeOfDay(a.cutOff) === readTimeOfDay(b.cutOff)
  );
}
