// Which PIN block formats may become which (PCI PIN requirement 3, ISO 9564-1 9.3.1).
import type { PinBlockFormat } from './pin-block.ts';

/** Whether a number out of a message or configuration is one of the five formats. */
export function isPinBlockFormat(format: number): format is PinBlockFormat {
  return Number.isInteger(format) && format >= 0 && format <= 4;
}

/**
 * Whether a translation is allowed. Bound to a PAN (0, 3, 4): only to another such, with the same
 * PAN. Free of a PAN (1): to a bound one, or again to 1. Format 2 is for offline cards and is
 * neither source nor target.
 *
 * @example isTranslationAllowed(0, 1, true) // false
 */
export function isTranslationAllowed(
  from: PinBlockFormat,
  to: PinBlockFormat,
  samePan: boolean,
): boolean {
  if (from === 2 || to === 2) return false;
  if (from === 1) return true;
  return to !== 1 && samePan;
}
