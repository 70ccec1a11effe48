// The terminal's clocks: one for what it prints, one for what it measures.

/** Wall clock and monotonic clock. */
export interface TerminalClock {
  now(): Date;
  monotonicMs(): number;
}

/** The machine's own. */
export const systemClock: TerminalClock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};

/** Local time as messages, kernel and slip write it. */
export interface LocalTime {
  /** YYMMDD. */
  readonly date: string;
  /** MMDD. */
  readonly monthDay: string;
  /** hhmmss. */
  readonly time: string;
  /** YYYY-MM-DD hh:mm:ss. */
  readonly text: string;
}

/** @param utcOffsetMinutes minutes east of UTC */
export function localTime(now: Date, utcOffsetMinutes: number): LocalTime {
  const iso = new Date(now.getTime() + utcOffsetMinutes * 60_000).toISOString();
  const date = iso.slice(2, 10).replaceAll('-', '');
  const time = iso.slice(11, 19);
  return {
    date,
    monthDay: date.slice(2),
    time: time.replaceAll(':', ''),
    text: `${iso.slice(0, 10)} ${time}`,
  };
}
