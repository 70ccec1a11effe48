// The reader between kernel and card: turns what cards do into the faults the kernel knows.
import type { CardErrorCode, KernelAnswer } from '@chipswitch/emv';

/** Anything that answers APDUs: the simulator's card, or a reader behind PC/SC. */
export interface CardPort {
  transmit(apdu: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Takes the card out and in again. */
  reset?(): void | Promise<void>;
  /** How late the last answer was, where the card only marks it instead of sleeping. */
  readonly lastDelayMs?: number;
}

/** One command and its answer, hex, for a log that is asked for. Holds card data. */
export interface ApduTrace {
  readonly command: Uint8Array;
  readonly response: Uint8Array | CardErrorCode;
}

/** A short answer carries at most 256 bytes and the status word (ISO/IEC 7816-4). */
const responseBytesMax = 258;

function judge(card: CardPort, response: Uint8Array, cardMs: number): Uint8Array | CardErrorCode {
  if (response.length === 0 || (card.lastDelayMs ?? 0) > cardMs) return 'timeout';
  if (response.length > responseBytesMax) return 'too-long';
  return response.length < 2 ? 'protocol' : response;
}

/** The kernel's word for one exchange, with the time it took. */
export type ApduAnswer = Extract<KernelAnswer, { type: 'apdu' }>;

/**
 * A card as the kernel wants it: its answer, or what went wrong, and how long it took. A delay that
 * a simulated card only marks counts as if it had been waited for.
 *
 * @param cardMs longest wait for one answer
 * @param trace gets every exchange; keep it out of logs, it holds card data
 */
export function readCard(
  card: CardPort,
  cardMs: number,
  trace?: (exchange: ApduTrace) => void,
): (command: Uint8Array) => Promise<ApduAnswer> {
  return async (command) => {
    let response: Uint8Array | CardErrorCode;
    const startedMs = performance.now();
    try {
      response = await withTimeout(card, command, cardMs);
    } catch {
      // A reader that throws has lost its card: the kernel hears that, whatever the driver's reason.
      response = 'removed';
    }
    const tookMs = performance.now() - startedMs + (card.lastDelayMs ?? 0);
    trace?.({ command, response });
    if (typeof response === 'string') return { type: 'apdu', fault: response };
    return { type: 'apdu', response, elapsedUs: Math.round(tookMs * 1000) };
  };
}

async function withTimeout(
  card: CardPort,
  command: Uint8Array,
  cardMs: number,
): Promise<Uint8Array | CardErrorCode> {
  const answer = card.transmit(command);
  if (answer instanceof Uint8Array) return judge(card, answer, cardMs);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), cardMs);
  });
  try {
    const first = await Promise.race([answer, late]);
    return first === 'timeout' ? first : judge(card, first, cardMs);
  } finally {
    clearTimeout(timer);
  }
}
