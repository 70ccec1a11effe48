// What a payment's journal entry says whether it was refused here or goes out to a host.
import { truncatePan } from '@chipswitch/cardholder-data';
import type { NewPayment } from '@chipswitch/ledger';
import type { Asked } from './asked.ts';
import type { Desk } from './desk.ts';
import type { Opening } from './open-payment.ts';

type Entry = Omit<NewPayment, 'state' | 'host' | 'hostReference' | 'facts' | 'panEncrypted'>;

/** The question's part of an entry; no more of the PAN than first 6 and last 4. */
export function entryOf(desk: Desk, asked: Asked, opening: Opening): Entry {
  const { request } = asked;
  const { key, fingerprint, panHmac, businessDate } = opening;
  return {
    key,
    fingerprint,
    panHmac,
    businessDate,
    kind: request.kind,
    owner: desk.config.instance,
    acceptorId: request.acceptorId.trim(),
    terminalId: request.terminalId.trim(),
    amountMinor: request.amountMinor,
    currency: request.currency,
    panTruncated: truncatePan(request.pan),
  };
}
