// The types that a spec implies: checked by the compiler, which reads this file with the package.
import { describe, expect, it } from 'vitest';
import {
  type Dataset,
  type Message,
  decodeMessage,
  decodeView,
  defineSpec,
  encodeMessage,
  iso1987Ascii,
  iso1987Binary,
  posTerminal,
  specs,
} from '../src/index.ts';

const spec = defineSpec({
  header: { bytes: 5 },
  mti: { data: 'bcd', len: 4 },
  bitmap: { data: 'binary', bytes: 8, chain: 2 },
  fields: {
    4: { data: 'bcd', len: 12 },
    48: {
      prefix: { data: 'ascii', size: 3 },
      sub: {
        kind: 'positional',
        order: ['1', '2'],
        fields: { 1: { data: 'ascii', len: 2 }, 2: { data: 'binary', len: 2 } },
      },
    },
    49: { prefix: { data: 'bcd', size: 4 }, sub: { kind: 'datasets', elements: {} } },
    52: { data: 'binary', len: 8 },
    55: {
      prefix: { data: 'bcd', size: 3 },
      sub: {
        kind: 'tlv',
        tag: { data: 'ber' },
        fields: { '9F02': { data: 'binary', prefix: { data: 'ber' } } },
      },
    },
  },
});

type Same<A, B> = [A, B] extends [B, A] ? true : false;
/** Compiles only when both types are the same. */
function same<A, B>(answer: Same<A, B>): boolean {
  return answer;
}

describe('the message type of a spec', () => {
  const header = new Uint8Array(5);

  it('has text, bytes and subfields where the spec says so', () => {
    const decoded = decodeMessage(spec, new Uint8Array(0));
    if (decoded.ok) {
      const { message } = decoded;
      expect(same<typeof message.de4, string | undefined>(true)).toBe(true);
      expect(same<typeof message.de52, Uint8Array | undefined>(true)).toBe(true);
      expect(same<typeof message.de49, Dataset[] | undefined>(true)).toBe(true);
      const inner: string | undefined = message.de48?.['1'];
      const bytes: Uint8Array | undefined = message.de48?.['2'];
      const amount: Uint8Array | undefined = message.de55?.['9F02'];
      expect([inner, bytes, amount]).toHaveLength(3);
    }
    expect(decoded.ok).toBe(false);
  });

  it('refuses an element the spec does not define', () => {
    // @ts-expect-error the spec has no DE 5
    const encoded = encodeMessage(spec, { mti: '0200', header, de5: '000000000001' });
    expect(encoded).toMatchObject({ ok: false, error: { code: 'undefined-field', path: '5' } });
  });

  it('refuses a value of another type', () => {
    // @ts-expect-error DE 52 is bytes
    const encoded = encodeMessage(spec, { mti: '0200', header, de52: '0102030405060708' });
    expect(encoded).toMatchObject({ ok: false, error: { code: 'bad-type', path: '52' } });
  });

  it('asks for the header when the spec has one', () => {
    // @ts-expect-error the header is missing
    const encoded = encodeMessage(spec, { mti: '0200' });
    expect(encoded).toMatchObject({ ok: false, error: { code: 'missing', path: 'header' } });
  });

  it('types the elements of a view', () => {
    const opened = decodeView(spec, new Uint8Array(0));
    if (opened.ok) {
      const value = opened.view.get(4);
      expect(same<typeof value, string | undefined>(true)).toBe(true);
      // @ts-expect-error the spec has no DE 5
      opened.view.get(5);
    }
    expect(opened.ok).toBe(false);
  });

  it('is there for ready-made specs too', () => {
    const encoded = encodeMessage(iso1987Ascii, { mti: '0800', de11: '000001', de70: '301' });
    expect(encoded.ok).toBe(true);
    // @ts-expect-error the dialect has no DE 5
    expect(encodeMessage(posTerminal, { mti: '0200', de5: '000000000001' }).ok).toBe(false);
    // @ts-expect-error DE 64 is bytes
    expect(encodeMessage(iso1987Binary, { mti: '0200', de64: '0102030405060708' }).ok).toBe(false);
  });

  it('is any message for specs chosen at run time', () => {
    const message: Message = { mti: '0800', de11: '000001' };
    expect(encodeMessage(specs['iso1987Ascii'], message).ok).toBe(true);
  });
});

describe('a spec that cannot work', () => {
  it('is refused with the place that is wrong', () => {
    expect(() =>
      defineSpec({
        mti: { data: 'ascii', len: 4 },
        bitmap: { data: 'binary', bytes: 8 },
        // @ts-expect-error no such encoding
        fields: { 2: { data: 'latin', len: 2 } },
      }),
    ).toThrow(/fields\.2\.data must be one of ascii/);
  });
});
