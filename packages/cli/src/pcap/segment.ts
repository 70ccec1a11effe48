// TCP segments out of captured frames: Ethernet, VLAN, Linux cooked, loopback or raw IP; IPv4 and IPv6.
import { toHex } from '@chipswitch/bytes';
import type { CapturedPacket } from './capture-format.ts';

/** One TCP segment (RFC 9293 section 3.1). */
export interface Segment {
  readonly timeNs: bigint;
  /** `address:port`, IPv6 in brackets. */
  readonly source: string;
  readonly destination: string;
  readonly sequence: number;
  /** The next byte its sender expects from the other side; undefined without the ACK flag. */
  readonly acknowledged: number | undefined;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  readonly payload: Uint8Array;
  /** Bytes on the wire that the capture did not keep. */
  readonly missing: number;
}

/** Why a packet holds no TCP segment that can be used. */
export type NoSegment = 'other protocol' | 'fragment' | 'cut short' | 'unknown link layer';

const etherIpv4 = 0x0800;
const etherIpv6 = 0x86dd;
const vlanTypes = new Set([0x8100, 0x88a8, 0x9100]);
const protocolTcp = 6;

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/** Where the IP packet begins after an Ethernet type field at `at`, past any VLAN tags. */
function afterEtherType(bytes: Uint8Array, at: number): number {
  let place = at;
  while (place + 2 <= bytes.length && vlanTypes.has(u16(bytes, place))) place += 4;
  if (place + 2 > bytes.length) return -1;
  const type = u16(bytes, place);
  return type === etherIpv4 || type === etherIpv6 ? place + 2 : -1;
}

/** Offset of the IP header, -1 when the frame carries none, -2 when the link type is not known. */
function ipOffset(linkType: number, bytes: Uint8Array): number {
  switch (linkType) {
    case 0: // LINKTYPE_NULL
    case 108: // LINKTYPE_LOOP
      return 4;
    case 1: // LINKTYPE_ETHERNET
      return afterEtherType(bytes, 12);
    case 12: // raw IP as some systems number it
    case 14:
    case 101: // LINKTYPE_RAW
    case 228: // LINKTYPE_IPV4
    case 229: // LINKTYPE_IPV6
      return 0;
    case 113: // LINKTYPE_LINUX_SLL
      return afterEtherType(bytes, 14);
    case 276: // LINKTYPE_LINUX_SLL2
      return bytes.length >= 2 && (u16(bytes, 0) === etherIpv4 || u16(bytes, 0) === etherIpv6)
        ? 20
        : -1;
    default:
      return -2;
  }
}

interface IpPayload {
  readonly source: string;
  readonly destination: string;
  readonly at: number;
  readonly length: number;
}

function ipv4(bytes: Uint8Array, at: number): IpPayload | NoSegment {
  if (at + 20 > bytes.length) return 'cut short';
  const header = (bytes[at] & 0x0f) * 4;
  const total = u16(bytes, at + 2);
  if (bytes[at + 9] !== protocolTcp) return 'other protocol';
  if ((u16(bytes, at + 6) & 0x3fff) !== 0) return 'fragment';
  if (header < 20 || at + header > bytes.length) return 'cut short';
  // Segmentation offload leaves the total length 0: the rest of the frame is meant.
  const length = total === 0 ? bytes.length - at - header : total - header;
  if (length < 0) return 'cut short';
  const address = (place: number): string => bytes.subarray(place, place + 4).join('.');
  return { source: address(at + 12), destination: address(at + 16), at: at + header, length };
}

/** RFC 5952 without the compression of zeros' position rules beyond the first longest run. */
function ipv6Text(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    Number.parseInt(toHex(bytes, at + 2 * i, at + 2 * i + 2), 16).toString(16),
  );
  return `[${groups.join(':').replace(/(?:^|:)0(?::0)+(?:$|:)/, '::')}]`;
}

/** Hop-by-hop, routing and destination options may stand before TCP; eight are more than enough. */
const extensionsMax = 8;

function ipv6(bytes: Uint8Array, at: number): IpPayload | NoSegment {
  if (at + 40 > bytes.length) return 'cut short';
  let length = u16(bytes, at + 4);
  let next = bytes[at + 6];
  let place = at + 40;
  for (let i = 0; i < extensionsMax && next !== protocolTcp; i++) {
    if (next === 44) return 'fragment';
    if (next !== 0 && next !== 43 && next !== 60) return 'other protocol';
    if (place + 8 > bytes.length) return 'cut short';
    const size = (bytes[place + 1] + 1) * 8;
    next = bytes[place];
    place += size;
    length -= size;
  }
  if (next !== protocolTcp || length < 0) return 'other protocol';
  const source = ipv6Text(bytes, at + 8);
  return { source, destination: ipv6Text(bytes, at + 24), at: place, length };
}

/** The TCP segment inside a captured packet, or why there is none. Reads nothing past the packet. */
export function readSegment(packet: CapturedPacket): Segment | NoSegment {
  const { data: bytes } = packet;
  const at = ipOffset(packet.linkType, bytes);
  if (at === -2) return 'unknown link layer';
  if (at < 0) return 'other protocol';
  if (at >= bytes.length) return 'cut short';
  const version = bytes[at] >> 4;
  if (version !== 4 && version !== 6) return 'other protocol';
  const ip = version === 4 ? ipv4(bytes, at) : ipv6(bytes, at);
  if (typeof ip === 'string') return ip;
  if (ip.length < 20 || ip.at + 20 > bytes.length) return 'cut short';
  const header = (bytes[ip.at + 12] >> 4) * 4;
  if (header < 20 || header > ip.length || ip.at + header > bytes.length) return 'cut short';
  const flags = bytes[ip.at + 13];
  const wanted = ip.length - header;
  const start = ip.at + header;
  // Padding behind the IP packet (short Ethernet frames) is not payload.
  const payload = bytes.subarray(start, Math.min(bytes.length, start + wanted));
  return {
    timeNs: packet.timeNs,
    source: `${ip.source}:${u16(bytes, ip.at)}`,
    destination: `${ip.destination}:${u16(bytes, ip.at + 2)}`,
    sequence: u32(bytes, ip.at + 4),
    acknowledged: (flags & 16) === 0 ? undefined : u32(bytes, ip.at + 8),
    syn: (flags & 2) !== 0,
    fin: (flags & 1) !== 0,
    rst: (flags & 4) !== 0,
    payload,
    missing: wanted - payload.length,
  };
}
