// The forms in which values stand in vectors: what a schema of a kind is made of. Each is one way to
// write one thing; what is written otherwise is refused, never read as what was probably meant.
import { fromHex } from '@chipswitch/bytes';
import * as v from 'valibot';

/** What each named form is, for the README. */
export const formMeanings: Readonly<Record<string, string>> = {
  text: 'text',
  hex: 'text: bytes as upper-case hex, two digits each; empty where there are none',
  digits: 'text: decimal digits, at least one',
  amount: 'text: a whole number of minor units, no needless zero or plus, never -0',
  whole: 'text: another whole number, written as an amount is',
  decimal: 'text: a decimal fraction without exponent or needless zeros',
  'loose decimal': 'text: a decimal fraction in which needless zeros may stand',
  number: 'JSON number, whole, not negative',
  boolean: 'true or false',
  date: 'text: YYYY-MM-DD',
  instant: 'text: YYYY-MM-DDThh:mm:ssZ, a fraction of the second only where there is one',
  'time of day': 'text: hh:mm:ss, up to 24:00:00',
  tag: 'text: tag of a data object as upper-case hex',
  tree: 'list of [tag, hex], or [tag, tree] for a constructed object, in order',
  objects: 'list of [two digits, text], or [two digits, objects] for a template, in order',
  field: 'how a field of ISO 8583 stands on the wire, see iso8583',
  value: 'text, { <key>: value }, or a list of values: a field of ISO 8583 as it is shown',
};

const wholePattern = /^(?:0|-?[1-9]\d*)$/;
const decimalPattern = /^(?:0|-?(?:[1-9]\d*(?:\.\d*[1-9])?|0\.\d*[1-9]))$/;

const written = <Title extends string>(pattern: RegExp, title: Title) =>
  v.pipe(v.string(), v.regex(pattern, `is no ${title}`), v.title(title));

const wholeNumber = <Title extends string>(title: Title) =>
  v.pipe(
    v.string(),
    v.regex(wholePattern, `is no ${title}`),
    v.transform((digits): bigint => BigInt(digits)),
    v.title(title),
  );

export const text = v.pipe(v.string(), v.title('text'));
export const hex = v.pipe(
  v.string(),
  v.regex(/^(?:[0-9A-F]{2})*$/, 'is no upper-case hex'),
  v.transform((digits): Uint8Array => fromHex(digits)),
  v.title('hex'),
);
export const digits = written(/^\d+$/, 'digits');
export const amount = wholeNumber('amount');
export const whole = wholeNumber('whole');
export const decimal = written(decimalPattern, 'decimal');
export const looseDecimal = written(/^-?\d+(?:\.\d+)?$/, 'loose decimal');
export const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.title('number'));
export const boolean = v.pipe(v.boolean(), v.title('boolean'));
export const date = v.pipe(written(/^\d{4}-\d{2}-\d{2}$/, 'date'), v.isoDate());
export const instant = written(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d*[1-9])?Z$/, 'instant');
export const timeOfDay = written(/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$|^24:00:00$/, 'time of day');
export const tag = v.pipe(
  v.string(),
  v.regex(/^(?:[0-9A-F]{2}){1,4}$/, 'is no tag'),
  v.transform((digitsOfTag): number => Number.parseInt(digitsOfTag, 16)),
  v.title('tag'),
);

/** An object of exactly these properties; what may be left out is {@link maybe}. */
export const object = v.strictObject;
/** A property that stands only where it belongs; where it does is compared like everything else. */
export const maybe = v.optional;
export const list = v.array;
export const row = v.strictTuple;
export const orNull = v.nullable;
/** Exactly one of these words. */
export const oneOf = <const Words extends readonly string[]>(...words: Words) => v.picklist(words);
/** Exactly one of these numbers. */
export const oneNumberOf = <const Numbers extends readonly number[]>(...numbers: Numbers) =>
  v.picklist(numbers);

/** Bytes by tag; `null` where the card or terminal refuses the object. */
export const bytesByTag = v.record(
  v.pipe(v.string(), v.regex(/^(?:[0-9A-F]{2})+$/), v.title('tag')),
  hex,
);

/** An object with properties whose names the vector chooses. */
export const named = <Value extends v.GenericSchema>(name: string, value: Value) =>
  v.record(v.pipe(v.string(), v.minLength(1), v.title(name)), value);

/** A form with words of its own beside it, for the README. */
export const saying = <Schema extends v.GenericSchema>(schema: Schema, words: string) =>
  v.pipe(schema, v.description(words));

/** A refusal: one of these words, with nothing beside it. */
export const refusal = <const Words extends readonly string[]>(...words: Words) =>
  object({ error: v.picklist(words) });

/** A refusal with the byte at which it was found. */
export const refusalAt = <const Words extends readonly string[]>(...words: Words) =>
  object({ error: v.picklist(words), at: number });
