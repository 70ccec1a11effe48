// Codes of up to four characters (currency, entry mode, response) as strings that exist already.
import { scratchWords } from './scratch.ts';

const slots = 1024;
const words = new Int32Array(slots);
const texts: string[] = Array.from({ length: slots }, () => '');
const masks = Int32Array.of(0, 0xff, 0xffff, 0xffffff, -1);

/**
 * The part of the scratch buffer's text from `start` to `end`, at most four characters; the same string as the
 * last time where its slot still holds it.
 *
 * @param text the scratch buffer's content as text
 */
export function shortText(text: string, start: number, end: number): string {
  const size = end - start;
  const word = scratchWords.getInt32(start, true) & masks[size];
  const slot = Math.imul(word, 0x9e3779b1) >>> 22;
  const known = texts[slot];
  if (words[slot] === word && known.length === size) return known;
  const fresh = text.substring(start, end);
  words[slot] = word;
  texts[slot] = fresh;
  return fresh;
}
