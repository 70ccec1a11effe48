// Final selection and GET PROCESSING OPTIONS (Book 1 section 12.4, Book 3 section 10.1).
import { parseTlv } from '@chipswitch/tlv';
import { gpoCommand } from './apdu.ts';
import { fillList } from './context.ts';
import { tag } from './tags.ts';
import type { ReadonlyTagMap } from './types.ts';

/** Why a command cannot be built or an answer not be used. */
export type GpoErrorCode = 'pdol' | 'format' | 'aip-missing' | 'afl-missing' | 'afl-length';

/** The command and the data under it, or why it cannot be built. */
export type GpoCommand =
  | { readonly ok: true; readonly command: Uint8Array; readonly pdolData: Uint8Array }
  | { readonly ok: false; readonly error: { readonly code: GpoErrorCode } };

/**
 * GET PROCESSING OPTIONS for a PDOL (9F38), or for none: `83 00`.
 *
 * @example buildGpo(undefined, new Map()) // command 80A8000002830000
 */
export function buildGpo(pdol: Uint8Array | undefined, data: ReadonlyTagMap): GpoCommand {
  const pdolData = pdol === undefined ? new Uint8Array(0) : fillList(pdol, data);
  if (pdolData === undefined) return { ok: false, error: { code: 'pdol' } };
  return { ok: true, command: gpoCommand(pdolData), pdolData };
}

/** What the card answered: AIP, AFL, and for format 2 every further object. */
export type GpoAnswer =
  | {
      readonly ok: true;
      readonly aip: Uint8Array;
      readonly afl: Uint8Array;
      readonly objects: ReadonlyTagMap;
    }
  | { readonly ok: false; readonly error: { readonly code: GpoErrorCode } };

const failed = (code: GpoErrorCode): GpoAnswer => ({ ok: false, error: { code } });

/**
 * Reads the answer to GET PROCESSING OPTIONS (without its status word), format 1 or 2.
 *
 * @param aflOptional contactless cards may have nothing to read
 *
 * @example parseGpo(fromHex('800E7800080202001001040018010201')) // { ok: true, aip: 7800, afl: … }
 */
export function parseGpo(answer: Uint8Array, aflOptional = false): GpoAnswer {
  const parsed = parseTlv(answer);
  if (!parsed.ok || parsed.nodes.length !== 1) return failed('format');
  const [template] = parsed.nodes;
  const objects = new Map<number, Uint8Array>();
  if (template.tag === tag.responseFormat1) {
    if (template.length < 2) return failed('aip-missing');
    objects.set(tag.aip, template.value.subarray(0, 2));
    if (template.length > 2) objects.set(tag.afl, template.value.subarray(2));
  } else if (template.tag === tag.responseFormat2) {
    for (const node of template.children ?? []) {
      if (objects.has(node.tag)) return failed('format');
      objects.set(node.tag, node.value);
    }
  } else return failed('format');
  const aip = objects.get(tag.aip);
  if (aip?.length !== 2) return failed('aip-missing');
  const afl = objects.get(tag.afl) ?? new Uint8Array(0);
  if (afl.length === 0 && !aflOptional) return failed('afl-missing');
  if (afl.length % 4 !== 0 || afl.length > 252) return failed('afl-length');
  return { ok: true, aip, afl, objects };
}
