// Data elements as the standard's tables list them, and their field specs in each wire form.
import type { FieldSpec } from './spec-types.ts';
import type { Charset, Sensitive } from './spec-types.ts';

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
  readonly sensitive?: Sensitive;
}

/** A table of data elements by number. */
export type ElementTable = { readonly [number: number]: Element };

/** The message type of a table. */
export type TableMessage<T> = { mti: string } & {
  -readonly [K in keyof T & number as `de${K}`]?:
    | (T[K] extends { attr: 'b' } ? Uint8Array : string)
    | undefined;
};

/** How a table is put on the wire. */
export type WireForm = 'ascii' | 'packed' | 'ebcdic';

function shared(element: Element): Pick<FieldSpec, 'name' | 'sensitive'> {
  return element.sensitive === undefined
    ? { name: element.name }
    : { name: element.name, sensitive: element.sensitive };
}

function extent(element: Element, data: 'ascii' | 'bcd' | 'ebcdic'): Partial<FieldSpec> {
  if (element.var === undefined) return { len: element.len ?? 0 };
  return { prefix: { data, size: element.var }, max: element.max ?? 10 ** element.var - 1 };
}

function textField(element: Element, data: 'ascii' | 'ebcdic'): FieldSpec {
  const own = shared(element);
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

function packedField(element: Element): FieldSpec {
  const own = shared(element);
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

/**
 * The field specs of a table in a wire form.
 * @example
 * const table = { 3: { name: 'Processing code', attr: 'n', len: 6 } } as const;
 * fieldsOf(table, 'packed')[3] // { name: 'Processing code', data: 'bcd', len: 6, odd: 'left0' }
 */
export function fieldsOf(table: ElementTable, form: WireForm): { [number: string]: FieldSpec } {
  const fields: { [number: string]: FieldSpec } = {};
  for (const [number, element] of Object.entries(table)) {
    fields[number] = form === 'packed' ? packedField(element) : textField(element, form);
  }
  return fields;
}
