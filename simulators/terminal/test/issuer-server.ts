// The scripted issuer behind a TCP port, in the terminals' dialect.
import { createServer } from 'node:net';
import type { CardProfile } from '@chipswitch/card';
import { FrameDecoder, decodeMessage, encodeFrame, posTerminal, swapTpdu } from 'iso8583-js';
import { encodePosMessage } from '../src/terminal-link.ts';
import { type IssuerScript, type ScriptedIssuer, scriptedIssuer } from './scripted-issuer.ts';

export interface IssuerServer {
  readonly issuer: ScriptedIssuer;
  readonly port: number;
  close(): void;
}

const framing = { length: 'binary2', tpdu: true } as const;

export async function startIssuerServer(
  profile: CardProfile,
  script: IssuerScript = {},
): Promise<IssuerServer> {
  const issuer = scriptedIssuer(profile, script);
  const server = createServer((socket) => {
    const decoder = new FrameDecoder(framing);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (!frame.ok || frame.tpdu === undefined) return;
        const { tpdu } = frame;
        const decoded = decodeMessage(posTerminal, frame.body);
        if (!decoded.ok) return;
        void issuer.exchange(decoded.message, 1000).then((result) => {
          if (!result.ok) return;
          const body = encodePosMessage(result.message);
          socket.write(encodeFrame(framing, body, { tpdu: swapTpdu(tpdu) }));
        });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { issuer, port, close: () => server.close() };
}
