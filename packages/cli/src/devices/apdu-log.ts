// The exchanges of a card and a terminal in words, masked: command, what it is, answer, status.
import { toHex } from '@chipswitch/bytes';
import type { ApduTrace } from '@chipswitch/terminal';
import { readCommandReport, readResponseReport } from '../decode/card.ts';
import type { Context } from '../frame/verb.ts';

/** One exchange, described. */
export interface DescribedExchange {
  readonly command: Readonly<Record<string, unknown>>;
  readonly response: Readonly<Record<string, unknown>>;
  readonly lines: () => readonly string[];
}

/** Describes one exchange. */
export function describeExchange(exchange: ApduTrace, context: Context): DescribedExchange {
  const { paint } = context;
  const command = readCommandReport(exchange.command, context);
  const commandData = command.ok ? command.data : {};
  const { response } = exchange;
  if (typeof response === 'string') {
    return {
      command: commandData,
      response: { fault: response },
      lines: () => [...(command.ok ? command.text() : []), paint('bad', `  the card: ${response}`)],
    };
  }
  const answer = readResponseReport(response, context);
  const responseData = answer.ok ? answer.data : { sw: toHex(response, response.length - 2) };
  return {
    command: commandData,
    response: responseData,
    lines: () => [
      ...(command.ok
        ? command.text().map((line, i) => (i === 0 ? `${paint('good', '→')} ${line}` : `  ${line}`))
        : []),
      ...(answer.ok
        ? answer.text().map((line, i) => (i === 0 ? `${paint('warn', '←')} ${line}` : `  ${line}`))
        : []),
    ],
  };
}
