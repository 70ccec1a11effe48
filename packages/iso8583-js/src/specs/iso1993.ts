// ISO 8583:1993 in its two usual wire forms.
import { elements1993 } from '../data/elements-1993.ts';
import { type TableMessage, fieldsOf } from '../spec/element-table.ts';
import { type Spec, compileDefinition } from './define-spec.ts';

/** A message of ISO 8583:1993. */
export type Iso1993Message = TableMessage<typeof elements1993>;

/** ISO 8583:1993 all in ASCII: bitmaps and binary elements as hex characters. */
export const iso1993Ascii: Spec<Iso1993Message> = compileDefinition({
  name: 'iso1993Ascii',
  version: '1993',
  description:
    'ISO 8583:1993, every element in ASCII, bitmaps and binary elements as hex characters.',
  mti: { name: 'Message type', data: 'ascii', len: 4, charset: 'n' },
  bitmap: { data: 'hex-ascii', bytes: 8, chain: 2 },
  fields: fieldsOf(elements1993, 'ascii', '1993'),
});

/** ISO 8583:1993 packed: digits in BCD, bitmaps and binary elements raw. */
export const iso1993Binary: Spec<Iso1993Message> = compileDefinition({
  name: 'iso1993Binary',
  version: '1993',
  description:
    'ISO 8583:1993, digits and lengths in packed BCD, text in ASCII, bitmaps and binary raw.',
  mti: { name: 'Message type', data: 'bcd', len: 4 },
  bitmap: { data: 'binary', bytes: 8, chain: 2 },
  fields: fieldsOf(elements1993, 'packed', '1993'),
});
