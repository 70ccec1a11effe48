// Stage 3: the idempotency key. The fast path says whether the key was seen lately; whether it is a
// duplicate is decided by the journal's unique key alone.
import type { PaymentRecord } from '@chipswitch/ledger';
import {
  type PaymentRequest,
  dayBefore,
  fingerprintText,
  paymentKey,
  yearOfLocalDate,
} from '@chipswitch/transaction';
import type { Asked } from './asked.ts';
import { type Desk, businessDateNow } from './desk.ts';

/** Key and digests of a question; `seen` is the payment that has the key already. */
export interface Opening {
  readonly key: string;
  readonly fingerprint: string;
  readonly panHmac: string;
  readonly businessDate: string;
  readonly seen: PaymentRecord | undefined;
}

/** Repeats come within minutes; one that comes later finds its key in the journal, which never forgets. */
const rememberMs = 2 * 3_600_000;

// A terminal without a clock asks on the date on which it is heard: just after midnight its repeat would look new.
async function askedBeforeMidnight(
  desk: Desk,
  request: PaymentRequest,
  keyOf: (localDate: string, year: number) => string,
): Promise<PaymentRecord | undefined> {
  const { keyTime, localTime, localDate } = request;
  if (keyTime === undefined || !localTime.startsWith('00')) return undefined;
  const year = yearOfLocalDate(localDate, businessDateNow(desk));
  const yesterday = keyOf(dayBefore(localDate, year), localDate === '0101' ? year - 1 : year);
  return desk.journal.findByKey(yesterday);
}

/** Digests the card and opens the key. */
export async function openPayment(desk: Desk, asked: Asked): Promise<Opening> {
  const { request } = asked;
  const panHmac = desk.vault.panHmac(request.pan);
  const fingerprint = desk.vault.digest(fingerprintText(request, panHmac));
  const businessDate = businessDateNow(desk);
  const keyOf = (localDate: string, year: number): string =>
    paymentKey(
      {
        ...request,
        localDate,
        localTime: request.keyTime ?? request.localTime,
        messageClass: request.mti.slice(1, 2),
      },
      year,
    );
  const before = await askedBeforeMidnight(desk, request, keyOf);
  if (before !== undefined) {
    return { key: before.key, fingerprint, panHmac, businessDate, seen: before };
  }
  const key = keyOf(request.localDate, yearOfLocalDate(request.localDate, businessDate));
  const claim = await desk.idempotency.claim(key, rememberMs);
  if (claim === 'unavailable') desk.counters.add('idempotencyFaults');
  let seen: PaymentRecord | undefined;
  // A repeat says of itself that it was asked before: then the journal is asked even if the fast path forgot.
  if (claim === 'seen' || request.isRepeat) seen = await desk.journal.findByKey(key);
  return { key, fingerprint, panHmac, businessDate, seen };
}
