// Terminal batches on the disk of a world: what the SQL of the switch does, over payments in memory.
import { given } from '@chipswitch/bytes';
import type { MemoryJournal, PaymentRecord } from '@chipswitch/ledger';
import type {
  BatchesAtClose,
  BatchStore,
  CloseVerdict,
  ClosedBatch,
  OpenBatch,
} from '@chipswitch/switch';
import {
  type BatchItem,
  type BatchItemKind,
  batchItemKinds,
  batchTotals,
  kindOf,
  outcomeOfRecord,
  paymentKinds,
  approvedMinor,
} from '@chipswitch/transaction';

type CloseRequest = Parameters<BatchStore['close']>[0];
type UploadedItem = Parameters<BatchStore['keepItem']>[0];

/** A batch that was closed, as it is kept. */
export interface KeptBatch extends ClosedBatch {
  readonly request: CloseRequest;
  /** Payments in it when it was closed. */
  readonly items: readonly PaymentRecord[];
  how?: 'upload' | 'right-close';
}

interface KeptItem extends Omit<UploadedItem, 'finding'> {
  readonly finding: UploadedItem['finding'] | 'not-sent';
  readonly batchId: string | undefined;
}

/** In which sum a payment stands, as the view batch_item has it. */
function* itemsOf(record: PaymentRecord): Generator<BatchItem> {
  const { bucket } = kindOf(paymentKinds, record.kind);
  const { outcome, wasApproved } = outcomeOfRecord(record);
  if (bucket === undefined || !wasApproved) return;
  const amountMinor = approvedMinor(record);
  const item = (kind: BatchItemKind): BatchItem => ({ kind, amountMinor });
  const isUndone = outcome === 'undone';
  if (bucket === 'sale-reversal') {
    if (!isUndone) yield item(bucket);
    return;
  }
  yield item(bucket);
  if (isUndone) yield item(`${bucket}-reversal`);
}

/** The batches. */
export class VirtualBatches implements BatchStore {
  readonly closed: KeptBatch[] = [];
  readonly #journal: MemoryJournal;
  readonly #items: KeptItem[] = [];
  #empty = 0;

  constructor(journal: MemoryJournal) {
    this.#journal = journal;
  }

  async close(
    request: CloseRequest,
    judge: (batches: BatchesAtClose) => CloseVerdict,
  ): Promise<CloseVerdict> {
    const { terminalId, batchKey, batchNumber } = request;
    const inIt = this.#openPayments(terminalId);
    const mine = this.closed.filter((batch) => batch.request.terminalId === terminalId);
    const keyed = mine.findLast((batch) => batch.request.batchKey === batchKey);
    const numbered = mine.findLast(
      (batch) => batchNumber !== '' && batch.request.batchNumber === batchNumber,
    );
    const verdict = judge({
      open: openBatchOf(inIt),
      ...given({ keyed: this.#asListed(keyed), numbered: this.#asListed(numbered) }),
    });
    if (verdict.type === 'end') {
      const ended = this.closed.find(({ batchId }) => batchId === verdict.batch.batchId);
      if (ended !== undefined) ended.how ??= 'right-close';
    }
    if (verdict.type !== 'close') return verdict;
    const { responseCode, hostTotals } = verdict;
    this.closed.push({
      batchId: inIt[0]?.batchId ?? `empty ${++this.#empty}`,
      request,
      responseCode,
      hostTotals,
      terminalTotals: request.terminalTotals,
      isListed: responseCode !== '00',
      items: inIt,
    });
    this.#journal.closeBatch(terminalId);
    return verdict;
  }

  async endUpload(terminalId: string, batchNumber: string): Promise<ClosedBatch | undefined> {
    const ofNumber = this.closed.filter(
      ({ request }) => request.terminalId === terminalId && request.batchNumber === batchNumber,
    );
    const listed = ofNumber.filter((batch) => this.#isListed(batch));
    for (const batch of listed) {
      if (batch.responseCode !== '00') this.#keepNotSent(batch);
    }
    const isClean = !listed.some((batch) => this.#hasException(batch));
    for (const batch of listed) if (isClean) batch.how ??= 'upload';
    return this.#asListed(ofNumber.at(-1));
  }

  async isClosed(paymentId: string): Promise<boolean> {
    const batchId = this.#journal.payments.get(paymentId)?.batchId;
    return this.closed.some((batch) => batch.batchId === batchId);
  }

  async numberOf(batchId: string): Promise<string | undefined> {
    return this.closed.find((batch) => batch.batchId === batchId)?.request.batchNumber;
  }

  async keepItem(item: UploadedItem): Promise<void> {
    const batch = this.closed.findLast(
      ({ request }) =>
        request.terminalId === item.terminalId && request.batchNumber === item.batchNumber,
    );
    const [open] = this.#openPayments(item.terminalId);
    this.#items.push({ ...item, batchId: batch?.batchId ?? open?.batchId });
  }

  #openPayments(terminalId: string): PaymentRecord[] {
    const closed = new Set(this.closed.map(({ batchId }) => batchId));
    return [...this.#journal.payments.values()].filter(
      (record) =>
        record.terminalId === terminalId &&
        record.batchId !== undefined &&
        !closed.has(record.batchId),
    );
  }

  #hasException({ batchId }: KeptBatch): boolean {
    return this.#items.some(
      (item) =>
        item.batchId === batchId &&
        item.finding !== 'matched' &&
        !(item.finding === 'not-sent' && this.#wasSent(item.itemKey)),
    );
  }

  #isListed(batch: KeptBatch): boolean {
    return batch.how === undefined && (batch.responseCode !== '00' || this.#hasException(batch));
  }

  #asListed(batch: KeptBatch | undefined): ClosedBatch | undefined {
    return batch && { ...batch, isListed: this.#isListed(batch) };
  }

  #wasSent(itemKey: string): boolean {
    return this.#items.some((item) => item.itemKey === itemKey && item.finding !== 'not-sent');
  }

  #keepNotSent(batch: KeptBatch): void {
    for (const { paymentId } of batch.items) {
      const record = this.#journal.payments.get(paymentId);
      if (record === undefined || this.#wasSent(record.key)) continue;
      const { bucket, changesItem } = kindOf(paymentKinds, record.kind);
      const isCounted = bucket !== undefined && changesItem !== true;
      if (!isCounted || outcomeOfRecord(record).outcome !== 'approved') continue;
      const { terminalId, key: itemKey } = record;
      this.#items.push({
        terminalId,
        itemKey,
        paymentId,
        batchNumber: batch.request.batchNumber,
        batchId: batch.batchId,
        finding: 'not-sent',
        amountMinor: approvedMinor(record),
      });
    }
  }
}

// What changes an item is none itself.
function openBatchOf(payments: readonly PaymentRecord[]): OpenBatch {
  const isItem = ({ kind }: PaymentRecord): boolean =>
    kindOf(paymentKinds, kind).changesItem !== true;
  const itemsIn = (among: readonly PaymentRecord[]): BatchItem[] =>
    among.flatMap((record) => [...itemsOf(record)]);
  const items = itemsIn(payments.filter(isItem));
  const [sums, counts] = [batchTotals(itemsIn(payments)), batchTotals(items)];
  const totals = Object.fromEntries(
    batchItemKinds.map((kind) => [kind, { ...sums[kind], count: counts[kind].count }]),
  ) as unknown as OpenBatch['totals'];
  return { totals, items: items.length };
}
