// `chipswitch gen`: cryptograms, answers, derived keys, MACs, card codes, PIN values, random keys.
import { randomBytes } from 'node:crypto';
import { toHex, wipe } from '@chipswitch/bytes';
import {
  adjustParity,
  cardVerificationValue,
  clearPinFromText,
  referenceKcv,
  TdesCipher,
  visaPvv,
  wipePin,
} from '@chipswitch/cryptography';
import { type Outcome, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { generateCryptogram, generateDerivedKey } from './cryptogram.ts';
import { kcvOf } from './kcv.ts';
import { generateMac } from './mac.ts';
import { digitsOption, requireKey, tdesKeys } from './read-key.ts';
import { algorithmOf, StepLog, stepLines } from './steps.ts';
import { wrapUnder } from './tr31.ts';

/** The code, shown with --unsafe; what was made of it otherwise. */
function codeReport(name: string, code: string, log: StepLog, context: Context): Outcome {
  const shown = context.unsafe ? code : '*'.repeat(code.length);
  const explain = context.args.has('explain');
  return {
    ok: true,
    data: { [name]: shown, ...(explain ? { steps: log.steps } : {}) },
    text: () => [...(explain ? stepLines(log.steps, context.paint) : []), shown],
    notices: context.unsafe ? [] : ['the digits are shown with --unsafe'],
  };
}

async function generateCvv(context: Context): Promise<Outcome> {
  const pan = digitsOption('pan', context, [13, 19]);
  const expiry = digitsOption('expiry', context, [4, 4]);
  const service = digitsOption('service-code', context, [3, 3]) ?? '000';
  if (typeof pan === 'object') return pan;
  if (typeof expiry === 'object') return expiry;
  if (typeof service === 'object') return service;
  if (pan === undefined || expiry === undefined)
    return usage(
      'MISSING_OPTION',
      '--pan and --expiry are needed',
      'add --pan DIGITS --expiry YYMM (CVV2: MMYY and service code 000; iCVV: 999)',
    );
  const key = await requireKey('key', { bytes: [16] }, context);
  if (!(key instanceof Uint8Array)) return key;
  const log = new StepLog(context.unsafe);
  log.key('card verification key', key, 'tdes');
  const cipher = new TdesCipher(key);
  wipe(key);
  const code = cardVerificationValue(cipher, `${pan}${expiry}${service}`);
  cipher.wipe();
  return codeReport('cvv', code, log, context);
}

async function generatePvv(context: Context): Promise<Outcome> {
  const pan = digitsOption('pan', context, [12, 19]);
  const index = digitsOption('key-index', context, [1, 1]) ?? '1';
  if (typeof pan === 'object') return pan;
  if (typeof index === 'object') return index;
  const pinText = context.args.value('pin');
  if (pan === undefined || pinText === undefined)
    return usage('MISSING_OPTION', '--pan and --pin are needed', 'add --pan DIGITS --pin DIGITS');
  const pin = clearPinFromText(
    pinText.startsWith('env:') ? (context.surroundings.env[pinText.slice(4)] ?? '') : pinText,
  );
  if (pin === undefined) return usage('BAD_PIN', 'a PIN has 4 to 12 digits', 'check --pin');
  const key = await requireKey('key', tdesKeys, context);
  if (!(key instanceof Uint8Array)) return key;
  const log = new StepLog(context.unsafe);
  log.key('PIN verification key', key, 'tdes', `key index ${index}`);
  const cipher = new TdesCipher(key);
  wipe(key);
  const code = visaPvv(cipher, pan, index, pin);
  cipher.wipe();
  wipePin(pin);
  return codeReport('pvv', code, log, context);
}

/** A random key: wrapped under --kbpk, or in the clear with --unsafe. */
async function generateKey(context: Context): Promise<Outcome> {
  const { args, unsafe } = context;
  const aes = (args.value('algorithm') ?? 'aes') === 'aes';
  const length = args.number('length') ?? 16;
  const allowed = aes ? [16, 24, 32] : [16, 24];
  if (!allowed.includes(length))
    return usage(
      'BAD_VALUE',
      `a key of ${length} bytes cannot be made`,
      `--length ${allowed.join(' or ')}`,
    );
  if (!args.has('kbpk') && !unsafe)
    return usage(
      'NOWHERE_TO_PUT_IT',
      'a new key leaves only wrapped or with --unsafe',
      'add --kbpk KEY --usage P0, or --unsafe',
    );
  const key = new Uint8Array(randomBytes(length));
  if (!aes) adjustParity(key);
  try {
    const kcv = referenceKcv(algorithmOf(key, aes ? 'aes' : 'tdes'), key);
    if (!args.has('kbpk')) {
      // Read now: the text is made after this function has wiped the key.
      const hex = toHex(key);
      return { ok: true, data: { key: hex, kcv }, text: () => [`${hex}  KCV ${kcv}`] };
    }
    const wrapped = await wrapUnder(key, aes ? 'A' : 'T', context);
    if ('ok' in wrapped) return wrapped;
    const { block } = wrapped;
    return { ok: true, data: { block, kcv }, text: () => [block], notices: [`KCV ${kcv}`] };
  } finally {
    wipe(key);
  }
}

/** `chipswitch gen KIND`. */
export const run: RunVerb = (context) => {
  const [kind, value] = context.args.positionals;
  switch (kind) {
    case 'arqc':
    case 'arpc':
      return generateCryptogram(kind, value, context);
    case 'udk':
    case 'session-key':
      return generateDerivedKey(kind, value, context);
    case 'mac':
      return generateMac(value, context);
    case 'cvv':
      return generateCvv(context);
    case 'pvv':
      return generatePvv(context);
    case 'key':
      return generateKey(context);
    case 'kcv':
      return kcvOf(value, context);
    default: {
      const typed = kind === undefined ? 'no kind given' : `no kind "${scrubEcho(kind)}"`;
      const known = 'arqc, arpc, udk, session-key, mac, cvv, pvv, key, kcv';
      return usage('UNKNOWN_KIND', `${typed}: ${known}`, 'chipswitch gen --help');
    }
  }
};
