// The idempotency key of a payment and the fingerprint that must not change under it.

/** What identifies a request: acceptor, terminal, STAN, local date-time and message class. */
export interface KeyParts {
  readonly acceptorId: string;
  readonly terminalId: string;
  readonly stan: string;
  readonly localDate: string;
  readonly localTime: string;
  /** Second digit of the message type. */
  readonly messageClass: string;
}

/**
 * The idempotency key; repeats (0101, 0201) have the key of what they repeat.
 *
 * @param year four digits: DE 13 has none, and a key must stay unique for longer than a year.
 */
export function paymentKey(parts: KeyParts, year: number): string {
  const { acceptorId, terminalId, stan, localDate, localTime, messageClass } = parts;
  return [
    acceptorId.trim(),
    terminalId.trim(),
    `${year}${localDate}`,
    localTime,
    stan,
    messageClass,
  ].join('/');
}

/**
 * The year of a MMDD that a terminal sent: the one that brings it nearest to the switch's date, so
 * that both sides of New Year's Eve agree.
 *
 * @param now the switch's date, YYYY-MM-DD.
 */
export function yearOfLocalDate(localDate: string, now: string): number {
  const year = Number(now.slice(0, 4));
  const months = Number(localDate.slice(0, 2)) - Number(now.slice(5, 7));
  if (months > 6) return year - 1;
  return months < -6 ? year + 1 : year;
}

/** What of a request goes into its fingerprint, beside the card. */
export interface FingerprintParts {
  readonly amountMinor: bigint;
  readonly processingCode: string;
  readonly currencyNumeric: string;
}

/**
 * What has to be the same when a key comes again: card, amount, processing code, currency.
 *
 * @param panHmac keyed hash of the PAN, never the PAN itself.
 */
export function fingerprintText(request: FingerprintParts, panHmac: string): string {
  const { amountMinor, processingCode, currencyNumeric } = request;
  return [panHmac, amountMinor, processingCode, currencyNumeric].join('/');
}
