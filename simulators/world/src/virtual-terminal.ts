// A terminal: one payment after the other, of every kind; it asks again when no answer comes, then reverses until it
// is told that this is done, and closes its batches. Now and then it asks an old question again.
import {
  type IsoMessage,
  type KindRow,
  endsTerminalReversal,
  paymentKinds,
  textOf,
} from '@chipswitch/transaction';
import { verdictOf } from 'iso8583-js';
import type { FaultName, Weather } from './faults.ts';
import type { Random } from './random.ts';
import {
  type LocalTime,
  type TerminalPayment,
  type TerminalView,
  approvalOf,
  askable,
  closeOf,
  countedOf,
  itemOf,
  keyOfRequest,
  localTimeOf,
  repeatOf,
  requestOf,
  reversalOf,
} from './terminal-messages.ts';
import type { VirtualTime } from './virtual-time.ts';
import { terminalAnswerMs, worldBeginsMs } from './world-settings.ts';

/** A batch as the terminal closed it. */
export interface TerminalBatch {
  readonly batchNumber: string;
  readonly items: readonly TerminalPayment[];
  /** It stated what is in the batch, and no less. */
  readonly isHonest: boolean;
  /** DE 39 of the first answer and of the last one. */
  first: string | undefined;
  last: string | undefined;
}

/** A question that is being asked. */
interface Exchange {
  readonly message: IsoMessage;
  /** Name of the payment it is about, for the story. */
  readonly key: string;
  /** Times it is asked; then `onSilence`. Left out: until it is answered. */
  readonly triesMax?: number;
  /** `again` is an answer that does not end it. */
  readonly onAnswer: (code: string, answer: IsoMessage) => 'again' | undefined;
  readonly onSilence?: () => void;
}

const rows = [...paymentKinds.values()].filter(({ asked }) => asked.length > 0);
const sales = rows.filter(({ name }) => name === 'purchase');
const itemsMax = 8;

/** What a terminal is made of. */
export interface TerminalParts {
  readonly terminalId: string;
  readonly payments: number;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly weather: Weather;
  readonly send: (message: IsoMessage, key: string) => void;
  /** It gives its line up and connects again. */
  readonly reconnect: () => void;
  readonly onViolation: (guarantee: string, key: string, text: string) => void;
}

/** The terminal. */
export class VirtualTerminal {
  readonly terminalId: string;
  readonly payments: TerminalPayment[] = [];
  readonly batches: TerminalBatch[] = [];
  readonly #parts: TerminalParts;
  readonly #offsetMs: number;
  #left: number;
  #stan: number;
  #batch = 1;
  #ofBatch: TerminalPayment[] = [];
  #exchange: Exchange | undefined;
  #endWait: () => void = () => undefined;

  constructor(parts: TerminalParts) {
    const { random } = parts;
    this.terminalId = parts.terminalId;
    this.#parts = parts;
    this.#left = parts.payments;
    this.#offsetMs = random.whole(-300_000, 300_000);
    this.#stan = random.whole(0, 500);
    parts.time.after(random.whole(0, 500), () => this.#next());
  }

  /** Nothing more is asked by it. */
  get isDone(): boolean {
    return this.#left === 0 && this.#exchange === undefined && this.#ofBatch.length === 0;
  }

  /** The key of the payment that an answer is about; '' when it is about none. */
  keyOf(answer: IsoMessage): string {
    return this.#paymentOf(answer)?.key ?? '';
  }

  hear(answer: IsoMessage): void {
    const code = textOf(answer, 39) ?? '';
    const payment = /^0[12]/.test(answer.mti) ? this.#paymentOf(answer) : undefined;
    if (payment !== undefined && verdictOf(code) === 'approved') {
      payment.approvals.add(approvalOf(answer));
    }
    const exchange = this.#exchange;
    if (exchange === undefined || !isAnswerTo(answer, exchange.message)) return;
    this.#endWait();
    if (exchange.onAnswer(code, answer) === 'again') {
      this.#endWait = this.#parts.time.after(terminalAnswerMs / 4, () => this.#ask(exchange, 0));
    }
  }

  #paymentOf(answer: IsoMessage): TerminalPayment | undefined {
    return this.payments.findLast(
      ({ request }) => request.mti[1] === answer.mti[1] && request['de11'] === answer['de11'],
    );
  }

  #localTime(): LocalTime {
    return localTimeOf(worldBeginsMs + this.#parts.time.nowMs + this.#offsetMs);
  }

  #nextStan(): string {
    return String(++this.#stan).padStart(6, '0');
  }

  get #batchNumber(): string {
    return String(this.#batch).padStart(6, '0');
  }

  #ask(exchange: Exchange, tries: number): void {
    const { time, random } = this.#parts;
    this.#exchange = exchange;
    const isFirst = tries === 0;
    const message = isFirst ? exchange.message : repeatOf(exchange.message, random.chance(0.5));
    this.#parts.send(message, exchange.key);
    if (this.#happens('doubled-questions', 0.1)) this.#parts.send(message, exchange.key);
    this.#endWait = time.after(terminalAnswerMs, () => {
      if (random.chance(0.5)) this.#parts.reconnect();
      const { triesMax = Number.POSITIVE_INFINITY, onSilence } = exchange;
      if (tries + 1 < triesMax) this.#ask(exchange, tries + 1);
      else onSilence?.();
    });
  }

  #happens(fault: FaultName, rate: number): boolean {
    const { random, weather } = this.#parts;
    return random.chance(weather.strength(fault) * rate);
  }

  #done(): void {
    this.#exchange = undefined;
    const { time, random } = this.#parts;
    time.after(random.whole(10, 400), () => this.#next());
  }

  #next(): void {
    const isFull = this.#ofBatch.length >= itemsMax;
    if (isFull || (this.#left === 0 && this.#ofBatch.length > 0)) return this.#close();
    if (this.#left > 0) this.#pay();
  }

  #pay(): void {
    this.#left--;
    const { random, terminalId } = this.#parts;
    const can = askable(random.chance(0.3) ? sales : rows, this.payments);
    const { row, originals } = can[random.whole(0, can.length - 1)];
    const time = this.#localTime();
    const stan = this.#nextStan();
    const [past, batchNumber] = [this.payments, this.#batchNumber];
    const of = { row, originals, past, terminalId, batchNumber, stan, time };
    const { request, original } = requestOf(of, random);
    const payment: TerminalPayment = {
      key: keyOfRequest(request, time),
      row,
      request,
      pan: textOf(request, 2) ?? '',
      original,
      batchNumber,
      view: undefined,
      answer: undefined,
      approvals: new Set(),
    };
    this.payments.push(payment);
    this.#ofBatch.push(payment);
    this.#ask(this.#asking(payment, row), 0);
    if (this.#happens('impatient-terminals', 0.2)) this.#cancelSoon(payment);
  }

  // The customer walks away, or the card is drawn: it is reversed whatever the answer will be.
  #cancelSoon(payment: TerminalPayment): void {
    const { time, random } = this.#parts;
    time.after(random.whole(0, 2_500), () => {
      if (this.#exchange?.message !== payment.request) return;
      this.#endWait();
      this.#reverse(payment);
    });
  }

  #asking(payment: TerminalPayment, row: KindRow): Exchange {
    const isAdvice = payment.request.mti[2] === '2';
    return {
      message: payment.request,
      key: payment.key,
      ...(isAdvice ? {} : { triesMax: 2 }),
      onAnswer: (code, answer) => {
        // What has happened offline is told until it is taken.
        if (row.host === 'advice' && code === '96') return 'again';
        const isApproved = verdictOf(code) === 'approved';
        payment.answer = answer;
        // The card refuses after the host approved: the terminal owes a reversal.
        if (isApproved && this.#happens('cards-that-refuse', 0.1)) this.#reverse(payment);
        else this.#end(payment, isApproved ? 'approved' : 'declined');
        return undefined;
      },
      onSilence: () => this.#reverse(payment),
    };
  }

  #reverse(payment: TerminalPayment): void {
    const isOwn = this.#parts.random.chance(0.3);
    const own = isOwn ? { stan: this.#nextStan(), time: this.#localTime() } : undefined;
    const exchange: Exchange = {
      message: reversalOf(payment, own),
      key: payment.key,
      onAnswer: (code) => {
        if (!endsTerminalReversal(code)) return 'again';
        this.#end(payment, 'reversed');
        return undefined;
      },
    };
    this.#ask(exchange, 0);
  }

  #end(payment: TerminalPayment, view: TerminalView): void {
    payment.view = view;
    const { random } = this.#parts;
    if (random.chance(0.08)) this.#askAgain(payment, random.chance(0.3));
    else this.#done();
  }

  // The same question again must get the same answer, one with other contents none (I4).
  #askAgain(payment: TerminalPayment, differs: boolean): void {
    // Over a new line: what was asked before is answered nowhere else.
    this.#parts.reconnect();
    const { request, key, view } = payment;
    const amount = (BigInt(textOf(request, 4) ?? '0') + 100n).toString().padStart(12, '0');
    const said = payment.answer === undefined ? '' : approvalOf(payment.answer);
    this.#ask(
      {
        message: differs ? { ...request, de4: amount } : request,
        key,
        triesMax: 1,
        onAnswer: (code, answer) => {
          const isApproved = verdictOf(code) === 'approved';
          const violation = (text: string): void => this.#parts.onViolation('I4', key, text);
          if (differs) {
            if (isApproved) violation(`approved under its key with another amount (${code})`);
          } else if (view !== 'approved') {
            if (isApproved) violation(`approved when asked again, ${view} before`);
          } else if (approvalOf(answer) !== said) {
            violation(`${approvalOf(answer)} when asked again, ${said} before`);
          }
          this.#done();
          return undefined;
        },
        onSilence: () => this.#done(),
      },
      0,
    );
  }

  #close(): void {
    const items = countedOf(this.#ofBatch);
    const isWrong = items.length > 1 && this.#happens('wrong-totals', 0.3);
    const batchNumber = this.#batchNumber;
    const batch: TerminalBatch = {
      batchNumber,
      items,
      isHonest: !isWrong,
      first: undefined,
      last: undefined,
    };
    this.batches.push(batch);
    this.#ask(
      {
        message: this.#closeMessage(isWrong ? items.slice(1) : items, '201'),
        key: `${this.terminalId}/${batchNumber}`,
        onAnswer: (code) => {
          if (code !== '00' && code !== '95') return 'again';
          batch.first = code;
          batch.last = code;
          if (code === '95') this.#upload(batch, 0);
          else this.#endBatch();
          return undefined;
        },
      },
      0,
    );
  }

  #closeMessage(items: readonly TerminalPayment[], code: '201' | '202'): IsoMessage {
    const { terminalId } = this;
    const [stan, time, batchNumber] = [this.#nextStan(), this.#localTime(), this.#batchNumber];
    return closeOf(items, { terminalId, stan, time, batchNumber, code });
  }

  #upload(batch: TerminalBatch, at: number): void {
    const item = batch.items.filter(({ row }) => row.changesItem !== true).at(at);
    const key = `${this.terminalId}/${batch.batchNumber}`;
    if (item !== undefined) {
      const onAnswer = (code: string): 'again' | undefined => {
        if (code !== '00') return 'again';
        this.#upload(batch, at + 1);
        return undefined;
      };
      return this.#ask({ message: itemOf(item, this.payments), key, onAnswer }, 0);
    }
    const onAnswer = (code: string): 'again' | undefined => {
      if (code !== '00' && code !== '95') return 'again';
      batch.last = code;
      this.#endBatch();
      return undefined;
    };
    this.#ask({ message: this.#closeMessage(batch.items, '202'), key, onAnswer }, 0);
  }

  #endBatch(): void {
    this.#batch++;
    this.#ofBatch = [];
    this.#done();
  }
}

function isAnswerTo(answer: IsoMessage, asked: IsoMessage): boolean {
  const isOfType =
    answer.mti[1] === asked.mti[1] && Number(answer.mti[2]) === Number(asked.mti[2]) + 1;
  return isOfType && textOf(answer, 11) === textOf(asked, 11);
}
