// The lines of the log as they are written, to whoever listens; a slow listener loses lines and is told so.
import { maskCardNumbers } from '@chipswitch/cardholder-data';
import type { LogLine } from '../desk.ts';

/** One listener. */
export interface Listener {
  /** Lines since the last look, as JSON, and how many were lost for want of room. */
  readonly take: () => { readonly lines: readonly string[]; readonly lost: number };
  readonly end: () => void;
}

/** The lines and who listens to them. */
export interface LineStream {
  readonly write: (line: LogLine) => void;
  /** Undefined when there are as many listeners as there may be. */
  readonly listen: (wake: () => void) => Listener | undefined;
}

const listenersMax = 16;
const heldMax = 1_000;

/** Makes a stream that nobody listens to yet: then a line costs nothing. */
export function createLineStream(nowMs: () => number = Date.now): LineStream {
  const listeners = new Set<(line: string) => void>();
  return {
    write: (line) => {
      if (listeners.size === 0) return;
      const time = new Date(nowMs()).toISOString();
      const text = maskCardNumbers(JSON.stringify({ time, ...line }));
      for (const hear of listeners) hear(text);
    },
    listen: (wake) => {
      if (listeners.size >= listenersMax) return undefined;
      let held: string[] = [];
      let lost = 0;
      const hear = (line: string): void => {
        if (held.length >= heldMax) lost++;
        else held.push(line);
        wake();
      };
      listeners.add(hear);
      return {
        take: () => {
          const taken = { lines: held, lost };
          held = [];
          lost = 0;
          return taken;
        },
        end: () => void listeners.delete(hear),
      };
    },
  };
}
