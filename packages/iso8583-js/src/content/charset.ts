// Character sets of ISO 8583 (1987, clause 4.2): which bytes of ASCII content each attribute allows.
import type { Charset } from '../spec/spec-types.ts';

function table(allows: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (allows(code) ? 1 : 0));
}

const digit = (code: number): boolean => code >= 48 && code <= 57;
const letter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
const special = (code: number): boolean =>
  code >= 32 && code <= 126 && !digit(code) && !letter(code);

/** 1 for each character code the set allows. */
export const charsetTables: Readonly<Record<Charset, Uint8Array>> = {
  n: table(digit),
  a: table((code) => letter(code) || code === 32),
  an: table((code) => letter(code) || digit(code) || code === 32),
  as: table((code) => letter(code) || special(code)),
  ns: table((code) => digit(code) || special(code)),
  ans: table((code) => code >= 32 && code <= 126),
  hex: table((code) => digit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)),
  // Track 2 and 3: digits and ISO/IEC 7811-2's six others, 0x3A to 0x3F; D is the separator in many dialects.
  z: table((code) => (code >= 48 && code <= 63) || code === 68 || code === 100),
};
