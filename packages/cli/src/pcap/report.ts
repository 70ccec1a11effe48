// What is printed of a capture: a line (or a page) per message, a line per remark, a summary.
import { given } from '@chipswitch/bytes';
import { cardNumbersIn, maskingNet } from '@chipswitch/cardholder-data';
import { maskMessage, type Message, messageToJson } from 'iso8583-js';
import type { Refusal, Report } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';
import { numbersInMessage } from '../iso/account-numbers.ts';
import { messageLines } from '../iso/describe.ts';
import { summarise, summaryText } from '../iso/summary.ts';
import type { Remark, SeenMessage } from './conversation.ts';
import type { Tally } from './tally.ts';

/** Time of day in UTC with milliseconds; an empty text when the capture holds no times. */
function clock(timeNs: bigint): string {
  if (timeNs === 0n) return '--:--:--.---';
  return new Date(Number(timeNs / 1_000_000n)).toISOString().slice(11, 23);
}

function isoTime(timeNs: bigint): string {
  const seconds = new Date(Number(timeNs / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(timeNs % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** A duration with three digits that count. */
function durationText(ns: bigint): string {
  const milliseconds = Number(ns) / 1e6;
  if (milliseconds < 10) return `${milliseconds.toFixed(2)} ms`;
  return milliseconds < 10_000
    ? `${milliseconds.toFixed(0)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The whole message as JSON, masked unless asked otherwise. */
function wholeMessage({ message, dialect }: SeenMessage, unsafe: boolean): unknown {
  const partial = message as Message;
  return unsafe ? messageToJson(partial) : maskMessage(dialect.spec, partial);
}

/** A message. */
export function messageReport(seen: SeenMessage, context: Context): Report {
  const { paint, unsafe, args } = context;
  const summary = summarise(seen.message, { unsafe });
  const { number, connection, timeNs, source, destination, dialect, answers, repeats, error } =
    seen;
  // Made only when JSON is wanted: a capture has many messages.
  const data = (): Record<string, unknown> => ({
    kind: 'message',
    number,
    connection,
    time: isoTime(timeNs),
    source,
    destination,
    framing: dialect.framing.name,
    spec: dialect.specName,
    bytes: seen.bytes.length,
    ...summary,
    ...(answers === undefined ? {} : { answers: answers.number, latencyNs: answers.latencyNs }),
    ...given({ repeats, error }),
    message: wholeMessage(seen, unsafe),
  });
  const text = (): string[] => {
    const arrow = answers === undefined && Number(summary.mti[2]) % 2 === 0 ? '→' : '←';
    const link =
      answers === undefined
        ? ''
        : `  answers #${answers.number} in ${durationText(answers.latencyNs)}`;
    const again = repeats === undefined ? '' : paint('warn', `  repeats #${repeats}`);
    const wrong =
      error === undefined
        ? ''
        : paint('bad', `  ! ${error.code} at ${error.path}, byte ${error.byte}`);
    const head = `#${number}  ${clock(timeNs)} ${arrow} ${paint('value', summary.mti)} ${summary.type}`;
    const line = `${head}  ${paint('dim', `${source} → ${destination}`)}${link}${again}${wrong}`;
    if (!args.has('full')) return [line, `    ${summaryText(summary)}`];
    return [line, ...messageLines(dialect.spec, seen.bytes, context).map((l) => `    ${l}`), ''];
  };
  // Of a message that does not decode the elements may be shifted: nothing in it is certain.
  const hide =
    error === undefined
      ? {}
      : { hide: maskingNet([...numbersInMessage(seen.message), ...cardNumbersIn([seen.bytes])]) };
  return {
    ...hide,
    ok: true,
    get data() {
      return data();
    },
    text,
  };
}

const remarkTexts: Readonly<Record<Remark['what'], string>> = {
  gap: 'bytes are missing from the capture',
  'bad frame': 'bytes that are no frame',
  'keep-alive': 'keep-alive',
  tls: 'TLS: enciphered, cannot be read',
  'unknown protocol': 'no framing and spec fits (name them with --framing and --spec)',
  'cut message': 'the capture ends inside a message',
};

/** A remark. */
export function remarkReport(remark: Remark, { paint }: Context): Report {
  const { connection, timeNs, source, destination, what, bytes } = remark;
  const time = isoTime(timeNs);
  const data = { kind: 'remark', what, connection, time, source, destination, bytes };
  const count = bytes > 0 ? ` (${bytes} bytes)` : '';
  const line = `    ${clock(timeNs)} ${paint('warn', `! ${remarkTexts[what]}${count}`)}  ${paint('dim', `${source} → ${destination}`)}`;
  return { ok: true, data, text: () => [line] };
}

function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The end: counts, dialects, latencies, what was not answered; and what was wrong with the file. */
export function summaryReport(
  tally: Tally,
  refusal: Refusal | undefined,
  { paint }: Context,
): Report {
  const { packets, messages, undecoded, answered, repeats, unmatched, connections } = tally;
  const latencies = tally.latencies();
  const exit = refusal !== undefined || (messages === 0 && packets >= 0) || undecoded > 0 ? 3 : 0;
  const problem =
    refusal?.message ??
    (messages === 0 ? 'no ISO 8583 message was found in the capture' : undefined);
  const code =
    refusal?.code ?? (messages === 0 ? 'NO_MESSAGES' : undecoded > 0 ? 'UNDECODED' : undefined);
  const data = {
    kind: 'summary',
    packets,
    skipped: Object.fromEntries(tally.skipped),
    connections,
    connectionsTotal: tally.connectionsTotal,
    messages,
    undecoded,
    answered,
    unanswered: tally.unansweredTotal,
    unmatchedAnswers: unmatched,
    repeats,
    remarks: Object.fromEntries(tally.remarks),
    latencies,
    ...(code === undefined ? {} : { error: { code, message: problem, exit } }),
  };
  const text = (): string[] => {
    const lines = [
      '',
      `${countText(packets, 'packet')}, ${countText(tally.connectionsTotal, 'connection')}, ${countText(messages, 'message')}: ` +
        `${answered} answered, ${tally.unansweredTotal} unanswered, ${unmatched} answers without a request, ` +
        `${repeats} repeats, ${undecoded} not decoded`,
    ];
    for (const { connection, framing, spec, unanswered } of connections.slice(0, 20)) {
      if (framing === undefined) continue;
      const open = unanswered.map(({ number, mti }) => `#${number} ${mti}`).join(', ');
      const waits = open === '' ? '' : paint('warn', `, no answer to ${open}`);
      lines.push(`  connection ${connection}: ${spec} in ${framing}${waits}`);
    }
    for (const { pair, count, p50Ns, p95Ns, maxNs } of latencies) {
      const times = `p50 ${durationText(p50Ns)}, p95 ${durationText(p95Ns)}, max ${durationText(maxNs)}`;
      lines.push(`  ${pair}: ${countText(count, 'answer')}, ${times}`);
    }
    if (problem !== undefined) lines.push(paint('bad', `! ${problem}`));
    return lines;
  };
  const notices =
    problem === undefined
      ? []
      : [`${problem}; ${refusal?.next ?? 'try --port, --framing, --spec'}`];
  return { ok: true, exit, data, text, notices };
}
