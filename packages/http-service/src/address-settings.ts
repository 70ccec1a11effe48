// Where an HTTP face listens and who may ask, from the environment; a wrong value is named, never guessed.
import { SettingError } from '@chipswitch/program';
import { isLoopback } from './access.ts';

/** Where a face listens. */
export interface HttpAddress {
  readonly host: string;
  readonly port: number;
  /** The bearer token that is asked for; absent only on an address that no other machine reaches. */
  readonly token?: string;
}

const tokenCharactersMin = 16;

/**
 * Reads NAME_HOST (127.0.0.1), NAME_PORT (0 takes a free one) and NAME_TOKEN, which is needed on any address
 * that other machines can reach.
 *
 * @throws SettingError with the name of the first one that is missing or wrong.
 * @example httpAddressOf({}, 'CONSOLE', 8090) // { host: '127.0.0.1', port: 8090 }
 */
export function httpAddressOf(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  defaultPort: number,
): HttpAddress {
  const host = environment[`${name}_HOST`] ?? '127.0.0.1';
  const portText = environment[`${name}_PORT`] ?? String(defaultPort);
  const port = Number(portText);
  if (!/^\d{1,5}$/.test(portText) || port > 65_535) {
    throw new SettingError(`${name}_PORT`, 'must be a number from 0 to 65535');
  }
  const token = environment[`${name}_TOKEN`];
  if (token === undefined) {
    if (isLoopback(host)) return { host, port };
    throw new SettingError(`${name}_TOKEN`, `is needed to listen on ${host}`);
  }
  if (token.length < tokenCharactersMin || !/^[\x21-\x7e]+$/.test(token)) {
    const form = `must be at least ${tokenCharactersMin} visible ASCII characters`;
    throw new SettingError(`${name}_TOKEN`, form);
  }
  return { host, port, token };
}
