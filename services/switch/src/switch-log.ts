// The switch's log: JSON lines that never keep a payment waiting. What the file or pipe does not take is held to
// a bound, then lost and counted; lines of one kind are counted, not repeated; no card number gets through.
import { maskCardNumbers } from '@chipswitch/cardholder-data';
import { pino } from 'pino';
import type { LogLine } from './desk.ts';

/** Where lines go. */
export interface SwitchLogParts {
  /** A file descriptor or the name of a file. */
  readonly to: number | string;
  /** Bytes held for a slow file or pipe. */
  readonly bytesMax?: number;
}

/** The open log. */
export interface SwitchLog {
  readonly log: (line: LogLine) => void;
  /** Lines that were lost so far. */
  readonly lost: () => number;
  /** Writes what is held, or gives up after a moment. */
  readonly close: () => Promise<void>;
}

/** A second's lines of the same kind: the first is written, the others are counted. */
const countedForMs = 1_000;
const kindsMax = 200;
const closeMsMax = 3_000;
/** Lines that say what became of one message; each is written. */
const ofOneMessage = new Set(['answered', 'replayed', 'reversal', 'network', 'ready', 'stopped']);

/** Event, and what went wrong without the numbers in it. */
function kindOf({ event, problem, reason }: LogLine): string {
  const what = typeof problem === 'string' ? problem : reason;
  return `${event}/${typeof what === 'string' ? what.replaceAll(/\d+/g, '#') : ''}`;
}

interface Repeated {
  last: LogLine;
  count: number;
}

/** Opens the log. */
export function openSwitchLog({ to, bytesMax = 4 << 20 }: SwitchLogParts): SwitchLog {
  const stream = pino.destination({ dest: to, sync: false, maxLength: bytesMax });
  let lost = 0;
  let said = 0;
  stream.on('drop', () => {
    lost++;
  });
  // A full disk: what could not be written is kept and tried again with the next line.
  stream.on('error', () => undefined);
  const logger = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: maskCardNumbers },
    },
    stream,
  );
  const kinds = new Map<string, Repeated>();
  const tell = (): void => {
    for (const { last, count } of kinds.values()) {
      if (count > 0) logger.info({ ...last, repeats: count });
    }
    kinds.clear();
    if (lost === said) return;
    said = lost;
    logger.info({ event: 'log-lines-lost', lines: lost });
  };
  const timer = setInterval(tell, countedForMs);
  timer.unref();
  return {
    log: (line) => {
      if (ofOneMessage.has(line.event)) return logger.info(line);
      const kind = kindOf(line);
      const known = kinds.get(kind) ?? (kinds.size < kindsMax ? undefined : kinds.get(otherKinds));
      if (known === undefined) {
        kinds.set(kinds.size < kindsMax ? kind : otherKinds, { last: line, count: 0 });
        return logger.info(line);
      }
      known.last = line;
      known.count++;
    },
    lost: () => lost,
    close: () => {
      clearInterval(timer);
      tell();
      return new Promise((resolve) => {
        const late = setTimeout(() => {
          // Nothing may be written once this descriptor is somebody else's.
          stream.destroy();
          resolve();
        }, closeMsMax);
        stream.once('close', () => {
          clearTimeout(late);
          resolve();
        });
        stream.end();
      });
    },
  };
}

const otherKinds = '(further kinds)';
