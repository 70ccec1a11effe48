// The forms in which values stand in vectors: what a schema of a kind is made of. Each is one way to
// write one thing; what is written otherwise is refused, never read as what was probably meant.
import { fromHex } from '@chipswitch/bytes';
import { currencyOf, parseCalendarDate } from '@chipswitch/ledger';
import * as v from 'valibot';

/** What each named form is, for the README. */
export const formMeanings: Readonly<Record<string, string>> = {
  text: 'text',
  hex: 'text: bytes as upper-case hex, two digits each; empty where there are none',
  bytes: 'text: hex of at least one byte',
  'N bytes': 'text: hex of so many bytes; `N to M` and `N or M` likewise',
  digits: 'text: decimal digits, at least one',
  'N digits': 'text: so many decimal digits; `N to M` and `N or M` likewise',
  amount: 'text: a whole number of minor units, no needless zero or plus, never -0',
  whole: 'text: another whole number, written as an amount is',
  decimal: 'text: a decimal fraction without exponent or needless zeros',
  'loose decimal': 'text: a decimal fraction in which needless zeros may stand',
  number: 'JSON number, whole, not negative; `N to M`: between these',
  boolean: 'true or false',
  currency: 'text: an alphabetic code of ISO 4217',
  date: 'text: YYYY-MM-DD, a date that the calendar has',
  instant: 'text: YYYY-MM-DDThh:mm:ssZ, a fraction of the second only where there is one',
  'time of day': 'text: hh:mm:ss, up to 24:00:00',
  'key type': 'text: three hex digits, the Thales code of a key type',
  track: 'text: track data as hex, or track 1 (ISO/IEC 7813) as its text',
  base64: 'text: base64',
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

const wholeBytes = /^(?:[0-9A-F]{2})*$/;

/** Hex whose number of bytes is right. */
const sizedHex = (title: string, isRight: (bytes: number) => boolean) =>
  v.pipe(
    v.string(),
    v.regex(wholeBytes, 'is no upper-case hex'),
    v.check((digits) => isRight(digits.length / 2), `is not ${title}`),
    v.transform((digits): Uint8Array => fromHex(digits)),
    v.title(title),
  );

/** Words for the sizes that are right: `8 bytes`, `16 or 24 bytes`. */
const sizes = (numbers: readonly number[], unit: string): string =>
  `${numbers.join(' or ')} ${unit}${numbers.length === 1 && numbers[0] === 1 ? '' : 's'}`;

/** Hex of exactly one of these numbers of bytes. */
export const bytesOf = (...numbers: readonly number[]) =>
  sizedHex(sizes(numbers, 'byte'), (bytes) => numbers.includes(bytes));
/** Hex of a number of bytes between two, both included. */
export const bytesFrom = (min: number, max: number) =>
  sizedHex(`${min} to ${max} bytes`, (bytes) => bytes >= min && bytes <= max);
/** Hex of at least one byte. */
export const bytes = sizedHex('bytes', (count) => count > 0);
/** Hex of one or more whole blocks. */
export const blocksOf = (size: number) =>
  sizedHex(`blocks of ${size} bytes`, (count) => count > 0 && count % size === 0);

export const digits = written(/^\d+$/, 'digits');
/** Exactly one of these numbers of digits. */
export const digitsOf = (...numbers: readonly number[]) => {
  const title = sizes(numbers, 'digit');
  const isRight = (text: string): boolean => /^\d*$/.test(text) && numbers.includes(text.length);
  return v.pipe(v.string(), v.check(isRight, `is not ${title}`), v.title(title));
};
/** A number of digits between two, both included. */
export const digitsFrom = (min: number, max: number) => {
  const isRight = (text: string): boolean =>
    /^\d*$/.test(text) && text.length >= min && text.length <= max;
  const title = `${min} to ${max} digits`;
  return v.pipe(v.string(), v.check(isRight, `is not ${title}`), v.title(title));
};
export const amount = wholeNumber('amount');
export const whole = wholeNumber('whole');
export const decimal = written(decimalPattern, 'decimal');
export const looseDecimal = written(/^-?\d+(?:\.\d+)?$/, 'loose decimal');
export const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.title('number'));
/** A whole number between two, both included. */
export const numberFrom = (min: number, max: number) =>
  v.pipe(
    v.number(),
    v.safeInteger(),
    v.check((value) => value >= min && value <= max, `is not ${min} to ${max}`),
    v.title(`${min} to ${max}`),
  );
export const boolean = v.pipe(v.boolean(), v.title('boolean'));
export const currency = v.pipe(
  v.string(),
  v.check((code) => currencyOf(code)?.alpha === code, 'is no currency'),
  v.title('currency'),
);
const isDate = (day: string): boolean => parseCalendarDate(day) !== undefined;
export const date = v.pipe(v.string(), v.check(isDate, 'is no date'), v.title('date'));
const instantPattern = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d*[1-9])?Z$/;
export const instant = v.pipe(
  v.string(),
  v.check((text) => isDate(instantPattern.exec(text)?.[1] ?? ''), 'is no instant'),
  v.title('instant'),
);
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
/** A text with something in it. */
export const name = v.pipe(v.string(), v.nonEmpty('is empty'), v.title('text'));
/** A list with something in it. */
export const someOf = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(v.array(item), v.minLength(1, 'is empty'));
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
