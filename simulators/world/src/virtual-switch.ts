// The switch in the seeded world: the same `step`, its effects carried out against virtual disk, lines
// and timers. It can be killed at any moment; only the disk survives.
import { account } from '@chipswitch/ledger';
import {
  type Effect,
  type HostTimers,
  type Payment,
  type PaymentEvent,
  finalStates,
  openStates,
  openingState,
  type step,
} from '@chipswitch/transaction';
import type { Random } from './random.ts';
import type { HostQuestion, HostReply } from './virtual-host.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a terminal sends and gets. */
export interface TerminalQuestion {
  readonly type: 'payment' | 'reversal';
  readonly key: string;
  readonly terminal: number;
}
/** An answer; `approved` of a reversal says that it is accepted. */
export interface TerminalAnswer {
  readonly type: 'payment' | 'reversal';
  readonly key: string;
  readonly terminal: number;
  readonly approved: boolean;
}

/** One payment on the virtual disk. */
export interface DiskRecord {
  readonly payment: Payment;
  readonly terminal: number;
  readonly reference: string;
  /** Sum of bookings on the capture account, in minor units. */
  readonly bookedMinor: bigint;
  readonly answer: boolean | undefined;
}

interface Life {
  record: DiskRecord;
  busy: boolean;
  readonly waiting: PaymentEvent[];
  readonly timers: Map<string, number>;
  readonly replies: TerminalQuestion[];
}

/** What the switch is connected to. */
export interface SwitchSurroundings {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly toHost: (question: HostQuestion) => void;
  readonly toTerminal: (answer: TerminalAnswer) => void;
  readonly timers: HostTimers;
  /** The core under test: `step` of the transaction package, or a spoiled one. */
  readonly step: typeof step;
  /** Called where a kill hurts most: around every write to a line. */
  readonly onKillPoint: () => void;
}

const diskMs = [1, 6] as const;
const downMs = 300;

/** The switch. */
export class VirtualSwitch {
  readonly disk = new Map<string, DiskRecord>();
  readonly #around: SwitchSurroundings;
  #lives = new Map<string, Life>();
  #lanes = new Map<number, string[]>();
  #lanesBusy = new Set<number>();
  #opening = new Set<string>();
  #epoch = 0;
  #down = false;
  #references = 0;
  #timerCount = 0;
  kills = 0;

  constructor(around: SwitchSurroundings) {
    this.#around = around;
  }

  get isDown(): boolean {
    return this.#down;
  }

  /** Power off: everything but the disk is gone; it comes up again by itself and recovers. */
  kill(): void {
    if (this.#down) return;
    this.kills++;
    this.#epoch++;
    this.#down = true;
    this.#lives = new Map();
    this.#lanes = new Map();
    this.#lanesBusy = new Set();
    this.#opening = new Set();
    this.#around.time.after(downMs, () => this.#recover());
  }

  #recover(): void {
    this.#down = false;
    for (const [key, record] of this.disk) {
      if (!openStates.includes(record.payment.state)) continue;
      const life = this.#revive(key, record);
      if (record.payment.state === 'SENDING') {
        this.#dispatch(key, life, { type: 'outcome-unknown', reason: 'recovered' });
      } else this.#queue(key, life, 0);
    }
  }

  /** The host's line broke: what waits for an answer has none. */
  onHostLineBroken(): void {
    for (const [key, life] of this.#lives) {
      const { state } = life.record.payment;
      if (state === 'SENDING') {
        this.#dispatch(key, life, { type: 'outcome-unknown', reason: 'link-lost' });
      }
      if (state === 'REVERSAL_SENT') this.#dispatch(key, life, { type: 'unacknowledged' });
    }
  }

  onTerminal(question: TerminalQuestion): void {
    if (this.#down) return;
    if (question.type === 'payment') this.#onPayment(question);
    else this.#onReversal(question);
  }

  onHost(reply: HostReply): void {
    if (this.#down) return;
    this.#around.onKillPoint();
    for (const [key, record] of this.disk) {
      if (record.reference !== reply.reference) continue;
      const life = this.#revive(key, record);
      if (reply.type === 'reversal')
        this.#dispatch(key, life, { type: 'acknowledged', responseCode: '00' });
      else {
        const answer = { responseCode: reply.approved ? '00' : '51', approved: reply.approved };
        this.#dispatch(key, life, { type: 'answered', answer });
      }
      return;
    }
  }

  #onPayment(question: TerminalQuestion): void {
    const { key, terminal } = question;
    const known = this.disk.get(key);
    if (known !== undefined) return this.#replay(question, known);
    if (this.#opening.has(key)) return;
    this.#opening.add(key);
    const payment: Payment = {
      state: 'NEW',
      version: 0,
      kind: 'purchase',
      amountMinor: 1_00n,
      currency: 'CNY',
      merchant: 'm',
      scheme: 's',
      paymentId: '',
      hosts: ['host'],
      tries: 0,
      booked: false,
    };
    this.#onDisk(() => {
      this.#opening.delete(key);
      const taken = this.disk.get(key);
      if (taken !== undefined) return this.#replay(question, taken);
      const reference = `R${++this.#references}`;
      const opened: Payment = { ...payment, paymentId: key, state: openingState('purchase') };
      this.disk.set(key, {
        payment: opened,
        terminal,
        reference,
        bookedMinor: 0n,
        answer: undefined,
      });
      return () => {
        const record = { payment, terminal, reference, bookedMinor: 0n, answer: undefined };
        const life = this.#newLife(key, record);
        life.replies.push(question);
        this.#dispatch(key, life, { type: 'opened', paymentId: key });
      };
    });
  }

  #replay(question: TerminalQuestion, record: DiskRecord): undefined {
    const life = this.#lives.get(question.key);
    const { state } = record.payment;
    if (record.answer === undefined && state !== 'REVERSED') {
      if (life !== undefined) life.replies.push(question);
      return undefined;
    }
    const standing = state === 'APPROVED' || state === 'ANSWERED';
    this.#around.toTerminal({ ...question, approved: record.answer === true && standing });
    return undefined;
  }

  #onReversal(question: TerminalQuestion): void {
    const { key, terminal } = question;
    const record = this.disk.get(key);
    const accept = (): void => this.#around.toTerminal({ ...question, approved: true });
    if (record === undefined) {
      if (this.#opening.has(key)) return;
      this.#opening.add(key);
      this.#onDisk(() => {
        this.#opening.delete(key);
        if (this.disk.has(key)) return undefined;
        const payment = { kind: 'tombstone', state: 'REVERSED' } as Payment;
        this.disk.set(key, {
          payment,
          terminal,
          reference: '',
          bookedMinor: 0n,
          answer: undefined,
        });
        return accept;
      });
      return;
    }
    const { state } = record.payment;
    if (finalStates.has(state) || state.startsWith('REVERSAL')) return accept();
    const life = this.#revive(key, record);
    this.#dispatch(key, life, { type: 'reversal-requested' });
    // The terminal asks again if this answer is lost or comes to nothing.
    life.waiting.push({ type: 'reply-delivered' });
    const epoch = this.#epoch;
    this.#around.time.after(20, () => {
      const now = this.disk.get(key)?.payment.state ?? '';
      if (epoch === this.#epoch && (now.startsWith('REVERS') || now === 'DECLINED')) accept();
    });
  }

  /** Writes to the disk after a while; a kill before that finds it unwritten, a kill after it written. */
  #onDisk(write: () => (() => void) | undefined | void): void {
    const epoch = this.#epoch;
    const { time, random } = this.#around;
    time.after(random.whole(...diskMs), () => {
      if (epoch !== this.#epoch) return;
      const then = write();
      if (then === undefined) return;
      time.after(0, () => {
        if (epoch === this.#epoch) then();
      });
    });
  }

  #newLife(key: string, record: DiskRecord): Life {
    const life = {
      record,
      busy: false,
      waiting: [],
      timers: new Map<string, number>(),
      replies: [],
    };
    this.#lives.set(key, life);
    return life;
  }

  #revive(key: string, record: DiskRecord): Life {
    return this.#lives.get(key) ?? this.#newLife(key, record);
  }

  #dispatch(key: string, life: Life, event: PaymentEvent): void {
    life.waiting.push(event);
    if (!life.busy) this.#next(key, life);
  }

  #next(key: string, life: Life): void {
    const event = life.waiting.shift();
    if (event === undefined) return;
    life.busy = true;
    const { payment, effects } = this.#around.step(life.record.payment, event, this.#around.timers);
    this.#carryOut(key, life, payment, [...effects]);
  }

  #carryOut(key: string, life: Life, payment: Payment, effects: Effect[]): void {
    const effect = effects.shift();
    if (effect === undefined) {
      life.record = { ...life.record, payment };
      life.busy = false;
      this.#leaveLane(key, life);
      return this.#next(key, life);
    }
    if (effect.type === 'journal') {
      return this.#onDisk(() => {
        this.#write(key, life, payment, effect);
        return () => this.#carryOut(key, life, payment, effects);
      });
    }
    this.#apply(key, life, effect);
    return this.#carryOut(key, life, payment, effects);
  }

  #write(
    key: string,
    life: Life,
    payment: Payment,
    effect: Extract<Effect, { type: 'journal' }>,
  ): void {
    const capture = effect.booking?.postings.find(
      (leg) => leg.accountCode === account.pendingCaptures,
    );
    const answer =
      effect.responseCode === undefined ? life.record.answer : effect.responseCode === '00';
    life.record = {
      ...life.record,
      payment,
      answer,
      bookedMinor: life.record.bookedMinor + (capture?.amountMinor ?? 0n),
    };
    this.disk.set(key, life.record);
  }

  #apply(key: string, life: Life, effect: Exclude<Effect, { type: 'journal' }>): void {
    const { reference } = life.record;
    if (effect.type === 'reply' || effect.type.startsWith('send-')) this.#around.onKillPoint();
    switch (effect.type) {
      case 'start-timer':
        return this.#startTimer(key, life, effect.timer, effect.ms);
      case 'cancel-timer':
        return void life.timers.delete(effect.timer);
      case 'send-request':
        return this.#around.toHost({ type: 'request', reference, key });
      case 'send-reversal':
        return this.#around.toHost({ type: 'reversal', reference, key });
      case 'send-advice':
      case 'alarm':
        return undefined;
      case 'reply': {
        const approved = effect.responseCode === '00';
        for (const question of life.replies.splice(0))
          this.#around.toTerminal({ ...question, approved });
        return void life.waiting.push({ type: 'reply-delivered' });
      }
      case 'queue':
        return this.#queue(key, life, effect.delayMs);
    }
  }

  #startTimer(key: string, life: Life, timer: string, ms: number): void {
    const count = ++this.#timerCount;
    const epoch = this.#epoch;
    life.timers.set(timer, count);
    this.#around.time.after(ms, () => {
      if (epoch !== this.#epoch || life.timers.get(timer) !== count) return;
      life.timers.delete(timer);
      const event: PaymentEvent =
        timer === 'answer'
          ? { type: 'outcome-unknown', reason: 'timed-out' }
          : { type: 'unacknowledged' };
      this.#dispatch(key, life, event);
    });
  }

  // One reversal of a terminal at a time, first in, first out.
  #queue(key: string, life: Life, delayMs: number): void {
    const { terminal } = life.record;
    const lane = this.#lanes.get(terminal) ?? [];
    this.#lanes.set(terminal, lane);
    if (!lane.includes(key)) lane.push(key);
    const epoch = this.#epoch;
    if (lane[0] === key) this.#lanesBusy.delete(terminal);
    this.#around.time.after(delayMs, () => {
      if (epoch === this.#epoch) this.#advance(terminal);
    });
  }

  #advance(terminal: number): void {
    const head = this.#lanes.get(terminal)?.[0];
    const life = head === undefined ? undefined : this.#lives.get(head);
    if (head === undefined || life === undefined || this.#lanesBusy.has(terminal)) return;
    this.#lanesBusy.add(terminal);
    this.#dispatch(head, life, { type: 'lane-free' });
  }

  #leaveLane(key: string, life: Life): void {
    if (!finalStates.has(life.record.payment.state)) return;
    const { terminal } = life.record;
    const lane = this.#lanes.get(terminal);
    if (lane?.[0] !== key) return;
    lane.shift();
    this.#lanesBusy.delete(terminal);
    this.#advance(terminal);
  }
}
