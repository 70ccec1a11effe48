// Routing by BIN table: the longest prefix of the card number wins; hosts are tried in order.

/** One row of the BIN table. */
export interface RouteRow {
  /** Leading digits of card numbers, 1 to 12. */
  readonly prefix: string;
  readonly scheme: string;
  /** Hosts in order of preference. */
  readonly hosts: readonly string[];
  /** Whether the switch verifies the cryptogram itself (it then holds the issuer's key). */
  readonly cryptogram: 'verify-here' | 'pass-through';
  /** Name of the issuer's key, where the cryptogram is verified here. */
  readonly issuerKey?: string;
  /** Whose cryptograms the cards make, where that is not the scheme's own name. */
  readonly cryptogramScheme?: string;
}

/** The table, compiled: look-ups cost one map access for each prefix length in use. */
export interface RouteTable {
  readonly lookUp: (pan: string) => RouteRow | undefined;
  readonly size: number;
}

const prefixLengthMax = 12;

/**
 * Compiles a BIN table.
 *
 * @throws RangeError naming the row (from 0) with a bad or repeated prefix or without a host.
 * @example buildRouteTable([{ prefix: '4', scheme: 'visa', hosts: ['a'], cryptogram: 'pass-through' }])
 */
export function buildRouteTable(rows: readonly RouteRow[]): RouteTable {
  const byLength = new Map<number, Map<string, RouteRow>>();
  for (const [index, row] of rows.entries()) {
    const { prefix } = row;
    if (!/^\d+$/.test(prefix) || prefix.length > prefixLengthMax) {
      throw new RangeError(`route ${index}: the prefix must be 1 to ${prefixLengthMax} digits`);
    }
    if (row.hosts.length === 0) throw new RangeError(`route ${index}: no host`);
    const rowsOfLength = byLength.get(prefix.length) ?? new Map<string, RouteRow>();
    if (rowsOfLength.has(prefix)) throw new RangeError(`route ${index}: the prefix is there twice`);
    rowsOfLength.set(prefix, row);
    byLength.set(prefix.length, rowsOfLength);
  }
  const longestFirst = [...byLength.keys()].toSorted((a, b) => b - a);
  const lookUp = (pan: string): RouteRow | undefined => {
    for (const length of longestFirst) {
      const row = byLength.get(length)?.get(pan.slice(0, length));
      if (row !== undefined) return row;
    }
    return undefined;
  };
  return { lookUp, size: rows.length };
}
