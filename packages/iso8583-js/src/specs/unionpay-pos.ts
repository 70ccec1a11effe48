// The POS terminal dialect of UnionPay acquirers (Q/CUP 009, POS terminal application): one bitmap of 64 elements.
import { elements1987 } from '../data/elements-1987.ts';
import {
  type ElementTable,
  type TableMessage,
  elementsOf,
  fieldsOf,
} from '../spec/element-table.ts';
import { type Spec, compileDefinition } from './define-spec.ts';

const asStandard = [
  2, 3, 4, 11, 12, 13, 14, 15, 22, 23, 24, 25, 26, 32, 35, 36, 37, 38, 39, 41, 42, 43, 44, 49, 52,
  53, 54, 55, 64,
] as const;

const elements = {
  ...elementsOf(elements1987, asStandard),
  // Totals of a settlement, tips and original amounts: digits, packed.
  48: { name: 'Additional data, private', attr: 'n', var: 3, max: 322 },
  56: { name: 'Reserved (text)', attr: 'ans', var: 3, max: 512 },
  57: { name: 'Reserved (text)', attr: 'ans', var: 3, max: 100 },
  58: { name: 'PBOC electronic purse data', attr: 'ans', var: 3, max: 100 },
  59: { name: 'Terminal and location data', attr: 'ans', var: 3, max: 600 },
  // 60.1 transaction type (2 digits), 60.2 batch number (6), 60.3 network management code (3), 60.4 and on.
  60: { name: 'Transaction type, batch, network code', attr: 'n', var: 3, max: 17 },
  // 61.1 batch number of the original (6), 61.2 its trace number (6), 61.3 its date (4).
  61: { name: 'Original transaction', attr: 'n', var: 3, max: 29 },
  // Working keys in the answer to a sign-in, parameters and texts elsewhere.
  62: { name: 'Working keys, parameters', attr: 'b', var: 3, max: 512 },
  63: { name: 'International card company, texts', attr: 'ans', var: 3, max: 163 },
} as const satisfies ElementTable;

/** A message of the UnionPay POS dialect. */
export type UnionpayPosMessage = TableMessage<typeof elements>;

/**
 * The POS terminal dialect of UnionPay acquirers: packed BCD digits and lengths (odd ones filled on the right),
 * DE 48, 60 and 61 packed too, no DE 7; the MAC of DE 64 is eight characters. A TPDU and six bytes of header belong
 * to the frame (`tpdu: true`, `headerBytes: 6`).
 */
export const unionpayPos: Spec<UnionpayPosMessage> = compileDefinition({
  name: 'unionpayPos',
  version: '1987',
  description:
    'Terminal to UnionPay acquirer: packed BCD digits and lengths, DE 48, 60 and 61 packed, one raw bitmap, ASCII text; TPDU and six bytes of header in the frame.',
  mti: { name: 'Message type', data: 'bcd', len: 4 },
  bitmap: { data: 'binary', bytes: 8, chain: 1 },
  fields: {
    ...fieldsOf(elements, 'packed', '1987'),
    22: { name: 'Point of service entry mode', data: 'bcd', len: 3, odd: 'right0' },
    23: { name: 'Card sequence number', data: 'bcd', len: 3, odd: 'left0' },
    62: {
      name: elements[62].name,
      data: 'binary',
      prefix: { data: 'bcd', size: 3 },
      max: elements[62].max,
      sensitive: 'secret',
    },
  },
});
