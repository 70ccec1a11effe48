// One payment while it lives in this process: asks `step` what to do and does it, in order, against
// the journal, the host link and the terminal. It decides nothing itself.
import type { Json, PaymentStep } from '@chipswitch/ledger';
import {
  type Effect,
  type HostAnswer,
  type IsoMessage,
  type OutgoingFacts,
  type Pan,
  type Payment,
  type PaymentEvent,
  type TimerName,
  hostAdvice,
  hostReversal,
  readHostAnswer,
  step,
} from '@chipswitch/transaction';
import { verdictOf } from 'iso8583-js';
import type { InFlightPorts } from '../desk.ts';

/** How the terminal is answered: with a code, and with the host's data where there are any. */
export type Reply = (responseCode: string, answer?: HostAnswer) => Promise<boolean>;

/** What a life is made of. */
export interface InFlightPaymentParts {
  /** Idempotency key. */
  readonly key: string;
  readonly payment: Payment;
  readonly terminalId: string;
  readonly outgoing: OutgoingFacts;
  readonly pan: Pan;
  /** The request to a host; a payment taken up after a restart has none, it is only finished. */
  readonly request?: IsoMessage;
  /** DE 55 for an advice. */
  readonly iccData?: Uint8Array;
  readonly reply?: Reply;
  readonly hangUp?: () => void;
  /** STAN and DE 7 of the reversal or advice, once it was journaled. */
  readonly followUp?: { readonly stan: string; readonly transmission: string };
}

// DE 39 of a reversal: 17 takes back what was approved (ISO 8583:1987), 68 what nobody heard of in time.
function reversalReason({ responseCode }: Payment): '17' | '68' {
  return responseCode !== undefined && verdictOf(responseCode) === 'approved' ? '17' : '68';
}

const journalTriesMax = 5;
const journalRetryMs = 100;

/** A payment and everything that is going on about it. */
export class InFlightPayment {
  readonly #desk: InFlightPorts;
  readonly #parts: InFlightPaymentParts;
  #payment: Payment;
  #chain: Promise<void> = Promise.resolve();
  readonly #timers = new Map<TimerName, NodeJS.Timeout>();
  #followUp: InFlightPaymentParts['followUp'];
  #heard: PaymentEvent[] = [];
  #listener: ((event: PaymentEvent) => void) | undefined;
  #settled = false;
  #replies: { reply: Reply; hangUp: (() => void) | undefined }[] = [];

  constructor(desk: InFlightPorts, parts: InFlightPaymentParts) {
    this.#desk = desk;
    this.#parts = parts;
    this.#payment = parts.payment;
    this.#followUp = parts.followUp;
    if (parts.reply !== undefined) this.#replies.push({ reply: parts.reply, hangUp: parts.hangUp });
  }

  get key(): string {
    return this.#parts.key;
  }

  get payment(): Payment {
    return this.#payment;
  }

  /** Reversals and advices of one lane keep their order. */
  get lane(): string {
    return `${this.#payment.hosts[0]}/${this.#parts.terminalId}`;
  }

  get host(): string {
    return this.#payment.hosts[0];
  }

  /** Whether the terminal has its answer, or will never get one from here. */
  get isSettled(): boolean {
    return this.#settled;
  }

  /** A repeat of the same question while the first is being answered: it gets the same answer. */
  addReply(reply: Reply, hangUp: () => void): boolean {
    if (this.#settled) return false;
    this.#replies.push({ reply, hangUp });
    return true;
  }

  /** The next thing the wire or the clock has to say; authorize carries it to `dispatch`. */
  nextEvent(): Promise<PaymentEvent> {
    const event = this.#heard.shift();
    if (event !== undefined) return Promise.resolve(event);
    return new Promise((resolve) => {
      this.#listener = resolve;
    });
  }

  /** Moves the payment by an event; ends when its effects are carried out. Never rejects. */
  dispatch(event: PaymentEvent): Promise<void> {
    this.#chain = this.#chain
      .then(() => this.#apply(event))
      .catch((error: unknown) => {
        this.#desk.report('a payment could not be moved', error);
        this.#abandon();
      });
    return this.#chain;
  }

  #hear(event: PaymentEvent): void {
    if (this.#settled) {
      void this.dispatch(event);
      return;
    }
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener === undefined) this.#heard.push(event);
    else listener(event);
  }

  async #apply(event: PaymentEvent): Promise<void> {
    const timers = this.#desk.timersOf(this.host);
    const { payment, effects } = step(this.#payment, event, timers);
    for (const effect of effects) {
      if (effect.type !== 'journal') this.#carryOut(effect, payment);
      else if (await this.#journal(effect)) this.#payment = payment;
      else return this.#abandon();
    }
    this.#payment = payment;
    if (effects.length > 0) this.#desk.onMoved(this);
  }

  async #journal(effect: Extract<Effect, { type: 'journal' }>): Promise<boolean> {
    const durable = this.#stepOf(effect);
    for (let tries = 1; tries <= journalTriesMax; tries++) {
      const result = await this.#desk.journal.step(durable);
      if (result.ok) return true;
      this.#desk.counters.add('journalFaults');
      if (result.error.code === 'version-conflict') {
        this.#desk.report(`payment ${durable.paymentId} was moved by another`, undefined);
        return false;
      }
      await this.#desk.sleep(journalRetryMs * tries);
    }
    return false;
  }

  #stepOf(effect: Extract<Effect, { type: 'journal' }>): PaymentStep {
    const { answer, booking, responseCode, host } = effect;
    const facts: Record<string, Json> = {};
    if (effect.tries !== undefined) facts['tries'] = effect.tries;
    if (effect.tries === 1) facts['followUp'] = { ...this.#newFollowUp() };
    if (effect.lateAnswer !== undefined) facts['lateAnswer'] = effect.lateAnswer;
    if (booking !== undefined) facts['booked'] = booking.kind;
    if (answer?.iccDataHex !== undefined) facts['iccDataHex'] = answer.iccDataHex;
    if (answer?.partialAmountMinor !== undefined) {
      facts['partialAmountMinor'] = String(answer.partialAmountMinor);
    }
    return {
      paymentId: this.#payment.paymentId,
      version: effect.version,
      businessDate: this.#desk.businessDate(),
      state: effect.state,
      event: effect.event,
      facts,
      ...(responseCode === undefined ? {} : { responseCode }),
      ...(host === undefined ? {} : { host }),
      ...(booking === undefined ? {} : { booking }),
      ...(answer?.approvalCode === undefined ? {} : { approvalCode: answer.approvalCode }),
      ...(answer?.retrievalReference === undefined
        ? {}
        : { retrievalReference: answer.retrievalReference }),
    };
  }

  // One STAN for the reversal and all its repeats (ISO 8583:1987 4.3): it is journaled before it is used.
  #newFollowUp(): NonNullable<InFlightPaymentParts['followUp']> {
    this.#followUp ??= {
      stan: this.#desk.traceNumbersOf(this.host).take() ?? '000000',
      transmission: this.#desk.transmission(),
    };
    return this.#followUp;
  }

  #carryOut(effect: Exclude<Effect, { type: 'journal' }>, payment: Payment): void {
    switch (effect.type) {
      case 'start-timer':
        this.#startTimer(effect.timer, effect.ms);
        break;
      case 'cancel-timer':
        clearTimeout(this.#timers.get(effect.timer));
        this.#timers.delete(effect.timer);
        break;
      case 'send-request':
        this.#sendRequest(effect.host);
        break;
      case 'send-reversal':
      case 'send-advice':
        this.#sendFollowUp(effect, payment);
        break;
      case 'reply':
        this.#answerTerminal(effect.responseCode, effect.answer);
        break;
      case 'queue':
        this.#desk.queue(this, effect.delayMs);
        break;
      case 'alarm':
        this.#desk.counters.add('manual');
        this.#desk.report(effect.reason, undefined);
        break;
    }
  }

  #startTimer(timer: TimerName, ms: number): void {
    const event: PaymentEvent =
      timer === 'answer'
        ? { type: 'outcome-unknown', reason: 'timed-out' }
        : { type: 'unacknowledged' };
    clearTimeout(this.#timers.get(timer));
    this.#timers.set(
      timer,
      setTimeout(() => this.#hear(event), ms),
    );
  }

  #sendRequest(host: string): void {
    const { request } = this.#parts;
    if (request === undefined) return;
    const refused = this.#desk.linkTo(host).send(request, {
      onAnswer: (message) => this.#onAnswer(message),
      onLinkLost: () => this.#hear({ type: 'outcome-unknown', reason: 'link-lost' }),
    });
    if (refused !== undefined) this.#hear({ type: 'not-sent', reason: refused });
  }

  #onAnswer(message: IsoMessage): 'wait' | undefined {
    const { outgoing } = this.#parts;
    const { amountMinor } = this.#payment;
    const read = readHostAnswer(message, { outgoing, amountMinor });
    if (read.ok) {
      this.#hear({ type: 'answered', answer: read.answer });
      return undefined;
    }
    // The true answer follows; the answer timer goes on and bounds the wait.
    if (read.fault === 'in-process') return 'wait';
    this.#desk.counters.add('hostFaults');
    this.#desk.report(`an answer of ${this.host} cannot be used: ${read.fault}`, undefined);
    this.#hear({ type: 'outcome-unknown', reason: 'undecodable' });
    return undefined;
  }

  #sendFollowUp(effect: Extract<Effect, { repeat: boolean }>, payment: Payment): void {
    const { outgoing, pan, iccData } = this.#parts;
    const isReversal = effect.type === 'send-reversal';
    const common = {
      pan,
      amountMinor: payment.amountMinor,
      ...this.#newFollowUp(),
      isRepeat: effect.repeat,
      ...(payment.approvalCode === undefined ? {} : { approvalCode: payment.approvalCode }),
    };
    const message = isReversal
      ? hostReversal(outgoing, { ...common, reason: reversalReason(payment) })
      : hostAdvice(outgoing, { ...common, ...(iccData === undefined ? {} : { iccData }) });
    this.#desk.counters.add(isReversal ? 'reversalsSent' : 'advicesSent');
    const link = this.#desk.linkTo(effect.host);
    const unheard = (): void => {
      link.forget(message);
      void this.dispatch({ type: 'unacknowledged' });
    };
    link.forget(message); // An earlier try of this same message may still be waited for.
    const refused = link.send(message, {
      onAnswer: () => {
        void this.dispatch({ type: 'acknowledged' });
      },
      onLinkLost: unheard,
    });
    if (refused !== undefined) unheard();
  }

  #answerTerminal(responseCode: string, answer: HostAnswer | undefined): void {
    this.#settled = true;
    const replies = this.#replies;
    this.#replies = [];
    if (replies.length === 0) return;
    const sent = replies.map(({ reply }) => reply(responseCode, answer));
    void Promise.all(sent).then((delivered) =>
      this.dispatch({ type: delivered.some(Boolean) ? 'reply-delivered' : 'reply-undelivered' }),
    );
    for (const event of this.#heard.splice(0)) void this.dispatch(event);
  }

  // The journal could not say whether the step is durable: the terminal gets no answer and the link
  // closes; the sweep finds the payment in the journal as it is and finishes it from there.
  #abandon(): void {
    this.#settled = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const { hangUp } of this.#replies.splice(0)) hangUp?.();
    this.#listener?.({ type: 'reply-undelivered' });
    this.#listener = undefined;
    this.#desk.onAbandoned(this);
  }

  /** No answer can come any more: the trace numbers may be used again. */
  releaseTraceNumbers(): void {
    const numbers = this.#desk.traceNumbersOf(this.host);
    numbers.release(this.#parts.outgoing.stan);
    if (this.#followUp !== undefined) numbers.release(this.#followUp.stan);
  }

  /** Ends all timers: the process is about to stop, the journal knows the rest. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
