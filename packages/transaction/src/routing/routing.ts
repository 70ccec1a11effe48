// Where a payment goes: the narrowest range that holds its card number, then the rules in order, then one of the
// hosts. Nothing is known here of a clock or a link: both are asked for.
import { paymentKinds } from '../kinds/payment-kinds.ts';
import { type RangeErrorCode, type StatedRange, readCardRange } from './card-range.ts';
import {
  type ChoiceParts,
  type ChosenHosts,
  type HostCost,
  type HostState,
  chooseHosts,
} from './choose-host.ts';
import { type RangeConflict, type RangeTable, buildRangeTable } from './range-table.ts';
import {
  type Fits,
  type HostList,
  type PaymentTraits,
  type RoutingRule,
  conditionFits,
  minuteOf,
} from './routing-rule.ts';

/** One row of the BIN table. */
export interface RouteRow extends StatedRange, HostList {
  readonly scheme: string;
  /** Product of the range's cards, for rules and costs: `debit`, `commercial`. */
  readonly product?: string;
  /** Whether the switch verifies the cryptogram itself (it then holds the issuer's key). */
  readonly cryptogram: 'verify-here' | 'pass-through';
  /** Name of the issuer's key, where the cryptogram is verified here. */
  readonly issuerKey?: string;
  /** Whose cryptograms the cards make, where that is not the scheme's own name. */
  readonly cryptogramScheme?: string;
}

/** Everything routing goes by. */
export interface RoutingPlan {
  readonly routes: readonly RouteRow[];
  readonly rules: readonly RoutingRule[];
  readonly costs: readonly HostCost[];
}

/** What is wrong with a plan, in the order of the checks. */
export type RoutingErrorCode =
  | RangeErrorCode
  | RangeConflict['code']
  | 'no-host'
  | 'host-twice'
  | 'weights-missing'
  | 'weights-unlike'
  | 'name-twice'
  | 'unknown-scheme'
  | 'unknown-product'
  | 'unknown-kind'
  | 'currency-missing'
  | 'amounts-backwards'
  | 'time-missing';

/** Where, as `routes[3].to`; `other` is the place of the row it is in conflict with. */
export interface RoutingError {
  readonly code: RoutingErrorCode;
  readonly path: string;
  readonly other?: string;
}

/** A payment as routing sees it. */
export interface RoutingQuestion extends Omit<PaymentTraits, 'scheme' | 'product'> {
  readonly pan: string;
  readonly stateOf: (host: string) => HostState;
  /** Counts the choices of a rule or row, by its name. */
  readonly turn: (chooser: string) => number;
}

/** Why a payment goes where it goes. */
export interface RouteReason extends Omit<ChosenHosts, 'hosts'> {
  /** The rule that decided; the row of the range when absent. */
  readonly rule?: string;
}

/** Where it goes, or that no row holds the card or every host of it takes no new payments. */
export type RouteDecision =
  | {
      readonly ok: true;
      readonly route: RouteRow;
      readonly hosts: readonly string[];
      readonly reason: RouteReason;
    }
  | { readonly ok: false; readonly error: { readonly code: 'no-range' | 'all-drained' } };

/** A plan, compiled. */
export interface Routing {
  readonly decide: (question: RoutingQuestion) => RouteDecision;
  readonly lookUp: (pan: string) => RouteRow | undefined;
  /** Whether every card number that begins with these digits is in the same range. */
  readonly isOneRange: (digits: string) => boolean;
  readonly size: number;
  /** What it was compiled from. */
  readonly plan: RoutingPlan;
}

function hostListError(list: HostList, path: string): RoutingError | undefined {
  const { hosts, choose, weights } = list;
  if (hosts.length === 0) return { code: 'no-host', path: `${path}.hosts` };
  if (new Set(hosts).size !== hosts.length) return { code: 'host-twice', path: `${path}.hosts` };
  if ((choose === 'weighted') !== (weights !== undefined)) {
    return { code: 'weights-missing', path: `${path}.weights` };
  }
  if (weights !== undefined && weights.length !== hosts.length) {
    return { code: 'weights-unlike', path: `${path}.weights` };
  }
  return undefined;
}

interface KnownTraits {
  readonly schemes: ReadonlySet<string>;
  readonly products: ReadonlySet<string>;
}

function strangerIn(
  list: readonly string[] | undefined,
  known: { readonly has: (name: string) => boolean },
): boolean {
  return list?.some((name) => !known.has(name)) ?? false;
}

// A rule for what no row has would never fit: a word that was mistyped.
function conditionError({ when }: RoutingRule, known: KnownTraits): RoutingError | undefined {
  const { amountMinorMin: min, amountMinorMax: max } = when;
  if (strangerIn(when.schemes, known.schemes)) return { code: 'unknown-scheme', path: 'schemes' };
  if (strangerIn(when.products, known.products)) {
    return { code: 'unknown-product', path: 'products' };
  }
  if (strangerIn(when.kinds, paymentKinds)) return { code: 'unknown-kind', path: 'kinds' };
  if ((min !== undefined || max !== undefined) && when.currencies === undefined) {
    return { code: 'currency-missing', path: 'currencies' };
  }
  if (min !== undefined && max !== undefined && min > max) {
    return { code: 'amounts-backwards', path: 'amountMinorMax' };
  }
  if ((when.timeFrom === undefined) !== (when.timeUntil === undefined)) {
    return { code: 'time-missing', path: when.timeFrom === undefined ? 'timeFrom' : 'timeUntil' };
  }
  for (const path of ['timeFrom', 'timeUntil'] as const) {
    const time = when[path];
    if (time !== undefined && minuteOf(time) === undefined) return { code: 'time-missing', path };
  }
  return undefined;
}

function ruleError({ routes, rules }: RoutingPlan): RoutingError | undefined {
  const known = {
    schemes: new Set(routes.map(({ scheme }) => scheme)),
    products: new Set(routes.flatMap(({ product }) => product ?? [])),
  };
  const names = new Set<string>();
  for (const [i, rule] of rules.entries()) {
    const path = `rules[${i}]`;
    const wrong = hostListError(rule, path);
    if (wrong !== undefined) return wrong;
    if (names.has(rule.name)) return { code: 'name-twice', path: `${path}.name` };
    names.add(rule.name);
    const unfit = conditionError(rule, known);
    if (unfit !== undefined) return { ...unfit, path: `${path}.when.${unfit.path}` };
  }
  return undefined;
}

function rangesOf(
  routes: readonly RouteRow[],
):
  | { readonly ok: true; readonly table: RangeTable }
  | { readonly ok: false; readonly error: RoutingError } {
  const ranges = [];
  for (const [i, route] of routes.entries()) {
    const read = readCardRange(route);
    const path = `routes[${i}]`;
    if (!read.ok) {
      return { ok: false, error: { code: read.error.code, path: `${path}.${read.error.path}` } };
    }
    const wrong = hostListError(route, path);
    if (wrong !== undefined) return { ok: false, error: wrong };
    ranges.push(read.range);
  }
  const built = buildRangeTable(ranges);
  if (built.ok) return built;
  const { code, place, other } = built.error;
  const field = routes[place].prefix === undefined ? 'from' : 'prefix';
  return {
    ok: false,
    error: { code, path: `routes[${place}].${field}`, other: `routes[${other}]` },
  };
}

interface CompiledRule {
  readonly rule: RoutingRule;
  readonly fits: Fits;
}

function decider(plan: RoutingPlan, table: RangeTable): Routing['decide'] {
  const rules: readonly CompiledRule[] = plan.rules.map((rule) => ({
    rule,
    fits: conditionFits(rule.when),
  }));
  return (question) => {
    const place = table.lookUp(question.pan);
    if (place < 0) return { ok: false, error: { code: 'no-range' } };
    const route = plan.routes[place];
    const traits = { ...question, scheme: route.scheme, product: route.product };
    const chooseFrom = (list: HostList, chooser: string): ChosenHosts => {
      const { stateOf, turn } = question;
      const parts: ChoiceParts = { stateOf, turn: () => turn(chooser), costs: plan.costs, traits };
      return chooseHosts(list, parts);
    };
    for (const { rule, fits } of rules) {
      if (!fits(traits)) continue;
      const { hosts, ...reason } = chooseFrom(rule, `rule ${rule.name}`);
      // A rule whose hosts all take no new payments is as if it were not there.
      if (hosts.length > 0)
        return { ok: true, route, hosts, reason: { rule: rule.name, ...reason } };
    }
    const { hosts, ...reason } = chooseFrom(route, `route ${place}`);
    if (hosts.length === 0) return { ok: false, error: { code: 'all-drained' } };
    return { ok: true, route, hosts, reason };
  };
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((one, i) => one === b[i]));
}

const tables = new WeakMap<Routing, RangeTable>();

// The same rows, one by one, make the same table.
function tableOf(
  { routes }: RoutingPlan,
  earlier: Routing | undefined,
): ReturnType<typeof rangesOf> {
  const table = earlier && tables.get(earlier);
  if (table === undefined || !isSame(routes, earlier?.plan.routes ?? [])) return rangesOf(routes);
  return { ok: true, table };
}

/**
 * Compiles a plan, or names the first place that is wrong.
 *
 * @param earlier what was compiled before: of a plan with the same rows its table is taken over
 * @example compileRouting({ routes: [{ prefix: '4', scheme: 'visa', hosts: ['a'], cryptogram: 'pass-through' }], rules: [], costs: [] })
 */
export function compileRouting(
  plan: RoutingPlan,
  earlier?: Routing,
):
  | { readonly ok: true; readonly routing: Routing }
  | { readonly ok: false; readonly error: RoutingError } {
  const ranges = tableOf(plan, earlier);
  if (!ranges.ok) return ranges;
  const { table } = ranges;
  if (earlier !== undefined && tables.get(earlier) === table) {
    const { rules, costs } = earlier.plan;
    if (isSame(plan.rules, rules) && isSame(plan.costs, costs))
      return { ok: true, routing: earlier };
  }
  const wrong = ruleError(plan);
  if (wrong !== undefined) return { ok: false, error: wrong };
  const routing: Routing = {
    plan,
    decide: decider(plan, table),
    lookUp: (pan) => plan.routes[table.lookUp(pan)],
    isOneRange: table.isOneRange,
    size: plan.routes.length,
  };
  tables.set(routing, table);
  return { ok: true, routing };
}

/** A reason in words; it holds no digit of a card. */
export function routeReasonText({ rule, choose, passedOver }: RouteReason): string {
  const by = rule === undefined ? 'range' : `rule ${rule}`;
  const past = passedOver.map(({ host, state }) => `${host} ${state}`);
  return `${by}: ${choose}${past.length === 0 ? '' : `, past ${past.join(', ')}`}`;
}

/** Choices of rules and rows counted, from zero on; bounded by the choosers that a plan has. */
export function createTurns(): (chooser: string) => number {
  const turns = new Map<string, number>();
  return (chooser) => {
    const turn = turns.get(chooser) ?? 0;
    turns.set(chooser, (turn + 1) % Number.MAX_SAFE_INTEGER);
    return turn;
  };
}
