// Merchant-presented codes as data objects: parse and build (EMVCo QR MPM sections 3 and 4).
import { qrCrc } from './crc.ts';

/** One data object: two digits, and text or (in a template) objects of its own. */
export type QrObject = readonly [id: string, value: string | readonly QrObject[]];

/** What can be wrong with a merchant-presented code, in the order in which it is looked for. */
export const merchantQrErrorCodes = [
  'too-long',
  'id',
  'length',
  'order',
  'crc-missing',
  'crc',
] as const;

/** One of the codes of a malformed merchant-presented code. */
export type MerchantQrErrorCode = (typeof merchantQrErrorCodes)[number];

/** Why a code was refused, and where. */
export interface MerchantQrError {
  readonly code: MerchantQrErrorCode;
  /** Character offset in the whole text. */
  readonly offset: number;
  /** Identifiers of the templates around it. */
  readonly path: readonly string[];
}

/** The objects, or what is wrong and the objects before that. */
export type MerchantQrResult =
  | { readonly ok: true; readonly objects: readonly QrObject[] }
  | {
      readonly ok: false;
      readonly error: MerchantQrError;
      readonly objects: readonly QrObject[];
    };

/** Characters that a QR code of version 40-L can hold; EMVCo's own limit is 512. */
const charactersMax = 4296;

/**
 * Whether a data object is a template: 26 to 51, 62, 64 and 80 to 99. 02 to 25 never are, whatever
 * their value looks like.
 *
 * @example isQrTemplate('25') // false
 */
export function isQrTemplate(id: string): boolean {
  const number = Number(id);
  return (number >= 26 && number <= 51) || number === 62 || number === 64 || number >= 80;
}

/**
 * Characters as the standard counts them: code points, whatever their length in UTF-16 or UTF-8.
 */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}

interface Reading {
  /** Lengths count characters, so the text is taken apart by code points. */
  readonly characters: readonly string[];
  error: MerchantQrError | undefined;
}

function digitsAt(run: Reading, at: number, end: number): number | undefined {
  if (at + 2 > end) return undefined;
  const pair = run.characters[at] + run.characters[at + 1];
  return /^[0-9]{2}$/.test(pair) ? Number(pair) : undefined;
}

function readObjects(run: Reading, from: number, end: number, path: readonly string[]): QrObject[] {
  const objects: QrObject[] = [];
  let at = from;
  while (at < end) {
    const number = digitsAt(run, at, end);
    const length = digitsAt(run, at + 2, end);
    if (number === undefined || length === undefined || at + 4 + length > end) {
      const code = number === undefined && at + 2 <= end ? 'id' : 'length';
      run.error = { code, offset: at, path };
      return objects;
    }
    const id = String(number).padStart(2, '0');
    const start = at + 4;
    const stop = start + length;
    if (path.length === 0 && isQrTemplate(id)) {
      objects.push([id, readObjects(run, start, stop, [id])]);
      if (run.error !== undefined) return objects;
    } else objects.push([id, run.characters.slice(start, stop).join('')]);
    at = stop;
  }
  return objects;
}

function checkWhole(
  objects: readonly QrObject[],
  characters: readonly string[],
): MerchantQrError | undefined {
  const fail = (code: MerchantQrErrorCode, offset: number): MerchantQrError => ({
    code,
    offset,
    path: [],
  });
  if (objects.length === 0 || objects[0][0] !== '00') return fail('order', 0);
  const crcIndex = objects.findIndex(([id]) => id === '63');
  if (crcIndex < 0) return fail('crc-missing', characters.length);
  if (crcIndex < objects.length - 1) {
    let offset = 0;
    for (const [, value] of objects.slice(0, crcIndex)) offset += 4 + lengthOf(value);
    return fail('order', offset);
  }
  const value = objects[crcIndex][1] as string;
  const valueLength = lengthOf(value);
  const offset = characters.length - valueLength;
  if (valueLength !== 4) return fail('length', offset - 4);
  const expected = qrCrc(characters.slice(0, offset).join(''));
  return value.toUpperCase() === expected ? undefined : fail('crc', offset);
}

function lengthOf(value: string | readonly QrObject[]): number {
  if (typeof value === 'string') return countCharacters(value);
  let length = 0;
  for (const [, inner] of value) length += 4 + lengthOf(inner);
  return length;
}

/**
 * Reads a merchant-presented code and verifies its CRC. Objects keep their order; templates are
 * opened one level. 00 has to be first and 63 last.
 *
 * @example
 * const result = parseMerchantQr(text);
 * if (result.ok) interpretMerchantQr(result.objects).merchantName; // 'DONGRI'
 */
export function parseMerchantQr(text: string): MerchantQrResult {
  if (text.length > charactersMax) {
    return { ok: false, error: { code: 'too-long', offset: charactersMax, path: [] }, objects: [] };
  }
  const characters = Array.from(text);
  const run: Reading = { characters, error: undefined };
  const objects = readObjects(run, 0, characters.length, []);
  const error = run.error ?? checkWhole(objects, characters);
  return error === undefined ? { ok: true, objects } : { ok: false, error, objects };
}

/** Text of a code, or which object cannot be written. */
export type MerchantQrBuildResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: { code: 'id' | 'length'; path: readonly string[] } };

function writeObjects(
  objects: readonly QrObject[],
  path: readonly string[],
): MerchantQrBuildResult {
  let text = '';
  for (const [id, value] of objects) {
    const here = [...path, id];
    if (!/^[0-9]{2}$/.test(id)) return { ok: false, error: { code: 'id', path: here } };
    const inner: MerchantQrBuildResult =
      typeof value === 'string' ? { ok: true, text: value } : writeObjects(value, here);
    if (!inner.ok) return inner;
    const length = countCharacters(inner.text);
    if (length === 0 || length > 99) return { ok: false, error: { code: 'length', path: here } };
    text += id + String(length).padStart(2, '0') + inner.text;
  }
  return { ok: true, text };
}

/**
 * Writes a merchant-presented code: the objects in their order (a 63 among them is dropped), then
 * the CRC. Values have 1 to 99 characters.
 *
 * @example
 * buildMerchantQr([['00', '01'], ['26', [['00', 'org.example'], ['01', '42']]]]).ok // true
 */
export function buildMerchantQr(objects: readonly QrObject[]): MerchantQrBuildResult {
  const written = writeObjects(
    objects.filter(([id]) => id !== '63'),
    [],
  );
  if (!written.ok) return written;
  const text = `${written.text}6304`;
  return { ok: true, text: text + qrCrc(text) };
}
