// One question of a terminal: it is answered, or its terminal told that no answer comes, within its time (I10).
import type { Clock } from './in-flight/ports.ts';

/** What a message turned out to be: of a terminal that is known, of none, or nothing that can be read. */
export type Judged = 'known' | 'unknown-terminal' | 'undecodable';

/** One message of a terminal and the way back to it. */
export interface LineFrame {
  readonly body: Uint8Array;
  /** Which port it came in by: 0 is that of `listen` itself, then `listen.ports` in their order. */
  readonly door: number;
  /** Sends an answer; false when it could not be handed to the terminal's link. */
  readonly reply: (body: Uint8Array) => Promise<boolean>;
  /** No answer comes to this message: its link closes (I10), unless others ask over it too (I7). */
  readonly giveUp: () => void;
  /** How long the terminal still waits (I10); once it is over nothing is sent any more. */
  readonly msLeft: () => number;
  /** Says what came; a line that brings nothing of use is closed. */
  readonly judged: (what: Judged) => void;
  /** Identifies the connection in the log. */
  readonly connection: number;
  /** The terminal that the link's certificate names; undefined on the plain port. */
  readonly certifiedTerminalId: string | undefined;
}

/** A frame as its line hands it over: without its time. */
export type UntimedFrame = Omit<LineFrame, 'msLeft'>;

/** What the time of a question is made of. */
export interface QuestionTime {
  readonly clock: Clock;
  /** How long the terminal waits. */
  readonly terminalMs: number;
  /** The time is over and nothing was answered: what the terminal gets now is the last that it can get. */
  readonly onOverdue: (frame: LineFrame) => void;
}

/** A message that is being worked on. */
export class Question {
  readonly frame: LineFrame;
  readonly #cancel: () => void;
  #isOver = false;

  constructor(frame: UntimedFrame, { clock, terminalMs, onOverdue }: QuestionTime) {
    const deadlineMs = clock.nowMs() + terminalMs;
    const msLeft = (): number => (this.#isOver ? 0 : deadlineMs - clock.nowMs());
    this.frame = {
      ...frame,
      msLeft,
      reply: (body) => (msLeft() > 0 ? frame.reply(body) : Promise.resolve(false)),
      giveUp: () => {
        if (this.#isOver) return;
        this.end();
        frame.giveUp();
      },
    };
    this.#cancel = clock.after(terminalMs, () => {
      this.#isOver = true;
      onOverdue({ ...frame, msLeft: () => 0 });
    });
  }

  /** It was worked on. */
  readonly end = (): void => {
    this.#isOver = true;
    this.#cancel();
  };
}
