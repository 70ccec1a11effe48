// What a switch shows of itself.
import type { CounterName } from './counters.ts';
import type { LinkState, LinkStatus } from './links/link-parts.ts';

/** Where a switch stands now. */
export interface SwitchStatus {
  /** Of the configuration in the database; 0 for one that is not from there. */
  readonly configurationVersion: number;
  readonly counters: Readonly<Record<CounterName, number>>;
  readonly links: Readonly<Record<string, LinkState>>;
  /** The same at length: why a link is not up, its lines, answers that matched nothing. */
  readonly hosts: Readonly<Record<string, LinkStatus>>;
  readonly livePayments: number;
  readonly followUpsWaiting: number;
  readonly terminalConnections: number;
}
