// MACs on the command line: ISO/IEC 9797-1 algorithms 1 and 3, CMAC, HMAC; made and verified.
import { equalConstantTime, toHex, wipe } from '@chipswitch/bytes';
import {
  cmac,
  hmacSha,
  macAlgorithm1,
  makeCipher,
  padForMac,
  retailMac,
  TdesCipher,
} from '@chipswitch/cryptography';
import { isRefusal, readInput, type InputForm } from '../frame/input.ts';
import { type Outcome, type Refusal, usage } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';
import { hexOption, requireKey, type KeyLengths } from './read-key.ts';
import { algorithmOf, StepLog, stepLines } from './steps.ts';

const methods = {
  retail: { lengths: [16], cipher: 'tdes', text: 'ISO/IEC 9797-1 algorithm 3 (retail MAC)' },
  alg1: { lengths: [8, 16, 24], cipher: 'tdes', text: 'ISO/IEC 9797-1 algorithm 1 (CBC-MAC)' },
  'cmac-tdes': {
    lengths: [16, 24],
    cipher: 'tdes',
    text: 'CMAC with triple DES (ISO/IEC 9797-1 algorithm 5)',
  },
  'cmac-aes': { lengths: [16, 24, 32], cipher: 'aes', text: 'CMAC with AES (NIST SP 800-38B)' },
  'hmac-sha256': {
    lengths: [16, 20, 24, 32, 48, 64],
    cipher: 'aes',
    text: 'HMAC-SHA-256 (FIPS 198-1)',
  },
} as const;

interface Made {
  readonly mac: Uint8Array;
  readonly log: StepLog;
  readonly text: string;
}

function compute(
  name: keyof typeof methods,
  key: Uint8Array,
  data: Uint8Array,
  padding: 1 | 2 | 3,
  log: StepLog,
): Uint8Array {
  if (name === 'hmac-sha256') return hmacSha('sha256', key, data);
  const { cipher: kind } = methods[name];
  log.key('key', key, kind);
  if (name === 'retail') {
    log.secret('padded data', padForMac(data, padding, 8), `padding ${padding}`);
    const cipher = new TdesCipher(key);
    try {
      return retailMac(cipher, data, padding);
    } finally {
      cipher.wipe();
    }
  }
  const cipher = makeCipher(algorithmOf(key, kind), key);
  try {
    if (name !== 'alg1') return cmac(cipher, data);
    log.secret('padded data', padForMac(data, padding, cipher.blockLength), `padding ${padding}`);
    return macAlgorithm1(cipher, data, padding);
  } finally {
    cipher.wipe();
  }
}

async function makeMac(positional: string | undefined, context: Context): Promise<Made | Refusal> {
  const { args, unsafe, surroundings } = context;
  if (positional === undefined)
    return usage('NO_DATA', 'the data to be authenticated is missing', 'add HEX, @FILE or -');
  const name = (args.value('method') ?? 'retail') as keyof typeof methods;
  const { lengths, text } = methods[name];
  const form = (args.value('in') ?? 'auto') as InputForm;
  const input = await readInput(positional, { form, from: surroundings });
  if (isRefusal(input)) return input;
  const keyLengths: KeyLengths = { bytes: lengths };
  const key = await requireKey('key', keyLengths, context);
  if (!(key instanceof Uint8Array)) return key;
  try {
    const log = new StepLog(unsafe);
    const padding = Number(args.value('padding') ?? '1') as 1 | 2 | 3;
    log.secret('data', input.readings[0].bytes, `read as ${input.readings[0].how}`);
    return { mac: compute(name, key, input.readings[0].bytes, padding, log), log, text };
  } finally {
    wipe(key);
  }
}

/** `chipswitch gen mac DATA --key …`. */
export async function generateMac(
  positional: string | undefined,
  context: Context,
): Promise<Outcome> {
  const made = await makeMac(positional, context);
  if ('ok' in made) return made;
  const { mac, log, text } = made;
  const length = context.args.number('length') ?? Math.min(mac.length, 16);
  if (length > mac.length)
    return usage('BAD_VALUE', `the MAC has ${mac.length} bytes`, `--length ${mac.length}`);
  const { steps } = log;
  const value = toHex(mac, 0, length);
  return {
    ok: true,
    data: { mac: value, method: text, ...(context.args.has('explain') ? { steps } : {}) },
    text: () =>
      context.args.has('explain')
        ? [...stepLines(steps, context.paint), `MAC  ${context.paint('value', value)}  ${text}`]
        : [value],
  };
}

/** `chipswitch verify mac DATA --mac HEX --key …`. */
export async function verifyMac(
  positional: string | undefined,
  context: Context,
): Promise<Outcome> {
  const expected = hexOption('mac', context, [4, 32]);
  if (expected === undefined) return usage('MISSING_OPTION', '--mac is needed', 'add --mac HEX');
  if (!(expected instanceof Uint8Array)) return expected;
  const made = await makeMac(positional, context);
  if ('ok' in made) return made;
  const { mac, log, text } = made;
  const right =
    expected.length <= mac.length && equalConstantTime(mac.subarray(0, expected.length), expected);
  const { steps } = log;
  const verdict = right ? context.paint('good', 'MAC right') : context.paint('bad', 'MAC wrong');
  return {
    ok: true,
    exit: right ? 0 : 6,
    data: { verified: right, method: text, ...(context.args.has('explain') ? { steps } : {}) },
    text: () => [
      ...(context.args.has('explain') ? stepLines(steps, context.paint) : []),
      `${verdict}  ${text}`,
    ],
  };
}
