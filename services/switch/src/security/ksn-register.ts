// Key serial numbers that were used (ANSI X9.24-3 6.6): a terminal's counter goes forwards only, so that nothing that was
// recorded on its line is of use a second time.
import { toHex } from '@chipswitch/bytes';
import { sqlFiles } from '@chipswitch/ledger/postgres';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import type { Pool } from 'pg';

const sql = sqlFiles(new URL('./sql/', import.meta.url));

/** The register. */
export interface KsnRegister {
  /** Takes a number for a question; false when it was used for another, or is from before. */
  readonly take: (terminalId: string, ksn: Uint8Array, question: string) => Promise<boolean>;
}

/** A number in its parts: who, and how often. TDES: 21 bits of counter; AES: four bytes. */
function ksnParts(ksn: Uint8Array): {
  readonly initialKey: string;
  readonly counter: number;
} {
  const view = new DataView(ksn.buffer, ksn.byteOffset, ksn.length);
  const last = view.getUint32(ksn.length - 4);
  if (ksn.length === 12) return { initialKey: toHex(ksn.subarray(0, 8)), counter: last };
  const initial = ksn.slice();
  new DataView(initial.buffer).setUint32(ksn.length - 4, (last & 0xffe0_0000) >>> 0);
  return { initialKey: toHex(initial), counter: last & 0x1f_ffff };
}

/** What makes a message the same question again: class, trace number, times, code and amount. */
export function questionOf(message: IsoMessage): string {
  const elements = [11, 12, 13, 3, 4].map((element) => textOf(message, element) ?? '');
  return [message.mti.slice(1, 2), ...elements].join('/');
}

/** The register over a pool; the pool belongs to the caller. */
export function createKsnRegister(pool: Pool): KsnRegister {
  return {
    take: async (terminalId, ksn, question) => {
      const { initialKey, counter } = ksnParts(ksn);
      const { rowCount } = await pool.query(sql('take-counter'), [
        terminalId,
        initialKey,
        counter,
        question,
      ]);
      return rowCount === 1;
    },
  };
}
