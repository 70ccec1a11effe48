// Neighbours that the fast codec checks together: every wrong character among them is found, wherever it stands.
import { describe, expect, it } from 'vitest';
import { decodeGeneral, encodeGeneral } from '../src/codec/message-codec.ts';
import {
  type Message,
  type SpecDefinition,
  compileDefinition,
  decodeMessage,
  encodeMessage,
} from '../src/index.ts';

const ascii2 = { data: 'ascii', size: 2 } as const;
const fixed = (len: number, charset: 'n' | 'ans') => ({ data: 'ascii', len, charset }) as const;
const variable = (charset: 'n' | 'ans' | 'z') =>
  ({ data: 'ascii', prefix: ascii2, max: 30, charset }) as const;

const definition = {
  mti: fixed(4, 'n'),
  bitmap: { data: 'binary', bytes: 8, chain: 2 },
  fields: {
    2: variable('n'),
    3: fixed(6, 'n'),
    4: fixed(3, 'n'),
    5: variable('n'),
    6: fixed(5, 'ans'),
    7: { ...variable('ans'), prefix: { data: 'ascii', size: 3 } },
    8: fixed(2, 'ans'),
    9: fixed(1, 'n'),
    10: { data: 'binary', len: 3 },
    11: variable('z'),
    12: variable('ans'),
    13: { data: 'hex-ascii', len: 2 },
    14: fixed(7, 'n'),
  },
} as const satisfies SpecDefinition;

const message: Message = {
  mti: '0100',
  de2: '12345678901',
  de3: '000000',
  de4: '840',
  de5: '7',
  de6: 'ab cd',
  de7: 'a text of several words',
  de8: '~ ',
  de9: '5',
  de10: Uint8Array.of(0, 128, 255),
  de11: '4761=2712',
  de12: '',
  de13: Uint8Array.of(0x12, 0xab),
  de14: '9876543',
};
/** The same elements, the last one listed first. */
const backwards = Object.fromEntries(Object.entries(message).toReversed()) as Message;

const packedDefinition = {
  mti: { data: 'bcd', len: 4 },
  bitmap: { data: 'binary', bytes: 8, chain: 2 },
  fields: {
    3: { data: 'bcd', len: 6 },
    4: { data: 'bcd', len: 3, odd: 'left0' },
    5: { data: 'bcd', len: 5, odd: 'right0' },
    6: fixed(4, 'ans'),
    7: { data: 'bcd', len: 1, odd: 'left0' },
    8: { data: 'bcd', prefix: { data: 'bcd', size: 2 }, max: 20, odd: 'right0' },
  },
} as const satisfies SpecDefinition;
const packedMessage: Message = {
  mti: '0200',
  de3: '123456',
  de4: '789',
  de5: '01234',
  de6: 'TEXT',
  de7: '5',
  de8: '1234567',
};

function bytesOf(spec: SpecDefinition, value: Message): Uint8Array {
  const encoded = encodeMessage(compileDefinition<Message>(spec), value);
  if (!encoded.ok) throw new Error(`it encodes: ${encoded.error.path}`);
  return encoded.bytes;
}

describe('neighbours that are checked together', () => {
  it.each([
    { name: 'text', spec: definition as SpecDefinition, sample: message },
    { name: 'packed', spec: packedDefinition as SpecDefinition, sample: packedMessage },
  ])('$name: every byte in every place decodes as the general decoder says', (wire) => {
    const spec = compileDefinition<Message>(wire.spec);
    const good = bytesOf(wire.spec, wire.sample);
    expect(decodeMessage(spec, good)).toMatchObject({ ok: true, message: wire.sample });
    let refused = 0;
    for (let at = 0; at < good.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const bytes = good.slice();
        bytes[at] = byte;
        const decoded = decodeMessage(spec, bytes);
        const wanted = decodeGeneral(spec.compiled, bytes);
        if (JSON.stringify(decoded) !== JSON.stringify(wanted)) expect(decoded).toEqual(wanted);
        if (!decoded.ok) refused++;
      }
    }
    expect(refused).toBeGreaterThan(good.length * 100);
  });

  it('a message cut short anywhere is refused as the general decoder says', () => {
    const spec = compileDefinition<Message>(definition);
    const good = bytesOf(definition, message);
    for (let size = 0; size < good.length; size++) {
      const decoded = decodeMessage(spec, good.subarray(0, size));
      expect(decoded.ok).toBe(false);
      expect(decoded).toEqual(decodeGeneral(spec.compiled, good.subarray(0, size)));
    }
  });

  it.each([
    { name: 'in the order of the wire', sample: message },
    { name: 'backwards', sample: backwards },
  ])('keys $name: any character in any place encodes as the general encoder says', (keys) => {
    const spec = compileDefinition<Message>(definition);
    const good = bytesOf(definition, message);
    let refused = 0;
    for (const [key, value] of Object.entries(keys.sample)) {
      if (typeof value !== 'string') continue;
      for (let at = 0; at <= value.length; at++) {
        for (const put of ['', ':', '/', '\u001f', '\u007f', 'é', 'Ā', '😀', '5', 'A', '12']) {
          const changed = { ...keys.sample, [key]: value.slice(0, at) + put + value.slice(at + 1) };
          const encoded = encodeMessage(spec, changed);
          expect(encoded).toEqual(encodeGeneral(spec.compiled, changed));
          if (!encoded.ok) refused++;
        }
      }
      // The plan of these keys stands again for the next one.
      expect(encodeMessage(spec, keys.sample)).toEqual({ ok: true, bytes: good });
    }
    expect(refused).toBeGreaterThan(300);
  });
});
