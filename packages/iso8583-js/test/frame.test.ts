// Frames: split and joined reads, each length, TPDU, header, trailer, keep-alives, limits; BASE I headers.
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FrameDecoder,
  type FrameOptions,
  MessageStream,
  buildBaseOneHeader,
  decodeFrameLength,
  encodeFrame,
  iso1987Binary,
  parseBaseOneHeader,
  swapBaseOneHeader,
  swapTpdu,
} from '../src/index.ts';

const tpdu = fromHex('6000010002');
const body = fromHex('0800');

const wires: readonly (readonly [string, FrameOptions, string])[] = [
  ['binary1', { length: 'binary1' }, '020800'],
  ['binary2', { length: 'binary2' }, '00020800'],
  ['binary2 counting itself', { length: 'binary2', inclusive: true }, '00040800'],
  ['binary3', { length: 'binary3' }, '0000020800'],
  ['binary4', { length: 'binary4' }, '000000020800'],
  ['binary4 counting itself', { length: 'binary4', inclusive: true }, '000000060800'],
  ['ascii2', { length: 'ascii2' }, '30320800'],
  ['ascii4', { length: 'ascii4' }, '303030320800'],
  ['ascii4 counting itself', { length: 'ascii4', inclusive: true }, '303030360800'],
  ['ascii6', { length: 'ascii6' }, '3030303030320800'],
  ['ebcdic4', { length: 'ebcdic4' }, 'F0F0F0F20800'],
  ['bcd2', { length: 'bcd2' }, '00020800'],
  ['hex4', { length: 'hex4' }, '303030320800'],
  ['visa', { length: 'visa' }, '000200000800'],
  ['ETX counted', { length: 'binary2', trailer: 3 }, '0003080003'],
  ['ETX not counted', { length: 'binary2', trailer: 3, trailerCounted: false }, '0002080003'],
  ['ETX alone', { length: 'none', trailer: 3 }, '080003'],
];

describe('a frame', () => {
  it.each(wires)('%s is made and read', (_name, options, wire) => {
    expect(toHex(encodeFrame(options, body))).toBe(wire);
    expect(new FrameDecoder(options).push(fromHex(wire))).toEqual([{ ok: true, body }]);
  });

  it('carries a TPDU that the length counts', () => {
    const options = { length: 'binary2', tpdu: true } as const;
    const frame = encodeFrame(options, body, { tpdu });
    expect(toHex(frame)).toBe('000760000100020800');
    expect(new FrameDecoder(options).push(frame)).toEqual([{ ok: true, body, tpdu }]);
    expect(toHex(swapTpdu(tpdu))).toBe('6000020001');
  });

  it('carries a header that stays raw', () => {
    const options = { length: 'bcd2', headerBytes: 3 } as const;
    const header = fromHex('AABBCC');
    const frame = encodeFrame(options, body, { header });
    expect(new FrameDecoder(options).push(frame)).toEqual([{ ok: true, body, header }]);
  });

  it('of length zero is a keep-alive', () => {
    expect(new FrameDecoder({ length: 'binary2' }).push(fromHex('0000'))).toEqual([
      { ok: true, body: new Uint8Array(0), keepAlive: true },
    ]);
    expect(toHex(encodeFrame({ length: 'ascii4' }, new Uint8Array(0)))).toBe('30303030');
  });

  it('of Visa may be session control', () => {
    const [frame] = new FrameDecoder({ length: 'visa' }).push(fromHex('000200200800'));
    expect(frame).toMatchObject({ ok: true, sessionControl: true });
  });

  it('is a copy: the chunk may change afterwards', () => {
    const chunk = Buffer.from('00020800', 'hex');
    const [frame] = new FrameDecoder({ length: 'binary2' }).push(chunk);
    chunk.fill(0xff);
    expect(frame).toEqual({ ok: true, body });
  });

  it('comes out whole however the stream is cut', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
    const kinds = wires.filter(([, options]) => options.trailer === undefined);
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        bodies,
        fc.array(fc.integer({ min: 1, max: 9 })),
        ([, options], all, cuts) => {
          const stream = concatBytes(...all.map((one) => encodeFrame(options, one)));
          const decoder = new FrameDecoder(options);
          const frames = [];
          let at = 0;
          for (const size of [...cuts, stream.length + 1]) {
            frames.push(...decoder.push(stream.subarray(at, at + size)));
            at += size;
          }
          expect(frames.map((frame) => frame.ok && toHex(frame.body))).toEqual(
            all.map((one) => toHex(one)),
          );
          expect(decoder.end()).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a frame that is wrong', () => {
  const bad: readonly (readonly [string, FrameOptions, string, string, number])[] = [
    ['states more than the limit', { length: 'binary2', maxBytes: 100 }, '0065', 'too-long', 0],
    [
      'states more than the limit after a good one',
      { length: 'binary2', maxBytes: 9 },
      '0001AA000A',
      'too-long',
      3,
    ],
    ['has no digits as length', { length: 'ascii4' }, '30302D31', 'bad-length', 0],
    ['has a nibble above 9', { length: 'bcd2' }, '0A00', 'bad-length', 0],
    [
      'counts less than its own length',
      { length: 'binary2', inclusive: true },
      '0001',
      'bad-length',
      0,
    ],
    ['is shorter than its TPDU', { length: 'binary2', tpdu: true }, '000460000100', 'truncated', 2],
    ['has no TPDU', { length: 'binary2', tpdu: true }, '000731000100020800', 'bad-tpdu', 2],
    [
      'is shorter than its header',
      { length: 'binary2', headerBytes: 4 },
      '00020800',
      'truncated',
      2,
    ],
    ['ends without ETX', { length: 'binary2', trailer: 3 }, '0003080004', 'bad-trailer', 4],
    ['never ends', { length: 'none', trailer: 3, maxBytes: 3 }, '01020405', 'too-long', 0],
    [
      'is a Visa frame of 65535 bytes',
      { length: 'visa', maxBytes: 2048 },
      'FFFF0020',
      'too-long',
      0,
    ],
  ];
  it.each(bad)('%s', (_name, options, wire, code, offset) => {
    const decoder = new FrameDecoder(options);
    const frames = decoder.push(fromHex(wire));
    expect(frames.at(-1)).toEqual({ ok: false, error: { code, path: 'frame', offset } });
    expect(decoder.push(body)).toEqual([frames.at(-1)]);
  });

  it('is incomplete when the stream ends', () => {
    const decoder = new FrameDecoder({ length: 'binary2' });
    expect(decoder.push(fromHex('000208'))).toEqual([]);
    expect(decoder.pendingBytes).toBe(3);
    expect(decoder.end()).toMatchObject({ ok: false, error: { code: 'truncated', offset: 2 } });
  });

  it('never makes the decoder throw, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...wires),
        fc.array(fc.uint8Array({ maxLength: 12 })),
        ([, options], chunks) => {
          const decoder = new FrameDecoder({ ...options, maxBytes: 50 });
          for (const chunk of chunks) decoder.push(chunk);
          expect(decoder.pendingBytes).toBeLessThanOrEqual(70);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('options and arguments that cannot work', () => {
  it.each<readonly [string, FrameOptions]>([
    ['no length and no trailer', { length: 'none' }],
    ['a limit of nothing', { length: 'binary2', maxBytes: 0 }],
    ['an unknown length', { length: 'binary9' as 'binary2' }],
  ])('%s is thrown', (_name, options) => {
    expect(() => new FrameDecoder(options)).toThrow(
      expect.objectContaining({ code: 'bad-option' }),
    );
  });

  it('a body that the length cannot state is thrown', () => {
    expect(() => encodeFrame({ length: 'ascii2' }, new Uint8Array(100))).toThrow(/longer than 99/);
    expect(() => encodeFrame({ length: 'binary2' }, body, { tpdu })).toThrow(/TPDU/);
    expect(() => encodeFrame({ length: 'binary2', headerBytes: 2 }, body)).toThrow(/2 bytes/);
    expect(() => decodeFrameLength({ length: 'none', trailer: 3 }, body)).toThrow(/none to read/);
  });
});

describe('an unframed stream', () => {
  it('is lost after the first message that is wrong', () => {
    const stream = new MessageStream(iso1987Binary);
    // DE 11 holds a nibble above 9.
    const [result] = stream.push(fromHex('0800002000000000000000000A'));
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'bad-digit', path: '11', offset: 10 },
    });
    expect(stream.push(body)).toEqual([result]);
  });

  it('says when a message grows beyond the limit', () => {
    const stream = new MessageStream(iso1987Binary, { maxBytes: 20 });
    const results = stream.push(fromHex(`080000000000000001000990${'41'.repeat(40)}`));
    expect(results).toMatchObject([{ ok: false, error: { code: 'too-long' } }]);
  });

  it('waits for what is missing and says so at its end', () => {
    const stream = new MessageStream(iso1987Binary);
    expect(stream.push(fromHex('08000020000000000000'))).toEqual([]);
    expect(stream.end()).toMatchObject({ ok: false, error: { code: 'truncated', path: '11' } });
  });
});

describe('a BASE I header', () => {
  it('is made, read and turned round', () => {
    const header = buildBaseOneHeader({
      source: '123456',
      destination: '654321',
      messageBytes: 100,
    });
    expect(header).toHaveLength(22);
    expect(parseBaseOneHeader(header)).toMatchObject({
      length: 22,
      totalLength: 122,
      source: '123456',
      destination: '654321',
    });
    const answer = parseBaseOneHeader(swapBaseOneHeader(header, 50));
    expect(answer).toMatchObject({ source: '654321', destination: '123456', totalLength: 72 });
  });

  it('carries why a message was rejected', () => {
    const reject = { bitmap: 0x8000, code: '0099' };
    const header = buildBaseOneHeader({ messageBytes: 10, reject });
    expect(header).toHaveLength(26);
    expect(parseBaseOneHeader(header)?.reject).toEqual(reject);
    expect(swapBaseOneHeader(header, 10)).toHaveLength(22);
  });

  it.each([
    ['cut short', '1601020064'],
    ['of another length', `17${'00'.repeat(25)}`],
    ['with a station that is no number', `16010200640A${'00'.repeat(16)}`],
  ])('%s is none', (_name, hex) => {
    expect(parseBaseOneHeader(fromHex(hex))).toBeUndefined();
  });

  it('of a station that is no number is not made', () => {
    expect(() => buildBaseOneHeader({ source: '12345', messageBytes: 1 })).toThrow(/6 digits/);
  });
});
