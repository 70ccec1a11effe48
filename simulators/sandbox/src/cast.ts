// Who plays: terminals on a line to the switch, and cards in a drawer.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, given } from '@chipswitch/bytes';
import {
  type Card,
  type CardOptions,
  type CardState,
  type ProfileName,
  type RequestedFault,
  authorityPublicKey,
  createCard,
  profiles,
} from '@chipswitch/card';
import {
  type Terminal,
  TerminalLink,
  type TerminalJournal,
  createTerminal,
  openFileJournal,
  parseTerminalProfile,
  createMemoryJournal,
  ridsOf,
} from '@chipswitch/terminal';
import { terminalTls } from './certificates.ts';
import { type SandboxCard, forgetfulTerminal, sandboxTerminals } from './plan.ts';
import type { Sandbox } from './sandbox.ts';

/** One terminal of the sandbox and what belongs to it. */
export interface CastTerminal {
  readonly terminal: Terminal;
  readonly journal: TerminalJournal;
}

/** Where the cast plays: keys and folders of the sandbox, and the switch's two ports. */
export type CastPlace = Pick<Sandbox, 'paths' | 'keys' | 'port' | 'tlsPort'>;

/** Terminals, cards, and the line. */
export interface Cast {
  readonly terminals: readonly CastTerminal[];
  /** A terminal on the plain link that has forgotten everything: batch 1, trace number 1. */
  readonly forgetful: () => Terminal;
  /** The plain link. */
  readonly link: TerminalLink;
  /** The link with mutual TLS, with the certificate of the second terminal. */
  readonly secureLink: TerminalLink;
  /** The card out of the drawer; it keeps its counters from one use to the next. */
  readonly card: (card: SandboxCard, faults?: readonly RequestedFault[]) => Card;
  /** A phone, or any card, held to the contactless reader. */
  readonly tapped: (profile: ProfileName) => Card;
  readonly pinOf: (card: SandboxCard) => string;
  /** Track 2 of the card's stripe. */
  readonly stripeOf: (card: SandboxCard) => string;
  readonly close: () => void;
}

type TakeOptions = Pick<CardOptions, 'faults' | 'interface'>;

/** The drawer: cards by profile, their memory kept in a file between runs (an ATC never goes back). */
class Drawer {
  readonly #file: string;
  readonly #states: Record<string, CardState>;
  readonly #sandbox: CastPlace;

  constructor(sandbox: CastPlace) {
    this.#sandbox = sandbox;
    this.#file = join(sandbox.paths.folder, 'cards.json');
    this.#states = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, 'utf8')) as Record<string, CardState>)
      : {};
  }

  take(profile: ProfileName, options: TakeOptions): Card {
    const state = this.#states[profile];
    const { authority } = this.#sandbox.keys;
    const made = createCard(profiles[profile], {
      authority,
      ...options,
      ...given({ state }),
    });
    this.#states[profile] = made.state;
    return made;
  }

  save(): void {
    writeFileSync(this.#file, JSON.stringify(this.#states), { mode: 0o600 });
  }
}

type TerminalSource = (typeof sandboxTerminals)[number] | typeof forgetfulTerminal;

function makeTerminal(
  sandbox: CastPlace,
  link: TerminalLink,
  source: TerminalSource,
  journal: TerminalJournal,
): CastTerminal {
  const parsed = parseTerminalProfile({
    terminalId: source.terminalId,
    acceptorId: source.acceptorId,
    merchantName: source.name,
    // Nested timers: the terminal waits longer than the switch waits for a host.
    timers: { answerMs: 4_000, repeats: 1, reversalTries: 3, cardMs: 2_000 },
  });
  if (!parsed.ok) throw new Error(`terminal profile: ${parsed.errors[0]?.path ?? ''}`);
  const { profile } = parsed;
  const { authority, terminalPinKey } = sandbox.keys;
  const terminal = createTerminal({
    profile,
    link,
    journal,
    caKeys: ridsOf(profile).map((rid) => authorityPublicKey(authority, rid)),
    pinPad: { pinKey: terminalPinKey },
  });
  return { terminal, journal };
}

function fileJournal({ paths, keys }: CastPlace, source: TerminalSource): TerminalJournal {
  return openFileJournal({
    path: join(paths.terminalJournals, `${source.terminalId}.jsonl`),
    sealingKey: fromHex(keys.sealingKey),
    sync: false,
  });
}

/** Puts the cast together. */
export function assembleCast(sandbox: CastPlace): Cast {
  const to = { host: '127.0.0.1', reconnectMs: [20, 500] as const };
  const link = new TerminalLink({ ...to, port: sandbox.port });
  // The first terminal comes in on the plain port, the second shows its certificate.
  const secondId = sandboxTerminals[1].terminalId;
  const tls = terminalTls(sandbox.paths.certificates, secondId);
  const macKeys = { [secondId]: sandbox.keys.terminalMacKey };
  const secureLink = new TerminalLink({ ...to, port: sandbox.tlsPort, tls, macKeys });
  const drawer = new Drawer(sandbox);
  const terminals = sandboxTerminals.map((source) =>
    makeTerminal(
      sandbox,
      source.terminalId === secondId ? secureLink : link,
      source,
      fileJournal(sandbox, source),
    ),
  );
  return {
    terminals,
    forgetful: () => makeTerminal(sandbox, link, forgetfulTerminal, createMemoryJournal()).terminal,
    link,
    secureLink,
    card: (card, faults = []) => drawer.take(card.profile, { faults }),
    tapped: (profile) => drawer.take(profile, { interface: 'contactless' }),
    pinOf: (card) => profiles[card.profile].pin.value,
    stripeOf: (card) => {
      const { pan, expiryDate, serviceCode } = profiles[card.profile].applications[0];
      return `${pan}=${expiryDate.slice(0, 4)}${serviceCode}0000000000`.slice(0, 37);
    },
    close: () => {
      link.close();
      secureLink.close();
      for (const { journal } of terminals) journal.close();
      drawer.save();
    },
  };
}
