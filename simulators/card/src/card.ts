// The card at APDU level: selection (Book 1 chapter 11, 12) and dispatch to the selected application.
import { randomBytes } from 'node:crypto';
import { concatBytes, fromAscii, toHex } from '@chipswitch/bytes';
import { type Answer, type Command, encodeAnswer, parseCommand, status } from './apdu.ts';
import { ApplicationContext, type CardBehaviour } from './application-context.ts';
import {
  type ApplicationState,
  type CardState,
  newSession,
  quietLastTransaction,
} from './card-state.ts';
import { dataObject } from './data-object.ts';
import { FaultInjector, type RequestedFault } from './faults.ts';
import { generateAc, recoverAc } from './generate-ac.ts';
import { externalAuthenticate } from './issuer-authentication.ts';
import { type PersonalisedApplication, type PersonalisedCard, personalise } from './personalise.ts';
import { getChallenge, internalAuthenticate, verifyPin } from './pin.ts';
import {
  exchangeRelayData,
  getData,
  getProcessingOptions,
  readRecord,
} from './processing-options.ts';
import type { CardProfile } from './profile.ts';
import { scriptCommand } from './scripts.ts';
import { type TestAuthority, sandboxAuthority } from './test-authority.ts';

/** How a card is put in, and what it is asked to do wrong. */
export interface CardOptions {
  /** Which side of the card the terminal talks to. Default contact, where the card has one. */
  readonly interface?: 'contact' | 'contactless';
  /** Whose keys certify the card. Default the committed sandbox authority. */
  readonly authority?: TestAuthority;
  /** The card's memory from an earlier use (`card.state`); changed in place. */
  readonly state?: CardState;
  /** Randomness; a constant one only in tests. */
  readonly random?: (lengthBytes: number) => Uint8Array;
  readonly faults?: readonly RequestedFault[];
  readonly behaviour?: Partial<CardBehaviour>;
}

/** A card in a reader. */
export interface Card {
  /** Answer to reset, or the contactless reader's stand-in for it. */
  readonly atr: Uint8Array;
  /** What the card remembers; plain data that can be kept and given to the next `createCard`. */
  readonly state: CardState;
  /** How late the last answer was, by a requested fault. */
  readonly lastDelayMs: number;
  /** One command, one answer; no bytes at all from a mute card. */
  transmit(apdu: Uint8Array): Uint8Array;
  /** Takes the card out and puts it in: the running transaction is forgotten, the memory is not. */
  reset(): void;
}

// T=1 offered alone, five historical bytes; for contactless the PC/SC part 3 pattern.
const contactAtr = Uint8Array.of(
  0x3b,
  0xe5,
  0x00,
  0x00,
  0x81,
  0x31,
  0xfe,
  0x45,
  0x43,
  0x53,
  0x57,
  0x31,
  0x30,
);
const contactlessAtr = Uint8Array.of(0x3b, 0x80, 0x80, 0x01);

// One call for many small needs: the pool's bytes are handed out once.
let pool = new Uint8Array(0);

function pooledRandom(count: number): Uint8Array {
  if (pool.length < count) pool = new Uint8Array(randomBytes(Math.max(4096, count)));
  const taken = pool.slice(0, count);
  pool = pool.subarray(count);
  return taken;
}

function withCheckByte(atr: Uint8Array): Uint8Array {
  const tck = atr.subarray(1).reduce((sum, byte) => sum ^ byte, 0);
  return concatBytes(atr, Uint8Array.of(tck));
}

function newApplicationState(application: PersonalisedApplication): ApplicationState {
  return {
    atc: 0,
    lastOnlineAtc: 0,
    blocked: false,
    goOnlineNext: false,
    consecutiveOffline: 0,
    cumulativeOffline: 0,
    last: quietLastTransaction(),
    limits: { ...application.profile.limits },
    putData: {},
    updatedRecords: {},
    log: [],
  };
}

/** The memory of a card never used. */
export function newCardState(card: PersonalisedCard): CardState {
  const applications = card.applications.map(
    (application) => [application.profile.aid, newApplicationState(application)] as const,
  );
  return {
    cardBlocked: false,
    pin: card.profile.pin.value,
    pinTriesLeft: card.profile.pin.tryLimit,
    applications: Object.fromEntries(applications),
  };
}

/** A kept memory, completed with what was not on the card, or not remembered, when it was kept. */
function adopted(kept: CardState | undefined, card: PersonalisedCard): CardState {
  const fresh = newCardState(card);
  if (!kept) return fresh;
  for (const [aid, state] of Object.entries(fresh.applications)) {
    kept.applications[aid] = { ...state, ...kept.applications[aid] };
  }
  return kept;
}

const pseName = fromAscii('1PAY.SYS.DDF01');
const ppseName = fromAscii('2PAY.SYS.DDF01');

function startsWith(whole: Uint8Array, start: Uint8Array): boolean {
  return start.length <= whole.length && start.every((byte, i) => whole[i] === byte);
}

function isName(bytes: Uint8Array, name: Uint8Array): boolean {
  return bytes.length === name.length && startsWith(bytes, name);
}

class SimulatedCard implements Card {
  readonly atr: Uint8Array;
  readonly state: CardState;
  lastDelayMs = 0;
  readonly #image: PersonalisedCard;
  readonly #applications: readonly PersonalisedApplication[];
  readonly #contact: boolean;
  readonly #behaviour: CardBehaviour;
  readonly #random: (lengthBytes: number) => Uint8Array;
  readonly #faults: FaultInjector;
  #directory: 'none' | 'pse' = 'none';
  #selected: ApplicationContext | undefined;
  #partialName: { readonly name: string; readonly index: number } | undefined;

  constructor(image: PersonalisedCard, options: CardOptions) {
    const face =
      options.interface ??
      (image.applications.some((one) => one.profile.interfaces.includes('contact'))
        ? 'contact'
        : 'contactless');
    this.#image = image;
    this.#contact = face === 'contact';
    this.#applications = image.applications.filter((one) => one.profile.interfaces.includes(face));
    this.#random = options.random ?? pooledRandom;
    this.#faults = new FaultInjector(options.faults ?? []);
    this.#behaviour = {
      acceptAnyArpc: false,
      wrongCryptogram: false,
      declineAlways: false,
      onlineAlways: false,
      ...options.behaviour,
    };
    this.state = adopted(options.state, image);
    this.atr = withCheckByte(this.#contact ? contactAtr : contactlessAtr);
  }

  reset(): void {
    this.#directory = 'none';
    this.#selected = undefined;
    this.#partialName = undefined;
  }

  transmit(apdu: Uint8Array): Uint8Array {
    const command = parseCommand(apdu);
    const answer = command ? this.#answer(command) : { sw: status.wrongLength };
    const { response, delayMs } = this.#faults.answer(apdu[1] ?? 0, encodeAnswer(answer));
    this.lastDelayMs = delayMs;
    return response;
  }

  #answer(command: Command): Answer {
    if (this.state.cardBlocked) return { sw: status.functionNotSupported };
    if ((command.cla & 0x03) !== 0 || (command.cla & 0x70) !== 0) {
      return { sw: status.classNotSupported };
    }
    const proprietary = (command.cla & 0x80) !== 0;
    if (command.ins === 0xa4 && (command.cla & 0x0c) !== 0) return { sw: status.classNotSupported };
    if (command.ins === 0xa4 && !proprietary) return this.#select(command);
    if (this.#directory === 'pse' && command.ins === 0xb2) return this.#readDirectory(command);
    const context = this.#selected;
    if (!context) return { sw: status.conditionsNotSatisfied };
    return this.#dispatch(context, command, proprietary);
  }

  #dispatch(context: ApplicationContext, command: Command, proprietary: boolean): Answer {
    const secure = (command.cla & 0x0c) !== 0;
    if (secure) return scriptCommand(context, command);
    if (proprietary) {
      switch (command.ins) {
        case 0xa8:
          return getProcessingOptions(context, command);
        case 0xae:
          return context.application.profile.flow === 'quick'
            ? { sw: status.instructionNotSupported }
            : generateAc(context, command);
        case 0xca:
          return getData(context, command);
        case 0xea:
          return exchangeRelayData(context, command);
        case 0xd0:
          return recoverAc(context, command);
        default:
          return { sw: status.instructionNotSupported };
      }
    }
    switch (command.ins) {
      case 0xb2:
        return readRecord(context, command);
      case 0x20:
        return verifyPin(context, command);
      case 0x84:
        return getChallenge(context, command);
      case 0x88:
        return internalAuthenticate(context, command);
      case 0x82:
        return externalAuthenticate(context, command);
      default:
        return { sw: status.instructionNotSupported };
    }
  }

  #select(command: Command): Answer {
    if (command.p1 !== 4 || (command.p2 !== 0 && command.p2 !== 2)) {
      return { sw: status.incorrectParameters };
    }
    const name = command.data;
    if (name.length < 5 || name.length > 16) return { sw: status.wrongLength };
    const directory = this.#selectDirectory(name);
    if (directory) return directory;
    const matches = this.#applications.filter((one) => startsWith(one.aid, name));
    const key = toHex(name);
    const last = this.#partialName;
    const index = command.p2 === 2 && last?.name === key ? last.index + 1 : 0;
    const application = matches[index];
    if (!application) {
      this.#partialName = undefined;
      return { sw: status.fileNotFound };
    }
    this.#partialName = { name: key, index };
    this.#directory = 'none';
    const state = this.state.applications[application.profile.aid];
    this.#selected = new ApplicationContext({
      application,
      state,
      card: this.state,
      behaviour: this.#behaviour,
      random: this.#random,
      pinTryLimit: this.#image.profile.pin.tryLimit,
      session: newSession(),
    });
    return {
      data: application.fci,
      sw: state.blocked ? status.selectedFileInvalidated : status.ok,
    };
  }

  #selectDirectory(name: Uint8Array): Answer | undefined {
    if (isName(name, pseName)) {
      if (!this.#contact || !this.#image.profile.hasPse) return { sw: status.fileNotFound };
      this.#selected = undefined;
      this.#directory = 'pse';
      const languages = this.#applications[0]?.profile.languages ?? 'en';
      const data = dataObject(
        0x6f,
        dataObject(0x84, pseName),
        dataObject(
          0xa5,
          dataObject(0x88, Uint8Array.of(1)),
          dataObject(0x5f2d, fromAscii(languages)),
        ),
      );
      return { data, sw: status.ok };
    }
    if (!isName(name, ppseName)) return undefined;
    if (this.#contact) return { sw: status.fileNotFound };
    this.#selected = undefined;
    const entries = this.#applications.map((one) => one.directoryEntry);
    const data = dataObject(
      0x6f,
      dataObject(0x84, ppseName),
      dataObject(0xa5, dataObject(0xbf0c, ...entries)),
    );
    return { data, sw: status.ok };
  }

  /** Two applications to a record, so that both ways of listing them occur (Book 1 12.2.3). */
  #readDirectory(command: Command): Answer {
    if (command.p2 !== 0x0c || command.p1 === 0) return { sw: status.incorrectParameters };
    const entries = this.#applications.slice((command.p1 - 1) * 2, command.p1 * 2);
    if (entries.length === 0) return { sw: status.recordNotFound };
    return { data: dataObject(0x70, ...entries.map((one) => one.directoryEntry)), sw: status.ok };
  }
}

// Certificates are the same for the same profile and keys, and an image never changes: making it costs
// some five RSA signatures, so it is made once.
const images = new WeakMap<CardProfile, WeakMap<TestAuthority, PersonalisedCard>>();

function imageOf(profile: CardProfile, authority = sandboxAuthority()): PersonalisedCard {
  let made = images.get(profile);
  if (!made) {
    made = new WeakMap();
    images.set(profile, made);
  }
  let image = made.get(authority);
  if (!image) {
    image = personalise(profile, authority);
    made.set(authority, image);
  }
  return image;
}

/**
 * Puts a card into a reader.
 *
 * @param card a checked profile, or a card already personalised (cheaper for many of a kind)
 * @example
 * const card = createCard(profiles['visa-cvn10']);
 * card.transmit(fromHex('00A4040007A000000003101000')); // 6F.. 9000
 */
export function createCard(card: CardProfile | PersonalisedCard, options: CardOptions = {}): Card {
  return new SimulatedCard('profile' in card ? card : imageOf(card, options.authority), options);
}
