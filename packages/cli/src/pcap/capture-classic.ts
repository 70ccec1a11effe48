// Classic pcap (draft-ietf-opsawg-pcap section 4): 24 bytes of header, then 16 bytes and data per packet.
import {
  blockBytesMax,
  type CaptureChunk,
  type CapturedPacket,
  type FormatReader,
} from './capture-format.ts';

const fileHeaderBytes = 24;
const recordHeaderBytes = 16;

/** Reader of classic captures, in either byte order, micro- or nanoseconds. */
export class ClassicReader implements FormatReader {
  readonly #littleEndian: boolean;
  readonly #unitNs: bigint;
  #linkType: number | undefined;

  constructor(littleEndian: boolean, unitNs: bigint) {
    this.#littleEndian = littleEndian;
    this.#unitNs = unitNs;
  }

  /** The reader for a magic number read big-endian, or undefined when it is none. */
  static forMagic(magic: number): ClassicReader | undefined {
    if (magic === 0xa1b2c3d4) return new ClassicReader(false, 1000n);
    if (magic === 0xd4c3b2a1) return new ClassicReader(true, 1000n);
    if (magic === 0xa1b23c4d) return new ClassicReader(false, 1n);
    if (magic === 0x4d3cb2a1) return new ClassicReader(true, 1n);
    return undefined;
  }

  take(bytes: Uint8Array, base: number): CaptureChunk & { readonly used: number } {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const little = this.#littleEndian;
    const packets: CapturedPacket[] = [];
    let at = 0;
    if (this.#linkType === undefined) {
      if (bytes.length < fileHeaderBytes) return { packets, used: 0 };
      // The upper bits carry the length of a frame check sequence.
      this.#linkType = view.getUint32(20, little) & 0xffff;
      at = fileHeaderBytes;
    }
    while (at + recordHeaderBytes <= bytes.length) {
      const kept = view.getUint32(at + 8, little);
      if (kept > blockBytesMax) {
        const message = `a packet of ${kept} bytes is larger than any link carries`;
        const error = { code: 'PACKET_TOO_LARGE', offset: base + at, message } as const;
        return { packets, used: at, error };
      }
      const start = at + recordHeaderBytes;
      if (start + kept > bytes.length) break;
      const seconds = BigInt(view.getUint32(at, little));
      const fraction = BigInt(view.getUint32(at + 4, little)) * this.#unitNs;
      packets.push({
        timeNs: seconds * 1_000_000_000n + fraction,
        linkType: this.#linkType,
        data: bytes.subarray(start, start + kept),
        wireLength: view.getUint32(at + 12, little),
      });
      at = start + kept;
    }
    return { packets, used: at };
  }
}
