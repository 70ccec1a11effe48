// Stage 2: which terminal asks, and whether the message is its own. Terminal and acceptor must belong together, on a
// link with a certificate the terminal must be the one that the certificate names, and where its messages have a MAC
// the MAC must hold.
import type { PaymentRequest, RefusalReason } from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import type { Desk } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';

type Identified =
  | { readonly ok: true; readonly terminal: TerminalConfig }
  | { readonly ok: false; readonly reason: RefusalReason };

const macReasons = {
  wrong: 'mac-failed',
  missing: 'mac-failed',
  replayed: 'mac-failed',
  unavailable: 'security-unavailable',
  'not-expected': 'function-not-supported',
} as const satisfies Readonly<Record<string, RefusalReason>>;

async function authenticate(
  desk: Desk,
  frame: Pick<TerminalFrame, 'verify' | 'judged'>,
  terminal: TerminalConfig,
): Promise<Identified> {
  const verdict = await frame.verify?.();
  const isOwn = verdict === undefined || verdict.ok;
  frame.judged(isOwn || verdict.why === 'unavailable' ? 'known' : 'unknown-terminal');
  if (isOwn) return { ok: true, terminal };
  const { why } = verdict;
  if (why !== 'unavailable') desk.counters.add('macFailures');
  desk.log({ event: 'mac-failed', terminalId: terminal.terminalId, why });
  return { ok: false, reason: macReasons[why] };
}

/** The terminal, or why it is not served. */
export async function identifyTerminal(
  desk: Desk,
  frame: Pick<TerminalFrame, 'certifiedTerminalId' | 'judged' | 'giveUp' | 'verify'>,
  ids: Pick<PaymentRequest, 'terminalId' | 'acceptorId'>,
): Promise<Identified> {
  const terminal = desk.terminals.get(ids.terminalId);
  if (terminal === undefined || terminal.acceptorId !== ids.acceptorId) {
    frame.judged('unknown-terminal');
    return { ok: false, reason: 'unknown-terminal' };
  }
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
  return authenticate(desk, frame, terminal);
}
