// 0400 with DE 95 (ISO 8583:1987, replacement amounts): less was sold, or is held, than was approved. The difference
// is a payment of its own that draws on the original; the host is told by an 0420 with the same DE 95 until its 0430.
import { given } from '@chipswitch/bytes';
import { type NewPayment, type PaymentRecord, isDrawError } from '@chipswitch/ledger';
import {
  type IsoMessage,
  type RefusalReason,
  kindOf,
  openingState,
  outcomeOfRecord,
  paymentKey,
  paymentKinds,
  replacedAmount,
  terminalAnswer,
  textOf,
  yearOfLocalDate,
  approvedMinor,
  paymentOf,
  readPaymentFacts,
  writtenFacts,
} from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import { type Desk, businessDateNow } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';
import { limitsOf } from './draw-on-original.ts';
import { InFlightPayment } from './in-flight/in-flight-payment.ts';
import { refuse } from './refuse.ts';

/** A part that is to be reversed. */
export interface PartOfReversal {
  readonly frame: TerminalFrame;
  readonly message: IsoMessage;
  readonly terminal: TerminalConfig;
  readonly record: PaymentRecord;
  /** What stays of the amount. */
  readonly part: bigint;
}

/** What DE 95 says stays; undefined where the whole is reversed. */
export function partOf(message: IsoMessage): bigint | 'malformed' | undefined {
  if (textOf(message, 95) === undefined) return undefined;
  const stays = replacedAmount(message);
  if (stays === undefined) return 'malformed';
  return stays === 0n ? undefined : stays;
}

function keyOf(desk: Desk, message: IsoMessage): string {
  const text = (element: number): string => textOf(message, element) ?? '';
  const localDate = text(13) === '' ? businessDateNow(desk).slice(5).replace('-', '') : text(13);
  const parts = {
    terminalId: text(41),
    acceptorId: text(42),
    stan: text(11),
    localDate,
    localTime: text(12),
    messageClass: '4',
  };
  return paymentKey(parts, yearOfLocalDate(localDate, businessDateNow(desk)));
}

const answeredReversed = ({ frame, message }: PartOfReversal): Promise<boolean> =>
  frame.answer(terminalAnswer(message, '00'));

// DE 90 of the 0420 names the original as it went to the host.
function factsOf(record: PaymentRecord): NewPayment['facts'] {
  const { outgoing, scheme } = readPaymentFacts(record);
  const { host, approvalCode } = record;
  return writtenFacts({
    outgoing,
    scheme,
    hosts: host === undefined ? [] : [host],
    statedMinor: approvedMinor(record),
    givenApprovalCode: approvalCode,
  });
}

function entryOf(
  desk: Desk,
  { message, terminal, record, part }: PartOfReversal,
  pan: NonNullable<ReturnType<Desk['vault']['decipherPan']>>,
): NewPayment | RefusalReason {
  const approved = approvedMinor(record);
  if (part >= approved) return 'invalid-amount';
  const names = ['partial-reversal', 'hold-partial-reversal'];
  const row = names
    .map((name) => kindOf(paymentKinds, name))
    .find(({ original }) => original?.kinds.includes(record.kind) === true);
  if (row?.original === undefined) return 'original-differs';
  const key = keyOf(desk, message);
  const { percentMax, releases } = row.original;
  const { host, panHmac, panTruncated, currency } = record;
  return {
    key,
    fingerprint: desk.vault.digest(`part of ${record.paymentId}: ${part} stays`),
    businessDate: businessDateNow(desk),
    kind: row.name,
    state: openingState(row.name),
    owner: desk.config.instance,
    acceptorId: terminal.acceptorId.trim(),
    terminalId: terminal.terminalId.trim(),
    amountMinor: approved - part,
    currency,
    panHmac,
    panTruncated,
    panEncrypted: desk.vault.encipherPan(pan, key),
    ...given({ host }),
    facts: factsOf(record),
    original: limitsOf(
      { ...row, original: row.original },
      record.paymentId,
      given({
        percentMax: typeof percentMax === 'bigint' ? percentMax : undefined,
        releases: releases === 'stated' ? undefined : releases,
      }),
    ),
  };
}

/** Takes the reversal of a part to its answer. */
export async function reversePart(desk: Desk, asked: PartOfReversal): Promise<void> {
  const { frame, message, record } = asked;
  const no = (reason: RefusalReason): Promise<void> => refuse(desk, frame, message, reason);
  const { outcome } = outcomeOfRecord(record);
  if (outcome === 'pending') return no('original-not-found');
  if (outcome !== 'approved') return no('already-reversed');
  const { panEncrypted } = record;
  const pan = panEncrypted && desk.vault.decipherPan(panEncrypted, record.key);
  const { outgoing } = readPaymentFacts(record);
  if (pan === undefined || outgoing === undefined) return no('journal-unavailable');
  const entry = entryOf(desk, asked, pan);
  if (typeof entry === 'string') return no(entry);
  await desk.inFlight.open(entry.key, async () => {
    const opened = await desk.journal.open(entry);
    if (!opened.ok) {
      const { error } = opened;
      if (isDrawError(error.code)) return no(error.code);
      if (error.code !== 'key-exists') return no('journal-unavailable');
      // The same part again is reversed already, another one under the same key is not.
      const isSame = error.record.fingerprint === entry.fingerprint;
      return isSame ? answeredReversed(asked) : no('duplicate-differs');
    }
    const { paymentId } = opened.record;
    const inFlight = new InFlightPayment(desk, {
      key: entry.key,
      payment: { ...paymentOf(opened.record), state: 'NEW' },
      terminalId: entry.terminalId,
      outgoing,
      pan,
      asking: { reply: () => answeredReversed(asked), giveUp: frame.giveUp },
    });
    desk.inFlight.add(inFlight);
    void inFlight.dispatch({ type: 'opened', paymentId });
    return inFlight.settled;
  });
}
