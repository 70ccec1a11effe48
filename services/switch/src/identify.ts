// Stage 2: which terminal asks, and whether the message is its own. Terminal and acceptor must belong together, on a
// link with a certificate the terminal must be the one that the certificate names, and where its messages have a MAC
// the MAC must hold.
import type { PaymentRequest, RefusalReason } from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import type { Desk } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';

type Identified =
  | { readonly ok: true; readonly terminal: TerminalConfig }
  | { readonly ok: false; readonly error: { readonly code: RefusalReason } };

type Sender = Pick<TerminalFrame, 'certifiedTerminalId' | 'judged' | 'giveUp' | 'verify'>;

const macReasons = {
  wrong: 'mac-failed',
  missing: 'mac-failed',
  replayed: 'mac-failed',
  unavailable: 'security-unavailable',
  'not-expected': 'mac-not-supported',
} as const satisfies Readonly<Record<string, RefusalReason>>;

type Ids = Pick<PaymentRequest, 'terminalId' | 'acceptorId'>;

function namedTerminal(desk: Desk, { terminalId, acceptorId }: Ids): TerminalConfig | undefined {
  const terminal = desk.terminals.get(terminalId);
  return terminal?.acceptorId === acceptorId ? terminal : undefined;
}

/** The terminal that a message names, if its acceptor is the one that it belongs to; its line is judged by it. */
export function senderOf(
  desk: Desk,
  frame: Pick<Sender, 'judged'>,
  ids: Ids,
): TerminalConfig | undefined {
  const terminal = namedTerminal(desk, ids);
  frame.judged(terminal === undefined ? 'unknown-terminal' : 'known');
  return terminal;
}

async function authenticate(
  desk: Desk,
  frame: Sender,
  terminal: TerminalConfig,
): Promise<Identified> {
  const verdict = await frame.verify?.();
  const isOwn = verdict === undefined || verdict.ok;
  // Whoever cannot make its MAC may be anybody.
  const isHeld = isOwn || verdict.why === 'unavailable';
  frame.judged(isHeld ? 'known' : 'unknown-terminal');
  if (isOwn) return { ok: true, terminal };
  const { why } = verdict;
  if (!isHeld) desk.counters.add('macFailures');
  desk.log({ event: 'mac-failed', terminalId: terminal.terminalId, why });
  return { ok: false, error: { code: macReasons[why] } };
}

/** The terminal, or why it is not served. */
export async function identifyTerminal(desk: Desk, frame: Sender, ids: Ids): Promise<Identified> {
  const terminal = namedTerminal(desk, ids);
  if (terminal === undefined) {
    frame.judged('unknown-terminal');
    return { ok: false, error: { code: 'unknown-terminal' } };
  }
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
  return authenticate(desk, frame, terminal);
}
