// Stage 2: which terminal asks. Terminal and acceptor must belong together.
import type { PaymentRequest, RefusalReason } from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import type { Desk } from './desk.ts';

/** The terminal, or why it is not served. */
export function identifyTerminal(
  desk: Desk,
  ids: Pick<PaymentRequest, 'terminalId' | 'acceptorId'>,
):
  | { readonly ok: true; readonly terminal: TerminalConfig }
  | { readonly ok: false; readonly reason: RefusalReason } {
  const terminal = desk.terminals.get(ids.terminalId);
  if (terminal === undefined || terminal.acceptorId !== ids.acceptorId) {
    return { ok: false, reason: 'unknown-terminal' };
  }
  if (terminal.blocked) return { ok: false, reason: 'terminal-blocked' };
  return { ok: true, terminal };
}
