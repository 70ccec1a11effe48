// A payment of the HTTP door in the elements of ISO 8583:1987, in which the authorize page takes it.
import { fromHex, given } from '@chipswitch/bytes';
import { currencyOf } from '@chipswitch/ledger';
import {
  type AskedBy,
  type IsoMessage,
  type KindRow,
  kindAskedFor,
  kindOf,
  paymentKinds,
} from '@chipswitch/transaction';
import type { TerminalConfig } from '../config.ts';
import type { CardBody, Entry, PaymentBody } from './payment-body.ts';

/** Kinds that are asked for by themselves, and through this door. */
export const kindsAskedFor: readonly string[] = [...paymentKinds.values()]
  .filter(({ asked, original }) => asked.length > 0 && original?.when !== 'required')
  .map(({ name }) => name);

/** DE 22 of ISO 8583:1987 without its last digit, and DE 25. */
const entryElements: Readonly<
  Record<Entry, { readonly mode: string; readonly condition: string }>
> = {
  moto: { mode: '01', condition: '08' },
  keyed: { mode: '01', condition: '00' },
  stripe: { mode: '02', condition: '00' },
  chip: { mode: '05', condition: '00' },
  contactless: { mode: '07', condition: '00' },
  fallback: { mode: '80', condition: '00' },
};

/** What of a message tells its kind. */
interface KindElements {
  readonly mti: string;
  readonly de3: string;
  readonly de25: string;
  readonly de60?: string;
}

function elementsOf(asked: AskedBy, condition: string): KindElements {
  const { messageClass, advice, processing, preauthorised, type } = asked;
  return {
    mti: `0${messageClass}${advice === true ? '2' : '0'}0`,
    de3: `${processing}0000`,
    de25: asked.condition ?? (preauthorised === true ? '06' : condition),
    ...given({ de60: type }),
  };
}

/** How a kind is asked for; undefined where this amount, original or condition makes it another. */
function kindElements(
  row: KindRow,
  marks: {
    readonly condition: string;
    readonly entryMode: string;
    readonly namesOriginal: boolean;
    readonly isZero: boolean;
  },
): KindElements | undefined {
  const { condition, ...rest } = marks;
  return row.asked
    .map((asked) => elementsOf(asked, condition))
    .find(({ mti, de3, de25, de60 = '' }) => {
      const told = { mti, processingCode: de3, conditionCode: de25, type: de60, isApproved: false };
      return kindAskedFor(paymentKinds, { ...told, ...rest })?.name === row.name;
    });
}

const amountText = (amount: string | number | bigint): string => String(amount).padStart(12, '0');

/** Tag 57 as DE 35 has it: digits with a separator, without the filler. */
const track2Text = (hex: string): string => hex.toUpperCase().replace('D', '=').replace(/F+$/, '');

function cardElements(card: CardBody): Partial<IsoMessage> {
  const { number, expiry, sequenceNumber, track2, iccData, pinBlock } = card;
  return {
    ...given({ de2: number, de14: expiry, de23: sequenceNumber?.padStart(3, '0') }),
    ...(track2 === undefined ? {} : { de35: track2Text(track2) }),
    ...(iccData === undefined ? {} : { de55: fromHex(iccData) }),
    ...(pinBlock === undefined ? {} : { de26: '12', de52: fromHex(pinBlock) }),
  };
}

/** A message for a payment, without its date and time; or the parameter that makes none. */
export type MessageMade =
  | { readonly ok: true; readonly message: IsoMessage }
  | { readonly ok: false; readonly parameter: string; readonly detail: string };

/** The request of a payment that stands by itself. */
export function paymentMessage(
  body: PaymentBody,
  terminal: TerminalConfig,
  stan: string,
): MessageMade {
  const { kind, entry, card } = body;
  const currency = currencyOf(body.currency);
  if (currency === undefined)
    return { ok: false, parameter: 'currency', detail: 'is none of ISO 4217' };
  if (card.number === undefined && card.track2 === undefined) {
    return { ok: false, parameter: 'card', detail: 'needs number or track2' };
  }
  if (body.cashMinor !== undefined && BigInt(body.cashMinor) > BigInt(body.amountMinor)) {
    return { ok: false, parameter: 'cashMinor', detail: 'is more than the amount' };
  }
  const { mode, condition } = entryElements[entry];
  const isZero = BigInt(body.amountMinor) === 0n;
  const elements = kindElements(kindOf(paymentKinds, kind), {
    condition,
    entryMode: mode,
    isZero,
    namesOriginal: false,
  });
  if (elements === undefined) {
    return { ok: false, parameter: 'amountMinor', detail: `is none of a payment of kind ${kind}` };
  }
  const cash =
    body.cashMinor === undefined
      ? undefined
      : `0040${currency.numeric}D${amountText(body.cashMinor)}`;
  return {
    ok: true,
    message: {
      ...elements,
      ...cardElements(card),
      de4: amountText(body.amountMinor),
      de11: stan,
      de22: `${mode}${card.pinBlock === undefined ? '2' : '1'}`,
      de41: terminal.terminalId,
      de42: terminal.acceptorId,
      de49: currency.numeric,
      ...given({ de54: cash }),
    },
  };
}

/** What is about another payment, as the journal has that. */
export interface About {
  readonly pan: string;
  readonly stan: string;
  readonly messageClass: string;
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** The request of a payment that draws on another; undefined where no kind of this name does. */
export function drawingMessage(
  kind: string,
  about: About,
  terminal: TerminalConfig,
  stan: string,
): IsoMessage | undefined {
  const { pan, amountMinor, messageClass } = about;
  const marks = {
    condition: '08',
    entryMode: '01',
    isZero: amountMinor === 0n,
    namesOriginal: true,
  };
  const elements = kindElements(kindOf(paymentKinds, kind), marks);
  if (elements === undefined) return undefined;
  return {
    ...elements,
    de2: pan,
    de4: amountText(amountMinor),
    de11: stan,
    de22: '012',
    de41: terminal.terminalId,
    de42: terminal.acceptorId,
    de49: currencyOf(about.currency)?.numeric ?? '',
    de90: `0${messageClass}00${about.stan}`.padEnd(42, '0'),
  };
}

/** 0400 for a payment: it is undone, whatever has become of it. */
export function reversalMessage(about: About, terminal: TerminalConfig, stan: string): IsoMessage {
  return {
    mti: '0400',
    de2: about.pan,
    de3: '000000',
    de4: amountText(about.amountMinor),
    de11: stan,
    de41: terminal.terminalId,
    de42: terminal.acceptorId,
    de49: currencyOf(about.currency)?.numeric ?? '',
    de90: `0${about.messageClass}00${about.stan}`.padEnd(42, '0'),
  };
}
