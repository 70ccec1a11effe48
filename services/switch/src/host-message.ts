// What a host says of its own accord that more than its link has to do with: an 0420 that undoes a payment is obeyed, as its
// books and ours must agree; a zone key is taken, or refused.
import type { PaymentRecord } from '@chipswitch/ledger';
import {
  type IsoMessage,
  businessDateOfReference,
  refusalCode,
  textOf,
  readPaymentFacts,
} from '@chipswitch/transaction';
import { type Desk, businessDateNow } from './desk.ts';
import { hostReferenceOf } from './in-flight/host-reference.ts';
import { type Undone, undo } from './reverse.ts';
import { bringsKey, takeHostKey } from './security/host-keys.ts';
import { isItsCard, isItsCurrency } from './stated-against-record.ts';

const originalForm = /^\d{4}(\d{6})(\d{10})/;

/** The payment as this host knows it: by DE 90 and DE 41, or by DE 37 and the trace number. */
async function findSent(
  desk: Desk,
  host: string,
  message: IsoMessage,
): Promise<PaymentRecord | undefined> {
  const [, stan, transmission] = originalForm.exec(textOf(message, 90) ?? '') ?? [];
  const terminalId = textOf(message, 41)?.trim();
  if (stan === undefined || transmission === undefined || terminalId === undefined)
    return undefined;
  const reference = hostReferenceOf(stan, terminalId, transmission);
  const byReference = await desk.journal.findByHostReference(host, reference);
  if (byReference !== undefined) return byReference;
  const retrievalReference = textOf(message, 37)?.trim();
  if (retrievalReference === undefined) return undefined;
  const date = businessDateOfReference(retrievalReference, businessDateNow(desk));
  if (date === undefined) return undefined;
  const found = await desk.journal.search({
    terminalIds: [terminalId],
    businessDates: [date],
    retrievalReference,
  });
  return found.find(
    (record) => record.host === host && readPaymentFacts(record).outgoing?.stan === stan,
  );
}

const answerTo: Readonly<Record<Undone, string>> = {
  undone: '00',
  'drawn-on': refusalCode['already-reversed'],
  'not-moved': refusalCode['journal-unavailable'],
};

async function onReversal(desk: Desk, host: string, message: IsoMessage): Promise<string> {
  const record = await findSent(desk, host, message);
  if (record === undefined) return refusalCode['original-not-found'];
  if (!isItsCard(desk, message, record) || !isItsCurrency(message, record)) {
    return refusalCode['original-differs'];
  }
  const amount = textOf(message, 4);
  if (amount !== undefined && BigInt(amount) !== record.amountMinor) {
    return refusalCode['original-differs'];
  }
  return answerTo[await undo(desk, record)];
}

/** A zone key that the host sends; undefined where the message brings none, or the host may send none. */
async function onZoneKey(
  desk: Desk,
  host: string,
  message: IsoMessage,
): Promise<Partial<IsoMessage> | undefined> {
  const keys = desk.config.hosts.find(({ name }) => name === host)?.keys;
  const { workingKeys } = desk;
  if (keys === undefined || workingKeys === undefined || !bringsKey(message, keys))
    return undefined;
  const de70 = textOf(message, 70) ?? '';
  try {
    const taken = await takeHostKey({ ...desk, workingKeys }, host, keys, message);
    const outcome = taken.ok ? `${taken.purpose} key ${taken.kcv}` : taken.why;
    desk.log({ event: 'zone-key', host, isTaken: taken.ok, outcome });
    return { de39: taken.ok ? '00' : refusalCode['key-exchange-failed'], de70 };
  } catch (error) {
    desk.report('a zone key could not be kept', error);
    return { de39: refusalCode['journal-unavailable'], de70 };
  }
}

/**
 * Serves a message of a host.
 *
 * @returns elements of its answer in the terms of 1987; undefined for what the link answers alone.
 */
export async function onHostMessage(
  desk: Desk,
  host: string,
  message: IsoMessage,
): Promise<Partial<IsoMessage> | undefined> {
  if (/^08[02]/.test(message.mti)) return onZoneKey(desk, host, message);
  if (!/^04[02]/.test(message.mti)) return undefined;
  let de39: string = refusalCode['journal-unavailable'];
  try {
    de39 = await onReversal(desk, host, message);
  } catch (error) {
    desk.report('a reversal of a host could not be followed', error);
  }
  const [stan, terminalId] = [11, 41].map((element) => textOf(message, element));
  desk.log({
    event: 'host reversal',
    host,
    mti: message.mti,
    stan,
    terminalId,
    responseCode: de39,
  });
  return { de39 };
}
