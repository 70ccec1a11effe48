// How a contactless kernel ends, before Entry Point turns it into an outcome (Book A section 6).
import type { Stop } from '../kernel/context.ts';
import type { ContactlessCvm, ContactlessMessage, TornRecord } from '../kernel/types.ts';

/** The end of a kernel: an outcome, or that the host decides. */
export interface KernelEnd {
  readonly stop: Stop | 'online';
  readonly cvm: ContactlessCvm;
  readonly message: ContactlessMessage;
  readonly start?: 'A' | 'B' | 'C' | 'D';
  readonly alternateInterface?: 'contact';
  readonly torn?: TornRecord;
}

/** An end without a cardholder verification. */
export function endWith(
  stop: Stop,
  message: ContactlessMessage,
  more: Pick<KernelEnd, 'start' | 'alternateInterface' | 'torn'> = {},
): KernelEnd {
  return { stop, cvm: 'not-applicable', message, ...more };
}

/** The card broke the rules or the link: nothing was decided. */
export function cardError(reason: Stop['reason']): KernelEnd {
  return endWith({ type: 'terminated', reason }, 'insert-swipe-or-try-another-card');
}

/** Refused offline. */
export function declinedOffline(reason: Stop['reason'] = 'offline-declined'): KernelEnd {
  return endWith({ type: 'declined', reason }, 'declined');
}

/** Another interface, because this one cannot do it. */
export function otherInterface(reason: Stop['reason']): KernelEnd {
  return endWith({ type: 'try-another-interface', reason }, 'insert-card', {
    alternateInterface: 'contact',
  });
}

/** A step's own stop, in the words of contactless: a lost card is presented again. */
export function fromStop(stop: Stop): KernelEnd {
  const lost = stop.reason === 'card-not-responding' || stop.reason === 'card-removed';
  if (lost && stop.type !== 'cancelled') {
    return endWith({ type: 'try-again', reason: stop.reason }, 'present-card-again', {
      start: 'B',
    });
  }
  if (stop.type === 'declined') return declinedOffline(stop.reason);
  if (stop.type === 'cancelled') return endWith(stop, 'processing-error');
  return cardError(stop.reason);
}
