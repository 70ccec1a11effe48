// A host with its own book, written apart from the switch's code: it decides, forgets nothing, repeats its answers,
// knows a reversal that overtook its original (ISO 8583:1987 4.3), and in bad weather it is no good host.
import type { IsoMessage } from '@chipswitch/transaction';
import type { Weather } from './faults.ts';
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
  /** It names an original (DE 90). */
  readonly namesOriginal: boolean;
  /** What came under its trace number and time, as far as it may not change. */
  readonly contents: string;
}

/** What a host must never see. */
export interface Complaint {
  readonly guarantee: string;
  readonly retrievalReference: string;
  readonly text: string;
}

const text = (message: IsoMessage, element: number): string => {
  const value = message[`de${element}`];
  return typeof value === 'string' ? value.trim() : '';
};

/** A message by trace number, time and terminal (DE 11, 7, 41): what DE 90 names it by. */
const nameOf = (message: IsoMessage): string =>
  [11, 7, 41].map((element) => text(message, element)).join('/');

const contentsOf = (message: IsoMessage): string =>
  [2, 3, 4, 37, 38, 39, 49, 90].map((element) => text(message, element)).join('/');

/** The name of what a message has in DE 90; '' when it has nothing there. */
function originalNameOf(message: IsoMessage): string {
  const original = text(message, 90);
  if (original === '') return '';
  return `${original.slice(4, 10)}/${original.slice(10, 20)}/${text(message, 41)}`;
}

const echoed = [2, 3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 70] as const;

function answerTo(message: IsoMessage, code: string | undefined): IsoMessage {
  const answer: IsoMessage = { mti: `${message.mti.slice(0, 2)}${Number(message.mti[2]) + 1}0` };
  for (const element of echoed) {
    const value = message[`de${element}`];
    if (value !== undefined) answer[`de${element}`] = value;
  }
  if (code !== undefined) answer.de39 = code;
  return answer;
}

/** Money moves: an inquiry (DE 3 30 and 31) and an authorisation of zero move none. */
const movesMoney = (message: IsoMessage): boolean =>
  !/^3[01]/.test(text(message, 3)) && BigInt(text(message, 4) || 0) > 0n;

/** Goods, cash, a hold: of these a part may be approved. */
const mayBePart = (message: IsoMessage): boolean =>
  /^0[0139]/.test(text(message, 3)) && text(message, 90) === '';

/** The host. */
export class VirtualHost {
  readonly #book = new Map<string, HostLine>();
  /** Originals whose reversal came first, and on which connection. */
  readonly #reversedBefore = new Map<string, number>();
  readonly #followUps = new Map<
    string,
    { readonly contents: string; readonly connection: number }
  >();
  readonly #random: Random;
  readonly #weather: Weather;
  readonly #isStorm: () => boolean;
  /** Payments (DE 37) of which it would not take a reversal or an advice: a person's matter. */
  readonly refused = new Set<string>();
  readonly complaints: Complaint[] = [];

  constructor(parts: {
    readonly random: Random;
    readonly weather: Weather;
    readonly isStorm: () => boolean;
  }) {
    this.#random = parts.random;
    this.#weather = parts.weather;
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

  /**
   * Takes a message to its answers, in the order in which they are written; none when it is silent.
   *
   * @param connection which one it came over.
   */
  hear(message: IsoMessage, connection: number): readonly IsoMessage[] {
    if (message.mti === '0800') return [answerTo(message, '00')];
    const answers =
      message.mti[1] === '4'
        ? this.#onReversal(message, connection)
        : message.mti[2] === '2'
          ? this.#onAdvice(message, connection)
          : this.#onRequest(message, connection);
    // Sometimes it answers nothing at all, or twice.
    if (this.#oddly(0.05)) return [];
    return this.#oddly(0.04) ? [...answers, ...answers] : answers;
  }

  #oddly(probability: number): boolean {
    const strength = this.#weather.strength('odd-answers');
    return this.#isStorm() && this.#random.chance(probability * strength);
  }

  #complain(guarantee: string, message: IsoMessage, what: string): void {
    this.complaints.push({ guarantee, retrievalReference: text(message, 37), text: what });
  }

  #write(message: IsoMessage, answer: IsoMessage, approved: boolean, isLate = false): HostLine {
    const line: HostLine = {
      retrievalReference: text(message, 37),
      amountMinor: movesMoney(message) ? BigInt(text(answer, 4)) : 0n,
      reversed: false,
      namesOriginal: text(message, 90) !== '',
      contents: contentsOf(message),
      answer,
      approved,
      isLate,
    };
    this.#book.set(nameOf(message), line);
    return line;
  }

  /** The line under the message's name, if it is its line. */
  #known(message: IsoMessage): HostLine | undefined {
    const line = this.#book.get(nameOf(message));
    if (line !== undefined && line.contents !== contentsOf(message)) {
      this.#complain('I1', message, `${nameOf(message)} is used twice, with other contents`);
    }
    return line;
  }

  #onRequest(message: IsoMessage, connection: number): readonly IsoMessage[] {
    const line = this.#known(message);
    if (line !== undefined) return [line.answer];
    if (this.#isOvertaken(message, connection)) return [answerTo(message, '12')];
    this.#checkDrawsOn(message);
    if (this.#random.chance(this.#weather.strength('declines') * 0.4)) {
      const mayRefer = text(message, 90) === '' && movesMoney(message);
      const code = mayRefer && this.#random.chance(0.4) ? '01' : '51';
      return [this.#write(message, answerTo(message, code), false).answer];
    }
    const answer = this.#approvalOf(message);
    // Somebody on the way declines in the host's name; what the host itself says comes after that.
    const lateRate = this.#isStorm() ? this.#weather.strength('late-approvals') * 0.08 : 0;
    if (movesMoney(message) && this.#random.chance(lateRate)) {
      this.#write(message, answer, true, true);
      return [answerTo(message, this.#random.chance(0.5) ? '91' : '05')];
    }
    this.#write(message, answer, true);
    if (this.#oddly(0.02)) return [answerTo(message, undefined)];
    if (this.#oddly(0.02)) return [{ ...answer, de37: '999999999999' }];
    return this.#oddly(0.04) ? [answerTo(message, '09'), answer] : [answer];
  }

  #approvalOf(message: IsoMessage): IsoMessage {
    const de38 = String(this.#random.whole(0, 999_999)).padStart(6, '0');
    const approved: IsoMessage = { ...answerTo(message, '00'), de38 };
    const amount = BigInt(text(message, 4) || 0);
    const isPart = this.#random.chance(this.#weather.strength('partial-approvals') * 0.1);
    if (!isPart || !mayBePart(message) || amount < 2n) return approved;
    return { ...approved, de39: '10', de4: String(amount / 2n).padStart(12, '0') };
  }

  #onAdvice(message: IsoMessage, connection: number): readonly IsoMessage[] {
    this.#checkIsRepeat(message, connection);
    const code = this.#unwilling(message);
    if (code !== 'willing') return [answerTo(message, code)];
    const isNew = this.#known(message) === undefined && !this.#isOvertaken(message, connection);
    if (isNew) this.#checkDrawsOn(message);
    const answer = answerTo(message, '00');
    if (isNew) this.#write(message, answer, true);
    return [answer];
  }

  #onReversal(message: IsoMessage, connection: number): readonly IsoMessage[] {
    this.#checkIsRepeat(message, connection);
    const code = this.#unwilling(message);
    if (code !== 'willing') return [answerTo(message, code)];
    const name = originalNameOf(message);
    const line = this.#book.get(name);
    if (line === undefined) {
      this.#reversedBefore.set(name, connection);
      return [answerTo(message, this.#random.chance(0.5) ? '25' : '00')];
    }
    this.#checkReverses(message, line);
    line.reversed = true;
    return [answerTo(message, '00')];
  }

  #checkReverses(message: IsoMessage, line: HostLine): void {
    if (line.retrievalReference !== text(message, 37)) {
      this.#complain(
        'I1',
        message,
        `a reversal of ${line.retrievalReference} under this reference`,
      );
    }
    const isAnswered = text(message, 38) !== '' && text(message, 38) === text(line.answer, 38);
    if (isAnswered && BigInt(text(message, 4)) !== line.amountMinor) {
      this.#complain('I1', message, `${text(message, 4)} reversed of ${line.amountMinor}`);
    }
  }

  // All repeats of a reversal or advice say what the first one said, under its number (ISO 8583:1987 4.3), and
  // that they are repeats; of two connections one may be slower.
  #checkIsRepeat(message: IsoMessage, connection: number): void {
    const name = `${message.mti.slice(1, 3)}/${nameOf(message)}`;
    const contents = contentsOf(message);
    const before = this.#followUps.get(name);
    this.#followUps.set(name, { contents, connection });
    if (before !== undefined && before.contents !== contents) {
      this.#complain('I1', message, `${message.mti} ${name} comes again with other contents`);
    }
    const isRepeat = message.mti.endsWith('1');
    if (before?.connection === connection && !isRepeat) {
      this.#complain('I1', message, `${message.mti} ${name} comes again and does not say so`);
    }
  }

  // A void or a completion of what was given back already (I6).
  #checkDrawsOn(message: IsoMessage): void {
    const drawn = this.#book.get(originalNameOf(message));
    if (drawn?.reversed === true) {
      this.#complain('I6', message, `it draws on ${drawn.retrievalReference}, which is reversed`);
    }
  }

  // A code without effect for a reversal or advice; undefined is an answer that says nothing.
  #unwilling(message: IsoMessage): string | undefined {
    const strength = this.#isStorm() ? this.#weather.strength('unwilling-hosts') : 0;
    if (this.#random.chance(0.2 * strength)) return '96';
    if (this.#random.chance(0.04 * strength)) return '09';
    if (this.#random.chance(0.02 * strength)) return undefined;
    if (!this.#random.chance(0.01 * strength)) return 'willing';
    this.refused.add(text(message, 37));
    return '12';
  }

  // On one connection nothing overtakes; between two it may, and the reversal holds all the same.
  #isOvertaken(message: IsoMessage, connection: number): boolean {
    const reversedOn = this.#reversedBefore.get(nameOf(message));
    if (reversedOn === undefined) return false;
    if (reversedOn === connection) {
      this.#complain('I6', message, 'the original came after its own reversal');
    }
    return true;
  }
}
