// Stage 2: which terminal asks. Terminal and acceptor must belong together, and on a link with a
// certificate the terminal must be the one that the certificate names.
import type { PaymentRequest, RefusalReason } from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import type { Desk } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';

/** The terminal, or why it is not served. */
export function identifyTerminal(
  desk: Desk,
  frame: Pick<TerminalFrame, 'certifiedTerminalId' | 'judged' | 'giveUp'>,
  ids: Pick<PaymentRequest, 'terminalId' | 'acceptorId'>,
):
  | { readonly ok: true; readonly terminal: TerminalConfig }
  | { readonly ok: false; readonly reason: RefusalReason } {
  const terminal = desk.terminals.get(ids.terminalId);
  if (terminal === undefined || terminal.acceptorId !== ids.acceptorId) {
    frame.judged('unknown-terminal');
    return { ok: false, reason: 'unknown-terminal' };
  }
  frame.judged('known');
  // One terminal that floods gets no answer: 96 might contradict the one that it has.
  if (!desk.mayAsk(terminal.terminalId)) {
    desk.counters.add('terminalFloods');
    frame.giveUp();
    return { ok: false, reason: 'overloaded' };
  }
  const certified = frame.certifiedTerminalId;
  if (certified !== undefined && certified !== terminal.terminalId.trim()) {
    return { ok: false, reason: 'certificate-differs' };
  }
  if (terminal.blocked) return { ok: false, reason: 'terminal-blocked' };
  return { ok: true, terminal };
}
