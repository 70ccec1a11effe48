// What a person typed, as it may be said back: without card numbers, also mistyped ones, and cut to a line.
import { hasIssuerPrefix, maskCardNumbers, maskPan } from '@chipswitch/cardholder-data';

/** Longest echo of what was typed. */
const echoMax = 40;

/**
 * What was typed with every card number in it masked, whatever its check digit, and cut to 40 characters. Digits behind a
 * letter are an identifier unless a whole number with its check digit stands in them.
 *
 * @example scrubEcho('4761 7390 0101 0118') // '476173******0118'
 */
export function scrubEcho(text: string): string {
  const compact = text.replaceAll(/(?<=\d)[ -](?=\d)/g, '');
  const masked = maskCardNumbers(compact).replaceAll(
    /(?<![0-9A-Za-z*])\d{13,19}(?![0-9*])/g,
    (run) => (hasIssuerPrefix(run) ? maskPan(run) : run),
  );
  return masked.length > echoMax ? `${masked.slice(0, echoMax - 1)}…` : masked;
}
