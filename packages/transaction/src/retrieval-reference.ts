// Retrieval reference numbers (DE 37): twelve digits that name a payment to everybody, host and terminal.

import type { NumberSource } from './trace-number.ts';

/** Hands out retrieval references of one switch process. */
export interface RetrievalReferences {
  /**
   * The next one for a business date (YYYY-MM-DD): year digit, day of the year, node, sequence; undefined
   * while no number is claimed.
   */
  readonly take: (businessDate: string) => string | undefined;
}

/** How many references a node has for one business date. */
export const retrievalReferencesOfDay = 10_000_000;

function dayOfYear(businessDate: string): number {
  const [year, month, day] = businessDate.split('-').map(Number);
  return (Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 0)) / 86_400_000;
}

/**
 * Makes the references of one process. Ten million a day are different; with them a reference is
 * unique for ten years, among all processes whose nodes differ.
 *
 * @param node 0 to 9, another for each process beside this one.
 * @param source the node's sequence, which goes on where the last process of the node ended.
 * @example createRetrievalReferences(0, source).take('2026-11-22') // '632600000001'
 */
export function createRetrievalReferences(node: number, source: NumberSource): RetrievalReferences {
  return {
    take: (businessDate) => {
      const number = source.next();
      if (number === undefined) return undefined;
      const sequence = String((number + 1) % retrievalReferencesOfDay).padStart(7, '0');
      const day = String(dayOfYear(businessDate)).padStart(3, '0');
      return `${businessDate[3]}${day}${node}${sequence}`;
    },
  };
}

/**
 * The business date on which a reference was given, YYYY-MM-DD: the latest one that it fits and that is not
 * after `today`; undefined when it is none of ours.
 *
 * @example businessDateOfReference('632600000001', '2026-11-23') // '2026-11-22'
 */
export function businessDateOfReference(reference: string, today: string): string | undefined {
  const [, digit, day] = /^(\d)(\d{3})\d{8}$/.exec(reference) ?? [];
  if (digit === undefined || Number(day) < 1 || Number(day) > 366) return undefined;
  const now = Number(today.slice(0, 4));
  const year = now - ((now - Number(digit) + 10) % 10);
  const date = new Date(Date.UTC(year, 0, Number(day)));
  return date.getUTCFullYear() === year ? date.toISOString().slice(0, 10) : undefined;
}
