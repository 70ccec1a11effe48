// `chipswitch doctor`: every spec, framing and reading tried on a message, ranked, with what is wrong where.
import { toHex } from '@chipswitch/bytes';
import { errorLine, issueLine } from 'iso8583-js';
import { attemptReport, attemptText } from '../decode/iso.ts';
import { netFor, withNet } from '../decode/net.ts';
import { type Report, undecodable } from '../frame/outcome.ts';
import { drawTree } from '../frame/tree.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import type { Attempt } from '../iso/choose.ts';
import { describeBytes } from '../iso/describe.ts';
import { inputArgument, rankArgument } from '../iso/read-one.ts';

const shownDefault = 8;

/** Whether the byte stands in an element that the best reading masks. */
function isSecret(best: Attempt, inputOffset: number): boolean {
  const at = inputOffset - best.bodyOffset;
  const { elements } = describeBytes(best.spec, best.body, false).description;
  return elements.some(
    ({ offset, length, masked }) => masked && at >= offset && at < offset + length,
  );
}

function verdict(attempt: Attempt): string {
  if (attempt.error !== undefined) return errorLine(attempt.error);
  const exact = attempt.roundTrip ? 'decodes, exact round trip' : 'decodes, but encodes otherwise';
  return attempt.doubts.length === 0
    ? exact
    : `${exact}; ${attempt.doubts.map(issueLine).join('; ')}`;
}

function attemptData(attempt: Attempt): Record<string, unknown> {
  const { specName, framing, reading, score, ok, roundTrip, error, doubts, bodyOffset } = attempt;
  return {
    spec: specName,
    framing: framing?.name ?? 'none',
    reading: reading.how,
    score,
    ok,
    roundTrip,
    ...(error === undefined ? {} : { error, firstWrongByte: bodyOffset + error.byte }),
    ...(doubts.length === 0 ? {} : { doubts: doubts.map(issueLine) }),
  };
}

/** Where and at which byte the first attempt that fails goes wrong. */
function runnerUpLine(best: Attempt, attempts: readonly Attempt[], context: Context): string[] {
  const failing = attempts.find((attempt) => attempt !== best && attempt.error !== undefined);
  if (failing?.error === undefined) return [];
  const offset = failing.bodyOffset + failing.error.byte;
  const { bytes } = failing.reading;
  const sameReading = failing.reading.how === best.reading.how;
  const hidden = !context.unsafe && (!sameReading || isSecret(best, offset));
  const byte =
    offset >= bytes.length
      ? 'the end'
      : hidden
        ? 'a byte not shown'
        : `byte ${toHex(bytes, offset, offset + 1)}`;
  const { paint } = context;
  return [
    `${paint('warn', 'runner-up')} ${attemptText(failing)}: goes wrong at offset ${offset} (${byte}), ${errorLine(failing.error)}`,
  ];
}

function doctorReport(attempts: readonly Attempt[], context: Context): Report {
  const { paint, args } = context;
  const [best] = attempts;
  const shown = attempts.slice(0, args.has('all') ? attempts.length : shownDefault);
  const detail = attemptReport(best, context);
  const failing = attempts.find((attempt) => attempt !== best && attempt.error !== undefined);
  return {
    ok: true,
    exit: best.ok ? 0 : 3,
    data: {
      tried: attempts.length,
      ranking: shown.map(attemptData),
      best: detail.data,
      ...(failing === undefined ? {} : { runnerUp: attemptData(failing) }),
    },
    text: () => [
      ...drawTree(
        shown.map((attempt, index) => ({
          label: `${String(index + 1).padStart(2)}. ${paint(attempt.ok ? 'good' : 'dim', String(attempt.score).padStart(3))}`,
          cells: [
            attempt.specName,
            attempt.framing?.name ?? 'none',
            attempt.reading.how,
            verdict(attempt),
          ],
        })),
      ),
      ...(attempts.length > shown.length
        ? [paint('dim', `    and ${attempts.length - shown.length} worse (--all)`)]
        : []),
      ...runnerUpLine(best, attempts, context),
      '',
      ...detail.text(),
    ],
  };
}

/** `chipswitch doctor MSG`. */
export const run: RunVerb = async (context) => {
  if (context.args.has('env')) {
    const { environmentReport } = await import('../tool/environment.ts');
    return environmentReport(context);
  }
  const argument = inputArgument(context);
  if (typeof argument !== 'string') return argument;
  const ranked = await rankArgument(argument, context);
  if ('ok' in ranked) return ranked;
  const { input, attempts } = ranked;
  if (attempts.length > 0) {
    const [best] = attempts;
    const sure = best.ok && best.doubts.length === 0;
    return withNet(doctorReport(attempts, context), netFor(input, [best], sure));
  }
  return undecodable(
    'NO_MESSAGE',
    'no spec, framing and reading finds a message type',
    'chipswitch decode INPUT guesses what else it is',
  );
};
