// Makes captures of TCP conversations: frames, segments and both file formats, for the tests of the reader.

/** One segment to be. */
export interface SegmentPlan {
  readonly timeNs: bigint;
  readonly source: { readonly address: readonly number[]; readonly port: number };
  readonly destination: { readonly address: readonly number[]; readonly port: number };
  readonly sequence: number;
  readonly acknowledged?: number;
  /** SYN 2, FIN 1, RST 4, ACK 16. */
  readonly flags: number;
  readonly payload: Uint8Array;
}

const bytes = (...parts: (Uint8Array | readonly number[])[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as number[]))));

const be16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
const be32 = (value: number): number[] => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];

function tcp(plan: SegmentPlan): Uint8Array {
  return bytes(
    be16(plan.source.port),
    be16(plan.destination.port),
    be32(plan.sequence),
    be32(plan.acknowledged ?? 0),
    [0x50, plan.flags, 0xff, 0xff, 0, 0, 0, 0],
    plan.payload,
  );
}

/** An IPv4 (or, with addresses of 16 bytes, IPv6) packet. */
export function ipPacket(plan: SegmentPlan): Uint8Array {
  const body = tcp(plan);
  if (plan.source.address.length === 16) {
    return bytes(
      [0x60, 0, 0, 0, ...be16(body.length), 6, 64],
      plan.source.address,
      plan.destination.address,
      body,
    );
  }
  return bytes(
    [0x45, 0, ...be16(20 + body.length), 0, 1, 0x40, 0, 64, 6, 0, 0],
    plan.source.address,
    plan.destination.address,
    body,
  );
}

/** An Ethernet frame, padded to 60 bytes, with `vlans` tags. */
export function ethernetFrame(plan: SegmentPlan, vlans = 0): Uint8Array {
  const tags = Array.from({ length: vlans }, () => [0x81, 0, 0, 5]).flat();
  const type = plan.source.address.length === 16 ? [0x86, 0xdd] : [0x08, 0x00];
  const frame = bytes(
    Array.from({ length: 12 }, () => 2),
    tags,
    type,
    ipPacket(plan),
  );
  return frame.length >= 60 ? frame : bytes(frame, new Uint8Array(60 - frame.length));
}

/** A classic capture of frames. */
export function classicCapture(
  frames: readonly { timeNs: bigint; data: Uint8Array; wireLength?: number }[],
  options: { little?: boolean; nano?: boolean; linkType?: number } = {},
): Uint8Array {
  const { little = true, nano = false, linkType = 1 } = options;
  const total = 24 + frames.reduce((sum, frame) => sum + 16 + frame.data.length, 0);
  const out = new Uint8Array(total);
  const view = new DataView(out.buffer);
  view.setUint32(0, nano ? 0xa1b23c4d : 0xa1b2c3d4, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, 65_535, little);
  view.setUint32(20, linkType, little);
  let at = 24;
  for (const { timeNs, data, wireLength } of frames) {
    view.setUint32(at, Number(timeNs / 1_000_000_000n), little);
    view.setUint32(at + 4, Number((timeNs % 1_000_000_000n) / (nano ? 1n : 1000n)), little);
    view.setUint32(at + 8, data.length, little);
    view.setUint32(at + 12, wireLength ?? data.length, little);
    out.set(data, at + 16);
    at += 16 + data.length;
  }
  return out;
}

function block(type: number, body: Uint8Array, little: boolean): Uint8Array {
  const padded = Math.ceil(body.length / 4) * 4;
  const out = new Uint8Array(12 + padded);
  const view = new DataView(out.buffer);
  view.setUint32(0, type, little);
  view.setUint32(4, out.length, little);
  out.set(body, 8);
  view.setUint32(8 + padded, out.length, little);
  return out;
}

/** A pcapng capture of frames, its clock in nanoseconds (if_tsresol 9). */
export function pcapngCapture(
  frames: readonly { timeNs: bigint; data: Uint8Array; wireLength?: number }[],
  options: { little?: boolean; linkType?: number } = {},
): Uint8Array {
  const { little = true, linkType = 1 } = options;
  const section = new Uint8Array(16);
  const sectionView = new DataView(section.buffer);
  sectionView.setUint32(0, 0x1a2b3c4d, little);
  sectionView.setUint16(4, 1, little);
  sectionView.setBigInt64(8, -1n, little);
  const face = new Uint8Array(20);
  const faceView = new DataView(face.buffer);
  faceView.setUint16(0, linkType, little);
  faceView.setUint16(8, 9, little);
  faceView.setUint16(10, 1, little);
  face[12] = 9;
  const blocks = [block(0x0a0d0d0a, section, little), block(1, face, little)];
  for (const { timeNs, data, wireLength } of frames) {
    const body = new Uint8Array(20 + data.length);
    const view = new DataView(body.buffer);
    view.setUint32(4, Number(timeNs >> 32n), little);
    view.setUint32(8, Number(timeNs & 0xffffffffn), little);
    view.setUint32(12, data.length, little);
    view.setUint32(16, wireLength ?? data.length, little);
    body.set(data, 20);
    blocks.push(block(6, body, little), block(5, new Uint8Array(12), little));
  }
  return bytes(...blocks);
}
