// Connections for single messages to one host, and whether the host can be called at all: a call that could not be opened
// takes the host for down, until one can be.
import type { Socket } from 'node:net';
import type { LineFrame } from './host-line.ts';
import type { HostProtocol } from './host-protocol.ts';
import { MessageCall } from './message-call.ts';

/** What the calls need. */
export interface MessageCallsParts {
  readonly protocol: HostProtocol;
  /** Opens a socket to one of the host's addresses. */
  readonly dial: (onConnected: () => void) => Socket;
  readonly onUp: () => void;
  readonly onNote: (note: string) => void;
}

/** What becomes of one call. */
export interface CallEvents {
  readonly onFrame: (call: MessageCall, frame: LineFrame) => void;
  /** It is over without an answer; `written` says whether the message may have left. */
  readonly onEnd: (written: boolean) => void;
}

const tryAgainMsMax = 5_000;

/** The calls of one host. */
export class MessageCalls {
  readonly #parts: MessageCallsParts;
  #failure = '';
  #tries = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: MessageCallsParts) {
    this.#parts = parts;
  }

  /** Why the host cannot be called; '' when it can. */
  get failure(): string {
    return this.#failure;
  }

  open(body: Uint8Array, { onFrame, onEnd }: CallEvents): MessageCall {
    const { protocol, dial } = this.#parts;
    const call: MessageCall = new MessageCall({
      protocol,
      body,
      dial: (onConnected) =>
        dial(() => {
          this.#onReached();
          onConnected();
        }),
      onFrame: (frame) => onFrame(call, frame),
      onEnd: (written, reason) => {
        if (!written) this.#onUnreachable(reason);
        onEnd(written);
      },
    });
    return call;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #onReached(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tries = 0;
    if (this.#failure === '') return;
    this.#failure = '';
    this.#parts.onUp();
  }

  #onUnreachable(reason: string): void {
    this.#failure = reason;
    this.#parts.onNote(`cannot be called: ${reason}`);
    if (this.#isClosed || this.#timer !== undefined) return;
    const delayMs = Math.min(50 * 2 ** Math.min(this.#tries++, 8), tryAgainMsMax);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const socket = this.#parts.dial(() => {
        this.#onReached();
        socket.destroy();
      });
      socket.once('error', (error: NodeJS.ErrnoException) =>
        this.#onUnreachable(error.code ?? error.message),
      );
    }, delayMs);
  }
}
