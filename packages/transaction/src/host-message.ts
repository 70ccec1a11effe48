// Messages to a host and back, in the terms of ISO 8583:1987: request, reversal, advice, answer.
import { fromHex, given, toHex } from '@chipswitch/bytes';
import {
  type ResponseVerdict,
  adviceMti,
  findResponseCode,
  repeatMti,
  verdictOf,
} from 'iso8583-js';
import { adviceData, issuerData } from './chip-data.ts';
import { type IsoMessage, bytesOf, textOf } from './iso-message.ts';
import { kindOf, paymentKinds } from './kinds/payment-kinds.ts';
import type { OutgoingFacts } from './outgoing-facts.ts';
import { passedOnOf } from './passed-on.ts';
import type { HostAnswer } from './payment.ts';
import { privateDataText, readPrivateData } from './private-data.ts';
import type { PaymentRequest } from './request.ts';

/** What the switch adds to a request on its way to a host. */
export interface HostRequestParts {
  readonly outgoing: OutgoingFacts;
  readonly merchantCategory: string;
  /** DE 43, 40 characters. */
  readonly acceptorNameLocation: string;
  /** DE 52, translated to the host's key. */
  readonly pinBlock?: Uint8Array;
}

/** The facts of a request that is about to be sent. */
export function outgoingFacts(
  request: PaymentRequest,
  parts: {
    stan: string;
    transmission: string;
    acquirerId: string;
    retrievalReference: string;
  } & Pick<OutgoingFacts, 'original' | 'privateData'>,
): OutgoingFacts {
  const { panSequenceNumber, conditionCode, privateData, kind, iccData, pan } = request;
  const isAdvice = kindOf(paymentKinds, kind).host === 'advice';
  return {
    mti: `${request.mti.slice(0, 2)}00`,
    ...parts,
    processingCode: request.processingCode,
    entryMode: request.entryMode,
    localTime: request.localTime,
    localDate: request.localDate,
    terminalId: request.terminalId,
    acceptorId: request.acceptorId,
    currencyNumeric: request.currencyNumeric,
    ...given({ panSequenceNumber, conditionCode, privateData: parts.privateData ?? privateData }),
    ...given({ iccDataHex: isAdvice ? adviceData(iccData, pan) : undefined }),
  };
}

const amountText = (amountMinor: bigint): string => String(amountMinor).padStart(12, '0');

/** The host's 0100 or 0200. */
export function hostRequest(request: PaymentRequest, parts: HostRequestParts): IsoMessage {
  const { outgoing } = parts;
  const { expiry, track2, conditionCode, panSequenceNumber, iccData } = request;
  return {
    mti: outgoing.mti,
    de2: request.pan,
    de3: request.processingCode,
    de4: amountText(request.amountMinor),
    de7: outgoing.transmission,
    de11: outgoing.stan,
    de12: request.localTime,
    de13: request.localDate,
    ...given({ de14: expiry }),
    de18: parts.merchantCategory,
    de22: request.entryMode.slice(0, 3),
    ...given({ de23: panSequenceNumber }),
    de25: conditionCode ?? '00',
    de32: outgoing.acquirerId,
    ...(track2 === undefined ? {} : { de35: track2.replace('D', '=') }),
    de37: outgoing.retrievalReference,
    ...given({ de38: outgoing.original?.approvalCode?.padEnd(6) }),
    de41: request.terminalId,
    de42: request.acceptorId,
    de43: parts.acceptorNameLocation,
    ...given({ de48: outgoing.privateData && privateDataText(outgoing.privateData) }),
    de49: request.currencyNumeric,
    ...given({ de52: parts.pinBlock, de54: request.additionalAmounts, de55: iccData }),
    ...given({ de90: outgoing.original?.data }),
  };
}

/** DE 90: MTI, STAN, transmission, acquirer and forwarder of the original as it went to the host. */
export function originalDataElements(outgoing: OutgoingFacts): string {
  const acquirer = outgoing.acquirerId.padStart(11, '0');
  return `${outgoing.mti}${outgoing.stan}${outgoing.transmission}${acquirer}${'0'.repeat(11)}`;
}

/** What a reversal or advice says beside the original's facts. */
export interface FollowUpParts {
  readonly pan: string;
  readonly amountMinor: bigint;
  /** STAN and DE 7 of this message; the same for every repeat of it. */
  readonly stan: string;
  readonly transmission: string;
  readonly isRepeat: boolean;
  readonly approvalCode?: string;
  /** What stays of the amount when a part is reversed (DE 95). */
  readonly replacementMinor?: bigint;
  /** DE 39 of a reversal: why. 68 for a missing answer, 17 for the customer's cancel. */
  readonly reason?: string;
}

function followUp(outgoing: OutgoingFacts, parts: FollowUpParts, mti: string): IsoMessage {
  const { panSequenceNumber } = outgoing;
  return {
    mti: parts.isRepeat ? (repeatMti(mti) ?? mti) : mti,
    de2: parts.pan,
    de3: outgoing.processingCode,
    de4: amountText(parts.amountMinor),
    de7: parts.transmission,
    de11: parts.stan,
    de12: outgoing.localTime,
    de13: outgoing.localDate,
    de22: outgoing.entryMode.slice(0, 3),
    ...given({ de23: panSequenceNumber }),
    de32: outgoing.acquirerId,
    de37: outgoing.retrievalReference,
    ...given({ de38: parts.approvalCode?.padEnd(6), de39: parts.reason }),
    de41: outgoing.terminalId,
    de42: outgoing.acceptorId,
    de49: outgoing.currencyNumeric,
  };
}

/** DE 95: actual amount, its settlement amount and fees, which this side does not know. */
export function replacementAmounts(amountMinor: bigint): string {
  return `${amountText(amountMinor)}${'0'.repeat(12)}D00000000D00000000`;
}

/** The amount that DE 95 says stays; undefined when it says none. */
export function replacedAmount(message: IsoMessage): bigint | undefined {
  const digits = /^(\d{12})\d{12}[CDX]\d{8}[CDX]\d{8}$/.exec(textOf(message, 95) ?? '')?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

/** The 0420, or 0421 when it repeats: same STAN, same original data, until the 0430. */
export function hostReversal(outgoing: OutgoingFacts, parts: FollowUpParts): IsoMessage {
  const { replacementMinor } = parts;
  const message = followUp(outgoing, parts, '0420');
  return {
    ...message,
    de90: originalDataElements(outgoing),
    ...(replacementMinor === undefined ? {} : { de95: replacementAmounts(replacementMinor) }),
  };
}

/** The 0220, or 0221 when it repeats: the host is told of an approval it cannot decline. */
export function hostAdvice(outgoing: OutgoingFacts, parts: FollowUpParts): IsoMessage {
  const { conditionCode, iccDataHex, original, privateData } = outgoing;
  const message: IsoMessage = {
    ...followUp(outgoing, parts, adviceMti(outgoing.mti) ?? '0220'),
    ...given({ de48: privateData && privateDataText(privateData) }),
    ...(iccDataHex === undefined ? {} : { de55: fromHex(iccDataHex) }),
  };
  if (original === undefined) return message;
  return {
    ...message,
    ...given({ de25: conditionCode, de38: original.approvalCode?.padEnd(6) }),
    de90: original.data,
  };
}

/** Why an answer cannot be taken as the answer to what was asked, in the order of the checks. */
export type AnswerErrorCode =
  | 'missing-response-code'
  /** The code stands in no table, or answers something else than a payment: no decline follows. */
  | 'unknown-response-code'
  /** The host is at work and the true answer follows (09). */
  | 'in-process'
  /** What the answer states is not what was asked: reference, card, kind, currency, acceptor, amount. */
  | 'other-reference'
  | 'other-card'
  | 'other-processing-code'
  | 'other-currency'
  | 'other-acceptor'
  | 'other-amount';

// Only a code that approves a part may change the amount, and then it has to say which part.
function amountFits(answered: bigint | undefined, asked: bigint, partial: boolean): boolean {
  if (partial) return answered !== undefined && answered > 0n && answered <= asked;
  return answered === undefined || answered === asked;
}

/** DE 38 (an 6); anything else that a host puts there is not kept. */
function approvalCodeOf(message: IsoMessage): string | undefined {
  const code = textOf(message, 38)?.trim();
  return code !== undefined && /^[0-9A-Za-z]{1,6}$/.test(code) ? code : undefined;
}

/** DE 37 (an 12) as a host that numbers by itself gave it. */
function hostReferenceNumber(message: IsoMessage): string | undefined {
  const text = textOf(message, 37);
  return text !== undefined && /^[0-9A-Za-z ]{12}$/.test(text) && text.trim() !== ''
    ? text
    : undefined;
}

// Additional amounts (DE 54): up to six of account type, amount type, currency, sign and twelve digits.
const additionalForm = /^(?:\d{4}\d{3}[CD]\d{12}){1,6}$/;

function additionalAmountsOf(message: IsoMessage): string | undefined {
  const text = textOf(message, 54);
  return text !== undefined && additionalForm.test(text) ? text : undefined;
}

/** How the answers of one host are taken. */
export interface AnswerRules {
  /** Who gives DE 37: we do, and an answer repeats it, or the host does in its answer. */
  readonly numbering: 'ours' | 'host';
  /** Elements that the terminal is given as the host wrote them. */
  readonly passedOn: readonly number[];
  /** Tags of DE 55 that are the issuer's word to the card, beside 71, 72, 8A and 91. */
  readonly issuerTags: readonly number[];
}

const plainRules: AnswerRules = { numbering: 'ours', passedOn: [], issuerTags: [] };

/** The scheme's id of the payment, where a host gives one. */
function schemeTransactionIdOf(message: IsoMessage): string | undefined {
  const read = readPrivateData(message);
  return read.ok ? read.data.schemeTransactionId : undefined;
}

/** What was asked, as far as an answer may state it again. */
export interface Asked {
  readonly rules?: AnswerRules;
  readonly outgoing: OutgoingFacts;
  readonly pan: string;
  /** DE 4 of the request. */
  readonly amountMinor: bigint;
}

/** The first element in which an answer states something else than was asked; absent ones state nothing. */
function differenceOf(
  message: IsoMessage,
  { outgoing, pan, rules = plainRules }: Asked,
): AnswerErrorCode | undefined {
  const stated: readonly (readonly [number, string, AnswerErrorCode])[] = [
    ...(rules.numbering === 'ours'
      ? [[37, outgoing.retrievalReference, 'other-reference'] as const]
      : []),
    [2, pan, 'other-card'],
    [3, outgoing.processingCode, 'other-processing-code'],
    [49, outgoing.currencyNumeric, 'other-currency'],
    [42, outgoing.acceptorId, 'other-acceptor'],
  ];
  return stated.find(([element, asked]) => {
    const text = textOf(message, element)?.trim();
    return text !== undefined && text !== asked.trim();
  })?.[2];
}

/**
 * The first element of an answer to a reversal or advice that states something else than the message it answers: it
 * speaks of another. What it leaves out is not held against it.
 */
export function differingElement(
  answer: IsoMessage,
  sent: IsoMessage,
  { numbering }: Pick<AnswerRules, 'numbering'> = plainRules,
): number | undefined {
  return [2, 3, 4, 37, 42, 49, 90].find((element) => {
    // Its own number may never have reached us.
    if (element === 37 && numbering === 'host') return false;
    const [stated, asked] = [answer, sent].map((message) => textOf(message, element)?.trim());
    return stated !== undefined && asked !== undefined && stated !== asked;
  });
}

/**
 * What a code says of a payment. Inside, codes are those of 1987, of two characters: a host's own of another edition, which
 * its dialect could not put into these, says nothing.
 */
export function answerVerdict(code: string): ResponseVerdict {
  return code.length === 2 ? verdictOf(code) : 'unknown';
}

/**
 * Reads a host's answer and holds it against what was asked; STAN and terminal already matched.
 */
export function readHostAnswer(
  message: IsoMessage,
  asked: Asked,
): { ok: true; answer: HostAnswer } | { ok: false; error: { code: AnswerErrorCode } } {
  const code = textOf(message, 39);
  if (code === undefined) return { ok: false, error: { code: 'missing-response-code' } };
  const verdict = answerVerdict(code);
  if (verdict === 'unknown') return { ok: false, error: { code: 'unknown-response-code' } };
  if (verdict === 'in-process') return { ok: false, error: { code: 'in-process' } };
  const different = differenceOf(message, asked);
  if (different !== undefined) return { ok: false, error: { code: different } };
  const amount = textOf(message, 4);
  if (amount !== undefined && !/^\d{12}$/.test(amount))
    return { ok: false, error: { code: 'other-amount' } };
  const partial = findResponseCode(code)?.class === 'approved-partial';
  const answered = amount === undefined ? undefined : BigInt(amount);
  if (!amountFits(answered, asked.amountMinor, partial)) {
    return { ok: false, error: { code: 'other-amount' } };
  }
  const approvalCode = approvalCodeOf(message);
  const stated = bytesOf(message, 55);
  const { numbering, passedOn, issuerTags } = asked.rules ?? plainRules;
  const icc = stated === undefined ? undefined : issuerData(stated, asked.pan, issuerTags);
  const reference = numbering === 'host' ? hostReferenceNumber(message) : undefined;
  return {
    ok: true,
    answer: {
      responseCode: code,
      approved: verdict === 'approved',
      retrievalReference: reference ?? asked.outgoing.retrievalReference,
      ...given({ approvalCode, additionalAmounts: additionalAmountsOf(message) }),
      ...given({ passedOn: passedOnOf(message, passedOn) }),
      ...given({ schemeTransactionId: schemeTransactionIdOf(message) }),
      ...(partial && answered !== undefined ? { partialAmountMinor: answered } : {}),
      ...(icc === undefined ? {} : { iccDataHex: toHex(icc) }),
    },
  };
}
