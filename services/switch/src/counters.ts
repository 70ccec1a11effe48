// What the switch counts: a closed list of names, so that nothing grows without bound.

/** Names of the counters. */
export const counterNames = [
  'terminalConnections',
  'connectionsRefused',
  'linesForPlaces',
  'linesForStrikes',
  'terminalFloods',
  'terminalFrames',
  'framesDropped',
  'frameErrors',
  'tlsOnPlainPort',
  'tlsErrors',
  'frameDeadlines',
  'idleCloses',
  'writeOverflows',
  'undecodable',
  'macFailures',
  'requests',
  'routesNotNoted',
  'refusals',
  'replays',
  'fingerprintAlarms',
  'approvals',
  'declines',
  'unknowns',
  'lateAnswers',
  'orphanAnswers',
  'orphansRefused',
  'hostFaults',
  'reversalsSent',
  'reversalsAcknowledged',
  'advicesSent',
  'manual',
  'abandoned',
  'overdue',
  'journalFaults',
  'idempotencyFaults',
  'recovered',
] as const;

/** One of the names. */
export type CounterName = (typeof counterNames)[number];

/** The counters of one switch. */
export interface Counters {
  readonly add: (name: CounterName, amount?: number) => void;
  readonly snapshot: () => Readonly<Record<CounterName, number>>;
}

/** Makes counters, all at zero. */
export function createCounters(): Counters {
  const values = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<
    CounterName,
    number
  >;
  return {
    add: (name, amount = 1) => {
      values[name] += amount;
    },
    snapshot: () => ({ ...values }),
  };
}
