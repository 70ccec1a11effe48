// Random specs and messages for properties: every axis, freely combined.
import fc from 'fast-check';
import type { FieldSpec, FieldValue, Message, SpecDefinition } from '../src/index.ts';

/** A field spec together with values that it can carry. */
export interface FieldCase {
  readonly spec: FieldSpec;
  readonly value: fc.Arbitrary<FieldValue>;
}

const digits = '0123456789';
const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');

function textOf(alphabet: string, min: number, max: number): fc.Arbitrary<string> {
  return fc.string({
    unit: fc.constantFrom(...alphabet.split('')),
    minLength: min,
    maxLength: max,
  });
}

const prefixes: fc.Arbitrary<NonNullable<FieldSpec['prefix']>> = fc.oneof(
  fc.record({
    data: fc.constantFrom('ascii', 'ebcdic', 'ebcdic1047', 'bcd', 'hex-digit'),
    size: fc.integer({ min: 2, max: 4 }),
  }),
  fc.record({
    data: fc.constantFrom('binary', 'hex-ascii', 'hex-ebcdic'),
    size: fc.integer({ min: 1, max: 3 }),
  }),
  fc.constant({ data: 'ber' as const, size: 0 }),
);

interface Extent {
  readonly spec: Partial<FieldSpec>;
  readonly min: number;
  readonly max: number;
}

/** Fixed length, or a prefix that may count bytes, nibbles or itself. */
const extents: fc.Arbitrary<Extent> = fc.oneof(
  fc.integer({ min: 1, max: 20 }).map((len) => ({ spec: { len }, min: len, max: len })),
  fc.tuple(prefixes, fc.boolean()).map(([prefix, inclusive]) => ({
    spec: { prefix: inclusive ? { ...prefix, inclusive } : prefix, max: 90 },
    min: 0,
    max: 15,
  })),
);

const charsets = {
  n: digits,
  an: `${digits}ABCxyz `,
  ans: printable,
  hex: '0123456789ABCDEFabcdef',
} as const;

const textCase: fc.Arbitrary<FieldCase> = fc
  .tuple(
    fc.constantFrom('ascii', 'ebcdic', 'ebcdic1047', 'utf8'),
    extents,
    fc.constantFrom('n', 'an', 'ans', 'hex', undefined),
  )
  .map(([data, extent, charset]) => ({
    spec: { data, ...extent.spec, ...(charset === undefined ? {} : { charset }) },
    value: textOf(charset === undefined ? printable : charsets[charset], extent.min, extent.max),
  }));

const packedCase: fc.Arbitrary<FieldCase> = fc
  .tuple(
    fc.constantFrom('bcd', 'nibble'),
    extents,
    fc.constantFrom('left0', 'leftF', 'right0', 'rightF', undefined),
    fc.boolean(),
  )
  .map(([data, extent, odd, sep]) => ({
    spec: {
      data,
      ...extent.spec,
      ...(odd === undefined ? {} : { odd }),
      ...(sep ? { sep: 'D' } : {}),
    },
    value: textOf(sep ? `${digits}=` : digits, extent.min, extent.max),
  }));

const bytesCase: fc.Arbitrary<FieldCase> = fc
  .tuple(fc.constantFrom('binary', 'hex-ascii', 'hex-ebcdic'), extents, fc.boolean())
  .map(([data, extent, counted]) => {
    const { prefix } = extent.spec;
    const counting = prefix !== undefined && (counted || prefix.inclusive === true);
    return {
      spec: {
        data,
        ...extent.spec,
        ...(counting ? { prefix: { ...prefix, counts: 'bytes' as const } } : {}),
      },
      value: fc.uint8Array({ minLength: extent.min, maxLength: extent.max }),
    };
  });

const signedCase: fc.Arbitrary<FieldCase> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom('ascii', 'ebcdic', 'bcd'))
  .map(([count, digitData]) => ({
    spec: { data: 'xn', signData: 'ascii', digits: count, digitData, signs: 'CD' },
    value: fc
      .tuple(fc.constantFrom('C', 'D'), textOf(digits, count, count))
      .map(([sign, amount]) => sign + amount),
  }));

const zonedCase: fc.Arbitrary<FieldCase> = fc.integer({ min: 1, max: 10 }).map((len) => ({
  spec: { data: 'zoned', len },
  value: fc
    .tuple(fc.constantFrom('', '-'), textOf(digits, len, len))
    .map(([sign, amount]) => sign + amount),
}));

/** Elements without subfields. */
export const flatCase: fc.Arbitrary<FieldCase> = fc.oneof(
  { arbitrary: textCase, weight: 4 },
  { arbitrary: packedCase, weight: 3 },
  { arbitrary: bytesCase, weight: 2 },
  signedCase,
  zonedCase,
);

/** Elements of fixed digits, characters or packed: the runs of the fast codec. */
export const fixedDigitsCase: fc.Arbitrary<FieldCase> = fc
  .tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom<Partial<FieldSpec>>(
      { data: 'ascii', charset: 'n' },
      { data: 'bcd' },
      { data: 'bcd', odd: 'right0' },
      { data: 'bcd', odd: 'leftF' },
      { data: 'nibble', sep: 'D' },
    ),
  )
  .map(([len, spec]) => ({ spec: { ...spec, len }, value: textOf(digits, len, len) }));

const outer = { prefix: { data: 'ascii', size: 4 }, max: 9999 } as const;

const positionalCase: fc.Arbitrary<FieldCase> = fc
  .array(flatCase, { minLength: 1, maxLength: 4 })
  .map((cases) => {
    const keys = cases.map((_, i) => String(i + 1));
    return {
      spec: {
        ...outer,
        sub: {
          kind: 'positional' as const,
          order: keys,
          fields: Object.fromEntries(cases.map((one, i) => [keys[i], one.spec])),
        },
      },
      value: fc.record(Object.fromEntries(cases.map((one, i) => [keys[i], one.value]))),
    };
  });

const byBitmapCase: fc.Arbitrary<FieldCase> = fc
  .tuple(
    fc.array(flatCase, { minLength: 1, maxLength: 5 }),
    fc.constantFrom('binary', 'hex-ascii', 'hex-ebcdic'),
  )
  .map(([cases, data]) => ({
    spec: {
      ...outer,
      sub: {
        kind: 'bitmap' as const,
        bitmap: { data, bytes: 2, chain: 0 },
        fields: Object.fromEntries(cases.map((one, i) => [String(i * 3 + 1), one.spec])),
      },
    },
    value: fc.record(Object.fromEntries(cases.map((one, i) => [String(i * 3 + 1), one.value])), {
      requiredKeys: [],
    }),
  }));

const berTags = ['5A', '9F02', '9F8101', '82'] as const;

const tlvCase: fc.Arbitrary<FieldCase> = fc
  .tuple(fc.boolean(), fc.boolean())
  .map(([ber, lengthFirst]) => {
    const tags = ber ? berTags : (['A1', 'B2', '07'] as const);
    const length = ber
      ? ({ data: 'ber', size: 0 } as const)
      : ({ data: 'ascii', size: 2 } as const);
    const known = lengthFirst
      ? { data: 'binary' as const }
      : { data: 'binary' as const, prefix: length };
    return {
      spec: {
        ...outer,
        sub: {
          kind: 'tlv' as const,
          tag: ber ? { data: 'ber' as const } : { data: 'ascii' as const, len: 2 },
          fields: { [tags[0]]: known },
          unknown: 'keep' as const,
          length,
          lengthFirst,
        },
      },
      value: fc.record(
        Object.fromEntries(tags.map((tag) => [tag, fc.uint8Array({ maxLength: 40 })])),
        { requiredKeys: [] },
      ),
    };
  });

/** Every kind of element. */
export const fieldCase: fc.Arbitrary<FieldCase> = fc.oneof(
  { arbitrary: flatCase, weight: 6 },
  positionalCase,
  byBitmapCase,
  tlvCase,
);

/** A spec with messages that it can carry. */
export interface SpecCase {
  readonly definition: SpecDefinition;
  readonly message: fc.Arbitrary<Message>;
}

const mtis = fc.constantFrom(
  { data: 'ascii', len: 4, charset: 'n' } as const,
  { data: 'bcd', len: 4 } as const,
  { data: 'ebcdic', len: 4 } as const,
);

/** Specs of any wire form with up to twelve elements of the given kinds. */
export function specsOf(elements: fc.Arbitrary<FieldCase>): fc.Arbitrary<SpecCase> {
  return fc
    .tuple(
      mtis,
      fc.constantFrom('binary', 'hex-ascii', 'hex-ebcdic'),
      fc.constantFrom(2, 3),
      fc.uniqueArray(
        fc.integer({ min: 2, max: 128 }).filter((n) => n !== 65),
        {
          minLength: 1,
          maxLength: 12,
        },
      ),
      fc.array(elements, { minLength: 12, maxLength: 12 }),
      fc.boolean(),
    )
    .map(([mti, data, chain, numbers, cases, header]) => ({
      definition: {
        ...(header ? { header: { bytes: 5 } } : {}),
        mti,
        bitmap: { data, bytes: 8, chain },
        fields: Object.fromEntries(numbers.map((number, i) => [number, cases[i].spec])),
      },
      message: fc.record(
        {
          mti: textOf(digits, 4, 4),
          ...(header ? { header: fc.uint8Array({ minLength: 5, maxLength: 5 }) } : {}),
          ...Object.fromEntries(numbers.map((number, i) => [`de${number}`, cases[i].value])),
        },
        { requiredKeys: header ? ['mti', 'header'] : ['mti'] },
      ) as fc.Arbitrary<Message>,
    }));
}

/** Specs of any wire form and every kind of element. */
export const specCase: fc.Arbitrary<SpecCase> = specsOf(fieldCase);
