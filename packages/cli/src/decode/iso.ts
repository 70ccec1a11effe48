// ISO 8583: by the spec and framing named, or the best of all; every element with offset and meaning.
import { describeMti, diagnoseReadings, issueLine } from 'iso8583-js';
import type { Input } from '../frame/input.ts';
import { type Refusal, type Report, undecodable } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';
import { type Attempt, rankOptions } from '../iso/choose.ts';
import { describeBytes, describedData, describedLines } from '../iso/describe.ts';
import { type Guess, report } from './guess.ts';

/** How an attempt reads the input, in words. */
export function attemptText({ specName, framing, reading }: Attempt): string {
  const how = reading.how === 'text' ? 'as text' : `from ${reading.how}`;
  return `${specName}, ${framing === undefined ? 'no framing' : framing.summary}, ${how}`;
}

/** An attempt as a report. */
export function attemptReport(attempt: Attempt, context: Context): Report {
  const { body, spec, specName, framing, bodyOffset, roundTrip, doubts, moreFrames } = attempt;
  const number = context.args.number('message') ?? 1;
  const described = describeBytes(spec, body, context.unsafe);
  const mti = described.description.mti ?? '????';
  const data = {
    spec: specName,
    framing: framing?.name ?? 'none',
    reading: attempt.reading.how,
    bodyOffset,
    roundTrip,
    ...(doubts.length === 0 ? {} : { doubts: doubts.map(issueLine) }),
    ...(moreFrames === 0 ? {} : { moreFrames }),
    ...describedData(described, context.unsafe),
  };
  const exact = attempt.ok
    ? roundTrip
      ? 'exact round trip'
      : 'decodes, encodes otherwise'
    : 'with an error';
  return {
    ...report(data, () => [
      `ISO 8583 ${attemptText(attempt)} · ${context.paint('value', mti)} ${describeMti(mti)} · ${body.length} bytes, ${exact}`,
      ...describedLines(described, context),
    ]),
    notices: [
      ...doubts.map(issueLine),
      ...(moreFrames === 0
        ? []
        : [`${moreFrames} more in the input: --message ${number + 1} shows the next`]),
    ],
  };
}

/** `decode iso`. */
export function readIso(input: Input, context: Context): Report | Refusal {
  const options = rankOptions(context);
  if ('ok' in options) return options;
  const [best] = diagnoseReadings(input.readings, options);
  if (best === undefined)
    return undecodable(
      'NO_MESSAGE',
      'no spec and framing makes a message of it',
      'chipswitch decode INPUT guesses what else it is',
    );
  const shown = attemptReport(best, context);
  const { error } = best;
  if (error === undefined) return shown;
  const code = `ISO_${error.code.replaceAll('-', '_').toUpperCase()}`;
  const path = error.path.split('.').join(' > ');
  const offset = best.bodyOffset + error.byte;
  const message = `the message does not decode by ${best.specName}, ${error.code}`;
  return undecodable(code, message, 'chipswitch doctor INPUT compares all specs and framings', {
    path,
    offset,
    partial: shown,
  });
}

/** Guesses at ISO 8583. */
export function recogniseIso(input: Input, context: Context): readonly Guess[] {
  const options = rankOptions(context);
  if ('ok' in options) return [];
  const [best] = diagnoseReadings(input.readings, options);
  if (best === undefined) return [];
  const fields = Object.keys(best.message).length - 1;
  // Short messages decode by chance.
  const certainty = best.ok
    ? Math.min(best.score - 1, 55 + 7 * Math.max(1, fields))
    : Math.min(60, best.score);
  return [
    {
      kind: 'iso',
      title: 'ISO 8583 message',
      certainty,
      reason: best.ok
        ? `${fields} elements, ${best.roundTrip ? 'exact round trip' : 'no exact round trip'}`
        : `${fields} elements, then ${best.error?.code ?? 'an error'}`,
      reading: best.reading.how,
      show: () => attemptReport(best, context),
    },
  ];
}
