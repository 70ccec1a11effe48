// Drives a running transaction: one function answers the card, another everything else.
import type {
  CardErrorCode,
  KernelAnswer,
  KernelOutcome,
  KernelRequest,
  KernelRun,
} from './types.ts';

/** A card that answers at once: the bytes of its answer, or what went wrong. */
export type Card = (command: Uint8Array) => Uint8Array | CardErrorCode;

/** A card behind a reader. */
export type SlowCard = (command: Uint8Array) => Promise<Uint8Array | CardErrorCode>;

/** Every request but those to the card. */
export type PersonRequest = Exclude<KernelRequest, { type: 'apdu' }>;

/** Wraps a card's answer. */
export function cardAnswer(response: Uint8Array | CardErrorCode): KernelAnswer {
  return typeof response === 'string'
    ? { type: 'apdu', fault: response }
    : { type: 'apdu', response };
}

/**
 * Drives a transaction against a card and a host that answer at once.
 *
 * @example drive(runContact(start), card, (request) => answers[request.type])
 */
export function drive(
  run: KernelRun,
  card: Card,
  others: (request: PersonRequest) => KernelAnswer,
): KernelOutcome {
  let step = run.next();
  while (step.done !== true) {
    const request = step.value;
    step = run.next(request.type === 'apdu' ? cardAnswer(card(request.command)) : others(request));
  }
  return step.value;
}

/** The same for cards, people and hosts that take their time. */
export async function driveAsync(
  run: KernelRun,
  card: SlowCard,
  others: (request: PersonRequest) => KernelAnswer | Promise<KernelAnswer>,
): Promise<KernelOutcome> {
  let step = run.next();
  while (step.done !== true) {
    const request = step.value;
    const answer =
      request.type === 'apdu' ? cardAnswer(await card(request.command)) : await others(request);
    step = run.next(answer);
  }
  return step.value;
}
