// TLV without its sensitive objects, for what is kept: no track, PIN data or name may be stored.
import {
  type Tag,
  type TlvError,
  type TlvInput,
  type TlvNode,
  encodeTlv,
  parseTlv,
} from '@chipswitch/tlv';
import { anySensitivityOf } from './tag-info.ts';

/** What is left, and which tags were left out (in order, those inside one another not again). */
export type StripResult =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly removed: readonly Tag[] }
  | { readonly ok: false; readonly error: TlvError };

function keep(nodes: readonly TlvNode[], removed: Tag[]): TlvInput[] {
  const kept: TlvInput[] = [];
  for (const node of nodes) {
    if (anySensitivityOf(node.tag) !== undefined) removed.push(node.tag);
    else if (node.children === undefined) kept.push(node);
    else kept.push([node.tag, keep(node.children, removed)]);
  }
  return kept;
}

/**
 * Leaves out every object that the dictionary marks as sensitive under any scheme, on all levels, and writes the rest
 * again. Malformed input is refused as a whole, since nobody knows what stands in the rest of it.
 *
 * @example
 * const stripped = stripSensitive(fromHex('5A0247619A03221215'));
 * if (stripped.ok) stripped.bytes; // fromHex('9A03221215')
 */
export function stripSensitive(bytes: Uint8Array): StripResult {
  const parsed = parseTlv(bytes);
  if (!parsed.ok) return { ok: false, error: parsed.error };
  const removed: Tag[] = [];
  const kept = keep(parsed.nodes, removed);
  return { ok: true, bytes: encodeTlv(kept), removed };
}
