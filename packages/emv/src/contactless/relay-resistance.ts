// Relay resistance: is the card as near as its answer time says? (Book C-2 section 3.10)
import type { TvrBit } from '../kernel/bits.ts';
import type { RelayConfig } from './types.ts';

/** What the card answered to EXCHANGE RELAY RESISTANCE DATA; times in hundreds of microseconds. */
export interface RelayAnswer {
  /** Device relay resistance entropy, 4 bytes. */
  readonly entropy: Uint8Array;
  readonly minimumTime: number;
  readonly maximumTime: number;
  readonly transmissionTime: number;
}

/** Reads the 10 bytes of the answer (template 80); undefined when they are not that. */
export function readRelayAnswer(value: Uint8Array): RelayAnswer | undefined {
  if (value.length !== 10) return undefined;
  const word = (at: number): number => (value[at] << 8) | value[at + 1];
  return {
    entropy: value.subarray(0, 4),
    minimumTime: word(4),
    maximumTime: word(6),
    transmissionTime: word(8),
  };
}

/** What a measurement means. */
export interface RelayVerdict {
  /** The card's processing time, in hundreds of microseconds. */
  readonly measured: number;
  /** Too slow, but it may be tried again. */
  readonly tooSlow: boolean;
  /** Too fast for this card: somebody else answered. */
  readonly tooFast: boolean;
  readonly tvr: readonly TvrBit[];
}

/**
 * Judges one measured exchange.
 *
 * The card's processing time is what was measured less the transmission both ways; the answer's way
 * is the lesser of the terminal's and the card's estimate.
 *
 * @example judgeRelay(answer, 12_000, config).tooFast // false
 */
export function judgeRelay(
  answer: RelayAnswer,
  elapsedUs: number,
  config: RelayConfig,
): RelayVerdict {
  const { commandTransmission, responseTransmission, minimumGrace, maximumGrace } = config;
  const way = Math.min(answer.transmissionTime, responseTransmission);
  const measured = Math.max(0, Math.floor(elapsedUs / 100) - commandTransmission - way);
  const tooFast = measured < Math.max(0, answer.minimumTime - minimumGrace);
  const tooSlow = measured > answer.maximumTime + maximumGrace;
  const tvr: TvrBit[] = ['relay-performed'];
  if (tooSlow) tvr.push('relay-time-limits-exceeded');
  if (mismatch(answer.transmissionTime, responseTransmission, config.mismatchThreshold)) {
    tvr.push('relay-threshold-exceeded');
  } else if (Math.max(0, measured - answer.minimumTime) > config.accuracyThreshold) {
    tvr.push('relay-threshold-exceeded');
  }
  return { measured, tooSlow, tooFast, tvr };
}

/** Whether two transmission times differ by more than a percentage of the longer one. */
function mismatch(device: number, terminal: number, percent: number): boolean {
  // An estimate of nothing says nothing: it cannot be divided by.
  if (device === 0 || terminal === 0) return true;
  const ratio = (100 * Math.min(device, terminal)) / Math.max(device, terminal);
  return ratio < percent;
}

/** The command: the terminal's entropy, four bytes. */
export function relayCommand(entropy: Uint8Array): Uint8Array {
  return Uint8Array.of(0x80, 0xea, 0x00, 0x00, 0x04, ...entropy, 0x00);
}
