// Clearing files in a neutral form: JSON lines with a trailer that counts them, read in bounded memory.
import { createHash } from 'node:crypto';
import { type LineType, type MoneyLine, parseMinorUnits } from '@chipswitch/ledger';

/** Why a file is refused, in the order the checks are made. */
export const clearingFileErrorCodes = [
  /** A line is longer than 1,024 bytes. */
  'line-too-long',
  /** The file has more than five million lines. */
  'too-many-lines',
  /** Something follows the trailer. */
  'line-after-trailer',
  /** A line is no JSON object in UTF-8. */
  'not-json',
  /** A line lacks a property, or holds one that cannot be used or is not known. */
  'bad-line',
  /** The file ends without its trailer: it was cut short. */
  'no-trailer',
  /** The trailer's count or amount hash is not that of the lines. */
  'trailer-differs',
] as const;

/** Code of a refusal. */
export type ClearingFileErrorCode = (typeof clearingFileErrorCodes)[number];

/** A file that was read, or why not, with the number of the line (from 1). */
export type ClearingFileResult =
  | { readonly ok: true; readonly lines: readonly MoneyLine[]; readonly sha256: string }
  | {
      readonly ok: false;
      readonly error: { readonly code: ClearingFileErrorCode; readonly line: number };
    };

const lineBytesMax = 1024;
const linesMax = 5_000_000;
const newline = 10;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const lineTypes: readonly LineType[] = ['sale', 'refund', 'reversal'];
const known = new Set(['ref', 'amount', 'currency', 'type', 'seq']);

function moneyLineOf(fields: Readonly<Record<string, unknown>>): MoneyLine | undefined {
  const { ref, amount, currency, type = 'sale', seq } = fields;
  if (Object.keys(fields).some((name) => !known.has(name))) return undefined;
  // References are 12 characters (DE 37) or 23 digits; as many digits as a card number has are refused.
  if (typeof ref !== 'string' || !/^(?!\d{13,19}$)[\x21-\x7e]{1,40}$/.test(ref)) return undefined;
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const lineType = lineTypes.find((one) => one === type);
  if (lineType === undefined) return undefined;
  const minor = parseMinorUnits(amount);
  if (!minor.ok || minor.value < 0n) return undefined;
  const line = { ref, amountMinor: minor.value, currency, type: lineType };
  if (seq === undefined) return line;
  return typeof seq === 'string' && /^\d{1,4}$/.test(seq) ? { ...line, seq } : undefined;
}

/** Gathers lines as they come; after an error it takes nothing more. */
class Reading {
  readonly lines: MoneyLine[] = [];
  error: { code: ClearingFileErrorCode; line: number } | undefined;
  #number = 0;
  #amountHash = 0n;
  #ended = false;

  fail(code: ClearingFileErrorCode): void {
    this.error ??= { code, line: this.#number };
  }

  take(bytes: Uint8Array): void {
    this.#number++;
    if (bytes.length > lineBytesMax) return this.fail('line-too-long');
    if (this.#number > linesMax) return this.fail('too-many-lines');
    if (this.#ended) return this.fail('line-after-trailer');
    let parsed: unknown;
    try {
      parsed = JSON.parse(utf8.decode(bytes));
    } catch {
      return this.fail('not-json');
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      return this.fail('not-json');
    }
    const fields = parsed as Record<string, unknown>;
    if ('trailer' in fields) return this.#takeTrailer(fields['trailer']);
    const line = moneyLineOf(fields);
    if (line === undefined) return this.fail('bad-line');
    this.#amountHash += line.amountMinor;
    this.lines.push(line);
  }

  #takeTrailer(trailer: unknown): void {
    this.#ended = true;
    const { lines, amountHash } = (trailer ?? {}) as Record<string, unknown>;
    const same = lines === String(this.lines.length) && amountHash === String(this.#amountHash);
    if (!same) this.fail('trailer-differs');
  }

  end(): void {
    if (!this.#ended) {
      this.#number++;
      this.fail('no-trailer');
    }
  }
}

/**
 * Reads a clearing file. Each line is `{"ref","amount","currency","type"?,"seq"?}` with the amount in
 * minor units as text; the last one is `{"trailer":{"lines":"2","amountHash":"3750"}}`, the number of
 * lines and the sum of their amounts, whatever their type.
 *
 * @param chunks the file's bytes in any pieces; nothing of them is in an error.
 */
export async function readClearingFile(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<ClearingFileResult> {
  const reading = new Reading();
  const hash = createHash('sha256');
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    hash.update(chunk);
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      reading.take(Buffer.concat([rest, chunk.subarray(from, at)]));
      rest = new Uint8Array(0);
      from = at + 1;
      if (reading.error !== undefined) return { ok: false, error: reading.error };
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    // A line without an end is not gathered beyond its limit.
    if (rest.length > lineBytesMax) reading.take(rest);
    if (reading.error !== undefined) return { ok: false, error: reading.error };
  }
  if (rest.length > 0) reading.take(rest);
  reading.end();
  if (reading.error !== undefined) return { ok: false, error: reading.error };
  return { ok: true, lines: reading.lines, sha256: hash.digest('hex') };
}
