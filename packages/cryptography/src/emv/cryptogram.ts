// The one engine behind every row of the cryptogram table: card key, session key, MAC, compare,
// answer (EMV Book 2 sections 8.1 and 8.2, annex A1.2 to A1.4).
//
// The triple DES way works on words in scratch schedules that are wiped after each call: nothing
// about a card is cached, and nothing is allocated but the answer.
import { concatBytes, equalConstantTime, wipe } from '@chipswitch/bytes';
import { AesCipher } from '../cipher/aes.ts';
import { desPair, type DesSchedule, newDesSchedule } from '../cipher/des.ts';
import { doubleLengthSchedule, loadWords, storeWords, TdesCipher } from '../cipher/tdes.ts';
import { SecurityFault } from '../errors.ts';
import { adjustParity } from '../key/parity.ts';
import { cmac } from '../mac/cmac.ts';
import { retailMacWords, wordsMatch } from '../mac/iso9797.ts';
import { type ArpcRequest, arpcMethod1, arpcMethod2 } from './arpc.ts';
import { type CardKeyOption, cardKeyDiversifier, deriveCardKey, diversifierA } from './card-key.ts';
import type { CryptogramVersion } from './cryptogram-versions.ts';
import type { SessionKeyRule } from './session-key-rules.ts';

/** Who the card is and what its cryptogram was made with; lengths have been checked. */
export interface CryptogramContext {
  readonly pan: string;
  readonly panSequenceNumber: string;
  readonly atc: Uint8Array;
  readonly unpredictableNumber: Uint8Array | undefined;
  readonly data: Uint8Array;
  /**
   * Told each step as the engine takes it, for whoever explains a calculation. What it is given is
   * clear and wiped when it returns; without it no step is copied.
   */
  readonly onStep?: (name: CryptogramStep, bytes: Uint8Array) => void;
}

/** Steps in their order: the block that the issuer's key enciphers, the keys, the data, the results. */
export type CryptogramStep =
  | 'diversifier'
  | 'card-key'
  | 'session-key'
  | 'data'
  | 'cryptogram'
  | 'arpc';

const cardSchedule = newDesSchedule();
const sessionSchedule = newDesSchedule();
const derived = new Uint8Array(16);
const block = new Int32Array(2);
const pair = new Int32Array(4);

// Both halves of a key, side by side: the two blocks of `pair` under one schedule.
function encryptHalves(schedule: DesSchedule, words: number): void {
  desPair(pair, schedule, schedule, words);
  block[0] = pair[0];
  block[1] = pair[1];
  storeWords(block, derived, 0);
  block[0] = pair[2];
  block[1] = pair[3];
  storeWords(block, derived, 8);
}

function wipeScratch(): void {
  wipe(cardSchedule.words, sessionSchedule.words, derived, block, pair);
}

/** Tells a key that stands in `derived`, its parity set as keys are written. */
function tellKey(context: CryptogramContext, name: CryptogramStep): void {
  if (context.onStep === undefined) return;
  const key = adjustParity(derived.slice());
  context.onStep(name, key);
  wipe(key);
}

/** Leaves the card key's schedule in `cardSchedule`. Parity makes no difference to a schedule. */
function scheduleCardKey(
  issuerKey: TdesCipher,
  option: CardKeyOption,
  context: CryptogramContext,
): void {
  const { pan, panSequenceNumber } = context;
  if (option === 'B' && pan.length > 16) {
    loadWords(cardKeyDiversifier(option, pan, panSequenceNumber), 0, block);
  } else diversifierA(pan, panSequenceNumber, block);
  if (context.onStep !== undefined) {
    const diversifier = new Uint8Array(8);
    storeWords(block, diversifier, 0);
    context.onStep('diversifier', diversifier);
  }
  pair[0] = block[0];
  pair[1] = block[1];
  pair[2] = ~block[0];
  pair[3] = ~block[1];
  encryptHalves(issuerKey.encryption, issuerKey.words);
  doubleLengthSchedule(derived, cardSchedule);
  tellKey(context, 'card-key');
}

/** Leaves the session key's schedule in `sessionSchedule` and returns it, or the card key's. */
function scheduleSessionKey(rule: SessionKeyRule, context: CryptogramContext): DesSchedule {
  if (rule.kind === 'card-key') {
    tellKey(context, 'session-key');
    return cardSchedule;
  }
  if (rule.kind === 'two-blocks') {
    rule.writeBlocks(pair, context);
    encryptHalves(cardSchedule, 96);
  } else {
    const key = rule.derive(adjustParity(derived), context);
    derived.set(key);
    wipe(key);
  }
  doubleLengthSchedule(derived, sessionSchedule);
  tellKey(context, 'session-key');
  return sessionSchedule;
}

/** The answer to a cryptogram under the row's key, after both schedules have been made. */
function answerUnder(
  row: CryptogramVersion,
  session: DesSchedule,
  arqc: Uint8Array,
  answer: ArpcRequest,
): Uint8Array {
  const key = row.arpcKey === 'card' ? cardSchedule : session;
  return 'arc' in answer
    ? arpcMethod1(key, arqc, answer.arc)
    : arpcMethod2(key, arqc, answer.csu, answer.proprietaryData);
}

/** Whether a cryptogram holds, and the answer to it when one was asked for. */
export interface CryptogramVerdict {
  readonly verified: boolean;
  readonly arpc: Uint8Array | undefined;
}

/**
 * Verifies a cryptogram under a triple DES issuer key.
 *
 * @param option how the card key is made: the row's, or the issuer's own choice
 * @param answer what the answer is made from, of the row's method
 */
export function verifyTdesCryptogram(
  issuerKey: TdesCipher,
  row: CryptogramVersion,
  option: CardKeyOption,
  context: CryptogramContext,
  arqc: Uint8Array,
  answer: ArpcRequest | undefined,
): CryptogramVerdict {
  try {
    scheduleCardKey(issuerKey, option, context);
    const schedule = scheduleSessionKey(row.sessionKey, context);
    retailMacWords(schedule, context.data, row.padding === 1 ? 1 : 2, block);
    if (!wordsMatch(block, arqc)) return { verified: false, arpc: undefined };
    if (answer === undefined) return { verified: true, arpc: undefined };
    return { verified: true, arpc: answerUnder(row, schedule, arqc, answer) };
  } finally {
    wipeScratch();
  }
}

/** The cryptogram under a triple DES issuer key. */
function tdesCryptogram(
  issuerKey: TdesCipher,
  row: CryptogramVersion,
  option: CardKeyOption,
  context: CryptogramContext,
): Uint8Array {
  try {
    scheduleCardKey(issuerKey, option, context);
    const schedule = scheduleSessionKey(row.sessionKey, context);
    context.onStep?.('data', context.data);
    retailMacWords(schedule, context.data, row.padding === 1 ? 1 : 2, block);
    const cryptogram = new Uint8Array(8);
    storeWords(block, cryptogram, 0);
    return cryptogram;
  } finally {
    wipeScratch();
  }
}

/** The answer under a triple DES issuer key, whatever the cryptogram. */
function tdesArpc(
  issuerKey: TdesCipher,
  row: CryptogramVersion,
  option: CardKeyOption,
  context: CryptogramContext,
  arqc: Uint8Array,
  answer: ArpcRequest,
): Uint8Array {
  try {
    scheduleCardKey(issuerKey, option, context);
    const schedule = scheduleSessionKey(row.sessionKey, context);
    return answerUnder(row, schedule, arqc, answer);
  } finally {
    wipeScratch();
  }
}

/** An AES card's session key: option C card key, then the row's rule. */
function aesSession(
  issuerKey: AesCipher,
  rule: SessionKeyRule,
  context: CryptogramContext,
  keyLengthBytes: number,
): Uint8Array {
  const { pan, panSequenceNumber, onStep } = context;
  onStep?.('diversifier', cardKeyDiversifier('C', pan, panSequenceNumber));
  const cardKey = deriveCardKey(issuerKey, 'C', pan, panSequenceNumber, keyLengthBytes);
  try {
    onStep?.('card-key', cardKey);
    if (rule.kind !== 'derived') throw new SecurityFault('configuration', 'no rule for AES keys');
    const sessionKey = rule.derive(cardKey, context);
    onStep?.('session-key', sessionKey);
    return sessionKey;
  } finally {
    wipe(cardKey);
  }
}

function aesMac(key: Uint8Array, data: Uint8Array, length: number): Uint8Array {
  const cipher = new AesCipher(key);
  try {
    return cmac(cipher, data).slice(0, length);
  } finally {
    cipher.wipe();
  }
}

// Method 2 alone: a CMAC cut to four bytes.
function aesArpc(key: Uint8Array, arqc: Uint8Array, answer: ArpcRequest): Uint8Array | undefined {
  if ('arc' in answer) return undefined;
  return aesMac(key, concatBytes(arqc, answer.csu, answer.proprietaryData ?? new Uint8Array(0)), 4);
}

/** Verifies an AES cryptogram; the answer is by method 2, a CMAC cut to four bytes. */
export function verifyAesCryptogram(
  issuerKey: AesCipher,
  row: CryptogramVersion,
  context: CryptogramContext,
  keyLengthBytes: number,
  arqc: Uint8Array,
  answer: ArpcRequest | undefined,
): CryptogramVerdict {
  const sessionKey = aesSession(issuerKey, row.sessionKey, context, keyLengthBytes);
  const cryptogram = aesMac(sessionKey, context.data, 8);
  try {
    if (!equalConstantTime(cryptogram, arqc)) return { verified: false, arpc: undefined };
    const arpc = answer === undefined ? undefined : aesArpc(sessionKey, arqc, answer);
    return { verified: true, arpc };
  } finally {
    wipe(cryptogram, sessionKey);
  }
}

/** What a calculation of a row works on. */
export interface CryptogramWork {
  readonly row: CryptogramVersion;
  /** The row's, or the issuer's own choice; C with AES keys and with them only. */
  readonly option: CardKeyOption;
  readonly context: CryptogramContext;
}

/**
 * The application cryptogram itself: for a card's side, for explanations and for tests; a verifier
 * asks `verifyTdesCryptogram` or `verifyAesCryptogram`, which tell no value.
 *
 * @param issuerKey issuer master key for application cryptograms
 */
export function applicationCryptogram(issuerKey: Uint8Array, work: CryptogramWork): Uint8Array {
  const { row, option, context } = work;
  const cipher = option === 'C' ? new AesCipher(issuerKey) : new TdesCipher(issuerKey);
  try {
    if (cipher instanceof TdesCipher)
      return told(context, tdesCryptogram(cipher, row, option, context));
    const sessionKey = aesSession(cipher, row.sessionKey, context, issuerKey.length);
    context.onStep?.('data', context.data);
    const cryptogram = aesMac(sessionKey, context.data, 8);
    wipe(sessionKey);
    return told(context, cryptogram);
  } finally {
    cipher.wipe();
  }
}

function told(context: CryptogramContext, cryptogram: Uint8Array): Uint8Array {
  context.onStep?.('cryptogram', cryptogram);
  return cryptogram;
}

/**
 * The issuer's answer to a cryptogram that is taken as it is, by either method.
 *
 * @returns undefined where an AES card is to be answered by method 1, which it has not
 */
export function issuerAnswer(
  issuerKey: Uint8Array,
  work: CryptogramWork,
  arqc: Uint8Array,
  answer: ArpcRequest,
): Uint8Array | undefined {
  const { row, option, context } = work;
  const cipher = option === 'C' ? new AesCipher(issuerKey) : new TdesCipher(issuerKey);
  let arpc: Uint8Array | undefined;
  try {
    if (cipher instanceof TdesCipher) {
      arpc = tdesArpc(cipher, row, option, context, arqc, answer);
    } else {
      const sessionKey = aesSession(cipher, row.sessionKey, context, issuerKey.length);
      arpc = aesArpc(sessionKey, arqc, answer);
      wipe(sessionKey);
    }
  } finally {
    cipher.wipe();
  }
  if (arpc !== undefined) context.onStep?.('arpc', arpc);
  return arpc;
}
