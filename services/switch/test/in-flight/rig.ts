// A payment in flight on virtual time: the journal in memory, a host by script, faults on demand.
import { parsePan } from '@chipswitch/cardholder-data';
import {
  type MemoryJournal,
  type NewPayment,
  type PaymentJournal,
  type PaymentRecord,
  type PaymentStep,
  type StepResult,
  createMemoryJournal,
} from '@chipswitch/ledger';
import {
  type HostAnswer,
  type IsoMessage,
  type NumberSource,
  type OutgoingFacts,
  type Payment,
  type PaymentKind,
  type TraceNumbers,
  createTraceNumbers,
  openingState,
  textOf,
} from '@chipswitch/transaction';
import { type Counters, createCounters } from '../../src/counters.ts';
import { InFlightPayment } from '../../src/in-flight/in-flight-payment.ts';
import { PaymentsInFlight } from '../../src/in-flight/payments-in-flight.ts';
import type {
  Asking,
  Awaiting,
  Clock,
  HostPort,
  NotSentReason,
} from '../../src/in-flight/ports.ts';
import type { RecoveryPorts } from '../../src/in-flight/recovery.ts';
import { StoreAndForwardQueue } from '../../src/in-flight/store-and-forward.ts';

/** Host timers of the rig. */
export const timers = {
  answerMs: 1_000,
  acknowledgeMs: 100,
  retryMs: 50,
  retryMsMax: 200,
  triesMax: 4,
};

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Time that moves only when it is told to. */
export class VirtualClock implements Clock {
  #now = 0;
  #timers: { at: number; work: () => void }[] = [];

  get running(): number {
    return this.#timers.length;
  }

  nowMs = (): number => this.#now;

  after = (ms: number, work: () => void): (() => void) => {
    const timer = { at: this.#now + ms, work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** Lets everything that is ready happen, then the timers of the next `ms`, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      for (let i = 0; i < 6; i++) await turn();
      const next = this.#timers
        .filter(({ at }) => at <= end)
        .reduce<{ at: number; work: () => void } | undefined>(
          (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
          undefined,
        );
      if (next === undefined) break;
      this.#now = next.at;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.work();
    }
    this.#now = end;
  }
}

const keyOf = (message: IsoMessage): string =>
  `${message.mti[1]}${message.mti[2]}/${textOf(message, 11)}/${textOf(message, 41)}`;

/** What a host says to a message: a response code, or nothing. */
export type HostScript = (message: IsoMessage) => string | undefined;

/** A host by script; its table of awaited answers can be looked at. */
export class ScriptedHost implements HostPort {
  readonly awaited = new Map<string, Awaiting>();
  readonly sent: IsoMessage[] = [];
  isUp = true;
  refuses: NotSentReason | undefined;
  script: HostScript;
  readonly #clock: Clock;

  constructor(clock: Clock, script: HostScript) {
    this.#clock = clock;
    this.script = script;
  }

  /** MTI of everything it was sent. */
  get heard(): string[] {
    return this.sent.map(({ mti }) => mti);
  }

  send(message: IsoMessage, awaiting: Awaiting): NotSentReason | undefined {
    if (!this.isUp) return 'link-down';
    if (this.refuses !== undefined) return this.refuses;
    const key = keyOf(message);
    if (this.awaited.has(key)) return 'key-in-flight';
    this.awaited.set(key, awaiting);
    this.sent.push(message);
    const code = this.script(message);
    if (code !== undefined) this.#clock.after(1, () => this.answer(message, code));
    return undefined;
  }

  forget(message: IsoMessage): void {
    this.awaited.delete(keyOf(message));
  }

  answer(message: IsoMessage, code: string): void {
    const awaiting = this.awaited.get(keyOf(message));
    this.awaited.delete(keyOf(message));
    const mti = `${message.mti.slice(0, 2)}${Number(message.mti[2]) + 1}0`;
    awaiting?.onAnswer({ ...message, mti, de39: code });
  }

  breakLink(): void {
    const lost = [...this.awaited.values()];
    this.awaited.clear();
    for (const { onLinkLost } of lost) onLinkLost();
  }
}

/** What a rig holds. */
export interface Rig {
  readonly clock: VirtualClock;
  readonly hosts: Readonly<Record<string, ScriptedHost>>;
  readonly host: ScriptedHost;
  readonly journal: MemoryJournal;
  /** What `journal.step` answers instead of doing it, while set. */
  readonly faults: { step: ((step: PaymentStep) => StepResult | undefined) | undefined };
  readonly ports: RecoveryPorts;
  readonly counters: Counters;
  readonly queue: StoreAndForwardQueue;
  readonly numbers: Readonly<Record<string, TraceNumbers>>;
  readonly problems: string[];
  readonly recordOf: (key: string) => PaymentRecord;
  readonly stateOf: (key: string) => string;
}

const pan = parsePan('4761739001010119')!;

const countingFrom = (first: number): NumberSource => {
  let number = first;
  return { next: () => number++ };
};

/** Opens a rig whose hosts `a` and `b` answer by the script. */
export function openRig(script: HostScript = () => '00'): Rig {
  const clock = new VirtualClock();
  const journal = createMemoryJournal();
  const faults: Rig['faults'] = { step: undefined };
  const hosts = { a: new ScriptedHost(clock, script), b: new ScriptedHost(clock, script) };
  const numbers = {
    a: createTraceNumbers(countingFrom(0)),
    b: createTraceNumbers(countingFrom(500_000)),
  };
  const named = <T>(of: Record<string, T>, name: string): T => of[name];
  const queue = new StoreAndForwardQueue({
    clock,
    isUp: (host) => named<ScriptedHost>(hosts, host).isUp,
    outstandingMax: 64,
  });
  const inFlight = new PaymentsInFlight();
  const counters = createCounters();
  const problems: string[] = [];
  const faulty: PaymentJournal = {
    ...journal,
    step: async (step) => faults.step?.(step) ?? journal.step(step),
  };
  const ports: RecoveryPorts = {
    clock,
    counters,
    inFlight,
    journal: faulty,
    config: { instance: 'one' },
    vault: { decipherPan: () => pan },
    timersOf: () => timers,
    linkTo: (host) => named<ScriptedHost>(hosts, host),
    traceNumbersOf: (host) => named<TraceNumbers>(numbers, host),
    businessDate: () => '2026-11-22',
    transmission: () => '1122021107',
    queue: (payment, delayMs) => queue.add(payment, delayMs),
    onMoved: () => undefined,
    onLeft: (payment, inDoubt) => {
      if (inDoubt) inFlight.doubt(payment.key);
      inFlight.remove(payment);
      queue.remove(payment);
    },
    report: (problem) => problems.push(problem),
  };
  const recordOf = (key: string): PaymentRecord =>
    [...journal.payments.values()].find((record) => record.key === key)!;
  const stateOf = (key: string): string => recordOf(key).state;
  return {
    clock,
    hosts,
    host: hosts.a,
    journal,
    faults,
    ports,
    counters,
    queue,
    numbers,
    problems,
    recordOf,
    stateOf,
  };
}

/** What a test may choose of a payment. */
export interface PaymentOptions {
  readonly kind?: PaymentKind;
  readonly amountMinor?: bigint;
  readonly terminalId?: string;
  readonly hosts?: readonly string[];
  /** What an advice tells the host of the chip, hex. */
  readonly iccDataHex?: string;
}

const stanOf = (key: string): string => key.padStart(6, '0');

function outgoingOf(key: string, options: PaymentOptions): OutgoingFacts {
  return {
    mti: '0200',
    stan: stanOf(key),
    transmission: '1122021107',
    acquirerId: '12345678901',
    retrievalReference: '633500000001',
    processingCode: '000000',
    entryMode: '012',
    localTime: '102107',
    localDate: '1122',
    terminalId: options.terminalId ?? 'TERM0001',
    acceptorId: 'CHIPSWITCH00001',
    currencyNumeric: '156',
    ...(options.iccDataHex === undefined ? {} : { iccDataHex: options.iccDataHex }),
  };
}

/** The journal's entry of a payment as it is opened; its key is its trace number. */
export function entryOf(key: string, options: PaymentOptions = {}): NewPayment {
  const { kind = 'purchase', amountMinor = 1_000n, hosts = ['a'] } = options;
  return {
    key,
    fingerprint: 'f00d',
    businessDate: '2026-11-22',
    kind,
    state: openingState(kind),
    owner: 'one',
    acceptorId: 'CHIPSWITCH00001',
    terminalId: options.terminalId ?? 'TERM0001',
    amountMinor,
    currency: 'CNY',
    panHmac: 'ab'.repeat(32),
    panTruncated: '476173******0119',
    panEncrypted: Uint8Array.of(1),
    host: hosts[0],
    hostReference: `ref-${key}`,
    facts: { outgoing: { ...outgoingOf(key, options) }, scheme: 'visa', hosts },
  };
}

/** A terminal's question: what it was answered, and whether it was told that no answer comes. */
export interface Asked extends Asking {
  readonly codes: string[];
  readonly gaveUp: () => boolean;
}

/** Asks; the answer is delivered unless told otherwise. */
export function ask(delivered = true): Asked {
  const codes: string[] = [];
  let gaveUp = false;
  return {
    codes,
    gaveUp: () => gaveUp,
    reply: async (code: string, _answer?: HostAnswer) => {
      codes.push(code);
      return delivered;
    },
    giveUp: () => {
      gaveUp = true;
    },
  };
}

/** Opens a payment in the journal and puts it in flight, as a request does. */
export async function begin(
  rig: Rig,
  key: string,
  options: PaymentOptions & { readonly asking?: Asking } = {},
): Promise<InFlightPayment> {
  const opened = await rig.journal.open(entryOf(key, options));
  if (!opened.ok) throw new Error(opened.error.code);
  const { record } = opened;
  const outgoing = outgoingOf(key, options);
  const payment: Payment = {
    state: 'NEW',
    version: 0,
    kind: options.kind ?? 'purchase',
    amountMinor: record.amountMinor,
    currency: 'CNY',
    merchant: record.acceptorId,
    scheme: 'visa',
    paymentId: '',
    hosts: options.hosts ?? ['a'],
    tries: 0,
    booked: false,
  };
  const inFlight = new InFlightPayment(rig.ports, {
    key,
    payment,
    outgoing,
    pan,
    terminalId: record.terminalId,
    request: {
      mti: outgoing.mti,
      de4: String(record.amountMinor).padStart(12, '0'),
      de11: outgoing.stan,
      de37: outgoing.retrievalReference,
      de41: outgoing.terminalId,
    },
    ...(options.asking === undefined ? {} : { asking: options.asking }),
  });
  rig.ports.inFlight.add(inFlight);
  void inFlight.dispatch({ type: 'opened', paymentId: record.paymentId });
  return inFlight;
}

/** Everything that a payment takes while it is in flight was given back. */
export function leftOver(rig: Rig): Record<string, number> {
  return {
    inFlight: rig.ports.inFlight.size,
    awaited: rig.hosts['a'].awaited.size + rig.hosts['b'].awaited.size,
    numbers: rig.numbers['a'].inFlight + rig.numbers['b'].inFlight,
    queued: rig.queue.waiting,
    outstanding: rig.queue.outstanding('a') + rig.queue.outstanding('b'),
    timers: rig.clock.running,
  };
}

/** Nothing left over. */
export const nothing = {
  inFlight: 0,
  awaited: 0,
  numbers: 0,
  queued: 0,
  outstanding: 0,
  timers: 0,
};
