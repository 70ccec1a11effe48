// What a terminal asks for, read out of its message and checked: the input of a payment's life.
import { given } from '@chipswitch/bytes';
import { type Pan, parseExpiry, parsePan, parseTrack2 } from '@chipswitch/cardholder-data';
import { currencyOf } from '@chipswitch/ledger';
import { findResponseCode } from 'iso8583-js';
import { type IsoMessage, bytesOf, textOf } from './iso-message.ts';
import { type PaymentKinds, kindAskedFor, paymentKinds } from './kinds/payment-kinds.ts';
import { type LocalClock, keyTimeOf } from './local-clock.ts';
import { type OriginalData, namedOriginal } from './original-data.ts';
import type { PaymentKind } from './payment.ts';
import { type PrivateData, readPrivateData, statedTip } from './private-data.ts';

/** A request for a payment, independent of dialects. Sensitive parts never leave memory. */
export interface PaymentRequest {
  readonly mti: string;
  readonly kind: PaymentKind;
  /** The terminal says that it asked this before (x1 in the message type). */
  readonly isRepeat: boolean;
  readonly pan: Pan;
  /** YYMM. */
  readonly expiry?: string;
  /** Sensitive: sent on, never stored. */
  readonly track2?: string;
  readonly processingCode: string;
  readonly amountMinor: bigint;
  /** Three letters and three digits of ISO 4217. */
  readonly currency: string;
  readonly currencyNumeric: string;
  readonly stan: string;
  /** hhmmss and MMDD as the terminal's clock says. */
  readonly localTime: string;
  readonly localDate: string;
  /** What stands for the time in the key of a terminal without a clock, whose batch numbers its messages. */
  readonly keyTime?: string;
  /** DE 7 as the terminal sent it: its reversal may name the payment by it. */
  readonly transmission?: string;
  readonly entryMode: string;
  readonly conditionCode?: string;
  readonly panSequenceNumber?: string;
  readonly terminalId: string;
  readonly acceptorId: string;
  /** DE 52, enciphered under the terminal's key; never stored. */
  readonly pinBlock?: Uint8Array;
  /** DE 55. */
  readonly iccData?: Uint8Array;
  /** DE 38 of an offline approval. */
  readonly approvalCode?: string;
  /** DE 54: how much of the amount is cash. */
  readonly additionalAmounts?: string;
  /** DE 48 and 62, where they say anything. */
  readonly privateData?: PrivateData;
  /** DE 48 of a tip adjustment: how much of the amount is the tip. */
  readonly tipMinor?: bigint;
  /** What the message says of the payment that it draws on, or follows. */
  readonly original?: OriginalData;
}

/** What is wrong with a request, in the order of the checks. */
export type RequestErrorCode =
  | 'message-type'
  | 'missing-element'
  | 'bad-element'
  | 'not-supported'
  | 'bad-amount'
  | 'bad-card-number'
  | 'bad-currency';

/** A request that cannot be taken; `path` names the data element. */
export interface RequestError {
  readonly code: RequestErrorCode;
  readonly path: string;
}

/** Result of reading a request. */
export type RequestResult =
  | { readonly ok: true; readonly request: PaymentRequest }
  | { readonly ok: false; readonly error: RequestError };

const failed = (code: RequestErrorCode, path: string): RequestResult => ({
  ok: false,
  error: { code, path },
});

// hhmmss and MMDD are held to be a time and a date: they are part of the payment's key. DE 13 has no year.
const time = /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/;
const date =
  /^(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)|02(?:0[1-9]|[12]\d))$/;

const required: readonly (readonly [number, RegExp])[] = [
  [3, /^\d{6}$/],
  [11, /^\d{6}$/],
  [22, /^\d{3,4}$/],
  [41, /^[ -~]{8}$/],
  [42, /^[ -~]{15}$/],
  [49, /^\d{3}$/],
];

/** An approval code that an issuer gave; what a card decides alone (Y1, Z3 …; EMV Book 4 A6) is none. */
const isIssuersCode = (code: string): boolean =>
  code !== '' && findResponseCode(code)?.table !== 'terminal';
type Times = Pick<PaymentRequest, 'localTime' | 'localDate' | 'keyTime'>;

/** DE 12 and 13, or the switch's own clock where the terminal has none. */
function timesOf(message: IsoMessage, clock: LocalClock | undefined): Times | RequestError {
  const [localTime, localDate] = [textOf(message, 12), textOf(message, 13)];
  if (clock !== undefined && localTime === undefined && localDate === undefined) {
    return { ...clock, keyTime: clock.keyTime ?? keyTimeOf(message) };
  }
  if (localTime === undefined) return { code: 'missing-element', path: '12' };
  if (!time.test(localTime)) return { code: 'bad-element', path: '12' };
  if (localDate === undefined) return { code: 'missing-element', path: '13' };
  if (!date.test(localDate)) return { code: 'bad-element', path: '13' };
  return { localTime, localDate };
}

/** PAN, expiry and track 2 from DE 2, 14 and 35; what stands twice must agree. */
function cardOf(
  message: IsoMessage,
): { pan: Pan; expiry?: string; track2?: string } | { path: string } {
  const track2 = textOf(message, 35);
  const read = track2 === undefined ? undefined : parseTrack2(track2);
  if (read !== undefined && !read.ok) return { path: '35' };
  const track = read?.track;
  const digits = textOf(message, 2) ?? track?.pan;
  if (digits === undefined) return { path: '2' };
  if (track !== undefined && track.pan !== digits) return { path: '35' };
  const pan = parsePan(digits);
  if (pan === undefined) return { path: '2' };
  const yymm = textOf(message, 14) ?? track?.expiry ?? '';
  const parsed = parseExpiry(yymm);
  if (!parsed.ok) return { path: '14' };
  // 0000 says that there is none.
  const expiry = parsed.expiry === 'none' ? undefined : yymm;
  return {
    pan,
    ...given({ expiry, track2 }),
  };
}

function optionalParts(message: IsoMessage): Partial<PaymentRequest> {
  const transmission = textOf(message, 7);
  const conditionCode = textOf(message, 25);
  const panSequenceNumber = textOf(message, 23);
  const approvalCode = textOf(message, 38);
  const additionalAmounts = textOf(message, 54);
  const pinBlock = bytesOf(message, 52);
  const iccData = bytesOf(message, 55);
  return {
    ...given({
      transmission,
      conditionCode,
      panSequenceNumber,
      approvalCode,
      additionalAmounts,
      pinBlock,
      iccData,
    }),
  };
}

/**
 * Reads a request for a payment (0100, 0200, 0220 and their repeats) out of a terminal's message.
 *
 * @param kinds the kinds that are served.
 * @param clock the switch's local time, where terminals may leave DE 12 and 13 out.
 * @example readPaymentRequest({ mti: '0800' }) // { ok: false, error: { code: 'message-type', path: 'mti' } }
 */
export function readPaymentRequest(
  message: IsoMessage,
  kinds: PaymentKinds = paymentKinds,
  clock?: LocalClock,
): RequestResult {
  if (!/^0[12][02][01]$/.test(message.mti)) return failed('message-type', 'mti');
  for (const [element, form] of required) {
    const text = textOf(message, element);
    if (text === undefined) return failed('missing-element', String(element));
    if (!form.test(text)) return failed('bad-element', String(element));
  }
  const times = timesOf(message, clock);
  if ('code' in times) return { ok: false, error: times };
  const text = (element: number): string => textOf(message, element) ?? '';
  const amount = textOf(message, 4) ?? '0';
  if (!/^\d{1,12}$/.test(amount)) return failed('bad-element', '4');
  const amountMinor = BigInt(amount);
  const original = namedOriginal(message);
  const kind = kindAskedFor(kinds, {
    mti: message.mti,
    processingCode: text(3),
    conditionCode: textOf(message, 25),
    entryMode: text(22),
    type: text(60).slice(0, 2),
    isApproved: isIssuersCode(text(38).trim()),
    namesOriginal: original !== undefined,
    isZero: amountMinor === 0n,
  });
  if (kind === undefined) return failed('not-supported', '3');
  if (kind.amount === 'some' && textOf(message, 4) === undefined)
    return failed('missing-element', '4');
  if (kind.amount === 'some' && amountMinor === 0n) return failed('bad-amount', '4');
  const read = readPrivateData(message);
  if (!read.ok) return failed('bad-element', read.error.path);
  const { data } = read;
  if (kind.needs !== undefined && data[kind.needs] === undefined) {
    return failed('missing-element', '62');
  }
  const card = cardOf(message);
  if ('path' in card) return failed('bad-card-number', card.path);
  const currency = currencyOf(text(49));
  if (currency === undefined) return failed('bad-currency', '49');
  return {
    ok: true,
    request: {
      mti: message.mti,
      kind: kind.name,
      isRepeat: message.mti.endsWith('1'),
      ...card,
      processingCode: text(3),
      amountMinor,
      currency: currency.alpha,
      currencyNumeric: currency.numeric,
      stan: text(11),
      ...times,
      entryMode: text(22),
      terminalId: text(41),
      acceptorId: text(42),
      ...optionalParts(message),
      ...(Object.keys(data).length === 0 ? {} : { privateData: data }),
      ...given({ tipMinor: kind.states === 'total' ? statedTip(message) : undefined }),
      ...(kind.original === undefined && kind.follows !== true ? {} : given({ original })),
    },
  };
}
