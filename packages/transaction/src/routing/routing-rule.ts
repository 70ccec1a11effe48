// Rules of routing: tried in order once the range is known, the first that fits says which hosts are tried.

/** How one of several hosts is chosen. */
export type HostChoice = (typeof hostChoices)[number];

/** The words for it. */
export const hostChoices = ['primary-secondary', 'round-robin', 'weighted', 'least-cost'] as const;

/** Hosts, and how one of them is chosen; those that are not signed on come last. */
export interface HostList {
  /** In order of preference. */
  readonly hosts: readonly string[];
  /** `primary-secondary` when absent. */
  readonly choose?: HostChoice;
  /** Shares of the hosts, in their order, where they are `weighted`. */
  readonly weights?: readonly number[];
}

/** What a payment must be for a rule; every part that is there must fit. */
export interface RoutingCondition {
  readonly schemes?: readonly string[];
  readonly products?: readonly string[];
  /** Three digits of ISO 4217. */
  readonly currencies?: readonly string[];
  /** Both included; amounts mean something in named currencies only. */
  readonly amountMinorMin?: bigint;
  readonly amountMinorMax?: bigint;
  /** Acceptor ids (DE 42). */
  readonly merchants?: readonly string[];
  /** Terminal ids (DE 41). */
  readonly terminals?: readonly string[];
  readonly kinds?: readonly string[];
  /** Time of day in the zone of the business day, HH:MM; `until` is not included, and may be past midnight. */
  readonly timeFrom?: string;
  readonly timeUntil?: string;
}

/** One rule. */
export interface RoutingRule extends HostList {
  readonly name: string;
  readonly when: RoutingCondition;
}

/** What a condition is held against. */
export interface PaymentTraits {
  readonly scheme: string;
  readonly product: string | undefined;
  readonly currencyNumeric: string;
  readonly amountMinor: bigint;
  readonly merchant: string;
  readonly terminalId: string;
  readonly kind: string;
  /** Minutes since midnight in the zone of the business day; asked for only where a rule needs them. */
  readonly minuteOfDay: () => number;
}

/** A condition that was compiled. */
export type Fits = (traits: PaymentTraits) => boolean;

/** Minutes since midnight of HH:MM, or undefined when it is no time of day. */
export function minuteOf(time: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

function amountFits(min: bigint | undefined, max: bigint | undefined): Fits | undefined {
  if (min === undefined && max === undefined) return undefined;
  return ({ amountMinor }) =>
    (min === undefined || amountMinor >= min) && (max === undefined || amountMinor <= max);
}

function timeFits(from: string | undefined, until: string | undefined): Fits | undefined {
  const [begin, end] = [minuteOf(from ?? ''), minuteOf(until ?? '')];
  if (begin === undefined || end === undefined) return undefined;
  return ({ minuteOfDay }) => {
    const minute = minuteOfDay();
    return begin < end ? minute >= begin && minute < end : minute >= begin || minute < end;
  };
}

function oneOf(
  list: readonly string[] | undefined,
  trait: (traits: PaymentTraits) => string | undefined,
): Fits | undefined {
  if (list === undefined) return undefined;
  const set: ReadonlySet<string | undefined> = new Set(list);
  return (traits) => set.has(trait(traits));
}

/** Compiles a condition; one without parts fits everything. */
export function conditionFits(when: RoutingCondition): Fits {
  const parts = [
    oneOf(when.schemes, ({ scheme }) => scheme),
    oneOf(when.products, ({ product }) => product),
    oneOf(when.currencies, ({ currencyNumeric }) => currencyNumeric),
    oneOf(when.merchants, ({ merchant }) => merchant),
    oneOf(when.terminals, ({ terminalId }) => terminalId),
    oneOf(when.kinds, ({ kind }) => kind),
    amountFits(when.amountMinorMin, when.amountMinorMax),
    timeFits(when.timeFrom, when.timeUntil),
  ].filter((part) => part !== undefined);
  return (traits) => parts.every((fits) => fits(traits));
}
