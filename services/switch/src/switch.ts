// One switch: its parts put together, opened in order and closed in order.
import { setTimeout as sleep } from 'node:timers/promises';
import { given } from '@chipswitch/bytes';
import type { BusinessCalendar, PaymentJournal } from '@chipswitch/ledger';
import { SettingError } from '@chipswitch/program';
import type { KeyRef, SecurityModule } from '@chipswitch/security-module';
import {
  type IdempotencyStore,
  type IsoMessage,
  type LocalClock,
  type RouteTable,
  type TraceNumbers,
  answerVerdict,
  buildRouteTable,
  createRetrievalReferences,
  createTraceNumbers,
  textOf,
  isApprovedByHost,
} from '@chipswitch/transaction';
import { verdictOf } from 'iso8583-js';
import { authorize } from './authorize.ts';
import type { BatchStore } from './batch/batch-store.ts';
import type { CardVault } from './card-vault.ts';
import type { HostConfig, SwitchConfig } from './config.ts';
import { createCounters } from './counters.ts';
import { type Desk, type LogLine, businessDateNow } from './desk.ts';
import { localClockOf, terminalDoors } from './doors/terminal-doors.ts';
import { expireHolds } from './holds/expire-holds.ts';
import { onHostMessage } from './host-message.ts';
import type { HotCardFile } from './hot-card-file.ts';
import { type HttpDoor, openHttpDoor } from './http/http-door.ts';
import type { HttpRequests } from './http/http-requests.ts';
import { BoundedWork } from './in-flight/bounded-work.ts';
import { hostReferenceOf } from './in-flight/host-reference.ts';
import { PaymentsInFlight } from './in-flight/payments-in-flight.ts';
import { type Clock, type PaymentInFlight, systemClock } from './in-flight/ports.ts';
import { moveRecorded, recover } from './in-flight/recovery.ts';
import { StoreAndForwardQueue } from './in-flight/store-and-forward.ts';
import { kindRulesOf } from './kind-settings.ts';
import { TokenBucket } from './link-limits.ts';
import { HostLink } from './links/host-link.ts';
import { type HostProtocol, openProtocol } from './links/host-protocol.ts';
import type { HostLinkParts } from './links/link-parts.ts';
import type { Numbers } from './number-blocks.ts';
import type { Measured } from './operations/measurements.ts';
import { answerFault, answerOverdue } from './refuse.ts';
import { inRounds } from './rounds.ts';
import { type HostAuthentication, hostAuthentication } from './security/host-authentication.ts';
import type { KsnRegister } from './security/ksn-register.ts';
import { type WorkingKeyStore, WorkingKeys } from './security/working-keys.ts';
import type { SwitchStatus } from './switch-status.ts';
import { terminalAuthenticity } from './terminal-authenticity.ts';
import { type TerminalListener, openTerminalListener } from './terminal-listener.ts';

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
  /** Where hot cards are kept, when messages (0302) may change them. */
  readonly hotCards?: HotCardFile;
  readonly nowMs?: () => number;
  /** Time as something to wait for; left out: the time of this process. */
  readonly clock?: Clock;
  /** Told what happens and how long it took. */
  readonly measured?: Measured;
  /** Makes the link to a host; left out: over TCP. */
  readonly openLink?: (parts: HostLinkParts) => PaymentLink;
  /** Keys that were exchanged on line; needed where terminals or hosts have `keys`. */
  readonly workingKeyStore?: WorkingKeyStore;
  /** Serial numbers that were used; needed where terminals have DUKPT keys. */
  readonly ksns?: KsnRegister;
  /** What clients of the HTTP door asked for; needed where there is one. */
  readonly httpRequests?: HttpRequests;
  /** Where trace numbers and retrieval references come from. */
  readonly numbers: Numbers;
}

/** A link to a host as the switch has it. */
export type PaymentLink = Pick<HostLink, 'state' | 'send' | 'forget' | 'start' | 'close'> &
  Partial<Pick<HostLink, 'answerRules' | 'status' | 'drain' | 'resume' | 'signOff'>>;

/** A running switch. */
export interface Switch {
  readonly port: number;
  readonly tlsPort: number | undefined;
  /** Of `listen.ports`, in their order. */
  readonly ports: readonly number[];
  /** The HTTP door's, where there is one. */
  readonly httpPort: number | undefined;
  readonly status: () => SwitchStatus;
  /** Ends when every host is signed on, or false after `ms`. */
  readonly untilLinksUp: (ms: number) => Promise<boolean>;
  /** Takes up now what nobody carries, as after an adoption. */
  readonly sweep: () => void;
  readonly close: () => Promise<void>;
}

/** Sweeps that go on by themselves. */
export interface Sweeps {
  readonly now: () => void;
  readonly stop: () => void;
}

const sweepEveryMs = 5_000;
const signOffMs = 500;
const outstandingFollowUpsMax = 64;
/** Answers of a host that nobody waits for: look-ups at once, so that others have theirs, and as many as it may owe. */
const orphanLimits = { atOnce: 2, waitingMax: 20_000 };

/** MMDDhhmmss of an instant, UTC (DE 7). */
function transmissionOf(nowMs: number): string {
  const iso = new Date(nowMs).toISOString();
  return iso.slice(5, 19).replaceAll(/[-T:]/g, '');
}

function routesOf(config: SwitchConfig): RouteTable {
  try {
    return buildRouteTable(config.routes);
  } catch (error) {
    throw new SettingError('config.routes', error instanceof Error ? error.message : String(error));
  }
}

// Only of terminals that the configuration names: as many as there are, at the most.
function terminalRates(
  { listen, terminals }: SwitchConfig,
  { nowMs }: Clock,
): (terminalId: string) => boolean {
  const { terminalFramesPerSecondMax: rate } = listen;
  const startMs = nowMs();
  const buckets = new Map(
    terminals.map(({ terminalId }) => [terminalId, new TokenBucket(rate, 5 * rate, startMs)]),
  );
  return (terminalId) => buckets.get(terminalId)?.take(nowMs()) ?? true;
}

function workingKeysOf(parts: SwitchParts): WorkingKeys | undefined {
  const { workingKeyStore: store, security, keys, config, log } = parts;
  if (store === undefined) return undefined;
  const onFault = (problem: string): void => log({ event: 'problem', problem });
  return new WorkingKeys({ store, security, keys, besideMs: config.workingKeyBesideMs, onFault });
}

function authenticationOf(
  desk: Desk,
  { name, mac }: HostConfig,
  { spec }: HostProtocol,
): HostAuthentication | undefined {
  if (mac === undefined) return undefined;
  const onFault = (problem: string): void => desk.report(`${name}: ${problem}`, undefined);
  return hostAuthentication({ ...desk, name, mac, spec, onFault });
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
  readonly #measured: Measured | undefined;

  constructor(parts: SwitchParts) {
    const { config, clock = systemClock, openLink = (of) => new HostLink(of) } = parts;
    this.#clock = clock;
    this.#measured = parts.measured;
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
    return {
      ...parts,
      ...given({ workingKeys: workingKeysOf(parts) }),
      nowMs,
      businessDate: () => businessDateNow({ calendar, nowMs }),
      counters: createCounters(),
      terminals: new Map(config.terminals.map((terminal) => [terminal.terminalId, terminal])),
      mayAsk: terminalRates(config, this.#clock),
      routes: routesOf(config),
      retrievalReferences: createRetrievalReferences(
        config.node,
        parts.numbers.retrievalReferences,
      ),
      kindRules: kindRulesOf(config.kinds),
      blockedPanHmacs: new Set(config.blockedPanHmacs),
      inFlight: new PaymentsInFlight(),
      clock: this.#clock,
      timersOf: (host) => (this.#hosts.get(host) ?? config.hosts[0]).timers,
      linkTo: (host) => this.#timed(this.#known(this.links.get(host), host), host),
      traceNumbersOf: (host) => this.#known(this.#numbers.get(host), host),
      transmission: () => transmissionOf(nowMs()),
      sleep: (ms) => new Promise((resolve) => void this.#clock.after(ms, resolve)),
      queue: (payment, delayMs) => this.storeAndForward.add(payment, delayMs),
      onMoved: (payment) => this.#count(payment),
      onLeft: (payment, inDoubt) => this.#onLeft(payment, inDoubt),
      report: (problem, error) =>
        parts.log({
          event: 'problem',
          problem,
          ...(error instanceof Error ? { error: error.message } : {}),
        }),
    };
  }

  #timed(link: PaymentLink, host: string): ReturnType<Desk['linkTo']> {
    const measured = this.#measured;
    if (measured === undefined) return link;
    return {
      get state() {
        return link.state;
      },
      ...given({ answerRules: link.answerRules }),
      forget: (message) => link.forget(message),
      send: (message, awaiting) => {
        const sentMs = this.#clock.nowMs();
        return link.send(message, {
          ...awaiting,
          onAnswer: (answer) => {
            measured.hostAnswered(host, message.mti, (this.#clock.nowMs() - sentMs) / 1_000);
            return awaiting.onAnswer(answer);
          },
        });
      },
    };
  }

  #known<T>(value: T | undefined, host: string): T {
    if (value === undefined) throw new RangeError(`there is no host "${host}"`);
    return value;
  }

  #makeLink(config: HostConfig): PaymentLink {
    const { counters, log, transmission, traceNumbersOf, nowMs } = this.desk;
    const protocol = openProtocol({
      settings: config,
      place: `config.hosts.${config.name}`,
      today: () => new Date(nowMs()).toISOString().slice(0, 10),
    });
    const authentication = authenticationOf(this.desk, config, protocol);
    const orphans = new BoundedWork(orphanLimits);
    return this.#openLink({
      config,
      counters,
      protocol,
      ...given({ authentication }),
      traceNumbers: traceNumbersOf(config.name),
      transmission,
      onOrphan: (message) => {
        if (orphans.add(() => this.#onOrphan(config.name, message))) return;
        counters.add('orphansRefused');
        this.desk.report(
          'a host sends more answers that nobody waits for than can be looked up',
          undefined,
        );
      },
      followUpPlaces: outstandingFollowUpsMax,
      onHostMessage: (message) => onHostMessage(this.desk, config.name, message),
      onUp: () => this.storeAndForward.onUp(config.name),
      onNote: (event) => log({ event: `host ${event}`, host: config.name }),
    });
  }

  #count(inFlight: PaymentInFlight): void {
    const { state, responseCode: code } = inFlight.payment;
    const { counters } = this.desk;
    if (isApprovedByHost(state)) counters.add('approvals');
    if (state === 'DECLINED') counters.add('declines');
    const isOutcome = isApprovedByHost(state) || state === 'DECLINED';
    if (isOutcome && code !== undefined) this.#measured?.outcome(code);
    const undone = code !== undefined && verdictOf(code) === 'approved';
    if (state === 'REVERSAL_DUE' && !undone) counters.add('unknowns');
    if (state === 'REVERSED') counters.add('reversalsAcknowledged');
  }

  // At rest or abandoned: it leaves every place that knows it. What is still open in the journal is
  // taken up again by the sweep.
  #onLeft(inFlight: PaymentInFlight, inDoubt: boolean): void {
    if (inDoubt && !this.desk.inFlight.doubt(inFlight.key)) {
      this.desk.report('too many approvals are in doubt: one is not looked after', undefined);
    }
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
      const answer = answerVerdict(textOf(message, 39) ?? '');
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
    hosts: Object.fromEntries(
      [...assembly.links].flatMap(([name, link]) => {
        const status = link.status?.();
        return status === undefined ? [] : [[name, status] as const];
      }),
    ),
    livePayments: assembly.desk.inFlight.size,
    followUpsWaiting: assembly.storeAndForward.waiting,
    terminalConnections: listener.connections(),
  };
}

/** Takes up again, once the journal is back, what was abandoned for want of it. */
export function sweepEvery(desk: Desk, ms: number = sweepEveryMs): Sweeps {
  let sweeping = false;
  let again = false;
  let stop = (): void => undefined;
  const now = (): void => {
    again = sweeping;
    if (sweeping) return;
    sweeping = true;
    recover(desk)
      .catch((error: unknown) => desk.report('the sweep failed', error))
      .finally(() => {
        sweeping = false;
        if (again) now();
      });
  };
  const wait = (): void => {
    stop = desk.clock.after(ms, () => {
      wait();
      if (!sweeping) now();
    });
  };
  wait();
  return { now, stop: () => stop() };
}

function openHttp(
  { config, httpRequests }: SwitchParts,
  desk: Desk,
  clock: () => LocalClock,
): Promise<HttpDoor | undefined> {
  if (config.http === undefined) return Promise.resolve(undefined);
  if (httpRequests === undefined)
    throw new RangeError('the HTTP door has no store of its requests');
  return openHttpDoor({ config: config.http, desk, requests: httpRequests, clock });
}

const expireEveryMs = 60_000;

const expireEvery = (desk: Desk): (() => void) =>
  inRounds({
    clock: desk.clock,
    everyMs: expireEveryMs,
    work: () => expireHolds(desk),
    onFault: (error) => desk.report('holds could not be ended', error),
  });

/**
 * Opens a switch: takes up what it left open, then links to hosts, then the terminals' port.
 *
 * @throws SettingError for what the configuration names and is not there; the system's error when the
 *   port cannot be opened.
 */
export async function createSwitch(parts: SwitchParts): Promise<Switch> {
  const assembly = new SwitchAssembly(parts);
  const clock = localClockOf(parts.config, parts.nowMs ?? Date.now);
  const { desk, links, storeAndForward } = assembly;
  const authenticity = terminalAuthenticity({ ...desk, ...given({ ksns: parts.ksns }) });
  const frameOf = terminalDoors(parts.config, clock, authenticity);
  await recover(desk);
  for (const link of links.values()) link.start();
  const listener = await openTerminalListener({
    config: parts.config.listen,
    counters: desk.counters,
    onNote: (note) => desk.log(note),
    onOverdue: (line) => void answerOverdue(desk, frameOf(line)),
    onFrame: (line) => {
      const frame = frameOf(line);
      const beganMs = desk.clock.nowMs();
      return authorize(desk, frame)
        .catch((error: unknown) => answerFault(desk, frame, error))
        .then(() => frame.untilSent?.())
        .finally(() => parts.measured?.worked((desk.clock.nowMs() - beganMs) / 1_000));
    },
  });
  const http = await openHttp(parts, desk, clock).catch(async (error: unknown) => {
    await listener.close();
    for (const link of links.values()) link.close();
    throw error;
  });
  const sweeps = sweepEvery(desk);
  const stopExpiring = expireEvery(desk);
  return {
    port: listener.port,
    tlsPort: listener.tlsPort,
    ports: listener.ports,
    httpPort: http?.port,
    status: () => statusOf(assembly, listener),
    sweep: sweeps.now,
    untilLinksUp: async (ms) => {
      const deadline = performance.now() + ms;
      const allUp = (): boolean => [...links.values()].every((link) => link.state === 'up');
      while (!allUp() && performance.now() < deadline) await sleep(10);
      return allUp();
    },
    close: async () => {
      sweeps.stop();
      stopExpiring();
      // Payments on their way get their answer, or stay in the journal: another process takes them over.
      const deadline = performance.now() + parts.config.listen.drainMs;
      const httpClosed = http?.close();
      await listener.close();
      const isBusy = (): boolean => desk.inFlight.size > storeAndForward.waiting;
      while (isBusy() && performance.now() < deadline) await sleep(10);
      await httpClosed;
      storeAndForward.stop();
      for (const payment of desk.inFlight.values()) payment.stop();
      await Promise.all([...links.values()].map(async (link) => link.signOff?.(signOffMs)));
      for (const link of links.values()) link.close();
    },
  };
}
