// DE 55: what of the kernel's data goes to the host, and what of the host's goes to the card.
import { toHex, toLatin1 } from '@chipswitch/bytes';
import { type Track, unpackPan, unpackTrack2 } from '@chipswitch/cardholder-data';
import type { ReadonlyTagMap } from '@chipswitch/emv';
import { encodeTlv, findTag, parseTlv } from '@chipswitch/tlv';

/** Data objects of an authorization request, in the order they are sent. */
export const requestTags = [
  0x9f26, 0x9f27, 0x9f10, 0x9f37, 0x9f36, 0x95, 0x9a, 0x9c, 0x9f02, 0x5f2a, 0x82, 0x9f1a, 0x9f03,
  0x9f33, 0x9f34, 0x9f35, 0x9f1e, 0x84, 0x9f09, 0x9f41, 0x5f34, 0x9f6e, 0x9f24, 0x9f19,
] as const;

/** Data objects of a reversal: what tells the issuer how the card ended (Book 4 12.2). */
export const reversalTags = [0x95, 0x9f10, 0x9f1e, 0x9f36, 0x9f5b] as const;

/** DE 55 may hold 255 bytes in every dialect; what comes last in the list is left out first. */
const lengthBytesMax = 255;

/** The listed data objects that are at hand, as TLV. */
export function iccData(data: ReadonlyTagMap, tags: readonly number[]): Uint8Array {
  let items: [number, Uint8Array][] = [];
  for (const tag of tags) {
    const value = data.get(tag);
    if (value === undefined) continue;
    const longer: [number, Uint8Array][] = [...items, [tag, value]];
    if (encodeTlv(longer).length > lengthBytesMax) continue;
    items = longer;
  }
  return encodeTlv(items);
}

/** What a host's DE 55 holds for the card. */
export interface IssuerResponse {
  readonly issuerAuthenticationData?: Uint8Array;
  /** Templates 71 and 72 as they came. */
  readonly scripts?: Uint8Array;
  readonly arc?: string;
  readonly authorizationCode?: string;
}

/**
 * Reads a host's DE 55.
 *
 * @returns undefined when it is no TLV: then the card gets none of it.
 */
export function readIssuerResponse(bytes: Uint8Array): IssuerResponse | undefined {
  const parsed = parseTlv(bytes);
  if (!parsed.ok) return undefined;
  const authentication = findTag(parsed.nodes, 0x91);
  const arc = findTag(parsed.nodes, 0x8a);
  const code = findTag(parsed.nodes, 0x89);
  const scripts = parsed.nodes.filter((node) => node.tag === 0x71 || node.tag === 0x72);
  return {
    ...(authentication === undefined ? {} : { issuerAuthenticationData: authentication.value }),
    ...(scripts.length === 0 ? {} : { scripts: encodeTlv(scripts) }),
    ...(arc?.value.length === 2 ? { arc: toLatin1(arc.value) } : {}),
    ...(code === undefined ? {} : { authorizationCode: toLatin1(code.value) }),
  };
}

/** What the message needs of the card, out of the kernel's data. Sensitive. */
export interface CardData {
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string | undefined;
  /** Three digits. */
  readonly sequenceNumber: string | undefined;
  readonly track2: string | undefined;
}

/** Track 2 equivalent data as a message can carry them (Book 3 annex A; ISO/IEC 7813). */
function track2Of(value: Uint8Array | undefined): { text: string; track: Track } | undefined {
  if (value === undefined) return undefined;
  const read = unpackTrack2(value);
  return read.ok ? { text: toHex(value).replace(/F+$/, ''), track: read.track } : undefined;
}

/**
 * The card's identity: 5A and 5F24 where the card has them, else track 2 equivalent data. What a
 * card got wrong is left out, since no message could carry it; without a number there is none.
 */
export function cardDataOf(data: ReadonlyTagMap): CardData | undefined {
  const track2 = track2Of(data.get(0x57));
  const number = data.get(0x5a);
  const pan = number === undefined ? track2?.track.pan : unpackPan(number);
  if (pan === undefined || pan.length < 12) return undefined;
  const agrees = track2?.track.pan === pan;
  const date = data.get(0x5f24);
  const expiry = date === undefined ? track2?.track.expiry : toHex(date).slice(0, 4);
  const sequence = toHex(data.get(0x5f34) ?? new Uint8Array(0));
  return {
    pan,
    expiry: expiry !== undefined && /^\d{4}$/.test(expiry) ? expiry : undefined,
    sequenceNumber: /^\d{2}$/.test(sequence) ? sequence.padStart(3, '0') : undefined,
    // Two numbers that differ cannot both be sent; the one that was authenticated is.
    track2: agrees ? track2.text : undefined,
  };
}
