// One payment in flight: asks `step` what to do and does it, in order, against the journal, the host link
// and the terminal. It decides nothing itself. Whatever happens to it (request, timer, link, terminal,
// recovery) comes through `dispatch`, one event after the other.
import { given } from '@chipswitch/bytes';
import type { Pan } from '@chipswitch/cardholder-data';
import type { PaymentStep } from '@chipswitch/ledger';
import {
  type Effect,
  type HostAnswer,
  type IsoMessage,
  type FollowUpFacts,
  type OutgoingFacts,
  type Payment,
  type PaymentEvent,
  type PaymentFacts,
  type TimerName,
  finalStates,
  differingElement,
  hostAdvice,
  hostReversal,
  kindOf,
  openStates,
  paymentKinds,
  readHostAnswer,
  step,
  textOf,
  writtenFacts,
  isApprovedByHost,
} from '@chipswitch/transaction';
import { adviceMti, verdictOf } from 'iso8583-js';
import { hostReferenceOf } from './host-reference.ts';
import type { Asking, HostPort, InFlightPorts, PaymentInFlight } from './ports.ts';

/** What a payment in flight is made of. */
export interface InFlightPaymentParts {
  /** Idempotency key. */
  readonly key: string;
  readonly payment: Payment;
  readonly terminalId: string;
  readonly outgoing: OutgoingFacts;
  readonly pan: Pan;
  /** The request to a host; a payment taken up after a restart has none, it is only finished. */
  readonly request?: IsoMessage;
  /** The terminal's question, where it is known. */
  readonly asking?: Asking;
  /** STAN and DE 7 of the reversal or advice, once it was journaled. */
  readonly followUp?: FollowUpFacts;
}

// DE 39 of a reversal: 17 takes back what was approved (ISO 8583:1987), 68 what nobody heard of in time.
function reversalReason({ responseCode }: Payment): '17' | '68' {
  return responseCode !== undefined && verdictOf(responseCode) === 'approved' ? '17' : '68';
}

const journalTriesMax = 5;
const journalRetryMs = 100;

type JournalEffect = Extract<Effect, { type: 'journal' }>;

/** A payment and everything that is going on about it. */
export class InFlightPayment implements PaymentInFlight {
  /** Ends when the terminal has its answer, or will never get one from here. */
  readonly settled: Promise<void>;
  readonly #ports: InFlightPorts;
  readonly #parts: InFlightPaymentParts;
  #payment: Payment;
  #outgoing: OutgoingFacts;
  #followUp: InFlightPaymentParts['followUp'];
  #chain: Promise<unknown> = Promise.resolve();
  readonly #timers = new Map<TimerName, () => void>();
  /** Places in a host's table of awaited answers. */
  readonly #places = new Map<TimerName, () => void>();
  readonly #traceNumbers = new Map<string, { readonly host: string; readonly stan: string }>();
  #askings: Asking[] = [];
  #settle: () => void = () => undefined;
  #isSettled = false;
  #isReplying = false;
  #hasLeft = false;
  #isInDoubt = false;

  constructor(ports: InFlightPorts, parts: InFlightPaymentParts) {
    this.#ports = ports;
    this.#parts = parts;
    this.#payment = parts.payment;
    this.#outgoing = parts.outgoing;
    this.#followUp = parts.followUp;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    if (parts.asking !== undefined) this.#askings.push(parts.asking);
    const { state } = parts.payment;
    // What was answered before is settled: it is answered again out of the journal.
    if (state !== 'NEW' && state !== 'SENDING') this.#endAsking();
    if (state !== 'NEW' && !openStates.includes(state)) return;
    this.#holdNumber(this.host, parts.outgoing.stan);
    if (parts.followUp !== undefined) this.#holdNumber(this.host, parts.followUp.stan);
  }

  get key(): string {
    return this.#parts.key;
  }

  get payment(): Payment {
    return this.#payment;
  }

  get queueName(): string {
    return `${this.host}/${this.#parts.terminalId}`;
  }

  get host(): string {
    return this.#payment.hosts[0];
  }

  /** The same question again while the first is being answered: it gets the same answer. */
  addAsking(asking: Asking): boolean {
    if (this.#isSettled) return false;
    this.#askings.push(asking);
    return true;
  }

  /** Moves the payment by an event; ends when its effects are carried out. Never rejects. */
  dispatch(event: PaymentEvent): Promise<boolean> {
    return this.#dispatch(event, false);
  }

  #dispatch(event: PaymentEvent, mayBeLost: boolean): Promise<boolean> {
    const moved = this.#chain
      .then(() => (this.#hasLeft ? false : this.#apply(event, mayBeLost)))
      .catch((error: unknown) => {
        this.#ports.report('a payment could not be moved', error);
        return this.#abandon();
      });
    this.#chain = moved;
    return moved;
  }

  /** Ends when everything that was dispatched so far is done. */
  async idle(): Promise<void> {
    await this.#chain;
  }

  async #apply(event: PaymentEvent, mayBeLost: boolean): Promise<boolean> {
    // Until this very event, whatever comes before it: an approval whose answer goes out does not rest.
    if (event.type === 'reply-delivered' || event.type === 'reply-undelivered') {
      this.#isReplying = false;
    }
    const timers = this.#ports.timersOf(this.host);
    const { payment, effects } = step(this.#payment, event, timers);
    for (const effect of effects) {
      if (effect.type === 'reply' && this.#isTooLate()) this.#withdraw(payment);
      else if (effect.type !== 'journal') this.#carryOut(effect, payment);
      else if (await this.#journal(effect, payment, mayBeLost)) this.#payment = payment;
      else return this.#abandon();
    }
    this.#payment = payment;
    if (effects.length > 0) this.#ports.onMoved(this);
    if (this.#isAtRest()) this.#leave();
    return true;
  }

  // Somebody asked, and whoever did has given up by now. The deadline is the payment's, whatever step is late.
  #isTooLate(): boolean {
    return this.#askings.length > 0 && this.#msLeft() <= 0;
  }

  #msLeft(): number {
    const left = this.#askings.map(({ msLeft }) => msLeft?.() ?? Number.POSITIVE_INFINITY);
    return left.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...left);
  }

  // Nobody waits for this answer any longer: it is not given, and an approval does not stand.
  #withdraw({ state }: Payment): void {
    for (const { giveUp } of this.#endAsking()) giveUp();
    if (!isApprovedByHost(state)) return;
    this.#isReplying = true;
    void this.dispatch({ type: 'approved-too-late' });
  }

  // An approval rests when it is known whether its answer went out.
  #isAtRest(): boolean {
    const { state } = this.#payment;
    if (finalStates.has(state) || state === 'ANSWERED') return true;
    return isApprovedByHost(state) && !this.#isReplying;
  }

  async #journal(effect: JournalEffect, payment: Payment, mayBeLost: boolean): Promise<boolean> {
    const durable = { ...this.#stepOf(effect, payment), ...(mayBeLost ? { mayBeLost } : {}) };
    for (let tries = 1; tries <= journalTriesMax; tries++) {
      const result = await this.#ports.journal.step(durable);
      if (result.ok) {
        this.#isInDoubt = false;
        return true;
      }
      this.#ports.counters.add('journalFaults');
      if (result.error.code === 'version-conflict') {
        this.#ports.report(`payment ${durable.paymentId} was moved by another`, undefined);
        return false;
      }
      if (result.error.code === 'not-storable') {
        this.#ports.report(`a step of payment ${durable.paymentId} cannot be stored`, undefined);
        return false;
      }
      // It may be recorded all the same: whoever writes it has only not said so.
      this.#isInDoubt = isApprovedByHost(effect.state);
      if (this.#isTooLate()) return false;
      await this.#pause(journalRetryMs * tries);
    }
    return false;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#ports.clock.after(ms, resolve));
  }

  #stepOf(effect: JournalEffect, payment: Payment): PaymentStep {
    const { answer, booking, responseCode, host } = effect;
    const { tries, lateAnswer, acknowledgementCode } = effect;
    let followUp: PaymentFacts['followUp'];
    let outgoing: OutgoingFacts | undefined;
    if (effect.state === 'REVERSAL_DUE' && this.#followUp !== undefined) {
      outgoing = this.#asAdvised(this.#followUp);
      followUp = null;
    }
    if (tries === 1) followUp = this.#newFollowUp();
    const hostReference = host === undefined ? undefined : this.#reroute(host);
    // A host that numbers by itself knows the payment by its own number from now on.
    const reference = answer?.retrievalReference;
    const isRenumbered = reference !== undefined && reference !== this.#outgoing.retrievalReference;
    if (isRenumbered) this.#outgoing = { ...this.#outgoing, retrievalReference: reference };
    if (hostReference !== undefined || isRenumbered) outgoing = this.#outgoing;
    const facts = writtenFacts({
      tries,
      outgoing,
      followUp,
      lateAnswer,
      acknowledgementCode,
      booked: booking?.kind,
      iccDataHex: answer?.iccDataHex,
      additionalAmounts: answer?.additionalAmounts,
      passedOn: answer?.passedOn,
      schemeTransactionId: answer?.schemeTransactionId,
      partialAmountMinor: answer?.partialAmountMinor,
    });
    return {
      paymentId: payment.paymentId,
      version: effect.version,
      businessDate: this.#ports.businessDate(),
      state: effect.state,
      event: effect.event,
      facts,
      ...given({ responseCode, draws: effect.draws }),
      ...(host === undefined || hostReference === undefined ? {} : { host, hostReference }),
      ...given({
        booking,
        approvalCode: answer?.approvalCode,
        retrievalReference: answer?.retrievalReference,
      }),
    };
  }

  // The next host has trace numbers of its own: the request goes to it under one of them.
  #reroute(host: string): string {
    this.#outgoing = { ...this.#outgoing, stan: this.#takeNumber(host) };
    const { stan, terminalId, transmission } = this.#outgoing;
    return hostReferenceOf(stan, terminalId, transmission);
  }

  // What the host knows of an offline approval is the advice: a reversal of it names that one.
  #asAdvised({ stan, transmission }: NonNullable<InFlightPaymentParts['followUp']>): OutgoingFacts {
    const mti = adviceMti(this.#outgoing.mti) ?? this.#outgoing.mti;
    this.#outgoing = { ...this.#outgoing, mti, stan, transmission };
    this.#followUp = undefined;
    return this.#outgoing;
  }

  // One STAN for the reversal and all its repeats (ISO 8583:1987 4.3): it is journaled before it is used.
  #newFollowUp(): NonNullable<InFlightPaymentParts['followUp']> {
    this.#followUp ??= {
      stan: this.#takeNumber(this.host),
      transmission: this.#ports.transmission(),
    };
    return this.#followUp;
  }

  #takeNumber(host: string): string {
    const stan = this.#ports.traceNumbersOf(host).take();
    if (stan === undefined) throw new RangeError(`there is no free trace number for ${host}`);
    this.#traceNumbers.set(`${host}/${stan}`, { host, stan });
    return stan;
  }

  #holdNumber(host: string, stan: string): void {
    this.#ports.traceNumbersOf(host).hold(stan);
    this.#traceNumbers.set(`${host}/${stan}`, { host, stan });
  }

  #carryOut(effect: Exclude<Effect, { type: 'journal' }>, payment: Payment): void {
    switch (effect.type) {
      case 'start-timer':
        this.#startTimer(effect.timer, effect.ms);
        break;
      case 'cancel-timer':
        this.#endWait(effect.timer);
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
        this.#ports.queue(this, effect.delayMs);
        break;
      case 'alarm':
        this.#ports.counters.add('manual');
        this.#ports.report(effect.reason, undefined);
        break;
    }
  }

  #startTimer(timer: TimerName, ms: number): void {
    const event: PaymentEvent =
      timer === 'answer'
        ? { type: 'outcome-unknown', reason: 'timed-out' }
        : { type: 'unacknowledged' };
    this.#endWait(timer);
    this.#timers.set(
      timer,
      this.#ports.clock.after(ms, () => void this.dispatch(event)),
    );
  }

  // Nobody waits any longer: the timer ends and the place in the host's table is given back. An answer
  // that comes all the same is found by its host reference.
  #endWait(timer: TimerName): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
    this.#places.get(timer)?.();
    this.#places.delete(timer);
  }

  #send(
    timer: TimerName,
    link: HostPort,
    message: IsoMessage,
    onAnswer: (answer: IsoMessage) => PaymentEvent | 'wait',
  ): string | undefined {
    const lost: PaymentEvent =
      timer === 'answer'
        ? { type: 'outcome-unknown', reason: 'link-lost' }
        : { type: 'unacknowledged' };
    const refused = link.send(message, {
      onAnswer: (answer) => {
        const event = onAnswer(answer);
        if (event === 'wait') return event;
        void this.dispatch(event);
        return undefined;
      },
      onLinkLost: () => void this.dispatch(lost),
      onNotSent: (reason) =>
        void this.dispatch(timer === 'answer' ? { type: 'not-sent', reason } : lost),
    });
    if (refused === undefined) this.#places.set(timer, () => link.forget(message));
    return refused;
  }

  #sendRequest(host: string): void {
    const { request } = this.#parts;
    if (request === undefined) {
      // Taken up after a restart: whether it was sent before is not known.
      void this.dispatch({ type: 'outcome-unknown', reason: 'recovered' });
      return;
    }
    if (this.#msLeft() < this.#ports.timersOf(host).answerMs) {
      void this.dispatch({ type: 'no-time-left' });
      return;
    }
    const link = this.#ports.linkTo(host);
    const message = { ...request, de11: this.#outgoing.stan };
    const refused = this.#send('answer', link, message, (answer) => this.#eventOf(answer));
    if (refused !== undefined) void this.dispatch({ type: 'not-sent', reason: refused });
  }

  #eventOf(message: IsoMessage): PaymentEvent | 'wait' {
    const amountMinor = this.#payment.statedMinor ?? this.#payment.amountMinor;
    const { pan } = this.#parts;
    const { answerRules: rules } = this.#ports.linkTo(this.host);
    const asked = { outgoing: this.#outgoing, pan, amountMinor, ...given({ rules }) };
    const read = readHostAnswer(message, asked);
    if (read.ok) return { type: 'answered', answer: read.answer };
    // The true answer follows; the answer timer goes on and bounds the wait.
    if (read.error.code === 'in-process') return 'wait';
    this.#ports.counters.add('hostFaults');
    this.#ports.report(`an answer of ${this.host} cannot be used: ${read.error.code}`, undefined);
    return { type: 'outcome-unknown', reason: 'undecodable' };
  }

  #sendFollowUp(effect: Extract<Effect, { repeat: boolean }>, payment: Payment): void {
    const { pan } = this.#parts;
    const outgoing = this.#outgoing;
    const { amountMinor, statedMinor = amountMinor } = payment;
    const isPart = kindOf(paymentKinds, payment.kind).host === 'partial-reversal';
    const isReversal = effect.type === 'send-reversal' || isPart;
    const common = {
      pan,
      amountMinor: statedMinor,
      ...this.#newFollowUp(),
      isRepeat: effect.repeat,
      ...given({ approvalCode: payment.approvalCode }),
    };
    const message = isReversal
      ? hostReversal(outgoing, {
          ...common,
          reason: isPart ? '17' : reversalReason(payment),
          ...given({ replacementMinor: isPart ? statedMinor - amountMinor : undefined }),
        })
      : hostAdvice(outgoing, common);
    this.#ports.counters.add(isReversal ? 'reversalsSent' : 'advicesSent');
    const link = this.#ports.linkTo(effect.host);
    const refused = this.#send('acknowledge', link, message, (answer) => {
      const element = differingElement(answer, message, link.answerRules);
      if (element === undefined) {
        return { type: 'acknowledged', responseCode: textOf(answer, 39) ?? '' };
      }
      this.#ports.counters.add('hostFaults');
      this.#ports.report(
        `a ${answer.mti} of ${this.host} cannot be used: DE ${element}`,
        undefined,
      );
      return { type: 'unacknowledged' };
    });
    if (refused !== undefined) void this.dispatch({ type: 'unacknowledged' });
  }

  #answerTerminal(responseCode: string, answer: HostAnswer | undefined): void {
    const askings = this.#endAsking();
    if (askings.length === 0) return;
    this.#isReplying = true;
    const sent = askings.map(async ({ reply, giveUp }) => {
      try {
        return await reply(responseCode, answer);
      } catch (error) {
        this.#ports.report('an answer could not be given to a terminal', error);
        giveUp();
        return false;
      }
    });
    void Promise.all(sent).then((delivered) => {
      const type = delivered.some(Boolean) ? 'reply-delivered' : 'reply-undelivered';
      // Whether the terminal was told is no part of what the payment is.
      return this.#dispatch({ type }, true);
    });
  }

  #endAsking(): Asking[] {
    this.#isSettled = true;
    this.#settle();
    return this.#askings.splice(0);
  }

  // The journal could not say whether the step is durable: the terminal gets no answer; the sweep finds
  // the payment in the journal as it is and finishes it from there.
  #abandon(): false {
    for (const { giveUp } of this.#endAsking()) giveUp();
    this.#leave();
    return false;
  }

  // Every way out comes by here: whatever was taken on the way is given back.
  #leave(): void {
    if (this.#hasLeft) return;
    this.stop();
    for (const { host, stan } of this.#traceNumbers.values()) {
      this.#ports.traceNumbersOf(host).release(stan);
    }
    this.#traceNumbers.clear();
    this.#ports.onLeft(this, this.#isInDoubt);
  }

  /** Nothing more happens here: the process is about to stop, the journal knows the rest. */
  stop(): void {
    this.#hasLeft = true;
    this.#endWait('answer');
    this.#endWait('acknowledge');
  }
}
