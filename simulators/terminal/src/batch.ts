// Closing the batch: 0500 with the terminal's sums, item upload where they differ, 0500 again
// (switch notes b 18).
import { given } from '@chipswitch/bytes';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import type { DeviceMemory } from './device-memory.ts';
import type { HostLink } from './host-link.ts';
import type { JournalItem } from './journal.ts';
import {
  type BatchTotals,
  type PlainFacts,
  buildBatchItem,
  buildReconciliation,
} from './messages.ts';
import type { TerminalTimers } from './profile.ts';

/** How a batch closed. */
export interface BatchClose {
  readonly batch: string;
  readonly totals: BatchTotals;
  /**
   * `uploaded`: every item was sent; with code 95 the host keeps the batch on a list for a person. `open`: no
   * answer, or debts are left; the batch stays open and can be closed again.
   */
  readonly result: 'balanced' | 'uploaded' | 'open';
  readonly responseCode: string | undefined;
  readonly itemsUploaded: number;
}

/** What closing needs of its terminal. */
export interface BatchParts {
  readonly memory: DeviceMemory;
  readonly link: HostLink;
  readonly timers: TerminalTimers;
  readonly facts: () => PlainFacts;
}

async function ask(parts: BatchParts, message: IsoMessage): Promise<string | undefined> {
  for (let attempt = 0; attempt <= parts.timers.repeats; attempt++) {
    const result = await parts.link.exchange(message, parts.timers.answerMs);
    if (result.ok) return textOf(result.message, 39);
  }
  return undefined;
}

/** An item as 0320 carries it: the request with what was answered to it. */
function itemMessage(item: JournalItem): IsoMessage {
  return {
    ...item.message,
    de39: item.responseCode ?? '00',
    ...given({ de37: item.retrievalReference }),
    ...(item.approvalCode === undefined ? {} : { de38: item.approvalCode.padEnd(6) }),
    de4: (item.countedMinor ?? item.amountMinor).toString().padStart(12, '0'),
  };
}

async function upload(parts: BatchParts): Promise<number | undefined> {
  const items = parts.memory.countedItems();
  for (const item of items) {
    const code = await ask(parts, buildBatchItem(itemMessage(item), parts.memory.batch));
    if (code === undefined) return undefined;
  }
  return items.length;
}

/** Closes the open batch. */
export async function closeBatch(parts: BatchParts): Promise<BatchClose> {
  const { memory } = parts;
  const { batch } = memory;
  const totals = memory.totals();
  const open = (responseCode: string | undefined, itemsUploaded = 0): BatchClose => ({
    batch,
    totals,
    result: 'open',
    responseCode,
    itemsUploaded,
  });
  if (memory.debts().length > 0) return open(undefined);
  const first = await ask(parts, buildReconciliation(parts.facts(), totals));
  if (first === '00') {
    memory.closeBatch(true);
    return { batch, totals, result: 'balanced', responseCode: first, itemsUploaded: 0 };
  }
  if (first !== '95') return open(first);
  const uploaded = await upload(parts);
  if (uploaded === undefined) return open(first);
  const second = await ask(parts, buildReconciliation(parts.facts(), totals, '202'));
  if (second !== '00' && second !== '95') return open(second, uploaded);
  memory.closeBatch(false);
  return { batch, totals, result: 'uploaded', responseCode: second, itemsUploaded: uploaded };
}
