// A proposed routing played against recorded payments: how many would go elsewhere, from where to where, and why.
import type { HostState } from './choose-host.ts';
import {
  type RouteDecision,
  type Routing,
  type RoutingQuestion,
  createTurns,
  routeReasonText,
} from './routing.ts';

/** A recorded payment as routing would be asked about it now. */
export interface RecordedPayment extends Omit<RoutingQuestion, 'stateOf' | 'turn' | 'pan'> {
  /** To find it again. */
  readonly paymentId: string;
  /** The card number, or its first digits where nothing more is known. */
  readonly pan: string;
}

/** A routing and the hosts that take no new payments by it. */
export interface RoutingToCompare {
  readonly routing: Routing;
  readonly isDrained: (host: string) => boolean;
}

/** Payments that would go from one host to another for the same reason. */
export interface RouteMove {
  /** `no route` where there is none. */
  readonly from: string;
  readonly to: string;
  /** Why they go to `from` now, and would go to `to`. */
  readonly was: string;
  readonly would: string;
  payments: number;
  /** Some of them. */
  readonly examples: string[];
}

/** What came of the comparison. */
export interface RoutingComparison {
  readonly payments: number;
  readonly same: number;
  readonly elsewhere: number;
  /** Of them those that would have no route any more. */
  readonly refused: number;
  /** Payments of which too little of the card number is known to tell. */
  readonly untold: number;
  /** The largest first. */
  readonly moves: readonly RouteMove[];
}

const examplesMax = 3;
const movesMax = 1_000;
const noRoute = 'no route';

interface Side {
  readonly host: string;
  readonly why: string;
}

function sideOf(decision: RouteDecision): Side {
  if (!decision.ok) return { host: noRoute, why: decision.error.code };
  return { host: decision.hosts[0], why: routeReasonText(decision.reason) };
}

function asker({ isDrained }: RoutingToCompare): Pick<RoutingQuestion, 'stateOf' | 'turn'> {
  const stateOf = (host: string): HostState => (isDrained(host) ? 'drained' : 'up');
  return { stateOf, turn: createTurns() };
}

// With fewer digits than a card number has, all numbers that begin so must be treated alike.
function isTold({ pan }: RecordedPayment, sides: readonly RoutingToCompare[]): boolean {
  return sides.every(({ routing }) => routing.isOneRange(pan));
}

/** Compares, every host that is not drained being up. */
export function compareRouting(
  current: RoutingToCompare,
  proposed: RoutingToCompare,
  recorded: Iterable<RecordedPayment>,
): RoutingComparison {
  const moves = new Map<string, RouteMove>();
  const counts = { payments: 0, same: 0, elsewhere: 0, refused: 0, untold: 0 };
  const [now, then] = [asker(current), asker(proposed)];
  for (const payment of recorded) {
    counts.payments++;
    if (!isTold(payment, [current, proposed])) {
      counts.untold++;
      continue;
    }
    const was = sideOf(current.routing.decide({ ...payment, ...now }));
    const would = sideOf(proposed.routing.decide({ ...payment, ...then }));
    if (was.host === would.host) {
      counts.same++;
      continue;
    }
    counts.elsewhere++;
    if (would.host === noRoute) counts.refused++;
    const key = `${was.host}\n${would.host}\n${was.why}\n${would.why}`;
    const move = moves.get(key) ?? {
      from: was.host,
      to: would.host,
      was: was.why,
      would: would.why,
      payments: 0,
      examples: [],
    };
    if (!moves.has(key) && moves.size >= movesMax) continue;
    moves.set(key, move);
    move.payments++;
    if (move.examples.length < examplesMax) move.examples.push(payment.paymentId);
  }
  return { ...counts, moves: [...moves.values()].toSorted((a, b) => b.payments - a.payments) };
}
