// The doors of terminals that speak ISO 8583: what comes over a line of a port becomes a message of the switch.
import { given } from '@chipswitch/bytes';
import { type TimeZone, timeZoneOf } from '@chipswitch/ledger';
import { SettingError } from '@chipswitch/program';
import type { Awaitable, SecurityError } from '@chipswitch/security-module';
import { type IsoMessage, type LocalClock, textOf } from '@chipswitch/transaction';
import { fieldSpecOf, verdictOf } from 'iso8583-js';
import type { LineFrame } from '../question.ts';
import type { MessageAuthentication } from '../security/message-authentication.ts';
import type { AuthenticatedDialect } from '../security/terminal-authentication.ts';
import type { PortForm } from './port-settings.ts';
import { terminalDialect } from './terminal-dialect.ts';
import type { FrameVerdict, TerminalFrame } from './terminal-frame.ts';

function zoneOf(name: string): TimeZone {
  const zone = timeZoneOf(name);
  if (zone === undefined) throw new SettingError('config.businessDay.timeZone', 'is no time zone');
  return zone;
}

/** The local time of the business days' zone: hhmmss and MMDD. */
export function localClockOf(
  { businessDay }: { readonly businessDay: { readonly timeZone: string } },
  nowMs: () => number,
): () => LocalClock {
  const zone = zoneOf(businessDay.timeZone);
  return () => {
    const instantMs = nowMs();
    const text = new Date(instantMs + zone.offsetMs(instantMs)).toISOString();
    const digits = text.replaceAll(/\D/g, '');
    return { localDate: digits.slice(4, 8), localTime: digits.slice(8, 14) };
  };
}

/** What says whether messages of terminals are their own. */
export interface Authenticity {
  /** Of the terminal that a message names; undefined for a terminal that nobody knows. */
  readonly of: (
    question: IsoMessage,
    dialect: AuthenticatedDialect,
  ) =>
    | {
        readonly verify: (message: IsoMessage, bytes: Uint8Array) => Awaitable<FrameVerdict>;
        /** Absent where answers have no MAC. */
        readonly protect?: MessageAuthentication['protect'];
      }
    | undefined;
  /** The module made no MAC for an answer. */
  readonly onUnprotected: (error: SecurityError) => void;
}

/**
 * Makes a message of what came over a line.
 *
 * @throws SettingError naming the port whose form cannot be used.
 */
export function terminalDoors(
  { listen }: { readonly listen: PortForm & { readonly ports: readonly PortForm[] } },
  clock: () => LocalClock,
  authenticity?: Authenticity,
): (line: LineFrame) => TerminalFrame {
  const dialects = [
    terminalDialect(listen, 'config.listen', clock),
    ...listen.ports.map((port, i) => terminalDialect(port, `config.listen.ports[${i}]`, clock)),
  ];
  return (line) => {
    const dialect = dialects[line.door];
    const { giveUp, msLeft, judged, connection, certifiedTerminalId } = line;
    const decoded = dialect.decode(line.body);
    const question = decoded.ok ? decoded.message : decoded.partial;
    const { spec, placeIn, shape, encodeShaped: encode } = dialect;
    const peer = question && authenticity?.of(question, { spec, placeIn, shape, encode });
    // The security module may take its time over a MAC: the question is not over before its answer has left.
    let sent: Promise<void> = Promise.resolve();
    const send = async (message: IsoMessage): Promise<boolean> => {
      if (peer?.protect === undefined) return line.reply(dialect.encode(message));
      const made = await peer.protect(message);
      if (made.ok) return line.reply(made.bytes);
      authenticity?.onUnprotected(made.error);
      // A consent that its terminal could not believe is none; a refusal may be heard without a MAC.
      const consents = verdictOf(textOf(message, 39) ?? '') === 'approved';
      if (!consents) return line.reply(dialect.encode(message));
      giveUp();
      return false;
    };
    return {
      giveUp,
      msLeft,
      judged,
      connection,
      certifiedTerminalId,
      decoded,
      codes: dialect.codes,
      isText: (element) => !/^(?:binary|hex-)/.test(fieldSpecOf(spec, element)?.data ?? ''),
      bytes: line.body.length,
      answer: (message) => {
        const sending = send(message);
        sent = sending.then(
          () => undefined,
          () => undefined,
        );
        return sending;
      },
      untilSent: () => sent,
      ...(decoded.ok && peer !== undefined
        ? { verify: () => peer.verify(decoded.message, line.body) }
        : {}),
      ...given({ clock: dialect.isTimedHere ? clock() : undefined }),
    };
  };
}
