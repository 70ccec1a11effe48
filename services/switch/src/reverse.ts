// 0400 and 0420 from a terminal: undo a payment whatever has become of it. An original nobody knows
// leaves a tombstone, so that it is refused when it arrives afterwards.
import { parsePan, truncatePan } from '@chipswitch/cardholder-data';
import type { OpenResult, PaymentRecord } from '@chipswitch/ledger';
import {
  type IsoMessage,
  type PaymentOutcome,
  outcomeOfRecord,
  keysOfOriginal,
  kindOf,
  paymentKinds,
  paymentOutcome,
  refusalCode,
  reversedOriginal,
  terminalAnswer,
  textOf,
  writtenFacts,
} from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import { type Desk, businessDateNow } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';
import { identifyTerminal } from './identify.ts';
import { moveRecorded } from './in-flight/recovery.ts';
import { findOriginal } from './original.ts';
import { refuse } from './refuse.ts';
import { partOf, reversePart } from './reverse-part.ts';
import { isItsAmount, isItsCard, isItsCurrency } from './stated-against-record.ts';

/** Nothing of the payment counts, whether or not its host was told. */
function isWithoutEffect({ outcome }: PaymentOutcome): boolean {
  return outcome === 'undone' || outcome === 'declined';
}

/** The first thing in which the reversal speaks of another payment than the one its keys name. */
function differenceOf(desk: Desk, message: IsoMessage, record: PaymentRecord): string | undefined {
  if (record.kind === 'tombstone') return undefined;
  if (!isItsCard(desk, message, record)) return 'another card than the original';
  if (!isItsCurrency(message, record)) return 'another currency than the original';
  return isItsAmount(record, textOf(message, 4)) ? undefined : 'another amount than the original';
}

async function placeTombstone(
  desk: Desk,
  message: IsoMessage,
  terminal: TerminalConfig,
  key: string,
): Promise<OpenResult> {
  const pan = parsePan(textOf(message, 2) ?? '');
  const amount = textOf(message, 4) ?? '0';
  return desk.journal.open({
    key,
    fingerprint: 'tombstone',
    businessDate: businessDateNow(desk),
    kind: 'tombstone',
    state: 'REVERSED',
    owner: desk.config.instance,
    acceptorId: terminal.acceptorId.trim(),
    terminalId: terminal.terminalId.trim(),
    amountMinor: /^\d{12}$/.test(amount) ? BigInt(amount) : 0n,
    currency: 'XXX',
    panHmac: pan === undefined ? '' : desk.vault.panHmac(pan),
    panTruncated: pan === undefined ? '' : truncatePan(pan),
    facts: writtenFacts({ reason: 'reversal of an original that never came' }),
  });
}

/**
 * Tombstones under every key that the original may have: whether it is an authorization or a financial request is
 * not said by every reversal.
 *
 * @returns the original, if it came meanwhile; false when the journal could not say.
 */
async function placeTombstones(
  desk: Desk,
  message: IsoMessage,
  terminal: TerminalConfig,
  keys: readonly string[],
): Promise<PaymentRecord | boolean> {
  for (const key of keys) {
    const placed = await placeTombstone(desk, message, terminal, key);
    if (placed.ok) continue;
    if (placed.error.code !== 'key-exists') return false;
    if (placed.error.record.kind !== 'tombstone') return placed.error.record;
  }
  return true;
}

/** What came of an undoing: it is, or will be, without effect; something draws on it; it could not be moved. */
export type Undone = 'undone' | 'drawn-on' | 'not-moved';

const lookTriesMax = 3;

// An increment or a tip cannot be taken from under what was completed or given back on top of it.
async function isBuiltUpon({ journal }: Desk, record: PaymentRecord): Promise<boolean> {
  const { original } = kindOf(paymentKinds, record.kind);
  if (original?.adds !== true || record.originalId === undefined) return false;
  const draws = await journal.drawsOn(record.originalId);
  return draws.some(({ kind }) => original.added?.includes(kind) !== true);
}

/**
 * Undoes a payment that nothing draws on. It is undone only while no more was opened against it than was seen here:
 * what a refund or a completion takes in the meantime makes it look again.
 */
export async function undo(desk: Desk, found: PaymentRecord): Promise<Undone> {
  let record = found;
  for (let tries = 1; tries <= lookTriesMax; tries++) {
    if (isWithoutEffect(outcomeOfRecord(record))) return 'undone';
    if ((await desk.journal.drawsOn(record.paymentId)).length > 0) return 'drawn-on';
    if (await isBuiltUpon(desk, record)) return 'drawn-on';
    const { draws } = record;
    const moved = await moveRecorded(desk, record, { type: 'reversal-requested', draws });
    if (moved !== undefined) {
      const stands = paymentOutcome(moved.state, moved.booked ? 'stands' : 'none');
      return isWithoutEffect(stands) ? 'undone' : 'not-moved';
    }
    record = (await desk.journal.findByKey(record.key)) ?? record;
    if (record.draws === draws) return 'not-moved';
  }
  return 'not-moved';
}

/** Takes a terminal's reversal to its answer. */
export async function reverse(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
): Promise<void> {
  const [terminalId, acceptorId] = [41, 42].map((element) => textOf(message, element) ?? '');
  const original = reversedOriginal(message, frame.clock);
  if (original.stan === undefined && original.retrievalReference === undefined) {
    return refuse(desk, frame, message, 'format-error', '90');
  }
  const part = partOf(message);
  if (part === 'malformed') return refuse(desk, frame, message, 'format-error', '95');
  const identified = await identifyTerminal(desk, frame, { terminalId, acceptorId });
  if (!identified.ok) return refuse(desk, frame, message, identified.error.code);
  const { terminal } = identified;
  const answer = async (responseCode: string, outcome: string): Promise<void> => {
    const { stan } = original;
    desk.log({ event: 'reversal', mti: message.mti, terminalId, stan, responseCode, outcome });
    await frame.answer(terminalAnswer(message, responseCode));
  };
  let record = await findOriginal(desk, message, terminal, original, frame);
  // A tombstone under one of its keys: the reversal that put it there may not have come to the others.
  if (record === undefined || record.kind === 'tombstone') {
    const keys = keysOfOriginal(message, original, businessDateNow(desk), frame.clock);
    const placed = await placeTombstones(desk, message, terminal, keys);
    if (placed === false) return refuse(desk, frame, message, 'journal-unavailable');
    if (placed !== true) record = placed;
    if (record === undefined) {
      return answer(refusalCode['original-not-found'], 'no such original: refused if it comes');
    }
  }
  const difference = differenceOf(desk, message, record);
  if (difference !== undefined) return answer(refusalCode['original-differs'], difference);
  if (part !== undefined) return reversePart(desk, { frame, message, terminal, record, part });
  switch (await undo(desk, record)) {
    case 'undone':
      return answer('00', 'accepted');
    // What was given back or completed since is undone by undoing that first.
    case 'drawn-on':
      return answer(refusalCode['already-reversed'], 'another payment draws on the original');
    case 'not-moved':
      return refuse(desk, frame, message, 'journal-unavailable');
  }
}
