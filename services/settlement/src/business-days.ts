// The business days as the switch wrote them into the database: the only place of zone and cut-off.
import {
  type BusinessCalendar,
  type CutOffTerms,
  calendarVersionOf,
  sameTerms,
  versionedCalendar,
} from '@chipswitch/ledger';
import { readCalendarVersions } from '@chipswitch/ledger/postgres';
import { SettingError } from '@chipswitch/program';
import type { Pool } from 'pg';
import type { Settings } from './settings.ts';

/** The calendar, and the terms that a business date is under. */
export interface BusinessDays {
  readonly calendar: BusinessCalendar;
  readonly termsOf: (businessDate: string) => CutOffTerms;
  /** Terms of the day that is open. */
  readonly terms: CutOffTerms;
}

/**
 * Reads the business days.
 *
 * @throws SettingError when no switch has written them, or when settings are given that mean another day.
 */
export async function readBusinessDays(
  pool: Pool,
  { timeZone, cutOff }: Pick<Settings, 'timeZone' | 'cutOff'>,
  nowMs: number,
): Promise<BusinessDays> {
  const versions = await readCalendarVersions(pool);
  if (versions.length === 0) {
    const problem = 'holds no business calendar: the switch writes it there when it starts';
    throw new SettingError('DATABASE_URL', problem);
  }
  const calendar = versionedCalendar(versions);
  const open = calendar.ok ? calendar.value.businessDate(nowMs) : undefined;
  if (!calendar.ok || open === undefined) {
    throw new SettingError('DATABASE_URL', 'holds a business calendar that cannot be used here');
  }
  const terms = calendarVersionOf(versions, open);
  const given = (name: string, value: Partial<CutOffTerms>): void => {
    if (sameTerms({ ...terms, ...value }, terms)) return;
    const problem = `is not the switch's (${terms.timeZone} ${terms.cutOff}); it is not needed: leave it out`;
    throw new SettingError(name, problem);
  };
  if (timeZone !== undefined) given('BUSINESS_TIME_ZONE', { timeZone });
  if (cutOff !== undefined) given('BUSINESS_CUT_OFF', { cutOff });
  const termsOf = (businessDate: string): CutOffTerms => calendarVersionOf(versions, businessDate);
  return { calendar: calendar.value, termsOf, terms };
}
