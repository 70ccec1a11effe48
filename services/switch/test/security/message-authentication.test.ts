// MACs of messages: made and verified in every form and dialect, and everything that must not hold.
import { createCipheriv } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import { type KeyRef, type SecurityModule, createSoftModule } from '@chipswitch/security-module';
import type { IsoMessage } from '@chipswitch/transaction';
import {
  type Spec,
  decodeMessage,
  encodeMessage,
  iso1987Ascii,
  posTerminal,
  unionpayPos,
} from 'iso8583-js';
import { describe, expect, it } from 'vitest';
import { type MacForm, macInput } from '../../src/security/mac-method.ts';
import { type MacAlgorithmName, macKeyUsage } from '../../src/security/mac-settings.ts';
import {
  type MessageAuthentication,
  macPlaces,
  messageAuthentication,
} from '../../src/security/message-authentication.ts';

const security = createSoftModule({ allowClearKeysInProcess: true });
const macHex = '0123456789ABCDEFFEDCBA9876543210';
const otherHex = '1C1C2A2A34344646585862627A7A8C8C';

function keyFor(algorithm: MacAlgorithmName, hex = macHex): KeyRef {
  const id = `${algorithm}-${hex.slice(0, 4)}`;
  const usage = macKeyUsage[algorithm];
  const known = security.listKeys();
  const found = known.ok ? known.keys.find((key) => key.id === id) : undefined;
  return found ?? security.loadClearKey({ id, usage, algorithm: '2TDEA', bytes: fromHex(hex) });
}

function bytesOf(spec: Spec, message: IsoMessage): Uint8Array {
  const encoded = encodeMessage(spec, message);
  if (!encoded.ok) throw new Error(encoded.error.path);
  return encoded.bytes;
}

function messageOf(spec: Spec, bytes: Uint8Array): IsoMessage {
  const decoded = decodeMessage(spec, bytes);
  if (!decoded.ok) throw new Error(decoded.error.path);
  return decoded.message;
}

function authentication(
  spec: Spec,
  form: Partial<MacForm> & { readonly algorithm: MacAlgorithmName },
  keys?: readonly KeyRef[],
  module: Pick<SecurityModule, 'generateMac' | 'verifyMac'> = security,
): MessageAuthentication {
  const used = keys ?? [keyFor(form.algorithm)];
  return messageAuthentication({
    security: module,
    form: { padding: 1, lengthBytes: 8, without: ['0800'], ...form },
    spec,
    placeIn: macPlaces(spec),
    encode: (message) => bytesOf(spec, message),
    keyOf: () => (used.length === 0 ? undefined : { key: used[0] }),
    keysFor: () => used.map((key) => ({ key })),
  });
}

const message: IsoMessage = {
  mti: '0200',
  de2: '4761739001010119',
  de3: '000000',
  de4: '000000001000',
  de11: '000001',
  de41: 'TERM0001',
  de42: 'CHIPSWITCH00001',
  de49: '156',
};
const long: IsoMessage = { ...message, mti: '0400', de90: '0'.repeat(42) };

async function protectedBytes(own: MessageAuthentication, asked: IsoMessage): Promise<Uint8Array> {
  const made = await own.protect(asked);
  if (!made.ok) throw new Error(made.error.code);
  return made.bytes;
}

const specs: Readonly<Record<string, Spec>> = { posTerminal, unionpayPos, iso1987Ascii };
const forms = [
  { algorithm: 'retail' },
  { algorithm: 'retail', padding: 2 },
  { algorithm: 'retail', lengthBytes: 4 },
  { algorithm: 'cbc' },
  { algorithm: 'cmac' },
  { algorithm: 'unionpay-ecb' },
] as const;
const cases = Object.entries(specs).flatMap(([name, spec]) =>
  forms.map((form) => [name, JSON.stringify(form), spec, form] as const),
);

describe('a MAC that was made', () => {
  it.each(cases)(
    '%s, %s: holds, and not after any bit of the message changed',
    async (_n, _f, spec, form) => {
      const own = authentication(spec, form);
      const bytes = await protectedBytes(own, message);
      const read = messageOf(spec, bytes);
      expect(read['de64']).toBeInstanceOf(Uint8Array);
      expect(await own.verify(read, bytes)).toEqual({ ok: true });
      for (let at = 0; at < bytes.length; at++) {
        const changed = bytes.slice();
        changed[at] ^= 0x01;
        const decoded = decodeMessage(spec, changed);
        if (!decoded.ok || decoded.message.mti !== '0200') continue;
        expect((await own.verify(decoded.message, changed)).ok).toBe(false);
      }
    },
  );
  it.each([
    ['posTerminal', posTerminal],
    ['iso1987Ascii', iso1987Ascii],
  ] as const)('%s: stands in DE 128 behind a second bitmap', async (_name, spec) => {
    const own = authentication(spec, { algorithm: 'retail' });
    const bytes = await protectedBytes(own, long);
    const read = messageOf(spec, bytes);
    expect(read['de64']).toBeUndefined();
    expect(await own.verify(read, bytes)).toEqual({ ok: true });
  });
  it('is the same again on what already had one', async () => {
    const own = authentication(posTerminal, { algorithm: 'cmac' });
    const bytes = await protectedBytes(own, message);
    expect(await protectedBytes(own, messageOf(posTerminal, bytes))).toEqual(bytes);
  });
  it('UnionPay’s is that of single DES steps by hand', async () => {
    const own = authentication(unionpayPos, { algorithm: 'unionpay-ecb' });
    const bytes = await protectedBytes(own, message);
    const sum = new Uint8Array(8);
    bytes.subarray(0, -8).forEach((byte, i) => {
      sum[i % 8] ^= byte;
    });
    const digits = Buffer.from(toHex(sum), 'latin1');
    const cipher = (block: Uint8Array): Uint8Array => {
      const ecb = createCipheriv('des-ede', Buffer.from(macHex, 'hex'), null).setAutoPadding(false);
      return Buffer.concat([ecb.update(block), ecb.final()]);
    };
    const first = cipher(digits.subarray(0, 8));
    const second = cipher(first.map((byte, i) => byte ^ digits[8 + i]));
    const expected = toHex(second).slice(0, 8);
    expect(Buffer.from(bytes.subarray(-8)).toString('latin1')).toBe(expected);
  });
});

describe('a MAC that must not hold', () => {
  const form = { algorithm: 'retail' } as const;
  const own = authentication(posTerminal, form);
  const verdict = (asked: IsoMessage, bytes = bytesOf(posTerminal, asked)): unknown =>
    own.verify(asked, bytes);
  it('one that is missing', async () => {
    expect(await verdict(message)).toEqual({ ok: false, why: 'missing' });
  });
  it('one under another key', async () => {
    const theirs = authentication(posTerminal, form, [keyFor('retail', otherHex)]);
    const bytes = await protectedBytes(theirs, message);
    expect(await own.verify(messageOf(posTerminal, bytes), bytes)).toEqual({
      ok: false,
      why: 'wrong',
    });
  });
  it('one of another message', async () => {
    const bytes = await protectedBytes(own, { ...message, de4: '000000000001' });
    const { de64 } = messageOf(posTerminal, bytes);
    expect(await verdict({ ...message, de64 })).toEqual({ ok: false, why: 'wrong' });
  });
  it.each([
    ['zeros', '0000000000000000'],
    ['ones', 'FFFFFFFFFFFFFFFF'],
  ])('%s', async (_name, hex) => {
    expect(await verdict({ ...message, de64: fromHex(hex) })).toEqual({ ok: false, why: 'wrong' });
  });
  it('the right one cut to four bytes, where eight are due', async () => {
    const bytes = await protectedBytes(own, message);
    const cut = messageOf(posTerminal, bytes)['de64'] as Uint8Array;
    const de64 = cut.map((byte, i) => (i < 4 ? byte : 0));
    expect(await verdict({ ...message, de64 })).toEqual({ ok: false, why: 'wrong' });
  });
  it('four right bytes and four of the sender’s choice, where four are due', async () => {
    const short = authentication(posTerminal, { ...form, lengthBytes: 4 });
    const bytes = await protectedBytes(short, message);
    bytes[bytes.length - 1] = 0x5a;
    expect(await short.verify(messageOf(posTerminal, bytes), bytes)).toEqual({
      ok: false,
      why: 'wrong',
    });
  });
  it('DE 64 with a second bitmap: the MAC is DE 128 there', async () => {
    const asked = { ...long, de64: fromHex('0011223344556677') };
    expect(await verdict(asked)).toEqual({ ok: false, why: 'missing' });
  });
  it('UnionPay’s in letters that are no hex digits', async () => {
    const union = authentication(unionpayPos, { algorithm: 'unionpay-ecb' });
    const asked = { ...message, de64: new TextEncoder().encode('zzzzzzzz') };
    expect(await union.verify(asked, bytesOf(unionpayPos, asked))).toEqual({
      ok: false,
      why: 'wrong',
    });
  });
  it('any, where no key is there', async () => {
    const bytes = await protectedBytes(own, message);
    const keyless = authentication(posTerminal, form, []);
    expect(await keyless.verify(messageOf(posTerminal, bytes), bytes)).toEqual({
      ok: false,
      why: 'wrong',
    });
    expect(await keyless.protect(message)).toMatchObject({ ok: false });
  });
  it('any, while the module is away: that says nothing about the message', async () => {
    const away = { ok: false, error: { code: 'unavailable' } } as const;
    const module = { generateMac: () => away, verifyMac: () => away };
    const alone = authentication(posTerminal, form, undefined, module);
    const bytes = await protectedBytes(own, message);
    expect(await alone.verify(messageOf(posTerminal, bytes), bytes)).toEqual({
      ok: false,
      why: 'unavailable',
    });
    expect(await alone.protect(message)).toEqual(away);
  });
});

describe('which messages have one', () => {
  const own = authentication(posTerminal, { algorithm: 'retail' });
  it.each([
    ['0800', true],
    ['0810', true],
    ['0200', false],
    ['0210', false],
    ['0421', false],
  ])('%s without: %s', async (mti, isFree) => {
    const asked = { ...message, mti };
    expect((await own.verify(asked, bytesOf(posTerminal, asked))).ok).toBe(isFree);
    const bytes = await protectedBytes(own, asked);
    expect(messageOf(posTerminal, bytes)['de64'] === undefined).toBe(isFree);
  });
  it('the key of before holds beside the new one', async () => {
    const [before, now] = [keyFor('retail'), keyFor('retail', otherHex)];
    const bytes = await protectedBytes(
      authentication(posTerminal, { algorithm: 'retail' }, [before]),
      message,
    );
    const both = authentication(posTerminal, { algorithm: 'retail' }, [now, before]);
    expect(await both.verify(messageOf(posTerminal, bytes), bytes)).toEqual({ ok: true });
    expect(await protectedBytes(both, message)).not.toEqual(bytes);
  });
  it('DE 64 is over all that stands before it', () => {
    const input = macInput(
      { algorithm: 'retail', padding: 1, lengthBytes: 8 },
      { key: keyFor('retail') },
      fromHex('0102'),
    );
    expect(input).toMatchObject({ algorithm: 'iso9797-3', padding: 1, data: fromHex('0102') });
  });
});
