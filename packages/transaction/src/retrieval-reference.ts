// Retrieval reference numbers (DE 37): twelve digits that name a payment to everybody, host and terminal.

/** Hands out retrieval references of one switch process. */
export interface RetrievalReferences {
  /** The next one for a business date (YYYY-MM-DD): year digit, day of the year, node, sequence. */
  readonly take: (businessDate: string) => string;
}

const sequenceCount = 10_000_000;

function dayOfYear(businessDate: string): number {
  const [year, month, day] = businessDate.split('-').map(Number);
  return (Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 0)) / 86_400_000;
}

/**
 * Makes the references of one process. Ten million a day are different; with them a reference is
 * unique for ten years, among all processes whose nodes differ.
 *
 * @param node 0 to 9, another for each process beside this one.
 * @param last the last reference that this node gave out, to go on behind it.
 * @example createRetrievalReferences(0).take('2026-11-22') // '632600000001'
 */
export function createRetrievalReferences(node: number, last?: string): RetrievalReferences {
  let sequence = last === undefined ? 0 : Number(last.slice(5));
  return {
    take: (businessDate) => {
      sequence = (sequence + 1) % sequenceCount;
      const day = String(dayOfYear(businessDate)).padStart(3, '0');
      return `${businessDate[3]}${day}${node}${String(sequence).padStart(7, '0')}`;
    },
  };
}
