// Refusals by the switch itself: an answer with a code, or no answer where none is known to be true.
import { given } from '@chipswitch/bytes';
import {
  type IsoMessage,
  type RefusalReason,
  refusalCode,
  terminalAnswer,
} from '@chipswitch/transaction';
import type { Desk } from './desk.ts';
import type { TerminalFrame } from './terminal-listener.ts';

/** Answers with the reason's code; nothing is journaled. */
export async function refuse(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
  reason: RefusalReason,
  detail?: string,
): Promise<void> {
  const responseCode = refusalCode[reason];
  desk.counters.add('refusals');
  desk.log({
    event: 'refused',
    reason,
    responseCode,
    mti: message.mti,
    ...given({ element: detail }),
  });
  await frame.reply(desk.terminalDialect.encode(terminalAnswer(message, responseCode)));
}

/**
 * Ends a message that a fault of ours, or a store that is away, kept from being worked on. A payment gets no
 * answer: whether its key has an outcome is not known, and 96 would say that it has none. Everything else is
 * refused, and the terminal comes again.
 */
export async function answerFault(desk: Desk, frame: TerminalFrame, error: unknown): Promise<void> {
  desk.report('a message could not be worked on', error);
  const decoded = desk.terminalDialect.decode(frame.body);
  if (!decoded.ok || /^0[12]/.test(decoded.message.mti)) return frame.giveUp();
  try {
    await refuse(desk, frame, decoded.message, 'journal-unavailable');
  } catch (fault) {
    desk.report('a refusal could not be sent', fault);
    frame.giveUp();
  }
}
