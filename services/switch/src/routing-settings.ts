// Routing in the configuration: rows of the BIN table, rules, what hosts charge; checked with their hosts as one.
import { SettingError, listOf, textOf, wholeOf, wordOf } from '@chipswitch/program';
import {
  type HostCost,
  type Routing,
  type RoutingErrorCode,
  type RoutingPlan,
  type RoutingRule,
  type RouteRow,
  compileRouting,
  hostChoices,
} from '@chipswitch/transaction';
import * as v from 'valibot';

const name = textOf(/^[a-z0-9-]{1,32}$/);
const cardDigits = textOf(/^\d{1,19}$/);
const currency = textOf(/^\d{3}$/);
const minuteOfDay = textOf(/^([01]\d|2[0-3]):[0-5]\d$/);

/** An amount in minor units, as digits. */
export const amountSetting = v.pipe(
  textOf(/^\d{1,12}$/),
  v.transform((text) => BigInt(text)),
);

const hostList = {
  hosts: listOf(textOf(), 32),
  choose: v.exactOptional(wordOf(hostChoices)),
  weights: v.exactOptional(listOf(wholeOf(1, 10_000), 32)),
};

/** A row of the BIN table. */
export const routeSettings = v.pipe(
  v.strictObject({
    prefix: v.exactOptional(textOf(/^\d{1,12}$/)),
    from: v.exactOptional(cardDigits),
    to: v.exactOptional(cardDigits),
    scheme: name,
    product: v.exactOptional(name),
    ...hostList,
    cryptogram: wordOf(['verify-here', 'pass-through']),
    issuerKey: v.exactOptional(textOf()),
    cryptogramScheme: v.exactOptional(textOf()),
  }),
  v.forward(
    v.partialCheck(
      [['cryptogram'], ['issuerKey']],
      ({ cryptogram, issuerKey }) => cryptogram !== 'verify-here' || issuerKey !== undefined,
      'is needed to verify cryptograms here',
    ),
    ['issuerKey'],
  ),
) satisfies v.GenericSchema<unknown, RouteRow>;

const some = <Item extends v.GenericSchema>(item: Item) =>
  v.exactOptional(v.pipe(listOf(item, 10_000), v.minLength(1, 'must name at least one')));

const condition = v.strictObject({
  schemes: some(name),
  products: some(name),
  currencies: some(currency),
  amountMinorMin: v.exactOptional(amountSetting),
  amountMinorMax: v.exactOptional(amountSetting),
  merchants: some(textOf(/^[ -~]{15}$/)),
  terminals: some(textOf(/^[ -~]{8}$/)),
  kinds: some(textOf()),
  timeFrom: v.exactOptional(minuteOfDay),
  timeUntil: v.exactOptional(minuteOfDay),
});

/** A rule of routing. */
export const ruleSettings = v.strictObject({
  name,
  when: condition,
  ...hostList,
}) satisfies v.GenericSchema<unknown, RoutingRule>;

/** What a host charges. */
export const costSettings = v.strictObject({
  host: textOf(),
  scheme: v.exactOptional(name),
  product: v.exactOptional(name),
  currency,
  fixedMinor: amountSetting,
  partsPerMillion: wholeOf(0, 1_000_000),
}) satisfies v.GenericSchema<unknown, HostCost>;

const problems: Readonly<Record<RoutingErrorCode, string>> = {
  'range-missing': 'must say which card numbers: prefix, or from and to',
  'range-digits':
    'must be digits: a prefix up to 12, from and to up to 19 and as many as each other',
  'range-backwards': 'must not be below from',
  'range-too-narrow': 'must leave a range as wide as a prefix of 12 digits',
  'range-twice': 'is the same range as that of',
  'ranges-cross': 'begins inside and ends outside the range of',
  'no-host': 'must name a host',
  'host-twice': 'must name each host once',
  'weights-missing': 'belongs to choose "weighted", and to nothing else',
  'weights-unlike': 'must have one share for each host',
  'name-twice': 'is the name of another rule already',
  'unknown-scheme': 'must be schemes that a route has',
  'unknown-product': 'must be products that a route has',
  'unknown-kind': 'must be kinds of payment',
  'currency-missing': 'must be given where an amount is',
  'amounts-backwards': 'must not be below amountMinorMin',
  'time-missing': 'must be a time of day: give timeFrom and timeUntil',
};

interface RoutingSettings extends RoutingPlan {
  readonly hosts: readonly { readonly name: string }[];
}

function checkHostNames({ hosts, routes, rules, costs }: RoutingSettings): void {
  const names = new Set(hosts.map((host) => host.name));
  const held = [
    ...routes.map((route, i) => ({ path: `routes[${i}].hosts`, named: route.hosts })),
    ...rules.map((rule, i) => ({ path: `rules[${i}].hosts`, named: rule.hosts })),
    ...costs.map((cost, i) => ({ path: `costs[${i}].host`, named: [cost.host] })),
  ];
  for (const { path, named } of held) {
    const unknown = named.find((one) => !names.has(one));
    if (unknown !== undefined) {
      throw new SettingError(`config.${path}`, `there is no host "${unknown}"`);
    }
  }
}

// A configuration is checked and then made whole, and mostly something else than its routes has changed: what was
// compiled last is taken over where it is the same.
let latest: Routing | undefined;

/**
 * Routing out of settings.
 *
 * @throws SettingError naming the first place that is wrong.
 */
export function routingOf(settings: RoutingSettings): Routing {
  checkHostNames(settings);
  const { routes, rules, costs } = settings;
  const compiled = compileRouting({ routes, rules, costs }, latest);
  if (compiled.ok) {
    latest = compiled.routing;
    return latest;
  }
  const { code, path, other } = compiled.error;
  const problem = other === undefined ? problems[code] : `${problems[code]} ${other}`;
  throw new SettingError(`config.${path}`, problem);
}
