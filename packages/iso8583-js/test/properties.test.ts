// Properties: encoding and decoding are inverse for random specs, and nothing that stands on a wire makes anything throw or read past the end.
import { concatBytes, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Message,
  MessageStream,
  compileDefinition,
  decodeField,
  decodeMessage,
  decodeView,
  describeMessage,
  encodeField,
  encodeMessage,
  messageFromJson,
  messageToJson,
  specs,
} from '../src/index.ts';
import { fieldCase, fixedDigitsCase, specCase, specsOf } from './random-specs.ts';

const runs = { numRuns: 500 };

/** A case with one of its messages; a part of them is nothing but digits of fixed length. */
const specAndMessage = fc
  .oneof({ arbitrary: specCase, weight: 2 }, specsOf(fixedDigitsCase))
  .chain((one) => one.message.map((message) => ({ definition: one.definition, message })));

describe('one element', () => {
  it('decodes to what was encoded, and encodes to the same bytes again', () => {
    fc.assert(
      fc.property(
        fieldCase.chain((one) => one.value.map((value) => ({ spec: one.spec, value }))),
        ({ spec, value }) => {
          const encoded = encodeField(spec, value);
          expect(encoded, JSON.stringify(spec)).toMatchObject({ ok: true });
          if (!encoded.ok) return;
          const decoded = decodeField(spec, encoded.bytes);
          expect(decoded, JSON.stringify(spec)).toMatchObject({
            ok: true,
            used: encoded.bytes.length,
          });
          if (!decoded.ok) return;
          expect(decoded.value).toEqual(value);
          const again = encodeField(spec, decoded.value);
          expect(again.ok && toHex(again.bytes)).toBe(toHex(encoded.bytes));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never throws on random bytes and never reads past the end', () => {
    fc.assert(
      fc.property(fieldCase, fc.uint8Array({ maxLength: 80 }), ({ spec }, bytes) => {
        const decoded = decodeField(spec, bytes);
        if (decoded.ok) expect(decoded.used).toBeLessThanOrEqual(bytes.length);
        else {
          expect(decoded.error.offset).toBeLessThanOrEqual(bytes.length);
          expect(decoded.error.byte).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('whole messages of random specs', () => {
  it('decode to what was encoded', () => {
    fc.assert(
      fc.property(specAndMessage, ({ definition, message }) => {
        const spec = compileDefinition<Message>(definition);
        const encoded = encodeMessage(spec, message);
        expect(encoded).toMatchObject({ ok: true });
        if (!encoded.ok) return;
        const decoded = decodeMessage(spec, encoded.bytes);
        expect(decoded).toMatchObject({ ok: true });
        if (!decoded.ok) return;
        expect(decoded.message).toEqual(message);
      }),
      runs,
    );
  });

  it('are the same after JSON', () => {
    fc.assert(
      fc.property(specAndMessage, ({ definition, message }) => {
        const spec = compileDefinition<Message>(definition);
        const json: unknown = JSON.parse(JSON.stringify(messageToJson(message)));
        expect(messageFromJson(spec, json as ReturnType<typeof messageToJson>)).toEqual(message);
      }),
      runs,
    );
  });

  it('come out of an unframed stream whole, however it is cut', () => {
    fc.assert(
      fc.property(
        specAndMessage,
        fc.array(fc.integer({ min: 1, max: 40 })),
        ({ definition, message }, cuts) => {
          const spec = compileDefinition<Message>(definition);
          const encoded = encodeMessage(spec, message);
          if (!encoded.ok) return;
          const bytes = concatBytes(encoded.bytes, encoded.bytes, encoded.bytes);
          const stream = new MessageStream(spec);
          const results = [];
          let at = 0;
          for (const size of [...cuts, bytes.length]) {
            results.push(...stream.push(bytes.subarray(at, at + size)));
            at += size;
          }
          expect(results.map((result) => result.ok && result.message)).toEqual([
            message,
            message,
            message,
          ]);
          expect(stream.pendingBytes).toBe(0);
        },
      ),
      runs,
    );
  });
});

describe('random bytes', () => {
  it('never make decoding, describing or a view of a ready-made spec throw', () => {
    const seeds = Object.values(specs).map((spec) => {
      const header = spec.definition.header === undefined ? {} : { header: '0'.repeat(12) };
      const encoded = encodeMessage(spec, { mti: '0800', ...header, de11: '000001' });
      return encoded.ok ? encoded.bytes : Uint8Array.of(8, 0);
    });
    fc.assert(
      fc.property(
        fc.nat(seeds.length - 1),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(30),
        (which, noise, keep) => {
          const bytes = concatBytes(seeds[which].subarray(0, keep), noise);
          for (const spec of Object.values(specs)) {
            const decoded = decodeMessage(spec, bytes);
            const description = describeMessage(spec, bytes);
            expect(description.error === undefined).toBe(decoded.ok);
            expect(decodeView(spec, bytes).ok || !decoded.ok).toBe(true);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
