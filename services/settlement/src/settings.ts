// Settings of the settlement service, from the environment; a wrong one is named, never guessed.
import { given } from '@chipswitch/bytes';
import { businessCalendar } from '@chipswitch/ledger';
import { SettingError } from '@chipswitch/program';

/** The settings. */
export interface Settings {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  /** Not needed: the database holds both. Where they are given, they must mean what stands there. */
  readonly timeZone?: string;
  readonly cutOff?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new SettingError(name, 'is needed');
  return value;
}

function url(name: string, value: string): string {
  if (!URL.canParse(value)) throw new SettingError(name, 'must be a URL');
  return value;
}

/**
 * Reads the settings.
 *
 * @throws SettingError with the name of the first one that is missing or wrong.
 */
export function readSettings(environment: Environment): Settings {
  const databaseUrl = url('DATABASE_URL', required(environment, 'DATABASE_URL'));
  const timeZone = environment['BUSINESS_TIME_ZONE'];
  const cutOff = environment['BUSINESS_CUT_OFF'];
  const calendar = businessCalendar({ timeZone: timeZone ?? 'UTC', cutOff: cutOff ?? '24:00:00' });
  if (!calendar.ok) {
    const isZone = calendar.error.code === 'unknown-time-zone';
    throw isZone
      ? new SettingError('BUSINESS_TIME_ZONE', 'is no time zone that this runtime knows')
      : new SettingError('BUSINESS_CUT_OFF', 'must be HH:MM, HH:MM:SS or 24:00:00');
  }
  const redisUrl = environment['REDIS_URL'];
  return {
    databaseUrl,
    ...given({ timeZone, cutOff }),
    ...(redisUrl === undefined ? {} : { redisUrl: url('REDIS_URL', redisUrl) }),
  };
}
