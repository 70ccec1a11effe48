// The switch's configuration: one JSON file, checked whole before anything is opened.
import { readFileSync } from 'node:fs';
import type { HostTimers, RouteRow } from '@chipswitch/transaction';
import { ConfigError, Place } from './config-place.ts';
import { type SecurityConfig, securityOf } from './security/security-config.ts';

/** Limits of the terminals' port (guarantee I8). */
export interface ListenConfig {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  /** Requests of one connection being worked on; reading pauses at this number. */
  readonly inFlightMax: number;
  readonly frameBytesMax: number;
  /** A frame must be whole this long after its first byte. */
  readonly frameDeadlineMs: number;
  readonly idleMs: number;
  readonly tls?: ListenTlsConfig;
}

/** A second port with mutual TLS: a terminal's certificate says which terminal it is. */
export interface ListenTlsConfig {
  readonly port: number;
  /** PEM files: our certificate with its chain, our key, the authorities of terminals. */
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly clientAuthorityFile: string;
  /** PEM; one list for every authority of the chain. */
  readonly revocationListFile?: string;
}

/** One acquirer host. */
export interface HostConfig {
  readonly name: string;
  /** Name of a ready-made spec of iso8583-js. */
  readonly dialect: string;
  readonly host: string;
  readonly port: number;
  /** Key that PINs go to this host under; PINs cannot be sent to a host without. */
  readonly pinKey?: string;
  readonly timers: HostTimers;
  readonly echoMs: number;
  readonly inFlightMax: number;
}

/** One terminal. */
export interface TerminalConfig {
  readonly terminalId: string;
  readonly acceptorId: string;
  readonly name: string;
  readonly city: string;
  /** Two letters. */
  readonly country: string;
  readonly merchantCategory: string;
  /** Three digits of ISO 4217. */
  readonly currencyNumeric: string;
  /** Key the terminal enciphers PINs under. */
  readonly pinKey?: string;
  readonly blocked: boolean;
  readonly amountMinorMax?: bigint;
}

/** The whole. */
export interface SwitchConfig {
  readonly instance: string;
  /** Digit of this process in retrieval references; another for each process beside it. */
  readonly node: number;
  readonly acquirerId: string;
  readonly listen: ListenConfig;
  /** Held against the database; a change needs the first business date that it is for. */
  readonly businessDay: {
    readonly timeZone: string;
    readonly cutOff: string;
    readonly from?: string;
  };
  readonly hosts: readonly HostConfig[];
  readonly routes: readonly RouteRow[];
  readonly terminals: readonly TerminalConfig[];
  /** Keyed hashes of cards that are refused. */
  readonly blockedPanHmacs: readonly string[];
  readonly security: SecurityConfig;
}

function listenTlsOf(place: Place): ListenTlsConfig {
  const revocationList = place.at('revocationListFile');
  return {
    port: place.at('port').whole(0, 65_535),
    certificateFile: place.at('certificateFile').text(),
    keyFile: place.at('keyFile').text(),
    clientAuthorityFile: place.at('clientAuthorityFile').text(),
    ...(revocationList.isAbsent ? {} : { revocationListFile: revocationList.text() }),
  };
}

function listenOf(place: Place): ListenConfig {
  const tls = place.at('tls');
  return {
    ...(tls.isAbsent ? {} : { tls: listenTlsOf(tls) }),
    host: place.at('host').text(),
    port: place.at('port').whole(0, 65_535),
    connectionsMax: place.at('connectionsMax').whole(1, 100_000, 10_000),
    inFlightMax: place.at('inFlightMax').whole(1, 10_000, 256),
    frameBytesMax: place.at('frameBytesMax').whole(64, 65_535, 8192),
    frameDeadlineMs: place.at('frameDeadlineMs').whole(10, 600_000, 10_000),
    idleMs: place.at('idleMs').whole(10, 86_400_000, 900_000),
  };
}

function timersOf(place: Place): HostTimers {
  const value = place.isAbsent ? new Place({}, 'timers') : place;
  return {
    answerMs: value.at('answerMs').whole(10, 600_000, 20_000),
    acknowledgeMs: value.at('acknowledgeMs').whole(10, 600_000, 20_000),
    retryMs: value.at('retryMs').whole(1, 600_000, 1_000),
    retryMsMax: value.at('retryMsMax').whole(1, 3_600_000, 300_000),
    triesMax: value.at('triesMax').whole(1, 1_000, 6),
  };
}

function hostOf(place: Place): HostConfig {
  const pinKey = place.at('pinKey');
  return {
    name: place.at('name').text(/^[a-z0-9-]{1,32}$/),
    dialect: place.at('dialect').text(),
    host: place.at('host').text(),
    port: place.at('port').whole(1, 65_535),
    ...(pinKey.isAbsent ? {} : { pinKey: pinKey.text() }),
    timers: timersOf(place.at('timers')),
    echoMs: place.at('echoMs').whole(10, 3_600_000, 30_000),
    inFlightMax: place.at('inFlightMax').whole(1, 500_000, 20_000),
  };
}

function routeOf(place: Place): RouteRow {
  const cryptogram = place.at('cryptogram').text(/^(verify-here|pass-through)$/);
  const issuerKey = place.at('issuerKey');
  const cryptogramScheme = place.at('cryptogramScheme');
  if (cryptogram === 'verify-here' && issuerKey.isAbsent) {
    issuerKey.fail('is needed to verify cryptograms here');
  }
  return {
    prefix: place.at('prefix').text(/^\d{1,12}$/),
    scheme: place.at('scheme').text(/^[a-z0-9-]{1,32}$/),
    hosts: place
      .at('hosts')
      .list()
      .map((host) => host.text()),
    cryptogram: cryptogram as RouteRow['cryptogram'],
    ...(issuerKey.isAbsent ? {} : { issuerKey: issuerKey.text() }),
    ...(cryptogramScheme.isAbsent ? {} : { cryptogramScheme: cryptogramScheme.text() }),
  };
}

function terminalOf(place: Place): TerminalConfig {
  const pinKey = place.at('pinKey');
  const limit = place.at('amountMinorMax');
  return {
    terminalId: place.at('terminalId').text(/^[ -~]{8}$/),
    acceptorId: place.at('acceptorId').text(/^[ -~]{15}$/),
    name: place.at('name').text(/^[ -~]{1,40}$/),
    city: place.at('city').text(/^[ -~]{1,13}$/),
    country: place.at('country').text(/^[A-Z]{2}$/),
    merchantCategory: place.at('merchantCategory').text(/^\d{4}$/),
    currencyNumeric: place.at('currencyNumeric').text(/^\d{3}$/),
    ...(pinKey.isAbsent ? {} : { pinKey: pinKey.text() }),
    blocked: place.at('blocked').flag(false),
    ...(limit.isAbsent ? {} : { amountMinorMax: BigInt(limit.text(/^\d{1,12}$/)) }),
  };
}

function businessDayOf(place: Place): SwitchConfig['businessDay'] {
  const from = place.at('from');
  return {
    timeZone: place.at('timeZone').text(),
    cutOff: place.at('cutOff').text(),
    ...(from.isAbsent ? {} : { from: from.text(/^\d{4}-\d{2}-\d{2}$/) }),
  };
}

/**
 * Checks a parsed configuration.
 *
 * @throws ConfigError naming the first place that is wrong.
 */
export function parseSwitchConfig(json: unknown): SwitchConfig {
  const root = new Place(json, 'config');
  const hosts = root.at('hosts').list().map(hostOf);
  const names = new Set(hosts.map((host) => host.name));
  const routes = root.at('routes').list().map(routeOf);
  for (const [i, route] of routes.entries()) {
    const unknown = route.hosts.find((name) => !names.has(name));
    if (unknown !== undefined) {
      throw new ConfigError(`config.routes[${i}].hosts`, `there is no host "${unknown}"`);
    }
  }
  const terminals = root.at('terminals').list().map(terminalOf);
  const security = securityOf(root.at('security'));
  const withPin = terminals.findIndex((terminal) => terminal.pinKey !== undefined);
  if (security.kind === 'pkcs11' && withPin >= 0) {
    const place = `config.terminals[${withPin}].pinKey`;
    throw new ConfigError(
      place,
      'a PKCS #11 token translates no PINs: take a payShield, or no PIN',
    );
  }
  const blocked = root.at('blockedPanHmacs');
  return {
    instance: root.at('instance').text(/^[a-z0-9-]{1,32}$/),
    node: root.at('node').whole(0, 9, 0),
    acquirerId: root.at('acquirerId').text(/^\d{1,11}$/),
    listen: listenOf(root.at('listen')),
    businessDay: businessDayOf(root.at('businessDay')),
    hosts,
    routes,
    terminals,
    blockedPanHmacs: blocked.isAbsent ? [] : blocked.list().map((entry) => entry.text()),
    security,
  };
}

/**
 * Reads and checks a configuration file.
 *
 * @throws ConfigError naming the file or the place in it.
 */
export function readSwitchConfig(path: string): SwitchConfig {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(path, error instanceof Error ? error.message : String(error));
  }
  return parseSwitchConfig(json);
}
