// What a later message states, held against the payment in the journal that it speaks of.
import { parsePan } from '@chipswitch/cardholder-data';
import { type PaymentRecord, currencyOf } from '@chipswitch/ledger';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import type { CardVault } from './card-vault.ts';

/** Whether the card that the message states, if it states one, is the payment's. */
export function isItsCard(
  { vault }: { readonly vault: Pick<CardVault, 'panHmac'> },
  message: IsoMessage,
  record: PaymentRecord,
): boolean {
  const digits = textOf(message, 2);
  if (digits === undefined) return true;
  const pan = parsePan(digits);
  return pan !== undefined && vault.panHmac(pan) === record.panHmac;
}

/** Whether the currency that the message states, if it states one, is the payment's. */
export function isItsCurrency(message: IsoMessage, record: PaymentRecord): boolean {
  const digits = textOf(message, 49);
  return digits === undefined || currencyOf(digits)?.alpha === record.currency;
}

/** Minor units that were approved: a part of what was asked, or all of it. */
export function approvedMinor({ facts, amountMinor }: PaymentRecord): bigint {
  const { partialAmountMinor } = facts;
  return typeof partialAmountMinor === 'string' ? BigInt(partialAmountMinor) : amountMinor;
}
