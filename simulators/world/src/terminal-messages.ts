// What a terminal of a world sends, made out of the rows of the kinds of payment: a new row is played without a word
// here.
import { given } from '@chipswitch/bytes';
import {
  type IsoMessage,
  type KindRow,
  paymentKey,
  textOf,
  yearOfLocalDate,
} from '@chipswitch/transaction';
import { findResponseCode } from 'iso8583-js';
import type { Random } from './random.ts';
import { acceptorId } from './world-settings.ts';

/** How a payment ended for the terminal. */
export type TerminalView = 'approved' | 'declined' | 'reversed';

/** What a terminal knows of one of its payments. */
export interface TerminalPayment {
  readonly key: string;
  readonly row: KindRow;
  readonly request: IsoMessage;
  readonly pan: string;
  /** What it draws on. */
  readonly original: TerminalPayment | undefined;
  /** Number of the terminal's batch in which it was asked. */
  readonly batchNumber: string;
  view: TerminalView | undefined;
  /** The answer that it went by. */
  answer: IsoMessage | undefined;
  /** Different approvals heard: DE 4, 37, 38 and 39. */
  readonly approvals: Set<string>;
}

/** Time as the terminal's clock shows it. */
export interface LocalTime {
  readonly date: string;
  readonly de12: string;
  readonly de13: string;
  readonly de7: string;
}

/** An instant as a terminal shows it. */
export function localTimeOf(instantMs: number): LocalTime {
  const iso = new Date(instantMs).toISOString();
  const de13 = iso.slice(5, 10).replace('-', '');
  const de12 = iso.slice(11, 19).replaceAll(':', '');
  return { date: iso.slice(0, 10), de12, de13, de7: `${de13}${de12}` };
}

const cards = [
  '4761739001010119',
  '4111111111111111',
  '4012888888881881',
  '4222222222222',
] as const;
const currency = '156';

/** What was approved of a payment, as its answer says. */
function approvedMinor({ request, answer }: TerminalPayment): bigint {
  return BigInt(textOf(answer ?? request, 4) ?? textOf(request, 4) ?? '0');
}

/** The approval in an answer, to be compared with another. */
export const approvalOf = (answer: IsoMessage): string =>
  [4, 37, 38, 39].map((element) => textOf(answer, element)?.trim() ?? '').join('/');

const amountText = (amountMinor: bigint): string => String(amountMinor).padStart(12, '0');

const requestedMinor = ({ request }: TerminalPayment): bigint => BigInt(textOf(request, 4) ?? '0');

/** What a payment moved: what its answer says, or what it raised its original by. */
function movedMinor(payment: TerminalPayment): bigint {
  const { row, original } = payment;
  const approved = approvedMinor(payment);
  return row.states === 'total' && original ? approved - approvedMinor(original) : approved;
}

/** Approved payments that draw on one. */
const drawnOn = (
  original: TerminalPayment,
  past: readonly TerminalPayment[],
): readonly TerminalPayment[] =>
  past.filter((payment) => payment.original === original && payment.view === 'approved');

/** What is left of a payment, with what was added to it and without what was taken. */
function leftMinor(original: TerminalPayment, past: readonly TerminalPayment[]): bigint {
  return drawnOn(original, past).reduce(
    (left, payment) =>
      payment.row.original?.adds === true ? left + movedMinor(payment) : left - movedMinor(payment),
    approvedMinor(original),
  );
}

const percentOf = (row: KindRow): number => {
  const percent = row.original?.percentMax ?? 100n;
  // What the rules say is more for some merchants and less for others.
  return typeof percent === 'bigint' ? Number(percent) : 118;
};

function drawnMinor(
  row: KindRow,
  original: TerminalPayment,
  past: readonly TerminalPayment[],
  random: Random,
): bigint {
  const { referred, whole } = row.original ?? {};
  if (referred === true) return requestedMinor(original);
  const approved = approvedMinor(original);
  const left = leftMinor(original, past);
  if (whole === true) return left > 0n ? left : approved;
  const share = (percent: number): bigint => (approved * BigInt(percent)) / 100n;
  // Now and then more than may be.
  if (row.states === 'total') return approved + share(random.whole(1, 27)) + 1n;
  const asked = share(random.whole(1, percentOf(row) + 3));
  return asked > 0n ? asked : approved;
}

/** The elements by which a message names its original: a terminal chooses one way. */
function namingOf(original: TerminalPayment, random: Random): Partial<IsoMessage> {
  const { request, answer, batchNumber } = original;
  const de37 = answer === undefined ? undefined : textOf(answer, 37);
  const [de11, de12, de13] = [11, 12, 13].map((element) => textOf(request, element) ?? '');
  const data = `${request.mti}${de11}${de13}${de12}${'0'.repeat(22)}`;
  const ways: Partial<IsoMessage>[] = [{ de90: data }, { de61: `${batchNumber}${de11}${de13}` }];
  if (de37 !== undefined) ways.push({ de37 }, { de37, de90: data });
  return ways[random.whole(0, ways.length - 1)];
}

/** The issuer wants to be asked by voice (01, 02). */
const isReferred = ({ view, answer }: TerminalPayment): boolean =>
  view === 'declined' && findResponseCode(textOf(answer ?? {}, 39) ?? '')?.class === 'referral';

/** Kinds that a terminal can ask for now, with what each may draw on. */
export function askable(
  rows: readonly KindRow[],
  past: readonly TerminalPayment[],
): readonly { readonly row: KindRow; readonly originals: readonly TerminalPayment[] }[] {
  return rows
    .map((row) => ({
      row,
      originals: past.filter(
        (payment) =>
          row.original?.kinds.includes(payment.row.name) === true &&
          (row.original.referred === true ? isReferred(payment) : payment.view === 'approved'),
      ),
    }))
    .filter(({ row, originals }) => row.original?.when !== 'required' || originals.length > 0);
}

/** What of a message says that this kind is asked for, and no other. */
function marksOf(
  row: KindRow,
  asked: KindRow['asked'][number],
  batchNumber: string,
): Partial<IsoMessage> {
  const condition = asked.condition ?? (asked.preauthorised === true ? '06' : '00');
  return {
    de3: `${asked.processing}0000`,
    de22: asked.onFile === true ? '102' : '012',
    de25: condition,
    ...given({
      de38: asked.approved === true ? '123456' : undefined,
      de60: asked.type && `${asked.type}${batchNumber}000`,
      de62: row.needs === 'installments' ? '03' : undefined,
    }),
  };
}

/** A request for a payment of a kind, and what it draws on. */
export function requestOf(
  of: {
    readonly row: KindRow;
    readonly originals: readonly TerminalPayment[];
    readonly past: readonly TerminalPayment[];
    readonly terminalId: string;
    readonly batchNumber: string;
    readonly stan: string;
    readonly time: LocalTime;
  },
  random: Random,
): { readonly request: IsoMessage; readonly original: TerminalPayment | undefined } {
  const { row, originals, past, terminalId, batchNumber, stan, time } = of;
  const asked = row.asked[random.whole(0, row.asked.length - 1)];
  const isDrawn =
    row.original !== undefined &&
    asked.namesOriginal !== false &&
    originals.length > 0 &&
    (row.original.when === 'required' || asked.namesOriginal === true || random.chance(0.5));
  const original = isDrawn ? originals[random.whole(0, originals.length - 1)] : undefined;
  const isZero = asked.zero === true || (row.amount === 'any' && asked.zero === undefined);
  const amount = original
    ? drawnMinor(row, original, past, random)
    : BigInt(isZero ? 0 : random.whole(1, 99_999));
  const [{ de7 }, mayStateTime] = [time, random.chance(0.5)];
  const request: IsoMessage = {
    mti: `0${asked.messageClass}${asked.advice === true ? '2' : '0'}0`,
    ...marksOf(row, asked, batchNumber),
    de2: original?.pan ?? cards[random.whole(0, cards.length - 1)],
    de4: amountText(amount),
    ...given({ de7: mayStateTime ? de7 : undefined }),
    de11: stan,
    de12: time.de12,
    de13: time.de13,
    de14: '3012',
    de41: terminalId,
    de42: acceptorId,
    de49: currency,
    ...(original === undefined ? {} : namingOf(original, random)),
  };
  return { request, original };
}

/** The key that the switch will know a request by. */
export function keyOfRequest(request: IsoMessage, { date }: LocalTime): string {
  const [stan, localTime, localDate, terminalId] = [11, 12, 13, 41].map(
    (element) => textOf(request, element) ?? '',
  );
  const messageClass = request.mti[1];
  return paymentKey(
    { acceptorId, terminalId, stan, localDate, localTime, messageClass },
    yearOfLocalDate(localDate, date),
  );
}

/** The same question again; some terminals say that it is a repeat. */
export function repeatOf(message: IsoMessage, says: boolean): IsoMessage {
  return says ? { ...message, mti: `${message.mti.slice(0, 3)}1` } : message;
}

/** The 0400 of a payment: by its own numbers, or as a message of its own that names it in DE 90. */
export function reversalOf(
  { request }: TerminalPayment,
  own: { readonly stan: string; readonly time: LocalTime } | undefined,
): IsoMessage {
  const { de2, de3, de4, de11, de12, de13, de22, de25, de41, de42, de49 } = request;
  const common = { mti: '0400', de2, de3, de4, de22, de25, de41, de42, de49 };
  if (own === undefined) return { ...common, de11, de12, de13 };
  const [stan, hour, date] = [11, 12, 13].map((element) => textOf(request, element) ?? '');
  return {
    ...common,
    de11: own.stan,
    de12: own.time.de12,
    de13: own.time.de13,
    de90: `${request.mti}${stan}${date}${hour}${'0'.repeat(22)}`,
  };
}

/** What of the terminal's payments stands in its batch: its items, and what changed one of them. */
export const countedOf = (payments: readonly TerminalPayment[]): TerminalPayment[] =>
  payments.filter(({ view, row }) => view === 'approved' && row.bucket !== undefined);

/** The 0500 of a batch with these items in it. */
export function closeOf(
  items: readonly TerminalPayment[],
  of: {
    readonly terminalId: string;
    readonly stan: string;
    readonly time: LocalTime;
    readonly batchNumber: string;
    readonly code: '201' | '202';
  },
): IsoMessage {
  const { terminalId, stan, time, batchNumber, code } = of;
  const sumOf = (bucket: KindRow['bucket']): readonly [string, string] => {
    const inIt = items.filter(({ row }) => row.bucket === bucket);
    const sum = inIt.reduce((total, item) => total + movedMinor(item), 0n);
    const count = inIt.filter(({ row }) => row.changesItem !== true).length;
    return [String(count).padStart(10, '0'), String(sum).padStart(16, '0')];
  };
  const [[de76, de88], [de77, de89], [de74, de86]] = (
    ['sale', 'sale-reversal', 'refund'] as const
  ).map(sumOf);
  return {
    mti: '0500',
    de11: stan,
    de12: time.de12,
    de13: time.de13,
    de41: terminalId,
    de42: acceptorId,
    de49: currency,
    de60: `00${batchNumber}${code}`,
    de74,
    de75: '0000000000',
    de76,
    de77,
    de86,
    de87: '0000000000000000',
    de88,
    de89,
  };
}

/** The 0320 of one item, with what changed it. */
export function itemOf(item: TerminalPayment, past: readonly TerminalPayment[]): IsoMessage {
  const changed = drawnOn(item, past).filter(({ row }) => row.changesItem === true);
  const amount = changed.reduce((sum, one) => sum + movedMinor(one), approvedMinor(item));
  const { de2, de3, de11, de12, de13, de22, de25, de41, de42, de49 } = item.request;
  const [de37, de38] = [37, 38].map((element) => item.answer && textOf(item.answer, element));
  return {
    mti: '0320',
    ...given({ de2, de3, de11, de12, de13, de22, de25, de37, de38, de41, de42, de49 }),
    de4: amountText(amount),
    de39: '00',
    de60: `00${item.batchNumber}201`,
  };
}
