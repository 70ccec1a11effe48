// The business calendar in the database: written by the switch when it starts, read by everybody else.
import { sqlFiles } from '@chipswitch/postgres-files';
import type { Pool, PoolClient } from 'pg';
import {
  type CalendarVersion,
  type CutOffTerms,
  calendarVersionOf,
  sameTerms,
  versionedCalendar,
} from '../settlement/business-calendar.ts';
import { formatCalendarDate, parseCalendarDate } from '../settlement/calendar-date.ts';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const readSql = sql('calendar-versions');
const addSql = sql('add-calendar-version');
const lockSql = sql('lock-calendar');

/** What a switch's configuration says of business days. */
export interface WantedCalendar extends CutOffTerms {
  /** First business date (YYYY-MM-DD) of a change; not needed while nothing changes. */
  readonly from?: string;
}

/** Why a configuration's calendar is refused. */
export type CalendarRefusal =
  /** No such time zone, no such time, no such date. */
  | 'not-usable'
  /** The database holds other terms, and no date is given from which these are to hold. */
  | 'other-terms'
  /** The date has begun, is about to begin, is closed, or lies before a version that is there. */
  | 'too-early'
  /** The date would end before it begins. */
  | 'empty-day';

/** The versions that hold, or why not; `held` are the terms that the database has for now. */
export type CalendarAgreement =
  | { readonly ok: true; readonly versions: readonly CalendarVersion[] }
  | { readonly ok: false; readonly error: CalendarRefusal; readonly held?: CutOffTerms };

/** A change is known to every running process before it holds: each reads the versions once a minute. */
const noticeMs = 10 * 60_000;
const everyDate = '1000-01-01';

/** The versions in the database, oldest first; none before the first switch has started. */
export async function readCalendarVersions(pool: Pool | PoolClient): Promise<CalendarVersion[]> {
  const found = await pool.query<{ valid_from: string; time_zone: string; cut_off: string }>(
    readSql,
  );
  return found.rows.map((row) => ({
    validFrom: row.valid_from,
    timeZone: row.time_zone,
    cutOff: row.cut_off,
  }));
}

type Judgement =
  | { readonly add: CalendarVersion }
  | { readonly keep: true }
  | { readonly refuse: CalendarRefusal };

function judgeChange(
  versions: readonly CalendarVersion[],
  wanted: CalendarVersion,
  nowMs: number,
): Judgement {
  const day = parseCalendarDate(wanted.validFrom);
  const before = versionedCalendar(versions);
  const after = versionedCalendar([...versions, wanted]);
  if (day === undefined || !before.ok) return { refuse: 'not-usable' };
  if (sameTerms(calendarVersionOf(versions, wanted.validFrom), wanted)) return { keep: true };
  if (wanted.validFrom <= versions[versions.length - 1].validFrom) return { refuse: 'too-early' };
  const beginsMs = before.value.cutOffMs(formatCalendarDate(day - 1));
  if (beginsMs === undefined || beginsMs < nowMs + noticeMs) return { refuse: 'too-early' };
  return after.ok ? { add: wanted } : { refuse: 'empty-day' };
}

function judge(
  versions: readonly CalendarVersion[],
  { from, timeZone, cutOff }: WantedCalendar,
  nowMs: number,
): Judgement {
  const terms = { timeZone, cutOff };
  if (!versionedCalendar([{ ...terms, validFrom: everyDate }]).ok) return { refuse: 'not-usable' };
  if (versions.length === 0) return { add: { ...terms, validFrom: everyDate } };
  if (from !== undefined) return judgeChange(versions, { ...terms, validFrom: from }, nowMs);
  const calendar = versionedCalendar(versions);
  const today = calendar.ok ? calendar.value.businessDate(nowMs) : undefined;
  if (today === undefined) return { refuse: 'not-usable' };
  const holding = [calendarVersionOf(versions, today), versions[versions.length - 1]];
  return holding.some((version) => sameTerms(version, terms))
    ? { keep: true }
    : { refuse: 'other-terms' };
}

async function agree(
  client: PoolClient,
  wanted: WantedCalendar,
  { nowMs, writtenBy }: { readonly nowMs: number; readonly writtenBy: string },
): Promise<CalendarAgreement> {
  const versions = await readCalendarVersions(client);
  const judged = judge(versions, wanted, nowMs);
  if ('keep' in judged) return { ok: true, versions };
  const held = versions[versions.length - 1];
  const refused = (error: CalendarRefusal): CalendarAgreement =>
    held === undefined ? { ok: false, error } : { ok: false, error, held };
  if ('refuse' in judged) return refused(judged.refuse);
  const { validFrom, timeZone, cutOff } = judged.add;
  const added = await client.query(addSql, [validFrom, timeZone, cutOff, writtenBy]);
  if (added.rowCount === 0) return refused('too-early');
  return { ok: true, versions: [...versions, judged.add] };
}

/**
 * Holds a configuration's calendar against the database: the first one is written there, an equal one
 * (zones under another name are equal) is taken, and a change becomes a new version from a business date
 * that has not begun. What would cut or open again a day that has begun or is closed is refused.
 */
export async function agreeOnCalendar(
  pool: Pool,
  wanted: WantedCalendar,
  by: { readonly nowMs: number; readonly writtenBy: string },
): Promise<CalendarAgreement> {
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    await client.query('begin');
    await client.query(lockSql);
    const agreed = await agree(client, wanted, by);
    await client.query('commit');
    return agreed;
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error));
    throw fault;
  } finally {
    client.release(fault);
  }
}
