// What a later message states, held against the payment in the journal that it speaks of.
import { parsePan } from '@chipswitch/cardholder-data';
import { type PaymentJournal, type PaymentRecord, currencyOf } from '@chipswitch/ledger';
import {
  type IsoMessage,
  kindOf,
  paymentKinds,
  textOf,
  approvedMinor,
  readPaymentFacts,
} from '@chipswitch/transaction';
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

/** Whether an amount is the payment's: what was asked, or of a partial approval what was approved, or what it stated. */
export function isItsAmount(record: PaymentRecord, amount: string | undefined): boolean {
  if (amount === undefined) return true;
  const { statedMinor } = readPaymentFacts(record);
  return [record.amountMinor, approvedMinor(record), statedMinor].includes(BigInt(amount));
}

/** What tips have added to a payment's amount, and reversals of a part taken off it. */
export async function changedMinor(
  journal: Pick<PaymentJournal, 'drawsOn'>,
  { paymentId }: Pick<PaymentRecord, 'paymentId'>,
): Promise<bigint> {
  const draws = await journal.drawsOn(paymentId);
  return draws.reduce((sum, { kind, amountMinor }) => {
    const { changesItem, bucket } = kindOf(paymentKinds, kind);
    if (changesItem !== true) return sum;
    return bucket === 'sale' ? sum + amountMinor : sum - amountMinor;
  }, 0n);
}
