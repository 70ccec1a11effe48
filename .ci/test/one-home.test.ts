// What has one home has no second: response codes, what has become of a payment, account numbers.
import { describe, expect, it } from 'vitest';
import { listFiles, read } from './workspace-files.ts';

const source = listFiles().filter(
  (file) => /\/src\/.*\.(ts|js|sql)$/.test(file) && !file.includes('/vectors/'),
);
const lines = (file: string): string[] => read(file).split('\n');

function found(list: readonly string[], pattern: RegExp): string[] {
  return list.flatMap((file) =>
    lines(file).flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );
}
const sql = source.filter((file) => file.endsWith('.sql') && !file.includes('/migrations/'));

describe('one home', () => {
  it('of codes that approve: the table of iso8583-js', () => {
    expect(
      found(source, /\b(Set|approv\w*|codes\w*)\b[^\n]*['"]00['"],\s*['"](01|08|10|11|16)['"]/),
    ).toEqual([]);
    expect(found(sql, /response_code[^\n]*\b(in|=)\s*\(?'/)).toEqual([]);
    expect(found(source, /(esponseCode|\bcode) [!=]== '00' (&&|\|\|) .*'(08|10|11)'/)).toEqual([]);
  });
  it('of approved, undone and open: payment-outcome.ts and the view payment_outcome', () => {
    // A statement that tells the steps of a day apart names events, not what became of a payment.
    const places = found(sql, /\bstate\b[^\n]*\bin\s*\(\s*('[A-Z_]+'|$)/);
    expect(places.filter((place) => !place.includes('switch-lines.sql'))).toEqual([]);
    const sets = found(source, /new Set[^\n]*\['?(REVERSAL_DUE|REVERSED|MANUAL)/);
    expect(sets).toEqual([]);
  });
  it('of account numbers: the chart', () => {
    const bare = /\b(1150|2150|9100|9150)\b/;
    const places = found(source, bare).filter(
      (place) => !/chart\.ts|\/data\/|\/migrations\//.test(place),
    );
    expect(places.filter((place) => /packages\/ledger|services|simulators/.test(place))).toEqual(
      [],
    );
  });
});
