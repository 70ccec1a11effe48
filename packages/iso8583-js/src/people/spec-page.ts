// A documentation page of a spec, made from the spec itself.
import { sensitivityOf } from '../people/mask.ts';
import type { FieldSpec, PrefixSpec } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';

const encodingNames: Readonly<Record<string, string>> = {
  ascii: 'ASCII',
  utf8: 'UTF-8',
  ebcdic: 'EBCDIC 500',
  ebcdic1047: 'EBCDIC 1047',
  bcd: 'packed BCD',
  nibble: 'packed hex digits',
  binary: 'raw bytes',
  'hex-ascii': 'hex in ASCII',
  'hex-ebcdic': 'hex in EBCDIC',
  xn: 'sign and digits',
  zoned: 'zoned decimal',
};

function prefixWords(prefix: PrefixSpec): string {
  const size = prefix.data === 'ber' ? '' : ` ${prefix.size ?? 0}`;
  const counts =
    prefix.counts === undefined || prefix.counts === 'units' ? '' : `, ${prefix.counts}`;
  return `${prefix.data}${size}${counts}${prefix.inclusive === true ? ', inclusive' : ''}`;
}

function lengthWords(spec: FieldSpec): string {
  if (spec.data === 'xn') return `1 + ${spec.digits ?? 0}`;
  if (spec.prefix === undefined) return spec.len === undefined ? 'by its parts' : String(spec.len);
  const most = spec.max === undefined ? '' : `up to ${spec.max} `;
  return `${most}(${prefixWords(spec.prefix)})`;
}

function contentWords(spec: FieldSpec): string {
  const { sub } = spec;
  if (sub !== undefined) {
    const count = sub.kind === 'datasets' ? sub.elements : sub.fields;
    const names = {
      positional: 'by position',
      bitmap: 'by bitmap',
      tlv: 'tagged',
      datasets: 'datasets',
    };
    return `subfields ${names[sub.kind]} (${Object.keys(count).length} defined)`;
  }
  const words = [encodingNames[spec.data ?? 'ascii']];
  if (spec.data === 'xn') words.push(encodingNames[spec.digitData ?? 'ascii']);
  if (spec.charset !== undefined) words.push(`\`${spec.charset}\``);
  if (spec.odd !== undefined) words.push(`filler ${spec.odd}`);
  if (spec.sep !== undefined) words.push(`${spec.sep} shown as =`);
  if (spec.pad !== undefined) words.push(`padded ${spec.pad.side} with '${spec.pad.char}'`);
  return words.join(', ');
}

function row(path: string, spec: FieldSpec, number: number | undefined): string {
  const mark = number === undefined ? (spec.sensitive ?? '') : sensitivityOf(spec, number);
  const shown = mark === 'none' ? '' : mark;
  return `| ${path} | ${spec.name ?? ''} | ${contentWords(spec)} | ${lengthWords(spec)} | ${shown} |`;
}

function rows(path: string, spec: FieldSpec, number?: number): string[] {
  const { sub } = spec;
  const own = row(path, spec, number);
  if (sub === undefined) return [own];
  const fields = sub.kind === 'datasets' ? sub.elements : sub.fields;
  return [own, ...Object.entries(fields).flatMap(([key, inner]) => rows(`${path}.${key}`, inner))];
}

/**
 * A page of Markdown that documents a spec: message type, bitmap, every element with its encoding,
 * length and masking mark.
 *
 * @example specPage(iso1987Ascii).split('\n')[0] // '# iso1987Ascii'
 */
export function specPage<M>(spec: Spec<M>): string {
  const { definition, name } = spec;
  const { bitmap, header, mti } = definition;
  const chain = bitmap.chain ?? 0;
  const bits =
    chain > 1 ? `${bitmap.bytes} bytes, up to ${chain} in a row` : `${bitmap.bytes} bytes`;
  const lines = [
    `# ${name}`,
    '',
    definition.description ?? '',
    '',
    ...(header === undefined
      ? []
      : [`- Header: ${header.bytes} bytes (${header.data ?? 'binary'})`]),
    `- Message type: ${contentWords(mti)}`,
    `- Bitmap: ${encodingNames[bitmap.data]}, ${bits}`,
    '',
    'Lengths are in characters, digits or bytes of the value; a length prefix stands in brackets with its',
    'size. The last column says how the value is masked in dumps and logs.',
    '',
    '| element | name | content | length | masked as |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(definition.fields).flatMap(([key, field]) => rows(key, field, Number(key))),
    '',
  ];
  return lines.join('\n');
}
