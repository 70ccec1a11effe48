// `pcap`: captures made here, through the real reader, reassembly, detection and pairing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameOptions, Message } from 'iso8583-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  classicCapture,
  ethernetFrame,
  pcapngCapture,
  type SegmentPlan,
} from './support/make-capture.ts';
import { answer, framed, purchase } from './support/messages.ts';
import { runHere } from './support/run-here.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-pcap-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const client = { address: [10, 0, 0, 1], port: 40_001 };
const server = { address: [10, 0, 0, 2], port: 8583 };
const start = 1_763_769_600_000_000_000n;

/** One connection: messages of the client and the server with their times, cut into segments. */
class Talk {
  readonly frames: { timeNs: bigint; data: Uint8Array }[] = [];
  readonly #spec: string;
  readonly #framing: FrameOptions;
  readonly #next = { client: 1000, server: 9000 };

  constructor(spec: string, framing: FrameOptions) {
    this.#spec = spec;
    this.#framing = framing;
    this.#add('client', 0n, 2, new Uint8Array(0));
    this.#add('server', 0n, 2, new Uint8Array(0));
  }

  #add(from: 'client' | 'server', atMs: bigint, flags: number, payload: Uint8Array): void {
    const [source, destination] = from === 'client' ? [client, server] : [server, client];
    const timeNs = start + atMs * 1_000_000n;
    const plan: SegmentPlan = {
      timeNs,
      source,
      destination,
      sequence: this.#next[from],
      acknowledged: this.#next[from === 'client' ? 'server' : 'client'],
      flags,
      payload,
    };
    this.frames.push({ timeNs, data: ethernetFrame(plan) });
    this.#next[from] += payload.length + ((flags & 2) === 0 ? 0 : 1);
  }

  say(from: 'client' | 'server', atMs: bigint, message: Message, cut = 1000): this {
    return this.raw(from, atMs, framed(this.#spec, message, this.#framing), cut);
  }

  raw(from: 'client' | 'server', atMs: bigint, bytes: Uint8Array, cut = 1000): this {
    for (let at = 0; at < bytes.length; at += cut)
      this.#add(from, atMs, 0x18, bytes.slice(at, at + cut));
    return this;
  }

  /** Loses the latest segment. */
  lose(): this {
    this.frames.pop();
    return this;
  }
}

async function read(
  talk: Talk,
  words: string[] = [],
  form = classicCapture,
): Promise<Record<string, unknown>[]> {
  const file = join(folder, `${Math.random()}.pcap`);
  writeFileSync(file, form(talk.frames));
  const { out } = await runHere(['pcap', file, '--json', ...words]);
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const tpdu = { length: 'binary2', tpdu: true } as const;

describe('conversations', () => {
  const dialects: [string, FrameOptions, string][] = [
    ['posTerminal', tpdu, 'binary2+tpdu'],
    ['iso1987Ascii', { length: 'binary2' }, 'binary2'],
    ['iso1987Ascii', { length: 'ascii4' }, 'ascii4'],
    ['iso1987Binary', { length: 'binary4' }, 'binary4'],
    ['iso1987Ebcdic', { length: 'bcd2' }, 'bcd2'],
    ['iso1987Ascii', { length: 'hex4' }, 'hex4'],
    ['iso1987Ascii', { length: 'binary2', inclusive: true }, 'binary2-inclusive'],
    ['iso1987Ascii', { length: 'none', trailer: 3 }, 'etx'],
  ];
  for (const [spec, framing, name] of dialects) {
    it(`${spec} in ${name}: detected, cut anywhere, paired with its latency`, async () => {
      const talk = new Talk(spec, framing)
        .say('client', 0n, purchase(), 7)
        .say('server', 12n, answer(), 11)
        .say('client', 20n, purchase({ de11: '000124' }))
        .say('server', 25n, answer({ de11: '000124', de39: '00' }));
      for (const form of [classicCapture, pcapngCapture]) {
        const [first, second, , fourth, summary] = await read(talk, [], form);
        expect(first).toMatchObject({
          kind: 'message',
          mti: '0200',
          spec,
          framing: name,
          pan: '476173******0119',
        });
        expect(second).toMatchObject({
          mti: '0210',
          answers: 1,
          latencyNs: '12000000',
          responseCode: '51',
        });
        expect(fourth).toMatchObject({ answers: 3, latencyNs: '5000000' });
        expect(summary).toMatchObject({
          kind: 'summary',
          messages: 4,
          answered: 2,
          unanswered: 0,
          undecoded: 0,
        });
      }
    });
  }

  it('several in flight, answered out of order; repeats and silence are told', async () => {
    const talk = new Talk('posTerminal', tpdu)
      .say('client', 0n, purchase({ de11: '000001' }))
      .say('client', 1n, purchase({ de11: '000002' }))
      .say('server', 5n, answer({ de11: '000002' }))
      .say('server', 9n, answer({ de11: '000001' }))
      .say('client', 10n, purchase({ de11: '000003' }))
      .say('client', 40n, purchase({ de11: '000003', mti: '0201' }));
    const seen = await read(talk);
    expect(seen[2]).toMatchObject({ answers: 2, latencyNs: '4000000' });
    expect(seen[3]).toMatchObject({ answers: 1, latencyNs: '9000000' });
    expect(seen[5]).toMatchObject({ mti: '0201', repeats: 5 });
    expect(seen.at(-1)).toMatchObject({ answered: 2, unanswered: 1, repeats: 1 });
  });

  it('goes on behind lost packets and names the gap', async () => {
    const talk = new Talk('iso1987Ascii', { length: 'binary2' })
      .say('client', 0n, purchase())
      .say('server', 2n, answer())
      .say('client', 5n, purchase({ de11: '000200' }))
      .lose()
      .say('client', 7n, purchase({ de11: '000201' }))
      .say('server', 9n, answer({ de11: '000201' }));
    const seen = await read(talk);
    expect(seen).toContainEqual(expect.objectContaining({ kind: 'remark', what: 'gap' }));
    expect(seen).toContainEqual(
      expect.objectContaining({ mti: '0210', stan: '000201', answers: 3 }),
    );
  });

  it('filters, limits, full view', async () => {
    const talk = new Talk('posTerminal', tpdu)
      .say(
        'client',
        0n,
        purchase({
          de55: Uint8Array.from(Buffer.from('9F2608A1B2C3D4E5F607185A084761739001010119', 'hex')),
        }),
      )
      .say('server', 2n, answer());
    expect(await read(talk, ['--mti', '021'])).toHaveLength(2);
    expect(await read(talk, ['--stan', '999'])).toHaveLength(1);
    expect(await read(talk, ['--limit', '1'])).toHaveLength(2);
    expect((await read(talk, ['--port', '1'])).at(-1)).toMatchObject({ messages: 0 });
    const file = join(folder, 'full.pcap');
    writeFileSync(file, classicCapture(talk.frames));
    const { out } = await runHere(['pcap', file, '--full']);
    expect(out).toContain('Application Cryptogram');
    expect(out).toContain('answers #1 in 2.00 ms');
    expect(out).not.toContain('4761739001010119');
  });
});

describe('other things on a wire', () => {
  it('TLS and unknown protocols are named', async () => {
    const tls = new Talk('iso1987Ascii', { length: 'binary2' }).raw(
      'client',
      0n,
      Uint8Array.of(0x16, 3, 1, 0, 200, 1, 0, 0),
    );
    expect((await read(tls))[0]).toMatchObject({ kind: 'remark', what: 'tls' });
    const http = new Talk('iso1987Ascii', { length: 'binary2' }).raw(
      'client',
      0n,
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    );
    expect((await read(http))[0]).toMatchObject({ kind: 'remark', what: 'unknown protocol' });
  });

  it('files that are no capture end with a code and a next step', async () => {
    const file = join(folder, 'text');
    writeFileSync(file, 'this is no capture');
    const ran = await runHere(['pcap', file]);
    expect(ran.code).toBe(3);
    expect(ran.out).toContain('no pcap or pcapng magic number');
    expect((await runHere(['pcap', join(folder, 'nothing')])).code).toBe(2);
    expect((await runHere(['pcap', folder])).code).toBe(2);
    expect((await runHere(['pcap', file, '--spec', 'nope'])).code).toBe(2);
    expect((await runHere(['pcap'])).code).toBe(2);
  });

  it('a capture cut short keeps what it holds', async () => {
    const talk = new Talk('posTerminal', tpdu)
      .say('client', 0n, purchase())
      .say('server', 1n, answer());
    const file = join(folder, 'cut.pcap');
    writeFileSync(file, classicCapture(talk.frames).slice(0, -3));
    const ran = await runHere(['pcap', file]);
    expect(ran.code).toBe(3);
    expect(ran.out).toContain('0200');
    expect(ran.out).toContain('ends inside a packet');
  });
});
