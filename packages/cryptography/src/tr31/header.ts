// The clear header of a key block and its optional blocks (ANSI X9.143:2021 section 6, TR-31).

/** An optional block of a key block header: two characters and its data. */
export interface OptionalBlock {
  readonly id: string;
  readonly data: string;
}

/** Why a key block is none. Order is the order of checks. */
export const keyBlockErrorCodes = [
  'header-length',
  'header-characters',
  'length',
  'block-count',
  'block-id',
  'block-length',
  'length-of-length',
  'block-length-too-small',
  'block-data-short',
  'block-data-characters',
  'block-duplicate',
  'version',
  'kbpk-length',
  'block-multiple',
  'mac-short',
  'mac-not-hex',
  'key-not-hex',
  'key-empty',
  'key-multiple',
  'mac',
  'key-bit-length',
  'key-truncated',
] as const;

/** One of them. */
export type KeyBlockErrorCode = (typeof keyBlockErrorCodes)[number];

/** A malformed block: why, and at which character. */
export interface KeyBlockRefusal {
  readonly ok: false;
  readonly error: { readonly code: KeyBlockErrorCode; readonly offset: number };
}

/**
 * Versions: A and C variants of TDEA keys, B derived TDEA keys, D AES-CBC, E AES-CTR (ISO 20038).
 */
export type KeyBlockVersion = 'A' | 'B' | 'C' | 'D' | 'E';

/** A header as data. Characters that a reader does not know are kept, not refused. */
export interface KeyBlockHeader {
  readonly version: string;
  readonly usage: string;
  readonly algorithm: string;
  readonly modeOfUse: string;
  readonly keyVersion: string;
  readonly exportability: string;
  /** The two characters in front of the optional blocks; a Thales block holds its LMK id there. */
  readonly reserved: string;
  /** In order, without the padding block PB. */
  readonly optionalBlocks: readonly OptionalBlock[];
}

/** Characters of the fixed part. */
export const HEADER_LENGTH = 16;

/** Builds a refusal. */
export function refuseBlock(code: KeyBlockErrorCode, offset: number): KeyBlockRefusal {
  return { ok: false, error: { code, offset } };
}

const isAlphanumeric = (text: string): boolean => /^[0-9A-Za-z]*$/.test(text);
const isHex = (text: string): boolean => /^[0-9A-Fa-f]+$/.test(text);

interface BlockExtent {
  readonly dataStart: number;
  readonly end: number;
}

/** The length of a block is none, its own length is none, or it does not even hold its id. */
type ExtentErrorCode = 'block-length' | 'length-of-length' | 'block-length-too-small';

// A length of 00 announces an extended one: two hex digits that count the hex digits of the length
// (X9.143 6.3.6). Some senders count bytes there; when the standard's reading cannot be, theirs is
// tried, so that what peers have written can be read.
function extendedLength(text: string, at: number): BlockExtent | ExtentErrorCode {
  const countText = text.slice(at + 4, at + 6);
  if (countText.length < 2 || !isHex(countText)) return 'length-of-length';
  const count = parseInt(countText, 16);
  if (count === 0) return 'length-of-length';
  let outcome: ExtentErrorCode = 'block-length';
  for (const digits of [count, 2 * count]) {
    const lengthText = text.slice(at + 6, at + 6 + digits);
    if (lengthText.length < digits || digits > 8 || !isHex(lengthText)) continue;
    const length = parseInt(lengthText, 16);
    if (length >= 6 + digits) return { dataStart: at + 6 + digits, end: at + length };
    outcome = 'block-length-too-small';
  }
  return outcome;
}

function blockExtent(text: string, at: number): BlockExtent | ExtentErrorCode {
  const lengthText = text.slice(at + 2, at + 4);
  if (lengthText.length < 2 || !isHex(lengthText)) return 'block-length';
  const length = parseInt(lengthText, 16);
  if (length === 0) return extendedLength(text, at);
  return length < 4 ? 'block-length-too-small' : { dataStart: at + 4, end: at + length };
}

function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

type BlocksRead = { readonly ok: true; blocks: OptionalBlock[]; end: number } | KeyBlockRefusal;

function readOptionalBlocks(text: string, count: number): BlocksRead {
  const blocks: OptionalBlock[] = [];
  const seen = new Set<string>();
  let at = HEADER_LENGTH;
  for (let i = 0; i < count; i++) {
    const id = text.slice(at, at + 2);
    if (id.length < 2 || !isAlphanumeric(id)) return refuseBlock('block-id', at);
    const extent = blockExtent(text, at);
    if (typeof extent === 'string') return refuseBlock(extent, at + 2);
    if (extent.end > text.length) return refuseBlock('block-data-short', extent.dataStart);
    const data = text.slice(extent.dataStart, extent.end);
    if (!isPrintable(data)) return refuseBlock('block-data-characters', extent.dataStart);
    if (seen.has(id)) return refuseBlock('block-duplicate', at);
    seen.add(id);
    blocks.push({ id, data });
    at = extent.end;
  }
  return { ok: true, blocks, end: at };
}

/**
 * A key block without the scheme letter that a payShield writes before it: R before those of X9.143,
 * S before Thales' own.
 *
 * @example
 * withoutScheme('RB0080P0TE00E0000') // 'B0080P0TE00E0000'
 */
export function withoutScheme(block: string): string {
  return /^(R[A-E]|S[01])[0-9]/.test(block) ? block.slice(1) : block;
}

/** A header and how many characters it takes. */
export type HeaderRead =
  | {
      readonly ok: true;
      readonly header: KeyBlockHeader;
      /** Every optional block as it stands, the padding block PB too. */
      readonly blocks: readonly OptionalBlock[];
      readonly consumed: number;
    }
  | KeyBlockRefusal;

/**
 * Reads the header at the start of `text`; what follows it is not looked at, and neither is its
 * length field.
 *
 * @example
 * parseKeyBlockHeader('B0080P0TE00E0000').header.usage // 'P0'
 */
export function parseKeyBlockHeader(text: string): HeaderRead {
  if (text.length < HEADER_LENGTH) return refuseBlock('header-length', text.length);
  const fixed = text.slice(0, HEADER_LENGTH);
  if (!isAlphanumeric(fixed)) {
    return refuseBlock('header-characters', fixed.search(/[^0-9A-Za-z]/));
  }
  const countText = fixed.slice(12, 14);
  if (!/^[0-9]{2}$/.test(countText)) return refuseBlock('block-count', 12);
  const read = readOptionalBlocks(text, Number(countText));
  if (!read.ok) return read;
  return {
    ok: true,
    consumed: read.end,
    blocks: read.blocks,
    header: {
      version: fixed[0],
      usage: fixed.slice(5, 7),
      algorithm: fixed[7],
      modeOfUse: fixed[8],
      keyVersion: fixed.slice(9, 11),
      exportability: fixed[11],
      reserved: fixed.slice(14, 16),
      optionalBlocks: read.blocks.filter(({ id }) => id !== 'PB'),
    },
  };
}

function formatOptionalBlock(block: OptionalBlock): string {
  const length = block.data.length + 4;
  if (length <= 0xff) {
    return `${block.id}${length.toString(16).toUpperCase().padStart(2, '0')}${block.data}`;
  }
  const extended = block.data.length + 10;
  return `${block.id}0004${extended.toString(16).toUpperCase().padStart(4, '0')}${block.data}`;
}

/** Cipher block length of a version, to which its header is padded: 16 for AES, else 8. */
export function blockLengthOfVersion(version: string): 8 | 16 {
  return version === 'D' || version === 'E' || version === '1' ? 16 : 8;
}

/**
 * Writes a header; a padding block PB is added where optional blocks would not end on a whole
 * cipher block.
 *
 * @param lengthAfter characters that follow the header: the length field holds the sum
 */
export function formatKeyBlockHeader(header: KeyBlockHeader, lengthAfter = 0): string {
  const size = blockLengthOfVersion(header.version);
  let blocks = header.optionalBlocks.map(formatOptionalBlock).join('');
  let count = header.optionalBlocks.length;
  const over = blocks.length % size;
  if (over !== 0) {
    const room = size - over;
    blocks += formatOptionalBlock({
      id: 'PB',
      data: '0'.repeat((room < 4 ? room + size : room) - 4),
    });
    count++;
  }
  const length = String(HEADER_LENGTH + blocks.length + lengthAfter).padStart(4, '0');
  return (
    header.version +
    length +
    header.usage +
    header.algorithm +
    header.modeOfUse +
    header.keyVersion +
    header.exportability +
    String(count).padStart(2, '0') +
    header.reserved +
    blocks
  );
}
