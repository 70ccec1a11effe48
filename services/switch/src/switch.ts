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
  type TraceNumbers,
  answerVerdict,
  createRetrievalReferences,
  createTraceNumbers,
  createTurns,
  textOf,
  isApprovedByHost,
} from '@chipswitch/transaction';
import { verdictOf } from 'iso8583-js';
import { authorize } from './authorize.ts';
import type { BatchStore } from './batch/batch-store.ts';
import type { CardVault } from './card-vault.ts';
import type { HostConfig, SwitchConfig } from './config.ts';
import { type ConfiguredParts, configuredParts } from './configuration/configured-parts.ts';
import { HostLinks } from './configuration/host-links.ts';
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
import { HostLink } from './links/host-link.ts';
import { type HostProtocol, openProtocol } from './links/host-protocol.ts';
import { timersNormal } from './links/host-settings.ts';
import type { HostLinkParts } from './links/link-parts.ts';
import type { Numbers } from './number-blocks.ts';
import type { Measured } from './operations/measurements.ts';
import { answerFault, answerOverdue } from './refuse.ts';
import { inRounds } from './rounds.ts';
import type { RouteNote } from './route-evidence.ts';
import { type HostAuthentication, hostAuthentication } from './security/host-authentication.ts';
import type { KsnRegister } from './security/ksn-register.ts';
import { type WorkingKeyStore, WorkingKeys } from './security/working-keys.ts';
import { sweepEvery } from './sweeps.ts';
import type { SwitchStatus } from './switch-status.ts';
import { terminalAuthenticity } from './terminal-authenticity.ts';
import { type TerminalListener, openTerminalListener } from './terminal-listener.ts';
import { terminalRates } from './terminal-rates.ts';
import { minuteOfDayIn } from './time-of-day.ts';

/** What a switch is given; whoever opened a part closes it. */
export interface SwitchParts {
  readonly config: SwitchConfig;
  /** Its version in the database, where it is from there. */
  readonly configurationVersion?: number;
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
  /** Keeps why payments go where they go; left out: nowhere. */
  readonly noteRoute?: (note: RouteNote) => boolean;
  /** Hosts that are no longer configured and that something is open at; left out: what is in flight here. */
  readonly hostsOwed?: (configured: readonly string[]) => Promise<readonly HostConfig[]>;
}

/** A link to a host as the switch has it. */
export type PaymentLink = Pick<
  HostLink,
  'state' | 'inFlight' | 'send' | 'forget' | 'start' | 'close'
> &
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
  /** Works by another configuration from the next question on; what is in flight keeps what it began with. */
  readonly activate: (config: SwitchConfig, version: number) => Promise<void>;
  /** Takes up now what nobody carries, as after an adoption. */
  readonly sweep: () => void;
  readonly close: () => Promise<void>;
}

const signOffMs = 500;
const outstandingFollowUpsMax = 64;
/** Answers of a host that nobody waits for: look-ups at once, so that others have theirs, and as many as it may owe. */
const orphanLimits = { atOnce: 2, waitingMax: 20_000 };

/** A host that was never heard of, or that left: it is opened again while something is owed there. */
const noLink: ReturnType<Desk['linkTo']> = {
  state: 'closed',
  send: () => 'link-down',
  forget: () => undefined,
};

/** MMDDhhmmss of an instant, UTC (DE 7). */
function transmissionOf(nowMs: number): string {
  const iso = new Date(nowMs).toISOString();
  return iso.slice(5, 19).replaceAll(/[-T:]/g, '');
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
  readonly links: HostLinks;
  readonly storeAndForward: StoreAndForwardQueue;
  readonly #numbers = new Map<string, TraceNumbers>();
  readonly #parts: SwitchParts;
  readonly #clock: Clock;
  readonly #openLink: (parts: HostLinkParts) => PaymentLink;
  readonly #measured: Measured | undefined;
  #desk: Desk;

  constructor(parts: SwitchParts) {
    const { config, clock = systemClock, openLink = (of) => new HostLink(of) } = parts;
    this.#parts = parts;
    this.#clock = clock;
    this.#measured = parts.measured;
    this.#openLink = openLink;
    this.storeAndForward = new StoreAndForwardQueue({
      clock: this.#clock,
      isUp: (host) => this.links.get(host)?.state === 'up',
      outstandingMax: outstandingFollowUpsMax,
    });
    this.#desk = this.#makeDesk(parts);
    this.links = new HostLinks({
      clock,
      open: (host, onUp) => this.#makeLink(host, onUp),
      onUp: (host) => this.storeAndForward.onUp(host),
      onNote: (host, event) => parts.log({ event: `host ${event}`, host }),
      isIdle: (host) => [...this.desk.inFlight.values()].every((payment) => payment.host !== host),
    });
    for (const { name } of config.hosts) this.#nameNumbers(name);
    this.links.configure(config.hosts);
  }

  /** What the stages work with: for each question as it is when the question comes. */
  get desk(): Desk {
    return this.#desk;
  }

  /**
   * Works by another configuration.
   *
   * @throws SettingError when it cannot be used; what the database driver throws when numbers cannot be claimed.
   */
  async activate(config: SwitchConfig, version: number): Promise<void> {
    const configured = configuredParts(config, version);
    this.#checkTimers(config);
    for (const { name } of config.hosts) {
      await this.#parts.numbers.openHost(name);
      this.#nameNumbers(name);
    }
    this.links.configure(config.hosts);
    this.#desk = { ...this.#desk, ...configured, timersOf: this.#timersOf(configured) };
  }

  // Timers nest: the time of the terminals' port was set when it was opened.
  #checkTimers({ hosts }: SwitchConfig): void {
    const { terminalMs } = this.#parts.config.listen;
    const slow = hosts.findIndex(({ timers }) => timers.answerMs >= terminalMs);
    if (slow < 0) return;
    throw new SettingError(
      `config.hosts[${slow}].timers.answerMs`,
      `must be shorter than the time of the terminals' port, which began with ${terminalMs}`,
    );
  }

  /** Looks once after hosts that are no longer configured: they stay as long as something is open there. */
  async settleHosts(): Promise<void> {
    const { hostsOwed } = this.#parts;
    const configured = this.#desk.config.hosts.map(({ name }) => name);
    const owed = hostsOwed === undefined ? [] : await hostsOwed(configured);
    for (const { name } of owed) {
      await this.#parts.numbers.openHost(name);
      this.#nameNumbers(name);
    }
    this.links.settle(owed);
  }

  // Once for each host, however often it comes and goes: numbers in flight are not taken twice.
  #nameNumbers(host: string): void {
    if (this.#numbers.has(host)) return;
    this.#numbers.set(host, createTraceNumbers(this.#parts.numbers.traceNumbers(host)));
  }

  #makeDesk(parts: SwitchParts): Desk {
    const { config, calendar } = parts;
    const nowMs = parts.nowMs ?? Date.now;
    const minuteOfDay = minuteOfDayIn(config.businessDay.timeZone);
    const configured = configuredParts(config, parts.configurationVersion);
    return {
      ...parts,
      ...configured,
      ...given({ workingKeys: workingKeysOf(parts) }),
      nowMs,
      businessDate: () => businessDateNow({ calendar, nowMs }),
      counters: createCounters(),
      turn: createTurns(),
      minuteOfDay: () => minuteOfDay(nowMs()),
      noteRoute: parts.noteRoute ?? (() => true),
      mayAsk: terminalRates(config, this.#clock, (id) => this.#desk.terminals.has(id)),
      retrievalReferences: createRetrievalReferences(
        config.node,
        parts.numbers.retrievalReferences,
      ),
      kindRules: kindRulesOf(config.kinds),
      inFlight: new PaymentsInFlight(),
      clock: this.#clock,
      timersOf: this.#timersOf(configured),
      linkTo: (host) => this.#timed(this.links.get(host) ?? noLink, host),
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

  // A payment keeps the timers it began with.
  #timersOf({ hosts }: ConfiguredParts): Desk['timersOf'] {
    return (host) => (hosts.get(host) ?? this.links.get(host)?.config)?.timers ?? timersNormal;
  }

  #timed(link: ReturnType<Desk['linkTo']>, host: string): ReturnType<Desk['linkTo']> {
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

  #makeLink(config: HostConfig, onUp: () => void): PaymentLink {
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
      onUp,
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
    configurationVersion: assembly.desk.configurationVersion,
    counters: assembly.desk.counters.snapshot(),
    links: assembly.links.states(),
    hosts: Object.fromEntries(
      [...assembly.links.values()].flatMap((link) => {
        const status = link.status();
        return status === undefined ? [] : [[link.name, status] as const];
      }),
    ),
    livePayments: assembly.desk.inFlight.size,
    followUpsWaiting: assembly.storeAndForward.waiting,
    terminalConnections: listener.connections(),
  };
}

function openHttp(
  { config, httpRequests }: SwitchParts,
  deskNow: () => Desk,
  clock: () => LocalClock,
): Promise<HttpDoor | undefined> {
  if (config.http === undefined) return Promise.resolve(undefined);
  if (httpRequests === undefined)
    throw new RangeError('the HTTP door has no store of its requests');
  return openHttpDoor({ config: config.http, deskNow, requests: httpRequests, clock });
}

const expireEveryMs = 60_000;

const expireEvery = (desk: Desk, deskNow: () => Desk): (() => void) =>
  inRounds({
    clock: desk.clock,
    everyMs: expireEveryMs,
    work: () => expireHolds(deskNow()),
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
  await assembly.settleHosts();
  const authenticity = terminalAuthenticity({
    ...desk,
    ...given({ ksns: parts.ksns }),
    // Those of the configuration when the message comes.
    get terminals() {
      return assembly.desk.terminals;
    },
    get config() {
      return assembly.desk.config;
    },
  });
  const frameOf = terminalDoors(parts.config, clock, authenticity);
  await recover(desk);
  links.start();
  const listener = await openTerminalListener({
    config: parts.config.listen,
    counters: desk.counters,
    onNote: (note) => desk.log(note),
    onOverdue: (line) => void answerOverdue(assembly.desk, frameOf(line)),
    onFrame: (line) => {
      const frame = frameOf(line);
      const beganMs = desk.clock.nowMs();
      return authorize(assembly.desk, frame)
        .catch((error: unknown) => answerFault(desk, frame, error))
        .then(() => frame.untilSent?.())
        .finally(() => parts.measured?.worked((desk.clock.nowMs() - beganMs) / 1_000));
    },
  });
  const deskNow = (): Desk => assembly.desk;
  const http = await openHttp(parts, deskNow, clock).catch(async (error: unknown) => {
    await listener.close();
    links.close();
    throw error;
  });
  const sweeps = sweepEvery(assembly);
  const stopExpiring = expireEvery(desk, deskNow);
  return {
    port: listener.port,
    tlsPort: listener.tlsPort,
    ports: listener.ports,
    httpPort: http?.port,
    status: () => statusOf(assembly, listener),
    sweep: sweeps.now,
    untilLinksUp: async (ms) => {
      const deadline = performance.now() + ms;
      while (!links.areUp() && performance.now() < deadline) await sleep(10);
      return links.areUp();
    },
    activate: (config, version) => assembly.activate(config, version),
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
      await Promise.all([...links.values()].map((link) => link.signOff(signOffMs)));
      links.close();
    },
  };
}
