// 0400 and 0420 from a terminal: undo a payment whatever has become of it. An original nobody knows
// leaves a tombstone, so that it is refused when it arrives afterwards.
import { parsePan, truncatePan } from '@chipswitch/cardholder-data';
import type { PaymentRecord } from '@chipswitch/ledger';
import {
  type IsoMessage,
  type KeyParts,
  type PaymentOutcome,
  outcomeOfRecord,
  paymentKey,
  paymentOutcome,
  terminalAnswer,
  textOf,
  yearOfLocalDate,
} from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import { type Desk, businessDateNow } from './desk.ts';
import { identifyTerminal } from './identify.ts';
import { moveRecorded } from './in-flight/recovery.ts';
import { refuse } from './refuse.ts';
import type { TerminalFrame } from './terminal-listener.ts';

/** Key parts of the original: DE 90 when it is there, else the reversal's own trace and time. */
function originalOf(message: IsoMessage): KeyParts | undefined {
  const terminalId = textOf(message, 41);
  const acceptorId = textOf(message, 42);
  if (terminalId === undefined || acceptorId === undefined) return undefined;
  const ids = { terminalId, acceptorId };
  const original = /^0([12])\d\d(\d{6})(\d{4})(\d{6})/.exec(textOf(message, 90) ?? '');
  if (original !== null) {
    const [, messageClass, stan, localDate, localTime] = original;
    return { ...ids, messageClass, stan, localDate, localTime };
  }
  const [stan, localTime, localDate] = [11, 12, 13].map((element) => textOf(message, element));
  if (stan === undefined || localTime === undefined || localDate === undefined) return undefined;
  return { ...ids, messageClass: '2', stan, localDate, localTime };
}

/** Nothing of the payment counts, whether or not its host was told. */
function isWithoutEffect({ outcome }: PaymentOutcome): boolean {
  return outcome === 'undone' || outcome === 'declined';
}

/** What was asked or, of a partial approval, what was approved: terminals reverse by either. */
function isItsAmount(record: PaymentRecord, amount: string | undefined): boolean {
  if (amount === undefined || record.kind === 'tombstone') return true;
  const { partialAmountMinor } = record.facts;
  const approved = typeof partialAmountMinor === 'string' ? BigInt(partialAmountMinor) : undefined;
  return BigInt(amount) === record.amountMinor || BigInt(amount) === approved;
}

async function placeTombstone(
  desk: Desk,
  message: IsoMessage,
  terminal: TerminalConfig,
  key: string,
): Promise<boolean> {
  const pan = parsePan(textOf(message, 2) ?? '');
  const amount = textOf(message, 4) ?? '0';
  const placed = await desk.journal.open({
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
    facts: { reason: 'reversal of an original that never came' },
  });
  return placed.ok;
}

/** Undoes the payment; answers whether it is, or will be, without effect. */
async function undo(desk: Desk, record: PaymentRecord): Promise<boolean> {
  if (isWithoutEffect(outcomeOfRecord(record))) return true;
  const moved = await moveRecorded(desk, record, { type: 'reversal-requested' });
  if (moved === undefined) return false;
  return isWithoutEffect(paymentOutcome(moved.state, moved.booked ? 'stands' : 'none'));
}

/** Takes a terminal's reversal to its answer. */
export async function reverse(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
): Promise<void> {
  const original = originalOf(message);
  if (original === undefined) return refuse(desk, frame, message, 'format-error', '90');
  const terminal = identifyTerminal(desk, frame, original);
  if (!terminal.ok) return refuse(desk, frame, message, terminal.reason);
  const year = yearOfLocalDate(original.localDate, businessDateNow(desk));
  const key = paymentKey(original, year);
  const answer = async (responseCode: string, outcome: string): Promise<void> => {
    const { stan, terminalId } = original;
    desk.log({ event: 'reversal', mti: message.mti, terminalId, stan, responseCode, outcome });
    await frame.reply(desk.terminalDialect.encode(terminalAnswer(message, responseCode)));
  };
  let record = await desk.journal.findByKey(key);
  if (record === undefined) {
    if (await placeTombstone(desk, message, terminal.terminal, key)) {
      return answer('25', 'no such original: it will be refused if it comes');
    }
    record = await desk.journal.findByKey(key);
    if (record === undefined) return refuse(desk, frame, message, 'journal-unavailable');
  }
  if (!isItsAmount(record, textOf(message, 4))) {
    return answer('64', 'another amount than the original');
  }
  if (await undo(desk, record)) return answer('00', 'accepted');
  return refuse(desk, frame, message, 'journal-unavailable');
}
