// One switch: its parts put together, opened in order and closed in order.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusinessCalendar, PaymentJournal } from '@chipswitch/ledger';
import type { KeyRef, SecurityModule } from '@chipswitch/security-module';
import {
  type IdempotencyStore,
  type IsoMessage,
  type TraceNumbers,
  createRetrievalReferences,
  createTraceNumbers,
  createTurns,
  textOf,
} from '@chipswitch/transaction';
import { verdictOf } from 'iso8583-js';
import { authorize } from './authorize.ts';
import type { BatchStore } from './batch/batch-store.ts';
import type { CardVault } from './card-vault.ts';
import type { HostConfig, SwitchConfig } from './config.ts';
import { type CounterName, createCounters } from './counters.ts';
import { type Desk, type LogLine, businessDateNow } from './desk.ts';
import { dialectOf } from './dialect.ts';
import { HostLink, type HostLinkParts, type LinkState } from './host-link.ts';
import { hostReferenceOf } from './in-flight/host-reference.ts';
import { PaymentsInFlight } from './in-flight/payments-in-flight.ts';
import { type Clock, type PaymentInFlight, systemClock } from './in-flight/ports.ts';
import { moveRecorded, recover } from './in-flight/recovery.ts';
import { StoreAndForwardQueue } from './in-flight/store-and-forward.ts';
import type { Numbers } from './number-blocks.ts';
import { answerFault } from './refuse.ts';
import { routingOf } from './routing-settings.ts';
import { type TerminalListener, openTerminalListener } from './terminal-listener.ts';
import { minuteOfDayIn } from './time-of-day.ts';

/** What a switch is given; whoever opened a part closes it. */
export interface SwitchParts {
  readonly config: SwitchConfig;
  readonly journal: PaymentJournal;
  readonly calendar: BusinessCalendar;
  readonly batches: BatchStore;
  readonly idempotency: IdempotencyStore;
  readonly security: SecurityModule;
  readonly keys: ReadonlyMap<string, KeyRef>;
  readonly vault: CardVault;
  readonly log: (line: LogLine) => void;
  readonly nowMs?: () => number;
  /** Time as something to wait for; left out: the time of this process. */
  readonly clock?: Clock;
  /** Makes the link to a host; left out: over TCP. */
  readonly openLink?: (parts: HostLinkParts) => PaymentLink;
  /** Where trace numbers and retrieval references come from. */
  readonly numbers: Numbers;
}

/** What a switch shows of itself. */
export interface SwitchStatus {
  readonly counters: Readonly<Record<CounterName, number>>;
  readonly links: Readonly<Record<string, LinkState>>;
  readonly livePayments: number;
  readonly followUpsWaiting: number;
  readonly terminalConnections: number;
}

/** A link to a host as the switch has it. */
export type PaymentLink = Pick<HostLink, 'state' | 'send' | 'forget' | 'start' | 'close'>;

/** A running switch. */
export interface Switch {
  readonly port: number;
  readonly tlsPort: number | undefined;
  readonly status: () => SwitchStatus;
  /** Ends when every host is signed on, or false after `ms`. */
  readonly untilLinksUp: (ms: number) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

const sweepEveryMs = 5_000;
const outstandingFollowUpsMax = 64;

/** MMDDhhmmss of an instant, UTC (DE 7). */
export function transmissionOf(nowMs: number): string {
  const iso = new Date(nowMs).toISOString();
  return iso.slice(5, 19).replaceAll(/[-T:]/g, '');
}

/** Everything of a switch but its ports: the parts that are only known to each other once all are made. */
export class SwitchAssembly {
  readonly desk: Desk;
  readonly links = new Map<string, PaymentLink>();
  readonly #numbers = new Map<string, TraceNumbers>();
  readonly #hosts: ReadonlyMap<string, HostConfig>;
  readonly storeAndForward: StoreAndForwardQueue;
  readonly #clock: Clock;
  readonly #openLink: (parts: HostLinkParts) => PaymentLink;

  constructor(parts: SwitchParts) {
    const { config, clock = systemClock, openLink = (of) => new HostLink(of) } = parts;
    this.#clock = clock;
    this.#openLink = openLink;
    this.#hosts = new Map(config.hosts.map((host) => [host.name, host]));
    this.storeAndForward = new StoreAndForwardQueue({
      clock: this.#clock,
      isUp: (host) => this.links.get(host)?.state === 'up',
      outstandingMax: outstandingFollowUpsMax,
    });
    this.desk = this.#makeDesk(parts);
    for (const host of config.hosts) {
      this.#numbers.set(host.name, createTraceNumbers(parts.numbers.traceNumbers(host.name)));
      this.links.set(host.name, this.#makeLink(host));
    }
  }

  #makeDesk(parts: SwitchParts): Desk {
    const { config } = parts;
    const { calendar } = parts;
    const nowMs = parts.nowMs ?? Date.now;
    const minuteOfDay = minuteOfDayIn(config.businessDay.timeZone);
    return {
      ...parts,
      nowMs,
      businessDate: () => businessDateNow({ calendar, nowMs }),
      counters: createCounters(),
      terminalDialect: dialectOf('posTerminal'),
      terminals: new Map(config.terminals.map((terminal) => [terminal.terminalId, terminal])),
      routing: routingOf(config),
      turn: createTurns(),
      minuteOfDay: () => minuteOfDay(nowMs()),
      retrievalReferences: createRetrievalReferences(
        config.node,
        parts.numbers.retrievalReferences,
      ),
      blockedPanHmacs: new Set(config.blockedPanHmacs),
      inFlight: new PaymentsInFlight(),
      clock: this.#clock,
      timersOf: (host) => (this.#hosts.get(host) ?? config.hosts[0]).timers,
      linkTo: (host) => this.#known(this.links.get(host), host),
      traceNumbersOf: (host) => this.#known(this.#numbers.get(host), host),
      transmission: () => transmissionOf(nowMs()),
      sleep: (ms) => new Promise((resolve) => void this.#clock.after(ms, resolve)),
      queue: (payment, delayMs) => this.storeAndForward.add(payment, delayMs),
      onMoved: (payment) => this.#count(payment),
      onLeft: (payment) => this.#onLeft(payment),
      report: (problem, error) =>
        parts.log({
          event: 'problem',
          problem,
          ...(error instanceof Error ? { error: error.message } : {}),
        }),
    };
  }

  #known<T>(value: T | undefined, host: string): T {
    if (value === undefined) throw new RangeError(`there is no host "${host}"`);
    return value;
  }

  #makeLink(config: HostConfig): PaymentLink {
    const { counters, log, transmission, traceNumbersOf } = this.desk;
    return this.#openLink({
      config,
      counters,
      dialect: dialectOf(config.dialect),
      traceNumbers: traceNumbersOf(config.name),
      transmission,
      onOrphan: (message) => void this.#onOrphan(config.name, message),
      followUpPlaces: outstandingFollowUpsMax,
      onUp: () => this.storeAndForward.onUp(config.name),
      onNote: (event) => log({ event: `host ${event}`, host: config.name }),
    });
  }

  #count(inFlight: PaymentInFlight): void {
    const { state, responseCode: code } = inFlight.payment;
    const { counters } = this.desk;
    if (state === 'APPROVED' || state === 'APPROVED_PARTIAL') counters.add('approvals');
    if (state === 'DECLINED') counters.add('declines');
    const undone = code !== undefined && verdictOf(code) === 'approved';
    if (state === 'REVERSAL_DUE' && !undone) counters.add('unknowns');
    if (state === 'REVERSED') counters.add('reversalsAcknowledged');
  }

  // At rest or abandoned: it leaves every place that knows it. What is still open in the journal is
  // taken up again by the sweep.
  #onLeft(inFlight: PaymentInFlight): void {
    this.desk.inFlight.remove(inFlight);
    this.storeAndForward.remove(inFlight);
  }

  // An answer nobody waits for. It belongs to a payment only if every part of its reference does.
  async #onOrphan(host: string, message: IsoMessage): Promise<void> {
    const { counters, journal, log, report } = this.desk;
    const [stan, terminalId, transmission] = [11, 41, 7].map((e) => textOf(message, e) ?? '');
    log({ event: 'orphan-answer', host, mti: message.mti, stan, terminalId });
    try {
      const reference = hostReferenceOf(stan, terminalId, transmission);
      const isAnswer = /^0[12][13]/.test(message.mti);
      const record = isAnswer ? await journal.findByHostReference(host, reference) : undefined;
      counters.add(record === undefined ? 'orphanAnswers' : 'lateAnswers');
      const answer = verdictOf(textOf(message, 39) ?? '');
      // 09 says that the true answer follows: nothing to note yet.
      if (record !== undefined && answer !== 'in-process') {
        await moveRecorded(this.desk, record, { type: 'late-answer', answer });
      }
    } catch (error) {
      report('a late answer could not be recorded', error);
    }
  }
}

function statusOf(assembly: SwitchAssembly, listener: TerminalListener): SwitchStatus {
  return {
    counters: assembly.desk.counters.snapshot(),
    links: Object.fromEntries([...assembly.links].map(([name, link]) => [name, link.state])),
    livePayments: assembly.desk.inFlight.size,
    followUpsWaiting: assembly.storeAndForward.waiting,
    terminalConnections: listener.connections(),
  };
}

/**
 * Takes up again, once the journal is back, what was abandoned for want of it.
 *
 * @returns what ends the sweeps.
 */
export function sweepEvery(desk: Desk, ms: number = sweepEveryMs): () => void {
  let sweeping = false;
  let stop = (): void => undefined;
  const wait = (): void => {
    stop = desk.clock.after(ms, () => {
      wait();
      if (sweeping) return;
      sweeping = true;
      recover(desk)
        .catch((error: unknown) => desk.report('the sweep failed', error))
        .finally(() => {
          sweeping = false;
        });
    });
  };
  wait();
  return () => stop();
}

/**
 * Opens a switch: takes up what it left open, then links to hosts, then the terminals' port.
 *
 * @throws SettingError for what the configuration names and is not there; the system's error when the
 *   port cannot be opened.
 */
export async function createSwitch(parts: SwitchParts): Promise<Switch> {
  const assembly = new SwitchAssembly(parts);
  const { desk, links, storeAndForward } = assembly;
  await recover(desk);
  for (const link of links.values()) link.start();
  const listener = await openTerminalListener({
    config: parts.config.listen,
    counters: desk.counters,
    onNote: (note) => desk.log(note),
    onFrame: (frame) =>
      authorize(desk, frame).catch((error: unknown) => answerFault(desk, frame, error)),
  });
  const slowestMs = Math.max(...parts.config.hosts.map((host) => host.timers.answerMs), 1_000);
  const stopSweeping = sweepEvery(desk);
  return {
    port: listener.port,
    tlsPort: listener.tlsPort,
    status: () => statusOf(assembly, listener),
    untilLinksUp: async (ms) => {
      const deadline = performance.now() + ms;
      const allUp = (): boolean => [...links.values()].every((link) => link.state === 'up');
      while (!allUp() && performance.now() < deadline) await sleep(10);
      return allUp();
    },
    close: async () => {
      stopSweeping();
      await listener.close();
      // Payments on their way get their answer, or stay in the journal for the next start.
      const deadline = performance.now() + slowestMs;
      const isBusy = (): boolean => desk.inFlight.size > storeAndForward.waiting;
      while (isBusy() && performance.now() < deadline) await sleep(10);
      storeAndForward.stop();
      for (const payment of desk.inFlight.values()) payment.stop();
      for (const link of links.values()) link.close();
    },
  };
}
