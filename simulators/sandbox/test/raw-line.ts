// A terminal's line in any frame and dialect: messages go out as bytes, answers come back in order.
import { type Socket, connect } from 'node:net';
import type { IsoMessage } from '@chipswitch/transaction';
import {
  FrameDecoder,
  type FrameOptions,
  type FrameParts,
  type Spec,
  decodeMessage,
  encodeFrame,
  encodeMessage,
} from 'iso8583-js';

/** An answer with what stood before it in its frame. */
export interface RawAnswer extends FrameParts {
  readonly message: IsoMessage;
  readonly body: Uint8Array;
}

/** The bytes of a message in a spec. */
export function bytesIn(spec: Spec, message: IsoMessage): Uint8Array {
  const encoded = encodeMessage(spec, message);
  if (encoded.ok) return encoded.bytes;
  throw new Error(`${encoded.error.code} at ${encoded.error.path}`);
}

/** One line; every answer is taken once. */
export class RawLine {
  readonly socket: Socket;
  readonly #form: { readonly framing: FrameOptions; readonly spec: Spec };
  readonly #answers: RawAnswer[] = [];
  #waiting: ((answer: RawAnswer | 'closed') => void)[] = [];
  isClosed = false;

  constructor(port: number, form: { readonly framing: FrameOptions; readonly spec: Spec }) {
    this.#form = form;
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const decoder = new FrameDecoder(form.framing);
    this.socket.on('error', () => undefined); // The switch may reset the line: `isClosed` tells.
    this.socket.on('close', () => {
      this.isClosed = true;
      for (const wake of this.#waiting.splice(0)) wake('closed');
    });
    this.socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (!frame.ok) throw new Error(`the switch sent no frame: ${frame.error.code}`);
        const decoded = decodeMessage(form.spec, frame.body);
        if (!decoded.ok) throw new Error(`the switch sent no message: ${decoded.error.path}`);
        const answer = { ...frame, message: decoded.message };
        const wake = this.#waiting.shift();
        if (wake === undefined) this.#answers.push(answer);
        else wake(answer);
      }
    });
  }

  /** The next answer, or that the line was closed. */
  next(): Promise<RawAnswer | 'closed'> {
    const answer = this.#answers.shift();
    if (answer !== undefined) return Promise.resolve(answer);
    if (this.isClosed) return Promise.resolve('closed');
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  send(body: Uint8Array, parts: FrameParts = {}): void {
    this.socket.write(encodeFrame(this.#form.framing, body, parts));
  }

  /** Sends a message and takes its answer. */
  async ask(message: IsoMessage, parts: FrameParts = {}): Promise<RawAnswer> {
    this.send(bytesIn(this.#form.spec, message), parts);
    const answer = await this.next();
    if (answer === 'closed') throw new Error('the switch closed the line');
    return answer;
  }

  close(): void {
    this.socket.destroy();
  }
}
