// Schema of the specs that iso8583 vectors bring along: every axis of the notation, nothing beside it.
import { type BitmapSpec, type FieldSpec, type PrefixSpec, specFromJson } from 'iso8583-js';
import * as v from 'valibot';
import {
  boolean,
  list,
  maybe,
  named,
  number,
  numberFrom,
  object,
  oneOf,
  saying,
  text,
} from '../forms.ts';

const prefixData = oneOf(
  'ascii',
  'ebcdic',
  'ebcdic1047',
  'bcd',
  'binary',
  'hex-ascii',
  'hex-digit',
  'ber',
);

/** A size of something: never nothing. */
const some = numberFrom(1, 999_999);

/** A length prefix. */
export const prefixSpec = object({
  data: prefixData,
  size: saying(number, 'digits for ascii, ebcdic, bcd and hex-digit; bytes for binary; 0 for ber'),
  counts: v.exactOptional(saying(oneOf('units', 'bytes', 'nibbles'), 'default units')),
  inclusive: v.exactOptional(saying(boolean, 'the length counts the prefix too')),
}) satisfies v.GenericSchema<unknown, PrefixSpec>;

/** A bitmap. */
export const bitmapSpec = object({
  data: oneOf('binary', 'hex-ascii', 'hex-ebcdic'),
  bytes: saying(number, 'size of one bitmap'),
  chain: saying(number, 'how many may follow one another; 0: one, whose bit 1 is data'),
  tertiaryIn: v.exactOptional(saying(number, 'element that carries the third bitmap')),
}) satisfies v.GenericSchema<unknown, BitmapSpec>;

const textData = oneOf('ascii', 'ebcdic', 'ebcdic1047');

/** A field, or a subfield: it may hold fields of its own. */
export const fieldSpec: v.GenericSchema<unknown, FieldSpec> = v.pipe(
  v.lazy(() => wholeField),
  v.title('field'),
);

const fields = named('key', fieldSpec);

const sub = v.variant('kind', [
  object({
    kind: v.literal('positional'),
    order: list(text),
    fields,
    optionalTail: v.exactOptional(saying(boolean, 'later subfields may be absent')),
  }),
  object({ kind: v.literal('bitmap'), bitmap: bitmapSpec, fields }),
  object({
    kind: v.literal('tlv'),
    tag: object({
      data: oneOf('ber', 'ascii', 'ebcdic', 'binary'),
      len: v.exactOptional(number),
      stripZeros: v.exactOptional(saying(boolean, "'01' on the wire is the key '1'")),
    }),
    fields,
    unknown: v.exactOptional(saying(oneOf('error', 'skip', 'keep'), 'default error')),
    length: v.exactOptional(saying(prefixSpec, 'of unknown tags; of all under lengthFirst')),
    value: v.exactOptional(saying(fieldSpec, 'of unknown tags; default binary')),
    lengthFirst: v.exactOptional(saying(boolean, 'length, tag, value')),
  }),
  object({ kind: v.literal('datasets'), elements: fields }),
]);

/** What a field may say, for the README; {@link fieldSpec} is the same by name. */
export const wholeField = object({
  data: v.exactOptional(
    oneOf(
      'ascii',
      'utf8',
      'ebcdic',
      'ebcdic1047',
      'bcd',
      'nibble',
      'binary',
      'hex-ascii',
      'hex-ebcdic',
      'xn',
      'zoned',
    ),
  ),
  len: v.exactOptional(saying(some, 'characters, digits or bytes; composites: bytes')),
  prefix: v.exactOptional(prefixSpec),
  max: v.exactOptional(saying(some, 'largest length the prefix may state, in what it counts')),
  odd: v.exactOptional(oneOf('left0', 'leftF', 'right0', 'rightF')),
  sep: v.exactOptional(saying(text, "the nibble that is shown as '='")),
  pad: v.exactOptional(object({ side: oneOf('left', 'right'), char: text })),
  charset: v.exactOptional(saying(oneOf('n'), 'only digits')),
  frame: v.exactOptional(saying(some, 'bytes that value and filler always take')),
  head: v.exactOptional(
    object({
      bytes: some,
      data: v.exactOptional(oneOf('binary', 'ascii', 'ebcdic', 'ebcdic1047')),
    }),
  ),
  signData: v.exactOptional(textData),
  digits: v.exactOptional(some),
  digitData: v.exactOptional(oneOf('ascii', 'ebcdic', 'ebcdic1047', 'bcd')),
  signs: v.exactOptional(saying(text, 'signs that are allowed')),
  sub: v.exactOptional(sub),
}) satisfies v.GenericSchema<unknown, FieldSpec>;

/** Number of a data element: three bitmaps tell of 192. */
const elementNumber = v.pipe(
  v.string(),
  v.regex(/^(?:[1-9]|[1-9]\d|1[0-8]\d|19[0-2])$/, 'is no data element'),
  v.title('number'),
);

/** A message. */
export const messageSpec = object({
  header: maybe(object({ bytes: some, data: oneOf('binary', 'ascii', 'ebcdic', 'ebcdic1047') })),
  mti: fieldSpec,
  bitmap: bitmapSpec,
  fields: v.record(elementNumber, fieldSpec),
});

/** How a network frame states its length. */
export const frameSpec = object({
  lengthData: oneOf(
    'ascii',
    'ebcdic',
    'ebcdic1047',
    'bcd',
    'binary',
    'hex-ascii',
    'hex-digit',
    'vmlh',
  ),
  lengthSize: maybe(saying(numberFrom(1, 8), 'as size of a prefix; not for vmlh')),
  max: maybe(saying(number, 'largest length')),
  counts: maybe(saying(oneOf('self'), 'the length includes its own bytes')),
  headerBytes: maybe(saying(some, 'counted by the length')),
  bodyAbsent: maybe(saying(boolean, 'only the length is given'), false),
});

const onlyType: FieldSpec = { data: 'ascii', len: 4 };
const onlyBitmap: BitmapSpec = { data: 'binary', bytes: 8, chain: 0 };

/** What is wrong with a spec or a part of one, as the codec itself says when it compiles a message that has it. */
export function specMisfit(spec: {
  readonly mti?: FieldSpec;
  readonly bitmap?: BitmapSpec;
  readonly fields?: Readonly<Record<string, FieldSpec>>;
}): string | undefined {
  const made = specFromJson({ mti: onlyType, bitmap: onlyBitmap, fields: {}, ...spec });
  if (made.ok) return undefined;
  const [{ path, problem }] = made.error.problems;
  return `spec > ${path}: ${problem}`;
}
