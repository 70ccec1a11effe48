// --spec and --framing: ready-made by name, or a spec of the user's own as JSON.
import { readFileSync } from 'node:fs';
import {
  type Diagnosis,
  type DiagnoseOptions,
  framingByName,
  framings,
  type NamedFraming,
  type Spec,
  specFromJson,
  specs,
} from 'iso8583-js';
import type { Reading } from '../frame/input.ts';
import { type Refusal, undecodable, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import { didYouMean } from '../frame/suggest.ts';
import type { Context } from '../frame/verb.ts';

/** One way to read the input as a message, tried. */
export type Attempt = Diagnosis<Reading>;

/** A spec and its name. */
export type NamedSpec = readonly [string, Spec];

/** Spec files larger than this are none. */
const specFileBytesMax = 2 * 1024 * 1024;

function specFromFile(path: string): NamedSpec | Refusal {
  let json: unknown;
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length > specFileBytesMax)
      return usage('SPEC_TOO_LARGE', `a spec has at most ${specFileBytesMax} bytes`, 'cut it down');
    const parsed = JSON.parse(text) as unknown;
    // What `chipswitch specs NAME --json` prints holds the spec as its definition.
    json =
      typeof parsed === 'object' && parsed !== null && 'definition' in parsed
        ? parsed.definition
        : parsed;
  } catch (error) {
    const file = scrubEcho(path);
    if (error instanceof SyntaxError)
      return undecodable(
        'SPEC_NOT_JSON',
        `${file} is not JSON`,
        'chipswitch specs iso1987Ascii --json shows how a spec looks',
      );
    return usage('CANNOT_READ', `cannot read the spec ${file}`, 'check the path');
  }
  const built = specFromJson(json);
  if (built.ok) return [built.spec.name, built.spec];
  const { problems } = built.error;
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return undecodable(
    'BAD_SPEC',
    `the spec is wrong: ${first.path} ${first.problem}${more}`,
    'chipswitch specs iso1987Ascii --json shows a right one',
  );
}

/** The spec of --spec, or undefined when it was not given. */
export function chosenSpec(context: Context): NamedSpec | undefined | Refusal {
  const name = context.args.value('spec');
  if (name === undefined) return undefined;
  if (name.startsWith('@')) return specFromFile(name.slice(1));
  if (Object.hasOwn(specs, name)) return [name, specs[name]];
  const near = didYouMean(name, Object.keys(specs));
  return usage('UNKNOWN_SPEC', `no spec "${scrubEcho(name)}"${near}`, 'chipswitch specs');
}

/** The framing of --framing; `none` is the message itself. */
export function chosenFraming(context: Context): NamedFraming | 'none' | undefined | Refusal {
  const name = context.args.value('framing');
  if (name === undefined || name === 'none') return name;
  const framing = framingByName(name);
  if (framing !== undefined) return framing;
  const names = ['none', ...framings.map((candidate) => candidate.name)];
  const message = `no framing "${scrubEcho(name)}"${didYouMean(name, names)}`;
  return usage('UNKNOWN_FRAMING', message, `use one of: ${names.join(', ')}`);
}

/** Whether a choice is a refusal. */
export function isChoiceRefusal(choice: unknown): choice is Refusal {
  return typeof choice === 'object' && choice !== null && 'ok' in choice && choice.ok === false;
}

/** Specs and framings to try, after the user's choices. */
export function rankOptions(
  context: Context,
): (Required<Pick<DiagnoseOptions, 'specs'>> & DiagnoseOptions) | Refusal {
  const spec = chosenSpec(context);
  if (isChoiceRefusal(spec)) return spec;
  const framing = chosenFraming(context);
  if (isChoiceRefusal(framing)) return framing;
  const list = spec === undefined ? Object.entries(specs) : [spec];
  const options = { specs: list, frame: context.args.number('message') ?? 1 };
  if (framing === undefined) return options;
  return { ...options, framings: [framing === 'none' ? undefined : framing] };
}
