// Stage 5: where the payment goes: the narrowest range that holds the card number, the rules in order, then one of
// the hosts, those that are signed on first.
import type {
  HostState,
  RefusalReason,
  RouteReason,
  RouteRow,
  RoutingQuestion,
} from '@chipswitch/transaction';
import type { Asked } from './asked.ts';
import type { Desk } from './desk.ts';

/** A row of the table, the hosts in the order to be tried, and why these. */
export interface ChosenRoute {
  readonly route: RouteRow;
  readonly hosts: readonly string[];
  readonly reason: RouteReason;
}

function stateOf(desk: Desk, name: string): HostState {
  if (desk.hosts.get(name)?.drain === true) return 'drained';
  return desk.linkTo(name).state === 'up' ? 'up' : 'down';
}

/** The route of a payment, or why there is none. */
export function chooseRoute(
  desk: Desk,
  { request }: Asked,
):
  | ({ readonly ok: true } & ChosenRoute)
  | { readonly ok: false; readonly error: { readonly code: RefusalReason } } {
  const { pan, amountMinor, currencyNumeric, acceptorId, terminalId, kind } = request;
  const question: RoutingQuestion = {
    pan,
    amountMinor,
    currencyNumeric,
    merchant: acceptorId,
    terminalId,
    kind,
    minuteOfDay: desk.minuteOfDay,
    stateOf: (host) => stateOf(desk, host),
    turn: desk.turn,
  };
  const decision = desk.routing.decide(question);
  if (decision.ok) return decision;
  const code = decision.error.code === 'no-range' ? 'no-route' : 'host-unavailable';
  return { ok: false, error: { code } };
}
