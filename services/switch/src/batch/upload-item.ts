// 0320: one item of a batch whose totals did not agree (ISO 8583:1987, file update class of the POS
// dialect). The item is held against the journal and kept; what differs waits for a person.
import type { PaymentRecord } from '@chipswitch/ledger';
import {
  type IsoMessage,
  outcomeOfRecord,
  paymentKey,
  terminalAnswer,
  textOf,
  yearOfLocalDate,
} from '@chipswitch/transaction';
import { type Desk, businessDateNow } from '../desk.ts';
import { identifyTerminal } from '../identify.ts';
import { refuse } from '../refuse.ts';
import type { TerminalFrame } from '../terminal-listener.ts';
import type { BatchItemFinding } from './batch-store.ts';
import { batchOf } from './reconcile.ts';

/** What the journal says to an item of this amount. */
export function findingOf(
  record: PaymentRecord | undefined,
  amountMinor: bigint,
): BatchItemFinding {
  if (record === undefined || record.kind === 'tombstone') return 'not-in-journal';
  const { outcome, wasApproved } = outcomeOfRecord(record);
  if (!wasApproved) return 'not-approved';
  if (outcome === 'undone') return 'reversed';
  const partial = record.facts['partialAmountMinor'];
  const booked = typeof partial === 'string' ? BigInt(partial) : record.amountMinor;
  return booked === amountMinor ? 'matched' : 'other-amount';
}

/** Takes one uploaded item to its answer: 00 says that it is kept, whatever was found. */
export async function uploadItem(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
): Promise<void> {
  const [terminalId, acceptorId] = [41, 42].map((element) => textOf(message, element) ?? '');
  const terminal = identifyTerminal(desk, frame, { terminalId, acceptorId });
  if (!terminal.ok) return refuse(desk, frame, message, terminal.reason);
  const form = { 4: /^\d{12}$/, 11: /^\d{6}$/, 12: /^\d{6}$/, 13: /^\d{4}$/ } as const;
  const wrong = ([4, 11, 12, 13] as const).find((e) => !form[e].test(textOf(message, e) ?? ''));
  if (wrong !== undefined) return refuse(desk, frame, message, 'format-error', String(wrong));
  const [amount, stan, localTime, localDate] = [4, 11, 12, 13].map((e) => textOf(message, e) ?? '');
  const ids = { terminalId, acceptorId, stan, localTime, localDate, messageClass: '2' };
  const key = paymentKey(ids, yearOfLocalDate(localDate, businessDateNow(desk)));
  const record = await desk.journal.findByKey(key);
  const amountMinor = BigInt(amount);
  const finding = findingOf(record, amountMinor);
  await desk.batches.keepItem({
    terminalId: terminalId.trim(),
    batchNumber: batchOf(message).number,
    itemKey: key,
    finding,
    amountMinor,
    ...(record === undefined ? {} : { journalAmountMinor: record.amountMinor }),
  });
  desk.log({ event: 'batch-item', terminalId, stan, finding });
  await frame.reply(desk.terminalDialect.encode(terminalAnswer(message, '00')));
}
