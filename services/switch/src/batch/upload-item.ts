// 0320: one item of a batch whose totals did not agree (ISO 8583:1987, file update class of the POS dialect).
// The item is held against the journal and kept, also one that the journal does not know; what differs waits
// for a person, and nothing is booked.
import { given } from '@chipswitch/bytes';
import { parsePan, truncatePan } from '@chipswitch/cardholder-data';
import { type PaymentRecord, currencyOf } from '@chipswitch/ledger';
import {
  type IsoMessage,
  outcomeOfRecord,
  paymentKey,
  terminalAnswer,
  textOf,
  yearOfLocalDate,
  approvedMinor,
} from '@chipswitch/transaction';
import { changedMinor, isItsCard } from '../stated-against-record.ts';
import type { BatchPorts, BatchReply } from './batch-ports.ts';
import type { BatchItemFinding, UploadedItem } from './batch-store.ts';
import { batchOf } from './reconcile.ts';

/** What the journal says to an item of this amount. */
function findingOf(
  record: PaymentRecord | undefined,
  item: {
    readonly amountMinor: bigint;
    /** What tips and reversals of a part have changed of the record's amount. */
    readonly changedMinor?: bigint;
    readonly isItsCard: boolean;
    readonly isItsBatch: boolean;
  },
): BatchItemFinding {
  if (record === undefined || record.kind === 'tombstone') return 'not-in-journal';
  const { outcome, wasApproved } = outcomeOfRecord(record);
  if (!wasApproved) return 'not-approved';
  if (outcome === 'undone') return 'reversed';
  if (!item.isItsCard) return 'other-card';
  const approved = approvedMinor(record) + (item.changedMinor ?? 0n);
  if (approved !== item.amountMinor) return 'other-amount';
  return item.isItsBatch ? 'matched' : 'other-batch';
}

const form = { 4: /^\d{12}$/, 11: /^\d{6}$/, 12: /^\d{6}$/, 13: /^\d{4}$/ } as const;

interface KnownItem {
  readonly itemKey: string;
  readonly record: PaymentRecord | undefined;
}

// An item is a financial request, or the authorization that it was (message class 2 or 1).
async function findItem(ports: BatchPorts, message: IsoMessage): Promise<KnownItem> {
  const [stan, localTime, localDate, terminalId, acceptorId] = [11, 12, 13, 41, 42].map(
    (element) => textOf(message, element) ?? '',
  );
  const year = yearOfLocalDate(localDate, ports.businessDate());
  const keyOf = (messageClass: string): string =>
    paymentKey({ terminalId, acceptorId, stan, localTime, localDate, messageClass }, year);
  for (const messageClass of ['2', '1']) {
    const itemKey = keyOf(messageClass);
    const record = await ports.journal.findByKey(itemKey);
    if (record !== undefined) return { itemKey, record };
  }
  return { itemKey: keyOf('2'), record: undefined };
}

async function uploadedItem(ports: BatchPorts, message: IsoMessage): Promise<UploadedItem> {
  const { itemKey, record } = await findItem(ports, message);
  const batchNumber = batchOf(message).number;
  const amountMinor = BigInt(textOf(message, 4) ?? '');
  const { batchId } = record ?? {};
  const changed = record === undefined ? 0n : await changedMinor(ports.journal, record);
  const finding = findingOf(record, {
    amountMinor,
    changedMinor: changed,
    isItsCard: record === undefined || isItsCard(ports, message, record),
    isItsBatch: batchId !== undefined && (await ports.batches.numberOf(batchId)) === batchNumber,
  });
  const pan = parsePan(textOf(message, 2) ?? '');
  const approved = record === undefined ? undefined : approvedMinor(record) + changed;
  const { alpha: currency } = currencyOf(textOf(message, 49) ?? '') ?? {};
  return {
    terminalId: (textOf(message, 41) ?? '').trim(),
    batchNumber,
    itemKey,
    finding,
    amountMinor,
    ...given({
      journalAmountMinor: approved,
      paymentId: record?.paymentId,
      panHmac: pan === undefined ? undefined : ports.vault.panHmac(pan),
      panTruncated: pan === undefined ? undefined : truncatePan(pan),
      currency,
      approvalCode: textOf(message, 38)?.trim(),
      retrievalReference: textOf(message, 37)?.trim(),
    }),
  };
}

/** Takes one uploaded item to its answer: 00 says that it is kept, whatever was found. */
export async function uploadItem(ports: BatchPorts, message: IsoMessage): Promise<BatchReply> {
  const wrong = ([4, 11, 12, 13] as const).find((e) => !form[e].test(textOf(message, e) ?? ''));
  if (wrong !== undefined)
    return { ok: false, error: { code: 'format-error', path: String(wrong) } };
  const item = await uploadedItem(ports, message);
  await ports.batches.keepItem(item);
  const { terminalId, finding } = item;
  ports.log({ event: 'batch-item', terminalId, stan: textOf(message, 11), finding });
  return { ok: true, answer: terminalAnswer(message, '00') };
}
