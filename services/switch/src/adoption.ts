// What dead instances left open goes to one that is alive (guarantee I3): from then on it is that one's own, and its
// sweep reverses or advises it.
import { sqlFiles } from '@chipswitch/ledger/postgres';
import type { Pool } from 'pg';

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

/** What adoptions are done with. */
export interface AdoptionParts {
  readonly pool: Pool;
  readonly instance: string;
  readonly hosts: readonly string[];
  readonly onAdopted: (payments: number) => void;
  readonly onFault: (fault: Error) => void;
}

const lookEveryMs = 1_000;

/**
 * Looks for dead instances every second.
 *
 * @returns what ends it.
 */
export function adoptForEver(parts: AdoptionParts): () => void {
  let isLooking = false;
  const look = async (): Promise<void> => {
    try {
      const payments = await adoptPayments(parts.pool, parts);
      if (payments > 0) parts.onAdopted(payments);
    } catch (error) {
      parts.onFault(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  }, lookEveryMs);
  return () => clearInterval(timer);
}
