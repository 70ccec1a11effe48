// The terminals' port by itself, on real sockets: deadlines and limits that no payment takes part in.
import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFrame } from 'iso8583-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { ListenConfig } from '../src/config.ts';
import { type Counters, createCounters } from '../src/counters.ts';
import {
  type TerminalFrame,
  type TerminalListener,
  openTerminalListener,
} from '../src/terminal-listener.ts';

const defaults: ListenConfig = {
  host: '127.0.0.1',
  port: 0,
  connectionsMax: 100,
  inFlightMax: 256,
  frameBytesMax: 4096,
  frameDeadlineMs: 10_000,
  idleMs: 60_000,
  terminalMs: 30_000,
};

interface Port {
  readonly listener: TerminalListener;
  readonly counters: Counters;
  readonly frames: TerminalFrame[];
}

const opened: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

async function openPort(
  config: Partial<ListenConfig> = {},
  onFrame: (frame: TerminalFrame) => Promise<void> = async () => undefined,
): Promise<Port> {
  const counters = createCounters();
  const frames: TerminalFrame[] = [];
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

function dial({ listener }: Port): Line {
  const socket = connect({ host: '127.0.0.1', port: listener.port, noDelay: true });
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
