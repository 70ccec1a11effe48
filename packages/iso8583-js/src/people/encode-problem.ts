// Why a message does not encode, in words: what the element wants and how much was given, never content.
import type { Charset, FieldSpec, FieldValue, Message } from '../spec/spec-types.ts';
import { type Spec, fieldSpecOf } from '../specs/define-spec.ts';
import type { EncodeError } from '../wire/errors.ts';

const characterNames: Readonly<Record<Charset, string>> = {
  n: 'digits',
  a: 'letters',
  an: 'letters and digits',
  as: 'letters and specials',
  ns: 'digits and specials',
  ans: 'letters, digits and specials',
  hex: 'hex digits',
  z: 'digits and = (or D)',
};

/** What the units of an element are called, and which characters they are, where that is said. */
function unitsOf(spec: FieldSpec): { units: string; only: string } {
  const { data = 'ascii', charset } = spec;
  if (data === 'bcd' || data === 'zoned') return { units: 'digits', only: '' };
  if (data === 'nibble') return { units: 'hex digits', only: '' };
  if (data === 'binary' || data === 'hex-ascii' || data === 'hex-ebcdic')
    return { units: 'bytes', only: '' };
  if (charset === 'n') return { units: 'digits', only: '' };
  return { units: 'characters', only: charset === undefined ? '' : characterNames[charset] };
}

/** 'wants 12 digits', 'wants at most 999 characters (letters and digits)'. */
function wants(spec: FieldSpec): string {
  if (spec.sub !== undefined) return 'wants subfields';
  if (spec.data === 'xn') {
    const signs = spec.signs === undefined ? 'a sign' : spec.signs.split('').join(' or ');
    return `wants ${signs} in front, then ${spec.digits ?? 0} digits`;
  }
  const { units, only } = unitsOf(spec);
  const most = spec.max ?? spec.frame;
  const count =
    spec.len === undefined ? (most === undefined ? '' : `at most ${most} `) : `${spec.len} `;
  return `wants ${count}${units}${only === '' ? '' : ` (${only})`}`;
}

/** How much was given: characters of a text, bytes of bytes. */
function given(value: FieldValue | undefined): string {
  if (typeof value === 'string') return `${value.length} characters are given`;
  if (value instanceof Uint8Array) return `${value.length} bytes are given`;
  return value === undefined ? 'nothing is given' : 'subfields are given';
}

function subfieldOf(spec: FieldSpec | undefined, key: string): FieldSpec | undefined {
  const sub = spec?.sub;
  if (sub === undefined) return undefined;
  if (sub.kind === 'datasets') return sub.elements[key];
  return sub.fields[key] ?? (sub.kind === 'tlv' ? sub.value : undefined);
}

function reasonOf(code: EncodeError['code'], value: FieldValue | undefined): string {
  switch (code) {
    case 'bad-char':
    case 'bad-digit':
    case 'bad-hex':
      return 'a character is none of these';
    case 'bad-sign':
      return 'another sign is given';
    case 'bad-type':
      return typeof value === 'string' ? 'text is given' : given(value);
    case 'bad-length':
      return `${given(value)}, which its length cannot say`;
    case 'missing':
    case 'too-short':
    case 'too-long':
    case 'undefined-field':
    case 'undefined-tag':
      return given(value);
  }
}

/**
 * Why a message does not encode, for a person: what the element wants and how much is given.
 *
 * @example
 * const message = { mti: '0200', de4: '10.00' };
 * const refused = encodeMessage(iso1987Ascii, message);
 * refused.ok ? '' : encodeProblem(iso1987Ascii, message, refused.error) // 'DE 4 wants 12 digits, 5 characters are given'
 */
export function encodeProblem<M>(spec: Spec<M>, message: M, error: EncodeError): string {
  const { code, path } = error;
  const [first, ...rest] = path.split('.');
  const plain = message as unknown as Message;
  const { header, mti } = spec.definition;
  if (first === 'header')
    return `the header ${wants({ ...header, len: header?.bytes ?? 0 })}, ${given(plain.header)}`;
  if (first === '0') return `the message type ${wants(mti)}, ${reasonOf(code, plain.mti)}`;
  let field = fieldSpecOf(spec, Number(first));
  let value = plain[`de${Number(first)}`];
  for (const key of rest) {
    field = subfieldOf(field, key);
    value =
      typeof value === 'object' && !(value instanceof Uint8Array) && !Array.isArray(value)
        ? (value as { [key: string]: FieldValue | undefined })[key]
        : undefined;
  }
  const name = [`DE ${first}`, ...rest].join(' > ');
  if (field === undefined || code === 'undefined-field' || code === 'undefined-tag')
    return `${name} is not in ${spec.name}`;
  return `${name} ${wants(field)}, ${reasonOf(code, value)}`;
}
