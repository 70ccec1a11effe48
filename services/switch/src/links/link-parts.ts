// What the link to a host needs, and what it shows of itself.
import type { IsoMessage, TraceNumbers } from '@chipswitch/transaction';
import type { Counters } from '../counters.ts';
import type { HostAuthentication } from '../security/host-authentication.ts';
import type { LineState } from './host-line.ts';
import type { HostProtocol } from './host-protocol.ts';
import type { HostSettings } from './host-settings.ts';

/** What the link needs. */
export interface HostLinkParts {
  readonly config: HostSettings;
  readonly protocol: HostProtocol;
  readonly counters: Counters;
  readonly traceNumbers: TraceNumbers;
  /** MMDDhhmmss, UTC. */
  readonly transmission: () => string;
  /** An answer nobody waits for: late, doubled, or another's. */
  readonly onOrphan: (message: IsoMessage) => void;
  /**
   * A message of the host that more than the link has to do with: elements of its answer (DE 39 among them), or undefined
   * when there is nobody for it.
   */
  readonly onHostMessage?: (message: IsoMessage) => Promise<Partial<IsoMessage> | undefined>;
  /** MACs of its messages, where they have any. */
  readonly authentication?: HostAuthentication;
  readonly onUp: () => void;
  /** Places for reversals and advices beside those for requests: a flood of these stops no reversal. */
  readonly followUpPlaces: number;
  readonly onNote: (event: string) => void;
}

/** States of the link: those of its best line. */
export type LinkState = LineState;

/** What a link shows of itself. */
export interface LinkStatus {
  readonly state: LinkState;
  /** Why it is not up; '' while it is. */
  readonly reason: string;
  readonly isDraining: boolean;
  readonly inFlight: number;
  readonly lines: readonly {
    readonly name: string;
    readonly state: LineState;
    readonly reason: string;
    readonly breaker: string;
  }[];
  /** Answers that matched nothing that was asked, and why the last one did not. */
  readonly unmatched: number;
  readonly lastUnmatched: string;
}
