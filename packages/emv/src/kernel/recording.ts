// Recordings of a card: what was sent and what came back, to be played again.
import { fromHex, toHex } from '@chipswitch/bytes';
import type { Card, SlowCard } from './drive.ts';
import { EmvFault } from './errors.ts';
import type { CardErrorCode } from './types.ts';

/** One command with its answer, in hex, or the fault instead of one. Holds card data and, where the
 * card checks one, a plaintext PIN: for test cards, not for logs. */
export type RecordedExchange = readonly [command: string, response: string];

/** A recording: plain JSON. */
export interface Recording {
  readonly exchanges: RecordedExchange[];
}

const faults: ReadonlySet<string> = new Set(['timeout', 'removed', 'too-long', 'protocol']);

function store(
  recording: Recording,
  command: Uint8Array,
  response: Uint8Array | CardErrorCode,
): void {
  const text = typeof response === 'string' ? response : toHex(response);
  recording.exchanges.push([toHex(command), text]);
}

/**
 * A card that also writes down what happens.
 *
 * @example
 * const recording: Recording = { exchanges: [] };
 * drive(run, recordCard(card, recording), others);
 */
export function recordCard(card: Card, recording: Recording): Card {
  return (command) => {
    const response = card(command);
    store(recording, command, response);
    return response;
  };
}

/** The same for a card behind a reader. */
export function recordSlowCard(card: SlowCard, recording: Recording): SlowCard {
  return async (command) => {
    const response = await card(command);
    store(recording, command, response);
    return response;
  };
}

/**
 * A card that answers as the recorded one did.
 *
 * @throws EmvFault `replay-mismatch` when another command comes than the recorded one, and
 * `replay-end` when more commands come: then it is not the recorded transaction.
 */
export function replayCard(recording: Recording): Card {
  let at = 0;
  return (command) => {
    const next = recording.exchanges[at];
    if (next === undefined) throw new EmvFault('replay-end', `nothing recorded after ${at}`);
    if (next[0] !== toHex(command)) {
      throw new EmvFault('replay-mismatch', `command ${at} is not the recorded one`);
    }
    at++;
    return faults.has(next[1]) ? (next[1] as CardErrorCode) : fromHex(next[1]);
  };
}
