// The shortest world in which a violation still happens: fewer faults, terminals and payments, as long as the same
// guarantee is broken.
import { type FaultName, faultNames, weatherOf } from './faults.ts';
import { type WorldOptions, type WorldReport, runWorld } from './world.ts';

/** A world that was made as small as it could be, and what happens in it. */
export interface ShortestWorld {
  readonly terminals: number;
  readonly paymentsEach: number;
  /** What has to go wrong. */
  readonly faults: readonly FaultName[];
  readonly report: WorldReport;
}

const terminalsTried = [1, 2, 3, 4] as const;
const paymentsTried = [1, 2, 3, 5, 8, 12, 18, 25] as const;

/** The world of a seed, told, as small as it still breaks one of the same guarantees; undefined when it breaks none. */
export async function shrinkWorld(
  of: Pick<WorldOptions, 'seed' | 'spoil' | 'paymentsEach'>,
): Promise<ShortestWorld | undefined> {
  const { seed } = of;
  const told = { ...of, tells: true };
  let report = await runWorld(told);
  if (report.ok) return undefined;
  const [{ guarantee }] = report.violations;
  let options: Required<Pick<WorldOptions, 'terminals' | 'paymentsEach' | 'without'>> = {
    terminals: 4,
    paymentsEach: of.paymentsEach ?? 25,
    without: [],
  };
  const tries = async (more: Partial<typeof options>): Promise<boolean> => {
    const smaller = { ...options, ...more };
    const tried = await runWorld({ ...told, ...smaller });
    if (!tried.violations.some((violation) => violation.guarantee === guarantee)) return false;
    [options, report] = [smaller, tried];
    return true;
  };
  // What could not be left out at first can, perhaps, when the world is smaller.
  for (let round = 0; round < 2; round++) {
    for (const fault of faultNames) {
      if (options.without.includes(fault)) continue;
      await tries({ without: [...options.without, fault] });
    }
    for (const terminals of terminalsTried) {
      if (terminals >= options.terminals || (await tries({ terminals }))) break;
    }
    for (const paymentsEach of paymentsTried) {
      if (paymentsEach >= options.paymentsEach || (await tries({ paymentsEach }))) break;
    }
  }
  const { terminals, paymentsEach, without } = options;
  const weather = weatherOf(seed, new Set(without));
  const faults = faultNames.filter((fault) => weather.strength(fault) > 0);
  return { terminals, paymentsEach, faults, report };
}
