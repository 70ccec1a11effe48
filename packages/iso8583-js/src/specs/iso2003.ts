// ISO 8583:2003, packed: plain elements, composites of fixed form, and datasets (part 1 clauses 4.4 and 6).
import { elements2003 } from '../data/elements-2003.ts';
import { type TableMessage, fieldsOf } from '../spec/element-table.ts';
import type { Dataset, FieldSpec, FieldSpecs } from '../spec/spec-types.ts';
import { type Spec, compileDefinition } from './define-spec.ts';

/** Subfields of a composite by number. */
type Subfields<K extends string, B extends string = never> = {
  [key in K]?: key extends B ? Uint8Array : string;
};

/** A message of ISO 8583:2003. */
export type Iso2003Message = TableMessage<typeof elements2003> & {
  de21?: Subfields<'0' | '1' | '2' | '3'> | undefined;
  de27?:
    | Subfields<'0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9', '0' | '9'>
    | undefined;
  de30?: Subfields<'0' | '1'> | undefined;
  de34?: Dataset[] | undefined;
  de43?: Dataset[] | undefined;
  de49?: Dataset[] | undefined;
  de51?: Dataset[] | undefined;
  de71?: Dataset[] | undefined;
  de74?: { [subfield: string]: string | undefined } | undefined;
  de104?: Dataset[] | undefined;
};

function digits(name: string, len: number): FieldSpec {
  return { name, data: 'bcd', len };
}

function amount(name: string, len: number): FieldSpec {
  return { ...digits(name, len), sensitive: 'none' };
}

function text(name: string, len: number): FieldSpec {
  return { name, data: 'ascii', len };
}

function variable(name: string, size: 2 | 3, max: number): FieldSpec {
  return { name, data: 'ascii', prefix: { data: 'bcd', size }, max };
}

/** A composite whose subfields follow one another, numbered from 0. */
function composite(name: string, subfields: readonly FieldSpec[]): FieldSpec {
  const fields: FieldSpecs = Object.fromEntries(subfields.map((spec, i) => [String(i), spec]));
  return { name, sub: { kind: 'positional', order: Object.keys(fields), fields } };
}

function datasets(name: string, elements: FieldSpecs): FieldSpec {
  const prefix = { data: 'bcd', size: 4 } as const;
  return { name, prefix, max: 9999, sensitive: 'secret', sub: { kind: 'datasets', elements } };
}

const totals = ['Credits', 'Credits chargeback', 'Credits reversal', 'Debits', 'Debits chargeback'];

const composites: FieldSpecs = {
  21: composite('Transaction life cycle identification data', [
    text('Support indicator', 1),
    text('Trace identifier', 15),
    digits('Sequence number', 2),
    digits('Authentication token', 4),
  ]),
  27: composite('Point of service capability', [
    { name: 'Card reading and verification capabilities', data: 'binary', len: 8 },
    text('Approval code length', 1),
    text('Cardholder receipt data length', 3),
    text('Card acceptor receipt data length', 3),
    text('Cardholder display data length', 3),
    text('Card acceptor display data length', 3),
    text('ICC script data length', 3),
    text('Track 3 rewrite capability', 1),
    text('Card capture capability', 1),
    { name: 'PIN input length', data: 'binary', len: 1 },
  ]),
  30: composite('Amounts, original', [
    amount('Original amount, transaction', 16),
    amount('Original amount, reconciliation', 16),
  ]),
  34: datasets('Electronic commerce data', {}),
  43: datasets('Card acceptor name/location', {
    2: variable('Card acceptor name', 2, 50),
    3: variable('Street address', 2, 99),
    4: variable('City', 2, 50),
    5: text('State, province or region', 3),
    6: text('Postal code', 10),
    7: text('Country code', 3),
    8: text('Phone number', 16),
    9: text('Customer service phone number', 16),
    10: variable('Additional contact information', 2, 30),
    11: variable('Internet URL', 3, 255),
    12: variable('E-mail address', 2, 99),
    13: variable('Geographic location', 2, 19),
    14: variable('Additional address information', 3, 255),
  }),
  49: datasets('Verification data', {
    1: digits('Additional identification type', 1),
    2: digits('Card verification data', 4),
    3: text('Cardholder billing address, compressed', 16),
    4: text('Cardholder billing postal code', 10),
    5: text('Cardholder billing street address', 40),
    6: text('Address verification result code', 1),
  }),
  51: datasets('Customer related data', {}),
  71: datasets('Reserved, ISO, datasets', {}),
  74: composite(
    'Reconciliation data, primary',
    [...totals, 'Debits reversal'].flatMap((what) => [
      amount(`${what} amount`, 16),
      digits(`${what} number`, 10),
    ]),
  ),
  104: datasets('Transaction specific data', {}),
};

/** ISO 8583:2003 packed: digits and lengths in BCD, bitmaps and binary elements raw. */
export const iso2003: Spec<Iso2003Message> = compileDefinition({
  name: 'iso2003',
  version: '2003',
  description:
    'ISO 8583:2003, digits and lengths in packed BCD, text in ASCII, bitmaps and binary raw, datasets decoded.',
  mti: { name: 'Message type', data: 'bcd', len: 4 },
  bitmap: { data: 'binary', bytes: 8, chain: 2 },
  fields: { ...fieldsOf(elements2003, 'packed', '2003'), ...composites },
});
