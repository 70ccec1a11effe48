// Card numbers in what nobody explained: runs of digits, free text, bytes as hex (packed, ASCII, EBCDIC).
import { toHex } from '@chipswitch/bytes';
import { hasCheckDigit, maskPan, panDigitsMax, panDigitsMin } from './card-number.ts';
import { hasIssuerPrefix } from './issuer-ranges.ts';

/** A part of a text: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether digits as a whole may be a card number: 13 to 19 of them, an issuer's first digits, a right check digit.
 *
 * @example mayBeCardNumber('4761739001010119') // true
 */
export function mayBeCardNumber(digits: string): boolean {
  const { length } = digits;
  if (length < panDigitsMin || length > panDigitsMax) return false;
  return hasIssuerPrefix(digits) && hasCheckDigit(digits);
}

/**
 * Where card numbers may stand in a run of digits: the longest one at each place; they may overlap.
 *
 * @example cardNumberSpans('004761739001010119') // [{ start: 2, end: 18 }]
 */
export function cardNumberSpans(run: string): Span[] {
  const spans: Span[] = [];
  for (let start = 0; start + panDigitsMin <= run.length; start++) {
    if (!hasIssuerPrefix(run.slice(start, start + 4))) continue;
    for (
      let length = Math.min(panDigitsMax, run.length - start);
      length >= panDigitsMin;
      length--
    ) {
      if (!hasCheckDigit(run.slice(start, start + length))) continue;
      spans.push({ start, end: start + length });
      break;
    }
  }
  return spans;
}

/** Which digits of a run are hidden: those of each number but its first six and last four. */
function hiddenDigits(run: string): Uint8Array | undefined {
  const spans = cardNumberSpans(run);
  if (spans.length === 0) return undefined;
  const hidden = new Uint8Array(run.length);
  for (const { start, end } of spans) hidden.fill(1, start + 6, end - 4);
  return hidden;
}

// Digits, single blanks, dots or dashes between them; what follows as a track: `=…`, `D…`, `^NAME^…`.
const digitRuns = /\d(?:[ .-]?\d){12,}/g;
const trackTail = /^(?:[=D][\d=D]*|\^[^?\r\n]{0,64})/;

function maskRun(run: string): { readonly text: string; readonly endsInNumber: boolean } {
  const digits = run.replaceAll(/\D/g, '');
  const hidden = hiddenDigits(digits);
  if (hidden === undefined) return { text: run, endsInNumber: false };
  let at = 0;
  const text = run.replaceAll(/\d/g, (digit) => (hidden[at++] === 1 ? '*' : digit));
  return { text, endsInNumber: cardNumberSpans(digits).some(({ end }) => end === digits.length) };
}

/**
 * Free text with every card number in it cut to first six and last four, also inside longer runs of digits and
 * with blanks, dots or dashes between; what follows one as on a track is hidden, too.
 *
 * @example maskCardNumbers('CARD 4111111111111111 OK') // 'CARD 411111******1111 OK'
 */
export function maskCardNumbers(text: string): string {
  let masked = '';
  let from = 0;
  for (const match of text.matchAll(digitRuns)) {
    if (match.index < from) continue;
    const run = maskRun(match[0]);
    masked += text.slice(from, match.index) + run.text;
    from = match.index + match[0].length;
    const tail = run.endsInNumber ? trackTail.exec(text.slice(from, from + 80))?.[0] : undefined;
    if (tail === undefined) continue;
    masked += tail[0] + tail.slice(1).replaceAll(/[^=D^]/g, '*');
    from += tail.length;
  }
  return masked + text.slice(from);
}

/**
 * Text with the card numbers masked that stand alone in it, between characters that are neither letters nor
 * digits: the last net behind output that was masked by meaning already.
 *
 * @example maskLoneCardNumbers('PAN 4761739001010119.') // 'PAN 476173******0119.'
 */
export function maskLoneCardNumbers(text: string): string {
  return text.replaceAll(/(?<![0-9A-Za-z])\d{13,19}(?![0-9A-Za-z])/g, (run) =>
    mayBeCardNumber(run) ? maskPan(run) : run,
  );
}

/** What hidden digits become: asterisks, or zeros that still encode. */
export type Cover = '*' | '0';

// What becomes of a hex digit: it stays, it is a digit of a number, or the zone in front of one.
const digitMark = 1;
const zoneMark = 2;

function markPacked(hex: string, marks: Uint8Array): void {
  for (const { 0: run, index } of hex.matchAll(/\d{13,}/g))
    hiddenDigits(run)?.forEach((hidden, i) => {
      if (hidden === 1) marks[index + i] = digitMark;
    });
}

/** Character codes of digits, 3x in ASCII and Fx in EBCDIC, beginning at even or odd hex digits. */
function markCodes(hex: string, marks: Uint8Array): void {
  for (const parity of [0, 1]) {
    let digits = '';
    for (let at = parity; at <= hex.length; at += 2) {
      const zone = hex[at];
      const digit = hex.charCodeAt(at + 1);
      if ((zone === '3' || zone === 'F') && isDigit(digit)) {
        digits += hex[at + 1];
        continue;
      }
      const start = at - 2 * digits.length;
      hiddenDigits(digits)?.forEach((hidden, i) => {
        if (hidden === 0) return;
        marks[start + 2 * i] ||= zoneMark;
        marks[start + 2 * i + 1] = digitMark;
      });
      digits = '';
    }
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

// One look that spares most values the search: digits enough for a number, packed or as character codes.
const packedDigits = /\d{13}/;
const codedDigits = /(?:[3F]\d){13}/;

function covered(hex: string, marks: Uint8Array, cover: Cover): string {
  if (!marks.includes(digitMark)) return hex;
  let text = '';
  for (let i = 0; i < hex.length; i++) {
    const kept = marks[i] === 0 || (marks[i] === zoneMark && cover === '0');
    text += kept ? hex[i] : cover;
  }
  return text;
}

/**
 * Hex with the card numbers covered that stand in it as character codes (3x in ASCII, Fx in EBCDIC).
 *
 * @example coverCardNumberCodes('34373631373339303031303130313139').slice(12, 16) // '****'
 */
export function coverCardNumberCodes(hex: string, cover: Cover = '*'): string {
  if (!codedDigits.test(hex)) return hex;
  const marks = new Uint8Array(hex.length);
  markCodes(hex, marks);
  return covered(hex, marks, cover);
}

/**
 * Hex of bytes nobody can explain, with the card numbers covered: packed digits and character codes.
 *
 * @example coverCardNumbersInHex('FF4761739001010119FF') // 'FF476173******0119FF'
 */
export function coverCardNumbersInHex(hex: string, cover: Cover = '*'): string {
  const packed = packedDigits.test(hex);
  const coded = codedDigits.test(hex);
  if (!packed && !coded) return hex;
  const marks = new Uint8Array(hex.length);
  if (packed) markPacked(hex, marks);
  if (coded) markCodes(hex, marks);
  return covered(hex, marks, cover);
}

// Numbers whose ends something marks: a value filled with zeros in front or F behind; a length of that many bytes in
// front, as of tag 5A or of a command's data; a track's separator and a year and month behind.
const filledNumber = /^0*([1-9]\d{12,18})F*$/;
const packedNumber = /^([1-9]\d{12,18})F?$/;
// A look that spares most values the search; every issuer's number begins with 2 to 9.
const filledDigits = /^0*[2-9]\d{12}/;
const countedDigits = /0[789A][2-9]\d{12}/;
const mayBeDelimited = (hex: string): boolean =>
  filledDigits.test(hex) ||
  countedDigits.test(hex) ||
  (hex.includes('D') && packedDigits.test(hex));
const trackBehind = /D\d\d(?:0[1-9]|1[0-2])[\dD]*/y;

/** Bytes of a packed number: 7 to 10. */
const lengthDigits = '-------789A';

function markNumber(marks: Uint8Array, start: number, length: number): void {
  marks.fill(digitMark, start + 6, start + length - 4);
}

/** A number that fills hex digits from a place on, in a form. */
function markFilled(part: string, form: RegExp, start: number, marks: Uint8Array): void {
  const number = form.exec(part)?.[1];
  if (number !== undefined && mayBeCardNumber(number))
    markNumber(marks, start + part.indexOf(number), number.length);
}

/** A number with the rest of a track behind it. */
function markTrack(hex: string, marks: Uint8Array): void {
  for (const { 0: run, index } of hex.matchAll(/\d{13,}/g)) {
    const end = index + run.length;
    trackBehind.lastIndex = end;
    const tail = trackBehind.exec(hex)?.[0];
    if (tail === undefined) continue;
    for (let length = Math.min(panDigitsMax, run.length); length >= panDigitsMin; length--) {
      if (!mayBeCardNumber(run.slice(-length))) continue;
      markNumber(marks, end - length, length);
      for (let i = 1; i < tail.length; i++) marks[end + i] = tail[i] === 'D' ? zoneMark : digitMark;
      break;
    }
  }
}

/**
 * Hex of bytes of a party's own format, with those card numbers covered whose ends something marks, or that stand in
 * them as characters: binary data that only looks like digits stays whole.
 *
 * @example coverDelimitedNumbers('04DA000008' + '4761739001010119') // '04DA000008476173******0119'
 */
export function coverDelimitedNumbers(hex: string, cover: Cover = '*'): string {
  const packed = mayBeDelimited(hex);
  const coded = codedDigits.test(hex);
  if (!packed && !coded) return hex;
  const marks = new Uint8Array(hex.length);
  if (coded) markCodes(hex, marks);
  if (packed) {
    markFilled(hex, filledNumber, 0, marks);
    markTrack(hex, marks);
    for (let at = 0; at + 2 < hex.length; at += 2) {
      const lengthBytes = hex[at] === '0' ? lengthDigits.indexOf(hex[at + 1]) : 0;
      const end = at + 2 + lengthBytes * 2;
      if (lengthBytes >= 7 && end <= hex.length)
        markFilled(hex.slice(at + 2, end), packedNumber, at + 2, marks);
    }
  }
  return covered(hex, marks, cover);
}

/**
 * Whether a card number may stand in bytes, packed or as characters.
 *
 * @example holdsCardNumber(Uint8Array.of(0x47, 0x61, 0x73, 0x90, 0x01, 0x01, 0x01, 0x19)) // true
 */
export function holdsCardNumber(bytes: Uint8Array): boolean {
  if (bytes.length * 2 < panDigitsMin) return false;
  const hex = toHex(bytes);
  return coverCardNumbersInHex(hex) !== hex;
}
