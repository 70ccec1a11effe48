// The doors of terminals that speak ISO 8583: what comes over a line of a port becomes a message of the switch.
import { given } from '@chipswitch/bytes';
import { type TimeZone, timeZoneOf } from '@chipswitch/ledger';
import { SettingError } from '@chipswitch/program';
import type { LocalClock } from '@chipswitch/transaction';
import type { LineFrame } from '../question.ts';
import type { PortForm } from './port-settings.ts';
import { terminalDialect } from './terminal-dialect.ts';
import type { TerminalFrame } from './terminal-frame.ts';

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

/**
 * Makes a message of what came over a line.
 *
 * @throws SettingError naming the port whose form cannot be used.
 */
export function terminalDoors(
  { listen }: { readonly listen: PortForm & { readonly ports: readonly PortForm[] } },
  clock: () => LocalClock,
): (line: LineFrame) => TerminalFrame {
  const dialects = [
    terminalDialect(listen, 'config.listen', clock),
    ...listen.ports.map((port, i) => terminalDialect(port, `config.listen.ports[${i}]`, clock)),
  ];
  return (line) => {
    const dialect = dialects[line.door];
    const { giveUp, msLeft, judged, connection, certifiedTerminalId } = line;
    return {
      giveUp,
      msLeft,
      judged,
      connection,
      certifiedTerminalId,
      decoded: dialect.decode(line.body),
      bytes: line.body.length,
      answer: async (message) => line.reply(dialect.encode(message)),
      ...given({ clock: dialect.isTimedHere ? clock() : undefined }),
    };
  };
}
