// Settings of the console, from the environment; a wrong one is named, never guessed.
import { type HttpAddress, httpAddressOf } from '@chipswitch/http-service';
import { SettingError } from '@chipswitch/program';

/** The settings. */
export interface Settings extends HttpAddress {
  readonly databaseUrl: string;
}

/**
 * Reads DATABASE_URL, CONSOLE_HOST (127.0.0.1), CONSOLE_PORT (8090; 0 takes a free one) and
 * CONSOLE_TOKEN, which is needed on any address that other machines can reach.
 *
 * @throws SettingError with the name of the first one that is missing or wrong.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const databaseUrl = environment['DATABASE_URL'] ?? '';
  if (databaseUrl === '') throw new SettingError('DATABASE_URL', 'is needed');
  if (!URL.canParse(databaseUrl)) throw new SettingError('DATABASE_URL', 'must be a URL');
  return { databaseUrl, ...httpAddressOf(environment, 'CONSOLE', 8090) };
}
