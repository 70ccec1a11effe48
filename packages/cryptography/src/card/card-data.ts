// Card data that a reader sent enciphered: read inside the module, given back redacted (PCI P2PE).
import { given } from '@chipswitch/bytes';

/** How clear card data is laid out. */
export type CardDataTemplate = 'track2-ascii' | 'track2-bcd' | 'track1' | 'pan-bcd';

/** A card as read; `pan` is one digit a byte (0 to 9) and is wiped by whoever asked for it. */
export interface ClearCardData {
  readonly pan: Uint8Array;
  readonly expiry?: string;
  readonly serviceCode?: string;
}

const SEPARATOR = 13;
const FILLER = 15;

// Track 2 as ASCII: digits, `=` or `D` as separator, sentinels left out; other characters end it.
function asciiNibbles(data: Uint8Array): Uint8Array {
  const nibbles = new Uint8Array(data.length);
  let length = 0;
  for (let i = data[0] === 0x3b ? 1 : 0; i < data.length; i++) {
    const code = data[i];
    if (code >= 0x30 && code <= 0x39) nibbles[length++] = code & 15;
    else if (code === 0x3d || code === 0x44 || code === 0x64) nibbles[length++] = SEPARATOR;
    else break;
  }
  return nibbles.subarray(0, length);
}

function bcdNibbles(data: Uint8Array): Uint8Array {
  const nibbles = new Uint8Array(data.length * 2);
  let length = 0;
  for (let i = 0; i < nibbles.length; i++) {
    const nibble = (data[i >> 1] >>> (i & 1 ? 0 : 4)) & 15;
    if (nibble === FILLER) break;
    nibbles[length++] = nibble;
  }
  return nibbles.subarray(0, length);
}

// Track 1, format B: `%B`, PAN, `^`, name, `^`, date and service code. The name is passed over.
function track1Nibbles(data: Uint8Array): Uint8Array | undefined {
  const caret = 0x5e;
  let at = data[0] === 0x25 ? 1 : 0;
  if (data[at++] !== 0x42) return undefined;
  const firstEnd = data.indexOf(caret, at);
  const secondEnd = firstEnd < 0 ? -1 : data.indexOf(caret, firstEnd + 1);
  if (secondEnd < 0) return undefined;
  const nibbles = new Uint8Array(firstEnd - at + 8);
  let length = 0;
  for (let i = at; i < firstEnd; i++) nibbles[length++] = data[i] - 0x30;
  nibbles[length++] = SEPARATOR;
  for (let i = secondEnd + 1; i < secondEnd + 8 && i < data.length; i++) {
    nibbles[length++] = data[i] - 0x30;
  }
  return nibbles.subarray(0, length);
}

const isDigits = (nibbles: Uint8Array): boolean => nibbles.every((nibble) => nibble <= 9);

function textAt(nibbles: Uint8Array, from: number, length: number): string | undefined {
  const part = nibbles.subarray(from, from + length);
  return part.length === length && isDigits(part) ? Array.from(part).join('') : undefined;
}

/**
 * Reads clear card data.
 *
 * @returns undefined when it is not what the template says: a wrong key gives just that
 */
export function readCardData(
  data: Uint8Array,
  template: CardDataTemplate,
): ClearCardData | undefined {
  const nibbles =
    template === 'track1'
      ? track1Nibbles(data)
      : template === 'track2-ascii'
        ? asciiNibbles(data)
        : bcdNibbles(data);
  if (nibbles === undefined) return undefined;
  try {
    const separator = nibbles.indexOf(SEPARATOR);
    if (separator < 0 !== (template === 'pan-bcd')) return undefined;
    const pan = nibbles.slice(0, separator < 0 ? nibbles.length : separator);
    if (pan.length < 12 || pan.length > 19 || !isDigits(pan)) return undefined;
    if (separator < 0) return { pan };
    const expiry = textAt(nibbles, separator + 1, 4);
    const serviceCode = textAt(nibbles, separator + 5, 3);
    return {
      pan,
      ...given({ expiry, serviceCode }),
    };
  } finally {
    nibbles.fill(0);
  }
}
