// A connection for one message: opened for it, closed with its answer, as hosts behind dial-up lines want it.
import type { Socket } from 'node:net';
import { FrameDecoder, encodeFrame } from 'iso8583-js';
import type { LineFrame } from './host-line.ts';
import type { HostProtocol } from './host-protocol.ts';

/** What one call needs. */
export interface MessageCallParts {
  readonly protocol: HostProtocol;
  readonly dial: (onConnected: () => void) => Socket;
  readonly body: Uint8Array;
  readonly onFrame: (frame: LineFrame) => void;
  /** It is over; `written` says whether the message may have left. */
  readonly onEnd: (written: boolean, reason: string) => void;
}

/** One call. */
export class MessageCall {
  readonly #socket: Socket;
  #isOver = false;
  #isWritten = false;
  #reason = 'the host closed the connection';

  constructor(parts: MessageCallParts) {
    const { options, parts: around } = parts.protocol.framing;
    const decoder = new FrameDecoder(options);
    const socket = parts.dial(() => {
      this.#isWritten = true;
      socket.write(encodeFrame(options, parts.body, around));
    });
    this.#socket = socket;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason = error.code ?? error.message;
    });
    socket.on('data', (chunk: Uint8Array) => {
      for (const frame of decoder.push(chunk)) {
        if (this.#isOver) return;
        if (frame.ok && frame.body.length > 0) parts.onFrame(frame);
        if (frame.ok) continue;
        this.#reason = `no frame: ${frame.error.code}`;
        socket.destroy();
        return;
      }
    });
    socket.once('close', () => {
      if (this.#isOver) return;
      this.#isOver = true;
      parts.onEnd(this.#isWritten, this.#reason);
    });
  }

  /** Nothing more is awaited over it. */
  close(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }
}
