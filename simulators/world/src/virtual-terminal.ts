// A terminal: one payment after the other, in the dialect of its port; it asks again when no answer comes, then
// reverses until it is told that this is done.
import {
  type IsoMessage,
  type PaymentKind,
  paymentKey,
  textOf,
  yearOfLocalDate,
} from '@chipswitch/transaction';
import { verdictOf } from 'iso8583-js';
import type { Random } from './random.ts';
import { worldBeginsMs } from './virtual-ports.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How a payment ended for the terminal. */
export type TerminalView = 'approved' | 'declined' | 'reversed';

/** What a terminal heard in answer to one payment, and what it made of it. */
export interface TerminalRecord {
  readonly key: string;
  readonly pan: string;
  view: TerminalView | undefined;
  /** Different approvals heard: DE 37, 38 and 39. */
  readonly approvals: Set<string>;
}

const answerMs = 6_000;
const repeatsMax = 1;
const cards = [
  '4761739001010119',
  '4111111111111111',
  '4012888888881881',
  '4222222222222',
] as const;
// The reversal is taken, or there was nothing to reverse (25).
const reversedCodes: ReadonlySet<string | undefined> = new Set(['00', '25']);

const asked: Readonly<Record<string, { readonly mti: string; readonly de25: string }>> = {
  purchase: { mti: '0200', de25: '00' },
  preauthorisation: { mti: '0100', de25: '06' },
  'offline-purchase': { mti: '0220', de25: '00' },
};

/** The terminal. */
export class VirtualTerminal {
  readonly records: TerminalRecord[] = [];
  readonly #terminalId: string;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #send: (message: IsoMessage, key: string) => void;
  #left: number;
  #stan = 0;
  #request: IsoMessage = { mti: '' };
  #record: TerminalRecord | undefined;
  #phase: 'idle' | 'paying' | 'reversing' = 'idle';
  #turn = 0;

  constructor(parts: {
    readonly terminalId: string;
    readonly payments: number;
    readonly time: VirtualTime;
    readonly random: Random;
    readonly send: (message: IsoMessage, key: string) => void;
  }) {
    this.#terminalId = parts.terminalId;
    this.#left = parts.payments;
    this.#time = parts.time;
    this.#random = parts.random;
    this.#send = parts.send;
    this.#time.after(this.#random.whole(0, 500), () => this.#payNext());
  }

  /** Nothing more is asked by it. */
  get isDone(): boolean {
    return this.#left === 0 && this.#phase === 'idle';
  }

  hear(message: IsoMessage): void {
    const record = this.#record;
    if (record === undefined || textOf(message, 11) !== this.#request['de11']) return;
    const code = textOf(message, 39);
    if (message.mti[1] === '4') {
      if (this.#phase === 'reversing' && reversedCodes.has(code)) this.#end('reversed');
      return;
    }
    const isApproved = verdictOf(code ?? '') === 'approved';
    if (isApproved) {
      record.approvals.add([37, 38, 39].map((element) => textOf(message, element)).join('/'));
    }
    if (this.#phase !== 'paying') return;
    // Now and then the card refuses after the host approved: the terminal owes a reversal.
    if (isApproved && this.#random.chance(0.05)) return this.#reverse();
    // What has happened offline is told until it is taken.
    if (this.#isAdvice && code === '96') return;
    this.#end(isApproved ? 'approved' : 'declined');
  }

  get #isAdvice(): boolean {
    return this.#request.mti[2] === '2';
  }

  #payNext(): void {
    if (this.#left === 0) return;
    this.#left--;
    const random = this.#random;
    const kind: PaymentKind = random.chance(0.15)
      ? 'offline-purchase'
      : random.chance(0.1)
        ? 'preauthorisation'
        : 'purchase';
    const now = new Date(worldBeginsMs + this.#time.nowMs).toISOString();
    const [de13, de12] = [now.slice(5, 10).replace('-', ''), now.slice(11, 19).replaceAll(':', '')];
    const pan = cards[random.whole(0, cards.length - 1)];
    const stan = String(++this.#stan).padStart(6, '0');
    const request: IsoMessage = {
      mti: asked[kind].mti,
      de2: pan,
      de3: kind === 'preauthorisation' ? '030000' : '000000',
      de4: String(random.whole(1, 99_999)).padStart(12, '0'),
      de11: stan,
      de12,
      de13,
      de14: '3012',
      de22: '012',
      de25: asked[kind].de25,
      de41: this.#terminalId,
      de42: 'CHIPSWITCH00001',
      de49: '156',
    };
    const key = paymentKey(
      {
        acceptorId: 'CHIPSWITCH00001',
        terminalId: this.#terminalId,
        stan,
        localDate: de13,
        localTime: de12,
        messageClass: request.mti[1],
      },
      yearOfLocalDate(de13, now.slice(0, 10)),
    );
    this.#request = request;
    this.#record = { key, pan, view: undefined, approvals: new Set() };
    this.records.push(this.#record);
    this.#phase = 'paying';
    this.#ask(request, repeatsMax);
  }

  #ask(message: IsoMessage, repeats: number): void {
    const turn = ++this.#turn;
    this.#send(message, this.#record?.key ?? '');
    this.#time.after(answerMs, () => {
      if (turn !== this.#turn) return;
      // Some say of a repeat that it is one.
      const again = this.#random.chance(0.5)
        ? { ...message, mti: `${message.mti.slice(0, 3)}1` }
        : message;
      if (this.#phase === 'reversing' || this.#isAdvice) this.#ask(again, 0);
      else if (repeats > 0) this.#ask(again, repeats - 1);
      else this.#reverse();
    });
  }

  #reverse(): void {
    this.#phase = 'reversing';
    const { de2, de3, de4, de11, de12, de13, de22, de25, de41, de42, de49 } = this.#request;
    const what = { mti: '0400', de2, de3, de4, de11, de12, de13, de22, de25, de41, de42, de49 };
    this.#ask(what, 0);
  }

  #end(view: TerminalView): void {
    if (this.#record !== undefined) this.#record.view = view;
    this.#phase = 'idle';
    this.#turn++;
    this.#time.after(this.#random.whole(10, 400), () => this.#payNext());
  }
}
