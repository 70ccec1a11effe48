// The switch's configuration: one JSON file, checked whole before anything is opened.
import { readFileSync } from 'node:fs';
import {
  SettingError,
  flagSetting,
  listOf,
  parseSettings,
  textOf,
  wholeOf,
  wordOf,
} from '@chipswitch/program';
import * as v from 'valibot';
import { httpSettings } from './doors/http-settings.ts';
import { portEntries } from './doors/port-settings.ts';
import { kindSettings } from './kind-settings.ts';
import { checkHosts } from './links/check-hosts.ts';
import { type HostSettings, hostSettings } from './links/host-settings.ts';
import {
  acceptorIdSetting,
  checkNames,
  hotCardSettings,
  limitSettings,
  merchantSettings,
  terminalIdSetting,
  terminalsOfMerchants,
  tradingDetailsOfTerminal,
} from './merchant-settings.ts';
import { remembered } from './remembered-setting.ts';
import {
  amountSetting,
  costSettings,
  routeSettings,
  routingOf,
  ruleSettings,
} from './routing-settings.ts';
import { besideMsSetting, terminalKeySettings } from './security/key-exchange-settings.ts';
import { terminalMacSettings } from './security/mac-settings.ts';
import { terminalPinSettings } from './security/pin-settings.ts';
import { securitySettings } from './security/security-config.ts';

/** A second port with mutual TLS: a terminal's certificate says which terminal it is. */
const listenTls = v.strictObject({
  port: wholeOf(0, 65_535),
  /** PEM files: our certificate with its chain, our key, the authorities of terminals. */
  certificateFile: textOf(),
  keyFile: textOf(),
  clientAuthorityFile: textOf(),
  /** PEM; one list for every authority of the chain. */
  revocationListFile: v.exactOptional(textOf()),
});

/** One more port of terminals, with a form of its own and the limits of all. */
const port = v.strictObject({
  /** `listen.host` when left out. */
  host: v.exactOptional(textOf()),
  port: wholeOf(0, 65_535),
  ...portEntries,
  /** With it the port takes mutual TLS and nothing else. */
  tls: v.exactOptional(v.omit(listenTls, ['port'])),
});

/** Limits of the terminals' port (guarantee I8). */
const listen = v.strictObject({
  host: textOf(),
  port: wholeOf(0, 65_535),
  connectionsMax: v.optional(wholeOf(1, 100_000), 10_000),
  connectionsPerAddressMax: v.optional(wholeOf(1, 100_000), 5_000),
  /** Frames a second: of one line and of one address reading pauses, of one terminal they are not answered. */
  lineFramesPerSecondMax: v.optional(wholeOf(1, 1_000_000), 5_000),
  addressFramesPerSecondMax: v.optional(wholeOf(1, 1_000_000), 20_000),
  terminalFramesPerSecondMax: v.optional(wholeOf(1, 1_000_000), 100),
  /** A line is closed after so many messages in a row that nobody can read or no known terminal sent. */
  strikesMax: v.optional(wholeOf(1, 10_000), 10),
  /** A message with a MAC (DE 64, 128) of a terminal without `mac`: refused with 40, or taken as if it had none. */
  macs: v.optional(wordOf(['refuse', 'ignore']), 'refuse'),
  /** Requests of one connection being worked on; reading pauses at this number. */
  inFlightMax: v.optional(wholeOf(1, 10_000), 256),
  frameBytesMax: v.optional(wholeOf(64, 65_535), 8192),
  /** A frame must be whole this long after its first byte. */
  frameDeadlineMs: v.optional(wholeOf(10, 600_000), 10_000),
  /** A terminal is answered, or its line closed, in this time; 5 s above the slowest host when left out. */
  terminalMs: v.exactOptional(wholeOf(10, 600_000)),
  /** At a stop, what was asked has this long to be answered. */
  drainMs: v.optional(wholeOf(0, 600_000), 8_000),
  idleMs: v.optional(wholeOf(10, 86_400_000), 900_000),
  tls: v.exactOptional(listenTls),
  ...portEntries,
  ports: v.optional(listOf(port, 64), []),
});

/** One terminal; what it does not say of where it stands its merchant says. */
const terminal = v.strictObject({
  terminalId: terminalIdSetting,
  acceptorId: acceptorIdSetting,
  ...tradingDetailsOfTerminal,
  /** Key the terminal enciphers PINs under. */
  pinKey: v.exactOptional(textOf()),
  pin: v.exactOptional(terminalPinSettings),
  /** Working keys that it gets when it signs in. */
  keys: v.exactOptional(terminalKeySettings),
  /** How its messages are authenticated; without, `listen.macs` says what becomes of one that has a MAC. */
  mac: v.exactOptional(
    v.union(
      [v.literal('ignored'), terminalMacSettings],
      'must be "ignored" or an object with algorithm',
    ),
  ),
  blocked: flagSetting,
  /** It may change the file of hot cards (0302). */
  updatesFiles: v.exactOptional(flagSetting),
  amountMinorMax: v.exactOptional(amountSetting),
});

const switchSettings = v.strictObject({
  instance: textOf(/^[a-z0-9-]{1,32}$/),
  /** Digit of this process in retrieval references; another for each process beside it. */
  node: v.optional(wholeOf(0, 9), 0),
  acquirerId: textOf(/^\d{1,11}$/),
  listen,
  /** Held against the database; a change needs the first business date that it is for. */
  businessDay: v.strictObject({
    timeZone: textOf(),
    cutOff: textOf(),
    from: v.exactOptional(textOf(/^\d{4}-\d{2}-\d{2}$/)),
  }),
  hosts: v.optional(listOf(hostSettings, 1_000), []),
  routes: v.optional(listOf(remembered(routeSettings)), []),
  /** Rules of routing, tried in order. */
  rules: v.optional(listOf(remembered(ruleSettings), 10_000), []),
  /** What hosts charge, for choosing by cost. */
  costs: v.optional(listOf(remembered(costSettings), 10_000), []),
  merchants: v.optional(listOf(remembered(merchantSettings)), []),
  terminals: v.optional(listOf(remembered(terminal)), []),
  /** Limits of the amount of one payment. */
  limits: v.optional(listOf(limitSettings, 100_000), []),
  /** Cards that are refused, by keyed hashes. */
  hotCards: v.optional(listOf(remembered(hotCardSettings)), []),
  kinds: v.optional(kindSettings, {}),
  security: securitySettings,
  /** How long the working key before stays valid beside a new one. */
  workingKeyBesideMs: besideMsSetting,
  http: v.exactOptional(httpSettings),
});

export type ListenConfig = v.InferOutput<typeof listen> & { readonly terminalMs: number };
export type ListenTlsConfig = v.InferOutput<typeof listenTls>;
export type PortConfig = v.InferOutput<typeof port>;
export type HostConfig = HostSettings;
type SwitchSettings = v.InferOutput<typeof switchSettings>;
export type TerminalConfig = ReturnType<
  typeof terminalsOfMerchants<SwitchSettings['terminals'][number]>
>[number];
export type SwitchConfig = Omit<SwitchSettings, 'terminals' | 'listen'> & {
  readonly listen: ListenConfig;
  readonly terminals: readonly TerminalConfig[];
};

const aboveHostsMs = 5_000;

// Timers nest: issuer < network < host < switch < terminal.
function terminalMsOf({ listen: port, hosts }: SwitchSettings): number {
  const slowestMs = Math.max(0, ...hosts.map(({ timers: { answerMs } }) => answerMs));
  const { terminalMs = slowestMs + aboveHostsMs } = port;
  if (terminalMs > slowestMs) return terminalMs;
  throw new SettingError(
    'config.listen.terminalMs',
    `must be longer than the slowest host's answerMs (${slowestMs})`,
  );
}

/**
 * Checks a parsed configuration.
 *
 * @throws SettingError naming the first place that is wrong.
 */
export function parseSwitchConfig(json: unknown): SwitchConfig {
  const config = parseSettings(switchSettings, json, 'config');
  checkHosts(config.hosts);
  checkNames(config);
  routingOf(config);
  const terminals = terminalsOfMerchants(config.terminals, config.merchants);
  const withPin = config.terminals.findIndex(
    ({ pinKey, pin }) => pinKey !== undefined || pin !== undefined,
  );
  if (config.security.kind === 'pkcs11' && withPin >= 0) {
    throw new SettingError(
      `config.terminals[${withPin}].${config.terminals[withPin].pinKey === undefined ? 'pin' : 'pinKey'}`,
      'a PKCS #11 token translates no PINs: take a payShield, or no PIN',
    );
  }
  return { ...config, terminals, listen: { ...config.listen, terminalMs: terminalMsOf(config) } };
}

/**
 * Checks one host by itself, as one is that is no longer configured.
 *
 * @param place what the name of a wrong place begins with
 * @throws SettingError naming the first place that is wrong.
 */
export function parseHostConfig(json: unknown, place: string): HostConfig {
  return parseSettings(hostSettings, json, place);
}

/**
 * Reads a configuration file, without checking what it says.
 *
 * @throws SettingError naming the file.
 */
export function readConfigFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SettingError(path, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads and checks a configuration file.
 *
 * @throws SettingError naming the file or the place in it.
 */
export function readSwitchConfig(path: string): SwitchConfig {
  return parseSwitchConfig(readConfigFile(path));
}
