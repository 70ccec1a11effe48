// Keys from a command line: hex, `@FILE`, `env:NAME` or `-`; their length and parity checked, their value never repeated.
import { fromHex, wipe } from '@chipswitch/bytes';
import { isRefusal, readFileBounded, readInput } from '../frame/input.ts';
import { type Refusal, usage } from '../frame/outcome.ts';
import type { Context, Surroundings } from '../frame/verb.ts';

/** Lengths in bytes that a key may have. */
export interface KeyLengths {
  readonly bytes: readonly number[];
}

/** TDES (double, triple) and AES keys. */
export const blockCipherKeys: KeyLengths = { bytes: [8, 16, 24, 32] };
/** Double- and triple-length TDES keys. */
export const tdesKeys: KeyLengths = { bytes: [16, 24] };

/** Files of keys are lines of hex; nothing longer is one. */
const keyFileBytesMax = 4096;

async function keyText(value: string, from: Surroundings): Promise<string | Refusal> {
  if (value.startsWith('env:')) {
    const name = value.slice(4);
    const text = from.env[name];
    if (text !== undefined) return text;
    return usage('NO_SUCH_VARIABLE', `the environment has no variable ${name}`, `export ${name}=…`);
  }
  if (value.startsWith('@')) {
    const bytes = await readFileBounded(value.slice(1), keyFileBytesMax);
    return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('latin1') : bytes;
  }
  if (value !== '-') return value;
  const input = await readInput('-', { form: 'text', from, bytesMax: keyFileBytesMax });
  return isRefusal(input) ? input : (input.text ?? '');
}

/**
 * The bytes of a key given to option `--name`.
 *
 * @returns the key's bytes, which the caller wipes, or a refusal that says nothing of its value
 */
export async function readKey(
  name: string,
  value: string,
  lengths: KeyLengths,
  context: Context,
): Promise<Uint8Array | Refusal> {
  const text = await keyText(value, context.surroundings);
  if (typeof text !== 'string') return text;
  const digits = text.replaceAll(/[\s:_-]/g, '');
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(digits)) {
    const message = `--${name} is not hex`;
    return usage('BAD_KEY', message, 'give the key as HEX, @FILE, env:NAME or -');
  }
  const key = fromHex(digits);
  if (lengths.bytes.includes(key.length)) return key;
  const found = key.length;
  wipe(key);
  const message = `--${name} has ${found} bytes`;
  return usage('BAD_KEY_LENGTH', message, `give ${lengths.bytes.join(', ')} bytes of hex`);
}

/** The same for an option that must be there. */
export async function requireKey(
  name: string,
  lengths: KeyLengths,
  context: Context,
): Promise<Uint8Array | Refusal> {
  const value = context.args.value(name);
  if (value !== undefined) return readKey(name, value, lengths, context);
  return usage('MISSING_OPTION', `--${name} is needed`, `add --${name} HEX|@FILE|env:NAME|-`);
}

/** Bytes of an option that is public data; undefined when it was not given. */
export function hexOption(
  name: string,
  context: Context,
  lengthBytes?: number | readonly [number, number],
): Uint8Array | Refusal | undefined {
  const value = context.args.value(name);
  if (value === undefined) return undefined;
  const digits = value.replaceAll(/[\s:_-]/g, '');
  if (!/^(?:[0-9A-Fa-f]{2})*$/.test(digits))
    return usage('BAD_HEX', `--${name} is not a hex byte string`, 'two hex digits per byte');
  const [low, high] =
    typeof lengthBytes === 'number'
      ? [lengthBytes, lengthBytes]
      : (lengthBytes ?? [0, Number.POSITIVE_INFINITY]);
  const length = digits.length / 2;
  if (length >= low && length <= high) return fromHex(digits);
  const wanted = low === high ? String(low) : `${low} to ${high}`;
  return usage('BAD_LENGTH', `--${name} has ${length} bytes`, `give ${wanted} bytes of hex`);
}

/** Digits of an option; undefined when it was not given. */
export function digitsOption(
  name: string,
  context: Context,
  [low, high]: readonly [number, number],
): string | Refusal | undefined {
  const value = context.args.value(name)?.replaceAll(/[ -]/g, '');
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value) && value.length >= low && value.length <= high) return value;
  const wanted = low === high ? String(low) : `${low} to ${high}`;
  return usage('BAD_DIGITS', `--${name} takes ${wanted} digits`, `write --${name} and the digits`);
}
