// Faults a test asks a card for: what a broken, foreign or lying card would answer.
import { concatBytes } from '@chipswitch/bytes';

/** Commands by name, as faults and logs speak of them. */
export const commandNames = {
  0xa4: 'select',
  0xa8: 'get-processing-options',
  0xb2: 'read-record',
  0xca: 'get-data',
  0x20: 'verify',
  0x84: 'get-challenge',
  0x88: 'internal-authenticate',
  0x82: 'external-authenticate',
  0xae: 'generate-ac',
  0x24: 'pin-change',
  0x1e: 'application-block',
  0x18: 'application-unblock',
  0x16: 'card-block',
  0xda: 'put-data',
  0xdc: 'update-record',
  0xea: 'exchange-relay-resistance-data',
  0xd0: 'recover-ac',
} as const;

/** Name of a command. */
export type CommandName = (typeof commandNames)[keyof typeof commandNames];

/** What happens to the answer. */
export type FaultEffect =
  /** Only this status word. */
  | { readonly type: 'status'; readonly sw: number }
  /** No answer at all: `transmit` gives zero bytes. */
  | { readonly type: 'mute' }
  /** Bytes that mean nothing, with 9000 after them. */
  | { readonly type: 'garbage'; readonly lengthBytes?: number }
  /** More than a short answer may hold (300 bytes and 9000). */
  | { readonly type: 'too-long' }
  /** The answer's data cut by so many bytes at the end. */
  | { readonly type: 'truncate'; readonly bytes: number }
  /** The right answer, late: `lastDelayMs` says by how much. */
  | { readonly type: 'slow'; readonly delayMs: number }
  /** One bit changed in the byte at this offset (negative counts from the end of the data). */
  | { readonly type: 'flip'; readonly offset: number }
  /** Exactly these bytes. */
  | { readonly type: 'replace'; readonly response: Uint8Array };

/** A fault: on which command, at which of its occurrences (1 is the first; all when absent). */
export interface RequestedFault {
  readonly on: CommandName | 'any';
  readonly occurrence?: number;
  readonly effect: FaultEffect;
}

/** The faulty answer and its delay. */
export interface FaultyAnswer {
  readonly response: Uint8Array;
  readonly delayMs: number;
}

function flipped(response: Uint8Array, offset: number): Uint8Array {
  const dataLength = response.length - 2;
  const at = offset < 0 ? dataLength + offset : offset;
  const changed = Uint8Array.from(response);
  if (at >= 0 && at < dataLength) changed[at] ^= 0x01;
  return changed;
}

function apply(effect: FaultEffect, response: Uint8Array): FaultyAnswer {
  const ok = Uint8Array.of(0x90, 0x00);
  switch (effect.type) {
    case 'status':
      return { response: Uint8Array.of(effect.sw >> 8, effect.sw & 0xff), delayMs: 0 };
    case 'mute':
      return { response: new Uint8Array(0), delayMs: 0 };
    case 'garbage': {
      // 5F.. without an end to its tag, lengths past the end: a sequence no TLV reader may accept.
      const bytes = new Uint8Array(effect.lengthBytes ?? 40).map((_, i) => 0x5f | (i * 0xa1));
      return { response: concatBytes(bytes, ok), delayMs: 0 };
    }
    case 'too-long':
      return { response: concatBytes(new Uint8Array(300).fill(0x70), ok), delayMs: 0 };
    case 'truncate': {
      const keep = Math.max(0, response.length - 2 - effect.bytes);
      return {
        response: concatBytes(response.slice(0, keep), response.slice(-2)),
        delayMs: 0,
      };
    }
    case 'slow':
      return { response, delayMs: effect.delayMs };
    case 'flip':
      return { response: flipped(response, effect.offset), delayMs: 0 };
    case 'replace':
      return { response: effect.response, delayMs: 0 };
  }
}

/** Counts commands and changes the answers that faults were asked for. */
export class FaultInjector {
  readonly #faults: readonly RequestedFault[];
  readonly #seen = new Map<string, number>();

  constructor(faults: readonly RequestedFault[]) {
    this.#faults = faults;
  }

  /** The answer as the terminal gets it. */
  answer(ins: number, response: Uint8Array): FaultyAnswer {
    if (this.#faults.length === 0) return { response, delayMs: 0 };
    const name = commandNames[ins as keyof typeof commandNames] ?? 'unknown';
    const count = (this.#seen.get(name) ?? 0) + 1;
    this.#seen.set(name, count);
    const fault = this.#faults.find(
      (one) =>
        (one.on === 'any' || one.on === name) &&
        (one.occurrence === undefined || one.occurrence === count),
    );
    return fault ? apply(fault.effect, response) : { response, delayMs: 0 };
  }
}
