// ISO 8583:1987 in its three usual wire forms.
import { elements1987 } from '../data/elements-1987.ts';
import { type TableMessage, fieldsOf } from '../spec/element-table.ts';
import { type Spec, compileDefinition } from './define-spec.ts';

/** A message of ISO 8583:1987. */
export type Iso1987Message = TableMessage<typeof elements1987>;

/** ISO 8583:1987 all in ASCII: bitmaps and binary elements as hex characters. */
export const iso1987Ascii: Spec<Iso1987Message> = compileDefinition({
  name: 'iso1987Ascii',
  version: '1987',
  description:
    'ISO 8583:1987, every element in ASCII, bitmaps and binary elements as hex characters.',
  mti: { name: 'Message type', data: 'ascii', len: 4, charset: 'n' },
  bitmap: { data: 'hex-ascii', bytes: 8, chain: 2 },
  fields: fieldsOf(elements1987, 'ascii', '1987'),
});

/** ISO 8583:1987 packed: digits in BCD, bitmaps and binary elements raw. */
export const iso1987Binary: Spec<Iso1987Message> = compileDefinition({
  name: 'iso1987Binary',
  version: '1987',
  description:
    'ISO 8583:1987, digits and lengths in packed BCD, text in ASCII, bitmaps and binary raw.',
  mti: { name: 'Message type', data: 'bcd', len: 4 },
  bitmap: { data: 'binary', bytes: 8, chain: 2 },
  fields: fieldsOf(elements1987, 'packed', '1987'),
});

/** ISO 8583:1987 all in EBCDIC (code page 500), bitmaps raw, binary elements as hex characters. */
export const iso1987Ebcdic: Spec<Iso1987Message> = compileDefinition({
  name: 'iso1987Ebcdic',
  version: '1987',
  description:
    'ISO 8583:1987, every element in EBCDIC, bitmaps raw, binary elements as hex characters.',
  mti: { name: 'Message type', data: 'ebcdic', len: 4, charset: 'n' },
  bitmap: { data: 'binary', bytes: 8, chain: 2 },
  fields: fieldsOf(elements1987, 'ebcdic', '1987'),
});
