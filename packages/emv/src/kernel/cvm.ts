// Cardholder verification: walks the CVM list (Book 3 section 10.5, Book 4 section 6.3.4.5).
import { type CvmListValue, type CvmRule, decodeCvmList } from '../decoders/cvm.ts';
import { setTsi } from './bits.ts';
import { type Context, type Stop, flag, note } from './context.ts';
import { type CvmMethod, conditionHolds, methodOf, needsPin, supportsMethod } from './cvm-rules.ts';
import { type Asking, expectAnswer } from './exchange.ts';
import { bypassPin, verifyOfflinePin } from './offline-pin.ts';
import { tag } from './tags.ts';

/** How one method went: byte 3 of the CVM results. */
type MethodResult = 'successful' | 'unknown' | 'failed' | Stop;

const resultByte = { unknown: 0x00, failed: 0x01, successful: 0x02 } as const;

function setResults(context: Context, code: number, condition: number, result: number): void {
  context.data.set(tag.cvmResults, Uint8Array.of(code, condition, result));
}

function* onlinePin(context: Context): Asking<MethodResult> {
  if (context.pinBypassed) {
    flag(context, 'verify-cardholder', 'pin-not-entered');
    return 'failed';
  }
  const { amountMinor, currency } = context.input;
  const answer = expectAnswer(yield { type: 'pin', amountMinor, currency }, 'pin');
  switch (answer.result) {
    case 'cancelled':
      return { type: 'cancelled', reason: 'cardholder-cancelled' };
    case 'pad-failed':
      flag(context, 'verify-cardholder', 'pin-pad-missing');
      return 'failed';
    case 'bypassed':
      return bypassPin(context) ?? 'failed';
    case 'entered':
      flag(context, 'verify-cardholder', 'online-cvm-captured');
      context.cvm.onlinePin = true;
      if (answer.encipheredPin !== undefined) {
        context.data.set(tag.transactionPin, answer.encipheredPin);
      }
      return 'unknown';
  }
}

function* offlinePin(
  context: Context,
  mode: 'plaintext' | 'enciphered',
  signature: boolean,
): Asking<MethodResult> {
  if (context.pinBypassed) {
    flag(context, 'verify-cardholder', 'pin-not-entered');
    return 'failed';
  }
  const result = yield* verifyOfflinePin(context, mode);
  if (result === 'bad') return 'failed';
  if (result !== 'good') return result;
  context.cvm.offlinePin = true;
  if (!signature) return 'successful';
  // Whether the signature is good only the attendant sees.
  context.cvm.signature = true;
  return 'unknown';
}

function* perform(context: Context, method: CvmMethod): Asking<MethodResult> {
  switch (method) {
    case 'fail':
      return 'failed';
    case 'plaintext-pin':
    case 'plaintext-pin-and-signature':
      return yield* offlinePin(context, 'plaintext', method !== 'plaintext-pin');
    case 'enciphered-pin':
    case 'enciphered-pin-and-signature':
      return yield* offlinePin(context, 'enciphered', method !== 'enciphered-pin');
    case 'online-pin':
      return yield* onlinePin(context);
    case 'signature':
      context.cvm.signature = true;
      return 'unknown';
    case 'no-cvm':
      context.cvm.noCvm = true;
      return 'successful';
  }
}

/** Applies one rule whose condition holds. */
function* applyRule(context: Context, rule: CvmRule): Asking<MethodResult | 'not-attempted'> {
  const { config } = context;
  const method = methodOf(rule);
  if (method === undefined) {
    flag(context, 'verify-cardholder', 'cvm-unrecognised');
    return 'not-attempted';
  }
  if (!supportsMethod(method, config.capabilities, config.plaintextPin !== false)) {
    note(context, 'verify-cardholder', `${method} not supported`);
    if (needsPin(method)) flag(context, 'verify-cardholder', 'pin-pad-missing');
    return 'not-attempted';
  }
  note(context, 'verify-cardholder', `${method} applies`);
  return yield* perform(context, method);
}

function failVerification(context: Context): void {
  flag(context, 'verify-cardholder', 'cvm-failed');
  setTsi(context.tsi, 'cardholder-verification');
}

/** Whether a rule's condition holds in this transaction. */
function holds(context: Context, rule: CvmRule, list: CvmListValue): boolean {
  const { config, data, input } = context;
  const method = methodOf(rule);
  const supported =
    method !== undefined &&
    supportsMethod(method, config.capabilities, config.plaintextPin !== false);
  return conditionHolds(rule, list, data, input.amountMinor, supported);
}

/** Verifies the cardholder by the first rule that applies and succeeds. */
export function* verifyCardholder(context: Context): Asking<Stop | undefined> {
  const { data } = context;
  if (((data.get(tag.aip)?.[0] ?? 0) & 0x10) === 0) {
    note(context, 'verify-cardholder', 'not supported by the card');
    return undefined;
  }
  const value = data.get(tag.cvmList);
  if (value === undefined || value.length === 8) {
    flag(context, 'verify-cardholder', 'icc-data-missing');
    return undefined;
  }
  const list = decodeCvmList(value);
  if (!list.ok) {
    note(context, 'verify-cardholder', 'CVM list malformed');
    return { type: 'terminated', reason: 'card-data-error' };
  }
  // Until a method is tried there is none to name: 3F 00 01.
  setResults(context, 0x3f, 0x00, resultByte.failed);
  for (const rule of list.data.rules) {
    if (!holds(context, rule, list.data)) continue;
    const result = yield* applyRule(context, rule);
    if (typeof result === 'object') return result;
    if (result !== 'not-attempted') {
      setResults(context, rule.code, rule.conditionCode, resultByte[result]);
    }
    if (result === 'successful' || result === 'unknown') {
      setTsi(context.tsi, 'cardholder-verification');
      return undefined;
    }
    if (!rule.continueIfFailed) break;
  }
  failVerification(context);
  return undefined;
}
