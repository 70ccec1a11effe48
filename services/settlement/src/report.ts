// A settlement result as lines for a person.
import { accountClass, formatMoney, minorUnits } from '@chipswitch/ledger';
import type { DayReconciliation } from './reconcile-day.ts';
import type { SettlementResult } from './settle-business-day.ts';

/** The result in lines: status first, then figures, then what was found. */
export function reportLines(result: SettlementResult): string[] {
  const again = result.repeated ? ' (settled before; compared again)' : '';
  const lines = [
    `${result.businessDate}  ${result.status}${again}  ${result.postings} postings, ${result.batches} batches`,
  ];
  for (const row of result.trialBalance) {
    const name = accountClass(row.accountCode)?.name ?? '';
    const money = (text: string): string => formatMoney(minorUnits(BigInt(text)), row.currency);
    lines.push(
      `  ${row.accountCode} ${name.padEnd(30)} debit ${money(row.debitMinor)}, credit ${money(row.creditMinor)}`,
    );
  }
  for (const total of result.positions) {
    const owed = formatMoney(minorUnits(BigInt(total.amountMinor)), total.currency);
    lines.push(`  owed to ${total.merchants} merchants: ${owed}`);
  }
  for (const finding of result.findings) {
    lines.push(`  ${finding.code}: ${finding.subject}, ${finding.detail}`);
  }
  return lines;
}

/** A reconciliation in lines: figures first, then every exception. */
export function reconciliationLines(result: DayReconciliation): string[] {
  const again = result.repeated ? ' (this file was taken before)' : '';
  const { businessDate, source, lines, matched, exceptions } = result;
  return [
    `${businessDate}  ${source}${again}  ${lines} lines, ${matched} matched, ${exceptions.length} exceptions`,
    ...exceptions.map((one) => `  ${one.code.padEnd(22)} ${one.ref}  ${one.amountMinor}`),
  ];
}
