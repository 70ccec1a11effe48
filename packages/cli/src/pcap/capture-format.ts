// What any capture format gives: packets, or the error that ended reading.

/** One captured packet. */
export interface CapturedPacket {
  /** Nanoseconds since 1970. */
  readonly timeNs: bigint;
  /** LINKTYPE_ number. */
  readonly linkType: number;
  readonly data: Uint8Array;
  /** Length on the wire; more than `data` holds when the capture was cut (snap length). */
  readonly wireLength: number;
}

/** Why a capture cannot be read further. */
export interface CaptureError {
  readonly code: 'NOT_A_CAPTURE' | 'BAD_BLOCK' | 'PACKET_TOO_LARGE' | 'CUT_SHORT';
  /** Offset in the file of the block that is wrong. */
  readonly offset: number;
  readonly message: string;
}

/** Packets read so far, and the error that ended reading, if one did. */
export interface CaptureChunk {
  readonly packets: readonly CapturedPacket[];
  readonly error?: CaptureError;
}

/** Largest packet or block taken: what no link layer and no sane writer exceeds. */
export const blockBytesMax = 16 * 1024 * 1024;

/** Reads one format out of a buffer that grows at its end. */
export interface FormatReader {
  /** Takes whole records from `bytes`; says how many bytes it used. `base` is their offset in the file. */
  take(bytes: Uint8Array, base: number): CaptureChunk & { readonly used: number };
}
