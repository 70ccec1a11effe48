// What dead instances left open goes to one that is alive (guarantee I3): from then on it is that one's own, and its
// sweep reverses or advises it.
import { sqlFiles } from '@chipswitch/ledger/postgres';
import type { Pool } from 'pg';
import type { Clock } from './in-flight/ports.ts';
import { inRounds } from './rounds.ts';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const adoptSql = sql('adopt-payments');

/** Payments taken over in one statement, at the most. */
const adoptMax = 1_000;

/**
 * Takes over what dead instances left open at hosts that this process has, too.
 *
 * @returns how many there were.
 */
export async function adoptPayments(
  pool: Pool,
  { instance, hosts }: { readonly instance: string; readonly hosts: readonly string[] },
): Promise<number> {
  let payments = 0;
  for (;;) {
    const adopted = (await pool.query(adoptSql, [instance, hosts, adoptMax])).rowCount ?? 0;
    payments += adopted;
    if (adopted < adoptMax) return payments;
  }
}

/** What taking over needs. */
export interface AdoptionParts {
  readonly clock: Clock;
  readonly everyMs: number;
  /** One round; gives how many payments were taken over. */
  readonly adopt: () => Promise<number>;
  readonly onAdopted: (payments: number) => void;
  readonly onFault: (fault: Error) => void;
}

/**
 * Takes over in rounds, never two at once.
 *
 * @returns what ends the rounds.
 */
export function adoptEvery({
  clock,
  everyMs,
  adopt,
  onAdopted,
  onFault,
}: AdoptionParts): () => void {
  return inRounds({
    clock,
    everyMs,
    work: async () => {
      const payments = await adopt();
      if (payments > 0) onAdopted(payments);
    },
    onFault: (error) => onFault(error instanceof Error ? error : new Error(String(error))),
  });
}
