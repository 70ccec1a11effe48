// Work that is done again and again, never twice at once.
import type { Clock } from './in-flight/ports.ts';

/** The work. */
export interface RoundParts {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly work: () => Promise<unknown>;
  readonly onFault: (fault: unknown) => void;
}

/**
 * Works in rounds; a round that is still running when the next is due takes its place.
 *
 * @returns what ends the rounds.
 */
export function inRounds({ clock, everyMs, work, onFault }: RoundParts): () => void {
  let isWorking = false;
  let stop = (): void => undefined;
  const wait = (): void => {
    stop = clock.after(everyMs, () => {
      wait();
      if (isWorking) return;
      isWorking = true;
      work()
        .catch(onFault)
        .finally(() => {
          isWorking = false;
        });
    });
  };
  wait();
  return () => stop();
}
