// A host on a socket that answers requests as a test writes it, and keeps every message that it was sent.
import { once } from 'node:events';
import { type Socket, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  FrameDecoder,
  type FrameOptions,
  type Message,
  createResponse,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  isResponseMti,
  specs,
} from 'iso8583-js';

/** One answer: elements over those that a host echoes (undefined takes one out), after a while. */
export interface ScriptedAnswer extends Partial<Omit<Message, 'mti'>> {
  readonly afterMs?: number;
}

/** A host that does as it is told. */
export interface ScriptedHost {
  readonly port: number;
  /** Everything that came in, in order. */
  readonly heard: Message[];
  /** What the next requests (0100, 0200, 0220) are answered; an empty list is silence. */
  answers: readonly ScriptedAnswer[];
  /** What a reversal is answered by; undefined is silence. */
  reversalCode: string | undefined;
  /** Sends a message of its own over every connection. */
  readonly say: (message: Message) => void;
  readonly close: () => Promise<void>;
}

const framing: FrameOptions = { length: 'binary2', maxBytes: 8192 };
const echo = [3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 70, 90];
const spec = specs['iso1987Ascii'];

/** Opens the host on loopback. */
export async function openScriptedHost(): Promise<ScriptedHost> {
  const sockets = new Set<Socket>();
  const send = (socket: Socket, message: Message, values: Partial<Message>): void => {
    const answer = createResponse(spec, message, values, { echo });
    const encoded = answer === undefined ? undefined : encodeMessage(spec, answer);
    if (encoded?.ok !== true) throw new Error('the answer of a test does not fit');
    if (socket.writable) socket.write(encodeFrame(framing, encoded.bytes));
  };
  const onRequest = async (socket: Socket, message: Message): Promise<void> => {
    for (const { afterMs = 0, ...values } of host.answers) {
      if (afterMs > 0) await sleep(afterMs);
      send(socket, message, { de39: '00', ...values });
    }
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    const decoder = new FrameDecoder(framing);
    socket.on('error', () => undefined); // The switch may be gone; what matters was heard.
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        const decoded = frame.ok ? decodeMessage(spec, frame.body) : undefined;
        if (decoded?.ok !== true) throw new Error('the switch sent what is no message');
        const { message } = decoded;
        if (message.mti === '0800') send(socket, message, { de39: '00' });
        else if (isResponseMti(message.mti)) host.heard.push(message);
        else {
          host.heard.push(message);
          if (!message.mti.startsWith('04')) void onRequest(socket, message);
          else if (host.reversalCode !== undefined) {
            send(socket, message, { de39: host.reversalCode });
          }
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host: ScriptedHost = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    heard: [],
    answers: [],
    reversalCode: '00',
    say: (message) => {
      const encoded = encodeMessage(spec, message);
      if (!encoded.ok) throw new Error('the message of a test does not fit');
      for (const socket of sockets) socket.write(encodeFrame(framing, encoded.bytes));
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return host;
}
