// A seeded world: terminals, two instances of the shipped switch and two hosts on virtual lines, with weather; when it
// is calm again the guarantees must hold. The same seed tells the same story.
import { outcomeOfRecord } from '@chipswitch/transaction';
import { type FaultName, stormMs, weatherOf } from './faults.ts';
import { referenceOf, violationsOf } from './guarantees.ts';
import { type Story, tellStory, untold } from './story.ts';
import type { Spoil } from './switch-instance.ts';
import type { Violation } from './violation.ts';
import { WorldParties } from './world-parties.ts';

/** What a world is made from. */
export interface WorldOptions {
  readonly seed: number;
  readonly terminals?: number;
  readonly paymentsEach?: number;
  /** Faults that are left out. */
  readonly without?: readonly FaultName[];
  /** Keeps what happened to each payment, for its violations. */
  readonly tells?: boolean;
  /** Other ports than the world's: a test of the world spoils them and must be told. */
  readonly spoil?: Spoil;
}

/** A violation with the story of its payment, where it is told. */
export interface ToldViolation extends Violation {
  readonly story: readonly string[];
}

/** What came of it. */
export interface WorldReport {
  readonly seed: number;
  readonly ok: boolean;
  readonly violations: readonly ToldViolation[];
  readonly payments: number;
  readonly approved: number;
  readonly reversed: number;
  /** Payments that are left to a person. */
  readonly manual: number;
  readonly batches: number;
  readonly kills: number;
  readonly lineBreaks: number;
  readonly adopted: number;
  /** Approved payments by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Virtual seconds that passed. */
  readonly seconds: number;
}

const restMs = 12_000;
const patienceMs = 240_000;
const watchMs = 1_000;
const stepsMax = 2_000_000;

/** Everything that can run has run: promises are all that is between two moments of a world. */
const drain = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Watches a world until it is over. */
class Watch {
  isOver = false;
  readonly #world: WorldParties;
  #restSinceMs: number | undefined;

  constructor(world: WorldParties) {
    this.#world = world;
    world.time.after(watchMs, () => this.#look());
  }

  // Over when everybody has rested for a while, or when that is hopeless.
  #look(): void {
    const { time, terminals, disk, instances } = this.#world;
    const isAtRest =
      time.nowMs >= stormMs &&
      terminals.every(({ isDone }) => isDone) &&
      instances.every((instance) => instance.isOpen) &&
      ![...disk.journal.payments.values()].some(
        (record) => outcomeOfRecord(record).openFor === 'machine',
      );
    if (!isAtRest) this.#restSinceMs = undefined;
    else this.#restSinceMs ??= time.nowMs;
    if (this.#restSinceMs !== undefined && time.nowMs - this.#restSinceMs >= restMs) {
      this.isOver = true;
    }
    if (time.nowMs >= stormMs + patienceMs) this.isOver = true;
    if (!this.isOver) time.after(watchMs, () => this.#look());
  }
}

function judge(world: WorldParties): ToldViolation[] {
  const { story, disk, hosts, terminals, instances, triesMax } = world;
  for (const record of disk.journal.payments.values()) {
    story.alias(referenceOf(record) ?? record.key, record.key);
    story.alias(`payment ${record.paymentId}`, record.key);
  }
  const found = violationsOf({
    disk,
    terminals,
    triesMax,
    hosts: [...hosts.values()],
    leftOver: instances.map((instance) => instance.leftOver()),
  });
  return [...world.seen, ...found].map((violation) => ({
    ...violation,
    story: violation.key === undefined ? [] : story.of(violation.key),
  }));
}

function reportOf(world: WorldParties, violations: readonly ToldViolation[]): WorldReport {
  const { seed, disk, instances } = world;
  const records = [...disk.journal.payments.values()];
  const outcomes = records.map((record) => outcomeOfRecord(record).outcome);
  const count = (outcome: string): number => outcomes.filter((one) => one === outcome).length;
  const kinds: Record<string, number> = {};
  for (const { kind } of records.filter((_, i) => outcomes[i] === 'approved')) {
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return {
    seed,
    violations,
    kinds,
    ok: violations.length === 0,
    payments: records.length,
    approved: count('approved'),
    reversed: count('undone'),
    manual: records.filter(({ state }) => state === 'MANUAL').length,
    batches: disk.batches.closed.length,
    kills: instances.reduce((sum, { kills }) => sum + kills, 0),
    lineBreaks: world.lineBreaks,
    adopted: world.adopted,
    seconds: Math.round(world.time.nowMs / 1_000),
  };
}

/** Runs a world until nothing is left to be done, and judges it. */
export async function runWorld(options: WorldOptions): Promise<WorldReport> {
  const { seed, terminals = 4, paymentsEach = 25, without = [], tells = false } = options;
  const { spoil = () => ({}) } = options;
  let nowMs = (): number => 0;
  const story: Story = tells ? tellStory(() => nowMs()) : untold;
  const weather = weatherOf(seed, new Set(without));
  const world = new WorldParties({ seed, terminals, paymentsEach, weather, story, spoil });
  nowMs = () => world.time.nowMs;
  const watch = new Watch(world);
  // Whoever else lives in this process has its turn once a world.
  await new Promise((resolve) => void setImmediate(resolve));
  let steps = 0;
  while (!watch.isOver && steps < stepsMax && world.time.step()) {
    steps++;
    await drain();
  }
  const violations = judge(world);
  if (!watch.isOver) {
    const text = `still busy after ${steps} steps`;
    violations.push({ guarantee: 'I8', key: undefined, text, story: [] });
  }
  return reportOf(world, violations);
}
