// The payment that a message speaks of, in the journal: by the key its original data give, then by trace number
// and terminal among the day's payments, then by retrieval reference.
import type { PaymentRecord } from '@chipswitch/ledger';
import {
  type IsoMessage,
  type OriginalData,
  businessDateOfReference,
  fitsOriginal,
  keyEndingsOf,
  keysOfOriginal,
} from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import { type Desk, businessDateNow } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';
import { isItsCard, isItsCurrency } from './stated-against-record.ts';

/** What looking an original up needs. */
export type OriginalPorts = Pick<Desk, 'journal' | 'vault' | 'terminals' | 'calendar' | 'nowMs'>;

const dayMs = 86_400_000;

const dayBefore = (date: string): string =>
  new Date(Date.parse(date) - dayMs).toISOString().slice(0, 10);

// What has no effect and no card of its own is no original, however well its number fits.
const mayBeMeant = (record: PaymentRecord): boolean => record.kind !== 'tombstone';

async function byTraceNumber(
  ports: OriginalPorts,
  message: IsoMessage,
  terminal: TerminalConfig,
  original: OriginalData,
): Promise<PaymentRecord | undefined> {
  const keyEndings = keyEndingsOf(original);
  if (keyEndings.length === 0) return undefined;
  const today = businessDateNow(ports);
  const found = await ports.journal.search({
    terminalIds: [terminal.terminalId.trim()],
    businessDates: [today, dayBefore(today)],
    keyEndings,
  });
  const since = ports.nowMs() - dayMs;
  return found.find(
    (record) =>
      mayBeMeant(record) &&
      record.openedAtMs >= since &&
      fitsOriginal(record, original) &&
      isItsCard(ports, message, record) &&
      isItsCurrency(message, record),
  );
}

/** Terminals of one merchant: what one sold, another may give back. */
function terminalsOf({ terminals }: OriginalPorts, { acceptorId }: TerminalConfig): string[] {
  return [...terminals.values()]
    .filter((terminal) => terminal.acceptorId === acceptorId)
    .map(({ terminalId }) => terminalId.trim());
}

async function byReference(
  ports: OriginalPorts,
  terminal: TerminalConfig,
  original: OriginalData,
): Promise<PaymentRecord | undefined> {
  const { retrievalReference } = original;
  if (retrievalReference === undefined) return undefined;
  const today = businessDateNow(ports);
  const date = businessDateOfReference(retrievalReference, today);
  // Ours names its day; one that a host gave does not, though it may look so.
  const businessDates = [...new Set([date ?? today, today, dayBefore(today)])];
  const found = await ports.journal.search({
    terminalIds: terminalsOf(ports, terminal),
    businessDates,
    retrievalReference,
  });
  // The reference names a payment by itself; its trace number may be the one of the terminal it was made at.
  return found.find(
    (record) =>
      mayBeMeant(record) &&
      fitsOriginal(record, { ...original, time: undefined, batchNumber: undefined }),
  );
}

/**
 * The original of a message of this terminal; where every way fails, the tombstone of an earlier reversal of it,
 * or undefined.
 */
export async function findOriginal(
  ports: OriginalPorts,
  message: IsoMessage,
  terminal: TerminalConfig,
  original: OriginalData,
  frame: Pick<TerminalFrame, 'clock' | 'originalKey'> = {},
): Promise<PaymentRecord | undefined> {
  const { clock, originalKey } = frame;
  if (originalKey !== undefined) return ports.journal.findByKey(originalKey);
  let tombstone: PaymentRecord | undefined;
  for (const key of keysOfOriginal(message, original, businessDateNow(ports), clock)) {
    const record = await ports.journal.findByKey(key);
    if (record !== undefined && mayBeMeant(record)) return record;
    tombstone ??= record;
  }
  return (
    (await byReference(ports, terminal, original)) ??
    (await byTraceNumber(ports, message, terminal, original)) ??
    tombstone
  );
}
