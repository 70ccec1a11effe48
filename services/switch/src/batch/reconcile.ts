// 0500: the terminal's totals against the journal's. Equal: 00; not equal: 95, with our totals beside.
import {
  type BatchTotals,
  type IsoMessage,
  terminalAnswer,
  textOf,
  totalsDifferences,
  totalsFields,
  withoutReversals,
} from '@chipswitch/transaction';
import type { Desk } from '../desk.ts';
import { identifyTerminal } from '../identify.ts';
import { refuse } from '../refuse.ts';
import type { TerminalFrame } from '../terminal-listener.ts';
import type { BatchStore } from './batch-store.ts';

const elements = [74, 75, 76, 77, 86, 87, 88, 89] as const;

/** Whether the terminal's sums are ours, whichever way it counts what was reversed. */
export function totalsAgree(
  host: BatchTotals,
  terminal: Readonly<Record<(typeof elements)[number], bigint>>,
): boolean {
  const theirs: BatchTotals = {
    sale: { count: terminal[76], amountMinor: terminal[88] },
    'sale-reversal': { count: terminal[77], amountMinor: terminal[89] },
    refund: { count: terminal[74], amountMinor: terminal[86] },
    'refund-reversal': { count: terminal[75], amountMinor: terminal[87] },
  };
  const ours = totalsFields(withoutReversals(host));
  const stated = totalsFields(withoutReversals(theirs));
  return ours.ok && stated.ok && totalsDifferences(ours.value, stated.value).length === 0;
}

/** DE 60 of the POS dialect: type (2), batch number (6), network management code (3). */
export function batchOf(message: IsoMessage): { readonly number: string; readonly code: string } {
  const text = textOf(message, 60) ?? '';
  return { number: text.slice(2, 8), code: text.slice(8, 11) };
}

// A 0500 with one of these codes ends the upload that followed unequal totals (or equal ones, 207).
const trailingCodes = new Set(['202', '207']);

function answerOf(
  message: IsoMessage,
  responseCode: string,
  hostTotals: Readonly<Record<string, string>>,
): IsoMessage {
  const totals = Object.fromEntries(
    Object.entries(hostTotals).map(([name, value]) => [`de${name.slice(2)}`, value]),
  );
  return { ...terminalAnswer(message, responseCode), ...totals };
}

/** Closes a terminal's batch; the same 0500 again gets the stored answer. */
export async function reconcile(
  desk: Desk,
  batches: BatchStore,
  frame: TerminalFrame,
  message: IsoMessage,
): Promise<void> {
  const terminalId = textOf(message, 41) ?? '';
  const terminal = identifyTerminal(desk, frame, {
    terminalId,
    acceptorId: textOf(message, 42) ?? '',
  });
  if (!terminal.ok) return refuse(desk, frame, message, terminal.reason);
  const stated = Object.fromEntries(elements.map((element) => [element, textOf(message, element)]));
  const missing = elements.find((element) => stated[element] === undefined);
  if (missing !== undefined) return refuse(desk, frame, message, 'format-error', String(missing));
  const date = textOf(message, 13);
  const stan = textOf(message, 11);
  const batch = batchOf(message);
  const batchKey = `${date ?? ''}/${stan ?? ''}/${batch.number}`;
  const id = terminalId.trim();
  let closed = trailingCodes.has(batch.code)
    ? await batches.findByNumber(id, batch.number)
    : await batches.find(id, batchKey);
  if (closed === undefined) {
    const open = await batches.open(id);
    const theirs = Object.fromEntries(
      elements.map((element) => [element, BigInt(stated[element] ?? 0)]),
    ) as Record<(typeof elements)[number], bigint>;
    const hostTotals = totalsFields(open.totals);
    if (!hostTotals.ok) return refuse(desk, frame, message, 'journal-unavailable');
    closed = await batches.close({
      terminalId: id,
      batchKey,
      lastPaymentId: open.lastPaymentId,
      responseCode: totalsAgree(open.totals, theirs) ? '00' : '95',
      hostTotals: { ...hostTotals.value },
      terminalTotals: Object.fromEntries(elements.map((e) => [`DE${e}`, stated[e] ?? ''])),
    });
  }
  const { responseCode, hostTotals } = closed;
  desk.log({ event: 'reconciled', terminalId, batch: batchKey, responseCode });
  await frame.reply(desk.terminalDialect.encode(answerOf(message, responseCode, hostTotals)));
}
