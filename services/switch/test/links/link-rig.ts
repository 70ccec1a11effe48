// A host on a real socket that does as a test says, in any dialect, and a link to it.
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { type IsoMessage, createTraceNumbers, textOf } from '@chipswitch/transaction';
import {
  FrameDecoder,
  type Message,
  createResponse,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  swapTpdu,
} from 'iso8583-js';
import * as v from 'valibot';
import { afterEach } from 'vitest';
import { createCounters } from '../../src/counters.ts';
import { hostDialectOf } from '../../src/dialects/host-dialects.ts';
import type { NotSentReason } from '../../src/in-flight/ports.ts';
import { HostLink } from '../../src/links/host-link.ts';
import { openProtocol } from '../../src/links/host-protocol.ts';
import { type HostSettings, hostSettings } from '../../src/links/host-settings.ts';
import type { HostLinkParts } from '../../src/links/link-parts.ts';

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0).toReversed()) close();
});

/** Elements of an answer over those echoed (undefined takes one out), bytes as they are, or silence. */
export type ScriptedAnswer = Partial<IsoMessage> | Uint8Array | undefined;

/** A host. */
export interface RigHost {
  readonly port: number;
  /** What came in, as it stood on the wire. */
  readonly heard: Message[];
  /** Connections so far. */
  readonly connections: () => number;
  /** Sends a message of its own over the newest connection. */
  readonly say: (message: Message) => void;
  /** Sends bytes over the newest connection. */
  readonly sayBytes: (bytes: Uint8Array) => void;
  readonly breakLinks: () => void;
  readonly close: () => void;
}

/** What a host speaks, as the switch's configuration says it. */
export type Speaks = { readonly dialect?: string; readonly [setting: string]: unknown };

export function settingsOf(speaks: Speaks, port: number): HostSettings {
  return v.parse(hostSettings, {
    name: 'a',
    dialect: 'iso1987Ascii',
    ...(speaks['lines'] === undefined ? { host: '127.0.0.1', port } : {}),
    echoMs: 60_000,
    ...speaks,
    timers: { answerMs: 1_000, acknowledgeMs: 100, retryMs: 10, triesMax: 3, ...timersOf(speaks) },
  });
}

function timersOf({ timers }: Speaks): object {
  return typeof timers === 'object' && timers !== null ? timers : {};
}

/** What a host answers to a message by default: consent to network messages, silence to all else. */
export const onlyNetwork = (message: Message): ScriptedAnswer =>
  message.mti[1] === '8' ? { de39: message.mti.startsWith('1') ? '800' : '00' } : undefined;

/** A socket of the host, spoken to in the dialect. */
function speakOver(
  socket: Socket,
  speaks: Speaks,
  script: (message: Message) => ScriptedAnswer,
  heard: Message[],
): (message: Message, tpdu?: Uint8Array) => void {
  const { spec } = hostDialectOf(speaks.dialect ?? 'iso1987Ascii');
  const { framing } = openProtocol({ settings: settingsOf(speaks, 1), today: () => '2026-11-22' });
  const decoder = new FrameDecoder(framing.options);
  const send = (message: Message, tpdu?: Uint8Array): void => {
    const encoded = encodeMessage(spec, message);
    if (!encoded.ok) throw new Error(`${encoded.error.code} at ${encoded.error.path}`);
    const parts = { ...framing.parts, ...(tpdu && { tpdu }) };
    socket.write(encodeFrame(framing.options, encoded.bytes, parts));
  };
  socket.on('error', () => undefined); // The link may be gone; what matters was heard.
  socket.on('data', (chunk) => {
    for (const frame of decoder.push(chunk)) {
      const decoded = frame.ok ? decodeMessage<Message>(spec, frame.body) : undefined;
      if (frame.ok && decoded?.ok === true) {
        heard.push(decoded.message);
        const answer = script(decoded.message);
        if (answer instanceof Uint8Array) socket.write(answer);
        else if (answer !== undefined) {
          const response = createResponse<Message>(spec, decoded.message, answer);
          if (response !== undefined) send(response, frame.tpdu && swapTpdu(frame.tpdu));
        }
      }
    }
  });
  return send;
}

/** Opens a host on loopback. */
export async function openRigHost(
  script: (message: Message) => ScriptedAnswer,
  speaks: Speaks = {},
  makeServer: (onSocket: (socket: Socket) => void) => Server = (onSocket) => createServer(onSocket),
): Promise<RigHost> {
  const heard: Message[] = [];
  const sockets = new Set<Socket>();
  let say: (message: Message) => void = () => undefined;
  let newest: Socket | undefined;
  let connections = 0;
  const server = makeServer((socket) => {
    connections++;
    newest = socket;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    say = speakOver(socket, speaks, script, heard);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakLinks = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const host: RigHost = {
    port: (server.address() as AddressInfo).port,
    heard,
    connections: () => connections,
    say: (message) => say(message),
    sayBytes: (bytes) => void newest?.write(bytes),
    breakLinks,
    close: () => {
      breakLinks();
      server.close();
    },
  };
  opened.push(host.close);
  return host;
}

/** Dials a link in, as a host does that calls us. */
export function dialIn(
  socket: Socket,
  script: (message: Message) => ScriptedAnswer,
  speaks: Speaks = {},
): { readonly heard: Message[]; readonly say: (message: Message) => void } {
  const heard: Message[] = [];
  opened.push(() => socket.destroy());
  return { heard, say: speakOver(socket, speaks, script, heard) };
}

/** A link and what it told. */
export interface RigLink {
  readonly link: HostLink;
  readonly numbers: ReturnType<typeof createTraceNumbers>;
  readonly orphans: IsoMessage[];
  readonly notes: string[];
  readonly counters: ReturnType<typeof createCounters>;
}

/** Makes a link; it is not waited for. */
export function makeLink(settings: HostSettings, more: Partial<HostLinkParts> = {}): RigLink {
  let number = 0;
  const numbers = createTraceNumbers({ next: () => number++ });
  const orphans: IsoMessage[] = [];
  const notes: string[] = [];
  const counters = createCounters();
  const link = new HostLink({
    config: settings,
    protocol: openProtocol({ settings, today: () => '2026-11-22' }),
    counters,
    traceNumbers: numbers,
    transmission: () => '1122021107',
    onOrphan: (message) => orphans.push(message),
    onUp: () => undefined,
    followUpPlaces: 2,
    onNote: (note) => notes.push(note),
    ...more,
  });
  opened.push(() => link.close());
  link.start();
  return { link, numbers, orphans, notes, counters };
}

/** A message of ours, as the payment in flight makes it. */
export const message = (mti: string, stan: number, more: Partial<IsoMessage> = {}): IsoMessage => ({
  mti,
  de2: '4761739001010119',
  de3: '000000',
  de4: '000000001000',
  de7: '1122021107',
  de11: String(stan).padStart(6, '0'),
  de12: '101107',
  de13: '1122',
  de22: '051',
  de32: '12345678901',
  de37: '600000000001',
  de41: 'TERM0001',
  de42: 'ACCEPTOR0000001',
  de49: '156',
  ...more,
});

/** Asks, and what came of it. */
export function ask(
  link: HostLink,
  asked: IsoMessage,
): {
  readonly refused: NotSentReason | undefined;
  readonly answers: IsoMessage[];
  readonly ends: string[];
} {
  const answers: IsoMessage[] = [];
  const ends: string[] = [];
  const refused = link.send(asked, {
    onAnswer: (answer) => {
      answers.push(answer);
      return textOf(answer, 39) === '09' ? 'wait' : undefined;
    },
    onLinkLost: () => ends.push('lost'),
    onNotSent: (reason) => ends.push(`not sent: ${reason}`),
  });
  return { refused, answers, ends };
}
