// Where input comes from (inline, `@file`, a file's name, `-`) and the ways its text can be read as bytes.
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { fromHex } from '@chipswitch/bytes';
import { readHexDump } from './hex-dump.ts';
import { type Refusal, usage } from './outcome.ts';
import { scrubEcho } from './scrub.ts';
import type { Surroundings } from './verb.ts';

/** One way to understand the input. */
export interface Reading {
  readonly how: 'hex' | 'hex dump' | 'base64' | 'text' | 'bytes';
  readonly bytes: Uint8Array;
}

/** Input, with every way of reading it that makes sense, likeliest first; never empty. */
export interface Input {
  /** `argument`, `stdin` or the file's name. */
  readonly origin: string;
  readonly readings: readonly Reading[];
  /** The text as it was given, trimmed, when it is text at all. */
  readonly text: string | undefined;
}

/** Forms that `--in` can force. */
export type InputForm = 'auto' | 'hex' | 'base64' | 'text' | 'raw' | 'file';

/** A message or a file of messages; captures have their own limit. */
const bytesMaxDefault = 4 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function asText(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    // eslint-disable-next-line no-control-regex -- control bytes are what tells binary from text
    return /[\u0000-\u0008\u000e-\u001f\u007f]/.test(text) ? undefined : text;
  } catch (error) {
    // Not UTF-8: it is binary, which is an answer and no fault.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Hex as people paste it: blanks, line feeds, colons, commas, `0x`, `\x`, `h'…'`. */
function asHex(text: string): Uint8Array | undefined {
  const bare = text
    .replace(/^(?:h'(.*)'|\[(.*)\])$/s, '$1$2')
    .replaceAll(/0x|\\x/gi, '')
    .replaceAll(/[\s:,;_-]/g, '');
  if (bare.length === 0 || bare.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(bare)) return undefined;
  return fromHex(bare);
}

function asBase64(text: string): Uint8Array | undefined {
  const bare = text.replaceAll(/\s/g, '');
  if (bare.length < 8 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)) return undefined;
  const stripped = bare.replace(/=+$/, '');
  if (bare.includes('=') && bare.length % 4 !== 0) return undefined;
  if (stripped.length % 4 === 1) return undefined;
  return new Uint8Array(Buffer.from(bare, 'base64'));
}

/** All readings of a text, likeliest first. */
function readingsOfText(text: string): Reading[] {
  const trimmed = text.trim();
  const readings: Reading[] = [];
  const hex = asHex(trimmed);
  if (hex !== undefined) readings.push({ how: 'hex', bytes: hex });
  const dump = hex === undefined ? readHexDump(trimmed) : undefined;
  if (dump !== undefined) readings.push({ how: 'hex dump', bytes: dump });
  readings.push({ how: 'text', bytes: new Uint8Array(Buffer.from(trimmed, 'utf8')) });
  const base64 = hex === undefined && dump === undefined ? asBase64(trimmed) : undefined;
  if (base64 !== undefined) readings.push({ how: 'base64', bytes: base64 });
  return readings;
}

function forced(form: InputForm, bytes: Uint8Array, text: string | undefined): Reading | undefined {
  const trimmed = text?.trim() ?? '';
  if (form === 'raw') return { how: 'bytes', bytes };
  if (form === 'text') return { how: 'text', bytes: new Uint8Array(Buffer.from(trimmed, 'utf8')) };
  if (form === 'hex') {
    const hex = asHex(trimmed) ?? readHexDump(trimmed);
    return hex === undefined ? undefined : { how: 'hex', bytes: hex };
  }
  const base64 = asBase64(trimmed);
  return base64 === undefined ? undefined : { how: 'base64', bytes: base64 };
}

function understand(origin: string, bytes: Uint8Array, form: InputForm): Input | Refusal {
  const text = asText(bytes);
  if (form !== 'auto' && form !== 'file') {
    const reading = forced(form, bytes, text);
    if (reading !== undefined) return { origin, readings: [reading], text: text?.trim() };
    return usage('NOT_IN_FORM', `the input is not ${form}`, 'leave --in out to have it detected');
  }
  if (text === undefined) return { origin, readings: [{ how: 'bytes', bytes }], text: undefined };
  if (text.trim() === '')
    return usage('EMPTY_INPUT', 'the input is empty', 'give hex, text, @FILE, or - with a pipe');
  const readings = readingsOfText(text);
  // A file or pipe of printable bytes may end in a line feed that belongs to the message.
  if (origin !== 'argument' && text.trim().length !== bytes.length)
    readings.push({ how: 'bytes', bytes });
  return { origin, readings, text: text.trim() };
}

function tooLarge(bytesMax: number): Refusal {
  const message = `the input is larger than ${bytesMax} bytes`;
  return usage('INPUT_TOO_LARGE', message, 'cut out the message, or use: chipswitch pcap FILE');
}

async function readStdin(from: Surroundings, bytesMax: number): Promise<Uint8Array | Refusal> {
  if (from.stdinIsTty) {
    const message = 'standard input is a terminal, nothing is piped in';
    return usage('NO_INPUT', message, 'pipe something in, or give hex, text or @FILE');
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of from.stdin) {
    length += chunk.length;
    if (length > bytesMax) return tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function fileRefusal(path: string, error: unknown): Refusal {
  const name = scrubEcho(path);
  const code = (error as { code?: string }).code;
  if (code === 'EACCES' || code === 'EPERM') {
    const message = `no permission to read ${name}`;
    return { ok: false, exit: 7, code: 'NO_PERMISSION', message, next: `ls -l ${name}` };
  }
  if (code === 'ENOENT') return usage('NO_SUCH_FILE', `there is no file ${name}`, 'check the path');
  if (code === 'EISDIR') return usage('NOT_A_FILE', `${name} is a folder`, 'name a file in it');
  const message = `cannot read ${name} (${code ?? 'unknown error'})`;
  return { ok: false, exit: 4, code: 'CANNOT_READ', message, next: `ls -l ${name}` };
}

/** Reads a file whole, bounded, also where its size is not known before (pipes, devices). */
export async function readFileBounded(
  path: string,
  bytesMax: number,
): Promise<Uint8Array | Refusal> {
  try {
    const file = await open(path, 'r');
    try {
      const chunks: Uint8Array[] = [];
      let length = 0;
      for (;;) {
        const { bytesRead, buffer } = await file.read(new Uint8Array(65_536), 0, 65_536, null);
        if (bytesRead === 0) break;
        length += bytesRead;
        if (length > bytesMax) return tooLarge(bytesMax);
        chunks.push(buffer.subarray(0, bytesRead));
      }
      return new Uint8Array(Buffer.concat(chunks));
    } finally {
      await file.close();
    }
  } catch (error) {
    return fileRefusal(path, error);
  }
}

/** Whether a text names an existing file; what no file system can name is none. */
function isFile(path: string): boolean {
  const nameable = path.length <= 4096 && !path.includes('\0');
  if (!nameable || path.split('/').some((part) => Buffer.byteLength(part) > 255)) return false;
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

const looksLikePath =
  /^(?:\.{0,2}\/|~\/).|^[^\s=^]{1,200}\.(?:hex|bin|dat|txt|json|log|raw|dump|pcap|pcapng)$/;

/**
 * Reads one input argument: `-` is standard input, `@NAME` a file, hex and other text stand for
 * themselves, and whatever else names an existing file is read from it.
 */
export async function readInput(
  argument: string,
  options: { form: InputForm; from: Surroundings; bytesMax?: number },
): Promise<Input | Refusal> {
  const { form, from } = options;
  const bytesMax = options.bytesMax ?? bytesMaxDefault;
  let path: string | undefined;
  if (argument.startsWith('@') && argument.length > 1) path = argument.slice(1);
  else if (form === 'file') path = argument;
  else if (argument !== '-' && asHex(argument) === undefined) {
    if (isFile(argument)) path = argument;
    else if (looksLikePath.test(argument) && form === 'auto')
      return fileRefusal(argument, { code: 'ENOENT' });
  }
  if (path !== undefined) {
    const bytes = await readFileBounded(path, bytesMax);
    return bytes instanceof Uint8Array ? understand(path, bytes, form) : bytes;
  }
  if (argument === '-') {
    const bytes = await readStdin(from, bytesMax);
    return bytes instanceof Uint8Array ? understand('stdin', bytes, form) : bytes;
  }
  if (argument.length > bytesMax) return tooLarge(bytesMax);
  return understand('argument', new Uint8Array(Buffer.from(argument, 'utf8')), form);
}

/** Whether a value is a refusal. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as { ok?: unknown }).ok === false;
}
