// The last net before output: account numbers in any text are cut to first six and last four (PCI DSS 3.4.1).

/** Major industry identifiers of payment cards: 2221-2720, 3x, 4, 5, 6 and 81 (ISO/IEC 7812-1). */
export function isCardPrefix(digits: string): boolean {
  const first = digits[0];
  if (first === '2') {
    const four = Number(digits.slice(0, 4));
    return four >= 2200 && four <= 2720;
  }
  return (
    first === '3' || first === '4' || first === '5' || first === '6' || digits.startsWith('81')
  );
}

/** Luhn check (ISO/IEC 7812-1 annex B) over a string of digits. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const weighted = i % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

/** First six and last four digits of an account number, stars between. */
export function maskDigits(digits: string): string {
  if (digits.length < 13) return '*'.repeat(digits.length);
  return `${digits.slice(0, 6)}${'*'.repeat(digits.length - 10)}${digits.slice(-4)}`;
}

/** Start and end of each account number that may sit inside a run of digits, overlaps joined. */
function numbersInside(run: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let start = 0; start + 13 <= run.length; start++) {
    for (let length = Math.min(19, run.length - start); length >= 13; length--) {
      const digits = run.slice(start, start + length);
      if (!isCardPrefix(digits) || !passesLuhn(digits)) continue;
      found.push({ start, end: start + length });
      break;
    }
  }
  return found;
}

function maskRun(run: string): string {
  const characters = run.split('');
  for (const { start, end } of numbersInside(run)) {
    for (let i = start + 6; i < end - 4; i++) characters[i] = '*';
  }
  return characters.join('');
}

/**
 * Masks account numbers that stand alone in a text: 13 to 19 digits between characters that are
 * neither letters nor digits, with a card prefix and a right check digit.
 *
 * @example scrubText('PAN 4761739001010119.') // 'PAN 476173******0119.'
 */
export function scrubText(text: string): string {
  return text.replaceAll(/(?<![0-9A-Za-z])\d{13,19}(?![0-9A-Za-z])/g, (run) =>
    isCardPrefix(run) && passesLuhn(run) ? maskDigits(run) : run,
  );
}

/**
 * Masks what a person typed before it is said back to him: every account number inside any run of
 * digits, and after it the text is cut to 40 characters.
 */
export function scrubEcho(text: string): string {
  const compact = text.replaceAll(/(?<=\d)[ -](?=\d)/g, '');
  const masked = compact.replaceAll(/\d{13,}/g, (run) =>
    run.length <= 19 ? maskDigits(run) : maskRun(run),
  );
  return masked.length > 40 ? `${masked.slice(0, 39)}…` : masked;
}

/** Masks account numbers written as character codes in hex (34373631…, F4F7F6F1…). */
export function scrubTextHex(hex: string): string {
  return hex.replaceAll(/(?:[3F]\d){13,}/g, (run) => {
    const digits = run.replaceAll(/.(.)/g, '$1');
    const masked = maskRun(digits);
    if (masked === digits) return run;
    return masked
      .split('')
      .map((digit, index) => (digit === '*' ? '**' : run.slice(2 * index, 2 * index + 2)))
      .join('');
  });
}

/**
 * Hex of bytes whose meaning is not known, with every account number in it masked, both as packed
 * digits (4761…) and as character codes.
 */
export function scrubOpaqueHex(hex: string): string {
  return scrubTextHex(hex.replaceAll(/\d{13,}/g, maskRun));
}
