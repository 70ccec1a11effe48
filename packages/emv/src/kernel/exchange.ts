// One command and its answer, with the procedure bytes of T=0 (Book 1 annex A).
import { concatBytes } from '@chipswitch/bytes';
import { EmvFault } from './errors.ts';
import type { CardError, KernelAnswer, KernelRequest, KernelStep } from './types.ts';

/** An answer of the card: data and status word; or why there is none. */
export type CardAnswer =
  | {
      readonly ok: true;
      readonly data: Uint8Array;
      readonly sw: number;
      /** How long the last part took, where the transport measures it. */
      readonly elapsedUs: number | undefined;
    }
  | { readonly ok: false; readonly error: CardError };

/** A step of the kernel: asks, and returns `Result`. */
export type Asking<Result> = Generator<KernelRequest, Result, KernelAnswer>;

// 256 bytes of data and the status word: a short APDU cannot be longer.
const answerLengthMax = 258;
// A card that keeps answering 61xx never ends; four parts hold more than any EMV answer.
const partsMax = 4;

/** The answer to a request, checked to be of the type asked for. */
export function expectAnswer<Type extends KernelAnswer['type']>(
  answer: KernelAnswer | undefined,
  type: Type,
): Extract<KernelAnswer, { type: Type }> {
  if (answer?.type !== type) {
    throw new EmvFault('answer-mismatch', `asked for ${type}, answered ${String(answer?.type)}`);
  }
  return answer as Extract<KernelAnswer, { type: Type }>;
}

/** Sends one command; follows 61xx with GET RESPONSE and 6Cxx with the length the card wants. */
export function* exchange(step: KernelStep, command: Uint8Array): Asking<CardAnswer> {
  let next = command;
  let collected: Uint8Array | undefined;
  let corrected = false;
  for (let part = 0; part < partsMax;) {
    const answer = expectAnswer(yield { type: 'apdu', step, command: next }, 'apdu');
    if ('fault' in answer) return { ok: false, error: { code: answer.fault } };
    const { response } = answer;
    if (response.length < 2) return { ok: false, error: { code: 'protocol' } };
    if (response.length > answerLengthMax) return { ok: false, error: { code: 'too-long' } };
    const sw1 = response[response.length - 2];
    const sw2 = response[response.length - 1];
    const part1 = response.subarray(0, response.length - 2);
    if (sw1 === 0x6c && !corrected) {
      corrected = true;
      next = next.slice();
      next[next.length - 1] = sw2;
      continue;
    }
    const data: Uint8Array = collected === undefined ? part1 : concatBytes(collected, part1);
    if (data.length > answerLengthMax - 2) return { ok: false, error: { code: 'too-long' } };
    if (sw1 !== 0x61) {
      return { ok: true, data, sw: (sw1 << 8) | sw2, elapsedUs: answer.elapsedUs };
    }
    collected = data;
    next = Uint8Array.of(0x00, 0xc0, 0x00, 0x00, sw2);
    corrected = false;
    part++;
  }
  return { ok: false, error: { code: 'protocol' } };
}
