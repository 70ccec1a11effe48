// What was abandoned for want of the journal, or taken over from a dead instance, is taken up again in rounds.
import type { Desk } from './desk.ts';
import { recover } from './in-flight/recovery.ts';

/** What is swept. */
export interface SweptSwitch {
  /** What the stages work with now. */
  readonly desk: Desk;
  /** Looks once after hosts that are no longer configured. */
  readonly settleHosts: () => Promise<void>;
}

/** Sweeps that go on by themselves. */
export interface Sweeps {
  readonly now: () => void;
  readonly stop: () => void;
}

const sweepEveryMs = 5_000;

/** Takes up again, once the journal is back, what was abandoned for want of it. */
export function sweepEvery(assembly: SweptSwitch, ms: number = sweepEveryMs): Sweeps {
  let sweeping = false;
  let again = false;
  let stop = (): void => undefined;
  const now = (): void => {
    again = sweeping;
    if (sweeping) return;
    sweeping = true;
    assembly
      .settleHosts()
      .then(() => recover(assembly.desk))
      .catch((error: unknown) => assembly.desk.report('the sweep failed', error))
      .finally(() => {
        sweeping = false;
        if (again) now();
      });
  };
  const wait = (): void => {
    stop = assembly.desk.clock.after(ms, () => {
      wait();
      if (!sweeping) now();
    });
  };
  wait();
  return { now, stop: () => stop() };
}
