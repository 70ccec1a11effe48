// What a terminal sends beside payments: reversals, reconciliation, network management.
import { type IsoMessage, terminalAnswer, textOf } from '@chipswitch/transaction';
import { batchOf, reconcile } from './batch/reconcile.ts';
import { uploadItem } from './batch/upload-item.ts';
import type { Desk } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';
import { updateFile } from './file-update.ts';
import { identifyTerminal } from './identify.ts';
import { refuse, refuseUnread } from './refuse.ts';
import { reverse } from './reverse.ts';

// DE 70: sign-on, sign-off, echo test (ISO 8583:1987 table of network management codes).
const networkCodes = new Set(['001', '002', '301']);

async function manageNetwork(desk: Desk, frame: TerminalFrame, message: IsoMessage): Promise<void> {
  const ids = { terminalId: textOf(message, 41) ?? '', acceptorId: textOf(message, 42) ?? '' };
  const terminal = identifyTerminal(desk, frame, ids);
  if (!terminal.ok) return refuse(desk, frame, message, terminal.error.code);
  // A UnionPay POS has no DE 70: the third part of DE 60 says the same.
  const code = textOf(message, 70) ?? batchOf(message).code;
  if (!networkCodes.has(code)) {
    return refuse(desk, frame, message, 'function-not-supported', '70');
  }
  desk.log({ event: 'network', terminalId: ids.terminalId, code });
  await frame.answer(terminalAnswer(message, '00'));
}

async function ofBatch(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
  stage: typeof reconcile | typeof uploadItem,
): Promise<void> {
  const ids = { terminalId: textOf(message, 41) ?? '', acceptorId: textOf(message, 42) ?? '' };
  const terminal = identifyTerminal(desk, frame, ids);
  if (!terminal.ok) return refuse(desk, frame, message, terminal.error.code);
  const reply = await stage(desk, message);
  if (!reply.ok) return refuse(desk, frame, message, reply.error.code, reply.error.path);
  await frame.answer(reply.answer);
}

/** Takes a message that is no payment to its answer. */
export async function otherMessage(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
): Promise<void> {
  switch (message.mti.slice(0, 3)) {
    case '040':
    case '042':
      return reverse(desk, frame, message);
    case '030':
      return updateFile(desk, frame, message);
    case '032':
      return ofBatch(desk, frame, message, uploadItem);
    case '050':
    case '052':
      return ofBatch(desk, frame, message, reconcile);
    case '080':
    case '082':
      return manageNetwork(desk, frame, message);
    default:
      return refuseUnread(desk, frame, message, 'function-not-supported', 'mti');
  }
}
