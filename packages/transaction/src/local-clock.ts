// Terminals without a clock (UnionPay POS): their messages have no DE 12 and 13, and the number of the batch (DE 60.2)
// tells one trace number from the same one later. The switch's own clock says when it was.
import { type IsoMessage, textOf } from './iso-message.ts';

/** A clock's local time: hhmmss and MMDD. */
export interface LocalClock {
  readonly localTime: string;
  readonly localDate: string;
  /** What stands for the time in a key; the number of the batch when left out. */
  readonly keyTime?: string;
}

/** What stands in the key where others have the time: B and the number of the batch. */
export function keyTimeOf(message: IsoMessage, batch?: string): string {
  const own = /^\d{2}(\d{6})/.exec(textOf(message, 60) ?? '')?.[1];
  return `B${batch ?? own ?? '000000'}`;
}

/** Whether the terminal that sent this left its time to the switch. */
export function isTimedHere(message: IsoMessage): boolean {
  return textOf(message, 12) === undefined && textOf(message, 13) === undefined;
}

/**
 * The day before a MMDD of a year.
 *
 * @example dayBefore('0101', 2027) // '1231'
 */
export function dayBefore(localDate: string, year: number): string {
  const [month, day] = [Number(localDate.slice(0, 2)), Number(localDate.slice(2))];
  return new Date(Date.UTC(year, month - 1, day - 1)).toISOString().slice(5, 10).replace('-', '');
}
