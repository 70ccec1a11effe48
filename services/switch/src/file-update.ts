// 0302 (ISO 8583:1987, file action class): the file of hot cards is changed by a party that may. DE 91 says how
// (1 add, 2 change, 3 delete, 5 ask), DE 101 which file. Who keeps the file is behind a port.
import { parsePan, truncatePan } from '@chipswitch/cardholder-data';
import { type IsoMessage, terminalAnswer, textOf } from '@chipswitch/transaction';
import type { Desk } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';
import type { HotCardChange, HotCardOutcome } from './hot-card-file.ts';
import { identifyTerminal } from './identify.ts';
import { refuse } from './refuse.ts';

/** DE 101 of the file of hot cards. */
export const hotCardFileName = 'HOTCARD';

const actions: Readonly<Record<string, HotCardChange['action'] | undefined>> = {
  '1': 'add',
  '2': 'change',
  '3': 'delete',
  '5': 'ask',
};

// DE 39 of file actions (ISO 8583:1987): 25 unable to locate, 26 duplicate, 29 not successful.
const codes: Readonly<Record<HotCardOutcome, string>> = {
  done: '00',
  'not-found': '25',
  'already-there': '26',
  unavailable: '29',
};

/** Takes a file update to its answer. */
export async function updateFile(
  desk: Desk,
  frame: TerminalFrame,
  message: IsoMessage,
): Promise<void> {
  const ids = { terminalId: textOf(message, 41) ?? '', acceptorId: textOf(message, 42) ?? '' };
  const identified = await identifyTerminal(desk, frame, ids);
  if (!identified.ok) return refuse(desk, frame, message, identified.error.code);
  const { hotCards } = desk;
  if (hotCards === undefined) return refuse(desk, frame, message, 'function-not-supported', 'mti');
  if (identified.terminal.updatesFiles !== true) {
    return refuse(desk, frame, message, 'not-for-this-terminal', 'mti');
  }
  const name = textOf(message, 101)?.trim();
  if (name !== hotCardFileName) return refuse(desk, frame, message, 'no-such-file', '101');
  const action = actions[textOf(message, 91) ?? ''];
  if (action === undefined) return refuse(desk, frame, message, 'no-such-file-action', '91');
  const pan = parsePan(textOf(message, 2) ?? '');
  if (pan === undefined) return refuse(desk, frame, message, 'invalid-card', '2');
  const panTruncated = truncatePan(pan);
  const by = ids.terminalId.trim();
  const outcome = await hotCards.change({
    action,
    panHmac: desk.vault.panHmac(pan),
    panTruncated,
    by,
  });
  const responseCode = codes[outcome];
  desk.log({ event: 'file-update', action, pan: panTruncated, terminalId: by, responseCode });
  await frame.answer(terminalAnswer(message, responseCode));
}
