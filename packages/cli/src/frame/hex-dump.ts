// Reads the hex dumps of xxd, hexdump -C, od -A x -t x1z, Wireshark and log files back into bytes.
import { fromHex } from '@chipswitch/bytes';

const linesMax = 100_000;

/** `offset[:] rest`; the rest holds the hex column and perhaps a column of characters. */
const dumpLine = /^\s*(?:0x)?([0-9A-Fa-f]{4,16})(?::\s*|\s+|\s*$)(.*)$/;

/** The hex column: before a bar where there is one (hexdump -C, od), else before two blanks (xxd). */
function hexColumnOf(rest: string): string {
  const bar = rest.search(/[|>]/);
  if (bar >= 0) return rest.slice(0, bar).trim();
  const gap = rest.search(/\s{2}/);
  return (gap >= 0 ? rest.slice(0, gap) : rest).trim();
}

function lineBytes(hexColumn: string): Uint8Array | undefined {
  const digits = hexColumn.replaceAll(/[\s-]+/g, '');
  return digits.length % 2 === 0 && /^[0-9A-Fa-f]*$/.test(digits) ? fromHex(digits) : undefined;
}

/**
 * The bytes of a hex dump, or undefined when the text is none: each line must start with the offset
 * that the bytes before it lead to.
 *
 * @example readHexDump('00000000: 3132 3334  1234') // bytes 31 32 33 34
 */
export function readHexDump(text: string): Uint8Array | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0 || lines.length > linesMax) return undefined;
  const parsed = lines.map((line) => dumpLine.exec(line));
  const offsets = parsed.map((match) => (match === null ? -1 : Number.parseInt(match[1], 16)));
  if (offsets.includes(-1) || offsets[0] !== 0) return undefined;
  const parts: Uint8Array[] = [];
  let total = 0;
  for (let i = 0; i < lines.length; i++) {
    if (offsets[i] !== total) return undefined;
    const bytes = lineBytes(hexColumnOf(parsed[i]?.[2] ?? ''));
    if (bytes === undefined) return undefined;
    parts.push(bytes);
    total += bytes.length;
  }
  return total === 0 ? undefined : new Uint8Array(Buffer.concat(parts));
}
