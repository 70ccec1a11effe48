// Local time of an IANA time zone to instants and back, with stated rules for gaps and overlaps.
import { dayMs } from './calendar-date.ts';

/** A time zone. */
export interface TimeZone {
  /** Local time less UTC at an instant, in milliseconds. */
  offsetMs(instantMs: number): number;
  /**
   * The instant of a local time, given as if it were UTC. A local time inside a spring-forward gap is
   * moved later by the length of the gap; one that occurs twice means its first occurrence.
   */
  instantMsOf(localMs: number): number;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch (error) {
    // The runtime says so by throwing; a name from configuration is no fault of the program.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function localMsAt(formatter: Intl.DateTimeFormat, instantMs: number): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatter.formatToParts(instantMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * A time zone by its IANA name; undefined when this runtime does not know it.
 *
 * @example timeZoneOf('Asia/Shanghai')?.offsetMs(0) // 28800000
 */
export function timeZoneOf(name: string): TimeZone | undefined {
  const formatter = formatterOf(name);
  if (formatter === undefined) return undefined;
  const offsetMs = (instantMs: number): number => {
    const wholeSecond = Math.floor(instantMs / 1000) * 1000;
    return localMsAt(formatter, wholeSecond) - wholeSecond;
  };
  const instantMsOf = (localMs: number): number => {
    // No zone is more than a day from UTC, so these two stand on either side of any change nearby.
    const before = offsetMs(localMs - dayMs);
    const after = offsetMs(localMs + dayMs);
    const candidates = [localMs - before, localMs - after].filter(
      (instantMs) => instantMs + offsetMs(instantMs) === localMs,
    );
    return candidates.length > 0 ? Math.min(...candidates) : localMs - before;
  };
  return { offsetMs, instantMsOf };
}

/**
 * The one name of a time zone that has several; undefined when this runtime does not know it.
 *
 * @example canonicalTimeZone('PRC') // 'Asia/Shanghai'
 */
export function canonicalTimeZone(name: string): string | undefined {
  return formatterOf(name)?.resolvedOptions().timeZone;
}
