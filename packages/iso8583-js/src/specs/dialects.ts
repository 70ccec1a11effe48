// Dialects met at terminals and hosts: Chinese-style POS dialects, and ones like BASE24 and BASE I.
import { elements1987 } from '../data/elements-1987.ts';
import { type TableMessage, elementsOf, fieldsOf } from '../spec/element-table.ts';
import { type Spec, compileDefinition } from './define-spec.ts';

const posNumbers = [
  2, 3, 4, 7, 11, 12, 13, 14, 15, 22, 23, 24, 25, 26, 32, 33, 35, 36, 37, 38, 39, 41, 42, 43, 44,
  48, 49, 52, 53, 54, 55, 60, 61, 62, 63, 64, 66, 70, 74, 75, 76, 77, 78, 79, 80, 81, 86, 87, 88,
  89, 90, 91, 95, 97, 101, 128,
] as const;

type PosMessage = TableMessage<Pick<typeof elements1987, (typeof posNumbers)[number]>>;

/** A message of the POS terminal dialect. */
export type PosTerminalMessage = PosMessage;

/**
 * A POS terminal dialect as used in China: digits and lengths in packed BCD (odd ones filled on the
 * right), tracks as nibbles with D, raw bitmaps. The TPDU belongs to the frame (`tpdu: true`).
 */
export const posTerminal: Spec<PosTerminalMessage> = compileDefinition({
  name: 'posTerminal',
  version: '1987',
  description:
    'Terminal to switch: packed BCD digits and lengths, raw bitmaps and binary elements, ASCII text; TPDU in the frame.',
  mti: { name: 'Message type', data: 'bcd', len: 4 },
  bitmap: { data: 'binary', bytes: 8, chain: 2 },
  fields: {
    ...fieldsOf(elementsOf(elements1987, posNumbers), 'packed', '1987'),
    22: { name: 'Point of service entry mode', data: 'bcd', len: 3, odd: 'right0' },
    23: { name: 'Card sequence number', data: 'bcd', len: 3, odd: 'left0' },
  },
});

/** A BASE24-like host dialect: all ASCII, hex bitmaps, a twelve-byte header 'ISO' + product, release, status. */
export const base24: Spec<TableMessage<typeof elements1987> & { header: Uint8Array | string }> =
  compileDefinition({
    name: 'base24',
    version: '1987',
    description:
      'Like BASE24: twelve-character ASCII header, every element in ASCII, bitmaps and binary elements as hex characters.',
    header: { bytes: 12, data: 'ascii' },
    mti: { name: 'Message type', data: 'ascii', len: 4, charset: 'n' },
    bitmap: { data: 'hex-ascii', bytes: 8, chain: 2 },
    fields: fieldsOf(elements1987, 'ascii', '1987'),
  });

/** A BASE I-like host dialect: packed digits, EBCDIC text, binary lengths that count bytes or digits. */
export const baseI: Spec<TableMessage<typeof elements1987> & { header: Uint8Array | string }> =
  compileDefinition({
    name: 'baseI',
    version: '1987',
    description:
      'Like BASE I: 22-byte binary header, packed BCD digits, EBCDIC text, one-byte binary lengths, raw bitmaps.',
    header: { bytes: 22, data: 'binary' },
    mti: { name: 'Message type', data: 'bcd', len: 4 },
    bitmap: { data: 'binary', bytes: 8, chain: 3 },
    fields: baseIFields(),
  });

function baseIFields(): ReturnType<typeof fieldsOf> {
  const fields = fieldsOf(elements1987, 'packed', '1987');
  for (const [number, field] of Object.entries(fields)) {
    const text = field.data === 'ascii' ? { ...field, data: 'ebcdic' as const } : field;
    const signed =
      text.data === 'xn'
        ? { ...text, signData: 'ebcdic' as const, digitData: 'ebcdic' as const }
        : text;
    const filled = signed.odd === undefined ? signed : { ...signed, odd: 'left0' as const };
    fields[number] =
      filled.prefix === undefined
        ? filled
        : { ...filled, prefix: { data: 'binary', size: 1 }, max: Math.min(filled.max ?? 255, 255) };
  }
  return fields;
}
