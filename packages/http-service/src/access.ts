// Who may read: a bearer token where one is set; without one, only requests addressed to this machine.
import { createHash, timingSafeEqual } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** The rule. */
export interface Access {
  /** Undefined where the console listens on loopback only. */
  readonly token?: string;
  /** Where each client has a token of its own: whether one is known. It takes as long for a wrong one. */
  readonly isKnown?: (token: string) => boolean;
}

const loopbackNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** Whether an address to listen on is reachable from this machine only. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address === 'localhost' || /^127(\.\d{1,3}){3}$/.test(address);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Why a request is refused; undefined when it may go on. Without a token the Host header must name
 * this machine, so that no web page can reach the console through a name of its own (DNS rebinding).
 */
export function refusalOf(
  access: Access,
  headers: { readonly host?: string | undefined; readonly authorization?: string | undefined },
): 'host-not-allowed' | 'unauthorized' | undefined {
  const given = /^Bearer ([\x21-\x7e]{1,256})$/.exec(headers.authorization ?? '')?.[1] ?? '';
  if (access.isKnown !== undefined) return access.isKnown(given) ? undefined : 'unauthorized';
  if (access.token === undefined) {
    return loopbackNames.test(headers.host ?? '') ? undefined : 'host-not-allowed';
  }
  return timingSafeEqual(digest(given), digest(access.token)) ? undefined : 'unauthorized';
}

/** Wrong tokens by address: who guesses waits, and his right guess would wait with the others. */
export class TokenGuesses {
  readonly #limiter: RateLimiterMemory;

  constructor(guessesMax: number) {
    this.#limiter = new RateLimiterMemory({ points: guessesMax, duration: 60 });
  }

  /** Whether an address has used up its guesses of this minute. */
  async isSpent(address: string): Promise<boolean> {
    const found = await this.#limiter.get(address);
    return found !== null && found.remainingPoints <= 0;
  }

  /** Counts a wrong token. */
  async count(address: string): Promise<void> {
    await this.#limiter.penalty(address, 1);
  }
}
