// Settings out of parsed JSON, checked by a schema: the first place that is wrong is named, its value never shown.
import * as v from 'valibot';
import { SettingError } from './setting-error.ts';

/** Text of a form. */
export function textOf(form: RegExp = /./) {
  const problem = `must be text of the form ${form.source}`;
  return v.pipe(v.string(problem), v.regex(form, problem));
}

/** One of some words. */
export function wordOf<const Words extends readonly string[]>(words: Words) {
  return v.picklist(words, `must be one of ${words.join(', ')}`);
}

/** A whole number of a range. */
export function wholeOf(min: number, max: number) {
  const problem = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(problem),
    v.integer(problem),
    v.minValue(min, problem),
    v.maxValue(max, problem),
  );
}

/** True or false; false when absent. */
export const flagSetting = v.optional(v.boolean('must be true or false'), false);

/** A list of at most `max`. */
export function listOf<Item extends v.GenericSchema>(item: Item, max = 1_000_000) {
  return v.pipe(v.array(item, 'must be a list'), v.maxLength(max, `must name at most ${max}`));
}

/** Bytes as hex digits in pairs; the text is never shown. */
export const hexSetting = v.pipe(
  v.string('must be hex'),
  v.regex(/^(?:[0-9a-f]{2})+$/i, 'must be hex'),
);

function pathOf(root: string, issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? []).reduce(
    (path, { key }) => (typeof key === 'number' ? `${path}[${key}]` : `${path}.${String(key)}`),
    root,
  );
}

// Objects say in their own words what they found, which may be a secret: these are not passed on.
function problemOf(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'Object') return 'must be an object';
  if (issue.type === 'variant') {
    return `must be one of ${(issue.expected ?? '').replaceAll(/[()"]/g, '').replaceAll(' | ', ', ')}`;
  }
  if (!issue.type.endsWith('object')) return issue.message;
  return issue.expected === 'never' ? 'is no setting' : 'is missing';
}

/**
 * Reads settings.
 *
 * @param root what a place's name begins with: `config`, or the path of a file
 * @throws SettingError naming the first place that is wrong, as in `config.hosts[0].port: must be …`
 */
export function parseSettings<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  root: string,
): v.InferOutput<Schema> {
  const read = v.safeParse(schema, value, { abortEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new SettingError(pathOf(root, issue), problemOf(issue));
}
