// Calendar dates as day numbers since 1970-01-01: ISO 8601 dates, weekdays, counting of days.

/** Milliseconds of a day of 24 hours. */
export const dayMs = 86_400_000;

const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * The day number of a date from 1000-01-01 to 9999-12-31; undefined for anything else.
 *
 * @example parseCalendarDate('1970-01-02') // 1
 */
export function parseCalendarDate(text: string): number | undefined {
  const match = isoDate.exec(text);
  if (match === null || text < '1000') return undefined;
  const day = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / dayMs;
  return formatCalendarDate(day) === text ? day : undefined;
}

/** The date of a day number, as YYYY-MM-DD. */
export function formatCalendarDate(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** ISO 8601 weekday: 1 is Monday, 7 is Sunday. */
export function isoWeekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
