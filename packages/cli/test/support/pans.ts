// Account numbers at random: card prefixes, 13 to 19 digits, right check digits. None belongs to anyone by intent.
import { checkDigitOf } from '@chipswitch/cardholder-data';
import fc from 'fast-check';

const prefixes = [
  '4',
  '51',
  '55',
  '2221',
  '2720',
  '34',
  '37',
  '3528',
  '3589',
  '36',
  '6011',
  '65',
  '62',
  '81',
  '5018',
  '6759',
];

/** Completes digits by their check digit. */
export function withCheckDigit(digits: string): string {
  return digits + checkDigitOf(digits);
}

/** Valid account numbers. */
export const panArbitrary: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...prefixes),
    fc.integer({ min: 13, max: 19 }),
    fc.array(fc.nat(9), { minLength: 19, maxLength: 19 }),
  )
  .map(([prefix, length, digits]) =>
    withCheckDigit(`${prefix}${digits.join('')}`.slice(0, length - 1)),
  );
