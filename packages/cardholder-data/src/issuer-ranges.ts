// Who issues a number, by its first digits (ISO/IEC 7812-1; ranges as the schemes publish them).

/** A range of issuer identification numbers. */
export interface IssuerRange {
  readonly brand: string;
  /** Provider (RID) of the chip applications of its cards, ten hex digits. */
  readonly rid?: string;
}

interface RangeRow extends IssuerRange {
  readonly pattern: RegExp;
}

const rows: readonly RangeRow[] = [
  { pattern: /^4/, brand: 'Visa', rid: 'A000000003' },
  { pattern: /^220[0-4]/, brand: 'Mir', rid: 'A000000658' },
  {
    pattern: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/,
    brand: 'Mastercard',
    rid: 'A000000004',
  },
  { pattern: /^(?:5018|5020|5038|6304|6759|676[1-3])/, brand: 'Maestro', rid: 'A000000004' },
  { pattern: /^3[47]/, brand: 'American Express', rid: 'A000000025' },
  { pattern: /^35(?:2[89]|[3-8])/, brand: 'JCB', rid: 'A000000065' },
  { pattern: /^3(?:0[0-5]|[689])/, brand: 'Diners Club', rid: 'A000000152' },
  { pattern: /^(?:62|81)/, brand: 'UnionPay', rid: 'A000000333' },
  { pattern: /^(?:6011|64[4-9]|65)/, brand: 'Discover', rid: 'A000000152' },
];

/**
 * The range a number belongs to, when a scheme of the list has it.
 *
 * @example issuerRangeOf('4761739001010119')?.brand // 'Visa'
 */
export function issuerRangeOf(digits: string): IssuerRange | undefined {
  return rows.find(({ pattern }) => pattern.test(digits));
}

// All of 3 to 6 (ISO/IEC 7812-1: travel, banking, merchandising), Mir to Mastercard's second series, and the
// national schemes that issue beyond: UnionPay 81 and the old 9558, RuPay 82, Uzcard, Humo, Troy.
const issued = /^(?:[3-6]|22|2[3-6]|27[01]|2720|8[12]|8600|9558|9792|9860)/;

/**
 * Whether payment cards are issued with such first digits. It is asked of digits whose meaning nobody knows;
 * air travel cards (1…) are left out, since amounts and dates begin so.
 *
 * @example hasIssuerPrefix('000000001251') // false
 */
export function hasIssuerPrefix(digits: string): boolean {
  return issued.test(digits);
}
