// Names of cardholder verification methods and conditions, which the emv format shows only in part:
// two names are the same when they say the same in the words of Book 3 tables 43 and 44.

// Words that tell no method or condition from another.
const fillers: ReadonlySet<string> = new Set([
  'if',
  'and',
  'or',
  'nor',
  'is',
  'in',
  'with',
  'cvm',
  'required',
  'processing',
  'purchase',
  'transaction',
  'amount',
  'value',
]);

// Words of the books beside those used here.
const synonyms: Readonly<Record<string, string>> = {
  above: 'over',
  below: 'under',
  offline: 'icc',
  encrypted: 'enciphered',
  plain: 'plaintext',
  face: 'facial',
  fingerprint: 'finger',
  not: 'no',
};

/**
 * The telling words of a name, sorted. Different methods, and different conditions, differ in it.
 *
 * @example cvmWords('if-not-cash-nor-cashback') // 'cash cashback no'
 */
export function cvmWords(name: string): string {
  const words = name.toLowerCase().split('-');
  const telling = words
    .filter((word) => !fillers.has(word))
    .map((word) => (Object.hasOwn(synonyms, word) ? synonyms[word] : word));
  return [...new Set(telling)].sort().join(' ');
}
