// Writes the body of a command or response from named fields, by its layout.
import { firstNonHex, fromHex } from '@chipswitch/bytes';
import type { FieldValue, Fields } from './fields.ts';
import { isKeyField, keyFieldLength } from './key-field.ts';
import { textOf } from './latin1.ts';
import type { Field, GroupField, SizedField, TextField } from './layout.ts';
import { type CodecResult, refuse } from './result.ts';

interface Writer {
  readonly fields: Fields;
  readonly known: Record<string, string>;
  readonly path: string;
  body: string;
}

type Step = { readonly ok: true } | ReturnType<typeof refuse>;
const done: Step = { ok: true };

function valueOf(
  writer: Writer,
  field: { readonly name: string; readonly aliases?: readonly string[] },
): FieldValue | undefined {
  let value = writer.fields[field.name];
  for (const alias of field.aliases ?? []) {
    if (value !== undefined && value !== '') break;
    value = writer.fields[alias];
  }
  return value === '' ? undefined : value;
}

function asText(value: FieldValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return value instanceof Uint8Array ? textOf(value) : value.join('');
}

function put(writer: Writer, name: string, text: string): Step {
  writer.body += text;
  writer.known[name] = text;
  return done;
}

function textLength(writer: Writer, field: TextField, given: string): number {
  if (typeof field.length === 'number') return field.length;
  writer.known[`given:${field.name}`] = given;
  return field.length(writer.known);
}

function writeText(writer: Writer, field: TextField, value: FieldValue): Step {
  const at = `${writer.path} > ${field.name}`;
  let text = asText(value).toUpperCase();
  if (/[^ -~]/.test(text)) return refuse('field-value', at);
  const length = textLength(writer, field, text);
  if (field.fill === 'zero-left') {
    if (!/^\d*$/.test(text)) return refuse('field-value', at);
    text = text.padStart(length, '0');
  } else if (field.fill === 'f-right') text = text.padEnd(length, 'F');
  if (text.length !== length) return refuse('field-length', at);
  return put(writer, field.name, text);
}

function hexOf(value: FieldValue): string | undefined {
  if (value instanceof Uint8Array) return textOf(value);
  const text = asText(value);
  return firstNonHex(text) >= 0 ? undefined : textOf(fromHex(text));
}

// Characters above 255 are no bytes.
function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return false;
  return true;
}

function writeSized(writer: Writer, field: SizedField, value: FieldValue): Step {
  const at = `${writer.path} > ${field.name}`;
  let content = field.content === 'binary' ? hexOf(value) : asText(value);
  if (content === undefined || !isLatin1(content)) return refuse('field-value', at);
  if (field.upperCase === true) content = content.toUpperCase();
  const unit = field.charactersPerUnit?.(writer.known) ?? 1;
  if (content.length % unit !== 0) return refuse('field-length', at);
  const units = content.length / unit;
  const announced = writer.fields[field.lengthName];
  if (typeof announced === 'number' && announced !== units) {
    return refuse('field-value', `${writer.path} > ${field.lengthName}`);
  }
  const length = units.toString(field.radix).toUpperCase().padStart(field.lengthDigits, '0');
  if (length.length > field.lengthDigits) return refuse('field-length', at);
  writer.body += length;
  return put(writer, field.name, content);
}

function writeGroup(writer: Writer, field: GroupField): Step {
  const named = field.fields.some(
    (inner) => 'name' in inner && valueOf(writer, inner) !== undefined,
  );
  const marked = field.markName !== undefined && writer.fields[field.markName] === field.mark;
  if (!named && !marked) return done;
  if (marked || field.bare === undefined) writer.body += field.mark;
  return writeAll(writer, field.fields);
}

// Several keys, as a list or one behind the other.
function writeKeys(writer: Writer, name: string, value: FieldValue): Step {
  const text = asText(value).toUpperCase();
  let at = 0;
  while (at < text.length) {
    const length = keyFieldLength(text, at);
    if (length === 0 || !isKeyField(text.slice(at, at + length))) {
      return refuse('field-value', `${writer.path} > ${name}`);
    }
    at += length;
  }
  return put(writer, name, text);
}

/** Whether a length is given and says that there is nothing. */
function isZero(length: FieldValue | undefined): boolean {
  return length === 0 || (typeof length === 'string' && /^0+$/.test(length));
}

function writeOne(writer: Writer, field: Field): Step {
  if (field.kind === 'group') return writeGroup(writer, field);
  if (field.kind === 'literal') {
    if (field.when === undefined || field.when(writer.known)) writer.body += field.text;
    return done;
  }
  const at = `${writer.path} > ${field.name}`;
  const value = valueOf(writer, field);
  if (value === undefined) {
    const wanted = field.when === undefined || field.when(writer.known);
    if (wanted && field.kind === 'sized' && isZero(writer.fields[field.lengthName])) {
      return writeSized(writer, field, '');
    }
    return wanted && field.kind !== 'rest' ? refuse('field-missing', at) : done;
  }
  // What a reader would look ahead at is, for a writer, the value it is about to write.
  if (field.when !== undefined) {
    writer.known['next'] = typeof value === 'string' ? value : '';
    if (!field.when(writer.known)) return done;
  }
  switch (field.kind) {
    case 'text':
      return writeText(writer, field, value);
    case 'delimited': {
      const text = asText(value).toUpperCase();
      if (text.length > field.lengthMax) return refuse('field-length', at);
      if (!/^[0-9A-Z]*$/.test(text)) return refuse('field-value', at);
      const step = put(writer, field.name, text);
      writer.body += field.delimiter;
      return step;
    }
    case 'key': {
      const text = asText(value).toUpperCase();
      // A writer knows its key: bare hex may be a pair wherever the HSM takes one.
      return isKeyField(text) || isKeyField(text, true)
        ? put(writer, field.name, text)
        : refuse('field-value', at);
    }
    case 'keys':
      return writeKeys(writer, field.name, value);
    case 'binary': {
      const content = hexOf(value);
      if (content === undefined) return refuse('field-value', at);
      if (content.length !== field.length) return refuse('field-length', at);
      return put(writer, field.name, content);
    }
    case 'rest': {
      const content = field.content === 'binary' ? hexOf(value) : asText(value);
      return content === undefined ? refuse('field-value', at) : put(writer, field.name, content);
    }
    case 'sized':
      return writeSized(writer, field, value);
    default:
      return field satisfies never;
  }
}

function writeAll(writer: Writer, fields: readonly Field[]): Step {
  for (const field of fields) {
    const step = writeOne(writer, field);
    if (!step.ok) return step;
  }
  return done;
}

/**
 * The body as text whose characters are bytes.
 *
 * @param path what errors name first: the command's or response's code
 * @param request fields of the command that is answered, where the answer's form depends on them
 */
export function writeFields(
  layout: readonly Field[],
  fields: Fields,
  path: string,
  request: Readonly<Record<string, string>> = {},
): CodecResult<string> {
  const writer: Writer = { fields, known: { ...request }, path, body: '' };
  const step = writeAll(writer, layout);
  return step.ok ? { ok: true, value: writer.body } : step;
}
