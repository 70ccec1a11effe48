// What every stage of an authorization works with: the open parts of one switch.
import type { BusinessCalendar, PaymentJournal } from '@chipswitch/ledger';
import type { KeyRef, SecurityModule } from '@chipswitch/security-module';
import type {
  HostTimers,
  IdempotencyStore,
  RetrievalReferences,
  RouteTable,
  TraceNumbers,
} from '@chipswitch/transaction';
import type { BatchStore } from './batch-store.ts';
import type { CardVault } from './card-vault.ts';
import type { SwitchConfig, TerminalConfig } from './config.ts';
import type { Counters } from './counters.ts';
import type { Dialect } from './dialect.ts';
import type { HostLink } from './host-link.ts';
import type { InFlightPayment } from './in-flight/in-flight-payment.ts';

/** One line for people and machines; it never holds more of a card than six and four digits. */
export interface LogLine {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** What a living payment needs. */
export interface InFlightPorts {
  readonly journal: PaymentJournal;
  readonly counters: Counters;
  readonly timersOf: (host: string) => HostTimers;
  readonly linkTo: (host: string) => HostLink;
  readonly traceNumbersOf: (host: string) => TraceNumbers;
  /** The business date of now: a step is booked on the day on which it happens. */
  readonly businessDate: () => string;
  /** MMDDhhmmss of now, UTC (DE 7). */
  readonly transmission: () => string;
  readonly sleep: (ms: number) => Promise<void>;
  /** Puts a reversal or advice into its lane. */
  readonly queue: (life: InFlightPayment, delayMs: number) => void;
  readonly onMoved: (life: InFlightPayment) => void;
  readonly onAbandoned: (life: InFlightPayment) => void;
  readonly report: (problem: string, error: unknown) => void;
}

/** Everything the stages need. */
export interface Desk extends InFlightPorts {
  readonly config: SwitchConfig;
  readonly terminalDialect: Dialect;
  readonly terminals: ReadonlyMap<string, TerminalConfig>;
  readonly routes: RouteTable;
  readonly idempotency: IdempotencyStore;
  readonly batches: BatchStore;
  readonly retrievalReferences: RetrievalReferences;
  readonly security: SecurityModule;
  /** References of the keys by id. */
  readonly keys: ReadonlyMap<string, KeyRef>;
  readonly vault: CardVault;
  readonly blockedPanHmacs: ReadonlySet<string>;
  readonly calendar: BusinessCalendar;
  readonly nowMs: () => number;
  /** Payments that live in this process, by idempotency key. */
  readonly lives: Map<string, InFlightPayment>;
  readonly log: (line: LogLine) => void;
}

/** The calendar's business date of now; the calendar covers every instant a clock can show. */
export function businessDateNow(desk: Pick<Desk, 'calendar' | 'nowMs'>): string {
  const date = desk.calendar.businessDate(desk.nowMs());
  if (date === undefined) throw new RangeError('the clock is outside the calendar');
  return date;
}
