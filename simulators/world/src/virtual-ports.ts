// What the shipped switch is given instead of sockets, clock and keys: a host's link over virtual lines, time that
// belongs to one process, a vault without ciphers.
import { type Pan, parsePan } from '@chipswitch/cardholder-data';
import type { BusinessCalendar } from '@chipswitch/ledger';
import type {
  Awaiting,
  BatchStore,
  CardVault,
  Clock,
  HostLinkParts,
  NotSentReason,
  PaymentLink,
  SwitchConfig,
} from '@chipswitch/switch';
import { parseSwitchConfig } from '@chipswitch/switch';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import type { VirtualTime } from './virtual-time.ts';

const acceptorId = 'CHIPSWITCH00001';

/** Identification of a terminal by its number. */
export const terminalIdOf = (number: number): string => `TERM${String(number).padStart(4, '0')}`;

/** Names of the hosts, the first to be tried first. */
export const hostNames = ['first', 'second'] as const;

/** The configuration of the world's switch. */
export function worldConfig(terminals: number, triesMax: number): SwitchConfig {
  const timers = { answerMs: 1_500, acknowledgeMs: 1_500, retryMs: 200, retryMsMax: 2_000 };
  return parseSwitchConfig({
    instance: 'world',
    acquirerId: '12345678901',
    listen: { host: 'virtual', port: 0 },
    businessDay: { timeZone: 'UTC', cutOff: '23:00:00' },
    hosts: hostNames.map((name) => ({
      name,
      dialect: 'posTerminal',
      host: 'virtual',
      port: 1,
      timers: { ...timers, triesMax },
      inFlightMax: 64,
    })),
    routes: [{ prefix: '4', scheme: 'visa', hosts: hostNames, cryptogram: 'pass-through' }],
    terminals: Array.from({ length: terminals }, (_, number) => ({
      terminalId: terminalIdOf(number),
      acceptorId,
      name: 'World',
      city: 'Nowhere',
      country: 'CN',
      merchantCategory: '5411',
      currencyNumeric: '156',
    })),
    security: { kind: 'soft', keyFile: 'none' },
  });
}

const [firstDay, secondDay] = ['2026-11-22', '2026-11-23'] as const;

/** The instant at which a world begins: the day is cut in the middle of the storm. */
export const worldBeginsMs = Date.parse('2026-11-22T22:59:30Z');
const cutOffMs = Date.parse('2026-11-22T23:00:00Z');

/** Two days, and the cut-off between them. */
export const worldCalendar: BusinessCalendar = {
  cutOffMs: (date) => (date === firstDay ? cutOffMs : undefined),
  businessDate: (instantMs) => (instantMs < cutOffMs ? firstDay : secondDay),
};

const reversed = (digits: string): string => digits.split('').toReversed().join('');

/** Nothing is secret in a world; a number still comes back only under the key that it was put away with. */
export const openVault: CardVault = {
  panHmac: (pan: Pan) => `hmac-of-${reversed(pan)}`,
  digest: (text) => `digest of ${text}`,
  encipherPan: (pan, context) => new TextEncoder().encode(`${context} ${reversed(pan)}`),
  decipherPan: (bytes, context) => {
    const [key, digits] = new TextDecoder().decode(bytes).split(' ');
    return key === context ? parsePan(reversed(digits ?? '')) : undefined;
  },
};

const noBatches = (): Promise<never> =>
  Promise.reject(new Error('no terminal here closes a batch'));

/** Batches are SQL, and stay outside of the world: its terminals close none. */
export const noBatchStore: BatchStore = {
  close: noBatches,
  endUpload: noBatches,
  isClosed: noBatches,
  numberOf: noBatches,
  keepItem: noBatches,
};

/** Time as one process has it: nothing happens in it once it is dead. */
export function clockOf(clock: VirtualTime, isAlive: () => boolean): Clock {
  return {
    nowMs: () => clock.nowMs,
    after: (ms, work) =>
      clock.after(ms, () => {
        if (isAlive()) work();
      }),
  };
}

function matchKey(message: IsoMessage, side: 'asked' | 'answer'): string {
  const asked = Number(message.mti[2]) - (side === 'answer' ? 1 : 0);
  return `${message.mti[1]}${asked}/${textOf(message, 11)}/${textOf(message, 41)?.trim()}`;
}

/** A link to a host over virtual lines: it connects, breaks and connects again. */
export class VirtualLink implements PaymentLink {
  state: PaymentLink['state'] = 'down';
  readonly #parts: HostLinkParts;
  readonly #clock: Clock;
  readonly #write: (message: IsoMessage) => void;
  readonly #awaiting = new Map<string, Awaiting>();

  constructor(parts: HostLinkParts, clock: Clock, write: (message: IsoMessage) => void) {
    this.#parts = parts;
    this.#clock = clock;
    this.#write = write;
  }

  /** Messages whose answer is awaited. */
  get inFlight(): number {
    return this.#awaiting.size;
  }

  start(): void {
    this.#clock.after(50, () => {
      this.state = 'up';
      this.#parts.onUp();
    });
  }

  close(): void {
    this.state = 'closed';
  }

  send(message: IsoMessage, awaiting: Awaiting): NotSentReason | undefined {
    if (this.state !== 'up') return 'link-down';
    const { config, followUpPlaces } = this.#parts;
    const places = config.inFlightMax + (message.mti[2] === '2' ? followUpPlaces : 0);
    if (this.#awaiting.size >= places) return 'overloaded';
    const key = matchKey(message, 'asked');
    if (this.#awaiting.has(key)) return 'key-in-flight';
    this.#awaiting.set(key, awaiting);
    this.#write(message);
    return undefined;
  }

  forget(message: IsoMessage): void {
    this.#awaiting.delete(matchKey(message, 'asked'));
  }

  /** A message of the host has arrived. */
  hear(message: IsoMessage): void {
    if (this.state !== 'up') return;
    const key = matchKey(message, 'answer');
    const awaiting = this.#awaiting.get(key);
    if (awaiting === undefined) return this.#parts.onOrphan(message);
    this.#awaiting.delete(key);
    if (awaiting.onAnswer(message) === 'wait') this.#awaiting.set(key, awaiting);
  }

  /** The line broke; after a while there is another. */
  breakDown(downMs: number): void {
    if (this.state !== 'up') return;
    this.state = 'down';
    const lost = [...this.#awaiting.values()];
    this.#awaiting.clear();
    for (const { onLinkLost } of lost) onLinkLost();
    this.#clock.after(downMs, () => this.start());
  }
}
