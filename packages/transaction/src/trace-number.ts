// System trace audit numbers (DE 11) towards a host: 000001 to 999999, never one that is in flight.

/** Numbers from 0 upwards, each given out once by whoever shares the sequence. */
export interface NumberSource {
  /** The next number; undefined while none is claimed. */
  readonly next: () => number | undefined;
}

/** Hands out trace numbers of one host. */
export interface TraceNumbers {
  /** The next free number, six digits; undefined when every number is in flight or none is claimed. */
  readonly take: () => string | undefined;
  /** Says that a number taken or found open is in flight. */
  readonly hold: (stan: string) => void;
  /** Gives a number back, once nothing can answer to it any more. */
  readonly release: (stan: string) => void;
  readonly inFlight: number;
}

/** How many trace numbers there are. */
export const traceNumberCount = 999_999;

/** The trace number of a number of the sequence: after 999999 comes 000001. */
export function traceNumberOf(number: number): string {
  return String((number % traceNumberCount) + 1).padStart(6, '0');
}

/**
 * Makes the numbers of one host, for requests, reversals, advices and network messages alike.
 *
 * @param source one sequence for the host, whatever process asks.
 */
export function createTraceNumbers(source: NumberSource): TraceNumbers {
  const busy = new Set<string>();
  const take = (): string | undefined => {
    // Among one number more than are busy there is a free one.
    for (let tries = busy.size; tries >= 0 && busy.size < traceNumberCount; tries--) {
      const number = source.next();
      if (number === undefined) return undefined;
      const stan = traceNumberOf(number);
      if (busy.has(stan)) continue;
      busy.add(stan);
      return stan;
    }
    return undefined;
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
