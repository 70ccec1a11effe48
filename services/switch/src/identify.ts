// Stage 2: which terminal asks. Terminal and acceptor must belong together, and on a link with a
// certificate the terminal must be the one that the certificate names.
import type { PaymentRequest, RefusalReason } from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import type { Desk } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';

type Sender = Pick<TerminalFrame, 'certifiedTerminalId' | 'judged' | 'giveUp'>;

/** The terminal that a message names, if its acceptor is the one that it belongs to; its line is judged by it. */
export function senderOf(
  desk: Desk,
  frame: Pick<Sender, 'judged'>,
  { terminalId, acceptorId }: Pick<PaymentRequest, 'terminalId' | 'acceptorId'>,
): TerminalConfig | undefined {
  const terminal = desk.terminals.get(terminalId);
  const isKnown = terminal !== undefined && terminal.acceptorId === acceptorId;
  frame.judged(isKnown ? 'known' : 'unknown-terminal');
  return isKnown ? terminal : undefined;
}

/** The terminal, or why it is not served. */
export function identifyTerminal(
  desk: Desk,
  frame: Sender,
  ids: Pick<PaymentRequest, 'terminalId' | 'acceptorId'>,
):
  | { readonly ok: true; readonly terminal: TerminalConfig }
  | { readonly ok: false; readonly error: { readonly code: RefusalReason } } {
  const terminal = senderOf(desk, frame, ids);
  if (terminal === undefined) return { ok: false, error: { code: 'unknown-terminal' } };
  // One terminal that floods gets no answer: 96 might contradict the one that it has.
  if (!desk.mayAsk(terminal.terminalId)) {
    desk.counters.add('terminalFloods');
    frame.giveUp();
    return { ok: false, error: { code: 'overloaded' } };
  }
  const certified = frame.certifiedTerminalId;
  if (certified !== undefined && certified !== terminal.terminalId.trim()) {
    return { ok: false, error: { code: 'certificate-differs' } };
  }
  if (terminal.blocked) return { ok: false, error: { code: 'terminal-blocked' } };
  return { ok: true, terminal };
}
