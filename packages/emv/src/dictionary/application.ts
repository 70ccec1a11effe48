// Applications by AID: scheme and product, longest known prefix first (ISO/IEC 7816-5).
import { type Scheme, applicationRows } from '../data/applications.ts';

export type { Scheme } from '../data/applications.ts';

/** What an AID belongs to. */
export interface Application {
  /** The prefix that matched, hex. */
  readonly prefix: string;
  readonly scheme: Scheme;
  readonly product: string;
  readonly productZh?: string;
}

let rows: readonly Application[] | undefined;

function longestFirst(): readonly Application[] {
  rows ??= applicationRows
    .trim()
    .split('\n')
    .map((line): Application => {
      const [prefix, scheme, product, zh] = line.split('|');
      const productZh = zh === undefined || zh === '' ? {} : { productZh: zh };
      return { prefix, scheme: scheme as Scheme, product, ...productZh };
    })
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return rows;
}

/**
 * The application that an AID (hex, either case) belongs to.
 *
 * @returns undefined when no prefix of it is known.
 * @example findApplication('A0000000031010')?.product // 'Visa Credit or Debit'
 */
export function findApplication(aid: string): Application | undefined {
  const upper = aid.toUpperCase();
  return longestFirst().find((row) => upper.startsWith(row.prefix));
}

/**
 * The scheme of an AID; undefined when it is not known.
 *
 * @example schemeOfAid('A0000000041010') // 'mastercard'
 */
export function schemeOfAid(aid: string | null | undefined): Scheme | undefined {
  return aid === null || aid === undefined ? undefined : findApplication(aid)?.scheme;
}

/**
 * All known prefixes, longest first.
 *
 * @example listApplications().length > 50 // true
 */
export function listApplications(): readonly Application[] {
  return longestFirst();
}
