// What a reader tolerates and where it stops: padding bytes, nesting, number of objects.

/**
 * A byte that may stand between objects. FF is not EMV; test cards carry it, so it must be asked
 * for.
 */
export type PaddingByte = 0x00 | 0xff;

/** Options of every reader here. */
export interface TlvOptions {
  /**
   * Bytes skipped between, before and after objects. Default: 00 alone (ISO/IEC 7816-4 section
   * 5.2.2).
   */
  readonly padding?: readonly PaddingByte[];
  /** Most templates inside one another. Default 16; 0 leaves templates closed. */
  readonly depthMax?: number;
  /** Most objects in one input, on all levels together. Default 4096. */
  readonly objectsMax?: number;
}

/** Depth that no EMV structure comes near (an FCI has four levels). */
export const depthMaxDefault = 16;

/** Objects that no EMV structure comes near. */
export const objectsMaxDefault = 4096;

/** Padding where nothing else is asked for: 00 alone. */
export const defaultPadding = { zero: 0, ones: -1 };

/** The two padding bytes as numbers to compare with; -1 where a byte is data. */
export function paddingOf(options: TlvOptions): { zero: number; ones: number } {
  const padding = options.padding;
  if (padding === undefined) return defaultPadding;
  return { zero: padding.includes(0x00) ? 0 : -1, ones: padding.includes(0xff) ? 0xff : -1 };
}
