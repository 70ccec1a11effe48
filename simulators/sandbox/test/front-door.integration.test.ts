// The terminals' port of a running switch: hostile bytes, captured messages, real card transcripts.
// Whatever comes is bounded, counted and logged masked, and other terminals are served meanwhile.
import { readFileSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromHex } from '@chipswitch/bytes';
import { maskLoneCardNumbers, maskingNet } from '@chipswitch/cardholder-data';
import { encodePosMessage } from '@chipswitch/terminal';
import { textOf } from '@chipswitch/transaction';
import { FrameDecoder, decodeMessage, encodeFrame, posTerminal } from 'iso8583-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stand, openStand, purchase, visa } from './switch-stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await openStand({ listen: { frameDeadlineMs: 300, frameBytesMax: 4096 } });
});
afterAll(() => stand.close());

const framing = { length: 'binary2', tpdu: true, maxBytes: 4096 } as const;
const tpdu = fromHex('6000010000');

/** A raw connection that gathers what comes back. */
class RawLink {
  readonly socket: Socket;
  readonly answers: { mti: string; code: string | undefined }[] = [];
  closed = false;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const decoder = new FrameDecoder(framing);
    this.socket.on('error', () => undefined); // The switch may reset the link: `closed` tells.
    this.socket.on('close', () => {
      this.closed = true;
    });
    this.socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (!frame.ok) continue;
        const decoded = decodeMessage(posTerminal, frame.body);
        if (!decoded.ok) continue;
        const message = decoded.message as unknown as { mti: string; de39?: string };
        this.answers.push({ mti: message.mti, code: message.de39 });
      }
    });
  }

  async until(condition: () => boolean, ms = 3_000): Promise<boolean> {
    const deadline = performance.now() + ms;
    while (!condition() && performance.now() < deadline) await sleep(5);
    return condition();
  }
}

const frameOf = (body: Uint8Array): Uint8Array => encodeFrame(framing, body, { tpdu });

async function othersAreServed(): Promise<void> {
  const link = stand.link();
  const answer = await link.exchange(purchase(1200, { de41: 'TERM0002' }), 3_000);
  expect(answer.ok && textOf(answer.message, 39)).toBe('00');
  link.close();
}

describe('hostile bytes', () => {
  it('length 0 is a sign of life: the link stays and works', async () => {
    const raw = new RawLink(stand.running.port);
    raw.socket.write(fromHex('0000'));
    raw.socket.write(frameOf(encodePosMessage(purchase(1300))));
    expect(await raw.until(() => raw.answers.length === 1)).toBe(true);
    expect(raw.answers[0]).toEqual({ mti: '0210', code: '00' });
    raw.socket.destroy();
  });
  it.each([
    ['length 65535', 'FFFF6000010000', 'frameErrors'],
    ['random bytes', 'C0DEC0DEBADC0FFEE0DDF00D', 'frameErrors'],
    ['a TLS hello', '16030100C8010000C40303', 'tlsOnPlainPort'],
    ['half a frame, then silence', '0100600001000002003020', 'frameDeadlines'],
  ] as const)('%s closes the link and is counted', async (_name, hex, counter) => {
    const before = stand.running.status().counters[counter];
    const raw = new RawLink(stand.running.port);
    raw.socket.write(fromHex(hex));
    expect(await raw.until(() => raw.closed)).toBe(true);
    expect(stand.running.status().counters[counter]).toBe(before + 1);
    await othersAreServed();
  });
  it('one byte at a time is a message all the same while it comes within the deadline', async () => {
    const raw = new RawLink(stand.running.port);
    const bytes = frameOf(encodePosMessage(purchase(1400)));
    for (const byte of bytes) {
      raw.socket.write(Uint8Array.of(byte));
      await sleep(1);
    }
    expect(await raw.until(() => raw.answers.length === 1)).toBe(true);
    raw.socket.destroy();
  });
  it('one byte per 100 ms runs into the deadline', async () => {
    const raw = new RawLink(stand.running.port);
    const bytes = frameOf(encodePosMessage(purchase(1500)));
    for (let i = 0; i < 10 && !raw.closed; i++) {
      raw.socket.write(bytes.subarray(i, i + 1));
      await sleep(100);
    }
    expect(raw.closed).toBe(true);
    await othersAreServed();
  });
  it('50 frames in one segment are 50 answers', async () => {
    const raw = new RawLink(stand.running.port);
    const frames = Array.from({ length: 50 }, () => frameOf(encodePosMessage(purchase(1600))));
    raw.socket.write(Buffer.concat(frames));
    expect(await raw.until(() => raw.answers.length === 50, 10_000)).toBe(true);
    expect(raw.answers.every((answer) => answer.code === '00')).toBe(true);
    raw.socket.destroy();
  });
  it.each([
    ['a header that cannot be read', fromHex('FFFFFFFFFFFF')],
    ['an answer', encodePosMessage(purchase(1, { mti: '0210', de39: '00' }))],
    ['a message of another version', encodePosMessage(purchase(1, { mti: '1200' }))],
  ])('I13: %s closes a link that asks nothing else', async (_name, body) => {
    const raw = new RawLink(stand.running.port);
    raw.socket.write(frameOf(body));
    expect(await raw.until(() => raw.closed)).toBe(true);
    expect(raw.answers).toEqual([]);
  });
  it('I13: an unreadable header beside a question is dropped and counted, the link stays', async () => {
    const before = stand.running.status().counters.undecodable;
    const raw = new RawLink(stand.running.port);
    raw.socket.write(frameOf(fromHex('FFFFFFFFFFFF')));
    raw.socket.write(frameOf(encodePosMessage(purchase(1700))));
    expect(await raw.until(() => raw.answers.length === 1)).toBe(true);
    expect(stand.running.status().counters.undecodable).toBe(before + 1);
    raw.socket.destroy();
  });
});

interface IsoVector {
  readonly id: string;
  readonly level: string;
  readonly hex: string;
  readonly error?: string;
}

describe('captured messages', () => {
  const file = new URL('../../../packages/iso8583-js/vectors/iso8583.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: IsoVector[] };
  const messages = vectors.filter((vector) => vector.level === 'message');
  it('there are enough of them', () => {
    expect(messages.length).toBeGreaterThanOrEqual(10);
  });
  it.each(messages.map((vector) => [vector.id, vector.hex]))(
    '%s is refused or dropped, counted, and the next payment goes through',
    async (_id, hex) => {
      const before = stand.running.status().counters;
      const raw = new RawLink(stand.running.port);
      raw.socket.write(frameOf(fromHex(hex)));
      raw.socket.write(frameOf(encodePosMessage(purchase(1800))));
      const paid = (): boolean => raw.answers.some((answer) => answer.code === '00');
      expect(await raw.until(paid)).toBe(true);
      const refusals = raw.answers.filter((answer) => answer.code !== '00');
      const after = stand.running.status().counters;
      const counted = after.undecodable - before.undecodable + after.refusals - before.refusals;
      expect(counted).toBe(1);
      for (const refusal of refusals)
        expect(['12', '30', '94', '03', '40']).toContain(refusal.code);
      raw.socket.destroy();
    },
  );
});

describe('chip data of captured transcripts', () => {
  const file = new URL('../../../packages/emv/vectors/emv.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
    vectors: { id: string; kind: string; input: unknown }[];
  };
  // Every cryptogram answer and DE 55 that a transcript or a data recipe of the file carries.
  const data = vectors.flatMap(({ id, kind, input }) => {
    if (kind !== 'transcript' && kind !== 'ac-data') return [];
    const found = JSON.stringify(input).match(/"(?:9F26|9F27|77|5F2A|82)[0-9A-F]{60,500}"/g) ?? [];
    return found.map((text, i) => [`${id} #${i}`, text.slice(1, -1)] as const);
  });
  it('there are at least two', () => {
    expect(data.length).toBeGreaterThanOrEqual(2);
  });
  it.each(data)(
    '%s is answered: the issuer refuses a cryptogram that is not its own',
    async (_id, hex) => {
      const link = stand.link();
      const asked = purchase(1900, { de22: '051', de55: fromHex(hex.slice(0, 510)) });
      const answer = await link.exchange(asked, 3_000);
      expect(answer.ok).toBe(true);
      expect(['82', '30']).toContain(answer.ok ? textOf(answer.message, 39) : undefined);
      link.close();
    },
  );
});

describe('the log', () => {
  it('holds no card number, track or PIN block of all this', () => {
    const text = JSON.stringify(stand.log);
    // Seven digits of the card in a row, in any form, or any number that stands alone would be changed.
    expect(maskingNet([visa.applications[0].pan])(text)).toBe(text);
    expect(maskLoneCardNumbers(text)).toBe(text);
    expect(stand.log.length).toBeGreaterThan(50);
  });
});
