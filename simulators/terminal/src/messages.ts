// A terminal's messages as pure functions, in the data elements of the POS dialect (ISO 8583:1987).
import { given } from '@chipswitch/bytes';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { type FieldValue, repeatMti } from 'iso8583-js';
import type { CardData } from './icc-data.ts';
import { type RequestKind, type RequestKindRow, requestKinds } from './request-kinds.ts';

/** Who asks. */
export interface TerminalIdentity {
  /** Eight characters. */
  readonly terminalId: string;
  /** Fifteen characters. */
  readonly acceptorId: string;
  readonly currency: string;
}

/** What a financial request is made of. */
export interface RequestFacts {
  readonly terminal: TerminalIdentity;
  /** Six digits. */
  readonly stan: string;
  /** hhmmss and MMDD by the terminal's clock. */
  readonly localTime: string;
  readonly localDate: string;
  readonly amountMinor: bigint;
  readonly card: CardData;
  /** DE 22. */
  readonly entryMode: string;
  /** Six digits. */
  readonly batch: string;
  /** Enciphered, eight bytes. */
  readonly pinBlock?: Uint8Array | undefined;
  /** DE 55. */
  readonly iccData?: Uint8Array | undefined;
  readonly fallback?: boolean;
  /** DE 25, where the order says another than its kind has: 08 by mail or telephone. */
  readonly conditionCode?: string | undefined;
  /** What the order adds: DE 48, 54, 62. */
  readonly elements?: Elements | undefined;
}

/** Elements of a message. */
export type Elements = { [element: `de${number}`]: FieldValue };

function amountText(amountMinor: bigint): string {
  return amountMinor.toString().padStart(12, '0');
}

/** DE 60: type, batch, network code, entry capability (5: chip), chip condition (2: it failed). */
function reserved60(type: string, facts: Pick<RequestFacts, 'batch' | 'fallback'>): string {
  return `${type}${facts.batch}0005${facts.fallback === true ? '2' : '0'}`;
}

function cardElements(facts: RequestFacts): Elements {
  const { card } = facts;
  const elements: Elements = { de2: card.pan };
  if (card.expiry !== undefined) elements['de14'] = card.expiry;
  if (card.sequenceNumber !== undefined) elements['de23'] = card.sequenceNumber;
  // The chip separates with D, messages with = (ISO/IEC 7813).
  if (card.track2 !== undefined) elements['de35'] = card.track2.replace('D', '=');
  return elements;
}

function pinElements(pinBlock: Uint8Array | undefined): Elements {
  if (pinBlock === undefined) return {};
  // DE 53: PIN format with account number (2), triple-length algorithm (6).
  return { de26: '12', de52: pinBlock, de53: '2600000000000000' };
}

/** A request of a kind's row. */
export function financial(row: RequestKindRow, facts: RequestFacts): IsoMessage {
  return {
    mti: row.mti,
    ...cardElements(facts),
    de3: row.processingCode,
    de4: amountText(facts.amountMinor),
    de11: facts.stan,
    de12: facts.localTime,
    de13: facts.localDate,
    de22: facts.entryMode,
    de25: facts.conditionCode ?? row.conditionCode,
    ...pinElements(facts.pinBlock),
    de41: facts.terminal.terminalId,
    de42: facts.terminal.acceptorId,
    de49: facts.terminal.currency,
    ...given({ de55: facts.iccData }),
    de60: reserved60(row.type, facts),
    ...facts.elements,
  };
}

/** A request of any kind. */
export function buildRequest(kind: RequestKind, facts: RequestFacts): IsoMessage {
  return financial(requestKinds[kind], facts);
}

/** 0220: a purchase that the card approved offline, uploaded later. */
export function buildOfflineAdvice(
  facts: RequestFacts,
  approval: { readonly arc: string },
): IsoMessage {
  const row: RequestKindRow = { ...requestKinds.purchase, mti: '0220', type: '36' };
  return { ...financial(row, facts), de39: approval.arc };
}

/** The same message as a repeat: x1 in the type, everything else as it was (0200 to 0201). */
export function buildRepeat(original: IsoMessage): IsoMessage {
  return { ...original, mti: repeatMti(original.mti) ?? original.mti };
}

/** Why a terminal reverses, as DE 39 of the reversal says it. */
export type ReversalReason = 'no-answer' | 'card-declined' | 'message-authentication' | 'cancelled';

const reversalCodes: Record<ReversalReason, string> = {
  'no-answer': '98',
  'card-declined': '06',
  'message-authentication': 'A0',
  cancelled: '17',
};

// What a reversal keeps of its original. Neither PIN nor track: the host has no use for them.
const reversed = [2, 3, 4, 11, 12, 13, 14, 22, 23, 25, 41, 42, 49, 60] as const;

/** DE 90: type, trace number and time of the original; this terminal knows no institutions. */
export function originalDataElements(original: IsoMessage): string {
  const text = (element: number, digits: number): string =>
    (textOf(original, element) ?? '').padStart(digits, '0');
  const time = text(13, 4) + text(12, 6);
  return `${original.mti.slice(0, 3)}0${text(11, 6)}${time}${'0'.repeat(22)}`;
}

/** 0400: undoes a request whose outcome is unknown or not wanted; same trace number, same times. */
export function buildReversal(
  original: IsoMessage,
  reason: ReversalReason,
  extra: { readonly approvalCode?: string; readonly iccData?: Uint8Array } = {},
): IsoMessage {
  const elements: Elements = {};
  for (const element of reversed) {
    const value = original[`de${element}`];
    if (value !== undefined) elements[`de${element}`] = value;
  }
  return {
    mti: '0400',
    ...elements,
    ...(extra.approvalCode === undefined ? {} : { de38: extra.approvalCode.padEnd(6) }),
    de39: reversalCodes[reason],
    ...(extra.iccData === undefined || extra.iccData.length === 0 ? {} : { de55: extra.iccData }),
    de90: originalDataElements(original),
  };
}

/** Sums of one batch; credits are refunds, debits are purchases. Reversed items count nowhere. */
export interface BatchTotals {
  readonly creditCount: number;
  readonly creditMinor: bigint;
  readonly debitCount: number;
  readonly debitMinor: bigint;
  readonly authorisationCount: number;
}

/** What a message without a card is made of. */
export type PlainFacts = Pick<
  RequestFacts,
  'terminal' | 'stan' | 'localTime' | 'localDate' | 'batch'
>;

/** DE 97: sixteen digits of debits minus credits; D unless the credits are more. */
function netAmount(totals: BatchTotals): string {
  const net = totals.debitMinor - totals.creditMinor;
  const magnitude = net < 0n ? -net : net;
  return `${net < 0n ? 'C' : 'D'}${magnitude.toString().padStart(16, '0')}`;
}

/** 0500: closes the batch with the terminal's own sums (DE 74-81, 86-89, 97). */
export function buildReconciliation(
  facts: PlainFacts,
  totals: BatchTotals,
  networkCode: '201' | '202' | '207' = '201',
): IsoMessage {
  const count = (value: number): string => String(value).padStart(10, '0');
  const sum = (value: bigint): string => value.toString().padStart(16, '0');
  return {
    mti: '0500',
    de11: facts.stan,
    de12: facts.localTime,
    de13: facts.localDate,
    de41: facts.terminal.terminalId,
    de42: facts.terminal.acceptorId,
    de49: facts.terminal.currency,
    de60: `00${facts.batch}${networkCode}`,
    de74: count(totals.creditCount),
    de75: count(0),
    de76: count(totals.debitCount),
    de77: count(0),
    de81: count(totals.authorisationCount),
    de86: sum(totals.creditMinor),
    de87: sum(0n),
    de88: sum(totals.debitMinor),
    de89: sum(0n),
    de97: netAmount(totals),
  };
}

/** Network management functions and their codes in DE 70 (ISO 8583:1987 annex). */
export type NetworkFunction = 'sign-on' | 'sign-off' | 'key-exchange' | 'echo';

const networkCodes: Record<NetworkFunction, string> = {
  'sign-on': '001',
  'sign-off': '002',
  'key-exchange': '161',
  echo: '301',
};

/** 0800: sign-on, sign-off, key exchange or echo. */
export function buildNetworkManagement(facts: PlainFacts, what: NetworkFunction): IsoMessage {
  return {
    mti: '0800',
    de11: facts.stan,
    de12: facts.localTime,
    de13: facts.localDate,
    de41: facts.terminal.terminalId,
    de42: facts.terminal.acceptorId,
    de60: `00${facts.batch}001`,
    de70: networkCodes[what],
  };
}

/** 0320: one item of a batch whose totals did not agree. */
export function buildBatchItem(item: IsoMessage, batch: string): IsoMessage {
  const elements: Elements = {};
  for (const element of [2, 3, 4, 11, 12, 13, 22, 25, 37, 38, 39, 41, 42, 49] as const) {
    const value = item[`de${element}`];
    if (value !== undefined) elements[`de${element}`] = value;
  }
  return { mti: '0320', ...elements, de60: `00${batch}201` };
}
