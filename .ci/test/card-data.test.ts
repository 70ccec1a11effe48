// Card data has one home: a second Luhn, mask, reader of tracks or list of sensitive tags elsewhere is found here.
import { describe, expect, it } from 'vitest';
import { listFiles, read } from './workspace-files.ts';

const home = 'packages/cardholder-data/';
const code = listFiles().filter(
  (file) =>
    /\.(ts|mts|js|mjs|sql|lua)$/.test(file) && !file.startsWith(home) && !file.startsWith('.ci/'),
);
/** Tests may look for digits in outputs by their own means; a check digit of their own they need not have. */
const isTest = (file: string) => /(^|\/)test\//.test(file);

/** Tag numbers that together make a list of what is sensitive, as text or as numbers. */
const sensitiveTag = String.raw`(?:['"\x60]|0x)(?:5[67aA]|5[fF]20|9[fF](?:0[bB]|1[fF]|20|6[bB]))['"\x60]?`;

const signs: Readonly<Record<string, RegExp>> = {
  // A doubled digit brought back below ten, by sum or by a table, or a sum that a check digit completes to ten.
  luhn: />\s*9\s*\?[^:\n]{0,24}-\s*9|\bsum\b[^;\n]{0,24}%\s*10\s*(?:===?|!==?)\s*0|[-+]=?\s*9\b[^\n]{0,30}>\s*9|\b\w*luhn\w*\s*=?\s*\(\s*\w+\s*[:)]|%\s*10n?\s*(?:[=!]==?|=|<>)\s*0\b|0[\s,'"]*2[\s,'"]*4[\s,'"]*6[\s,'"]*8[\s,'"]*1[\s,'"]*3[\s,'"]*5[\s,'"]*7[\s,'"]*9\b|\*\s*2\)?\s*%\s*9|>=?\s*[45]\b[^;\n]{0,30}-\s*9\b/i,
  // First six (eight) and last four of one text, within a few lines.
  mask: /(?:slice|substring|substr)\(0,\s*[68]\)(?:(?!;\s*\n)[\s\S]){0,160}(?:slice\(-4\)|length - 4)|left\([^)]{1,30},\s*[68]\)[\s\S]{0,60}right\([^)]{1,30},\s*4\)|\.repeat\([^)\n]*\blength\b[^)\n]*\)[^;\n]{0,24}slice\(-4\)/i,
  // Digits of a number and what separates it from the rest of a track.
  track:
    /\\d\{\d{1,2},19\}\)?(?:\[(?:=D|D=|=Dd)\]|D|=|\\\^)|(?:\[=Dd?\^?\]|\[D=\])\\?\(?\\d|split\((['"])[D=^]\1\)\[0\]|indexOf\((['"])(?:D|\^)\2\)/,
  sensitiveTags: new RegExp(String.raw`(?:${sensitiveTag}\s*,\s*){2,}${sensitiveTag}`),
};

/** Signs that a text shows. */
const signsIn = (text: string): string[] =>
  Object.keys(signs).filter((name) => signs[name].test(text));

describe('card data', () => {
  it('is checked, masked and read in one member', () => {
    const found = code
      .filter((file) => !isTest(file))
      .flatMap((file) => signsIn(read(file)).map((name) => `${file}: a ${name} of its own`));
    expect(found).toEqual([]);
  });

  it('has no second check digit in tests either', () => {
    expect(code.filter((file) => isTest(file) && signs['luhn'].test(read(file)))).toEqual([]);
  });

  it('is in that member', () => {
    const files = listFiles().filter((file) => file.startsWith(`${home}src/`));
    const all = new Set(files.flatMap((file) => signsIn(read(file))));
    expect([...all].sort()).toEqual(['luhn', 'mask', 'track']);
  });
});

describe('a planted copy is found', () => {
  it.each([
    ['luhn', 'sum += weighed > 9 ? weighed - 9 : weighed;'],
    ['luhn', 'sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;'],
    ['luhn', 'if (d > 9) d -= 9; total += d; }\nreturn sum % 10 === 0;'],
    ['luhn', 'export function isLuhnValid(digits: string): boolean {'],
    ['luhn', 'const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];'],
    ['luhn', "const doubled = '0246813579';"],
    ['luhn', 'const doubled = [\n  0,\n  2,\n  4,\n  6,\n  8,\n  1,\n  3,\n  5,\n  7,\n  9,\n];'],
    ['luhn', "select translate(digits, '0123456789', '0246813579')"],
    ['luhn', 'total += odd ? (digit * 2) % 9 : digit;'],
    ['luhn', 'total += digit > 4 ? 2 * digit - 9 : 2 * digit;'],
    ['luhn', 'return checksum % 10 === 0;'],
    ['luhn', 'where total % 10 = 0'],
    ['luhn', 'const luhn = (pan: string) => pan.length > 0;'],
    ['mask', 'const mask = (pan: string) => `${pan.slice(0, 6)}******${pan.slice(-4)}`;'],
    ['mask', "return pan.slice(0, 6) + '*'.repeat(pan.length - 10) + pan.slice(-4);"],
    ['mask', "const kept = pan.slice(0, 6) + '0'.repeat(pan.length - 10) + pan.slice(-4);"],
    ['mask', "pan.slice(0, 8) +\n  '*'.repeat(pan.length - 12) +\n  pan.slice(-4)"],
    ['mask', "digits.slice(0, first) + '*'.repeat(length - first - 4) + digits.slice(-4)"],
    ['mask', "'*'.repeat(pan.length - 4) + pan.slice(-4)"],
    ['mask', "pan.substring(0, 6) + '…' + pan.substring(pan.length - 4)"],
    ['mask', "select left(pan, 6) || '******' || right(pan, 4)"],
    ['track', String.raw`/^(\d{12,19})[=D](\d{4})/.exec(track2)`],
    ['track', String.raw`/[=D]\d{4}(\d)/.exec(track2)`],
    ['track', String.raw`/^(\d{8,19})D/.exec(toHex(track2))?.[1]`],
    ['track', String.raw`/^%?[A-Z](\d{8,19})\^/.exec(text)`],
    ['track', "toHex(track2).split('D')[0]"],
    ['track', "const separator = nibbles.indexOf('D');"],
    ['sensitiveTags', "new Set(['56', '57', '5A', '5F20', '99'])"],
    ['sensitiveTags', 'const hidden = [0x57, 0x5a, 0x5f20];'],
  ])('%s: %s', (name, text) => expect(signsIn(text)).toContain(name));

  it.each([
    'const shown = maskPan(pan);',
    'key.slice(0, 6).toUpperCase();\nconst last = text.slice(-4);',
    'const check = (10 - (sum % 10)) % 10 + 1;',
    "const [name, value] = word.split('=');",
    'const tags = [0x9f02, 0x9f03, 0x9f1a];',
  ])('and no other thing: %s', (text) => expect(signsIn(text)).toEqual([]));
});
