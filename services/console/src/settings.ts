// Settings of the console, from the environment; a wrong one is named, never guessed.
import { SettingError } from '@chipswitch/program';
import { isLoopback } from './access.ts';

/** The settings. */
export interface Settings {
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  readonly token?: string;
}

const tokenCharactersMin = 16;

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
  const host = environment['CONSOLE_HOST'] ?? '127.0.0.1';
  const portText = environment['CONSOLE_PORT'] ?? '8090';
  const port = Number(portText);
  if (!/^\d{1,5}$/.test(portText) || port > 65_535) {
    throw new SettingError('CONSOLE_PORT', 'must be a number from 0 to 65535');
  }
  const token = environment['CONSOLE_TOKEN'];
  if (token === undefined) {
    if (isLoopback(host)) return { databaseUrl, host, port };
    throw new SettingError('CONSOLE_TOKEN', `is needed to listen on ${host}`);
  }
  if (token.length < tokenCharactersMin || !/^[\x21-\x7e]+$/.test(token)) {
    const form = `must be at least ${tokenCharactersMin} visible ASCII characters`;
    throw new SettingError('CONSOLE_TOKEN', form);
  }
  return { databaseUrl, host, port, token };
}
