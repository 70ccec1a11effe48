// One question of the HTTP door on its way through the authorize page: its client waits as long as the payment does,
// and a client that is gone changes nothing.
import { given } from '@chipswitch/bytes';
import type { IsoMessage, LocalClock } from '@chipswitch/transaction';
import { authorize } from '../authorize.ts';
import type { Desk } from '../desk.ts';
import type { TerminalFrame } from '../doors/terminal-frame.ts';
import { answerFault, answerOverdue } from '../refuse.ts';

/** What is asked. */
export interface HttpQuestion {
  readonly message: IsoMessage;
  readonly bytes: number;
  /** When it was asked first, and what stands for the time in its key. */
  readonly clock: LocalClock;
  /** The key of the payment that it is about. */
  readonly originalKey?: string;
  readonly isConnected: () => boolean;
}

let questions = 0;

/** Asks; undefined when no answer comes, which says nothing about the payment. */
export function askThrough(desk: Desk, question: HttpQuestion): Promise<IsoMessage | undefined> {
  const { message, bytes, clock, originalKey, isConnected } = question;
  const { terminalMs } = desk.config.listen;
  const deadlineMs = desk.clock.nowMs() + terminalMs;
  return new Promise((resolve) => {
    let isOver = false;
    const end = (answer: IsoMessage | undefined): void => {
      isOver = true;
      cancel();
      resolve(answer);
    };
    const frame: TerminalFrame = {
      decoded: { ok: true, message },
      bytes,
      clock,
      connection: ++questions,
      certifiedTerminalId: undefined,
      judged: () => undefined,
      msLeft: () => (isOver ? 0 : deadlineMs - desk.clock.nowMs()),
      giveUp: () => {
        if (!isOver) end(undefined);
      },
      answer: async (answer) => {
        if (isOver) return false;
        end(answer);
        return isConnected();
      },
      ...given({ originalKey }),
    };
    const cancel = desk.clock.after(terminalMs, () => void answerOverdue(desk, frame));
    authorize(desk, frame)
      .catch((error: unknown) => answerFault(desk, frame, error))
      .finally(frame.giveUp);
  });
}
