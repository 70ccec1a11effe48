// Whose card a number is, by its first digits (ISO/IEC 7812 ranges of the schemes).
import type { CryptogramScheme } from '@chipswitch/cryptography';

interface Range {
  readonly pattern: RegExp;
  readonly brand: string;
  /** Provider (RID) of its chip applications. */
  readonly rid?: string;
  readonly scheme?: CryptogramScheme;
}

const ranges: readonly Range[] = [
  { pattern: /^4/, brand: 'Visa', rid: 'A000000003', scheme: 'visa' },
  { pattern: /^220[0-4]/, brand: 'Mir', rid: 'A000000658' },
  {
    pattern: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/,
    brand: 'Mastercard',
    rid: 'A000000004',
    scheme: 'mastercard',
  },
  {
    pattern: /^(?:5018|5020|5038|6304|6759|676[1-3])/,
    brand: 'Maestro',
    rid: 'A000000004',
    scheme: 'mastercard',
  },
  { pattern: /^3[47]/, brand: 'American Express', rid: 'A000000025' },
  { pattern: /^35(?:2[89]|[3-8])/, brand: 'JCB', rid: 'A000000065', scheme: 'jcb' },
  { pattern: /^3(?:0[0-5]|[689])/, brand: 'Diners Club', rid: 'A000000152' },
  { pattern: /^(?:62|81)/, brand: 'UnionPay', rid: 'A000000333', scheme: 'unionpay' },
  { pattern: /^(?:6011|64[4-9]|65)/, brand: 'Discover', rid: 'A000000152' },
];

function rangeOf(pan: string): Range | undefined {
  return ranges.find(({ pattern }) => pattern.test(pan));
}

/** The brand of a number. */
export function brandOf(pan: string): string | undefined {
  return rangeOf(pan)?.brand;
}

/** The provider of the chip application of a number, ten hex digits. */
export function ridOf(pan: string): string | undefined {
  return rangeOf(pan)?.rid;
}

/** Whose cryptograms the card makes. */
export function cryptogramSchemeOf(pan: string): CryptogramScheme | undefined {
  return rangeOf(pan)?.scheme;
}
