// `chipswitch decode` (`d`): what is this? Guesses, or reads by the kind that is named.
import { parseTag } from '@chipswitch/tlv';
import { diagnoseReadings } from 'iso8583-js';
import { type Input, type InputForm, isRefusal, readInput } from '../frame/input.ts';
import { type Outcome, type Refusal, type Report, undecodable, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import { didYouMean } from '../frame/suggest.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { type Attempt, rankOptions } from '../iso/choose.ts';
import { readPinBlock } from '../keys/pin-block.ts';
import { readApdu, readAtrReport, readSw, recogniseCard } from './card.ts';
import { recogniseCodes } from './codes.ts';
import { certaintyWord, type Guess, type Recogniser } from './guess.ts';
import { readIso, recogniseIso } from './iso.ts';
import { netFor, withNet } from './net.ts';
import { readQr, recogniseQr } from './qr.ts';
import { readTagValue, recogniseTagValues, valueKinds } from './tag-value.ts';
import { readDol, readTlv, recogniseTlv } from './tlv.ts';
import { readPan, readTrack1, readTrack2, recogniseTracks } from './track.ts';

type Reader = (input: Input, context: Context) => Outcome | Promise<Outcome>;

const readers: Readonly<Record<string, Reader>> = {
  iso: readIso,
  tlv: (input, context) => readTlv(input.readings[0].bytes, context),
  dol: (input, context) => readDol(input.readings[0].bytes, context),
  track1: readTrack1,
  track2: readTrack2,
  pan: readPan,
  qr: readQr,
  atr: (input, context) => readAtrReport(input.readings[0].bytes, context),
  apdu: (input, context) => readApdu(input.readings[0].bytes, context),
  sw: (input, context) => readSw(input.readings[0].bytes, context),
  pinblock: (input, context) => readPinBlock(input.text, context),
};

const recognisers: readonly Recogniser[] = [
  recogniseQr,
  recogniseTracks,
  recogniseIso,
  recogniseTlv,
  recogniseCard,
  recogniseTagValues,
  recogniseCodes,
];

/** Guesses weaker than this are not worth a line. */
const certaintyMin = 30;
const alternativesMax = 6;

/** All guesses, surest first, one per kind and reading. */
export function rankGuesses(input: Input, context: Context): Guess[] {
  const guesses = recognisers.flatMap((recognise) => recognise(input, context));
  const sorted = guesses
    .filter(({ certainty }) => certainty >= certaintyMin)
    .sort((a, b) => b.certainty - a.certainty);
  const seen = new Set<string>();
  return sorted.filter(({ kind }) => {
    if (seen.has(kind)) return false;
    seen.add(kind);
    return true;
  });
}

function guessReport(guesses: readonly Guess[], context: Context): Report {
  const [best, ...others] = guesses;
  const { paint } = context;
  const shown = best.show();
  const alternatives = others
    .slice(0, alternativesMax)
    .map(({ kind, title, certainty, reason }) => ({ kind, title, certainty, reason }));
  const { kind, title, certainty, reason, reading } = best;
  return {
    ...shown,
    data: { kind, title, certainty, reason, reading, ...shown.data, alternatives },
    text: () => [
      `${paint('head', title)}  ${paint('dim', `(${certaintyWord(certainty)}, ${certainty} %: ${reason})`)}`,
      ...shown.text(),
      ...(alternatives.length === 0
        ? []
        : [
            paint(
              'dim',
              `could also be: ${alternatives.map((one) => `${one.kind} ${one.certainty} %`).join(' · ')}`,
            ),
          ]),
    ],
  };
}

/** From here on a guess is taken at its word; below, the input may be something else. */
const sureMin = 95;

function guess(input: Input, context: Context): Outcome {
  const guesses = rankGuesses(input, context);
  const [best] = guesses;
  if (best !== undefined) {
    const attempts = best.kind === 'iso' ? bestAttempt(input, context) : [];
    return withNet(
      guessReport(guesses, context),
      netFor(input, attempts, best.certainty >= sureMin, best.kind),
    );
  }
  const size = input.readings[0].bytes.length;
  const next = 'name the kind, e.g. chipswitch decode tlv INPUT, or see: chipswitch decode --help';
  return undecodable('NOT_RECOGNISED', `nothing known fits these ${size} bytes`, next);
}

/** The attempt behind a guess at ISO 8583. */
function bestAttempt(input: Input, context: Context): readonly Attempt[] {
  const options = rankOptions(context);
  return 'ok' in options ? [] : diagnoseReadings(input.readings, options).slice(0, 1);
}

/** The inputs behind the kind: several words of hex are one input. */
function joined(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  return words.length === 1 ? words[0] : words.join(' ');
}

async function inputOf(words: readonly string[], context: Context): Promise<Input | Refusal> {
  const argument = joined(words);
  if (argument === undefined) {
    if (!context.surroundings.stdinIsTty) return readInput('-', formOf(context));
    return usage('NO_INPUT', 'nothing to decode was given', 'chipswitch decode HEX, @FILE or -');
  }
  return readInput(argument, formOf(context));
}

function formOf(context: Context): { form: InputForm; from: Context['surroundings'] } {
  return { form: (context.args.value('in') ?? 'auto') as InputForm, from: context.surroundings };
}

/** `decode tag 9F33 E0F8C8`: the value of any tag. */
async function decodeTag(words: readonly string[], context: Context): Promise<Outcome> {
  const [name, ...rest] = words;
  const tag = /^(?:[0-9A-Fa-f]{2}){1,4}$/.test(name ?? '') ? parseTag(name ?? '') : undefined;
  if (tag === undefined)
    return usage('BAD_TAG', 'the tag is missing or none', 'chipswitch decode tag 9F33 E0F8C8');
  const input = await inputOf(rest, context);
  return isRefusal(input) ? input : readTagValue(tag, input.readings[0].bytes, context);
}

/** Whether the first word names a kind; hex such as `AC` never does. */
function kindOf(word: string | undefined): string | undefined {
  if (word === undefined) return undefined;
  return Object.hasOwn(readers, word) || Object.hasOwn(valueKinds, word) || word === 'tag'
    ? word
    : undefined;
}

/** `chipswitch decode [KIND] INPUT`. */
export const run: RunVerb = async (context) => {
  const [first, ...rest] = context.args.positionals;
  const kind = kindOf(first);
  if (kind === 'tag') return decodeTag(rest, context);
  if (kind === undefined) {
    // A word that is no kind but stands before hex is a slip, not data.
    if (
      first !== undefined &&
      rest.length > 0 &&
      /^[a-z][a-z0-9-]+$/.test(first) &&
      !/^[0-9a-f]+$/.test(first)
    ) {
      const known = [...Object.keys(readers), ...Object.keys(valueKinds), 'tag'];
      const message = `no kind "${scrubEcho(first)}"${didYouMean(first, known)}`;
      return usage('UNKNOWN_KIND', message, 'chipswitch decode --help');
    }
    const input = await inputOf(context.args.positionals, context);
    return isRefusal(input) ? input : guess(input, context);
  }
  const input = await inputOf(rest, context);
  if (isRefusal(input)) return input;
  if (Object.hasOwn(readers, kind)) {
    const outcome = await readers[kind](input, context);
    const attempts = kind === 'iso' ? bestAttempt(input, context) : [];
    // Named by its user, read without an error: the reading is taken to be right.
    const sure =
      outcome.ok && (kind !== 'iso' || attempts.some(({ doubts }) => doubts.length === 0));
    return withNet(outcome, netFor(input, attempts, sure, kind));
  }
  return readTagValue(valueKinds[kind].tag, input.readings[0].bytes, context);
};
