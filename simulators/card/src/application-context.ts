// The selected application: its image, what it remembers, its present transaction.
import type { ApplicationState, CardState, Session } from './card-state.ts';
import type { CardFacts } from './issuer-application-data.ts';
import type { PersonalisedApplication } from './personalise.ts';

/** How the card departs from its specification, on a test's request. */
export interface CardBehaviour {
  /** Takes any ARPC for a good one. */
  readonly acceptAnyArpc: boolean;
  /** Spoils every application cryptogram, so that the issuer refuses it. */
  readonly wrongCryptogram: boolean;
  /** Answers every GENERATE AC with an AAC. */
  readonly declineAlways: boolean;
  /** Never agrees to an offline approval. */
  readonly onlineAlways: boolean;
}

/** What the command handlers of one application share. */
export class ApplicationContext {
  readonly application: PersonalisedApplication;
  readonly state: ApplicationState;
  readonly card: CardState;
  readonly behaviour: CardBehaviour;
  readonly random: (lengthBytes: number) => Uint8Array;
  readonly pinTryLimit: number;
  session: Session;
  /** The issuer's card status update did not approve (CCD). */
  csuRefuses = false;

  constructor(parts: {
    application: PersonalisedApplication;
    state: ApplicationState;
    card: CardState;
    behaviour: CardBehaviour;
    random: (lengthBytes: number) => Uint8Array;
    pinTryLimit: number;
    session: Session;
  }) {
    this.application = parts.application;
    this.state = parts.state;
    this.card = parts.card;
    this.behaviour = parts.behaviour;
    this.random = parts.random;
    this.pinTryLimit = parts.pinTryLimit;
    this.session = parts.session;
  }

  /** The application transaction counter, two bytes. */
  atcBytes(): Uint8Array {
    return Uint8Array.of(this.state.atc >> 8, this.state.atc & 0xff);
  }

  /** What the card's verification results are written from. */
  facts(values: ReadonlyMap<number, Uint8Array>): CardFacts {
    return {
      application: this.application,
      state: this.state,
      session: this.session,
      pinTriesLeft: this.card.pinTriesLeft,
      values,
    };
  }
}
