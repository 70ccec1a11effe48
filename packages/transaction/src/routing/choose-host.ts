// Which of several hosts is tried first, and which after it: by order, in turn, by share or by what they cost.
import type { HostChoice, HostList, PaymentTraits } from './routing-rule.ts';

/** Whether a host can be used: signed on, not signed on, or taking no new payments. */
export type HostState = 'up' | 'down' | 'drained';

/** What a host charges for a payment; of a host's rows the first that fits holds. */
export interface HostCost {
  readonly host: string;
  readonly scheme?: string;
  readonly product?: string;
  /** Three digits of ISO 4217: the currency of the fixed part, and of the payments it is for. */
  readonly currency: string;
  readonly fixedMinor: bigint;
  /** Of the amount. */
  readonly partsPerMillion: number;
}

/** What a choice is made with. */
export interface ChoiceParts {
  readonly stateOf: (host: string) => HostState;
  /** Counts the choices that a rule or row has made. */
  readonly turn: () => number;
  readonly costs: readonly HostCost[];
  readonly traits: PaymentTraits;
}

/** Hosts in the order to be tried, and those that were not up. */
export interface ChosenHosts {
  readonly hosts: readonly string[];
  readonly choose: HostChoice;
  readonly passedOver: readonly { readonly host: string; readonly state: 'down' | 'drained' }[];
}

const perMillion = 1_000_000n;

/** What a host charges, in millionths of a minor unit; undefined when nobody said. */
export function costOf(
  host: string,
  costs: readonly HostCost[],
  traits: PaymentTraits,
): bigint | undefined {
  const row = costs.find(
    (cost) =>
      cost.host === host &&
      cost.currency === traits.currencyNumeric &&
      (cost.scheme ?? traits.scheme) === traits.scheme &&
      (cost.product ?? traits.product) === traits.product,
  );
  if (row === undefined) return undefined;
  return row.fixedMinor * perMillion + traits.amountMinor * BigInt(row.partsPerMillion);
}

function cheapestFirst(hosts: readonly string[], parts: ChoiceParts): string[] {
  const priced = hosts.map((host) => ({ host, cost: costOf(host, parts.costs, parts.traits) }));
  // What a host charges that nobody priced is not known to be little.
  const sorted = priced.toSorted((a, b) => {
    if (a.cost === b.cost) return 0;
    if (a.cost === undefined || b.cost === undefined) return a.cost === undefined ? 1 : -1;
    return a.cost < b.cost ? -1 : 1;
  });
  return sorted.map(({ host }) => host);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

// A step through the shares that meets each once and spreads a host's own apart: near the golden section.
function strideOf(total: number): number {
  let stride = Math.max(1, Math.round(total * 0.618));
  while (greatestCommonDivisor(stride, total) !== 1) stride++;
  return stride;
}

function byShare(hosts: readonly string[], list: HostList, turn: number): string[] {
  const weightOf = (host: string): number => list.weights?.[list.hosts.indexOf(host)] ?? 1;
  const total = hosts.reduce((sum, host) => sum + weightOf(host), 0);
  let place = ((turn % total) * strideOf(total)) % total;
  const first = hosts.find((host) => (place -= weightOf(host)) < 0) ?? hosts[0];
  const others = hosts.filter((host) => host !== first);
  return [first, ...others.toSorted((a, b) => weightOf(b) - weightOf(a))];
}

function inOrder(hosts: readonly string[], list: HostList, parts: ChoiceParts): readonly string[] {
  if (hosts.length < 2) return hosts;
  switch (list.choose ?? 'primary-secondary') {
    case 'primary-secondary':
      return hosts;
    case 'round-robin': {
      const at = parts.turn() % hosts.length;
      return [...hosts.slice(at), ...hosts.slice(0, at)];
    }
    case 'weighted':
      return byShare(hosts, list, parts.turn());
    case 'least-cost':
      return cheapestFirst(hosts, parts);
  }
}

/** Orders the hosts of a list: the choice is made among those that are up; those that are down come after. */
export function chooseHosts(list: HostList, parts: ChoiceParts): ChosenHosts {
  const up: string[] = [];
  const down: string[] = [];
  const passedOver: { host: string; state: 'down' | 'drained' }[] = [];
  for (const host of list.hosts) {
    const state = parts.stateOf(host);
    if (state === 'up') up.push(host);
    else passedOver.push({ host, state });
    if (state === 'down') down.push(host);
  }
  const hosts = [...inOrder(up, list, parts), ...down];
  return { hosts, choose: list.choose ?? 'primary-secondary', passedOver };
}
