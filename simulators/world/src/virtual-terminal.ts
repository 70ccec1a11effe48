// A terminal: one payment after the other; asks again when no answer comes, then reverses until told.
import type { Random } from './random.ts';
import type { TerminalAnswer, TerminalQuestion } from './virtual-switch.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How a payment ended for the terminal. */
export type TerminalView = 'approved' | 'declined' | 'reversed';

const answerMs = 6_000;
const repeatsMax = 1;

/** The terminal. */
export class VirtualTerminal {
  readonly views = new Map<string, TerminalView>();
  /** Approvals that were heard, also of payments reversed later. */
  readonly heardApproved = new Set<string>();
  readonly #number: number;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #send: (question: TerminalQuestion) => void;
  #left: number;
  #key = '';
  #phase: 'idle' | 'paying' | 'reversing' = 'idle';
  #turn = 0;

  constructor(parts: {
    readonly number: number;
    readonly payments: number;
    readonly time: VirtualTime;
    readonly random: Random;
    readonly send: (question: TerminalQuestion) => void;
  }) {
    this.#number = parts.number;
    this.#left = parts.payments;
    this.#time = parts.time;
    this.#random = parts.random;
    this.#send = parts.send;
    this.#time.after(this.#random.whole(0, 500), () => this.#payNext());
  }

  onAnswer(answer: TerminalAnswer): void {
    if (answer.type === 'payment' && answer.approved) this.heardApproved.add(answer.key);
    if (answer.key !== this.#key) return;
    if (answer.type === 'payment' && this.#phase === 'paying') {
      // Now and then the card refuses after the host approved: the terminal owes a reversal.
      if (answer.approved && this.#random.chance(0.05)) return this.#reverse();
      return this.#end(answer.approved ? 'approved' : 'declined');
    }
    if (answer.type === 'reversal' && this.#phase === 'reversing') this.#end('reversed');
  }

  #payNext(): void {
    if (this.#left === 0) return;
    this.#left--;
    this.#key = `T${this.#number}-${this.#left}`;
    this.#phase = 'paying';
    this.#ask('payment', repeatsMax);
  }

  #ask(type: TerminalQuestion['type'], repeats: number): void {
    const turn = ++this.#turn;
    this.#send({ type, key: this.#key, terminal: this.#number });
    this.#time.after(answerMs, () => {
      if (turn !== this.#turn) return;
      if (type === 'reversal') this.#ask('reversal', 0);
      else if (repeats > 0) this.#ask('payment', repeats - 1);
      else this.#reverse();
    });
  }

  #reverse(): void {
    this.#phase = 'reversing';
    this.#ask('reversal', 0);
  }

  #end(view: TerminalView): void {
    this.views.set(this.#key, view);
    this.#phase = 'idle';
    this.#turn++;
    this.#time.after(this.#random.whole(10, 400), () => this.#payNext());
  }
}
