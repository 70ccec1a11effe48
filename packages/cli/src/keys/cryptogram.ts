// Application cryptograms and their answers, step by step: issuer key, card key, session key, data, MAC.
import { equalConstantTime, toHex, wipe } from '@chipswitch/bytes';
import {
  AesCipher,
  aesSessionKey,
  atcDiversifier,
  cardKeyDiversifier,
  cmac,
  commonSessionKey,
  cryptogramData,
  type CryptogramVersion,
  deriveCardKey,
  mastercardSessionKey,
  retailMac,
  TdesCipher,
  unionPaySessionKey,
  arpcMethod1,
  arpcMethod2,
} from '@chipswitch/cryptography';
import { type Outcome, type Refusal, usage } from '../frame/outcome.ts';
import { maskDigits } from '../frame/scrub.ts';
import type { Context } from '../frame/verb.ts';
import { arcBytes, type CryptogramInput, readCryptogramInput } from './cryptogram-input.ts';
import { hexOption, requireKey } from './read-key.ts';
import { StepLog, stepLines } from './steps.ts';

interface Keys {
  readonly card: Uint8Array;
  /** The key of the cryptogram: the session key, or the card's own. */
  readonly session: Uint8Array;
}

const sessionTexts: Readonly<Record<CryptogramVersion['sessionKey'], string>> = {
  none: 'the card key itself',
  csk: 'EMV common session key (Book 2 A1.3.1)',
  'mc-skd': 'Mastercard derivation with ATC and unpredictable number',
  unionpay: 'UnionPay (PBOC 3.0 part 5)',
  'aes-csk': 'AES common session key (Book 2 A1.3.1)',
};

function neededTag(input: CryptogramInput, tag: string, length: number): Uint8Array | Refusal {
  const value = input.tags.get(tag);
  if (value === undefined)
    return usage('MISSING_TAG', `${tag} is not in the data`, `add --tag ${tag}=HEX`);
  if (value.length === length) return value;
  return usage('BAD_LENGTH', `${tag} has ${value.length} bytes`, `give ${length} bytes`);
}

/** Session key out of the card key, by the version's rule. */
function sessionKeyOf(
  input: CryptogramInput,
  card: Uint8Array,
  atc: Uint8Array,
): Uint8Array | Refusal {
  const { sessionKey } = input.version;
  if (sessionKey === 'none') return card.slice();
  if (sessionKey === 'csk') return commonSessionKey(card, atcDiversifier(atc));
  if (sessionKey === 'unionpay') return unionPaySessionKey(card, atc);
  if (sessionKey === 'aes-csk') return aesSessionKey(card, atcDiversifier(atc, 16));
  const un = neededTag(input, '9F37', 4);
  return un instanceof Uint8Array ? mastercardSessionKey(card, atc, un) : un;
}

/** Issuer key of --imk to card and session key. */
async function deriveKeys(
  input: CryptogramInput,
  context: Context,
  log: StepLog,
): Promise<Keys | Refusal> {
  const { version, pan, panSequenceNumber, versionNote } = input;
  const option = (context.args.value('option') as 'A' | 'B' | 'C' | undefined) ?? version.option;
  const aes = option === 'C';
  const kind = aes ? 'aes' : 'tdes';
  const atc = neededTag(input, '9F36', 2);
  if (!(atc instanceof Uint8Array)) return atc;
  log.data('version', version.id, versionNote);
  const imk = await requireKey('imk', { bytes: aes ? [16, 24, 32] : [16] }, context);
  if (!(imk instanceof Uint8Array)) return imk;
  log.key('issuer master key', imk, kind);
  const shownPan = context.unsafe ? pan : maskDigits(pan);
  log.data('card', `${shownPan}, sequence number ${panSequenceNumber}`);
  log.secret(
    'diversifier',
    cardKeyDiversifier(option, pan, panSequenceNumber),
    `option ${option} (Book 2 A1.4)`,
  );
  const cipher = aes ? new AesCipher(imk) : new TdesCipher(imk);
  const card = deriveCardKey(cipher, option, pan, panSequenceNumber, imk.length);
  cipher.wipe();
  wipe(imk);
  log.key('card key', card, kind, `option ${option}`);
  const session = sessionKeyOf(input, card, atc);
  if (!(session instanceof Uint8Array)) {
    wipe(card);
    return session;
  }
  log.key('session key', session, kind, `${sessionTexts[version.sessionKey]}, ATC ${toHex(atc)}`);
  return { card, session };
}

/** The cryptogram over the version's data. */
function cryptogramOf(
  input: CryptogramInput,
  session: Uint8Array,
  log: StepLog,
): Uint8Array | Refusal {
  const { version, tags } = input;
  const built = cryptogramData(version, tags);
  if (!built.ok) {
    const detail = built.error.detail ?? 'missing data';
    const tag = /missing ([0-9A-F]+)/.exec(detail)?.[1];
    const next = tag === undefined ? 'check 9F10' : `add --tag ${tag}=HEX`;
    return usage('MISSING_TAG', `the data under the cryptogram is not complete: ${detail}`, next);
  }
  for (const item of version.data) {
    const value = tags.get(item);
    if (value !== undefined) log.data(`data ${item}`, value);
    else log.data(`data ${item}`, 'out of 9F10');
  }
  log.data('data', built.data, `${built.data.length} bytes`);
  if (version.padding === 'cmac') {
    const cipher = new AesCipher(session);
    try {
      return cmac(cipher, built.data).slice(0, 8);
    } finally {
      cipher.wipe();
    }
  }
  log.data('MAC', `ISO/IEC 9797-1 algorithm 3, padding ${version.padding}`);
  const cipher = new TdesCipher(session);
  try {
    return retailMac(cipher, built.data, version.padding);
  } finally {
    cipher.wipe();
  }
}

/** What the issuer's answer is made from. */
type AnswerInput =
  | { readonly method: 1; readonly arc: Uint8Array }
  | { readonly method: 2; readonly csu: Uint8Array; readonly proprietary: Uint8Array };

function answerInput(version: CryptogramVersion, context: Context): AnswerInput | Refusal {
  const { args } = context;
  const method = args.has('csu') ? 2 : args.has('arc') ? 1 : version.arpcMethod;
  if (method === 2) {
    const csu = hexOption('csu', context, 4);
    if (csu === undefined)
      return usage(
        'MISSING_OPTION',
        `${version.id} answers by method 2: --csu is needed`,
        'add --csu HEX (4 bytes)',
      );
    if (!(csu instanceof Uint8Array)) return csu;
    const proprietary = hexOption('proprietary', context, [0, 8]) ?? new Uint8Array(0);
    return proprietary instanceof Uint8Array ? { method, csu, proprietary } : proprietary;
  }
  if (method === undefined)
    return usage('NO_ARPC', `${version.id} has no answer cryptogram`, 'choose another --cvn');
  const arc = arcBytes(args.value('arc') ?? '');
  if (arc === undefined)
    return usage(
      'MISSING_OPTION',
      '--arc is needed: two characters, or four hex digits',
      'add --arc 00',
    );
  return { method, arc };
}

function arpcOf(
  input: CryptogramInput,
  keys: Keys,
  answer: AnswerInput,
  log: StepLog,
): Uint8Array | Refusal {
  const arqc = neededTag(input, '9F26', 8);
  if (!(arqc instanceof Uint8Array)) return arqc;
  const { version } = input;
  const key = version.arpcKey === 'card' ? keys.card : keys.session;
  log.data('ARQC', arqc);
  const keyName = version.arpcKey === 'card' ? 'card key' : 'session key';
  if (answer.method === 1)
    log.data('ARPC', `method 1 (Book 2 8.2.1) under the ${keyName}, ARC ${toHex(answer.arc)}`);
  else log.data('ARPC', `method 2 (Book 2 8.2.2) under the ${keyName}, CSU ${toHex(answer.csu)}`);
  if (version.padding === 'cmac') {
    if (answer.method === 1)
      return usage('NO_ARPC', 'AES cards answer by method 2', 'add --csu HEX');
    const cipher = new AesCipher(key);
    try {
      const message = new Uint8Array(Buffer.concat([arqc, answer.csu, answer.proprietary]));
      return cmac(cipher, message).slice(0, 4);
    } finally {
      cipher.wipe();
    }
  }
  const cipher = new TdesCipher(key);
  try {
    return answer.method === 1
      ? arpcMethod1(cipher.encryption, arqc, answer.arc)
      : arpcMethod2(cipher.encryption, arqc, answer.csu, answer.proprietary);
  } finally {
    cipher.wipe();
  }
}

/** The value for tag 91: ARPC and ARC (method 1), or ARPC, CSU and proprietary data (method 2). */
function issuerData(arpc: Uint8Array, answer: AnswerInput): string {
  if (answer.method === 1) return toHex(arpc) + toHex(answer.arc);
  return toHex(arpc) + toHex(answer.csu) + toHex(answer.proprietary);
}

interface Worked {
  readonly input: CryptogramInput;
  readonly log: StepLog;
  readonly value: Uint8Array;
  readonly answer?: AnswerInput;
}

async function work(
  kind: 'arqc' | 'arpc',
  positional: string | undefined,
  context: Context,
): Promise<Worked | Refusal> {
  const input = await readCryptogramInput(positional, context);
  if ('ok' in input) return input;
  const answer = kind === 'arpc' ? answerInput(input.version, context) : undefined;
  if (answer !== undefined && 'ok' in answer) return answer;
  const log = new StepLog(context.unsafe);
  const keys = await deriveKeys(input, context, log);
  if ('ok' in keys) return keys;
  try {
    const value =
      answer === undefined
        ? cryptogramOf(input, keys.session, log)
        : arpcOf(input, keys, answer, log);
    if (!(value instanceof Uint8Array)) return value;
    return answer === undefined ? { input, log, value } : { input, log, value, answer };
  } finally {
    wipe(keys.card, keys.session);
  }
}

function explained(log: StepLog, context: Context): { data: object; lines: readonly string[] } {
  if (!context.args.has('explain')) return { data: {}, lines: [] };
  return { data: { steps: log.steps }, lines: stepLines(log.steps, context.paint) };
}

/** `chipswitch gen arqc|arpc`. */
export async function generateCryptogram(
  kind: 'arqc' | 'arpc',
  positional: string | undefined,
  context: Context,
): Promise<Outcome> {
  const worked = await work(kind, positional, context);
  if ('ok' in worked) return worked;
  const { input, log, value, answer } = worked;
  const { data, lines } = explained(log, context);
  const text = toHex(value);
  const tag91 = answer === undefined ? undefined : issuerData(value, answer);
  return {
    ok: true,
    data: {
      [kind]: text,
      cvn: input.version.id,
      ...(tag91 === undefined ? {} : { tag91 }),
      ...data,
    },
    text: () =>
      lines.length === 0
        ? [text]
        : [
            ...lines,
            `${kind.toUpperCase()}  ${context.paint('value', text)}`,
            ...(tag91 === undefined ? [] : [`tag 91  ${tag91}`]),
          ],
  };
}

/** `chipswitch verify arqc|arpc`: only yes or no; the right value is shown with --unsafe and --explain. */
export async function verifyCryptogram(
  kind: 'arqc' | 'arpc',
  positional: string | undefined,
  context: Context,
): Promise<Outcome> {
  const expected = kind === 'arpc' ? hexOption('arpc', context, [4, 8]) : undefined;
  if (kind === 'arpc') {
    if (expected === undefined)
      return usage('MISSING_OPTION', '--arpc is needed', 'add --arpc HEX');
    if (!(expected instanceof Uint8Array)) return expected;
  }
  const worked = await work(kind, positional, context);
  if ('ok' in worked) return worked;
  const { input, log, value } = worked;
  const given = kind === 'arpc' ? (expected as Uint8Array) : neededTag(input, '9F26', 8);
  if (!(given instanceof Uint8Array)) return given;
  const right = given.length === value.length && equalConstantTime(given, value);
  if (!right) log.secret('would be right', value);
  wipe(value);
  const { data, lines } = explained(log, context);
  const name = kind.toUpperCase();
  const verdict = right
    ? context.paint('good', `${name} verified`)
    : context.paint('bad', `${name} does not verify`);
  return {
    ok: true,
    exit: right ? 0 : 6,
    data: { verified: right, cvn: input.version.id, ...data },
    text: () => [...lines, `${verdict}  ${input.version.id}`],
    notices: right
      ? []
      : ['wrong key, account or sequence number, cryptogram version, or changed data'],
  };
}

/** `chipswitch gen udk|session-key`: check values, keys with --unsafe. */
export async function generateDerivedKey(
  kind: 'udk' | 'session-key',
  positional: string | undefined,
  context: Context,
): Promise<Outcome> {
  const input = await readCryptogramInput(positional, context);
  if ('ok' in input) return input;
  const log = new StepLog(context.unsafe);
  const tags =
    input.tags.has('9F36') || kind === 'session-key'
      ? input.tags
      : new Map([...input.tags, ['9F36', new Uint8Array(2)]]);
  const keys = await deriveKeys({ ...input, tags }, context, log);
  if ('ok' in keys) return keys;
  const key = kind === 'udk' ? keys.card : keys.session;
  const aes = (context.args.value('option') ?? input.version.option) === 'C';
  const kcv = new StepLog(false).key('', key, aes ? 'aes' : 'tdes');
  const shown = context.unsafe ? toHex(key) : undefined;
  wipe(keys.card, keys.session);
  const steps = kind === 'udk' ? log.steps.filter(({ name }) => name !== 'session key') : log.steps;
  const explain = context.args.has('explain');
  return {
    ok: true,
    data: {
      kind,
      kcv,
      cvn: input.version.id,
      ...(shown === undefined ? {} : { key: shown }),
      ...(explain ? { steps } : {}),
    },
    text: () => [
      ...(explain ? stepLines(steps, context.paint) : []),
      shown === undefined ? `KCV ${kcv}` : `${shown}  KCV ${kcv}`,
    ],
    notices: shown === undefined ? ['the key itself is shown with --unsafe'] : [],
  };
}
