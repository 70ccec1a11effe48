// The routing suite: look-ups in 500,000 ranges of card numbers, and whole decisions with rules, against a scan.
import {
  type RouteRow,
  type Routing,
  type RoutingQuestion,
  compileRouting,
  createTurns,
} from '@chipswitch/transaction';
import type { Measure } from './measure.ts';
import type { MeasureSuite } from './suite.ts';

const rangeCount = 500_000;
const panCount = 4_096;
const scanName = 'scan of prefixes by length (a map each), same table';

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(`routing benchmark: ${what}`);
}

// A sequence of 32 bits that looks random and is the same in every run (xorshift).
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Prefixes of 6 to 11 digits within ninety of two. */
function prefixes(): readonly string[] {
  const next = sequence(20_261_122);
  const made = new Set<string>(Array.from({ length: 90 }, (_, i) => String(i + 10)));
  while (made.size < rangeCount) {
    const issuer = String(next() % 60_000).padStart(5, '0');
    const digits = `${3 + (next() % 4)}${issuer}${String(next() % 100_000).padStart(5, '0')}`;
    made.add(digits.slice(0, 6 + (next() % 6)));
  }
  return [...made];
}

function pansOf(known: readonly string[]): readonly string[] {
  const next = sequence(9_041);
  return Array.from({ length: panCount }, () => {
    const issued = known[next() % known.length];
    const rest = `${String(next()).padStart(10, '0')}${String(next()).padStart(10, '0')}`;
    return `${issued}${rest}`.slice(0, 16);
  });
}

const rowOf = (prefix: string, i: number): RouteRow => ({
  prefix,
  scheme: `scheme-${prefix.slice(0, 1)}`,
  product: i % 3 === 0 ? 'debit' : 'credit',
  hosts: ['a', 'b', 'c'],
  choose: i % 2 === 0 ? 'primary-secondary' : 'round-robin',
  cryptogram: 'pass-through',
});

/** What stood here before: for each length in use, longest first, a map of the prefixes of that length. */
function scanOf(rows: readonly RouteRow[]): (pan: string) => RouteRow | undefined {
  const byLength = new Map<number, Map<string, RouteRow>>();
  for (const row of rows) {
    const { prefix = '' } = row;
    const rowsOfLength = byLength.get(prefix.length) ?? new Map<string, RouteRow>();
    rowsOfLength.set(prefix, row);
    byLength.set(prefix.length, rowsOfLength);
  }
  const longestFirst = [...byLength].toSorted(([a], [b]) => b - a);
  return (pan) => {
    for (const [length, rowsOfLength] of longestFirst) {
      const row = rowsOfLength.get(pan.slice(0, length));
      if (row !== undefined) return row;
    }
    return undefined;
  };
}

function routingOf(routes: readonly RouteRow[]): Routing {
  const built = compileRouting({
    routes,
    rules: [
      { name: 'refunds', when: { kinds: ['refund'] }, hosts: ['c'] },
      {
        name: 'large-debit',
        when: { products: ['debit'], currencies: ['156'], amountMinorMin: 100_000n },
        hosts: ['b', 'a'],
      },
      {
        name: 'night',
        when: { schemes: ['scheme-6'], timeFrom: '22:00', timeUntil: '06:00' },
        hosts: ['a', 'b'],
        choose: 'weighted',
        weights: [3, 1],
      },
    ],
    costs: [],
  });
  if (!built.ok) throw new Error(`routing benchmark: ${built.error.code} at ${built.error.path}`);
  return built.routing;
}

function questionsOf(pans: readonly string[]): readonly RoutingQuestion[] {
  const turn = createTurns();
  return pans.map((pan, i) => ({
    pan,
    amountMinor: BigInt(1 + (i % 200) * 1_000),
    currencyNumeric: '156',
    merchant: 'MERCHANT0000001',
    terminalId: 'TERM0001',
    kind: i % 20 === 0 ? 'refund' : 'purchase',
    minuteOfDay: () => i % 1_440,
    stateOf: () => 'up',
    turn,
  }));
}

function measures(): Measure[] {
  const known = prefixes();
  const routes = known.map(rowOf);
  const routing = routingOf(routes);
  const scan = scanOf(routes);
  const pans = pansOf(known);
  const questions = questionsOf(pans);
  const checkSame = (): void => {
    must(routing.size === rangeCount, 'all ranges are there');
    for (const pan of pans) must(routing.lookUp(pan) === scan(pan), 'the longest prefix is found');
  };
  const lookUps = (lookUp: (pan: string) => RouteRow | undefined) => (iterations: number) => {
    let found = 0;
    for (let i = 0; i < iterations; i++) {
      if (lookUp(pans[i & (panCount - 1)]) !== undefined) found++;
    }
    must(found === iterations, 'every card has a route');
  };
  return [
    { name: scanName, check: checkSame, run: lookUps(scan) },
    {
      name: 'longest-prefix look-up in 500,000 ranges',
      baseline: scanName,
      barPerSecond: 2_000_000,
      check: checkSame,
      run: lookUps(routing.lookUp),
    },
    {
      name: 'whole decision: range, three rules, choice of a host',
      check: () => must(routing.decide(questions[0]).ok, 'a decision is made'),
      run(iterations) {
        let decided = 0;
        for (let i = 0; i < iterations; i++) {
          const decision = routing.decide(questions[i & (panCount - 1)]);
          if (decision.ok) decided += decision.hosts.length > 0 ? 1 : 0;
        }
        must(decided === iterations, 'every payment goes somewhere');
      },
    },
  ];
}

/** The suite. */
export const suite: MeasureSuite = {
  name: 'routing',
  measures,
  facts: () => {
    const routes = prefixes().map(rowOf);
    const begun = performance.now();
    routingOf(routes);
    return { 'milliseconds to compile the table': Math.round(performance.now() - begun) };
  },
};
