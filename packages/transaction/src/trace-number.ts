// System trace audit numbers (DE 11) towards a host: 000001 to 999999, never one that is in flight.

/** Hands out trace numbers of one host. */
export interface TraceNumbers {
  /** The next free number, six digits; undefined when every number is in flight. */
  readonly take: () => string | undefined;
  /** Says that a number taken or found open is in flight. */
  readonly hold: (stan: string) => void;
  /** Gives a number back, once nothing can answer to it any more. */
  readonly release: (stan: string) => void;
  readonly inFlight: number;
}

const count = 999_999;

/**
 * Makes the numbers of one host.
 *
 * @param first the number to begin with, 1 to 999999.
 */
export function createTraceNumbers(first: number): TraceNumbers {
  const busy = new Set<string>();
  let next = ((first - 1) % count) + 1;
  const take = (): string | undefined => {
    if (busy.size >= count) return undefined;
    for (;;) {
      const stan = String(next).padStart(6, '0');
      next = next === count ? 1 : next + 1;
      if (busy.has(stan)) continue;
      busy.add(stan);
      return stan;
    }
  };
  return {
    take,
    hold: (stan) => void busy.add(stan),
    release: (stan) => void busy.delete(stan),
    get inFlight() {
      return busy.size;
    },
  };
}
