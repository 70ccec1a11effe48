// Reads the body of a command or response into named fields, by its layout; no read past the end.
import { toHex } from '@chipswitch/bytes';
import type { ReadFields } from './fields.ts';
import { keyFieldLength } from './key-field.ts';
import { bytesOf } from './latin1.ts';
import type { Field, GroupField, KeysField, SizedField } from './layout.ts';
import { type CodecResult, refuse } from './result.ts';

interface Reader {
  readonly body: string;
  readonly known: Record<string, string>;
  readonly lists: Record<string, readonly string[]>;
  readonly own: Set<string>;
  readonly path: string;
  /** Byte of the message at which the body starts. */
  readonly bodyAt: number;
  at: number;
}

type Step = { readonly ok: true } | ReturnType<typeof refuse>;
const done: Step = { ok: true };

const hexOfText = (text: string): string => toHex(bytesOf(text));

function stop(reader: Reader, code: 'body-truncated' | 'field-value', name: string): Step {
  return refuse(code, `${reader.path} > ${name}`, reader.bodyAt + reader.at);
}

function take(reader: Reader, name: string, length: number): Step {
  if (reader.at + length > reader.body.length) return stop(reader, 'body-truncated', name);
  return keep(reader, name, reader.body.slice(reader.at, reader.at + length), length);
}

function keep(reader: Reader, name: string, value: string, consumed: number): Step {
  reader.known[name] = value;
  reader.own.add(name);
  reader.at += consumed;
  return done;
}

function readKeys(reader: Reader, field: KeysField): Step {
  const keys: string[] = [];
  const end = reader.body.length - field.followedBy;
  while (reader.at < end) {
    const length = keyFieldLength(reader.body, reader.at);
    if (length === 0 || reader.at + length > end) break;
    keys.push(reader.body.slice(reader.at, reader.at + length));
    reader.at += length;
  }
  if (keys.length === 0) return stop(reader, 'body-truncated', field.name);
  reader.lists[field.name] = keys;
  return done;
}

function readSized(reader: Reader, field: SizedField): Step {
  const digits = reader.body.slice(reader.at, reader.at + field.lengthDigits);
  if (digits.length < field.lengthDigits) return stop(reader, 'body-truncated', field.lengthName);
  const pattern = field.radix === 16 ? /^[0-9A-Fa-f]+$/ : /^[0-9]+$/;
  if (!pattern.test(digits)) return stop(reader, 'field-value', field.lengthName);
  reader.at += field.lengthDigits;
  const unit = field.charactersPerUnit?.(reader.known) ?? 1;
  const length = Number.parseInt(digits, field.radix) * unit;
  const step = take(reader, field.name, length);
  if (step.ok && field.content === 'binary') {
    reader.known[field.name] = hexOfText(reader.known[field.name]);
  }
  return step;
}

function lookAhead(reader: Reader): void {
  reader.known['next'] = reader.body.slice(reader.at, reader.at + 32);
  reader.known['left'] = String(reader.body.length - reader.at);
}

function isBare(reader: Reader, field: GroupField): boolean {
  lookAhead(reader);
  return field.bare?.(reader.known) === true;
}

function readOne(reader: Reader, field: Field): Step {
  if ('when' in field && field.when !== undefined) {
    lookAhead(reader);
    if (!field.when(reader.known)) return done;
  }
  switch (field.kind) {
    case 'group':
      if (reader.body[reader.at] === field.mark) reader.at++;
      else if (!isBare(reader, field)) return done;
      return readAll(reader, field.fields);
    case 'literal':
      if (reader.body[reader.at] !== field.text) return stop(reader, 'field-value', field.text);
      reader.at++;
      return done;
    case 'text':
      if (typeof field.length === 'number') return take(reader, field.name, field.length);
      lookAhead(reader);
      return take(reader, field.name, field.length(reader.known));
    case 'delimited': {
      const end = reader.body.indexOf(field.delimiter, reader.at);
      if (end < 0 || end - reader.at > field.lengthMax) {
        return stop(reader, end < 0 ? 'body-truncated' : 'field-value', field.name);
      }
      return keep(reader, field.name, reader.body.slice(reader.at, end), end - reader.at + 1);
    }
    case 'key': {
      const length = keyFieldLength(reader.body, reader.at, field.pair);
      return length === 0
        ? stop(reader, 'field-value', field.name)
        : take(reader, field.name, length);
    }
    case 'keys':
      return readKeys(reader, field);
    case 'binary': {
      const step = take(reader, field.name, field.length);
      if (step.ok) reader.known[field.name] = hexOfText(reader.known[field.name]);
      return step;
    }
    case 'rest': {
      const length = reader.body.length - field.followedBy - reader.at;
      if (length < 0) return stop(reader, 'body-truncated', field.name);
      if (length === 0 && field.lengths === undefined) return done;
      if (field.lengths?.includes(length) === false)
        return stop(reader, 'body-truncated', field.name);
      const step = take(reader, field.name, length);
      if (step.ok && field.content === 'binary') {
        reader.known[field.name] = hexOfText(reader.known[field.name]);
      }
      return step;
    }
    case 'sized':
      return readSized(reader, field);
    default:
      return field satisfies never;
  }
}

function readAll(reader: Reader, fields: readonly Field[]): Step {
  for (const field of fields) {
    const step = readOne(reader, field);
    if (!step.ok) return step;
  }
  return done;
}

/**
 * A body's fields.
 *
 * @param path what errors name first: the command's or response's code
 * @param bodyAt byte of the message at which the body starts, for offsets in errors
 * @param request fields of the command that is answered, where the answer's form depends on them
 */
export function readFields(
  layout: readonly Field[],
  body: string,
  path: string,
  bodyAt: number,
  request: Readonly<Record<string, string>> = {},
): CodecResult<ReadFields> {
  const reader: Reader = {
    body,
    known: { ...request },
    lists: {},
    own: new Set(),
    path,
    bodyAt,
    at: 0,
  };
  const step = readAll(reader, layout);
  if (!step.ok) return step;
  if (reader.at < body.length) return refuse('body-trailing', path, bodyAt + reader.at);
  const fields: Record<string, string | readonly string[]> = { ...reader.lists };
  for (const name of reader.own) fields[name] = reader.known[name];
  return { ok: true, value: fields as ReadFields };
}
