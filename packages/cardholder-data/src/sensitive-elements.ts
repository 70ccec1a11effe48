// The one list of ISO 8583 data elements that hold cardholder data or secrets, and of those that only look so.

/** What a data element holds that must not be shown, and so how it is masked. */
export type ElementSensitivity =
  | 'pan'
  | 'expiry'
  | 'track1'
  | 'track2'
  | 'track3'
  | 'pin'
  | 'secret'
  | 'emv'
  | 'text'
  | 'none';

/** Editions of the standard, whose elements bear different numbers. */
export type Edition = '1987' | '1993' | '2003';

/** Marks by number. */
export type ElementMarks = { readonly [number: number]: ElementSensitivity | undefined };

/** Numbers like '44', '60-63'. */
function marksOf(rows: readonly (readonly [ElementSensitivity, string])[]): ElementMarks {
  const marks: { [number: number]: ElementSensitivity } = {};
  for (const [mark, numbers] of rows) {
    for (const part of numbers.split(' ')) {
      const [from, to = from] = part.split('-').map(Number);
      for (let number = from; number <= to; number++) marks[number] = mark;
    }
  }
  return marks;
}

// Private and national elements may hold anything; card verification codes travel in 126 (1987, PCI DSS 3.3.1.2),
// keys in 53 and 96. Amounts and original data elements are long rows of digits that are no
// card number, MACs are binary.
const common = [
  ['pan', '2'],
  ['expiry', '14'],
  ['track2', '35'],
  ['track3', '36'],
  ['track1', '45'],
  ['pin', '52'],
  ['none', '54 64 128'],
  ['emv', '55'],
  ['secret', '96'],
  ['text', '102-103'],
] as const;

/** Marks of each edition. */
export const sensitiveElements: Readonly<Record<Edition, ElementMarks>> = {
  '1987': marksOf([
    ...common,
    ['pan', '34'],
    ['text', '44 46-48 56-63 104-125 127'],
    ['secret', '126'],
  ]),
  '1993': marksOf([
    ...common,
    ['pan', '34'],
    ['secret', '53'],
    ['text', '44 47-48 59-63 72 104 111-127'],
    ['none', '31 46 56 66 109-110'],
  ]),
  '2003': marksOf([
    ...common,
    ['secret', '34 43-44 49-51 53 71-72 76-92 104-108 111-127'],
    ['text', '47-48 59-63'],
    ['none', '30 46 56 66 74 109-110'],
  ]),
};
