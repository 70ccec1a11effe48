// What a contactless kernel tells its reader: outcome, user interface request, error (Book C-2
// annex A, Book A section 6).
import { decodeBcd, toHex, toLatin1 } from '@chipswitch/bytes';
import { findCurrency } from '../dictionary/names.ts';
import { formatAmount } from './number.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

/** Outcome Parameter Set (DF8129, 9F8210). */
export interface OutcomeValue {
  readonly type: 'outcome';
  readonly status: string;
  /** Where Entry Point starts again; null when it does not. */
  readonly start: 'A' | 'B' | 'C' | 'D' | null;
  readonly cvm: string;
  readonly uiOnOutcome: boolean;
  readonly uiOnRestart: boolean;
  readonly dataRecord: boolean;
  readonly discretionaryData: boolean;
  readonly receipt: boolean;
  /** Tenths of a second that the field stays off; null when it stays on. */
  readonly fieldOffTenths: number | null;
  readonly removalTimeoutTenths: number;
}

const statuses: Readonly<Record<number, string>> = {
  1: 'approved',
  2: 'declined',
  3: 'online-request',
  4: 'end-application',
  5: 'select-next',
  6: 'try-another-interface',
  7: 'try-again',
  15: 'not-applicable',
};
const starts = ['A', 'B', 'C', 'D'] as const;
const cvms: Readonly<Record<number, string>> = {
  0: 'no-cvm',
  1: 'signature',
  2: 'online-pin',
  3: 'confirmation-code-verified',
  15: 'not-applicable',
};

/**
 * Reads an Outcome Parameter Set: eight bytes.
 *
 * @example decodeOutcome(fromHex('30F0F020A8F0FF00')).ok // true
 */
export function decodeOutcome(value: Uint8Array): DecodeResult<OutcomeValue> {
  if (value.length !== 8) return refused('length');
  const status = statuses[value[0] >> 4] ?? 'rfu';
  const start = starts[value[1] >> 4] ?? null;
  const cvm = cvms[value[3] >> 4] ?? 'rfu';
  const on = (mask: number): boolean => (value[4] & mask) !== 0;
  const fieldOffTenths = value[6] === 0xff ? null : value[6];
  const data: OutcomeValue = {
    type: 'outcome',
    status,
    start,
    cvm,
    uiOnOutcome: on(0x80),
    uiOnRestart: on(0x40),
    dataRecord: on(0x20),
    discretionaryData: on(0x10),
    receipt: on(0x08),
    fieldOffTenths,
    removalTimeoutTenths: value[7],
  };
  const text = [`Status: ${status}`, `Start: ${start ?? 'none'}`, `CVM: ${cvm}`];
  if (fieldOffTenths !== null) text.push(`Field off for ${fieldOffTenths / 10} s`);
  return decoded(data, ...text);
}

/** User Interface Request Data (DF8116, 9F8205, 9F8219). */
export interface UserInterfaceValue {
  readonly type: 'user-interface';
  readonly message: string;
  readonly status: string;
  /** How long the message is held, in milliseconds. */
  readonly holdTimeMs: number;
  readonly languages: string;
  /** An amount or balance to show, in minor units; absent when there is none. */
  readonly value?: { readonly kind: 'amount' | 'balance'; readonly number: number };
  /** ISO 4217 letters; absent when the request names none. */
  readonly currency?: string;
}

const messages: Readonly<Record<number, string>> = {
  0x03: 'approved',
  0x07: 'not-authorised',
  0x09: 'enter-pin',
  0x0f: 'processing-error',
  0x10: 'remove-card',
  0x14: 'welcome',
  0x15: 'present-card',
  0x16: 'processing',
  0x17: 'card-read-ok',
  0x18: 'insert-or-swipe',
  0x19: 'present-one-card-only',
  0x1a: 'approved-sign',
  0x1b: 'authorising',
  0x1c: 'insert-swipe-or-try-another-card',
  0x1d: 'insert-card',
  0x1e: 'clear-display',
  0x20: 'see-phone',
  0x21: 'present-card-again',
  0xff: 'not-applicable',
};
const uiStatuses = [
  'not-ready',
  'idle',
  'ready-to-read',
  'processing',
  'card-read-successfully',
  'processing-error',
];
const qualifiers: Readonly<Record<number, 'amount' | 'balance'>> = { 1: 'amount', 2: 'balance' };

/**
 * Reads User Interface Request Data: 22 bytes, or 13 without language and value (kernel 8).
 *
 * @example decodeUserInterface(fromHex('1E04000000'.padEnd(44, '0'))).ok // true
 */
export function decodeUserInterface(value: Uint8Array): DecodeResult<UserInterfaceValue> {
  if (value.length !== 22 && value.length !== 13) return refused('length');
  const hold = decodeBcd(value.subarray(2, 5));
  if (hold === undefined) return refused('format', 2);
  const message = messages[value[0]] ?? 'rfu';
  const status = uiStatuses[value[1]] ?? (value[1] === 0xff ? 'not-applicable' : 'rfu');
  const holdTimeMs = Number(hold) * 100;
  const languages = toLatin1(value, 5, 13).replace(/[^a-zA-Z]/g, '');
  const text = [`Message: ${message}`, `Status: ${status}`, `Hold time: ${holdTimeMs} ms`];
  const base = { type: 'user-interface', message, status, holdTimeMs, languages } as const;
  const kind = value.length === 22 ? qualifiers[value[13] >> 4] : undefined;
  const digits = kind === undefined ? undefined : decodeBcd(value.subarray(14, 20));
  if (kind === undefined || digits === undefined) return decoded(base, ...text);
  const currency = findCurrency(toHex(value, 20, 22).slice(1));
  const shown = formatAmount(Number(digits), currency?.exponent ?? 0);
  text.push(`${kind}: ${shown} ${currency?.alpha ?? ''}`.trimEnd());
  return decoded(
    {
      ...base,
      value: { kind, number: Number(digits) },
      ...(currency === undefined ? {} : { currency: currency.alpha }),
    },
    ...text,
  );
}

/** Error Indication (DF8115, 9F8204). */
export interface ErrorIndicationValue {
  readonly type: 'error-indication';
  readonly l1: string;
  readonly l2: string;
  readonly l3: string;
  /** Status bytes of the card, hex. */
  readonly sw: string;
  readonly message: string;
}

const l1Errors = ['ok', 'time-out', 'transmission', 'protocol'];
const l2Errors = [
  'ok',
  'card-data-missing',
  'cam-failed',
  'status-bytes',
  'parsing-error',
  'max-limit-exceeded',
  'card-data-error',
  'magstripe-not-supported',
  'no-ppse',
  'ppse-fault',
  'empty-candidate-list',
  'ids-read-error',
  'ids-write-error',
  'ids-data-error',
  'ids-no-matching-ac',
  'terminal-data-error',
];
const l3Errors = ['ok', 'time-out', 'stop', 'amount-not-present'];

/**
 * Reads an Error Indication: six bytes.
 *
 * @example decodeErrorIndication(fromHex('000300698521')).ok // true
 */
export function decodeErrorIndication(value: Uint8Array): DecodeResult<ErrorIndicationValue> {
  if (value.length !== 6) return refused('length');
  const l1 = l1Errors[value[0]] ?? 'rfu';
  const l2 = l2Errors[value[1]] ?? 'rfu';
  const l3 = l3Errors[value[2]] ?? 'rfu';
  const sw = toHex(value, 3, 5);
  const message = messages[value[5]] ?? 'rfu';
  return decoded(
    { type: 'error-indication', l1, l2, l3, sw, message },
    `Level 1: ${l1}`,
    `Level 2: ${l2}`,
    `Level 3: ${l3}`,
    `Status bytes: ${sw}`,
    `Message: ${message}`,
  );
}
