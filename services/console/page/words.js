// A language's words with their blanks filled, and its way to write money.

/**
 * A word in a language, with its blanks filled; an unknown one is shown as it is.
 *
 * @param {{ locale: string, words: Record<string, string> }} language a file of words/
 * @param {string} key
 * @param {Record<string, string | number>} [blanks]
 */
export function wordOf(language, key, blanks = {}) {
  const known = language.words;
  const text = Object.hasOwn(known, key) ? known[key] : key.slice(key.indexOf('.') + 1);
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => String(blanks[name] ?? ''));
}

/**
 * Minor units as money in a language; exact, since the digits never become a float.
 *
 * @param {{ locale: string, words: Record<string, string> }} language a file of words/
 * @param {{ minor: string, currency: string, minorDigits: number | null }} money
 */
export function moneyText(language, { minor, currency, minorDigits }) {
  if (minorDigits === null) return `${minor} ${currency}`;
  const negative = minor.startsWith('-');
  const digits = minor.replace('-', '').padStart(minorDigits + 1, '0');
  const cut = digits.length - minorDigits;
  const whole = new Intl.NumberFormat(language.locale).format(BigInt(digits.slice(0, cut)));
  const fraction = minorDigits === 0 ? '' : `.${digits.slice(cut)}`;
  return `${negative ? '−' : ''}${whole}${fraction} ${currency}`;
}
