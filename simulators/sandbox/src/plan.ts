// The plan of the sandbox: who stands where, with which keys: switch, three acquirer hosts of different
// dialects, terminals, cards of several schemes.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProfileName, issuerMasterKeys, profileNames, profiles } from '@chipswitch/card';
import type { SandboxPaths } from './folder.ts';
import type { SandboxKeys } from './sandbox-keys.ts';
import { clearKeyFile, hsmKeyFile, testLmkCheckValue } from './switch-keys.ts';

/** Ports of one run; they stay when the switch restarts. */
export interface SandboxPorts {
  readonly switchPort: number;
  readonly switchTlsPort: number;
  readonly hostPorts: readonly [number, number, number];
  readonly httpPort: number;
  /** Port of the simulated HSM, where it holds the switch's keys. */
  readonly hsmPort?: number;
}

/** A card of the sandbox: its profile and how the switch and the issuer treat its range. */
export interface SandboxCard {
  readonly profile: ProfileName;
  readonly scheme: string;
  /** Whose cryptograms it makes, in the security module's words. */
  readonly cryptogramScheme: 'visa' | 'mastercard' | 'ccd' | 'jcb' | 'unionpay';
  readonly cryptogram: 'verify-here' | 'pass-through';
  readonly host: 'acquirer-a' | 'acquirer-b' | 'acquirer-c';
}

/** The cards people pay with. */
export const sandboxCards: readonly SandboxCard[] = [
  {
    profile: 'visa-cvn18',
    scheme: 'visa',
    cryptogramScheme: 'visa',
    cryptogram: 'pass-through',
    host: 'acquirer-a',
  },
  {
    profile: 'visa-cvn10',
    scheme: 'visa',
    cryptogramScheme: 'visa',
    cryptogram: 'pass-through',
    host: 'acquirer-a',
  },
  {
    profile: 'mastercard-mchip17',
    scheme: 'mastercard',
    cryptogramScheme: 'mastercard',
    cryptogram: 'pass-through',
    host: 'acquirer-b',
  },
  {
    profile: 'unionpay-debit',
    scheme: 'unionpay',
    cryptogramScheme: 'unionpay',
    cryptogram: 'pass-through',
    host: 'acquirer-c',
  },
  {
    profile: 'prepaid-ccd',
    scheme: 'prepaid',
    cryptogramScheme: 'ccd',
    cryptogram: 'verify-here',
    host: 'acquirer-a',
  },
];

/** Terminals of the sandbox: id and acceptor as DE 41 and 42 carry them. */
export const sandboxTerminals = [
  { terminalId: 'SBX00001', acceptorId: 'CHIPSWITCH00001', name: 'CHIPSWITCH BAKERY' },
  { terminalId: 'SBX00002', acceptorId: 'CHIPSWITCH00002', name: 'CHIPSWITCH BOOKS' },
] as const;

/** A terminal that loses its memory, for the scenarios of batches. */
export const forgetfulTerminal = {
  terminalId: 'SBX00003',
  acceptorId: 'CHIPSWITCH00001',
  name: 'CHIPSWITCH BAKERY',
} as const;

/** The terminal of `chipswitch pay`: its own, so that nobody else writes into its batch. */
export const commandLineTerminal = {
  terminalId: 'CLI00001',
  acceptorId: 'CHIPSWITCH00003',
  name: 'CHIPSWITCH COUNTER',
} as const;

/** What the shop's own programs pay at, over HTTP. */
export const webTerminal = {
  terminalId: 'WEB00001',
  acceptorId: 'CHIPSWITCH00001',
  name: 'CHIPSWITCH BAKERY',
} as const;

/** Every terminal that the sandbox's switch serves. */
const servedTerminals = [
  ...sandboxTerminals,
  forgetfulTerminal,
  commandLineTerminal,
  webTerminal,
] as const;

// The second terminal and the host of 1993 have MACs on their lines.
const terminalWithMac: string = sandboxTerminals[1].terminalId;
const hostWithMac = 'acquirer-b';

/** PAN of a card's first application. */
export function panOf(card: SandboxCard): string {
  return profiles[card.profile].applications[0].pan;
}

type CryptogramScheme = SandboxCard['cryptogramScheme'];

// Whose cryptogram versions a card's own name for its version stands for.
const schemeOfCryptogram: Readonly<Record<string, CryptogramScheme>> = {
  visa: 'visa',
  mchip: 'mastercard',
  unionpay: 'unionpay',
  amex: 'jcb',
  jcb: 'jcb',
  ccd: 'ccd',
};

/** One application of any test card, as its issuer knows it. */
interface IssuedCard {
  readonly profile: ProfileName;
  readonly pan: string;
  readonly scheme: string;
  readonly cryptogramScheme: CryptogramScheme;
  readonly option: 'A' | 'B' | 'C';
}

// The AES card shares the range of the TDES one, whose cryptograms the switch verifies with one key.
const leftOut: ReadonlySet<ProfileName> = new Set(['prepaid-aes']);

/** Every test card of the simulator, so that `chipswitch pay --card` works with each. */
const issuedCards: readonly IssuedCard[] = profileNames
  .filter((profile) => !leftOut.has(profile))
  .flatMap((profile) =>
    profiles[profile].applications.map(({ pan, scheme, cryptogram, derivation }) => ({
      profile,
      pan,
      scheme,
      cryptogramScheme: schemeOfCryptogram[cryptogram.split('-')[0]] ?? 'visa',
      option: derivation,
    })),
  )
  .filter((card, i, all) => all.findIndex((other) => other.pan === card.pan) === i);

interface RoutedRange {
  readonly prefix: string;
  readonly scheme: string;
  readonly host: SandboxCard['host'];
  readonly cryptogramScheme: CryptogramScheme;
  readonly verifiedBy?: ProfileName;
}

const prefixOf = (pan: string): string => pan.slice(0, 8);

// The sandbox's own cards decide how their ranges are treated; the others' are passed through.
const routedRanges: readonly RoutedRange[] = [
  ...sandboxCards.map((card) => ({
    ...card,
    prefix: prefixOf(panOf(card)),
    ...(card.cryptogram === 'verify-here' ? { verifiedBy: card.profile } : {}),
  })),
  ...issuedCards.map((card) => ({
    ...card,
    prefix: prefixOf(card.pan),
    host: 'acquirer-a' as const,
  })),
].filter((range, i, all) => all.findIndex((other) => other.prefix === range.prefix) === i);

const hosts = [
  { name: 'acquirer-a', dialect: 'iso1987Ascii' },
  { name: 'acquirer-b', dialect: 'iso1993Binary' },
  { name: 'acquirer-c', dialect: 'unionpayPos' },
] as const;

/** Timers short enough to watch; in production each is some ten times longer. */
const timers = {
  answerMs: 1_500,
  acknowledgeMs: 1_000,
  retryMs: 200,
  retryMsMax: 2_000,
  triesMax: 8,
};

const issuerKeyOf = (profile: ProfileName): string =>
  issuerMasterKeys(profiles[profile]).applicationCryptogram;

/** The switch's `security`: the soft module, or the simulated HSM as payShield. */
function securityOf(paths: SandboxPaths, { hsmPort }: SandboxPorts): object {
  if (hsmPort === undefined) return { kind: 'soft', keyFile: paths.switchKeys };
  return {
    kind: 'payshield',
    keyFile: paths.hsmKeys,
    hsms: [{ host: '127.0.0.1', port: hsmPort }],
    lmk: 'variant',
    lmkCheckValue: testLmkCheckValue,
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function listenOf(paths: SandboxPaths, ports: SandboxPorts): object {
  return {
    host: '127.0.0.1',
    port: ports.switchPort,
    // Above the hosts' time, below the terminals' own.
    terminalMs: 3_500,
    // These few terminals stand for a fleet: the benchmark asks through them, too.
    terminalFramesPerSecondMax: 10_000,
    tls: {
      port: ports.switchTlsPort,
      certificateFile: join(paths.certificates, 'server-chain.pem'),
      keyFile: join(paths.certificates, 'server.key.pem'),
      clientAuthorityFile: join(paths.certificates, 'chain.pem'),
    },
  };
}

// Every key the switch holds in clear or under the simulated HSM's local master key.
function switchKeysOf(keys: SandboxKeys) {
  const verified = sandboxCards.filter((card) => card.cryptogram === 'verify-here');
  return [
    { id: 'terminal-pin-key', usage: 'P0', keyType: '002', hex: keys.terminalPinKey },
    { id: 'zone-pin-key', usage: 'P0', keyType: '001', hex: keys.zonePinKey },
    { id: 'terminal-mac-key', usage: 'M3', keyType: '003', hex: keys.terminalMacKey },
    { id: 'host-mac-key', usage: 'M3', keyType: '008', hex: keys.hostMacKey },
    ...verified.map((card) => ({
      id: `issuer-${card.profile}`,
      usage: 'E0',
      keyType: '109',
      hex: issuerKeyOf(card.profile),
    })),
  ];
}

function writeSwitchFiles(paths: SandboxPaths, keys: SandboxKeys, ports: SandboxPorts): void {
  const config = {
    instance: 'sandbox-1',
    acquirerId: '12345678901',
    listen: listenOf(paths, ports),
    businessDay: { timeZone: 'Asia/Shanghai', cutOff: '23:00:00' },
    hosts: hosts.map((host, i) => ({
      ...host,
      host: '127.0.0.1',
      port: ports.hostPorts[i],
      pinKey: 'zone-pin-key',
      timers,
      echoMs: 10_000,
      ...(host.name === hostWithMac ? { mac: { algorithm: 'retail', key: 'host-mac-key' } } : {}),
    })),
    routes: routedRanges.map(({ prefix, scheme, host, cryptogramScheme, verifiedBy }) => ({
      prefix,
      scheme,
      hosts: [host],
      cryptogramScheme,
      ...(verifiedBy === undefined
        ? { cryptogram: 'pass-through' }
        : { cryptogram: 'verify-here', issuerKey: `issuer-${verifiedBy}` }),
    })),
    terminals: servedTerminals.map((terminal) => ({
      ...terminal,
      city: 'SHANGHAI',
      country: 'CN',
      // A place where people also leave tips.
      merchantCategory: '5812',
      currencyNumeric: '156',
      pinKey: 'terminal-pin-key',
      ...(terminal.terminalId === terminalWithMac
        ? { mac: { algorithm: 'retail', key: 'terminal-mac-key' } }
        : {}),
    })),
    http: {
      port: ports.httpPort,
      apiKeys: [
        { id: 'sandbox', sha256: sha256(keys.apiKey), terminals: [webTerminal.terminalId] },
      ],
    },
    security: securityOf(paths, ports),
  };
  writeFileSync(paths.switchConfig, JSON.stringify(config, null, 2));
  const switchKeys = switchKeysOf(keys);
  const [path, keyFile] =
    ports.hsmPort === undefined
      ? [paths.switchKeys, clearKeyFile(switchKeys, keys)]
      : [paths.hsmKeys, hsmKeyFile(switchKeys, keys)];
  writeFileSync(path, JSON.stringify(keyFile, null, 2), { mode: 0o600 });
}

function writeAcquirerFile(paths: SandboxPaths, keys: SandboxKeys, ports: SandboxPorts): void {
  const config = {
    hosts: hosts.map((host, i) => ({
      ...host,
      port: ports.hostPorts[i],
      ...(host.name === hostWithMac ? { macKeyHex: keys.hostMacKey } : {}),
    })),
    pinKeyHex: keys.zonePinKey,
    issuers: issuedCards.map((card) => ({
      prefix: card.pan,
      scheme: card.cryptogramScheme,
      imkAcHex: issuerKeyOf(card.profile),
      option: card.option,
    })),
    cards: issuedCards.map((card) => ({
      pan: card.pan,
      pin: profiles[card.profile].pin.value,
      status: 'active',
      balanceMinor: '100000000',
    })),
    bookFile: paths.acquirerBook,
    lateMs: 2_500,
  };
  writeFileSync(paths.acquirerConfig, JSON.stringify(config, null, 2), { mode: 0o600 });
}

/** Writes the configuration files of this run. */
export function writePlan(paths: SandboxPaths, keys: SandboxKeys, ports: SandboxPorts): void {
  writeSwitchFiles(paths, keys, ports);
  writeAcquirerFile(paths, keys, ports);
}
