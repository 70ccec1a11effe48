// Messages to and from a host with their MACs: what is sent leaves when the security module has made its MAC, what comes is
// taken when its MAC holds. Without MACs both happen at once.
import type { HostAuthentication } from '../security/host-authentication.ts';
import type { Heard, Written } from './host-protocol.ts';

type WrittenWell = Extract<Written, { ok: true }>;
type HeardWell = Extract<Heard, { ok: true }>;

/** What a link tells of its messages. */
export interface SealedMessagesParts {
  readonly authentication: HostAuthentication | undefined;
  readonly isClosed: () => boolean;
  /** A message of the host whose MAC does not hold. */
  readonly onForeign: (note: string) => void;
  readonly onFault: (note: string) => void;
}

const wordOf = (error: unknown): string => (error instanceof Error ? error.message : 'fault');

/** The messages of one link. */
export class SealedMessages {
  readonly #parts: SealedMessagesParts;

  constructor(parts: SealedMessagesParts) {
    this.#parts = parts;
  }

  /** Sends a message; `onNone` hears that it got no MAC, and so did not leave. */
  send(
    { wire, body: plain }: WrittenWell,
    send: (body: Uint8Array) => void,
    onNone: () => void = () => undefined,
  ): void {
    const { authentication, isClosed, onFault } = this.#parts;
    if (authentication === undefined) return send(plain);
    const go = (body: Uint8Array | undefined): void => {
      if (body === undefined) onNone();
      else if (!isClosed()) send(body);
    };
    const sealed = authentication.seal(wire);
    if (!(sealed instanceof Promise)) return go(sealed);
    sealed.then(go).catch((error: unknown) => {
      onFault(`a MAC was not made: ${wordOf(error)}`);
      onNone();
    });
  }

  /** Takes a message of the host; what is not its own answers nobody, as what cannot be read. */
  take(heard: HeardWell, body: Uint8Array, take: () => void): void {
    const { authentication, onForeign, onFault } = this.#parts;
    if (authentication === undefined) return take();
    Promise.resolve(authentication.verify(heard.wire, body))
      .then((own) => {
        if (own.ok) take();
        else onForeign(`a ${heard.wire.mti} has a MAC that is ${own.why}`);
      })
      .catch((error: unknown) => onFault(`a MAC was not verified: ${wordOf(error)}`));
  }
}
