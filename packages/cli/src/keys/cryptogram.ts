// Application cryptograms and their answers: what the engine computes, and with --explain what it did.
import { equalConstantTime, toHex, wipe, given } from '@chipswitch/bytes';
import { maskPan } from '@chipswitch/cardholder-data';
import {
  applicationCryptogram,
  type ArpcRequest,
  type CardKeyOption,
  cryptogramData,
  type CryptogramContext,
  type CryptogramVersion,
  type CryptogramWork,
  issuerAnswer,
} from '@chipswitch/cryptography';
import { type Outcome, type Refusal, usage } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';
import { arcBytes, type CryptogramInput, readCryptogramInput } from './cryptogram-input.ts';
import { hexOption, requireKey } from './read-key.ts';
import { StepLog, stepLines } from './steps.ts';

function neededTag(input: CryptogramInput, tag: string, length: number): Uint8Array | Refusal {
  const value = input.tags.get(tag);
  if (value === undefined)
    return usage('MISSING_TAG', `${tag} is not in the data`, `add --tag ${tag}=HEX`);
  if (value.length === length) return value;
  return usage('BAD_LENGTH', `${tag} has ${value.length} bytes`, `give ${length} bytes`);
}

/** The option of --option or of the version: C for AES cards and for them only. */
function optionOf(version: CryptogramVersion, context: Context): CardKeyOption | Refusal {
  const option = (context.args.value('option') as CardKeyOption | undefined) ?? version.option;
  if ((option === 'C') === (version.padding === 'cmac')) return option;
  const next = version.padding === 'cmac' ? 'leave --option out' : 'use --option A or B';
  return usage('BAD_VALUE', `option ${option} does not go with ${version.id}`, next);
}

/** The bytes under the cryptogram, by the version's recipe. */
function dataOf({ version, tags }: CryptogramInput): Uint8Array | Refusal {
  const built = cryptogramData(version, tags);
  if (built.ok) return built.data;
  const detail = built.error.detail ?? 'missing data';
  const tag = /missing ([0-9A-F]+)/.exec(detail)?.[1];
  const next = tag === undefined ? 'check 9F10' : `add --tag ${tag}=HEX`;
  return usage('MISSING_TAG', `the data under the cryptogram is not complete: ${detail}`, next);
}

/** Writes down each step of the engine. */
function observe(
  input: CryptogramInput,
  option: CardKeyOption,
  log: StepLog,
): NonNullable<CryptogramContext['onStep']> {
  const { version, tags } = input;
  const kind = option === 'C' ? 'aes' : 'tdes';
  const atc = toHex(tags.get('9F36') ?? new Uint8Array(2));
  return (name, bytes) => {
    if (name === 'diversifier') log.secret(name, bytes, `option ${option} (Book 2 A1.4)`);
    if (name === 'card-key') log.key('card key', bytes, kind, `option ${option}`);
    if (name === 'session-key')
      log.key('session key', bytes, kind, `${version.sessionKey.text}, ATC ${atc}`);
    if (name !== 'data') return;
    for (const item of version.data) log.data(`data ${item}`, tags.get(item) ?? 'out of 9F10');
    log.data('data', bytes, `${bytes.length} bytes`);
    if (version.padding !== 'cmac')
      log.data('MAC', `ISO/IEC 9797-1 algorithm 3, padding ${version.padding}`);
  };
}

const noData = new Uint8Array(0);

/** The issuer's key of --imk and everything that the engine is given but the data. */
async function workOf(
  input: CryptogramInput,
  context: Context,
  log: StepLog,
): Promise<{ readonly imk: Uint8Array; readonly work: CryptogramWork } | Refusal> {
  const { version, pan, panSequenceNumber, versionNote } = input;
  const option = optionOf(version, context);
  if (typeof option !== 'string') return option;
  const aes = option === 'C';
  const atc = neededTag(input, '9F36', 2);
  if (!(atc instanceof Uint8Array)) return atc;
  const un = version.sessionKey.needsUnpredictableNumber ? neededTag(input, '9F37', 4) : undefined;
  if (un !== undefined && !(un instanceof Uint8Array)) return un;
  log.data('version', version.id, versionNote);
  const imk = await requireKey('imk', { bytes: aes ? [16, 24, 32] : [16] }, context);
  if (!(imk instanceof Uint8Array)) return imk;
  log.key('issuer master key', imk, aes ? 'aes' : 'tdes');
  const shownPan = context.unsafe ? pan : maskPan(pan);
  log.data('card', `${shownPan}, sequence number ${panSequenceNumber}`);
  const onStep = observe(input, option, log);
  const card = { pan, panSequenceNumber, atc, unpredictableNumber: un, data: noData, onStep };
  return { imk, work: { row: version, option, context: card } };
}

/** What the issuer's answer is made from. */
type AnswerInput =
  | { readonly method: 1; readonly arc: Uint8Array }
  | { readonly method: 2; readonly csu: Uint8Array; readonly proprietaryData: Uint8Array };

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
    const proprietaryData = hexOption('proprietary', context, [0, 8]) ?? new Uint8Array(0);
    return proprietaryData instanceof Uint8Array
      ? { method, csu, proprietaryData }
      : proprietaryData;
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

/** A remark where the answer asked for is not the one that the version's cards take. */
function methodNote(version: CryptogramVersion, answer: AnswerInput | undefined): string[] {
  if (answer === undefined || answer.method === version.arpcMethod) return [];
  const { id, arpcMethod } = version;
  const way = arpcMethod === 1 ? 'answers by method 1 (--arc)' : 'answers by method 2 (--csu)';
  return [`${id} ${arpcMethod === undefined ? 'takes no answer cryptogram' : way}`];
}

function arpcOf(
  input: CryptogramInput,
  { imk, work }: { readonly imk: Uint8Array; readonly work: CryptogramWork },
  answer: AnswerInput,
  log: StepLog,
): Uint8Array | Refusal {
  const arqc = neededTag(input, '9F26', 8);
  if (!(arqc instanceof Uint8Array)) return arqc;
  const arpc = issuerAnswer(imk, work, arqc, answer satisfies ArpcRequest);
  if (arpc === undefined) return usage('NO_ARPC', 'AES cards answer by method 2', 'add --csu HEX');
  const key = input.version.arpcKey === 'card' ? 'card key' : 'session key';
  log.data('ARQC', arqc);
  if (answer.method === 1)
    log.data('ARPC', `method 1 (Book 2 8.2.1) under the ${key}, ARC ${toHex(answer.arc)}`);
  else log.data('ARPC', `method 2 (Book 2 8.2.2) under the ${key}, CSU ${toHex(answer.csu)}`);
  return arpc;
}

/** The value for tag 91: ARPC and ARC (method 1), or ARPC, CSU and proprietary data (method 2). */
function issuerData(arpc: Uint8Array, answer: AnswerInput): string {
  if (answer.method === 1) return toHex(arpc) + toHex(answer.arc);
  return toHex(arpc) + toHex(answer.csu) + toHex(answer.proprietaryData);
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
  const asked = await workOf(input, context, log);
  if ('ok' in asked) return asked;
  try {
    const data = answer === undefined ? dataOf(input) : noData;
    if (!(data instanceof Uint8Array)) return data;
    const whole = { ...asked.work, context: { ...asked.work.context, data } };
    const value =
      answer === undefined
        ? applicationCryptogram(asked.imk, whole)
        : arpcOf(input, asked, answer, log);
    if (!(value instanceof Uint8Array)) return value;
    return answer === undefined ? { input, log, value } : { input, log, value, answer };
  } finally {
    wipe(asked.imk);
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
      ...given({ tag91 }),
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
    notices: methodNote(input.version, answer),
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
  const { input, log, value, answer } = worked;
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
    notices: [
      ...methodNote(input.version, answer),
      ...(right
        ? []
        : ['wrong key, account or sequence number, cryptogram version, or changed data']),
    ],
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
  // A card key needs no transaction: the session key beside it is of none.
  const none: [string, Uint8Array][] = [
    ['9F36', new Uint8Array(2)],
    ['9F37', new Uint8Array(4)],
  ];
  const tags = kind === 'udk' ? new Map([...none, ...input.tags]) : input.tags;
  const asked = await workOf({ ...input, tags }, context, log);
  if ('ok' in asked) return asked;
  const { imk, work: whole } = asked;
  const step = kind === 'udk' ? 'card-key' : 'session-key';
  const aes = whole.option === 'C';
  let kcv = '';
  let shown: string | undefined;
  const { onStep } = whole.context;
  applicationCryptogram(imk, {
    ...whole,
    context: {
      ...whole.context,
      onStep: (name, bytes) => {
        if (name === 'data') return;
        if (kind === 'session-key' || name !== 'session-key') onStep?.(name, bytes);
        if (name !== step) return;
        kcv = new StepLog(false).key('', bytes, aes ? 'aes' : 'tdes');
        if (context.unsafe) shown = toHex(bytes);
      },
    },
  });
  wipe(imk);
  const { steps } = log;
  const explain = context.args.has('explain');
  return {
    ok: true,
    data: {
      kind,
      kcv,
      cvn: input.version.id,
      ...given({ key: shown }),
      ...(explain ? { steps } : {}),
    },
    text: () => [
      ...(explain ? stepLines(steps, context.paint) : []),
      shown === undefined ? `KCV ${kcv}` : `${shown}  KCV ${kcv}`,
    ],
    notices: shown === undefined ? ['the key itself is shown with --unsafe'] : [],
  };
}
