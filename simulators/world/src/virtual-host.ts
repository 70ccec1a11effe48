// A host with its own book, written apart from the switch's code: it decides, forgets nothing, repeats its answers,
// knows a reversal that overtook its original (ISO 8583:1987 4.3), and in bad weather it is no good host.
import type { IsoMessage } from '@chipswitch/transaction';
import type { Random } from './random.ts';

/** One effect in the host's book. */
export interface HostLine {
  /** DE 37 of the payment. */
  readonly retrievalReference: string;
  readonly amountMinor: bigint;
  readonly approved: boolean;
  reversed: boolean;
  readonly answer: IsoMessage;
  /** An approval that comes after a decline went out: it is repeated until somebody undoes it. */
  readonly isLate: boolean;
}

/** Answers in the order in which they are written; none, when it is silent. */
export type HostAnswers = readonly IsoMessage[];

const text = (message: IsoMessage, element: number): string => {
  const value = message[`de${element}`];
  return typeof value === 'string' ? value : '';
};

const nameOf = (stan: string, transmission: string, terminalId: string): string =>
  `${stan}/${transmission}/${terminalId.trim()}`;

const echoed = [2, 3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49] as const;

function answerTo(message: IsoMessage, code: string | undefined): IsoMessage {
  const answer: IsoMessage = { mti: `${message.mti.slice(0, 2)}${Number(message.mti[2]) + 1}0` };
  for (const element of echoed) {
    const value = message[`de${element}`];
    if (value !== undefined) answer[`de${element}`] = value;
  }
  if (code !== undefined) answer.de39 = code;
  return answer;
}

/** The host. */
export class VirtualHost {
  readonly #book = new Map<string, HostLine>();
  readonly #reversedBefore = new Set<string>();
  readonly #random: Random;
  readonly #declines: number;
  readonly #isStorm: () => boolean;
  /** Payments (DE 37) of which it would not take a reversal or an advice: a person's matter. */
  readonly refused = new Set<string>();
  /** What a host must never see. */
  readonly complaints: string[] = [];

  constructor(parts: {
    readonly random: Random;
    readonly declines: number;
    readonly isStorm: () => boolean;
  }) {
    this.#random = parts.random;
    this.#declines = parts.declines;
    this.#isStorm = parts.isStorm;
  }

  lines(): IterableIterator<HostLine> {
    return this.#book.values();
  }

  /** Late approvals that still stand. */
  lateAnswers(): IsoMessage[] {
    return [...this.#book.values()]
      .filter(({ isLate, reversed }) => isLate && !reversed)
      .map(({ answer }) => answer);
  }

  hear(message: IsoMessage): HostAnswers {
    const answers =
      message.mti[1] === '4'
        ? this.#onReversal(message)
        : message.mti[2] === '2'
          ? this.#onAdvice(message)
          : this.#onRequest(message);
    // Sometimes it answers nothing at all, or twice.
    if (this.#oddly(0.03)) return [];
    return this.#oddly(0.02) ? [...answers, ...answers] : answers;
  }

  #oddly(probability: number): boolean {
    return this.#isStorm() && this.#random.chance(probability);
  }

  #write(
    name: string,
    message: IsoMessage,
    answer: IsoMessage,
    more: Pick<HostLine, 'approved' | 'isLate'>,
  ): HostLine {
    const line: HostLine = {
      retrievalReference: text(message, 37),
      amountMinor: BigInt(text(answer, 4)),
      reversed: false,
      answer,
      ...more,
    };
    this.#book.set(name, line);
    return line;
  }

  #onRequest(message: IsoMessage): HostAnswers {
    const name = nameOf(text(message, 11), text(message, 7), text(message, 41));
    const line = this.#book.get(name);
    if (line !== undefined) return [line.answer];
    if (this.#isOvertaken(name, message)) return [answerTo(message, '12')];
    if (this.#random.chance(this.#declines)) {
      const declined = { approved: false, isLate: false };
      return [this.#write(name, message, answerTo(message, '51'), declined).answer];
    }
    const approved = { ...answerTo(message, '00'), de38: this.#approvalCode() };
    const amount = BigInt(text(message, 4));
    const half = String(amount / 2n).padStart(12, '0');
    const isPart = amount > 1n && this.#random.chance(0.03);
    const answer = isPart ? { ...approved, de39: '10', de4: half } : approved;
    const isLate = this.#oddly(0.02);
    this.#write(name, message, answer, { approved: true, isLate });
    // Somebody on the way declines in the host's name; what the host itself says comes after that.
    if (isLate) return [answerTo(message, '91')];
    if (this.#oddly(0.01)) return [answerTo(message, undefined)];
    return this.#oddly(0.02) ? [answerTo(message, '09'), answer] : [answer];
  }

  #approvalCode(): string {
    return String(this.#random.whole(0, 999_999)).padStart(6, '0');
  }

  #onAdvice(message: IsoMessage): HostAnswers {
    const code = this.#unwilling(message);
    if (code !== 'willing') return [answerTo(message, code)];
    const name = nameOf(text(message, 11), text(message, 7), text(message, 41));
    const isNew = !this.#book.has(name) && !this.#isOvertaken(name, message);
    const answer = answerTo(message, '00');
    if (isNew) this.#write(name, message, answer, { approved: true, isLate: false });
    return [answer];
  }

  #onReversal(message: IsoMessage): HostAnswers {
    const code = this.#unwilling(message);
    if (code !== 'willing') return [answerTo(message, code)];
    const original = text(message, 90);
    const name = nameOf(original.slice(4, 10), original.slice(10, 20), text(message, 41));
    const line = this.#book.get(name);
    if (line === undefined) {
      this.#reversedBefore.add(name);
      return [answerTo(message, this.#random.chance(0.5) ? '25' : '00')];
    }
    const isAnswered = text(message, 38) !== '' && text(message, 38) === text(line.answer, 38);
    if (isAnswered && BigInt(text(message, 4)) !== line.amountMinor) {
      this.complaints.push(
        `I1 ${line.retrievalReference}: ${text(message, 4)} reversed of ${line.amountMinor}`,
      );
    }
    line.reversed = true;
    return [answerTo(message, '00')];
  }

  // A code without effect for a reversal or advice; undefined is an answer that says nothing.
  #unwilling(message: IsoMessage): string | undefined {
    if (this.#oddly(0.1)) return '96';
    if (this.#oddly(0.02)) return '09';
    if (this.#oddly(0.01)) return undefined;
    if (!this.#oddly(0.005)) return 'willing';
    this.refused.add(text(message, 37));
    return '12';
  }

  #isOvertaken(name: string, message: IsoMessage): boolean {
    if (!this.#reversedBefore.has(name)) return false;
    this.complaints.push(`I6 ${text(message, 37)}: the original came after its own reversal`);
    return true;
  }
}
