// BER-TLV and data object lists: decoded whole, or up to the first wrong byte.
import {
  describeTlv,
  describeTlvUnmasked,
  type DescribedObject,
  findTagInfo,
} from '@chipswitch/emv';
import { parseDol, tagHex } from '@chipswitch/tlv';
import { emvContext, tlvData, tlvNodes, tlvPlace } from '../emv/tlv-tree.ts';
import type { Input, Reading } from '../frame/input.ts';
import { type Refusal, type Report, undecodable } from '../frame/outcome.ts';
import { drawTree } from '../frame/tree.ts';
import type { Context } from '../frame/verb.ts';
import { byteReadings, type Guess, report } from './guess.ts';

const errorTexts: Readonly<Record<string, string>> = {
  'nesting-too-deep': 'templates are nested too deeply',
  'too-many-objects': 'there are too many objects',
  'tag-truncated': 'the data ends inside a tag',
  'tag-too-long': 'a tag is longer than four bytes',
  'length-truncated': 'the data ends inside a length',
  'length-indefinite': 'a length is indefinite, which EMV forbids',
  'length-too-long': 'a length has too many bytes',
  'value-truncated': 'a length reaches past the end',
};

/** TLV as a report, or a refusal with what came before the error. */
export function readTlv(bytes: Uint8Array, context: Context): Report | Refusal {
  const aid = context.args.value('aid')?.toUpperCase();
  const options = { context: emvContext(aid) };
  const described = context.unsafe
    ? describeTlvUnmasked(bytes, options)
    : describeTlv(bytes, options);
  const data = {
    length: bytes.length,
    objects: described.objects.map((object) => tlvData(object)),
  };
  const shown = report(data, () => drawTree(tlvNodes(described, context)));
  const { error } = described;
  if (error === undefined) return shown;
  const code = `TLV_${error.code.replaceAll('-', '_').toUpperCase()}`;
  const place = { ...tlvPlace(error), partial: shown };
  return undecodable(
    code,
    errorTexts[error.code] ?? error.code,
    'check the length bytes before it',
    place,
  );
}

function flat(objects: readonly DescribedObject[]): DescribedObject[] {
  return objects.flatMap((object) => [object, ...flat(object.children ?? [])]);
}

const templateTitles: Readonly<Record<string, string>> = {
  '6F': 'FCI template: answer to SELECT',
  '70': 'READ RECORD template',
  '77': 'response template format 2: answer to GPO or GENERATE AC',
  '80': 'response template format 1',
  '61': 'application template',
  '71': 'issuer script template 1',
  '72': 'issuer script template 2',
  A5: 'FCI proprietary template',
};

function guessTlv(reading: Reading, context: Context): Guess | undefined {
  const { bytes, how } = reading;
  const described = describeTlv(bytes);
  const objects = flat(described.objects);
  if (objects.length === 0) return undefined;
  const known = objects.filter(({ info }) => info !== undefined).length / objects.length;
  const odd = objects.filter(
    ({ remarks, error }) => remarks.length > 0 || error !== undefined,
  ).length;
  const whole = described.error === undefined;
  const [first] = described.objects;
  const template = described.objects.length === 1 ? templateTitles[first.tag] : undefined;
  const spread = Math.min(objects.length, 6) * 5;
  const base = whole ? 62 + spread : 12 + Math.min(24, 4 * objects.length);
  const certainty = Math.round(
    base * known + (template !== undefined && whole ? 12 : 0) - (odd / objects.length) * 30,
  );
  if (certainty < 10) return undefined;
  return {
    kind: 'tlv',
    title: `BER-TLV, ${bytes.length} bytes${template === undefined ? '' : `, ${template}`}`,
    certainty: Math.min(99, certainty),
    reason: `${objects.length} objects, ${Math.round(known * 100)} % known${whole ? ', nothing left over' : ', with an error'}`,
    reading: how,
    show: () => {
      const read = readTlv(bytes, context);
      return read.ok ? read : (read.partial ?? report({}, () => []));
    },
  };
}

/** A DOL as a report, or a refusal. */
export function readDol(bytes: Uint8Array, context: Context): Report | Refusal {
  const dol = parseDol(bytes);
  const { paint, language } = context;
  if (!dol.ok) {
    const { code, offset } = dol.error;
    return undecodable(
      `DOL_${code.replaceAll('-', '_').toUpperCase()}`,
      errorTexts[code] ?? code,
      'a DOL is tag, length, tag, length …',
      { offset },
    );
  }
  const entries = dol.entries.map(({ tag, length }) => {
    const info = findTagInfo(tag);
    const zh = info?.nameZh;
    const name =
      info === undefined ? 'Unknown' : language === 'zh' && zh !== undefined ? zh : info.name;
    return { tag: tagHex(tag), name, length };
  });
  const data = { entries, dataLength: dol.dataLength };
  return report(data, () => [
    ...drawTree(
      entries.map(({ tag, name, length }) => ({
        label: paint('name', tag),
        cells: [name, `${length} ${length === 1 ? 'byte' : 'bytes'}`],
      })),
    ),
    paint('dim', `${entries.length} objects, ${dol.dataLength} bytes of data`),
  ]);
}

function guessDol(reading: Reading, context: Context): Guess | undefined {
  const { bytes, how } = reading;
  const dol = parseDol(bytes);
  if (!dol.ok || dol.entries.length < 2) return undefined;
  const fitting = dol.entries.filter(({ tag, length }) => {
    const info = findTagInfo(tag);
    return (
      info !== undefined &&
      info.format !== 'tlv' &&
      length >= info.lengthMin &&
      length <= info.lengthMax
    );
  }).length;
  const share = fitting / dol.entries.length;
  if (share < 0.5) return undefined;
  return {
    kind: 'dol',
    title: `data object list, ${dol.entries.length} objects`,
    certainty: Math.min(98, Math.round((58 + 6 * dol.entries.length) * share * share)),
    reason: `${fitting} of ${dol.entries.length} tags known with a length that fits`,
    reading: how,
    show: () => {
      const read = readDol(bytes, context);
      return read.ok ? read : report({}, () => []);
    },
  };
}

/** Guesses at TLV and DOL. */
export function recogniseTlv(input: Input, context: Context): readonly Guess[] {
  return byteReadings(input)
    .flatMap((reading) => [guessTlv(reading, context), guessDol(reading, context)])
    .filter((guess) => guess !== undefined);
}
