// `chipswitch pinblock` (and `build pinblock`, `decode pinblock`): PIN blocks of ISO 9564-1 formats 0 to 4.
import { randomBytes } from 'node:crypto';
import { fromHex, toHex, wipe } from '@chipswitch/bytes';
import {
  type ClearPin,
  clearPinFromText,
  clearPinText,
  decipherIso4,
  decodePinBlock,
  encipherIso4,
  encodePinBlock,
  isPanFor,
  isTranslationAllowed,
  makeCipher,
  newClearPin,
  panOfAccount,
  type PinBlockErrorCode,
  type PinFill,
  wipePin,
} from '@chipswitch/cryptography';
import { type Outcome, type Refusal, undecodable, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { digitsOption, readKey, requireKey } from './read-key.ts';
import { algorithmOf, StepLog, stepLines } from './steps.ts';

type Format = 0 | 1 | 2 | 3 | 4;

const formatTexts: Readonly<Record<Format, string>> = {
  0: 'format 0, PIN XOR account number (ISO 9564-1 9.3.2)',
  1: 'format 1, random filler, no account number (9.3.3)',
  2: 'format 2, for the card only (9.3.4)',
  3: 'format 3, random letters XOR account number (9.3.5)',
  4: 'format 4, AES with account number (9.4)',
};

const errorTexts: Readonly<Record<PinBlockErrorCode, string>> = {
  'block-length': 'the block has the wrong length for its format',
  pan: 'the account number does not fit the format',
  'control-field': 'the first nibble names another format',
  'pin-length': 'the PIN length is not 4 to 12',
  filler: 'the filler is wrong: another account number, key or format',
  'non-numeric': 'a PIN digit is not decimal: another account number, key or format',
};

function formatOf(context: Context, name: string): Format {
  return Number(context.args.value(name) ?? '0') as Format;
}

/** The twelve digits of --account: all that formats 0 and 3 take of an account number. */
function accountFor(format: Format, digits: string): string | Refusal {
  if (format === 4)
    return usage('BAD_PAN', 'format 4 needs the whole account number', 'give it with --pan');
  const pan = panOfAccount(digits.replaceAll(/[ -]/g, ''));
  const next = 'its rightmost twelve digits without the check digit';
  return pan ?? usage('BAD_DIGITS', '--account takes 12 digits', next);
}

/** Account number of --pan, checked against the format. */
function panFor(format: Format, context: Context, name = 'pan'): string | Refusal {
  const account = context.args.value('account');
  if (account !== undefined && name === 'pan' && !context.args.has('pan'))
    return accountFor(format, account);
  const pan = digitsOption(name, context, [1, 19]);
  if (typeof pan === 'object') return pan;
  if (pan === undefined) {
    if (format === 1 || format === 2) return '';
    return usage('MISSING_OPTION', `format ${format} needs --${name}`, `add --${name} DIGITS`);
  }
  if (isPanFor(format, pan)) return pan;
  return usage(
    'BAD_PAN',
    `--${name} does not fit format ${format}`,
    'give the whole account number, or --account with its twelve digits',
  );
}

async function keyFor(
  format: Format,
  context: Context,
  name: string,
): Promise<Uint8Array | undefined | Refusal> {
  const value = context.args.value(name);
  if (value === undefined) {
    if (format !== 4) return undefined;
    return usage('MISSING_OPTION', `format 4 needs --${name}`, `add --${name} with an AES key`);
  }
  return readKey(name, value, { bytes: format === 4 ? [16, 24, 32] : [16, 24] }, context);
}

const randomFill =
  (format: Format): PinFill =>
  (count) =>
    randomBytes(count).map((byte) => (format === 3 ? 10 + (byte % 6) : byte & 15));

/** Enciphers a clear block in place under a key, the whole of format 4 at once. */
function encipher(format: Format, block: Uint8Array, key: Uint8Array, pan: string): void {
  const cipher = makeCipher(algorithmOf(key, format === 4 ? 'aes' : 'tdes'), key);
  try {
    if (format === 4) encipherIso4(cipher, block, pan);
    else cipher.encryptBlock(block, 0, block, 0);
  } finally {
    cipher.wipe();
  }
}

function decipher(format: Format, block: Uint8Array, key: Uint8Array, pan: string): void {
  const cipher = makeCipher(algorithmOf(key, format === 4 ? 'aes' : 'tdes'), key);
  try {
    if (format === 4) decipherIso4(cipher, block, pan);
    else cipher.decryptBlock(block, 0, block, 0);
  } finally {
    cipher.wipe();
  }
}

function seal(
  format: Format,
  pin: ClearPin,
  pan: string,
  key: Uint8Array | undefined,
): Uint8Array | PinBlockErrorCode {
  const block = new Uint8Array(format === 4 ? 16 : 8);
  if (format === 4) block.set(randomBytes(8), 8);
  const error = encodePinBlock(format, pin, pan, block, randomFill(format));
  if (error !== undefined) return error;
  if (key !== undefined) encipher(format, block, key, pan);
  return block;
}

function blockRefusal(error: PinBlockErrorCode): Refusal {
  return undecodable(
    `PIN_BLOCK_${error.replaceAll('-', '_').toUpperCase()}`,
    errorTexts[error],
    'check --format, --pan and --key',
  );
}

async function pinOption(context: Context): Promise<ClearPin | Refusal> {
  const value = context.args.value('pin');
  if (value === undefined)
    return usage('MISSING_OPTION', '--pin is needed', 'add --pin DIGITS or env:NAME');
  const text = value.startsWith('env:') ? (context.surroundings.env[value.slice(4)] ?? '') : value;
  const pin = clearPinFromText(text);
  return pin ?? usage('BAD_PIN', 'a PIN has 4 to 12 digits', 'write --pin and 4 to 12 digits');
}

/** Builds a block; in the clear it is shown only with --unsafe. */
export async function buildPinBlock(context: Context): Promise<Outcome> {
  const format = formatOf(context, 'format');
  const pan = panFor(format, context);
  if (typeof pan !== 'string') return pan;
  const key = await keyFor(format, context, 'key');
  if (key !== undefined && !(key instanceof Uint8Array)) return key;
  const pin = await pinOption(context);
  if ('ok' in pin) return pin;
  const { length } = pin;
  const block = seal(format, pin, pan, key);
  wipePin(pin);
  const log = new StepLog(context.unsafe);
  if (key !== undefined) log.key('PIN key', key, format === 4 ? 'aes' : 'tdes');
  if (key !== undefined) wipe(key);
  if (!(block instanceof Uint8Array)) return blockRefusal(block);
  const clear = key === undefined;
  const shown = clear && !context.unsafe ? `${toHex(block, 0, 1)}${'*'.repeat(14)}` : toHex(block);
  const text = `${formatTexts[format]}, ${clear ? 'clear' : 'enciphered'}`;
  const { steps } = log;
  return {
    ok: true,
    data: {
      block: shown,
      format,
      clear,
      pinLength: length,
      ...(context.args.has('explain') ? { steps } : {}),
    },
    text: () => [
      ...(context.args.has('explain') ? [...stepLines(steps, context.paint), text] : []),
      shown,
    ],
    notices:
      clear && !context.unsafe
        ? ['a clear PIN block is shown only with --unsafe, or give --key']
        : [],
  };
}

function blockArgument(value: string | undefined): Uint8Array | Refusal {
  const digits = (value ?? '').replaceAll(/[\s:]/g, '');
  if (/^(?:[0-9A-Fa-f]{16}|[0-9A-Fa-f]{32})$/.test(digits)) return fromHex(digits);
  return usage(
    'BAD_BLOCK',
    'a PIN block has 8 bytes (format 4: 16) of hex',
    'give the block as hex',
  );
}

/** Opens a block to its PIN; the caller wipes it. */
async function openBlock(
  value: string | undefined,
  context: Context,
  names: { format: string; key: string },
): Promise<{ pin: ClearPin; format: Format; pan: string } | Refusal> {
  const block = blockArgument(value);
  if (!(block instanceof Uint8Array)) return block;
  const given = context.args.value(names.format);
  const format = given === undefined && block.length === 16 ? 4 : formatOf(context, names.format);
  const pan = panFor(format, context);
  if (typeof pan !== 'string') return pan;
  const key = await keyFor(format, context, names.key);
  if (key !== undefined && !(key instanceof Uint8Array)) return key;
  if (block.length !== (format === 4 ? 16 : 8)) return blockRefusal('block-length');
  if (key !== undefined) {
    decipher(format, block, key, pan);
    wipe(key);
  }
  const pin = newClearPin();
  const error = decodePinBlock(format, block, pan, pin);
  wipe(block);
  if (error === undefined) return { pin, format, pan };
  wipePin(pin);
  return blockRefusal(error);
}

/** Reads a block; the PIN is shown only with --unsafe. */
export async function readPinBlock(value: string | undefined, context: Context): Promise<Outcome> {
  const opened = await openBlock(value, context, { format: 'format', key: 'key' });
  if ('ok' in opened) return opened;
  const { pin, format } = opened;
  const shown = context.unsafe ? clearPinText(pin) : '*'.repeat(pin.length);
  const { length } = pin;
  wipePin(pin);
  return {
    ok: true,
    data: { format, pinLength: length, pin: shown },
    text: () => [
      `PIN ${context.paint('value', shown)}  ${length} digits`,
      context.paint('dim', formatTexts[format]),
    ],
  };
}

/** From one key and format to another, under the policy of ISO 9564-1 clause 9.5. */
async function translate(value: string | undefined, context: Context): Promise<Outcome> {
  const opened = await openBlock(value, context, { format: 'format', key: 'key' });
  if ('ok' in opened) return opened;
  const { pin, format, pan } = opened;
  try {
    const toFormat = formatOf(context, 'to-format');
    const toPan = panFor(toFormat, context, context.args.has('to-pan') ? 'to-pan' : 'pan');
    if (typeof toPan !== 'string') return toPan;
    const samePan = toPan === pan;
    if (!isTranslationAllowed(format, toFormat, samePan)) {
      const message = `format ${format} may not become format ${toFormat}${samePan ? '' : ' for another account number'}`;
      return {
        ok: false,
        exit: 6,
        code: 'NOT_ALLOWED',
        message,
        next: 'see ISO 9564-1 table 1: 0, 3 and 4 only keep their account number',
      };
    }
    const lengths = { bytes: toFormat === 4 ? [16, 24, 32] : [16, 24] };
    const toKey = await requireKey('to-key', lengths, context);
    if (!(toKey instanceof Uint8Array)) return toKey;
    const block = seal(toFormat, pin, toPan, toKey);
    wipe(toKey);
    if (!(block instanceof Uint8Array)) return blockRefusal(block);
    const shown = toHex(block);
    return {
      ok: true,
      data: { block: shown, fromFormat: format, toFormat },
      text: () => [shown],
    };
  } finally {
    wipePin(pin);
  }
}

/** `chipswitch pinblock build|read|translate`. */
export const run: RunVerb = (context) => {
  const [kind, value] = context.args.positionals;
  if (kind === 'build') return buildPinBlock(context);
  if (kind === 'read') return readPinBlock(value, context);
  if (kind === 'translate') return translate(value, context);
  const typed = kind === undefined ? 'no kind given' : `no kind "${scrubEcho(kind)}"`;
  return usage('UNKNOWN_KIND', `${typed}: build, read or translate`, 'chipswitch pinblock --help');
};
