// The time of day in a time zone, as rules of routing ask for it.
import { minuteOf } from '@chipswitch/transaction';

/** Minutes since midnight in a zone of the tz database. */
export function minuteOfDayIn(timeZone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (instantMs) => minuteOf(format.format(instantMs)) ?? 0;
}
