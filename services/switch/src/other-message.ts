// What a terminal sends beside payments: reversals, reconciliation, network management.
import { type IsoMessage, terminalAnswer, textOf } from '@chipswitch/transaction';
import { batchOf, reconcile } from './batch/reconcile.ts';
import { uploadItem } from './batch/upload-item.ts';
import type { TerminalConfig } from './config.ts';
import type { Desk } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';
import { updateFile } from './file-update.ts';
import { identifyTerminal } from './identify.ts';
import { refuse, refuseUnread } from './refuse.ts';
import { reverse } from './reverse.ts';
import { asText, downloadKeys } from './security/key-download.ts';
import type { TerminalKeysConfig } from './security/key-exchange-settings.ts';
import { macKeyUsage } from './security/mac-settings.ts';

// DE 70: sign-on, sign-off, echo test (ISO 8583:1987 table of network management codes).
const networkCodes = new Set(['001', '002', '301']);

async function manageNetwork(desk: Desk, frame: TerminalFrame, message: IsoMessage): Promise<void> {
  const ids = { terminalId: textOf(message, 41) ?? '', acceptorId: textOf(message, 42) ?? '' };
  const terminal = await identifyTerminal(desk, frame, ids);
  if (!terminal.ok) return refuse(desk, frame, message, terminal.error.code);
  // A UnionPay POS has no DE 70: the third part of DE 60 says the same.
  const code = textOf(message, 70) ?? batchOf(message).code;
  const { keys } = terminal.terminal;
  if (keys?.codes.includes(code) === true) {
    return sendKeys(desk, frame, message, { terminal: terminal.terminal, keys });
  }
  if (!networkCodes.has(code)) {
    return refuse(desk, frame, message, 'function-not-supported', '70');
  }
  desk.log({ event: 'network', terminalId: ids.terminalId, code });
  await frame.answer(terminalAnswer(message, '00'));
}

// A sign-in or key exchange: the terminal gets working keys, or hears that it got none.
async function sendKeys(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
  { terminal, keys }: { readonly terminal: TerminalConfig; readonly keys: TerminalKeysConfig },
): Promise<void> {
  const { workingKeys } = desk;
  if (workingKeys === undefined) throw new RangeError('working keys have no store');
  const { mac, terminalId } = terminal;
  const macUsage = macKeyUsage[mac === undefined || mac === 'ignored' ? 'retail' : mac.algorithm];
  const made = await downloadKeys({ ...desk, workingKeys }, terminalId, keys, macUsage);
  if (!made.ok) {
    desk.report(`terminal ${terminalId} gets no keys: ${made.error.code}`, undefined);
    const isAway = made.error.code === 'unavailable';
    return refuse(desk, frame, message, isAway ? 'security-unavailable' : 'key-exchange-failed');
  }
  desk.log({ event: 'keys-downloaded', terminalId });
  const { bytes } = made;
  const value = frame.isText?.(keys.element) === true ? asText(bytes, keys.form) : bytes;
  await frame.answer({ ...terminalAnswer(message, '00'), [`de${keys.element}`]: value });
}

async function ofBatch(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
  stage: typeof reconcile | typeof uploadItem,
): Promise<void> {
  const ids = { terminalId: textOf(message, 41) ?? '', acceptorId: textOf(message, 42) ?? '' };
  const terminal = await identifyTerminal(desk, frame, ids);
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
