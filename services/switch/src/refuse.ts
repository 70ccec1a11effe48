// Refusals by the switch itself: an answer with a code, or no answer where none is known to be true.
import { given } from '@chipswitch/bytes';
import {
  type IsoMessage,
  type RefusalReason,
  refusalCode,
  terminalAnswer,
  textOf,
} from '@chipswitch/transaction';
import type { Desk } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';
import { senderOf } from './identify.ts';

/** Answers with the reason's code; nothing is journaled. */
export async function refuse(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
  reason: RefusalReason,
  detail?: string,
): Promise<void> {
  const responseCode = frame.codes?.[reason] ?? refusalCode[reason];
  desk.counters.add('refusals');
  desk.log({
    event: 'refused',
    reason,
    responseCode,
    mti: message.mti,
    ...given({ element: detail }),
  });
  await frame.answer(terminalAnswer(message, responseCode));
}

/** Answers what cannot be worked on, whoever sent it, with the reason's code: its line is judged by who that is. */
export function refuseUnread(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
  reason: RefusalReason,
  detail: string,
): Promise<void> {
  senderOf(desk, frame, {
    terminalId: textOf(message, 41) ?? '',
    acceptorId: textOf(message, 42) ?? '',
  });
  return refuse(desk, frame, message, reason, detail);
}

/**
 * Ends a message that a fault of ours, or a store that is away, kept from being worked on. A payment gets no
 * answer: whether its key has an outcome is not known, and 96 would say that it has none. Everything else is
 * refused, and the terminal comes again.
 */
export async function answerFault(desk: Desk, frame: TerminalFrame, error: unknown): Promise<void> {
  desk.report('a message could not be worked on', error);
  await endWithoutOutcome(desk, frame);
}

/** Ends a message whose terminal's time is over. */
export function answerOverdue(desk: Desk, frame: TerminalFrame): Promise<void> {
  desk.report('a message was not worked on within the terminal’s time', undefined);
  return endWithoutOutcome(desk, frame);
}

async function endWithoutOutcome(desk: Desk, frame: TerminalFrame): Promise<void> {
  const { decoded } = frame;
  if (!decoded.ok || /^0[12]/.test(decoded.message.mti)) return frame.giveUp();
  try {
    await refuse(desk, frame, decoded.message, 'journal-unavailable');
  } catch (fault) {
    desk.report('a refusal could not be sent', fault);
    frame.giveUp();
  }
}
