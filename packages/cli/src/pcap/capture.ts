// Captured packets out of a capture file, classic (draft-ietf-opsawg-pcap) or pcapng (draft-ietf-opsawg-pcapng).
import { ClassicReader } from './capture-classic.ts';
import type { CaptureChunk, CaptureError, FormatReader } from './capture-format.ts';
import { PcapngReader } from './capture-ng.ts';

function chooseReader(head: Uint8Array): FormatReader | undefined {
  const magic = new DataView(head.buffer, head.byteOffset, 4).getUint32(0);
  if (magic === 0x0a0d0d0a) return new PcapngReader();
  return ClassicReader.forMagic(magic);
}

/**
 * Reads a capture in chunks of any size: give each to `push`, then call `end`. Memory is bounded by
 * one block (16 MiB) and the chunk.
 */
export class CaptureReader {
  #rest: Uint8Array = new Uint8Array(0);
  #base = 0;
  #format: FormatReader | undefined;
  #failed: CaptureError | undefined;

  /** Packets completed by this chunk. After an error nothing more is read. */
  push(chunk: Uint8Array): CaptureChunk {
    if (this.#failed !== undefined) return { packets: [], error: this.#failed };
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    if (this.#format === undefined) {
      if (bytes.length < 4) {
        this.#rest = bytes;
        return { packets: [] };
      }
      this.#format = chooseReader(bytes);
      if (this.#format === undefined) {
        const message = 'the file starts with no pcap or pcapng magic number';
        this.#failed = { code: 'NOT_A_CAPTURE', offset: 0, message };
        return { packets: [], error: this.#failed };
      }
    }
    const { packets, used, error } = this.#format.take(bytes, this.#base);
    this.#rest = bytes.slice(used);
    this.#base += used;
    if (error === undefined) return { packets };
    this.#failed = error;
    return { packets, error };
  }

  /** What is wrong with the end of the file, if anything. */
  end(): CaptureError | undefined {
    if (this.#failed !== undefined) return this.#failed;
    if (this.#format === undefined && this.#rest.length < 4) {
      return { code: 'NOT_A_CAPTURE', offset: 0, message: 'the file is too short for a capture' };
    }
    if (this.#rest.length === 0) return undefined;
    const message = 'the capture ends inside a packet';
    return { code: 'CUT_SHORT', offset: this.#base, message };
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(left.length + right.length);
  bytes.set(left);
  bytes.set(right, left.length);
  return bytes;
}
