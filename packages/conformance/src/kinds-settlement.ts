// What each kind of settlement vector means, as a check against the packages.
import { settlementBooks } from './settlement-books.ts';
import { settlementPrices } from './settlement-prices.ts';
import type { Check, Kinds } from './runner.ts';
import type { VectorFile } from './vector-file.ts';
import { type Fields, compareResults, fieldsOf } from './vector-values.ts';

/** Computes the results of one kind; an error code when the rule refuses the input. */
export type SettlementRule = (input: Fields) => Fields | { readonly refusal: string };

function checkOf(rule: SettlementRule): Check {
  return (vector) => {
    const expected = fieldsOf(vector['expect']);
    const expectsRefusal = 'error' in expected || expected['ok'] === false;
    const results = rule(fieldsOf(vector['input']));
    if ('refusal' in results) {
      return expectsRefusal ? undefined : `refused: ${String(results['refusal'])}`;
    }
    if (Object.keys(expected).length === 0) return 'the vector expects nothing';
    return expectsRefusal ? 'a refusal is expected' : compareResults(expected, results);
  };
}

/** The checks of the settlement family. */
export function settlementKinds(_file: VectorFile): Kinds {
  const rules = Object.entries({ ...settlementPrices, ...settlementBooks });
  return Object.fromEntries(rules.map(([kind, rule]) => [kind, checkOf(rule)]));
}
