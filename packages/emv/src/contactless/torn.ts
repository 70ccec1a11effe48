// Torn transactions of kernel 2: what is kept, for how long, and whose it is (Book C-2 section 3.7).
import { concatBytes, equalBytes } from '@chipswitch/bytes';
import type { TornRecord } from '../kernel/types.ts';

/** Most records kept; the oldest goes first. */
const tornRecordsMax = 16;

/** Whether two optional values are both absent or equal. */
function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b);
}

/** The log without records that are too old. */
export function withoutExpired(
  log: readonly TornRecord[],
  nowMs: number,
  lifetimeMs: number,
): readonly TornRecord[] {
  return log.filter((record) => nowMs - record.atMs <= lifetimeMs);
}

/** The record of a card, by PAN and sequence number; the latest when there are several. */
export function findTorn(
  log: readonly TornRecord[],
  pan: Uint8Array,
  psn: Uint8Array | undefined,
): TornRecord | undefined {
  return log.findLast((record) => equalBytes(record.pan, pan) && same(record.psn, psn));
}

/** The log with one record more, those of the same card replaced, bounded. */
export function addTorn(log: readonly TornRecord[], record: TornRecord): readonly TornRecord[] {
  const others = log.filter((one) => one !== findTorn(log, record.pan, record.psn));
  return [...others, record].slice(-tornRecordsMax);
}

/** The log without a card's record, after it was recovered. */
export function removeTorn(log: readonly TornRecord[], record: TornRecord): readonly TornRecord[] {
  return log.filter((one) => !(equalBytes(one.pan, record.pan) && same(one.psn, record.psn)));
}

/** RECOVER AC with the filled DRDOL. */
export function recoverAcCommand(drdolData: Uint8Array): Uint8Array {
  return concatBytes(
    Uint8Array.of(0x80, 0xd0, 0x00, 0x00, drdolData.length),
    drdolData,
    Uint8Array.of(0x00),
  );
}
