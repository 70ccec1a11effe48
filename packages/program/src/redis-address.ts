// Where Redis is: one server, the primary that Sentinels name, or a cluster. One URL says which, in the form that
// other clients read too (redis-sentinel://HOST:PORT,HOST:PORT/DB#NAME).
import { SettingError } from './setting-error.ts';

/** A server's place. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly isTls: boolean;
}

/** What the URL says. */
export type RedisAddress =
  | { readonly kind: 'single'; readonly url: string }
  | (Credentials & {
      readonly kind: 'sentinel';
      readonly nodes: readonly RedisNode[];
      /** What the Sentinels call the primary. */
      readonly name: string;
      readonly database: number;
      /** The Sentinels' own password, where they have one. */
      readonly sentinelPassword?: string;
    })
  | (Credentials & { readonly kind: 'cluster'; readonly nodes: readonly RedisNode[] });

const nodesMax = 100;
const form =
  /^redis(?<tls>s)?-(?<kind>sentinel|cluster):\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<nodes>[^/?#]+)(?:\/(?<database>\d{0,4}))?(?:\?sentinelPassword=(?<own>[^#]+))?(?:#(?<name>.+))?$/;

function nodesOf(setting: string, text: string, port: number): RedisNode[] {
  const nodes = text
    .split(',')
    .map((part) => /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(part));
  if (nodes.length > nodesMax)
    throw new SettingError(setting, `names more than ${nodesMax} servers`);
  return nodes.map((found) => {
    const number = Number(found?.[2] ?? port);
    if (found === null || number < 1 || number > 65_535) {
      throw new SettingError(setting, 'has a server that is not HOST or HOST:PORT');
    }
    return { host: found[1].replace(/^\[|\]$/g, ''), port: number };
  });
}

function decoded(setting: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new SettingError(setting, 'has a % that is no part of a code');
  }
}

/**
 * Reads the address of Redis.
 *
 * @param setting the name of the setting, for the error.
 * @param text `redis://`, `rediss://`, `redis-sentinel://HOST:PORT,…/DB#NAME`, `redis-cluster://HOST:PORT,…`; with
 *   `rediss-` for TLS, `USER:PASSWORD@` before the hosts, `?sentinelPassword=…` before the name.
 * @throws SettingError when it is none of these; its text holds no password.
 */
export function readRedisAddress(setting: string, text: string): RedisAddress {
  if (/^rediss?:\/\//.test(text) && URL.canParse(text)) return { kind: 'single', url: text };
  const groups = form.exec(text)?.groups;
  if (groups === undefined) {
    const forms = 'redis://HOST, redis-sentinel://HOST,HOST#NAME or redis-cluster://HOST,HOST';
    throw new SettingError(setting, `must be a URL as ${forms}`);
  }
  const { tls, kind, user, password, database, own, name } = groups;
  const nodes = nodesOf(setting, groups['nodes'], kind === 'sentinel' ? 26_379 : 6_379);
  const credentials = {
    isTls: tls !== undefined,
    ...(user ? { username: decoded(setting, user) } : {}),
    ...(password ? { password: decoded(setting, password) } : {}),
  };
  if (kind === 'cluster') {
    if (name !== undefined || own !== undefined || Number(database || 0) !== 0) {
      throw new SettingError(setting, 'is a cluster: it has one database, 0, and no name');
    }
    return { kind, nodes, ...credentials };
  }
  if (name === undefined)
    throw new SettingError(setting, 'needs #NAME, as the Sentinels call the primary');
  return {
    kind: 'sentinel',
    nodes,
    name: decoded(setting, name),
    database: Number(database || 0),
    ...credentials,
    ...(own === undefined ? {} : { sentinelPassword: decoded(setting, own) }),
  };
}
