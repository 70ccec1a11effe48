// One message out of an argument, by the best (or named) spec and framing; refused unless it decodes whole.
import { type DiagnoseOptions, diagnoseReadings } from 'iso8583-js';
import { type Input, type InputForm, isRefusal, readInput } from '../frame/input.ts';
import { type Refusal, undecodable, usage } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';
import { type Attempt, rankOptions } from './choose.ts';

/** The words of an input as one argument (hex may be typed in several words), or the pipe's. */
export function inputArgument(context: Context): string | Refusal {
  const { positionals } = context.args;
  if (positionals.length > 0) return positionals.join(' ');
  if (!context.surroundings.stdinIsTty) return '-';
  return usage('NO_INPUT', 'no message was given', 'give HEX, @FILE or -');
}

/** All ways to read an argument, ranked, and the input they are of. */
export interface Ranked {
  readonly input: Input;
  readonly attempts: readonly Attempt[];
}

/** Ranks all ways to read an argument. */
export async function rankArgument(
  argument: string,
  context: Context,
  only?: DiagnoseOptions,
): Promise<Ranked | Refusal> {
  const options = only ?? rankOptions(context);
  if ('ok' in options) return options;
  const form = (context.args.value('in') ?? 'auto') as InputForm;
  const input = await readInput(argument, { form, from: context.surroundings });
  if (isRefusal(input)) return input;
  return { input, attempts: diagnoseReadings(input.readings, options) };
}

/** The best way to read an argument, which must decode whole. */
export async function readOne(
  argument: string,
  context: Context,
  only?: DiagnoseOptions,
): Promise<Attempt | Refusal> {
  const ranked = await rankArgument(argument, context, only);
  if ('ok' in ranked) return ranked;
  const [best] = ranked.attempts;
  if (best === undefined)
    return undecodable(
      'NO_MESSAGE',
      'no spec and framing makes a message of it',
      'chipswitch decode INPUT guesses what else it is',
    );
  if (best.error === undefined) return best;
  const { error } = best;
  const code = `ISO_${error.code.replaceAll('-', '_').toUpperCase()}`;
  const message = `the message does not decode by ${best.specName}, ${error.code}`;
  const place = { path: error.path.split('.').join(' > '), offset: best.bodyOffset + error.byte };
  return undecodable(code, message, 'chipswitch doctor INPUT', place);
}
