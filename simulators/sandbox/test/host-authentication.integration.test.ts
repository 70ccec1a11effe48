// A host whose messages have MACs and which sends zone keys: what holds is taken, what does not costs one payment and
// leaves nothing behind.
import { createDecipheriv } from 'node:crypto';
import { type Socket, createServer } from 'node:net';
import { fromHex, toHex } from '@chipswitch/bytes';
import { createSoftModule } from '@chipswitch/security-module';
import { macPlaces, messageAuthentication } from '@chipswitch/switch';
import { PinPad } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import {
  FrameDecoder,
  type FrameOptions,
  createResponse,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  iso1987Ascii,
} from 'iso8583-js';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type NewKeyOfTest,
  type Stand,
  openStand,
  purchase,
  terminalPinKey,
  visa,
} from './switch-stand.ts';

const macHex = '0123456789ABCDEFFEDCBA9876543210';
const zoneMaster = 'CA5D92598DCA48CE8A4C76361A9269E9';
const keys = [
  { id: 'host-mac', usage: 'M3', algorithm: '2TDEA', hex: macHex },
  { id: 'zmk', usage: 'K0', algorithm: '2TDEA', hex: zoneMaster },
] as const satisfies readonly NewKeyOfTest[];

const framing: FrameOptions = { length: 'binary2', maxBytes: 8192 };
type Mode = 'right' | 'wrong' | 'missing';

/** A host's end by the same key; `mode` says what its answers have. */
class MacHost {
  readonly #soft = createSoftModule({ allowClearKeysInProcess: true });
  #loads = 0;
  readonly #server = createServer((socket) => this.#onSocket(socket));
  readonly #sockets = new Set<Socket>();
  #own = this.#under(macHex);
  readonly heard: IsoMessage[] = [];
  readonly verdicts: boolean[] = [];
  readonly answered: IsoMessage[] = [];
  mode: Mode = 'right';
  port = 0;

  async open(): Promise<this> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.port = address.port;
    return this;
  }

  #under(hex: string) {
    const id = `mac-${++this.#loads}`;
    const key = this.#soft.loadClearKey({
      id,
      usage: 'M3',
      algorithm: '2TDEA',
      bytes: fromHex(hex),
    });
    return messageAuthentication({
      security: this.#soft,
      form: { algorithm: 'retail', padding: 1, lengthBytes: 8, without: ['0800'] },
      spec: iso1987Ascii,
      placeIn: macPlaces(iso1987Ascii),
      encode: (message) => {
        const encoded = encodeMessage(iso1987Ascii, message);
        if (!encoded.ok) throw new Error(encoded.error.path);
        return encoded.bytes;
      },
      keyOf: () => ({ key }),
      keysFor: () => [{ key }],
    });
  }

  changeKey(hex: string): void {
    this.#own = this.#under(hex);
  }

  /** Sends a message of its own. */
  say(message: IsoMessage): void {
    for (const socket of this.#sockets) void this.#send(socket, message, 'right');
  }

  async #send(socket: Socket, message: IsoMessage, mode: Mode): Promise<void> {
    const made = await this.#own.protect(message);
    if (!made.ok) throw new Error(made.error.code);
    const plain = encodeMessage(iso1987Ascii, message);
    const body = mode === 'missing' && plain.ok ? plain.bytes : made.bytes;
    // A hex digit of the MAC, which stands last.
    if (mode === 'wrong') body[body.length - 1] = body[body.length - 1] === 0x30 ? 0x31 : 0x30;
    socket.write(encodeFrame(framing, body));
  }

  #onSocket(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // The switch may be gone; what matters was heard.
    const decoder = new FrameDecoder(framing);
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        const decoded = frame.ok ? decodeMessage(iso1987Ascii, frame.body) : undefined;
        if (!frame.ok || decoded?.ok !== true) throw new Error('the switch sent no message');
        void this.#onMessage(socket, decoded.message, frame.body);
      }
    });
  }

  async #onMessage(socket: Socket, message: IsoMessage, body: Uint8Array): Promise<void> {
    if (message.mti === '0810') return void this.answered.push(message);
    const verdict = await this.#own.verify(message, body);
    if (!message.mti.startsWith('08')) {
      this.heard.push(message);
      this.verdicts.push(verdict.ok);
    }
    const echo = [3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 70, 90];
    const values = { de39: '00', ...(/^0[12]/.test(message.mti) ? { de38: '123456' } : {}) };
    const answer = createResponse<IsoMessage>(iso1987Ascii, message, values, { echo });
    const mode = message.mti.startsWith('02') ? this.mode : 'right';
    if (answer !== undefined) await this.#send(socket, answer, mode);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => void this.#server.close(resolve));
  }
}

const opened: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

async function open(
  instance: string,
  host: Readonly<Record<string, unknown>>,
): Promise<{ stand: Stand; peer: MacHost }> {
  const peer = await new MacHost().open();
  opened.push(peer);
  const stand = await openStand({ instance, keys, hostPort: peer.port, answerMs: 600, host });
  opened.push(stand);
  return { stand, peer };
}

const mac = { algorithm: 'retail', key: 'host-mac' } as const;

async function pay(stand: Stand, more: Partial<IsoMessage> = {}): Promise<string | undefined> {
  const link = stand.link();
  const answer = await link.exchange(purchase(61_000, more), 4_000);
  link.close();
  return answer.ok ? textOf(answer.message, 39) : answer.error.code;
}

describe('a host whose messages have MACs', () => {
  it('gets ones that hold, and its own are held against its key', async () => {
    const { stand, peer } = await open('host-mac-1', { mac });
    expect(await pay(stand)).toBe('00');
    expect(peer.verdicts).toEqual([true]);
    expect(peer.heard[0]['de64']).toBeInstanceOf(Uint8Array);
  });
  it.each(['wrong', 'missing'] as const)(
    'an answer whose MAC is %s approves nothing: it is reversed, under a MAC',
    async (mode) => {
      const { stand, peer } = await open(`host-mac-${mode}`, { mac });
      peer.mode = mode;
      expect(await pay(stand)).toBe('91');
      await expect.poll(() => peer.heard.map(({ mti }) => mti)).toContain('0420');
      expect(peer.verdicts.every(Boolean)).toBe(true);
      expect(stand.running.status().counters.macFailures).toBe(1);
      peer.mode = 'right';
      expect(await pay(stand)).toBe('00');
    },
  );
  it('without the MAC key of an exchange nothing is sent, and nothing has to be reversed', async () => {
    const { stand, peer } = await open('host-mac-none', {
      mac: { algorithm: 'retail', session: true },
    });
    expect(await pay(stand)).toBe('91');
    expect(peer.heard).toEqual([]);
  });
});

describe('zone keys of a host', () => {
  const soft = createSoftModule({ allowClearKeysInProcess: true });
  const kek = soft.loadClearKey({
    id: 'zmk',
    usage: 'K0',
    algorithm: '2TDEA',
    bytes: fromHex(zoneMaster),
  });
  const settings = { masterKey: 'zmk', form: 'tr31', element: 120 } as const;
  let loads = 0;
  function blockOf(usage: 'P0' | 'M3', hex: string): string {
    const id = `new-${++loads}`;
    const key = soft.loadClearKey({
      id,
      usage,
      algorithm: '2TDEA',
      bytes: fromHex(hex),
      exportability: 'E',
    });
    const made = soft.exportKey({ key, under: kek, format: 'tr31-B' });
    if (!made.ok) throw new Error(made.error.code);
    return made.block;
  }
  let stan = 700_000;
  const exchange = (de70: string, de120: string): IsoMessage => ({
    mti: '0800',
    de7: '1201040000',
    de11: String(++stan),
    de70,
    de120,
  });
  async function send(peer: MacHost, message: IsoMessage): Promise<string | undefined> {
    const before = peer.answered.length;
    peer.say(message);
    await expect.poll(() => peer.answered.length).toBe(before + 1);
    return textOf(peer.answered[before], 39);
  }

  it('a MAC key: what is sent from now on is under it; one that is broken changes nothing', async () => {
    const { stand, peer } = await open('zone-mac-1', {
      mac: { algorithm: 'retail', session: true },
      keys: settings,
    });
    expect(await send(peer, exchange('162', blockOf('M3', macHex)))).toBe('00');
    expect(await pay(stand)).toBe('00');
    const broken = blockOf('M3', terminalPinKey).replace(/.$/, (last) =>
      last === '0' ? '1' : '0',
    );
    expect(await send(peer, exchange('162', broken))).toBe('79');
    expect(await pay(stand)).toBe('00');
    expect(peer.verdicts).toEqual([true, true]);
    const next = '89ABCDEF0123456776543210FEDCBA98';
    expect(await send(peer, exchange('162', blockOf('M3', next)))).toBe('00');
    peer.changeKey(next);
    expect(await pay(stand)).toBe('00');
    expect(peer.verdicts).toEqual([true, true, true]);
  });
  it('a PIN key: PINs go out under it', async () => {
    const { stand, peer } = await open('zone-pin-1', {
      mac,
      keys: settings,
      pin: { session: true },
    });
    const zonePin = '89ABCDEF0123456776543210FEDCBA98';
    expect(await send(peer, exchange('161', blockOf('P0', zonePin)))).toBe('00');
    const { pan } = visa.applications[0];
    const pad = new PinPad({ pinKey: terminalPinKey });
    pad.capture(visa.pin.value);
    const block = pad.encipherCaptured(pan);
    if (!block.ok) throw new Error(block.error.code);
    expect(await pay(stand, { de22: '021', de26: '12', de52: block.block })).toBe('00');
    const sent = peer.heard[0]['de52'];
    const ecb = createDecipheriv('des-ede', Buffer.from(zonePin, 'hex'), null).setAutoPadding(
      false,
    );
    const clear = Buffer.concat([
      ecb.update(sent instanceof Uint8Array ? sent : fromHex('')),
      ecb.final(),
    ]);
    // Format 0 (ISO 9564-1): the PIN, by exclusive or with the account number.
    const account = Buffer.from(`0000${pan.slice(-13, -1)}`, 'hex');
    const field = toHex(clear.map((byte, i) => byte ^ account[i]));
    expect(field).toBe(`0${visa.pin.value.length}${visa.pin.value}`.padEnd(16, 'F'));
  });
  it.each([
    ['to a host that may send none', '40', { mac }],
    ['of words', '79', { mac, keys: settings }],
  ])('%s: %s', async (_name, code, host) => {
    const { peer } = await open(`zone-${code}`, host);
    expect(await send(peer, exchange('161', 'this is no key block'))).toBe(code);
  });
});
