// What jPOS's stock packagers write, on the wire.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type Message,
  type Spec,
  decodeMessage,
  diagnoseMessage,
  encodeMessage,
  iso1993Ascii,
  specs,
} from '../src/index.ts';

function bytesOf(spec: Spec, message: Message): Uint8Array {
  const encoded = encodeMessage(spec, message);
  if (!encoded.ok) throw new Error(`${encoded.error.code} at ${encoded.error.path}`);
  return encoded.bytes;
}

describe("J1: jPOS's stock packagers", () => {
  const icc = fromHex('9F2608AABB');
  it.each([
    // packager, element, value, its bytes behind the bitmap
    ['jposIso87Ascii', 55, icc, toHex(fromAscii('0109F2608AABB'))],
    ['jposIso87Ascii', 93, 'ABCDEF', toHex(fromAscii('ABCDEF'))],
    ['jposIso87Ascii', 96, new Uint8Array(16), '30'.repeat(32)],
    ['jposIso87Binary', 36, '123', '0003313233'],
    ['jposIso87Binary', 22, '051', '0051'],
    ['jposIso87Binary', 96, new Uint8Array(16), '00'.repeat(16)],
    ['jposIso93Ascii', 55, icc, `303035${toHex(icc)}`],
    ['jposIso93Ascii', 53, icc, `3035${toHex(icc)}`],
    ['jposIso93Ascii', 96, icc, `303035${toHex(icc)}`],
    ['jposIso93Binary', 39, '000', '0000'],
    ['jposIso93Binary', 24, '831', '8310'],
    ['jposIso93Binary', 35, '12=34', `05${toHex(fromAscii('12=34'))}`],
    ['jposIso93Binary', 99, '123', `03${toHex(fromAscii('123'))}`],
  ] as const)('%s writes DE %i as they do', (name, element, value, hex) => {
    const version = specs[name].definition.version === '1993' ? '1' : '0';
    const message = { mti: `${version}800`, [`de${element}`]: value } as Message;
    const bytes = bytesOf(specs[name], message);
    expect(toHex(bytes).endsWith(hex.toUpperCase()) || toHex(bytes).endsWith(hex)).toBe(true);
    const read = decodeMessage(specs[name], bytes);
    expect(read.ok && read.message).toEqual(message);
  });
  it('the standard form and theirs do not take each other for their own', () => {
    const theirs = bytesOf(specs['jposIso93Ascii'], { mti: '1800', de55: icc });
    expect(decodeMessage(iso1993Ascii, theirs).ok).toBe(false);
  });
  it('where a variant reads no better, the doctor names the standard form alone', () => {
    const bytes = bytesOf(specs['iso1987Ascii'], { mti: '0800', de11: '000001', de70: '301' });
    const named = diagnoseMessage(bytes).map(({ specName }) => specName);
    expect(named[0]).toBe('iso1987Ascii');
    expect(named).not.toContain('jposIso87Ascii');
  });
});
