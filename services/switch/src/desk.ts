// What every stage of an authorization works with: the open parts of one switch.
import type { BusinessCalendar } from '@chipswitch/ledger';
import type { KeyRef, SecurityModule } from '@chipswitch/security-module';
import type { IdempotencyStore, KindRules, RetrievalReferences } from '@chipswitch/transaction';
import type { BatchStore } from './batch/batch-store.ts';
import type { CardVault } from './card-vault.ts';
import type { SwitchConfig } from './config.ts';
import type { ConfiguredParts } from './configuration/configured-parts.ts';
import type { Counters } from './counters.ts';
import type { HotCardFile } from './hot-card-file.ts';
import type { HostPort } from './in-flight/ports.ts';
import type { RecoveryPorts } from './in-flight/recovery.ts';
import type { HostLink } from './links/host-link.ts';
import type { RouteNote } from './route-evidence.ts';
import type { WorkingKeys } from './security/working-keys.ts';

/** One line for people and machines; it never holds more of a card than six and four digits. */
export interface LogLine {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** Everything the stages need. */
export interface Desk extends RecoveryPorts, ConfiguredParts {
  readonly config: SwitchConfig;
  readonly counters: Counters;
  readonly linkTo: (host: string) => Pick<HostLink, 'state'> & HostPort;
  readonly sleep: (ms: number) => Promise<void>;
  /** Counts the choices of a rule or row of routing. */
  readonly turn: (chooser: string) => number;
  /** Minutes since midnight in the zone of the business day. */
  readonly minuteOfDay: () => number;
  /** False when the terminal asks more often than one terminal may. */
  readonly mayAsk: (terminalId: string) => boolean;
  /** Keeps why a payment goes where it goes; false when it could not. */
  readonly noteRoute: (note: RouteNote) => boolean;
  readonly idempotency: IdempotencyStore;
  readonly batches: BatchStore;
  readonly retrievalReferences: RetrievalReferences;
  readonly security: SecurityModule;
  /** References of the keys by id. */
  readonly keys: ReadonlyMap<string, KeyRef>;
  readonly vault: CardVault;
  /** Keys that were exchanged on line; absent where nothing keeps any. */
  readonly workingKeys?: WorkingKeys;
  readonly kindRules: KindRules;
  /** The file of hot cards, where it may be changed by message (0302). */
  readonly hotCards?: HotCardFile;
  readonly calendar: BusinessCalendar;
  readonly nowMs: () => number;
  readonly log: (line: LogLine) => void;
}

/** The calendar's business date of now; the calendar covers every instant a clock can show. */
export function businessDateNow(desk: Pick<Desk, 'calendar' | 'nowMs'>): string {
  const date = desk.calendar.businessDate(desk.nowMs());
  if (date === undefined) throw new RangeError('the clock is outside the calendar');
  return date;
}
