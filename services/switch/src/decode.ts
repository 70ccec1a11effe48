// Stage 1: bytes to a message. What cannot be decoded is answered 30 where enough is known to be
// answered at all; to anything else no answer can come, and its sender is told so (I10).
import { type IsoMessage, terminalAnswer, textOf } from '@chipswitch/transaction';
import type { Desk } from './desk.ts';
import { problemOf } from './dialects/dialect.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';

// A request, an advice or a notification of ISO 8583:1987, of whatever origin: a terminal that asks as an issuer
// does (0302) is refused by code.
function isQuestion(mti: string): boolean {
  return /^0[1-8][024][0-5]$/.test(mti);
}

/** The message, or nothing more to do. */
export function decodeFrame(
  desk: Desk,
  frame: TerminalFrame,
): { readonly ok: true; readonly message: IsoMessage } | { readonly ok: false } {
  const { decoded } = frame;
  if (decoded.ok && isQuestion(decoded.message.mti)) return decoded;
  frame.judged('undecodable');
  desk.counters.add('undecodable');
  const partial = decoded.ok ? undefined : decoded.partial;
  const problem = decoded.ok ? 'no question to a switch' : problemOf(decoded.error);
  const answerable =
    partial !== undefined && isQuestion(partial.mti) && textOf(partial, 11) !== undefined;
  desk.log({
    event: 'undecodable',
    connection: frame.connection,
    problem,
    bytes: frame.bytes,
    outcome: answerable ? 'refused 30' : 'dropped',
  });
  if (!answerable) {
    desk.counters.add('framesDropped');
    frame.giveUp();
    return { ok: false };
  }
  // Only what was decoded whole is sent back.
  void frame.answer(terminalAnswer(partial, '30'));
  return { ok: false };
}
