// Text: an, ans and the code table of 9F11 (ISO/IEC 8859 parts 1 to 10; EMV Book 1 section 12.2.4,
// Book 4 annex B).
import { toLatin1 } from '@chipswitch/bytes';
import { type NameLocale, languageName } from '../dictionary/names.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

/** Text. */
export interface TextValue {
  readonly type: 'text';
  readonly text: string;
}

/** Languages, most preferred first; null where two letters name no language. */
export interface LanguagesValue {
  readonly type: 'languages';
  readonly languages: readonly (string | null)[];
}

// 8859-1, -9 and -11 are not what the Encoding Standard means by these labels in 80-9F only, and
// those control characters are refused before decoding. Part 12 does not exist.
const codeTables: Readonly<Record<number, string>> = {
  1: 'iso-8859-1',
  2: 'iso-8859-2',
  3: 'iso-8859-3',
  4: 'iso-8859-4',
  5: 'iso-8859-5',
  6: 'iso-8859-6',
  7: 'iso-8859-7',
  8: 'iso-8859-8',
  9: 'iso-8859-9',
  10: 'iso-8859-10',
};

/**
 * Text of the common character set (Book 4 annex B): printable ASCII, padded with spaces or zeros.
 *
 * @example decodeText(fromHex('5649534107')).ok // false
 */
export function decodeText(value: Uint8Array): DecodeResult<TextValue> {
  const bad = value.findIndex((byte) => byte !== 0 && (byte < 0x20 || byte > 0x7e));
  if (bad >= 0) return refused('format', bad);
  const text = toLatin1(value).replace(/[\0 ]+$/, '');
  if (text.includes('\0')) return refused('format', text.indexOf('\0'));
  return decoded({ type: 'text', text }, `"${text}"`);
}

/**
 * Text in the code table that 9F11 names (9F12 above all). Without 9F11 only the common character
 * set is accepted, which is why a terminal falls back to the label (50) then.
 *
 * @param codeTableIndex bytes of 9F11
 * @example decodeLocalText(fromHex('B0B1'), fromHex('05')).ok // true
 */
export function decodeLocalText(
  value: Uint8Array,
  codeTableIndex: Uint8Array | undefined,
): DecodeResult<TextValue> {
  if (codeTableIndex === undefined) return decodeText(value);
  const [digits] = codeTableIndex;
  const index = codeTableIndex.length === 1 ? (digits >> 4) * 10 + (digits & 15) : 0;
  const label = Object.hasOwn(codeTables, index) ? codeTables[index] : undefined;
  if (label === undefined) return refused('unknown-version');
  const bad = value.findIndex((byte) => byte < 0x20 || (byte >= 0x7f && byte < 0xa0));
  if (bad >= 0) return refused('format', bad);
  const text = new TextDecoder(label).decode(value).trimEnd();
  return decoded({ type: 'text', text }, `"${text}"`);
}

/** Language preference (5F2D): one to four pairs of letters, ISO 639-1, either case. */
export function decodeLanguages(
  value: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<LanguagesValue> {
  if (value.length < 2 || value.length > 8 || value.length % 2 === 1) return refused('length');
  const languages: (string | null)[] = [];
  const text: string[] = [];
  for (let i = 0; i < value.length; i += 2) {
    const code = toLatin1(value, i, i + 2).toLowerCase();
    const name = languageName(code, locale);
    languages.push(name === undefined ? null : code);
    text.push(name ?? 'Unknown language');
  }
  return decoded({ type: 'languages', languages }, ...text);
}
