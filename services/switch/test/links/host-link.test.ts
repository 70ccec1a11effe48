// The link to a host over a real socket: what it takes at send, and that all of it is given back.
import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { type IsoMessage, createTraceNumbers, textOf } from '@chipswitch/transaction';
import { FrameDecoder, encodeFrame } from 'iso8583-js';
import { afterEach, describe, expect, it } from 'vitest';
import { createCounters } from '../../src/counters.ts';
import { dialectOf } from '../../src/dialects/dialect.ts';
import { HostLink } from '../../src/links/host-link.ts';

const dialect = dialectOf('iso1987Ascii');
const framing = { length: 'binary2', maxBytes: 8192 } as const;

/** A host whose answers are chosen by the message: a response code, or none. */
async function openHost(script: (message: IsoMessage) => string | undefined): Promise<{
  port: number;
  heard: IsoMessage[];
  breakLinks: () => void;
  close: () => void;
}> {
  const heard: IsoMessage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const decoder = new FrameDecoder(framing);
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (!frame.ok) return void socket.destroy();
        const decoded = dialect.decode(frame.body);
        if (!decoded.ok) return void socket.destroy();
        const { message } = decoded;
        heard.push(message);
        const code = script(message);
        if (code === undefined) continue;
        const mti = `${message.mti.slice(0, 2)}${Number(message.mti[2]) + 1}0`;
        const kept = [3, 4, 7, 11, 41, 70].map((e) => [`de${e}`, textOf(message, e)] as const);
        const echoed = Object.fromEntries(kept.filter(([, value]) => value !== undefined));
        socket.write(encodeFrame(framing, dialect.encode({ mti, ...echoed, de39: code })));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakLinks = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    breakLinks,
    close: () => {
      breakLinks();
      server.close();
    },
  };
}

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

async function openLink(
  script: (message: IsoMessage) => string | undefined,
  more: { echoMs?: number; answerMs?: number; inFlightMax?: number } = {},
): Promise<{
  link: HostLink;
  host: Awaited<ReturnType<typeof openHost>>;
  numbers: ReturnType<typeof createTraceNumbers>;
  orphans: IsoMessage[];
  notes: string[];
}> {
  const host = await openHost(script);
  let number = 0;
  const numbers = createTraceNumbers({ next: () => number++ });
  const orphans: IsoMessage[] = [];
  const notes: string[] = [];
  const link = new HostLink({
    config: {
      name: 'a',
      dialect: 'iso1987Ascii',
      host: '127.0.0.1',
      port: host.port,
      echoMs: more.echoMs ?? 60_000,
      inFlightMax: more.inFlightMax ?? 3,
      timers: {
        answerMs: more.answerMs ?? 1_000,
        acknowledgeMs: 100,
        retryMs: 10,
        retryMsMax: 10,
        triesMax: 3,
      },
    },
    dialect,
    counters: createCounters(),
    traceNumbers: numbers,
    transmission: () => '1122021107',
    onOrphan: (message) => orphans.push(message),
    onUp: () => undefined,
    followUpPlaces: 2,
    onNote: (note) => notes.push(note),
  });
  opened.push(
    () => link.close(),
    () => host.close(),
  );
  link.start();
  await expect.poll(() => link.state).toBe('up');
  return { link, host, numbers, orphans, notes };
}

const onlyNetwork = (message: IsoMessage): string | undefined =>
  message.mti === '0800' ? '00' : undefined;

const message = (mti: string, stan: number, more: Partial<IsoMessage> = {}): IsoMessage => ({
  mti,
  de3: '000000',
  de4: '000000001000',
  de7: '1122021107',
  de11: String(stan).padStart(6, '0'),
  de41: 'TERM0001',
  ...more,
});

const nobody = { onAnswer: () => undefined, onLinkLost: () => undefined };

describe('R01: a place is given back on every way out', () => {
  it('when nobody waits any longer; the answer that comes then is an orphan', async () => {
    const { link, host, orphans } = await openLink((m) =>
      m.mti === '0100' ? '00' : onlyNetwork(m),
    );
    for (const stan of [1, 2, 3]) expect(link.send(message('0200', stan), nobody)).toBeUndefined();
    expect(link.send(message('0200', 4), nobody)).toBe('overloaded');
    for (const stan of [1, 2, 3]) link.forget(message('0200', stan));
    expect(link.inFlight).toBe(0);
    expect(link.send(message('0100', 4), nobody)).toBeUndefined();
    link.forget(message('0100', 4));
    await expect.poll(() => orphans.length).toBe(1);
    expect(host.heard.map(({ mti }) => mti)).toEqual(['0800', '0200', '0200', '0200', '0100']);
  });
  it('of an echo that is not answered, with its trace number', async () => {
    const { link, host, numbers } = await openLink((m) => (m.de70 === '001' ? '00' : undefined), {
      echoMs: 250,
      answerMs: 20,
    });
    const heard = (code: string): number => host.heard.filter((m) => m.de70 === code).length;
    await expect.poll(() => heard('301')).toBe(1);
    // Still on the first connection: its end would free everything.
    await expect
      .poll(() => [link.inFlight, numbers.inFlight, heard('001'), link.state], { interval: 5 })
      .toEqual([0, 0, 1, 'up']);
  });
  it('of everything when the link breaks, and everybody hears of it once', async () => {
    const { link, host, numbers } = await openLink(onlyNetwork);
    const lost: number[] = [];
    for (const stan of [1, 2, 3]) {
      link.send(message('0200', stan), { ...nobody, onLinkLost: () => lost.push(stan) });
    }
    await expect.poll(() => host.heard.length).toBe(4);
    host.breakLinks();
    await expect.poll(() => lost).toEqual([1, 2, 3]);
    await expect.poll(() => link.state).toBe('up');
    expect([link.inFlight, numbers.inFlight]).toEqual([0, 0]);
  });
  it('of a message that does not fit the dialect: it is not sent', async () => {
    const { link, notes } = await openLink(onlyNetwork);
    const wrong = message('0200', 1, { de4: '12' });
    expect(link.send(wrong, nobody)).toBe('does-not-fit');
    expect(link.inFlight).toBe(0);
    expect(notes.at(-1)).toContain('does not fit iso1987Ascii');
  });
  it('a table full of requests has places for reversals and advices, not for ever', async () => {
    const { link } = await openLink(onlyNetwork);
    for (const stan of [1, 2, 3]) link.send(message('0200', stan), nobody);
    expect(link.send(message('0420', 4), nobody)).toBeUndefined();
    expect(link.send(message('0220', 5), nobody)).toBeUndefined();
    expect(link.send(message('0421', 6), nobody)).toBe('overloaded');
  });
});

describe('an answer is matched by class, function, trace number and terminal', () => {
  it('and never by less', async () => {
    const { link, orphans } = await openLink((m) => (m.mti === '0800' ? '00' : '51'));
    const answers: (string | undefined)[] = [];
    const awaiting = { ...nobody, onAnswer: (m: IsoMessage) => void answers.push(textOf(m, 39)) };
    expect(link.send(message('0200', 1), awaiting)).toBeUndefined();
    expect(link.send(message('0200', 1), awaiting)).toBe('key-in-flight');
    expect(link.send(message('0200', 1, { de41: 'TERM0002' }), awaiting)).toBeUndefined();
    await expect.poll(() => answers).toEqual(['51', '51']);
    expect(orphans).toEqual([]);
  });
  it('a link that is down sends nothing', async () => {
    const { link } = await openLink(onlyNetwork);
    link.close();
    expect(link.send(message('0200', 1), nobody)).toBe('link-down');
    expect(link.inFlight).toBe(0);
  });
});
