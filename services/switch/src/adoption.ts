// Payments that dead instances left open are taken over by a living one (guarantee I3), again and again.
import type { LogLine } from './desk.ts';
import type { Clock } from './in-flight/ports.ts';

/** What taking over needs. */
export interface AdoptionParts {
  readonly clock: Clock;
  readonly everyMs: number;
  /** One round; gives how many payments were taken over. */
  readonly adopt: () => Promise<number>;
  readonly log: (line: LogLine) => void;
  readonly onFault: (fault: Error) => void;
}

/**
 * Takes over in rounds, never two at once.
 *
 * @returns what ends the rounds.
 */
export function adoptEvery({ clock, everyMs, adopt, log, onFault }: AdoptionParts): () => void {
  let isAdopting = false;
  let stop = (): void => undefined;
  const wait = (): void => {
    stop = clock.after(everyMs, () => {
      wait();
      if (isAdopting) return;
      isAdopting = true;
      adopt()
        .then((payments) => payments > 0 && log({ event: 'adopted', payments }))
        .catch((error: unknown) =>
          onFault(error instanceof Error ? error : new Error(String(error))),
        )
        .finally(() => {
          isAdopting = false;
        });
    });
  };
  wait();
  return () => stop();
}
