// What a payment remembers beside the journal's columns, as one typed codec: nobody else reads or writes the journal's
// free part. What is not of its type is not there; amounts are text, since JSON has no integers of that size.
import { type Json, type NewPayment, type PaymentRecord } from '@chipswitch/ledger';
import type { OutgoingFacts } from './outgoing-facts.ts';
import type { LateAnswer } from './payment.ts';

/** STAN and DE 7 of a reversal or advice, the same for all its repeats. */
export interface FollowUpFacts {
  readonly stan: string;
  readonly transmission: string;
}

/** What a payment remembers of the one that it draws on; the journal writes it when it opens it. */
export interface OriginalFacts {
  readonly paymentId: string;
  readonly kind: string;
  readonly amountMinor: bigint;
  readonly endsHold: boolean;
}

/** What a payment remembers. */
export interface PaymentFacts {
  /** As it went to the host. */
  readonly outgoing?: OutgoingFacts;
  readonly scheme?: string;
  /** Hosts that it may go to, the first first. */
  readonly hosts?: readonly string[];
  /** DE 7 of the terminal. */
  readonly terminalTransmission?: string;
  /** The amount that the question states, where another one is booked. */
  readonly statedMinor?: bigint;
  /** DE 38 of the question: a voice approval, or of the original. */
  readonly givenApprovalCode?: string;
  readonly original?: OriginalFacts;
  readonly tries?: number;
  /** Written as null once the advice that it was for has become a reversal. */
  readonly followUp?: FollowUpFacts | null;
  readonly lateAnswer?: LateAnswer;
  readonly acknowledgementCode?: string;
  /** Kind of the last booking. */
  readonly booked?: string;
  /** Of the host's answer: DE 55, DE 54, elements passed on by number, the scheme's own id, the part that was approved. */
  readonly iccDataHex?: string;
  readonly additionalAmounts?: string;
  readonly passedOn?: { readonly [number: string]: string };
  readonly schemeTransactionId?: string;
  readonly partialAmountMinor?: bigint;
  /** Why the switch itself refused it. */
  readonly reason?: string;
}

interface Fact<Value> {
  readonly read: (json: Json) => Value | undefined;
  readonly write: (value: Value) => Json;
}

const text: Fact<string> = {
  read: (json) => (typeof json === 'string' ? json : undefined),
  write: (value) => value,
};

const amount: Fact<bigint> = {
  read: (json) => (typeof json === 'string' && /^-?\d+$/.test(json) ? BigInt(json) : undefined),
  write: String,
};

const texts: Fact<readonly string[]> = {
  read: (json) =>
    Array.isArray(json) && json.every((one) => typeof one === 'string') ? json : undefined,
  write: (value) => value,
};

type JsonObject = { readonly [key: string]: Json };

function objectOf(json: Json, ...names: readonly string[]): JsonObject | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const object = json as JsonObject;
  return names.every((name) => typeof object[name] === 'string') ? object : undefined;
}

const outgoingTexts = (
  'mti stan transmission acquirerId retrievalReference processingCode entryMode localTime localDate terminalId ' +
  'acceptorId currencyNumeric'
).split(' ');

const lateAnswers: readonly LateAnswer[] = ['approved', 'declined', 'unknown'];

const codec: { readonly [Name in keyof PaymentFacts]-?: Fact<NonNullable<PaymentFacts[Name]>> } = {
  outgoing: {
    read: (json) => objectOf(json, ...outgoingTexts) as unknown as OutgoingFacts | undefined,
    write: (value) => ({ ...value }),
  },
  scheme: text,
  hosts: texts,
  terminalTransmission: text,
  statedMinor: amount,
  givenApprovalCode: text,
  original: {
    read: (json) => {
      const object = objectOf(json, 'paymentId', 'kind', 'amountMinor');
      const amountMinor = object && amount.read(object['amountMinor']);
      if (amountMinor === undefined) return undefined;
      const { paymentId, kind, endsHold } = object as unknown as OriginalFacts;
      return { paymentId, kind, amountMinor, endsHold };
    },
    write: (value) => ({ ...value, amountMinor: String(value.amountMinor) }),
  },
  tries: {
    read: (json) => (Number.isSafeInteger(json) ? (json as number) : undefined),
    write: (value) => value,
  },
  followUp: {
    read: (json) => objectOf(json, 'stan', 'transmission') as unknown as FollowUpFacts | undefined,
    write: (value) => ({ ...value }),
  },
  lateAnswer: {
    read: (json) => lateAnswers.find((one) => one === json),
    write: (value) => value,
  },
  acknowledgementCode: text,
  booked: text,
  iccDataHex: text,
  additionalAmounts: text,
  passedOn: {
    read: (json) => {
      const object = objectOf(json);
      const isText = object && Object.values(object).every((one) => typeof one === 'string');
      return isText === true ? (object as { readonly [number: string]: string }) : undefined;
    },
    write: (value) => ({ ...value }),
  },
  schemeTransactionId: text,
  partialAmountMinor: amount,
  reason: text,
};

const names = Object.keys(codec) as (keyof PaymentFacts)[];

/** The journal's free part of a payment. */
type Stored = Pick<PaymentRecord, 'facts'>;

/**
 * What a payment remembers, out of its record.
 *
 * @example readPaymentFacts({ facts: { partialAmountMinor: '700' } }).partialAmountMinor // 700n
 */
export function readPaymentFacts({ facts }: Stored): PaymentFacts {
  const read: Record<string, unknown> = {};
  for (const name of names) {
    const json = facts[name];
    const value = json === undefined ? undefined : codec[name].read(json);
    if (value !== undefined) read[name] = value;
  }
  return read;
}

/**
 * Facts as the journal takes them: those that are given; null takes one back.
 *
 * @example writtenFacts({ tries: 1, partialAmountMinor: 700n }) // { tries: 1, partialAmountMinor: '700' }
 */
export function writtenFacts(facts: {
  readonly [Name in keyof PaymentFacts]: PaymentFacts[Name] | undefined;
}): NewPayment['facts'] {
  const written: Record<string, Json> = {};
  for (const name of names) {
    const value = facts[name];
    if (value === undefined) continue;
    const { write } = codec[name] as Fact<unknown>;
    written[name] = value === null ? null : write(value);
  }
  return written;
}
