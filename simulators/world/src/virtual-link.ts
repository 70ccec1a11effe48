// A link to a host over virtual connections, as `HostLink` is over TCP: it signs on, matches, finds a half-open line
// by its silence, and connects again.
import type {
  Awaiting,
  Clock,
  HostLinkParts,
  NotSentReason,
  PaymentLink,
} from '@chipswitch/switch';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import type { VirtualConnection } from './virtual-connection.ts';

/** What the far end of a connection is told and tells. */
export type HostConnection = VirtualConnection<IsoMessage, IsoMessage>;

/** The near end as whoever makes a connection knows it. */
export interface NearEnd {
  readonly onMessage: (message: IsoMessage) => void;
  readonly onBroken: () => void;
}

function matchKey(message: IsoMessage, side: 'asked' | 'answer'): string {
  const asked = Number(message.mti[2]) - (side === 'answer' ? 1 : 0);
  return `${message.mti[1]}${asked}/${textOf(message, 11)}/${textOf(message, 41)?.trim()}`;
}

const connectMs = 30;
const againMs = [50, 1_500] as const;

/** The link. */
export class VirtualLink implements PaymentLink {
  state: PaymentLink['state'] = 'down';
  readonly #parts: HostLinkParts;
  readonly #clock: Clock;
  readonly #connect: (near: NearEnd) => HostConnection;
  readonly #pauseMs: (min: number, max: number) => number;
  readonly #awaiting = new Map<string, Awaiting>();
  #connection: HostConnection | undefined;
  #lastHeardMs = 0;

  constructor(
    parts: HostLinkParts,
    world: {
      readonly clock: Clock;
      readonly connect: (near: NearEnd) => HostConnection;
      readonly pauseMs: (min: number, max: number) => number;
    },
  ) {
    this.#parts = parts;
    this.#clock = world.clock;
    this.#connect = world.connect;
    this.#pauseMs = world.pauseMs;
  }

  /** Sign-ons and echoes that are under way. */
  networking = 0;

  /** Messages of payments whose answer is awaited. */
  get inFlight(): number {
    return this.#awaiting.size - this.networking;
  }

  start(): void {
    if (this.state === 'closed') return;
    this.state = 'connecting';
    this.#clock.after(connectMs, () => {
      if (this.state !== 'connecting') return;
      this.state = 'signing-on';
      this.#lastHeardMs = this.#clock.nowMs();
      const connection = this.#connect({
        onMessage: (message) => {
          if (connection === this.#connection) this.#hear(message);
        },
        onBroken: () => {
          if (connection === this.#connection) this.#onBroken();
        },
      });
      this.#connection = connection;
      this.#network('001', () => this.#onSignedOn());
      this.#watch(connection);
    });
  }

  close(): void {
    this.state = 'closed';
    this.drop();
  }

  /** The process is gone. */
  drop(): void {
    this.#connection?.closeNear();
  }

  send(message: IsoMessage, awaiting: Awaiting): NotSentReason | undefined {
    if (this.state !== 'up') return 'link-down';
    const { config, followUpPlaces } = this.#parts;
    const places = config.inFlightMax + (message.mti[2] === '2' ? followUpPlaces : 0);
    if (this.#awaiting.size >= places) return 'overloaded';
    const key = matchKey(message, 'asked');
    if (this.#awaiting.has(key)) return 'key-in-flight';
    this.#awaiting.set(key, awaiting);
    this.#connection?.sendFar(message);
    return undefined;
  }

  forget(message: IsoMessage): void {
    this.#awaiting.delete(matchKey(message, 'asked'));
  }

  #onSignedOn(): void {
    this.state = 'up';
    this.#parts.onUp();
  }

  #hear(message: IsoMessage): void {
    this.#lastHeardMs = this.#clock.nowMs();
    const key = matchKey(message, 'answer');
    const awaiting = this.#awaiting.get(key);
    if (awaiting === undefined) return this.#parts.onOrphan(message);
    this.#awaiting.delete(key);
    if (awaiting.onAnswer(message) === 'wait') this.#awaiting.set(key, awaiting);
  }

  // Sign-on and echo; trace number and place are given back with the answer, with the line or in time.
  #network(code: string, onAnswer: () => void): void {
    const { traceNumbers, transmission, config } = this.#parts;
    const stan = traceNumbers.take();
    if (stan === undefined) return;
    const message: IsoMessage = { mti: '0800', de7: transmission(), de11: stan, de70: code };
    this.networking++;
    let isOver = false;
    const giveBack = (): void => {
      if (isOver) return;
      isOver = true;
      this.networking--;
      endWait();
      this.forget(message);
      traceNumbers.release(stan);
    };
    const endWait = this.#clock.after(config.timers.answerMs, giveBack);
    this.#awaiting.set(matchKey(message, 'asked'), {
      onAnswer: () => {
        giveBack();
        onAnswer();
        return undefined;
      },
      onLinkLost: giveBack,
    });
    this.#connection?.sendFar(message);
  }

  // Silence for twice the time between echoes is a half-open connection: nobody will ever say so.
  #watch(connection: HostConnection): void {
    const { echoMs, timers } = this.#parts.config;
    const waitMs = this.state === 'up' ? echoMs : timers.answerMs;
    this.#clock.after(waitMs, () => {
      if (connection !== this.#connection) return;
      const silentMs = this.#clock.nowMs() - this.#lastHeardMs;
      if (this.state !== 'up' || silentMs > 2 * echoMs) {
        connection.closeNear();
        this.#onBroken();
        return;
      }
      if (silentMs > echoMs / 2) this.#network('301', () => undefined);
      this.#watch(connection);
    });
  }

  #onBroken(): void {
    if (this.state === 'closed') return;
    this.state = 'down';
    this.#connection = undefined;
    const lost = [...this.#awaiting.values()];
    this.#awaiting.clear();
    for (const { onLinkLost } of lost) onLinkLost();
    this.#clock.after(this.#pauseMs(...againMs), () => this.start());
  }
}
