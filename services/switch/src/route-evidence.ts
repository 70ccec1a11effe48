// Why payments went where they went, noted in batches off their way: bounded, counted when something is left out.
import { sqlFiles } from '@chipswitch/ledger/postgres';
import type { RouteReason } from '@chipswitch/transaction';
import type { Pool } from 'pg';
import type { Clock } from './in-flight/ports.ts';

const noteSql = sqlFiles(new URL('./sql/', import.meta.url))('note-routes');

/** What is noted of one payment; nothing of its card. */
export interface RouteNote {
  readonly paymentId: string;
  readonly configurationVersion: number;
  /** The host that is tried first. */
  readonly host: string;
  readonly reason: RouteReason;
  /** The host that has its original alone can take it, whatever routing says. */
  readonly isOriginals: boolean;
}

/** Where it is noted. */
export interface RouteEvidence {
  /** False when there is no place: the note is left out. */
  readonly note: (note: RouteNote) => boolean;
  /** Writes what is left. */
  readonly close: () => Promise<void>;
}

/** What the evidence works with. */
export interface RouteEvidenceParts {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly onFault: (fault: Error) => void;
  /** Notes waiting, at the most. */
  readonly waitingMax?: number;
}

const waitingNormal = 20_000;
const rowsAtOnce = 1_000;
const everyMs = 250;

function columnsOf({ paymentId, configurationVersion, host, reason, isOriginals }: RouteNote) {
  const passedOver = reason.passedOver.map(({ host: one, state }) => `${one} ${state}`).join(', ');
  return {
    payment_id: paymentId,
    configuration_version: configurationVersion,
    rule: isOriginals ? null : (reason.rule ?? null),
    choose: isOriginals ? 'original' : reason.choose,
    host,
    passed_over: passedOver === '' ? null : passedOver,
  };
}

/** Notes into the database behind a pool. */
export function createRouteEvidence(parts: RouteEvidenceParts): RouteEvidence {
  const { pool, clock, onFault, waitingMax = waitingNormal } = parts;
  const waiting: RouteNote[] = [];
  let writing: Promise<void> | undefined;
  let isPlanned = false;
  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const rows = waiting.slice(0, rowsAtOnce);
      await pool.query(noteSql, [JSON.stringify(rows.map(columnsOf))]);
      waiting.splice(0, rows.length);
    }
  };
  // What could not be written waits for the next round, as long as there is a place.
  const round = (): Promise<void> => {
    writing ??= write()
      .catch((error: unknown) => onFault(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        writing = undefined;
        plan();
      });
    return writing;
  };
  const plan = (): void => {
    if (isPlanned || waiting.length === 0) return;
    isPlanned = true;
    clock.after(everyMs, () => {
      isPlanned = false;
      void round();
    });
  };
  return {
    note: (note) => {
      if (waiting.length >= waitingMax) return false;
      waiting.push(note);
      plan();
      return true;
    },
    close: async () => {
      await writing;
      await round();
      // What a database that is away did not take is lost with the process: it is evidence, not truth.
      waiting.length = 0;
    },
  };
}
