// The line on real sockets: answers in any order and any pieces, silence, garbage, lost connections.
import { type Server, type Socket, createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type IsoMessage, terminalAnswer, textOf } from '@chipswitch/transaction';
import { FrameDecoder, decodeMessage, encodeFrame, encodeMessage, posTerminal } from 'iso8583-js';
import { afterEach, describe, expect, it } from 'vitest';
import {
  strangersCertificate,
  testServerCertificate,
  testServerKey,
} from '../src/data/test-tls-pair.ts';
import { TerminalLink } from '../src/terminal-link.ts';

const framing = { length: 'binary2', tpdu: true } as const;
const tpdu = Uint8Array.of(0x60, 0, 0, 0, 1);

function frameOf(message: IsoMessage): Uint8Array {
  const encoded = encodeMessage<IsoMessage>(posTerminal, message);
  if (!encoded.ok) throw new Error(`${encoded.error.code} ${encoded.error.path}`);
  return encodeFrame(framing, encoded.bytes, { tpdu });
}

const open: { server: Server; sockets: Socket[]; links: TerminalLink[] }[] = [];

async function host(
  onMessage: (message: IsoMessage, socket: Socket) => void,
): Promise<{ port: number; link: (more?: object) => Promise<TerminalLink>; stop: () => void }> {
  const sockets: Socket[] = [];
  const links: TerminalLink[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    const decoder = new FrameDecoder(framing);
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (!frame.ok) continue;
        const decoded = decodeMessage(posTerminal, frame.body);
        if (decoded.ok) onMessage(decoded.message, socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  open.push({ server, sockets, links });
  return {
    port,
    link: async (more = {}) => {
      const link = new TerminalLink({ host: '127.0.0.1', port, reconnectMs: [5, 20], ...more });
      links.push(link);
      expect(await link.connect(5000)).toBe(true);
      return link;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

afterEach(() => {
  for (const { server, sockets, links } of open.splice(0)) {
    for (const link of links) link.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

const echo = (stan: string, terminalId = 'T0000001'): IsoMessage => ({
  mti: '0800',
  de11: stan,
  de41: terminalId,
  de42: 'M00000000000001',
  de70: '301',
});

describe('the line', () => {
  it('gives every terminal its own answer, whatever the order', async () => {
    const held: { message: IsoMessage; socket: Socket }[] = [];
    const { link } = await host((message, socket) => {
      held.push({ message, socket });
      if (held.length < 3) return;
      for (const one of held.toReversed()) {
        one.socket.write(
          frameOf(
            terminalAnswer(one.message, '00', {
              retrievalReference: `00000000000${textOf(one.message, 11)?.at(-1)}`,
            }),
          ),
        );
      }
    });
    const line = await link();
    const answers = await Promise.all([
      line.exchange(echo('000001'), 1000),
      line.exchange(echo('000002'), 1000),
      line.exchange(echo('000002', 'T0000002'), 1000),
    ]);
    const references = answers.map(
      (one) => one.ok && `${one.message['de37'] as string} ${one.message['de41'] as string}`,
    );
    expect(references).toEqual([
      '000000000001 T0000001',
      '000000000002 T0000001',
      '000000000002 T0000002',
    ]);
  });

  it('reads an answer that comes byte by byte', async () => {
    const { link } = await host((message, socket) => {
      for (const byte of frameOf(terminalAnswer(message, '00'))) socket.write(Uint8Array.of(byte));
    });
    expect(await (await link()).exchange(echo('000001'), 1000)).toMatchObject({ ok: true });
  });

  it('names silence, and hands a late answer to whoever wants it', async () => {
    const late: IsoMessage[] = [];
    const { link } = await host((message, socket) => {
      setTimeout(() => socket.write(frameOf(terminalAnswer(message, '00'))), 60);
    });
    const line = await link({ onUnmatched: (message: IsoMessage) => late.push(message) });
    expect(await line.exchange(echo('000001'), 20)).toEqual({
      ok: false,
      error: { code: 'timed-out' },
    });
    await expect.poll(() => late.length).toBe(1);
    expect(late[0].mti).toBe('0810');
  });

  it('says not-sent when nobody listens', async () => {
    const gone = await host(() => undefined);
    gone.stop();
    const line = new TerminalLink({ host: '127.0.0.1', port: gone.port, connectMs: 200 });
    expect(await line.connect(100)).toBe(false);
    expect(await line.exchange(echo('000001'), 100)).toEqual({
      ok: false,
      error: { code: 'not-sent' },
    });
  });

  it('says link-lost when the host hangs up on a question, then reconnects', async () => {
    let hangUps = 0;
    const { link } = await host((message, socket) => {
      if (hangUps++ === 0) socket.destroy();
      else socket.write(frameOf(terminalAnswer(message, '00')));
    });
    const line = await link();
    expect(await line.exchange(echo('000001'), 1000)).toEqual({
      ok: false,
      error: { code: 'link-lost' },
    });
    expect(await line.exchange(echo('000002'), 1000)).toMatchObject({ ok: true });
    expect(line.counters).toMatchObject({ connects: 2, linkLost: 1 });
  });

  it('drops a line whose frames cannot be read', async () => {
    const { link } = await host((_, socket) => socket.write(Uint8Array.of(0, 3, 1, 2, 3)));
    const line = await link();
    expect(await line.exchange(echo('000001'), 1000)).toEqual({
      ok: false,
      error: { code: 'link-lost' },
    });
    expect(line.counters.undecodable).toBe(1);
  });

  it('does not match a message it cannot decode: the question times out', async () => {
    const { link } = await host((_, socket) => {
      socket.write(encodeFrame(framing, Uint8Array.of(0x02, 0x10, 0xff, 0xff), { tpdu }));
    });
    const line = await link();
    expect(await line.exchange(echo('000001'), 30)).toEqual({
      ok: false,
      error: { code: 'timed-out' },
    });
    expect(line.counters.undecodable).toBe(1);
  });

  it('sends no second question with the same key, and none over its cap', async () => {
    const { link } = await host(() => undefined);
    const line = await link({ inFlightMax: 2 });
    const first = line.exchange(echo('000001'), 50);
    await line.exchange(echo('000009'), 5);
    expect(await line.exchange(echo('000001'), 50)).toMatchObject({ error: { code: 'not-sent' } });
    await first;
    expect(line.counters.notSent).toBe(1);
  });

  it('ends what is in flight when it is closed', async () => {
    const { link } = await host(() => undefined);
    const line = await link();
    const asked = line.exchange(echo('000001'), 10_000);
    await expect.poll(() => line.counters.sent).toBe(1);
    line.close();
    expect(await asked).toEqual({ ok: false, error: { code: 'link-lost' } });
    expect(await line.exchange(echo('000002'), 100)).toMatchObject({ error: { code: 'not-sent' } });
  });
});

describe('a line under TLS', () => {
  const listen = async (): Promise<{ port: number; close: () => void }> => {
    const server = createTlsServer(
      { key: testServerKey, cert: testServerCertificate },
      (socket) => {
        const decoder = new FrameDecoder(framing);
        socket.on('error', () => undefined);
        socket.on('data', (chunk) => {
          for (const frame of decoder.push(chunk)) {
            const decoded = frame.ok ? decodeMessage(posTerminal, frame.body) : undefined;
            if (decoded?.ok === true) socket.write(frameOf(terminalAnswer(decoded.message, '00')));
          }
        });
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    return { port, close: () => server.close() };
  };

  it.each([
    ['the switch’s own certificate', testServerCertificate, true],
    ['a stranger’s', strangersCertificate, false],
  ])('trusting %s', async (_, ca, works) => {
    const { port, close } = await listen();
    const line = new TerminalLink({ host: 'localhost', port, tls: { ca }, connectMs: 2000 });
    const result = await line.exchange(echo('000001'), 3000);
    expect(result.ok).toBe(works);
    if (!result.ok) expect(result.error.code).toBe('not-sent');
    line.close();
    close();
  });
});
