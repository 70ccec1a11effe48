// The lazy view: structure is checked when it is opened, content when it is read.
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type Message,
  compileDefinition,
  decodeMessage,
  decodeView,
  encodeMessage,
  iso1987Ascii,
  iso1987Binary,
} from '../src/index.ts';

const message = {
  mti: '0200',
  de2: '4111111111111111',
  de4: '000000012345',
  de11: '000001',
  de41: 'TERM0001',
  de52: fromHex('0102030405060708'),
};

function wireOf(spec: typeof iso1987Ascii): Uint8Array {
  const encoded = encodeMessage(spec, message);
  if (!encoded.ok) throw new Error('the message of the tests');
  return encoded.bytes;
}

describe('a view', () => {
  it.each([
    ['ASCII', iso1987Ascii],
    ['packed', iso1987Binary],
  ])('gives what decoding gives, %s', (_name, spec) => {
    const bytes = wireOf(spec);
    const opened = decodeView(spec, bytes);
    const decoded = decodeMessage(spec, bytes);
    if (!opened.ok || !decoded.ok) throw new Error('it opens');
    const { view } = opened;
    expect(view.numbers).toEqual([2, 4, 11, 41, 52]);
    for (const number of [2, 3, 4, 11, 41, 52] as const) {
      expect(view.get(number)).toEqual(decoded.message[`de${number}`]);
      expect(view.has(number)).toBe(decoded.message[`de${number}`] !== undefined);
    }
    expect(view.mti).toBe('0200');
    expect(view.header).toBeUndefined();
    expect(view.raw(3)).toBeUndefined();
    expect(view.failure(3)).toBeUndefined();
  });

  it('gives the bytes of an element with its length, as a view of the message', () => {
    const bytes = wireOf(iso1987Binary);
    const opened = decodeView(iso1987Binary, bytes);
    if (!opened.ok) throw new Error('it opens');
    const raw = opened.view.raw(2);
    expect(toHex(raw ?? bytes)).toBe('164111111111111111');
    expect(raw?.buffer).toBe(bytes.buffer);
  });

  it.each([
    ['ASCII', iso1987Ascii],
    ['packed', iso1987Binary],
  ])('says why an element is wrong when it is read, %s', (_name, spec) => {
    const bytes = Uint8Array.from(wireOf(spec));
    const clean = decodeView(spec, bytes);
    const at = clean.ok ? bytes.indexOf((clean.view.raw(4) ?? bytes)[0], 28) : 0;
    const start = clean.ok ? (clean.view.raw(4)?.byteOffset ?? at) : at;
    bytes[start] = 0xfa;
    const opened = decodeView(spec, bytes);
    if (!opened.ok) throw new Error('its structure is in order');
    expect(opened.view.get(4)).toBeUndefined();
    expect(opened.view.has(4)).toBe(true);
    const decoded = decodeMessage(spec, bytes);
    expect(opened.view.failure(4)).toEqual(decoded.ok ? undefined : decoded.error);
    expect(opened.view.get(11)).toBe('000001');
  });

  it.each([
    ['cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
    ['with a byte more', (bytes: Uint8Array) => Uint8Array.of(...bytes, 0)],
    [
      'with another length',
      (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, i) => (i === 10 ? 0x99 : byte)),
    ],
    [
      'with a wrong message type',
      (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, i) => (i === 0 ? 0xaa : byte)),
    ],
    ['empty', () => new Uint8Array(0)],
  ])('of a message %s gives the error of decoding', (_name, damage) => {
    const bytes = damage(wireOf(iso1987Binary));
    const opened = decodeView(iso1987Binary, bytes);
    const decoded = decodeMessage(iso1987Binary, bytes);
    expect(opened.ok ? undefined : opened.error).toEqual(decoded.ok ? 'no error' : decoded.error);
  });

  it('forgives what it is told to', () => {
    const bytes = Uint8Array.of(...wireOf(iso1987Binary), 0);
    const opened = decodeView(iso1987Binary, bytes, { lenient: ['trailing'] });
    expect(opened.ok && opened.view.get(41)).toBe('TERM0001');
  });

  it('has the header of specs that have one', () => {
    const spec = compileDefinition<Message>({
      header: { bytes: 2 },
      mti: { data: 'bcd', len: 4 },
      bitmap: { data: 'binary', bytes: 8 },
      fields: { 11: { data: 'bcd', len: 6 } },
    });
    const opened = decodeView(spec, fromHex('CAFE08000020000000000000000001'));
    expect(opened.ok && opened.view.header).toEqual(fromHex('CAFE'));
    expect(opened.ok && opened.view.mti).toBe('0800');
    expect(opened.ok && opened.view.get(11)).toBe('000001');
  });
});
