// The comparison of the four books finds what does not agree: one thing wrong at a time.
import type { BookEntry } from '@chipswitch/acquirer';
import type { JournalItem } from '@chipswitch/terminal';
import { describe, expect, it } from 'vitest';
import {
  type PaymentRow,
  effectViolations,
  hostEffects,
  ledgerEffects,
  terminalViolations,
} from '../src/books.ts';

const entry = (reference: string, moved: number, held = 0): BookEntry => ({
  at: '',
  host: 'a',
  effect: 'approved',
  mti: '0200',
  stan: '1',
  transmission: '',
  terminalId: 'T1',
  retrievalReference: reference,
  pan: '',
  amountMinor: '0',
  responseCode: '00',
  kind: 'sale',
  movedMinor: String(moved),
  heldMinor: String(held),
});
const row = (
  reference: string,
  moved: number,
  held = 0,
  more: Partial<PaymentRow> = {},
): PaymentRow => ({
  payment_id: '1',
  terminal_id: 'T1',
  kind: 'purchase',
  state: 'ANSWERED',
  open_for: 'nobody',
  outcome: 'approved',
  amounts: ['1000'],
  stan: '000001',
  reference,
  moved: String(moved),
  held: String(held),
  ...more,
});
const item = (more: Partial<JournalItem> = {}): JournalItem => ({
  key: '000001/000001',
  for: 'purchase',
  message: { mti: '0200' },
  amountMinor: 1_000n,
  outcome: 'approved',
  reversal: 'none',
  upload: 'none',
  ...more,
});
const wrong = (rows: PaymentRow[], entries: BookEntry[]): number =>
  effectViolations(ledgerEffects(rows), hostEffects(entries)).length;

describe('ledger and host, by reference', () => {
  it.each([
    ['a sale', [row('r', 1_000)], [entry('r', -1_000)], 0],
    ['a sale and its tip', [row('r', 1_000), row('r', 200)], [entry('r', -1_200)], 0],
    ['a refund', [row('r', -1_000)], [entry('r', 1_000)], 0],
    ['a hold', [row('r', 0, 1_000)], [entry('r', 0, 1_000)], 0],
    [
      'a hold and its completion',
      [row('h', 0, 1_000), row('c', 900, -1_000)],
      [entry('h', 0, 1_000), entry('c', -900, -1_000)],
      0,
    ],
    ['a sale undone at the host', [row('r', 0)], [entry('r', -1_000), entry('r', 1_000)], 0],
    ['a declined one', [row('r', 0)], [], 0],
    ['a refund that the host charged as a sale', [row('r', -1_000)], [entry('r', -1_000)], 1],
    ['a void that the host never had', [row('r', -1_000)], [], 1],
    ['an authorisation that nobody knows', [], [entry('r', -1_000)], 1],
    ['two live effects', [row('r', 1_000)], [entry('r', -1_000), entry('r', -1_000)], 1],
    ['another amount', [row('r', 1_000)], [entry('r', -999)], 1],
    ['a hold that stands at the host', [row('h', 0, 0)], [entry('h', 0, 1_000)], 1],
    ['a hold let go in another part', [row('c', 900, -900)], [entry('c', -900, -1_000)], 1],
  ])('%s', (_name, rows, entries, violations) => {
    expect(wrong(rows, entries)).toBe(violations);
  });
});

describe('terminal and journal', () => {
  const check = (one: JournalItem, rows: PaymentRow[]): number =>
    terminalViolations({ terminals: [{ terminalId: 'T1', items: [one] }] }, rows).length;
  it.each([
    ['approved in both', item(), [row('r', 1_000)], 0],
    [
      'declined in both',
      item({ outcome: 'declined' }),
      [row('r', 0, 0, { outcome: 'declined' })],
      0,
    ],
    ['reversed in both', item({ reversal: 'done' }), [row('r', 0, 0, { outcome: 'undone' })], 0],
    ['declined, and not in the journal', item({ outcome: 'declined' }), [], 0],
    ['approved, and not in the journal', item(), [], 1],
    ['approved, and undone in the journal', item(), [row('r', 0, 0, { outcome: 'undone' })], 1],
    ['declined, and approved in the journal', item({ outcome: 'declined' }), [row('r', 1_000)], 1],
    ['approved with another amount', item({ amountMinor: 999n }), [row('r', 1_000)], 1],
  ])('%s', (_name, one, rows, violations) => {
    expect(check(one, rows)).toBe(violations);
  });
});
