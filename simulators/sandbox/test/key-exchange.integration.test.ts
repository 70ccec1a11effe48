// Terminals that get working keys when they sign in, and PINs under keys of one transaction, against a running switch.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import { createSoftModule } from '@chipswitch/security-module';
import { macPlaces, messageAuthentication } from '@chipswitch/switch';
import { PinPad } from '@chipswitch/terminal';
import { type IsoMessage, bytesOf, textOf } from '@chipswitch/transaction';
import {
  type FrameOptions,
  type Spec,
  encodeMessage,
  posTerminal,
  specFromJson,
  specToJson,
  unionpayPos,
} from 'iso8583-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawLine } from './raw-line.ts';
import {
  type NewKeyOfTest,
  type Stand,
  openStand,
  purchase,
  terminalPinKey,
  visa,
} from './switch-stand.ts';

const masterKey = 'CA5D92598DCA48CE8A4C76361A9269E9';
const keys = [
  { id: 'tmk', usage: 'K0', algorithm: '2TDEA', hex: masterKey },
  { id: 'bdk-tdes', usage: 'B0', algorithm: '2TDEA', hex: '0123456789ABCDEFFEDCBA9876543210' },
  { id: 'bdk-aes', usage: 'B0', algorithm: 'AES128', hex: 'FEDCBA9876543210F1F1F1F1F1F1F1F1' },
] as const satisfies readonly NewKeyOfTest[];

const session = { algorithm: 'unionpay-ecb', session: true } as const;
const dukpt = (key: string) => ({ key, ksnElement: 62 });
const terminals = [
  { terminalId: 'KEYUNION', keys: { masterKey: 'tmk' }, mac: session, pin: { session: true } },
  { terminalId: 'KEYBLOCK', keys: { masterKey: 'tmk', form: 'tr31', codes: ['161'] } },
  { terminalId: 'PINTDES0', pin: { format: 0, dukpt: dukpt('bdk-tdes') } },
  { terminalId: 'PINTDES3', pin: { format: 3, dukpt: dukpt('bdk-tdes') } },
  { terminalId: 'PINAES04', pin: { format: 4, dukpt: dukpt('bdk-aes') } },
  { terminalId: 'PINAES00', pin: { format: 0, dukpt: dukpt('bdk-aes') } },
];

/** The POS dialect with a PIN block of sixteen bytes (ISO 9564-1 format 4). */
function longPin(): Spec {
  const definition = specToJson(posTerminal);
  const made = specFromJson({
    ...definition,
    fields: { ...definition.fields, 52: { data: 'binary', len: 16 } },
  });
  if (!made.ok) throw new Error(made.error.problems[0].problem);
  return made.spec;
}

let stand: Stand;
const ports = [
  { port: 0, dialect: 'unionpayPos', framing: { headerBytes: 6 } },
  { port: 0, elements: { 52: { data: 'binary', len: 16 } } },
];
beforeAll(async () => {
  stand = await openStand({ keys, terminals, listen: { ports: ports as never } });
});
afterAll(() => stand.close());

interface Door {
  readonly spec: Spec;
  readonly framing: FrameOptions;
  readonly port: (of: Stand) => number;
  readonly header?: Uint8Array;
}
const tpdu = { length: 'binary2', tpdu: true } as const;
const union: Door = {
  spec: unionpayPos,
  framing: { ...tpdu, headerBytes: 6 },
  port: (of) => of.running.ports[0],
  header: fromHex('603100311003'),
};
const pos: Door = { spec: posTerminal, framing: tpdu, port: (of) => of.running.port };
const long: Door = { spec: longPin(), framing: tpdu, port: (of) => of.running.ports[1] };

async function ask(door: Door, body: Uint8Array, of = stand): Promise<IsoMessage> {
  const line = new RawLine(door.port(of), door);
  const { header } = door;
  line.send(body, { tpdu: fromHex('6000010002'), ...(header === undefined ? {} : { header }) });
  const answer = await line.next();
  line.close();
  if (answer === 'closed') throw new Error('the switch closed the line');
  return answer.message;
}

function bodyOf(door: Door, message: IsoMessage): Uint8Array {
  const encoded = encodeMessage(door.spec, message);
  if (!encoded.ok) throw new Error(encoded.error.path);
  return encoded.bytes;
}

const signIn = (terminalId: string, more: Partial<IsoMessage>): IsoMessage => ({
  mti: '0800',
  de11: '000001',
  de41: terminalId,
  de42: 'CHIPSWITCH00001',
  ...more,
});

const deciphered = (wrapped: Uint8Array): Buffer => {
  const ecb = createDecipheriv('des-ede', Buffer.from(masterKey, 'hex'), null).setAutoPadding(
    false,
  );
  return Buffer.concat([ecb.update(wrapped), ecb.final()]);
};
const checkOf = (key: Buffer): string => {
  const double = key.length === 8 ? Buffer.concat([key, key]) : key;
  const ecb = createCipheriv('des-ede', double, null).setAutoPadding(false);
  return toHex(ecb.update(new Uint8Array(8))).slice(0, 8);
};

interface WorkingKeys {
  readonly pin: Buffer;
  readonly mac: Buffer;
}

/** Signs in as a UnionPay POS does and takes the keys out of DE 62. */
async function signedIn(of = stand): Promise<WorkingKeys> {
  const answer = await ask(union, bodyOf(union, signIn('KEYUNION', { de60: '00000001003' })), of);
  expect(textOf(answer, 39)).toBe('00');
  const field = bytesOf(answer, 62) ?? new Uint8Array();
  expect(field).toHaveLength(40);
  const pin = deciphered(field.subarray(0, 16));
  const mac = deciphered(field.subarray(20, 28));
  expect(checkOf(pin)).toBe(toHex(field.subarray(16, 20)));
  expect(toHex(field.subarray(28, 36))).toBe('0'.repeat(16));
  expect(checkOf(mac)).toBe(toHex(field.subarray(36, 40)));
  return { pin, mac };
}

/** A purchase with PIN and MAC under working keys. */
async function pay(
  amount: number,
  { pin, mac }: WorkingKeys,
  of = stand,
): Promise<string | undefined> {
  const pad = new PinPad({ pinKey: toHex(pin) });
  pad.capture(visa.pin.value);
  const block = pad.encipherCaptured(visa.applications[0].pan);
  if (!block.ok) throw new Error(block.error.code);
  const soft = createSoftModule({ allowClearKeysInProcess: true });
  const key = soft.loadClearKey({
    id: 'mak',
    usage: 'M1',
    algorithm: 'DEA',
    bytes: new Uint8Array(mac),
  });
  const {
    de12: _time,
    de13: _date,
    ...message
  } = purchase(amount, { de41: 'KEYUNION', de22: '021' });
  const own = messageAuthentication({
    security: soft,
    form: { algorithm: 'unionpay-ecb', padding: 1, lengthBytes: 8, without: ['0800'] },
    spec: unionpayPos,
    placeIn: macPlaces(unionpayPos),
    encode: (asked) => bodyOf(union, asked),
    keyOf: () => ({ key }),
    keysFor: () => [{ key }],
  });
  const made = await own.protect({
    ...message,
    de26: '12',
    de52: block.block,
    de60: '22000001000600',
  });
  if (!made.ok) throw new Error(made.error.code);
  return textOf(await ask(union, made.bytes, of), 39);
}

describe('a UnionPay POS that signs in', () => {
  it('gets a PIN key and a MAC key under its master key, and pays with them', async () => {
    expect(await pay(51_100, await signedIn())).toBe('00');
  });
  it('keys of before and of now are valid side by side', async () => {
    const before = await signedIn();
    const now = await signedIn();
    expect(toHex(now.mac)).not.toBe(toHex(before.mac));
    expect(await pay(51_200, before)).toBe('00');
    expect(await pay(51_300, now)).toBe('00');
  });
  it('keys of the one before those are not', async () => {
    const first = await signedIn();
    await signedIn();
    await signedIn();
    expect(await pay(51_400, first)).toBe('A0');
  });
  it('keys of before are worth nothing once their time beside the new ones is over', async () => {
    const strict = await openStand({
      instance: 'keys-2',
      keys,
      terminals,
      listen: { ports: ports as never },
      workingKeyBesideMs: 0,
    });
    try {
      const before = await signedIn(strict);
      const now = await signedIn(strict);
      expect(await pay(51_500, before, strict)).toBe('A0');
      expect(await pay(51_600, now, strict)).toBe('00');
    } finally {
      await strict.close();
    }
  });
  it('its keys are there for another process, and after a restart', async () => {
    const own = await signedIn();
    const other = await openStand({
      instance: 'keys-3',
      keys,
      terminals,
      listen: { ports: ports as never },
    });
    try {
      expect(await pay(51_700, own, other)).toBe('00');
    } finally {
      await other.close();
    }
  });
  it('a payment under keys of the terminal’s own making is refused', async () => {
    const own = { pin: Buffer.alloc(16, 0x2c), mac: Buffer.alloc(8, 0x2c) };
    expect(await pay(51_800, own)).toBe('A0');
  });
  it('no key stands clear in the database or the log', async () => {
    const { pin, mac } = await signedIn();
    const { rows } = await stand.pool.query('select * from working_key');
    const all = JSON.stringify(rows) + JSON.stringify(stand.log);
    for (const key of [pin, mac]) expect(all.toUpperCase()).not.toContain(toHex(key));
  });
});

describe('a key exchange by DE 70', () => {
  it('gives key blocks', async () => {
    const answer = await ask(pos, bodyOf(pos, signIn('KEYBLOCK', { de70: '161' })));
    expect(textOf(answer, 39)).toBe('00');
    expect(textOf(answer, 62)).toMatch(
      /^B0096P0TB00E0000[0-9A-F]{80}B0096M3TC00E0000[0-9A-F]{80}$/,
    );
  });
  it.each([
    ['a terminal that has none', 'TERM0001', '161', '40'],
    ['a code that asks for none', 'KEYBLOCK', '301', '00'],
    ['a terminal that nobody knows', 'NOBODY01', '161', '03'],
  ])('%s: %s', async (_name, terminalId, de70, code) => {
    const answer = await ask(pos, bodyOf(pos, signIn(terminalId, { de70 })));
    expect(textOf(answer, 39)).toBe(code);
    expect(answer['de62']).toBeUndefined();
  });
});

let counter = 0;

describe('a PIN under a key of one transaction', () => {
  const soft = createSoftModule({ allowClearKeysInProcess: true });
  const loaded = new Map(
    [...keys, { id: 'tpk', usage: 'P0', algorithm: '2TDEA', hex: terminalPinKey } as const].map(
      ({ hex, ...key }) => [key.id, soft.loadClearKey({ ...key, bytes: fromHex(hex) })] as const,
    ),
  );
  const rows = [
    ['PINTDES0', 'bdk-tdes', 0, pos],
    ['PINTDES3', 'bdk-tdes', 3, pos],
    ['PINAES00', 'bdk-aes', 0, pos],
    ['PINAES04', 'bdk-aes', 4, long],
  ] as const;
  const nextKsn = (bdk: string): Uint8Array =>
    bdk === 'bdk-tdes'
      ? fromHex(`FFFF9876543210E${(++counter).toString(16).padStart(5, '0')}`)
      : fromHex(`1234567890123456${(++counter).toString(16).padStart(8, '0')}`);

  async function message(
    [de41, bdk, format]: (typeof rows)[number],
    pin: string,
    amount: number,
    ksn: Uint8Array,
  ): Promise<IsoMessage> {
    const { pan } = visa.applications[0];
    const pad = new PinPad({ pinKey: terminalPinKey });
    pad.capture(pin);
    const clear = pad.encipherCaptured(pan);
    const [tpk, base] = [loaded.get('tpk'), loaded.get(bdk)];
    if (!clear.ok || tpk === undefined || base === undefined) throw new Error('no PIN block');
    const made = soft.translatePin({
      from: { key: tpk, format: 0, block: clear.block, pan },
      to: { key: base, ksn, format },
    });
    if (!made.ok) throw new Error(made.error.code);
    return purchase(amount, { de41, de22: '021', de26: '12', de52: made.block, de62: toHex(ksn) });
  }

  it.each(rows.map((row, i) => [row[0], row, 52_000 + i * 100] as const))(
    '%s: is translated for the host, which knows it',
    async (_id, row, amount) => {
      const [, bdk, , door] = row;
      const right = await message(row, visa.pin.value, amount, nextKsn(bdk));
      expect(textOf(await ask(door, bodyOf(door, right)), 39)).toBe('00');
      const wrong = await message(row, '9999', amount + 50, nextKsn(bdk));
      expect(textOf(await ask(door, bodyOf(door, wrong)), 39)).toBe('55');
    },
  );
  it('a serial number that was used is refused, and the PIN asks no host', async () => {
    const [row] = rows;
    const ksn = nextKsn(row[1]);
    const first = await message(row, visa.pin.value, 52_900, ksn);
    expect(textOf(await ask(pos, bodyOf(pos, first)), 39)).toBe('00');
    const again = await message(row, visa.pin.value, 52_901, ksn);
    expect(textOf(await ask(pos, bodyOf(pos, again)), 39)).toBe('88');
    expect(stand.book.entries.some(({ amountMinor }) => amountMinor === '52901')).toBe(false);
  });
  it.each([
    ['no serial number', undefined],
    ['one with too many transactions', 'FFFF9876543210FFFFFF'],
  ])('%s: the PIN is not translated', async (_name, de62) => {
    const [row] = rows;
    const asked = await message(row, visa.pin.value, 52_950, nextKsn(row[1]));
    const answer = await ask(pos, bodyOf(pos, { ...asked, de62 }));
    expect(textOf(answer, 39)).toBe('81');
  });
});
