// Data elements as the standard's tables list them, and their field specs in each wire form.
import {
  type Edition,
  type ElementSensitivity,
  sensitiveElements,
} from '@chipswitch/cardholder-data';
import type { Charset, FieldSpec } from './spec-types.ts';

/** One row of a standard's table of data elements. */
export interface Element {
  readonly name: string;
  /** Attribute: character set, `b` for bytes, `x` for x+n signed amounts. */
  readonly attr: Charset | 'b' | 'x';
  /** Fixed length: characters, digits, bytes (for x+n the digits without the sign). */
  readonly len?: number;
  /** Digits of the length prefix, for variable elements. */
  readonly var?: 2 | 3 | 4;
  /** Largest length of a variable element. */
  readonly max?: number;
}

/** A table of data elements by number. */
export type ElementTable = { readonly [number: number]: Element };

/**
 * The rows of a table that a dialect has.
 *
 * @example elementsOf({ 3: { name: 'Processing code', attr: 'n', len: 6 } }, [3])[3].name // 'Processing code'
 */
export function elementsOf<T extends ElementTable, N extends number & keyof T>(
  table: T,
  numbers: readonly N[],
): Pick<T, N> {
  return Object.fromEntries(numbers.map((number) => [number, table[number]])) as Pick<T, N>;
}

/** The message type of a table. */
export type TableMessage<T> = { mti: string } & {
  -readonly [K in keyof T & number as `de${K}`]?:
    | (T[K] extends { attr: 'b' } ? Uint8Array : string)
    | undefined;
};

/** How a table is put on the wire. */
export type WireForm = 'ascii' | 'packed' | 'ebcdic';

type Shared = Pick<FieldSpec, 'name' | 'sensitive'>;

function extent(element: Element, data: 'ascii' | 'bcd' | 'ebcdic'): Partial<FieldSpec> {
  if (element.var === undefined) return { len: element.len ?? 0 };
  return { prefix: { data, size: element.var }, max: element.max ?? 10 ** element.var - 1 };
}

function textField(element: Element, data: 'ascii' | 'ebcdic', own: Shared): FieldSpec {
  if (element.attr === 'x') {
    return {
      ...own,
      data: 'xn',
      signData: data,
      digits: element.len ?? 8,
      digitData: data,
      signs: 'CD',
    };
  }
  if (element.attr !== 'b')
    return { ...own, data, ...extent(element, data), charset: element.attr };
  const hex = data === 'ascii' ? 'hex-ascii' : 'hex-ebcdic';
  if (element.var === undefined) return { ...own, data: hex, len: element.len ?? 0 };
  // In the text forms the length of a binary element counts hex characters.
  const prefix = { data, size: element.var, counts: 'bytes' } as const;
  return { ...own, data: hex, prefix, max: 10 ** element.var - 1 };
}

function packedField(element: Element, own: Shared): FieldSpec {
  switch (element.attr) {
    case 'n':
      return {
        ...own,
        data: 'bcd',
        ...extent(element, 'bcd'),
        odd: element.var === undefined ? 'left0' : 'right0',
      };
    case 'z':
      return { ...own, data: 'nibble', ...extent(element, 'bcd'), odd: 'right0', sep: 'D' };
    case 'x':
      return {
        ...own,
        data: 'xn',
        signData: 'ascii',
        digits: element.len ?? 8,
        digitData: 'bcd',
        signs: 'CD',
      };
    case 'b':
      return { ...own, data: 'binary', ...extent(element, 'bcd') };
    case 'a':
    case 'an':
    case 'as':
    case 'ns':
    case 'ans':
    case 'hex':
      return { ...own, data: 'ascii', ...extent(element, 'bcd'), charset: element.attr };
  }
}

/** A name, and the mark that the edition's element of that number has. */
function sharedOf(name: string, sensitive: ElementSensitivity | undefined): Shared {
  return sensitive === undefined ? { name } : { name, sensitive };
}

/**
 * The field specs of a table in a wire form; elements of an edition of the standard bear its marks of what is
 * sensitive.
 *
 * @example
 * const table = { 3: { name: 'Processing code', attr: 'n', len: 6 } } as const;
 * fieldsOf(table, 'packed', '1987')[3] // { name: 'Processing code', data: 'bcd', len: 6, odd: 'left0' }
 */
export function fieldsOf(
  table: ElementTable,
  form: WireForm,
  edition: Edition,
): { [number: string]: FieldSpec } {
  const fields: { [number: string]: FieldSpec } = {};
  for (const [number, element] of Object.entries(table)) {
    const own = sharedOf(element.name, sensitiveElements[edition][Number(number)]);
    fields[number] = form === 'packed' ? packedField(element, own) : textField(element, form, own);
  }
  return fields;
}
