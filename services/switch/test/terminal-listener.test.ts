// The terminals' port by itself, on real sockets: deadlines and limits that no payment takes part in.
import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFrame } from 'iso8583-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { ListenConfig } from '../src/config.ts';
import { type Counters, createCounters } from '../src/counters.ts';
import type { LineFrame } from '../src/question.ts';
import { type TerminalListener, openTerminalListener } from '../src/terminal-listener.ts';

const defaults: ListenConfig = {
  host: '127.0.0.1',
  port: 0,
  connectionsMax: 100,
  inFlightMax: 256,
  frameBytesMax: 4096,
  frameDeadlineMs: 10_000,
  idleMs: 60_000,
  terminalMs: 30_000,
  connectionsPerAddressMax: 100,
  lineFramesPerSecondMax: 10_000,
  addressFramesPerSecondMax: 10_000,
  terminalFramesPerSecondMax: 100,
  strikesMax: 10,
  macs: 'refuse',
  drainMs: 100,
  dialect: 'posTerminal',
  framing: { length: 'binary2', countsItself: false, tpdu: '60', headerBytes: 0 },
  ports: [],
};

interface Port {
  readonly listener: TerminalListener;
  readonly counters: Counters;
  readonly frames: LineFrame[];
}

const opened: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

async function openPort(
  config: Partial<ListenConfig> = {},
  onFrame: (frame: LineFrame) => Promise<void> = async () => undefined,
): Promise<Port> {
  const counters = createCounters();
  const frames: LineFrame[] = [];
  const listener = await openTerminalListener({
    config: { ...defaults, ...config },
    counters,
    onFrame: (frame) => {
      frames.push(frame);
      return onFrame(frame);
    },
    onNote: () => undefined,
    onOverdue: (frame) => frame.giveUp(),
  });
  opened.push(listener);
  return { listener, counters, frames };
}

interface Line {
  readonly socket: Socket;
  readonly isClosed: () => boolean;
}

function dial({ listener }: Port, localAddress = '127.0.0.1'): Line {
  const { port } = listener;
  const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
  let closed = false;
  socket.on('error', () => undefined); // The port may reset the line: `isClosed` tells.
  socket.on('close', () => {
    closed = true;
  });
  opened.push({ close: () => socket.destroy() });
  return { socket, isClosed: () => closed };
}

const never = new Promise<void>(() => undefined);

const frame = encodeFrame(
  { length: 'binary2', tpdu: true, maxBytes: 4096 },
  new Uint8Array(20).fill(0x30),
  { tpdu: Uint8Array.of(0x60, 0, 1, 0, 0) },
);

describe('A4: the deadline of half a frame', () => {
  it('begins again with each frame that is whole: a busy line is never cut', async () => {
    const port = await openPort({ frameDeadlineMs: 1_000 });
    const line = dial(port);
    const head = frame.subarray(0, 7);
    const rest = Buffer.concat([frame.subarray(7), head]);
    line.socket.write(head);
    // Every segment ends inside a frame, for longer than the deadline.
    for (let i = 0; i < 30; i++) {
      await sleep(50);
      line.socket.write(rest);
    }
    await expect.poll(() => port.frames.length).toBe(30);
    expect(port.counters.snapshot().frameDeadlines).toBe(0);
    expect(line.isClosed()).toBe(false);
  });
  it('is kept when the rest of the frame does not come', async () => {
    const port = await openPort({ frameDeadlineMs: 100 });
    const line = dial(port);
    line.socket.write(Buffer.concat([frame, frame.subarray(0, 7)]));
    await expect.poll(line.isClosed, { timeout: 10_000 }).toBe(true);
    expect(port.counters.snapshot().frameDeadlines).toBe(1);
  });
});

describe('R37 = A2, I10: the terminal’s time', () => {
  it('is over: its line is closed, and nothing is sent any more', async () => {
    const port = await openPort({ terminalMs: 50 }, () => never);
    const line = dial(port);
    line.socket.write(frame);
    await expect.poll(line.isClosed, { timeout: 10_000 }).toBe(true);
    const [asked] = port.frames;
    expect(asked.msLeft()).toBeLessThanOrEqual(0);
    expect(await asked.reply(new Uint8Array(4))).toBe(false);
    expect(port.counters.snapshot()).toMatchObject({ overdue: 1, abandoned: 1 });
  });
  it('ends with the answer: the line stays', async () => {
    const port = await openPort({ terminalMs: 50 }, async (asked) => {
      await asked.reply(new Uint8Array(4));
    });
    const line = dial(port);
    line.socket.write(frame);
    await expect.poll(() => line.socket.bytesRead).toBe(11);
    await sleep(200);
    expect(line.isClosed()).toBe(false);
    expect(port.counters.snapshot().overdue).toBe(0);
  });
});

const many = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => frame));

describe('A1: what one line may cost', () => {
  it.each(['unknown-terminal', 'undecodable'] as const)(
    'a line that brings nothing but %s is closed, its answers given',
    async (what) => {
      const port = await openPort({ strikesMax: 3 }, async (asked) => {
        asked.judged(what);
        await asked.reply(new Uint8Array(4));
      });
      const line = dial(port);
      line.socket.on('data', () => undefined);
      line.socket.write(many(500));
      await expect.poll(line.isClosed, { timeout: 10_000 }).toBe(true);
      expect(port.frames.length).toBe(3);
      expect(line.socket.bytesRead).toBe(3 * 11);
      expect(port.counters.snapshot().linesForStrikes).toBe(1);
    },
  );
  it('a shared line with one unknown terminal among others stays', async () => {
    let count = 0;
    const port = await openPort({ strikesMax: 3 }, async (asked) =>
      asked.judged(count++ % 2 === 0 ? 'unknown-terminal' : 'known'),
    );
    const line = dial(port);
    line.socket.write(many(200));
    await expect.poll(() => port.frames.length).toBe(200);
    expect(line.isClosed()).toBe(false);
  });
  it('an address whose strikes are used up gets one more on each new line, others theirs', async () => {
    const port = await openPort({ strikesMax: 1_000 }, async (asked) =>
      asked.judged('undecodable'),
    );
    const first = dial(port);
    first.socket.write(many(400));
    await expect.poll(first.isClosed, { timeout: 10_000 }).toBe(true);
    const before = port.frames.length;
    expect(before).toBeLessThan(300);
    const again = dial(port);
    again.socket.write(many(400));
    await expect.poll(again.isClosed, { timeout: 10_000 }).toBe(true);
    expect(port.frames.length - before).toBeLessThan(100);
    const other = dial(port, '127.0.0.2');
    other.socket.write(many(150));
    await expect.poll(() => port.frames.length).toBeGreaterThan(before + 120);
    expect(other.isClosed()).toBe(false);
  });
  it.each(['lineFramesPerSecondMax', 'addressFramesPerSecondMax'] as const)(
    '%s: reading pauses, nothing is lost',
    async (limit) => {
      const port = await openPort({ [limit]: 50 });
      const line = dial(port);
      // Single segments: what was read before the pause is worked on.
      for (let i = 0; i < 60; i++) {
        line.socket.write(frame);
        await sleep(1);
      }
      await expect.poll(() => port.frames.length, { timeout: 10_000 }).toBe(60);
      expect(line.isClosed()).toBe(false);
    },
  );
  it('a line whose answers are not read is not read either, and closed after the terminal’s time', async () => {
    const port = await openPort(
      { terminalMs: 500, lineFramesPerSecondMax: 1_000_000 },
      async (asked) => {
        void asked.reply(new Uint8Array(4_000));
      },
    );
    const line = dial(port);
    line.socket.pause();
    const written = many(20_000);
    line.socket.write(written);
    await expect.poll(() => port.counters.snapshot().writeOverflows, { timeout: 10_000 }).toBe(1);
    expect(port.frames.length).toBeLessThan(20_000);
  });
});

describe('A7: places', () => {
  it('run out: the oldest line that no known terminal has used gives its place up', async () => {
    const port = await openPort({ connectionsMax: 3 }, async (asked) => asked.judged('known'));
    const known = dial(port);
    known.socket.write(frame);
    await expect.poll(() => port.frames.length).toBe(1);
    const idle = [dial(port)];
    await expect.poll(() => port.listener.connections()).toBe(2);
    idle.push(dial(port));
    await expect.poll(() => port.listener.connections()).toBe(3);
    const late = dial(port);
    late.socket.write(frame);
    await expect.poll(() => port.frames.length).toBe(2);
    expect([known, ...idle, late].map((line) => line.isClosed())).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(port.counters.snapshot().linesForPlaces).toBe(1);
  });
  it('of one address are limited: others find theirs', async () => {
    const port = await openPort({ connectionsPerAddressMax: 2 });
    const lines = [dial(port), dial(port)];
    await expect.poll(() => port.listener.connections()).toBe(2);
    const third = dial(port);
    await expect.poll(third.isClosed, { timeout: 10_000 }).toBe(true);
    const other = dial(port, '127.0.0.2');
    await expect.poll(() => port.listener.connections()).toBe(3);
    lines[0].socket.destroy();
    await expect.poll(() => port.listener.connections()).toBe(2);
    dial(port);
    await expect.poll(() => port.listener.connections()).toBe(3);
    expect(other.isClosed()).toBe(false);
    expect(port.counters.snapshot().connectionsRefused).toBe(1);
  });
});

describe('a stop', () => {
  const answered = async (asked: LineFrame): Promise<void> => {
    await sleep(100);
    await asked.reply(new Uint8Array(4));
  };
  it('answers what was asked, reads nothing more, and ends idle lines at once', async () => {
    const port = await openPort({ drainMs: 10_000 }, answered);
    const [idle, asking] = [dial(port), dial(port)];
    asking.socket.write(Buffer.concat([frame, frame]));
    await expect.poll(() => port.frames.length).toBe(2);
    const stopped = port.listener.close();
    await expect.poll(idle.isClosed).toBe(true);
    asking.socket.write(frame);
    asking.socket.resume();
    await stopped;
    await expect.poll(asking.isClosed).toBe(true);
    expect(asking.socket.bytesRead).toBe(22);
    expect(port.frames.length).toBe(2);
  });
  it('waits no longer than its time', async () => {
    const port = await openPort({ drainMs: 50 }, () => never);
    const line = dial(port);
    line.socket.write(frame);
    await expect.poll(() => port.frames.length).toBe(1);
    await port.listener.close();
    await expect.poll(line.isClosed).toBe(true);
  });
  it('takes nobody on any more', async () => {
    const port = await openPort({ drainMs: 10_000 }, answered);
    const asking = dial(port);
    asking.socket.write(frame);
    await expect.poll(() => port.frames.length).toBe(1);
    const stopped = port.listener.close();
    const late = dial(port);
    await expect.poll(late.isClosed).toBe(true);
    await stopped;
    await expect.poll(() => asking.socket.bytesRead).toBe(11);
  });
});
