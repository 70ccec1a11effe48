// The one engine behind every row of the cryptogram table: card key, session key, MAC, compare,
// answer (EMV Book 2 sections 8.1 and 8.2, annex A1.2 to A1.4).
//
// The triple DES way works on words in scratch schedules that are wiped after each call: nothing
// about a card is cached, and nothing is allocated but the answer.
import { equalConstantTime, wipe } from '@chipswitch/bytes';
import { AesCipher } from '../cipher/aes.ts';
import { desPair, type DesSchedule, newDesSchedule } from '../cipher/des.ts';
import { doubleLengthSchedule, loadWords, storeWords, type TdesCipher } from '../cipher/tdes.ts';
import { cmac } from '../mac/cmac.ts';
import { retailMacWords, wordsMatch } from '../mac/iso9797.ts';
import { type ArpcRequest, arpcMethod1, arpcMethod2 } from './arpc.ts';
import { type CardKeyOption, cardKeyDiversifier, deriveCardKey, diversifierA } from './card-key.ts';
import type { AcSessionKey, CryptogramVersion } from './cryptogram-versions.ts';
import { aesSessionKey, atcDiversifier } from './session-key.ts';

/** Who the card is and what its cryptogram was made with; lengths have been checked. */
export interface CryptogramContext {
  readonly pan: string;
  readonly panSequenceNumber: string;
  readonly atc: Uint8Array;
  readonly unpredictableNumber: Uint8Array | undefined;
  readonly data: Uint8Array;
}

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

/** Leaves the card key's schedule in `cardSchedule`. Parity makes no difference to a schedule. */
function scheduleCardKey(
  issuerKey: TdesCipher,
  option: CardKeyOption,
  pan: string,
  panSequenceNumber: string,
): void {
  if (option === 'B' && pan.length > 16) {
    loadWords(cardKeyDiversifier(option, pan, panSequenceNumber), 0, block);
  } else diversifierA(pan, panSequenceNumber, block);
  pair[0] = block[0];
  pair[1] = block[1];
  pair[2] = ~block[0];
  pair[3] = ~block[1];
  encryptHalves(issuerKey.encryption, issuerKey.words);
  doubleLengthSchedule(derived, cardSchedule);
}

/** Leaves the session key's schedule in `sessionSchedule` and returns it, or the card key's. */
function scheduleSessionKey(method: AcSessionKey, context: CryptogramContext): DesSchedule {
  if (method === 'none') return cardSchedule;
  const counter = (context.atc[0] << 8) | context.atc[1];
  if (method === 'unionpay') {
    pair[0] = pair[2] = 0;
    pair[1] = counter;
    pair[3] = ~counter & 0xffff;
  } else {
    const un = method === 'mc-skd' ? context.unpredictableNumber : undefined;
    let low = 0;
    if (un !== undefined) low = (un[0] << 24) | (un[1] << 16) | (un[2] << 8) | un[3];
    const high = counter << 16;
    pair[0] = high | 0xf000;
    pair[2] = high | 0x0f00;
    pair[1] = pair[3] = low;
  }
  encryptHalves(cardSchedule, 96);
  doubleLengthSchedule(derived, sessionSchedule);
  return sessionSchedule;
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
    scheduleCardKey(issuerKey, option, context.pan, context.panSequenceNumber);
    const schedule = scheduleSessionKey(row.sessionKey, context);
    retailMacWords(schedule, context.data, row.padding === 1 ? 1 : 2, block);
    if (!wordsMatch(block, arqc)) return { verified: false, arpc: undefined };
    if (answer === undefined) return { verified: true, arpc: undefined };
    const key = row.arpcKey === 'card' ? cardSchedule : schedule;
    return {
      verified: true,
      arpc:
        'arc' in answer
          ? arpcMethod1(key, arqc, answer.arc)
          : arpcMethod2(key, arqc, answer.csu, answer.proprietaryData),
    };
  } finally {
    wipeScratch();
  }
}

/** The application cryptogram itself, for a card's side and for tests: never for a verifier. */
export function tdesCryptogram(
  issuerKey: TdesCipher,
  row: CryptogramVersion,
  option: CardKeyOption,
  context: CryptogramContext,
): Uint8Array {
  try {
    scheduleCardKey(issuerKey, option, context.pan, context.panSequenceNumber);
    const schedule = scheduleSessionKey(row.sessionKey, context);
    retailMacWords(schedule, context.data, row.padding === 1 ? 1 : 2, block);
    const cryptogram = new Uint8Array(8);
    storeWords(block, cryptogram, 0);
    return cryptogram;
  } finally {
    wipeScratch();
  }
}

/** An AES card's cryptogram: option C card key, session key of the ATC, CMAC cut to eight bytes. */
export function aesCryptogram(
  issuerKey: AesCipher,
  context: CryptogramContext,
  keyLengthBytes = 16,
): { readonly cryptogram: Uint8Array; readonly sessionKey: Uint8Array } {
  const cardKey = deriveCardKey(
    issuerKey,
    'C',
    context.pan,
    context.panSequenceNumber,
    keyLengthBytes,
  );
  try {
    const sessionKey = aesSessionKey(cardKey, atcDiversifier(context.atc, 16));
    const cipher = new AesCipher(sessionKey);
    try {
      return { cryptogram: cmac(cipher, context.data).slice(0, 8), sessionKey };
    } finally {
      cipher.wipe();
    }
  } finally {
    wipe(cardKey);
  }
}

/** Verifies an AES cryptogram; the answer is by method 2, a CMAC cut to four bytes. */
export function verifyAesCryptogram(
  issuerKey: AesCipher,
  context: CryptogramContext,
  keyLengthBytes: number,
  arqc: Uint8Array,
  answer: ArpcRequest | undefined,
): CryptogramVerdict {
  const { cryptogram, sessionKey } = aesCryptogram(issuerKey, context, keyLengthBytes);
  try {
    if (!equalConstantTime(cryptogram, arqc)) return { verified: false, arpc: undefined };
    if (answer === undefined || 'arc' in answer) return { verified: true, arpc: undefined };
    const cipher = new AesCipher(sessionKey);
    try {
      const extra = answer.proprietaryData ?? new Uint8Array(0);
      const message = new Uint8Array(12 + extra.length);
      message.set(arqc);
      message.set(answer.csu, 8);
      message.set(extra, 12);
      return { verified: true, arpc: cmac(cipher, message).slice(0, 4) };
    } finally {
      cipher.wipe();
    }
  } finally {
    wipe(cryptogram, sessionKey);
  }
}
