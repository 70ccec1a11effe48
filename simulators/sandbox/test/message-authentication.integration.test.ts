// Terminals whose messages have MACs, against a running switch: what holds is paid, what does not is refused by its code,
// counted, and never reaches a host.
import { setTimeout as sleep } from 'node:timers/promises';
import { fromHex, toHex } from '@chipswitch/bytes';
import { type KeyRef, createSoftModule } from '@chipswitch/security-module';
import { macPlaces, messageAuthentication, proveMacs } from '@chipswitch/switch';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { type FrameOptions, type Spec, encodeMessage, posTerminal, unionpayPos } from 'iso8583-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawLine } from './raw-line.ts';
import { type NewKeyOfTest, type Stand, openStand, purchase } from './switch-stand.ts';

const keys = [
  { id: 'mac-retail', usage: 'M3', algorithm: '2TDEA', hex: '0123456789ABCDEFFEDCBA9876543210' },
  { id: 'mac-cmac', usage: 'M6', algorithm: 'AES128', hex: '000102030405060708090A0B0C0D0E0F' },
  { id: 'mac-single', usage: 'M1', algorithm: 'DEA', hex: '5BB5C72CD00B7338' },
  { id: 'bdk-tdes', usage: 'B0', algorithm: '2TDEA', hex: '0123456789ABCDEFFEDCBA9876543210' },
  { id: 'bdk-aes', usage: 'B0', algorithm: 'AES128', hex: 'FEDCBA9876543210F1F1F1F1F1F1F1F1' },
] as const satisfies readonly NewKeyOfTest[];

const terminals = [
  { terminalId: 'MACRETL1', mac: { algorithm: 'retail', key: 'mac-retail' } },
  { terminalId: 'MACCMAC1', mac: { algorithm: 'cmac', key: 'mac-cmac' } },
  { terminalId: 'MACUNION', mac: { algorithm: 'unionpay-ecb', key: 'mac-single' } },
  {
    terminalId: 'MACDUKPT',
    mac: {
      algorithm: 'retail',
      dukpt: { key: 'bdk-tdes', ksnElement: 62, ksnPrefix: 'FFFF987654' },
    },
  },
  { terminalId: 'MACDKAES', mac: { algorithm: 'cmac', dukpt: { key: 'bdk-aes', ksnElement: 62 } } },
  { terminalId: 'MACNOBDY', mac: 'ignored' },
] as const;

const soft = createSoftModule({ allowClearKeysInProcess: true });
const keyOf: ReadonlyMap<string, KeyRef> = new Map(
  keys.map(({ hex, ...key }) => [key.id, soft.loadClearKey({ ...key, bytes: fromHex(hex) })]),
);

let stand: Stand;
beforeAll(async () => {
  const ports = [{ port: 0, dialect: 'unionpayPos', framing: { headerBytes: 6 } }];
  stand = await openStand({ keys, terminals, listen: { ports: ports as never } });
});
afterAll(() => stand.close());

type Terminal = (typeof terminals)[number];

interface Door {
  readonly spec: Spec;
  readonly framing: FrameOptions;
  readonly port: () => number;
  readonly parts: { readonly tpdu: Uint8Array; readonly header?: Uint8Array };
}
const pos: Door = {
  spec: posTerminal,
  framing: { length: 'binary2', tpdu: true },
  port: () => stand.running.port,
  parts: { tpdu: fromHex('6000010002') },
};
const union: Door = {
  spec: unionpayPos,
  framing: { length: 'binary2', tpdu: true, headerBytes: 6 },
  port: () => stand.running.ports[0],
  parts: { tpdu: fromHex('6000010002'), header: fromHex('603100311003') },
};

interface MacSettings {
  readonly algorithm: 'retail' | 'cmac' | 'unionpay-ecb';
  readonly key?: string;
  readonly dukpt?: { readonly key: string };
}

/** The terminal's end: what it sends is protected, what it gets is verified. */
function terminalEnd(terminal: Terminal, door: Door, ksn?: Uint8Array) {
  const mac = terminal.mac as MacSettings;
  const key = keyOf.get(mac.key ?? mac.dukpt?.key ?? '');
  if (key === undefined) throw new Error('there is no such key');
  const under = (direction: 'request' | 'response') =>
    ksn === undefined ? { key } : { key, ksn, direction };
  return messageAuthentication({
    security: soft,
    form: { algorithm: mac.algorithm, padding: 1, lengthBytes: 8, without: ['0800'] },
    spec: door.spec,
    placeIn: macPlaces(door.spec),
    encode: (message) => {
      const encoded = encodeMessage(door.spec, message);
      if (!encoded.ok) throw new Error(encoded.error.path);
      return encoded.bytes;
    },
    keyOf: () => under('request'),
    keysFor: () => [under('response')],
  });
}

async function send(
  door: Door,
  body: Uint8Array,
): Promise<{ message: IsoMessage; body: Uint8Array }> {
  const line = new RawLine(door.port(), door);
  line.send(body, door.parts);
  const answer = await line.next();
  line.close();
  if (answer === 'closed') throw new Error('the switch closed the line');
  return answer;
}

async function bodyOf(
  terminal: Terminal,
  door: Door,
  message: IsoMessage,
  ksn?: Uint8Array,
): Promise<Uint8Array> {
  const made = await terminalEnd(terminal, door, ksn).protect(message);
  if (!made.ok) throw new Error(made.error.code);
  return made.bytes;
}

const doorOf = (terminal: Terminal): Door => (terminal.terminalId === 'MACUNION' ? union : pos);

let counter = 0;
/** A serial number of the terminal's own, the next one. */
function nextKsn(terminal: Terminal): Uint8Array | undefined {
  if (terminal.terminalId === 'MACDUKPT')
    return fromHex(`FFFF9876543210E${(++counter).toString(16).padStart(5, '0')}`);
  if (terminal.terminalId !== 'MACDKAES') return undefined;
  return fromHex(`1234567890123456${(++counter).toString(16).padStart(8, '0')}`);
}

/** DE 62 is text in the POS dialect: the number in hex digits. */
function asked(terminal: Terminal, amountMinor: number, ksn?: Uint8Array): IsoMessage {
  const message = purchase(amountMinor, { de41: terminal.terminalId });
  return ksn === undefined ? message : { ...message, de62: toHex(ksn) };
}

const withMac = terminals.filter(({ mac }) => mac !== 'ignored');
const rows = withMac.map(
  (terminal, i) => [terminal.terminalId, terminal, 41_000 + i * 100] as const,
);
const entriesOf = (amountMinor: number): number =>
  stand.book.entries.filter((entry) => entry.amountMinor === String(amountMinor)).length;
const failures = (): number => stand.running.status().counters.macFailures;
const wrongCode = (door: Door): string => (door === union ? 'A0' : '88');

describe('a terminal whose messages have a MAC', () => {
  it.each(rows)('%s: pays, and the answer has a MAC that holds', async (_id, terminal, amount) => {
    const door = doorOf(terminal);
    const ksn = nextKsn(terminal);
    const { message, body } = await send(
      door,
      await bodyOf(terminal, door, asked(terminal, amount, ksn), ksn),
    );
    expect(textOf(message, 39)).toBe('00');
    expect(await terminalEnd(terminal, door, ksn).verify(message, body)).toEqual({ ok: true });
    body[20] ^= 1;
    expect((await terminalEnd(terminal, door, ksn).verify(message, body)).ok).toBe(false);
  });
  it.each(rows)(
    '%s: a message that was changed is refused and asks no host',
    async (_id, terminal, amount) => {
      const door = doorOf(terminal);
      const ksn = nextKsn(terminal);
      const own = asked(terminal, amount + 1, ksn);
      const body = await bodyOf(terminal, door, own, ksn);
      const other = await bodyOf(terminal, door, { ...own, de4: '000000000001' }, ksn);
      body.set(other.subarray(-8), body.length - 8);
      const before = failures();
      const { message, body: answer } = await send(door, body);
      expect(textOf(message, 39)).toBe(wrongCode(door));
      expect(await terminalEnd(terminal, door, ksn).verify(message, answer)).toEqual({ ok: true });
      expect(failures()).toBe(before + 1);
      expect(entriesOf(amount + 1)).toBe(0);
    },
  );
  it.each(rows)('%s: one without a MAC is refused', async (_id, terminal, amount) => {
    const door = doorOf(terminal);
    const encoded = encodeMessage(door.spec, asked(terminal, amount + 2, nextKsn(terminal)));
    const { message } = await send(door, encoded.ok ? encoded.bytes : new Uint8Array());
    expect(textOf(message, 39)).toBe(wrongCode(door));
    expect(entriesOf(amount + 2)).toBe(0);
  });
  it.each(['0400', '0500', '0320'])('%s without a MAC undoes and closes nothing', async (mti) => {
    const [terminal] = terminals;
    const encoded = encodeMessage(posTerminal, { ...asked(terminal, 41_900), mti });
    const { message } = await send(pos, encoded.ok ? encoded.bytes : new Uint8Array());
    expect(textOf(message, 39)).toBe('88');
  });
  it('an echo needs none', async () => {
    const [{ terminalId }] = terminals;
    const echo = {
      mti: '0800',
      de11: '000001',
      de41: terminalId,
      de42: 'CHIPSWITCH00001',
      de70: '301',
    };
    const encoded = encodeMessage(posTerminal, echo);
    const { message } = await send(pos, encoded.ok ? encoded.bytes : new Uint8Array());
    expect(textOf(message, 39)).toBe('00');
    expect(message['de64'] ?? message['de128']).toBeUndefined();
  });
});

describe('DUKPT', () => {
  const terminal = terminals[3];
  it('the same question again, under its number, is the same answer', async () => {
    const ksn = nextKsn(terminal);
    const body = await bodyOf(terminal, pos, asked(terminal, 42_100, ksn), ksn);
    const [first, again] = [await send(pos, body), await send(pos, body)];
    expect(textOf(again.message, 37)).toBe(textOf(first.message, 37));
    expect(entriesOf(42_100)).toBe(1);
  });
  it.each([
    ['that another question used', 0],
    ['from before', -1],
  ])('a number %s is a replay', async (_name, back) => {
    const before = nextKsn(terminal);
    const ksn = nextKsn(terminal);
    if (ksn === undefined || before === undefined) throw new Error('the terminal has no numbers');
    const first = await send(pos, await bodyOf(terminal, pos, asked(terminal, 42_200, ksn), ksn));
    expect(textOf(first.message, 39)).toBe('00');
    const old = back === 0 ? ksn : before;
    const replayed = await send(
      pos,
      await bodyOf(terminal, pos, asked(terminal, 42_300, old), old),
    );
    expect(textOf(replayed.message, 39)).toBe('88');
    expect(entriesOf(42_300)).toBe(0);
  });
  it.each([
    ['of another terminal', 'FFFF1111111110E00001'],
    ['too short', 'FFFF9876543210E0'],
    ['of letters', 'not a serial number.'],
  ])('a number %s is refused', async (_name, de62) => {
    const ksn = fromHex('FFFF9876543210E0F000');
    const message = { ...asked(terminal, 42_400), de62 };
    const answer = await send(pos, await bodyOf(terminal, pos, message, ksn));
    expect(textOf(answer.message, 39)).toBe('88');
    expect(entriesOf(42_400)).toBe(0);
  });
  it('a wrong MAC does not move the counter', async () => {
    const ksn = fromHex('FFFF9876543210E1F000');
    const body = await bodyOf(terminal, pos, asked(terminal, 42_500, ksn), ksn);
    body[body.length - 1] ^= 1;
    expect(textOf((await send(pos, body)).message, 39)).toBe('88');
    const next = nextKsn(terminal);
    const paid = await send(pos, await bodyOf(terminal, pos, asked(terminal, 42_600, next), next));
    expect(textOf(paid.message, 39)).toBe('00');
  });
});

describe('a security module that takes its time', () => {
  it('the answer leaves when its MAC is made, the question not being over before', async () => {
    const late = async <T>(value: T | Promise<T>): Promise<T> => {
      await sleep(80);
      return value;
    };
    const security = {
      ...soft,
      generateMac: (input: Parameters<typeof soft.generateMac>[0]) => late(soft.generateMac(input)),
      verifyMac: (input: Parameters<typeof soft.verifyMac>[0]) => late(soft.verifyMac(input)),
    };
    const slow = await openStand({
      instance: 'mac-slow',
      terminals: [terminals[0]],
      security: { security, keys: keyOf },
    });
    try {
      const [terminal] = terminals;
      const line = new RawLine(slow.running.port, pos);
      line.send(await bodyOf(terminal, pos, asked(terminal, 44_100)), pos.parts);
      const answer = await line.next();
      line.close();
      expect(answer === 'closed' ? answer : textOf(answer.message, 39)).toBe('00');
    } finally {
      await slow.close();
    }
  });
});

describe('I14: a MAC where none is known', () => {
  it.each([
    ['TERM0001', '40', 0],
    ['MACNOBDY', '00', 1],
  ])('%s: %s', async (de41, code, entries) => {
    const amount = de41 === 'TERM0001' ? 43_100 : 43_200;
    const message = purchase(amount, { de41, de64: fromHex('0011223344556677') });
    const encoded = encodeMessage(posTerminal, message);
    const answer = await send(pos, encoded.ok ? encoded.bytes : new Uint8Array());
    expect(textOf(answer.message, 39)).toBe(code);
    expect(entriesOf(amount)).toBe(entries);
  });
});

describe('what cannot be done is refused by its place', () => {
  const mac = { padding: 1, lengthBytes: 8, without: [] as string[], session: false } as const;
  it.each([
    [
      'a key of another algorithm',
      { ...mac, algorithm: 'cmac', key: 'mac-retail' },
      'config.terminals[0].mac',
    ],
    ['retail under AES', { ...mac, algorithm: 'retail', key: 'mac-cmac' }, 'key-usage'],
  ] as const)('%s', async (_name, settings, place) => {
    const parts = { security: soft, keys: keyOf };
    await expect(proveMacs({ terminals: [{ mac: settings }], hosts: [] }, parts)).rejects.toThrow(
      place,
    );
  });
  it.each([
    ['no key at all', { algorithm: 'retail' }, 'needs one of key, dukpt and session'],
    [
      'two of them',
      { algorithm: 'retail', key: 'a', session: true },
      'needs one of key, dukpt and session',
    ],
    ['an algorithm nobody has', { algorithm: 'xor', key: 'a' }, 'mac'],
    ['three bytes', { algorithm: 'retail', key: 'a', lengthBytes: 3 }, 'mac'],
  ])('%s', async (_name, settings, problem) => {
    const broken = [{ terminalId: 'MACWRONG', mac: settings }];
    await expect(openStand({ instance: 'mac-2', terminals: broken })).rejects.toThrow(problem);
  });
});
