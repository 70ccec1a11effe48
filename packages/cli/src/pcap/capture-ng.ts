// pcapng (draft-ietf-opsawg-pcapng section 4): sections of blocks, interfaces with their own link type and clock.
import {
  blockBytesMax,
  type CaptureChunk,
  type CapturedPacket,
  type CaptureError,
  type FormatReader,
} from './capture-format.ts';

const sectionHeader = 0x0a0d0d0a;
const interfaceDescription = 1;
const packetBlockObsolete = 2;
const simplePacket = 3;
const enhancedPacket = 6;

/** Interfaces of one section; more are not described by any writer. */
const interfacesMax = 1024;

interface Interface {
  readonly linkType: number;
  /** Nanoseconds per tick as a fraction. */
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** Added to every time, in seconds. */
  readonly offsetSeconds: bigint;
  /** Bytes kept per packet; 0 for all. */
  readonly snapLength: number;
}

interface Block {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly little: boolean;
}

/** if_tsresol: power of ten, or of two when its top bit is set. */
function clockOf(resolution: number): { numerator: bigint; denominator: bigint } {
  const power = BigInt(resolution & 0x7f);
  const denominator = (resolution & 0x80) === 0 ? 10n ** power : 2n ** power;
  return { numerator: 1_000_000_000n, denominator };
}

function readInterface({ view, bytes, little }: Block): Interface | undefined {
  if (bytes.length < 8) return undefined;
  let clock = clockOf(6);
  let offsetSeconds = 0n;
  for (let at = 8; at + 4 <= bytes.length;) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === 0 || at + 4 + length > bytes.length) break;
    if (code === 9 && length >= 1) clock = clockOf(bytes[at + 4]);
    if (code === 14 && length >= 8) offsetSeconds = view.getBigInt64(at + 4, little);
    at += 4 + Math.ceil(length / 4) * 4;
  }
  const linkType = view.getUint16(0, little);
  return { linkType, ...clock, offsetSeconds, snapLength: view.getUint32(4, little) };
}

/** Reader of pcapng. */
export class PcapngReader implements FormatReader {
  #little = false;
  #interfaces: Interface[] = [];

  take(bytes: Uint8Array, base: number): CaptureChunk & { readonly used: number } {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const packets: CapturedPacket[] = [];
    let at = 0;
    while (at + 12 <= bytes.length) {
      const isSection = view.getUint32(at) === sectionHeader;
      if (isSection) {
        const order = view.getUint32(at + 8);
        if (order !== 0x1a2b3c4d && order !== 0x4d3c2b1a)
          return { packets, used: at, error: badBlock(base + at, 'no byte order in the section') };
        this.#little = order === 0x4d3c2b1a;
        this.#interfaces = [];
      }
      const little = this.#little;
      const length = view.getUint32(at + 4, little);
      if (length < 12 || length % 4 !== 0 || length > blockBytesMax)
        return { packets, used: at, error: badBlock(base + at, `block length ${length}`) };
      if (at + length > bytes.length) break;
      if (view.getUint32(at + length - 4, little) !== length)
        return { packets, used: at, error: badBlock(base + at, 'block lengths disagree') };
      const body = bytes.subarray(at + 8, at + length - 4);
      const block = {
        view: new DataView(body.buffer, body.byteOffset, body.length),
        bytes: body,
        little,
      };
      const type = isSection ? sectionHeader : view.getUint32(at, little);
      const problem = this.#takeBlock(type, block, packets);
      if (problem !== undefined) return { packets, used: at, error: badBlock(base + at, problem) };
      at += length;
    }
    return { packets, used: at };
  }

  #takeBlock(type: number, block: Block, packets: CapturedPacket[]): string | undefined {
    if (type === interfaceDescription) {
      const described = readInterface(block);
      if (described === undefined || this.#interfaces.length >= interfacesMax)
        return 'interface description cut short or one too many';
      this.#interfaces.push(described);
      return undefined;
    }
    if (type === enhancedPacket || type === packetBlockObsolete)
      return this.#takePacket(type, block, packets);
    return type === simplePacket ? this.#takeSimple(block, packets) : undefined;
  }

  #takePacket(type: number, block: Block, packets: CapturedPacket[]): string | undefined {
    const { view, bytes, little } = block;
    if (bytes.length < 20) return 'packet block cut short';
    const id = type === enhancedPacket ? view.getUint32(0, little) : view.getUint16(0, little);
    const from = this.#interfaces[id];
    if (from === undefined) return `packet of interface ${id}, which is not described`;
    const kept = view.getUint32(12, little);
    if (20 + kept > bytes.length) return 'packet longer than its block';
    const ticks = (BigInt(view.getUint32(4, little)) << 32n) | BigInt(view.getUint32(8, little));
    packets.push({
      timeNs: (ticks * from.numerator) / from.denominator + from.offsetSeconds * 1_000_000_000n,
      linkType: from.linkType,
      data: bytes.subarray(20, 20 + kept),
      wireLength: view.getUint32(16, little),
    });
    return undefined;
  }

  #takeSimple({ view, bytes, little }: Block, packets: CapturedPacket[]): string | undefined {
    const from = this.#interfaces[0];
    if (from === undefined || bytes.length < 4) return 'simple packet without an interface';
    const wireLength = view.getUint32(0, little);
    const snap = from.snapLength === 0 ? wireLength : Math.min(wireLength, from.snapLength);
    const kept = Math.min(snap, bytes.length - 4);
    // Simple packets carry no time.
    packets.push({
      timeNs: 0n,
      linkType: from.linkType,
      data: bytes.subarray(4, 4 + kept),
      wireLength,
    });
    return undefined;
  }
}

function badBlock(offset: number, what: string): CaptureError {
  return { code: 'BAD_BLOCK', offset, message: `bad pcapng block: ${what}` };
}
