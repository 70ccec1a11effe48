// Answers that are awaited from one host, by what the host must echo, and a bounded memory of what was asked, so that an
// answer that matches nothing can be explained.
import { toHex } from '@chipswitch/bytes';
import type { IsoMessage } from '@chipswitch/transaction';
import type { Awaiting } from '../in-flight/ports.ts';

/** What is remembered of a message that was asked. */
export interface Remembered {
  /** Message type on the wire. */
  readonly mti: string;
  /** The key elements, as they stood on the wire. */
  readonly elements: { readonly [number: number]: string };
  /** DE 7, 11 and 41 in our own terms: by them a payment is found again. */
  readonly reference: Pick<IsoMessage, 'de7' | 'de11' | 'de41'>;
  readonly askedAtMs: number;
  /** Undefined while it is awaited. */
  end: 'answered' | 'forgotten' | undefined;
}

/** A message whose answer is awaited. */
export interface Waiting<Line> {
  readonly key: string;
  readonly awaiting: Awaiting;
  readonly line: Line;
  /** DE 4 as it stood on the wire, and as we have it: an answer that repeats the one repeats the other. */
  readonly amount: { readonly wire: string; readonly ours: string };
  /** It asks for a payment: its silence counts against the line. */
  readonly isRequest: boolean;
  readonly remembered: Remembered;
}

/** An element as text, blanks at its end taken off; '' when it is absent. */
export function elementText(wire: IsoMessage, number: number): string {
  const value = wire[`de${number}`];
  if (value instanceof Uint8Array) return toHex(value);
  return typeof value === 'string' ? value.trim() : '';
}

/** Elements that a message is matched by: network management has no terminal. */
export function keyElements(wire: IsoMessage, matchOn: readonly number[]): readonly number[] {
  return wire.mti[1] === '8' ? [11] : matchOn;
}

/** Class and function of what was asked. */
export function askedType(mti: string, side: 'asked' | 'answer'): string {
  return `${mti[1]}${Number(mti[2]) - (side === 'answer' ? 1 : 0)}`;
}

/** What an answer is found by: class, function and the key elements, never less. */
export function matchKey(
  wire: IsoMessage,
  matchOn: readonly number[],
  side: 'asked' | 'answer',
): string {
  const values = keyElements(wire, matchOn).map((number) => elementText(wire, number));
  return [askedType(wire.mti, side), ...values].join('/');
}

/** Whether a message of ours asks for a payment. */
export const asksPayment = ({ mti }: IsoMessage): boolean => /^0[12]0/.test(mti);

/** What is kept of a message of ours while its answer is awaited. */
export function waitingFor<Line>(asked: {
  readonly key: string;
  readonly wire: IsoMessage;
  /** The same in our own terms. */
  readonly message: IsoMessage;
  readonly awaiting: Awaiting;
  readonly line: Line;
  readonly matchOn: readonly number[];
}): Waiting<Line> {
  const { key, wire, message, awaiting, line, matchOn } = asked;
  const elements = Object.fromEntries(
    keyElements(wire, matchOn).map((number) => [number, elementText(wire, number)]),
  );
  const { de7, de11, de41 } = message;
  return {
    key,
    awaiting,
    line,
    isRequest: asksPayment(message),
    amount: { wire: elementText(wire, 4), ours: elementText(message, 4) },
    remembered: {
      mti: wire.mti,
      elements,
      reference: { de7, de11, de41 },
      askedAtMs: performance.now(),
      end: undefined,
    },
  };
}

const rememberedMax = 2_000;

/** The table of one host; its lines share it, because some hosts answer on another line than they were asked on. */
export class WaitingTable<Line> {
  readonly #waiting = new Map<string, Waiting<Line>>();
  readonly #memory = new Map<string, Remembered>();

  get size(): number {
    return this.#waiting.size;
  }

  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  get(key: string): Waiting<Line> | undefined {
    return this.#waiting.get(key);
  }

  add(waiting: Waiting<Line>): void {
    this.#waiting.set(waiting.key, waiting);
    // Asked again under the same key, it is remembered as the newest.
    this.#memory.delete(waiting.key);
    this.#memory.set(waiting.key, waiting.remembered);
    for (const [key] of this.#memory) {
      if (this.#memory.size <= rememberedMax) break;
      this.#memory.delete(key);
    }
  }

  /** Takes a message out: it was answered, or nobody waits any longer. */
  take(key: string, end: 'answered' | 'forgotten'): Waiting<Line> | undefined {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(key);
    waiting.remembered.end = end;
    return waiting;
  }

  /** The answer was not the last: its message waits on. */
  putBack(waiting: Waiting<Line>): void {
    waiting.remembered.end = undefined;
    this.#waiting.set(waiting.key, waiting);
  }

  /** Takes out everything that waits for a line, or for any. */
  takeAll(line?: Line): Waiting<Line>[] {
    const lost = [...this.#waiting.values()].filter(
      (waiting) => line === undefined || waiting.line === line,
    );
    for (const { key } of lost) this.take(key, 'forgotten');
    return lost;
  }

  remembered(key: string): Remembered | undefined {
    return this.#memory.get(key);
  }

  /** The newest messages of a class and function. */
  asked(type: string): Remembered[] {
    return [...this.#memory.values()]
      .filter(({ mti }) => askedType(mti, 'asked') === type)
      .toReversed();
  }
}
