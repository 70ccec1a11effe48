// Which payment a message speaks of: DE 90 (original data elements), DE 37, DE 38 and DE 61 of ISO 8583:1987,
// and the message's own trace number and times. Zeros and blanks say that a part is not given.
import { given } from '@chipswitch/bytes';
import type { PaymentRecord } from '@chipswitch/ledger';
import { type IsoMessage, textOf } from './iso-message.ts';
import { paymentKey, yearOfLocalDate } from './key.ts';
import { type LocalClock, dayBefore, isTimedHere, keyTimeOf } from './local-clock.ts';
import { readPaymentFacts } from './payment-facts.ts';

/** What a message says of its original. */
export interface OriginalData {
  readonly messageClasses: readonly string[];
  /** DE 11 of the original. */
  readonly stan?: string;
  /** Part 3 of DE 90: DE 7 of the original, or, as many terminals have it, its DE 13 and DE 12. */
  readonly time?: string | undefined;
  /** MMDD of the original (DE 61). */
  readonly localDate?: string;
  /** Number of the batch that the original is in (DE 61). */
  readonly batchNumber?: string | undefined;
  readonly retrievalReference?: string;
  readonly approvalCode?: string;
}

const isGiven = (text: string | undefined): text is string =>
  text !== undefined && /[^0 ]/.test(text);

function trimmed(message: IsoMessage, element: number): string | undefined {
  const text = textOf(message, element)?.trim();
  return isGiven(text) ? text : undefined;
}

/** The original that a message names; undefined when it names none. */
export function namedOriginal(message: IsoMessage): OriginalData | undefined {
  const parts = /^(\d{4})(\d{6})(\d{10})/.exec(textOf(message, 90) ?? '');
  const [, mti, trace, time] = parts ?? [];
  // DE 61 of the POS dialect: batch, trace number, date of the original.
  const [, posBatch, posTrace, posDate] =
    /^(\d{6})(\d{6})(\d{4})?/.exec(textOf(message, 61) ?? '') ?? [];
  const stan = isGiven(trace) ? trace : isGiven(posTrace) ? posTrace : undefined;
  const retrievalReference = trimmed(message, 37);
  const approvalCode = trimmed(message, 38);
  if (stan === undefined && !isGiven(time) && retrievalReference === undefined) return undefined;
  return {
    messageClasses: isGiven(mti) && /^0[12]/.test(mti) ? [mti[1]] : ['2', '1'],
    ...given({ stan, retrievalReference, approvalCode }),
    ...(isGiven(time) ? { time } : {}),
    ...(isGiven(posDate) ? { localDate: posDate } : {}),
    ...(isGiven(posTrace) && isGiven(posBatch) ? { batchNumber: posBatch } : {}),
  };
}

/**
 * The original that a reversal speaks of: what it does not name is what it says of itself, as most reversals
 * repeat the trace number of their original.
 *
 * @param clock the switch's local time, where terminals may leave DE 12 and 13 out.
 */
export function reversedOriginal(message: IsoMessage, clock?: LocalClock): OriginalData {
  const stan = textOf(message, 11);
  const nothing: OriginalData = { messageClasses: ['2', '1'] };
  if (clock !== undefined && isTimedHere(message)) {
    // A UnionPay POS reverses by its own trace number; DE 61 then names what the reversed payment itself drew on.
    const { de61: _drawnOn, ...rest } = message;
    const batchNumber = keyTimeOf(message).slice(1);
    return { ...(namedOriginal(rest) ?? nothing), ...given({ stan }), batchNumber };
  }
  const named = namedOriginal(message) ?? nothing;
  return { ...given({ stan }), ...named };
}

/**
 * Keys that the original may have, the likeliest first: by the times of the message where it repeats the trace
 * number of its original, by part 3 of DE 90, and by its batch where the terminal has no clock.
 *
 * @param clock the switch's local time, where terminals may leave DE 12 and 13 out.
 */
export function keysOfOriginal(
  message: IsoMessage,
  original: OriginalData,
  now: string,
  clock?: LocalClock,
): readonly string[] {
  const [terminalId, acceptorId] = [41, 42].map((element) => textOf(message, element));
  const { stan, time, messageClasses } = original;
  if (terminalId === undefined || acceptorId === undefined || stan === undefined) return [];
  const times: (readonly [string, string])[] = [];
  const [trace, localTime, localDate] = [11, 12, 13].map((element) => textOf(message, element));
  if (trace === stan && localTime !== undefined && localDate !== undefined) {
    times.push([localDate, localTime]);
  }
  if (time !== undefined) times.push([time.slice(0, 4), time.slice(4)]);
  if (clock !== undefined && isTimedHere(message)) {
    const batch = keyTimeOf(message, original.batchNumber);
    const today = original.localDate ?? clock.localDate;
    times.push([today, batch], [dayBefore(today, yearOfLocalDate(today, now)), batch]);
  }
  return times.flatMap(([date, hour]) =>
    messageClasses.map((messageClass) => {
      const parts = {
        terminalId,
        acceptorId,
        stan,
        localDate: date,
        localTime: hour,
        messageClass,
      };
      return paymentKey(parts, yearOfLocalDate(date, now));
    }),
  );
}

/** Endings of the keys that a payment of this trace number and class has, whatever its time. */
export function keyEndingsOf({ stan, messageClasses }: OriginalData): readonly string[] {
  return stan === undefined ? [] : messageClasses.map((digit) => `/${stan}/${digit}`);
}

/** Whether a payment found by less than its key is the original: nothing that the message says of it is otherwise. */
export function fitsOriginal(
  record: Pick<PaymentRecord, 'key' | 'facts' | 'approvalCode' | 'retrievalReference'>,
  original: OriginalData,
): boolean {
  const { time, retrievalReference, approvalCode, localDate, batchNumber } = original;
  // A time that is no local time of the terminal (its key would have been found) is the DE 7 it sent.
  if (time !== undefined && readPaymentFacts(record).terminalTransmission !== time) return false;
  const known: readonly (readonly [string | undefined, string | undefined])[] = [
    [record.retrievalReference, retrievalReference],
    [record.approvalCode, approvalCode],
    [record.key.split('/').at(-4)?.slice(4), localDate],
    [/\/B(\d{6})\/\d{6}\/\d$/.exec(record.key)?.[1], batchNumber],
  ];
  return known.every(
    ([here, there]) => here === undefined || there === undefined || here.trim() === there,
  );
}
