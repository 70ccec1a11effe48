// The plan of the sandbox: who stands where, with which keys: switch, two acquirer hosts of different
// dialects, terminals, cards of several schemes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProfileName, issuerMasterKeys, profiles } from '@chipswitch/card';
import type { SandboxPaths } from './folder.ts';
import type { SandboxKeys } from './sandbox-keys.ts';

/** Ports of one run; they stay when the switch restarts. */
export interface SandboxPorts {
  readonly switchPort: number;
  readonly switchTlsPort: number;
  readonly hostPorts: readonly [number, number];
}

/** A card of the sandbox: its profile and how the switch and the issuer treat its range. */
export interface SandboxCard {
  readonly profile: ProfileName;
  readonly scheme: string;
  /** Whose cryptograms it makes, in the security module's words. */
  readonly cryptogramScheme: 'visa' | 'mastercard' | 'ccd' | 'jcb' | 'unionpay';
  readonly cryptogram: 'verify-here' | 'pass-through';
  readonly host: 'acquirer-a' | 'acquirer-b';
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
    host: 'acquirer-a',
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

/** PAN of a card's first application. */
export function panOf(card: SandboxCard): string {
  return profiles[card.profile].applications[0].pan;
}

// Two cards of one range share its row.
const routedCards = sandboxCards.filter(
  (card, i) => sandboxCards.findIndex((other) => prefixOf(other) === prefixOf(card)) === i,
);

function prefixOf(card: SandboxCard): string {
  return panOf(card).slice(0, 8);
}

const hosts = [
  { name: 'acquirer-a', dialect: 'iso1987Ascii' },
  { name: 'acquirer-b', dialect: 'iso1987Ebcdic' },
] as const;

/** Timers short enough to watch; in production each is some ten times longer. */
const timers = {
  answerMs: 1_500,
  acknowledgeMs: 1_000,
  retryMs: 200,
  retryMsMax: 2_000,
  triesMax: 8,
};

const issuerKeyOf = (card: SandboxCard): string =>
  issuerMasterKeys(profiles[card.profile]).applicationCryptogram;

function writeSwitchFiles(paths: SandboxPaths, keys: SandboxKeys, ports: SandboxPorts): void {
  const verified = sandboxCards.filter((card) => card.cryptogram === 'verify-here');
  const config = {
    instance: 'sandbox-1',
    acquirerId: '12345678901',
    listen: {
      host: '127.0.0.1',
      port: ports.switchPort,
      tls: {
        port: ports.switchTlsPort,
        certificateFile: join(paths.certificates, 'server-chain.pem'),
        keyFile: join(paths.certificates, 'server.key.pem'),
        clientAuthorityFile: join(paths.certificates, 'chain.pem'),
      },
    },
    businessDay: { timeZone: 'Asia/Shanghai', cutOff: '23:00:00' },
    hosts: hosts.map((host, i) => ({
      ...host,
      host: '127.0.0.1',
      port: ports.hostPorts[i],
      pinKey: 'zone-pin-key',
      timers,
      echoMs: 10_000,
    })),
    routes: routedCards.map((card) => ({
      prefix: prefixOf(card),
      scheme: card.scheme,
      hosts: [card.host],
      cryptogram: card.cryptogram,
      cryptogramScheme: card.cryptogramScheme,
      ...(card.cryptogram === 'verify-here' ? { issuerKey: `issuer-${card.profile}` } : {}),
    })),
    terminals: sandboxTerminals.map((terminal) => ({
      ...terminal,
      city: 'SHANGHAI',
      country: 'CN',
      merchantCategory: '5411',
      currencyNumeric: '156',
      pinKey: 'terminal-pin-key',
    })),
    keyFile: paths.switchKeys,
  };
  const pinKey = { usage: 'P0', algorithm: '2TDEA' };
  const keyFile = {
    warning: 'sandbox keys: they protect nothing',
    allowClearKeysInProcess: true,
    keys: [
      { id: 'terminal-pin-key', ...pinKey, hex: keys.terminalPinKey },
      { id: 'zone-pin-key', ...pinKey, hex: keys.zonePinKey },
      ...verified.map((card) => ({
        id: `issuer-${card.profile}`,
        usage: 'E0',
        algorithm: '2TDEA',
        hex: issuerKeyOf(card),
      })),
    ],
    panHmacKey: keys.panHmacKey,
    panDataKey: keys.panDataKey,
  };
  writeFileSync(paths.switchConfig, JSON.stringify(config, null, 2));
  writeFileSync(paths.switchKeys, JSON.stringify(keyFile, null, 2), { mode: 0o600 });
}

function writeAcquirerFile(paths: SandboxPaths, keys: SandboxKeys, ports: SandboxPorts): void {
  const config = {
    hosts: hosts.map((host, i) => ({ ...host, port: ports.hostPorts[i] })),
    pinKeyHex: keys.zonePinKey,
    issuers: sandboxCards.map((card) => ({
      prefix: panOf(card),
      scheme: card.cryptogramScheme,
      imkAcHex: issuerKeyOf(card),
    })),
    cards: sandboxCards.map((card) => ({
      pan: panOf(card),
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
