// Reads the words and figures of fee plans and files: text in, typed values or the place at fault out.
import { type MinorUnits, minorUnits } from '../money.ts';
import { type Decimal, type RoundingMode, parseDecimal, roundingModes } from './decimal.ts';
import { type Settled, refused, settled } from './settlement-error.ts';

const wholeNumber = /^-?\d{1,38}$/;

/** A place inside a place: `components > 1`. */
export function pathTo(outer: string, inner: string | number): string {
  return outer === '' ? String(inner) : `${outer} > ${inner}`;
}

/**
 * A whole number of minor units from text.
 *
 * @example parseMinorUnits('-75') // { ok: true, value: -75n }
 */
export function parseMinorUnits(text: unknown, path: string = ''): Settled<MinorUnits> {
  if (typeof text !== 'string' || !wholeNumber.test(text)) return refused('not-an-amount', path);
  return settled(minorUnits(BigInt(text)));
}

/** A decimal from text, with the place when it is none. */
export function readDecimal(text: unknown, path: string = ''): Settled<Decimal> {
  const value = typeof text === 'string' ? parseDecimal(text) : undefined;
  return value === undefined ? refused('not-a-decimal', path) : settled(value);
}

/** A rounding mode from its name. */
export function readRoundingMode(word: unknown, path: string = 'rounding'): Settled<RoundingMode> {
  const mode = roundingModes.find((known) => known === word);
  return mode === undefined ? refused('unknown-word', path) : settled(mode);
}
