// What jPOS's stock packagers write (iso87ascii, iso87binary, iso93ascii, iso93binary): ISO 8583 with a few other
// conventions, as a host built on them speaks it without a packager of its own.
import { given } from '@chipswitch/bytes';
import type { FieldSpec, FieldSpecs } from '../spec/spec-types.ts';
import { type Spec, compileDefinition, specToJson } from './define-spec.ts';
import { type Iso1987Message, iso1987Ascii, iso1987Binary } from './iso1987.ts';
import { type Iso1993Message, iso1993Ascii, iso1993Binary } from './iso1993.ts';

function variant<M>(
  name: string,
  base: Spec<M>,
  description: string,
  changed: FieldSpecs,
): Spec<M> {
  const definition = specToJson(base);
  const fields = { ...definition.fields, ...changed };
  return compileDefinition<M>({ ...definition, name, description, fields });
}

/** The element of a spec with some of its description changed. */
function changedElement(
  base: Spec<unknown>,
  number: number,
  change: Partial<FieldSpec>,
): FieldSpec {
  return { ...base.definition.fields[number], ...change };
}

// In 1987, DE 93 has six characters there (five in the standard) and DE 96 sixteen bytes (eight in the standard).
function of1987(base: Spec<unknown>): FieldSpecs {
  return {
    93: changedElement(base, 93, { len: 6 }),
    96: changedElement(base, 96, { len: 16 }),
  };
}

/** What jPOS's `iso87ascii` packager writes. */
export const jposIso87Ascii: Spec<Iso1987Message> = variant(
  'jposIso87Ascii',
  iso1987Ascii,
  "ISO 8583:1987 in ASCII as jPOS's iso87ascii packager has it: DE 93 of six characters, DE 96 of sixteen bytes.",
  of1987(iso1987Ascii),
);

/** What jPOS's `iso87binary` packager writes. */
export const jposIso87Binary: Spec<Iso1987Message> = variant(
  'jposIso87Binary',
  iso1987Binary,
  "ISO 8583:1987 packed as jPOS's iso87binary packager has it: DE 36 as text, DE 93 of six characters, DE 96 of sixteen bytes.",
  {
    ...of1987(iso1987Binary),
    36: textElement(iso1987Binary, 36, 3, 104),
  },
);

function textElement(base: Spec<unknown>, number: number, size: 2 | 3, max: number): FieldSpec {
  const { name, sensitive } = base.definition.fields[number];
  const text = { data: 'ascii', prefix: { data: 'bcd', size }, max } as const;
  return { ...given({ name, sensitive }), ...text };
}

function rawElement(base: Spec<unknown>, number: number, size: 2 | 3, max: number): FieldSpec {
  return changedElement(base, number, { data: 'binary', prefix: { data: 'ascii', size }, max });
}

/** What jPOS's `iso93ascii` packager writes. */
export const jposIso93Ascii: Spec<Iso1993Message> = variant(
  'jposIso93Ascii',
  iso1993Ascii,
  "ISO 8583:1993 in ASCII as jPOS's iso93ascii packager has it: DE 53, 55 and 96 as raw bytes.",
  {
    53: rawElement(iso1993Ascii, 53, 2, 48),
    55: rawElement(iso1993Ascii, 55, 3, 255),
    96: rawElement(iso1993Ascii, 96, 3, 999),
  },
);

/** Elements of an odd number of digits; the standard fills them on the left, jPOS's packager on the right. */
const oddOf1993 = [19, 20, 21, 23, 24, 27, 29, 39, 40, 57, 68, 69, 70, 91, 92] as const;

/** What jPOS's `iso93binary` packager writes. */
export const jposIso93Binary: Spec<Iso1993Message> = variant(
  'jposIso93Binary',
  iso1993Binary,
  "ISO 8583:1993 packed as jPOS's iso93binary packager has it: odd digits filled on the right, DE 35, 36 and 99 as text.",
  {
    ...Object.fromEntries(
      oddOf1993.map((number) => [number, changedElement(iso1993Binary, number, { odd: 'right0' })]),
    ),
    35: textElement(iso1993Binary, 35, 2, 37),
    36: textElement(iso1993Binary, 36, 3, 104),
    99: textElement(iso1993Binary, 99, 2, 11),
  },
);
