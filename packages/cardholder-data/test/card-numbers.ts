// Card numbers at random for properties: issuers' first digits, 13 to 19 digits, right check digits.
import fc from 'fast-check';
import { checkDigitOf } from '../src/index.ts';

const prefixes =
  '4 51 55 2200 2221 2720 34 37 3528 3589 36 300 31 6011 65 62 81 82 5018 6759 56 8600 9558 9792 9860'.split(
    ' ',
  );

/** Numbers that might be someone's; the middle may be filled with one digit only. */
export const cardNumbers: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...prefixes),
    fc.integer({ min: 13, max: 19 }),
    fc.array(fc.nat(9), { minLength: 19, maxLength: 19 }),
  )
  .map(([prefix, length, digits]) => {
    const payload = `${prefix}${digits.join('')}`.slice(0, length - 1);
    return payload + checkDigitOf(payload);
  });
