// Whether messages of terminals are their own, by what the configuration says of each: its MAC, and that a DUKPT serial
// number is used once.
import { toHex } from '@chipswitch/bytes';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import type { Desk } from './desk.ts';
import type { Authenticity } from './doors/terminal-doors.ts';
import type { FrameVerdict } from './doors/terminal-frame.ts';
import { type KsnRegister, questionOf } from './security/ksn-register.ts';
import { ksnOf, terminalAuthentication } from './security/terminal-authentication.ts';

/** What it is found out with. */
export interface AuthenticityParts extends Pick<
  Desk,
  'terminals' | 'security' | 'keys' | 'report' | 'config' | 'workingKeys'
> {
  readonly ksns?: KsnRegister;
}

const hasMac = (message: IsoMessage): boolean =>
  message['de64'] !== undefined || message['de128'] !== undefined;

// A MAC and a PIN of one message are under one serial number, as a rule; each is used once.
async function takeKsns(
  { ksns }: AuthenticityParts,
  { mac, pin }: TerminalConfig,
  message: IsoMessage,
): Promise<FrameVerdict> {
  const ofMac = mac === undefined || mac === 'ignored' ? undefined : mac.dukpt;
  const ofPin = message['de52'] === undefined ? undefined : pin?.dukpt;
  const numbers = new Map<string, Uint8Array>();
  for (const dukpt of [ofMac, ofPin]) {
    const ksn = dukpt && ksnOf(message, dukpt);
    if (ksn !== undefined) numbers.set(toHex(ksn), ksn);
  }
  if (numbers.size === 0) return { ok: true };
  if (ksns === undefined) throw new RangeError('serial numbers of DUKPT have no register');
  for (const ksn of numbers.values()) {
    const isTaken = await ksns.take(textOf(message, 41)?.trim() ?? '', ksn, questionOf(message));
    if (!isTaken) return { ok: false, why: 'replayed' };
  }
  return { ok: true };
}

/** Makes it; what it asks of the terminals is asked anew for each message. */
export function terminalAuthenticity(parts: AuthenticityParts): Authenticity {
  return {
    of: (question, dialect) => {
      const terminalId = textOf(question, 41) ?? '';
      const terminal = parts.terminals.get(terminalId);
      if (terminal === undefined) return undefined;
      const { mac } = terminal;
      const takes = (message: IsoMessage): Promise<FrameVerdict> =>
        takeKsns(parts, terminal, message);
      if (mac === undefined || mac === 'ignored') {
        // A MAC that nobody looks at must not seem to have held.
        const isIgnored = mac === 'ignored' || parts.config.listen.macs === 'ignore';
        return {
          verify: async (message) =>
            hasMac(message) && !isIgnored ? { ok: false, why: 'not-expected' } : takes(message),
        };
      }
      const own = terminalAuthentication(mac, terminalId, question, dialect, parts);
      return {
        protect: own.protect,
        verify: async (message, bytes) => {
          const verdict = await own.verify(message, bytes);
          return verdict.ok ? takes(message) : verdict;
        },
      };
    },
    onUnprotected: ({ code }) => parts.report(`an answer has no MAC: ${code}`, undefined),
  };
}
