// A spec of ours as a packager of jPOS's (the XML form of its GenericPackager).
import { type Spec, specToJson } from 'iso8583-js';

interface FieldJson {
  readonly name?: string;
  readonly data: string;
  readonly len?: number;
  readonly max?: number;
  readonly prefix?: { readonly size: number };
  readonly odd?: string;
}

const prefixes = ['', '', 'LL', 'LLL'];

// Which of jPOS's classes packs such an element.
function classOf(field: FieldJson): string {
  const length = prefixes[field.prefix?.size ?? 0];
  if (field.data === 'bcd' || field.data === 'nibble') {
    return length === '' ? 'IFB_NUMERIC' : `IFB_${length}NUM`;
  }
  if (field.data === 'ascii') return length === '' ? 'IF_CHAR' : `IFB_${length}CHAR`;
  if (field.data === 'xn') return 'IFB_AMOUNT';
  return `IFB_${length}BINARY`;
}

function fieldXml(number: number, field: FieldJson): string {
  const length = (field.len ?? field.max ?? 0) + (field.data === 'xn' ? 1 : 0);
  const padOf: { readonly [odd: string]: string } = { left0: 'true', right0: 'false' };
  const pad = field.odd === undefined ? undefined : padOf[field.odd];
  const attributes = [
    `id="${number}" length="${length}" name="${field.name ?? number}"`,
    `class="org.jpos.iso.${classOf(field)}"`,
    ...(pad === undefined ? [] : [`pad="${pad}"`]),
  ];
  return `  <isofield ${attributes.join(' ')}/>`;
}

/** The packager of a spec with packed digits (MTI packed, bitmaps raw), as jPOS's XML. */
export function jposPackager(spec: Spec): string {
  const { fields } = specToJson(spec) as unknown as {
    readonly fields: { readonly [number: string]: FieldJson };
  };
  const lines = Object.entries(fields).map(([number, field]) => fieldXml(Number(number), field));
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
    '<!DOCTYPE isopackager PUBLIC "-//jPOS/jPOS Generic Packager DTD 1.0//EN" "http://jpos.org/dtd/generic-packager-1.0.dtd">',
    '<isopackager>',
    '  <isofield id="0" length="4" name="MTI" class="org.jpos.iso.IFB_NUMERIC" pad="true"/>',
    '  <isofield id="1" length="16" name="Bitmap" class="org.jpos.iso.IFB_BITMAP"/>',
    ...lines,
    '</isopackager>',
    '',
  ].join('\n');
}
