// Character checks, four bytes at a time: each returns 0 when every byte from start to end is allowed.
//
// A word's bytes are tested together by carries that cannot pass into a neighbour unless a byte is
// already wrong, so that the answer for the word is exact. The last word may overlap the one before.
function fewDigits(words: DataView, start: number, end: number): number {
  let wrong = 0;
  for (let at = start; at < end; at++) wrong |= (words.getUint8(at) - 48) >>> 0 > 9 ? 1 : 0;
  return wrong;
}

/** Nothing but '0' to '9'. */
export function wrongDigits(words: DataView, start: number, end: number): number {
  if (end - start < 4) return fewDigits(words, start, end);
  const last = end - 4;
  const tail = words.getInt32(last, true);
  let wrong = (tail ^ 0x30303030) | ((tail + 0x06060606) ^ 0x30303030);
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const one = words.getInt32(at, true);
    const two = words.getInt32(at + 4, true);
    wrong |= (one ^ 0x30303030) | ((one + 0x06060606) ^ 0x30303030);
    wrong |= (two ^ 0x30303030) | ((two + 0x06060606) ^ 0x30303030);
  }
  if (at < last) {
    const word = words.getInt32(at, true);
    wrong |= (word ^ 0x30303030) | ((word + 0x06060606) ^ 0x30303030);
  }
  return wrong & 0xf0f0f0f0;
}

function fewPrintable(words: DataView, start: number, end: number): number {
  let wrong = 0;
  for (let at = start; at < end; at++) wrong |= (words.getUint8(at) - 32) >>> 0 > 94 ? 1 : 0;
  return wrong;
}

/** Nothing but 0x20 to 0x7E. */
export function wrongPrintable(words: DataView, start: number, end: number): number {
  if (end - start < 4) return fewPrintable(words, start, end);
  const last = end - 4;
  const tail = words.getInt32(last, true);
  let wrong = tail | (tail + 0x01010101) | (tail - 0x20202020);
  let at = start;
  for (; at + 16 <= end; at += 16) {
    const one = words.getInt32(at, true);
    const two = words.getInt32(at + 4, true);
    const three = words.getInt32(at + 8, true);
    const four = words.getInt32(at + 12, true);
    wrong |= one | (one + 0x01010101) | (one - 0x20202020);
    wrong |= two | (two + 0x01010101) | (two - 0x20202020);
    wrong |= three | (three + 0x01010101) | (three - 0x20202020);
    wrong |= four | (four + 0x01010101) | (four - 0x20202020);
  }
  for (; at < last; at += 4) {
    const word = words.getInt32(at, true);
    wrong |= word | (word + 0x01010101) | (word - 0x20202020);
  }
  return wrong & 0x80808080;
}

/** Nothing above 0x7F. */
export function wrongAscii(words: DataView, start: number, end: number): number {
  let at = start;
  let wrong = 0;
  for (; at + 4 <= end; at += 4) wrong |= words.getInt32(at, true);
  for (; at < end; at++) wrong |= words.getUint8(at);
  return wrong & 0x80808080;
}

/** Bits left over when the four characters of a word are hex digits, letters in upper case: none. */
function wrongUpperHex(word: number): number {
  // One for each byte that can only be a letter, since it has 0x40; then what its high half must be.
  const letters = (word >>> 6) & 0x01010101;
  const high = 0x30303030 + (letters << 4);
  // A digit's low half is at most 9, a letter's 1 to 6.
  return (word ^ high) | ((word + 0x06060606 + letters * 3) ^ high) | ((word - letters) ^ high);
}

/** Nothing but hex digits, letters in upper case (lower case goes to the general decoder). */
export function wrongHex(words: DataView, start: number, end: number): number {
  let at = start;
  let wrong = 0;
  for (; at + 4 <= end; at += 4) wrong |= wrongUpperHex(words.getInt32(at, true));
  for (; at < end; at++) wrong |= wrongUpperHex(words.getUint8(at) | 0x30303000);
  return wrong & 0xf0f0f0f0;
}

/** Nothing but what a table allows; four digits together are passed by all tables that have digits. */
export function wrongByTable(
  words: DataView,
  start: number,
  end: number,
  allowed: Uint8Array,
): number {
  let all = 1;
  let at = start;
  if (allowed[48] === 1) {
    for (; at + 4 <= end; at += 4) {
      const word = words.getInt32(at, true);
      const digits = (word ^ 0x30303030) | ((word + 0x06060606) ^ 0x30303030);
      if ((digits & 0xf0f0f0f0) === 0) continue;
      all &= allowed[word & 255] & allowed[(word >>> 8) & 255];
      all &= allowed[(word >>> 16) & 255] & allowed[word >>> 24];
    }
  }
  for (; at < end; at++) all &= allowed[words.getUint8(at)];
  return all ^ 1;
}
