// Limits of the amount of one payment, by merchant, terminal, kind and currency; the house's own, before any host's.

/** One limit; every part that is there must fit the payment. */
export interface AmountLimit {
  readonly name: string;
  /** Acceptor id (DE 42). */
  readonly merchant?: string;
  /** Terminal id (DE 41). */
  readonly terminal?: string;
  readonly kind?: string;
  /** Three digits of ISO 4217: an amount means something in a currency only. */
  readonly currency: string;
  readonly amountMinorMax: bigint;
}

/** A payment as limits see it. */
export interface LimitedPayment {
  readonly acceptorId: string;
  readonly terminalId: string;
  readonly kind: string;
  readonly currencyNumeric: string;
  readonly amountMinor: bigint;
}

/** Tells the first limit that a payment is over, in their order. */
export type AmountLimits = (payment: LimitedPayment) => AmountLimit | undefined;

/** Compiles limits: those that name a merchant or terminal cost nothing to the others. */
export function compileAmountLimits(limits: readonly AmountLimit[]): AmountLimits {
  const byName = new Map<string, AmountLimit[]>();
  const nameOf = ({ merchant, terminal }: AmountLimit): string =>
    terminal === undefined ? `merchant ${merchant ?? ''}` : `terminal ${terminal}`;
  for (const limit of limits) {
    const named = byName.get(nameOf(limit));
    if (named === undefined) byName.set(nameOf(limit), [limit]);
    else named.push(limit);
  }
  const isOver = (limit: AmountLimit, payment: LimitedPayment): boolean =>
    limit.currency === payment.currencyNumeric &&
    (limit.kind ?? payment.kind) === payment.kind &&
    (limit.merchant ?? payment.acceptorId) === payment.acceptorId &&
    payment.amountMinor > limit.amountMinorMax;
  return (payment) => {
    const { acceptorId, terminalId } = payment;
    for (const name of [`terminal ${terminalId}`, `merchant ${acceptorId}`, 'merchant ']) {
      const over = byName.get(name)?.find((limit) => isOver(limit, payment));
      if (over !== undefined) return over;
    }
    return undefined;
  };
}
