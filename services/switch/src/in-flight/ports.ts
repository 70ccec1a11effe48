// What a payment in flight works against. The service puts sockets, Postgres and the monotonic clock
// behind these, a simulation a virtual network, disk and time.
import type { PaymentJournal } from '@chipswitch/ledger';
import type {
  AnswerRules,
  HostAnswer,
  HostTimers,
  IsoMessage,
  Payment,
  PaymentEvent,
  TraceNumbers,
} from '@chipswitch/transaction';
import type { CounterName } from '../counters.ts';

/** Time as something to wait for; it never jumps (guarantee I10). */
export interface Clock {
  /** Milliseconds since some moment. */
  readonly nowMs: () => number;
  /** Calls `work` once, after `ms`; what it returns takes that back. */
  readonly after: (ms: number, work: () => void) => () => void;
}

/** Who waits for an answer of a host; `wait` says that the answer was not the last. */
export interface Awaiting {
  readonly onAnswer: (message: IsoMessage) => 'wait' | undefined;
  /** The link broke after the message may have left. */
  readonly onLinkLost: () => void;
  /** It turned out that nothing was written after all. */
  readonly onNotSent?: (reason: NotSentReason) => void;
}

/** Why nothing was written. */
export type NotSentReason =
  | 'link-down'
  /** No more requests are taken for now: a person said so. */
  | 'draining'
  /** So many requests went unanswered that one at a time is tried. */
  | 'breaker-open'
  | 'overloaded'
  | 'key-in-flight'
  | 'does-not-fit';

/** The way to one host. */
export interface HostPort {
  /** How its answers are taken; as those of any host of ISO 8583:1987 when absent. */
  readonly answerRules?: AnswerRules | undefined;
  /** Writes a message whose answer is awaited; undefined once it may have left. */
  readonly send: (message: IsoMessage, awaiting: Awaiting) => NotSentReason | undefined;
  /** Nobody waits for this message's answer any longer: its place is given back. */
  readonly forget: (message: IsoMessage) => void;
}

/** How the terminal is answered: with a code, and with the host's data where there are any. */
export type Reply = (responseCode: string, answer?: HostAnswer) => Promise<boolean>;

/** One asking of the terminal's question: it is answered, or told that no answer comes. */
export interface Asking {
  readonly reply: Reply;
  readonly giveUp: () => void;
  /** How long the terminal still waits, in milliseconds; left out: without end. */
  readonly msLeft?: () => number;
}

/** A payment in flight as its surroundings see it. */
export interface PaymentInFlight {
  /** Idempotency key. */
  readonly key: string;
  readonly payment: Payment;
  /** The host it is sent to now. */
  readonly host: string;
  /** Reversals and advices of one terminal to one host keep their order: the name of their queue. */
  readonly queueName: string;
  /** Moves the payment; false when it is no longer in flight here and nothing was done. */
  readonly dispatch: (event: PaymentEvent) => Promise<boolean>;
}

/** Everything a payment in flight needs. */
export interface InFlightPorts {
  readonly clock: Clock;
  readonly journal: Pick<PaymentJournal, 'step'>;
  readonly counters: { readonly add: (name: CounterName) => void };
  readonly timersOf: (host: string) => HostTimers;
  readonly linkTo: (host: string) => HostPort;
  readonly traceNumbersOf: (host: string) => TraceNumbers;
  /** The business date of now: a step is booked on the day on which it happens. */
  readonly businessDate: () => string;
  /** MMDDhhmmss of now, UTC (DE 7). */
  readonly transmission: () => string;
  /** Puts a reversal or advice into its terminal's queue. */
  readonly queue: (payment: PaymentInFlight, delayMs: number) => void;
  /** Called after each step that had effects. */
  readonly onMoved: (payment: PaymentInFlight) => void;
  /**
   * Called once, when nothing more happens to the payment here: it came to rest, or was abandoned. In doubt
   * is one whose approval may yet become durable, although its terminal was told that no answer comes.
   */
  readonly onLeft: (payment: PaymentInFlight, inDoubt: boolean) => void;
  readonly report: (problem: string, error: unknown) => void;
}

/** The clock of this process. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};
