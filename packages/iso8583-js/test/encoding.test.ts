// Encoding: what it leaves alone, bytes of its own, raw elements, responses, errors without content.
import { describe, expect, it } from 'vitest';
import {
  type Message,
  compileDefinition,
  createResponse,
  decodeMessage,
  decodeView,
  encodeMessage,
  errorLine,
  iso1987Ascii,
} from '../src/index.ts';

describe('encoding', () => {
  it('changes nothing in the message, and decoding twice gives two messages', () => {
    const message = Object.freeze({ mti: '0800', de11: '000001', de70: '301' });
    const encoded = encodeMessage(iso1987Ascii, message);
    if (!encoded.ok) throw new Error('it encodes');
    const first = decodeMessage(iso1987Ascii, encoded.bytes);
    const second = decodeMessage(iso1987Ascii, encoded.bytes);
    expect(first).toEqual(second);
    if (first.ok && second.ok) first.message.de11 = '000002';
    expect(second.ok && second.message.de11).toBe('000001');
  });

  it('gives bytes that later messages do not touch', () => {
    const encoded = Array.from({ length: 300 }, (_, i) =>
      encodeMessage(iso1987Ascii, { mti: '0800', de11: String(i).padStart(6, '0') }),
    );
    encoded.forEach((one, i) => {
      const decoded = one.ok && decodeMessage(iso1987Ascii, one.bytes);
      expect(decoded && decoded.ok && decoded.message.de11).toBe(String(i).padStart(6, '0'));
    });
  });

  it.each([4000, 4090, 4096, 4097, 9000])('holds a composite of %i bytes among others', (size) => {
    const tagged = {
      prefix: { data: 'ascii', size: 4 },
      sub: {
        kind: 'tlv',
        tag: { data: 'ascii', len: 2 },
        length: { data: 'ascii', size: 4 },
        unknown: 'keep',
        fields: {},
      },
    } as const;
    const text = { data: 'bcd', prefix: { data: 'bcd', size: 3 } } as const;
    const fields = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [i + 3, text]));
    const spec = compileDefinition<Message>({
      mti: { data: 'ascii', len: 4 },
      bitmap: { data: 'hex-ascii', bytes: 8, chain: 2 },
      fields: { 2: tagged, ...fields },
    });
    const message: Message = { mti: '0800', de2: { A1: new Uint8Array(size - 6).fill(7) } };
    for (let number = 3; number < 63; number++) message[`de${number}`] = '1234567';
    // Often enough to meet the end of a block.
    for (let i = 0; i < 30; i++) {
      const encoded = encodeMessage(spec, message);
      expect(encoded.ok && decodeMessage(spec, encoded.bytes)).toMatchObject({ ok: true, message });
    }
  });

  it('copies raw elements of a view', () => {
    const encoded = encodeMessage(iso1987Ascii, {
      mti: '0200',
      de2: '4111111111111111',
      de11: '000001',
    });
    const opened = encoded.ok && decodeView(iso1987Ascii, encoded.bytes);
    if (!opened || !opened.ok) throw new Error('it opens');
    const { view } = opened;
    const relayed = encodeMessage(
      iso1987Ascii,
      { mti: '0210', de39: '00' },
      { raw: { 2: view.raw(2), 11: view.raw(11) } },
    );
    const decoded = relayed.ok && decodeMessage(iso1987Ascii, relayed.bytes);
    expect(decoded).toMatchObject({
      ok: true,
      message: { mti: '0210', de2: '4111111111111111', de11: '000001', de39: '00' },
    });
  });

  it('refuses a raw element that the spec does not define', () => {
    const raw = { 1: Uint8Array.of(1) };
    expect(encodeMessage(iso1987Ascii, { mti: '0200' }, { raw })).toMatchObject({
      ok: false,
      error: { path: '1' },
    });
  });
});

describe('a response', () => {
  it('echoes what the standard has echoed and no secrets', () => {
    const request = {
      mti: '0200',
      de2: '4111111111111111',
      de3: '000000',
      de4: '000000000100',
      de11: '000001',
      de14: '2912',
      de35: '4111111111111111=2912',
      de41: 'TERM0001',
      de52: new Uint8Array(8),
    };
    expect(createResponse(iso1987Ascii, request, { de39: '00', de3: undefined })).toEqual({
      mti: '0210',
      de2: '4111111111111111',
      de4: '000000000100',
      de11: '000001',
      de39: '00',
      de41: 'TERM0001',
    });
    expect(createResponse(iso1987Ascii, { mti: '0210' })).toBeUndefined();
  });
});

describe('an error', () => {
  it('holds nothing of the message', () => {
    const pan = '4111111111111111';
    const encoded = encodeMessage(iso1987Ascii, { mti: '0200', de2: pan, de3: '00000X' });
    expect(JSON.stringify(encoded)).not.toContain(pan.slice(6, 12));
    expect(encoded.ok ? '' : errorLine(encoded.error)).toBe('bad-char in 3 at byte 38');
  });
});
