// Whether messages of terminals are their own, by what the configuration says of each: its MAC, and that a DUKPT serial
// number is used once.
import type { KeyRef } from '@chipswitch/security-module';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import type { Desk } from './desk.ts';
import type { Authenticity } from './doors/terminal-doors.ts';
import type { FrameVerdict } from './doors/terminal-frame.ts';
import { type KsnRegister, questionOf } from './security/ksn-register.ts';
import type { TerminalMacConfig } from './security/mac-settings.ts';
import { ksnOf, terminalAuthentication } from './security/terminal-authentication.ts';

/** What it is found out with. */
export interface AuthenticityParts extends Pick<
  Desk,
  'terminals' | 'security' | 'keys' | 'report' | 'config'
> {
  readonly ksns?: KsnRegister;
  /** Working MAC keys of a terminal, the newest first. */
  readonly workingKeys?: (terminalId: string) => readonly KeyRef[];
}

const hasMac = (message: IsoMessage): boolean =>
  message['de64'] !== undefined || message['de128'] !== undefined;

async function takeKsn(
  { ksns }: AuthenticityParts,
  { dukpt }: Pick<TerminalMacConfig, 'dukpt'>,
  message: IsoMessage,
): Promise<FrameVerdict> {
  const ksn = dukpt && ksnOf(message, dukpt);
  if (ksn === undefined) return { ok: true };
  if (ksns === undefined) throw new RangeError('serial numbers of DUKPT have no register');
  const isTaken = await ksns.take(textOf(message, 41)?.trim() ?? '', ksn, questionOf(message));
  return isTaken ? { ok: true } : { ok: false, why: 'replayed' };
}

/** Makes it; what it asks of the terminals is asked anew for each message. */
export function terminalAuthenticity(parts: AuthenticityParts): Authenticity {
  return {
    of: (question, dialect) => {
      const terminalId = textOf(question, 41) ?? '';
      const terminal = parts.terminals.get(terminalId);
      if (terminal === undefined) return undefined;
      const { mac } = terminal;
      if (mac === 'ignored') return { verify: () => ({ ok: true }) };
      if (mac === undefined) {
        if (parts.config.listen.macs === 'ignore') return { verify: () => ({ ok: true }) };
        // A MAC that nobody looks at must not seem to have held.
        return {
          verify: (message) =>
            hasMac(message) ? { ok: false, why: 'not-expected' } : { ok: true },
        };
      }
      const own = terminalAuthentication(mac, terminalId, question, dialect, parts);
      return {
        protect: own.protect,
        verify: async (message, bytes) => {
          const verdict = await own.verify(message, bytes);
          return verdict.ok ? takeKsn(parts, mac, message) : verdict;
        },
      };
    },
    onUnprotected: ({ code }) => parts.report(`an answer has no MAC: ${code}`, undefined),
  };
}
