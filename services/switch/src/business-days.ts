// The business days of a running switch: their calendar as the database holds it, their partitions ahead.
import {
  type BusinessCalendar,
  type CalendarVersion,
  businessCalendar,
  versionedCalendar,
} from '@chipswitch/ledger';
import {
  type CalendarRefusal,
  type WantedCalendar,
  agreeOnCalendar,
  readCalendarVersions,
  sqlFiles,
} from '@chipswitch/ledger/postgres';
import { SettingError } from '@chipswitch/program';
import type { Pool } from 'pg';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const ensureSql = sql('ensure-business-days');
const lockWaitSql = sql('limit-lock-wait');
const partitionsAheadDays = 8;
const lookEveryMsNormal = 60_000;

/** Business days, kept up as long as the process runs. */
export interface BusinessDays {
  /** Follows the versions in the database. */
  readonly calendar: BusinessCalendar;
  /** Looks once: reads the versions, makes the partitions that are missing. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
}

/** What business days are opened with. */
export interface BusinessDaysParts {
  readonly pool: Pool;
  readonly wanted: WantedCalendar;
  /** Name of the instance, noted beside a version that it writes. */
  readonly instance: string;
  readonly nowMs: () => number;
  readonly lookEveryMs?: number;
  readonly onFault: (fault: Error) => void;
}

// A partition needs a lock that everybody queues behind: better tried again in a minute than waited for.
async function makePartitions(pool: Pool, lockMs: number): Promise<void> {
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    await client.query('begin');
    await client.query(lockWaitSql, [String(lockMs)]);
    await client.query(ensureSql, [partitionsAheadDays]);
    await client.query('commit');
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error));
    throw fault;
  } finally {
    client.release(fault);
  }
}

function problemOf(refusal: CalendarRefusal, held: string): string {
  switch (refusal) {
    case 'not-usable':
      return 'is no time zone, time of day or date that can be used';
    case 'other-terms':
      return `the database holds ${held}; for a change give "from", the first business date of the new terms`;
    case 'too-early':
      return `"from" must be a business date that begins in ten minutes at the earliest (the database holds ${held})`;
    case 'empty-day':
      return `"from" would end before it begins (the database holds ${held})`;
  }
}

function calendarOf(versions: readonly CalendarVersion[]): BusinessCalendar {
  const calendar = versionedCalendar(versions);
  if (!calendar.ok) throw new SettingError('config.businessDay', calendar.error.code);
  return calendar.value;
}

/**
 * Opens the business days: the configuration's time zone and cut-off are held against the database.
 *
 * @throws SettingError when they cannot be used, or would cut or open again a day that has begun.
 */
export async function openBusinessDays(parts: BusinessDaysParts): Promise<BusinessDays> {
  const { pool, wanted, instance } = parts;
  // A zone or a time that cannot be used is named before the database is asked.
  const usable = businessCalendar(wanted);
  if (!usable.ok)
    throw new SettingError(`config.businessDay.${usable.error.path}`, usable.error.code);
  await makePartitions(pool, 10_000);
  const agreed = await agreeOnCalendar(pool, wanted, {
    nowMs: parts.nowMs(),
    writtenBy: instance,
  });
  if (!agreed.ok) {
    const { error, held } = agreed;
    const terms = held === undefined ? 'none' : `${held.timeZone} ${held.cutOff}`;
    throw new SettingError('config.businessDay', problemOf(error, terms));
  }
  let current = calendarOf(agreed.versions);
  let known = agreed.versions.length;
  const look = async (): Promise<void> => {
    const versions = await readCalendarVersions(pool);
    if (versions.length !== known) {
      current = calendarOf(versions);
      known = versions.length;
    }
    await makePartitions(pool, 250);
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) =>
      parts.onFault(error instanceof Error ? error : new Error(String(error))),
    );
  }, parts.lookEveryMs ?? lookEveryMsNormal);
  return {
    calendar: {
      businessDate: (instantMs) => current.businessDate(instantMs),
      cutOffMs: (businessDate) => current.cutOffMs(businessDate),
    },
    look,
    close: () => clearInterval(timer),
  };
}
