// The fast codec against the general one over random specs: the same message, bytes, view, error, path and
// offset, for what is right and for what is damaged, cut, random or of the wrong type or length.
import { concatBytes } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGeneral, encodeGeneral } from '../src/codec/message-codec.ts';
import {
  type FieldValue,
  type Message,
  type Spec,
  compileDefinition,
  decodeMessage,
  decodeView,
  encodeMessage,
} from '../src/index.ts';
import { fixedDigitsCase, flatCase, specCase, specsOf } from './random-specs.ts';

const runs = { numRuns: 500 };

/** A spec with one of its messages: every kind of element, flat ones only, fixed digits only. */
const specAndMessage = fc
  .oneof(specCase, specsOf(flatCase), specsOf(fixedDigitsCase))
  .chain((one) => one.message.map((message) => ({ definition: one.definition, message })));

/** Bytes of a message by the general codec; what the generators make can be encoded. */
function wireOf(spec: Spec, message: Message): Uint8Array {
  const encoded = encodeGeneral(spec.compiled, message);
  if (!encoded.ok) throw new Error(`${encoded.error.code} at ${encoded.error.path}`);
  return encoded.bytes;
}

/** Everything that a view gives; options make `decodeView` take the general codec. */
function seen(spec: Spec, bytes: Uint8Array, general: boolean): unknown {
  const opened = decodeView(spec, bytes, general ? {} : undefined);
  if (!opened.ok) return opened;
  const { view } = opened;
  const elements = [1, ...view.numbers, 192].map((number) => [
    view.has(number),
    view.get(number),
    view.raw(number),
    view.failure(number),
  ]);
  return { mti: view.mti, header: view.header, numbers: view.numbers, elements };
}

/** Holds both codecs against each other on one wire. */
function agree(spec: Spec, bytes: Uint8Array): void {
  expect(decodeMessage(spec, bytes)).toEqual(decodeGeneral(spec.compiled, bytes));
  expect(seen(spec, bytes, false)).toEqual(seen(spec, bytes, true));
}

describe('decoding by the fast codec', () => {
  it('gives what the general codec gives: whole messages', () => {
    let taken = 0;
    fc.assert(
      fc.property(specAndMessage, ({ definition, message }) => {
        const spec = compileDefinition<Message>(definition);
        const bytes = wireOf(spec, message);
        agree(spec, bytes);
        // Again, now that the tables of this bitmap are there.
        agree(spec, bytes);
        if (spec.fast.decode(bytes) !== undefined) taken++;
      }),
      runs,
    );
    // Whole messages are what it is for; a few, such as hex in small letters, it leaves to the general codec.
    expect(taken).toBeGreaterThan(0.9 * runs.numRuns);
  });

  it('gives what the general codec gives: damaged, cut and longer ones', () => {
    fc.assert(
      fc.property(
        specAndMessage,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
        fc.option(fc.nat()),
        fc.uint8Array({ maxLength: 3 }),
        ({ definition, message }, changes, cutAt, more) => {
          const spec = compileDefinition<Message>(definition);
          const whole = wireOf(spec, message);
          let bytes = Uint8Array.from(whole);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          if (cutAt !== null) bytes = bytes.slice(0, cutAt % bytes.length);
          agree(spec, concatBytes(bytes, more));
          agree(spec, whole);
        },
      ),
      runs,
    );
  });

  it('gives what the general codec gives: random bytes behind a right start', () => {
    fc.assert(
      fc.property(
        specAndMessage,
        fc.nat(60),
        fc.uint8Array({ maxLength: 120 }),
        ({ definition, message }, keep, noise) => {
          const spec = compileDefinition<Message>(definition);
          agree(spec, concatBytes(wireOf(spec, message).subarray(0, keep), noise));
        },
      ),
      runs,
    );
  });
});

/** Values that most elements cannot carry. */
const strange: fc.Arbitrary<FieldValue> = fc.oneof(
  fc.constantFrom('', '1', 'Z', '=', 'é', '你', '\ud800', '-1', 'C1', '12345678901234567890'),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom('0', '9', 'A', 'f', '=', ' ', '~'), maxLength: 120 }),
  fc.uint8Array({ maxLength: 120 }),
  fc.constantFrom<FieldValue>({}, { 1: 'x' }, [], 'x'.repeat(20_000), new Uint8Array(20_000)),
);

describe('encoding by the fast codec', () => {
  it.each(['left0', 'leftF', 'right0', 'rightF'] as const)(
    'refuses every character that is no digit in every place of an odd number of digits: %s',
    (odd) => {
      for (const len of [1, 3, 5, 9]) {
        const spec = compileDefinition<Message>({
          mti: { data: 'ascii', len: 4 },
          bitmap: { data: 'binary', bytes: 8 },
          fields: { 4: { data: 'bcd', odd, len }, 11: { data: 'bcd', len: 6 } },
        });
        for (let place = 0; place < len; place++) {
          for (const wrong of ['=', ':', '/', 'A', 'f', ' ', '\u0130']) {
            const de4 = `${'7'.repeat(place)}${wrong}${'7'.repeat(len - place - 1)}`;
            const message = { mti: '0200', de4, de11: '000001' };
            const encoded = encodeMessage(spec, message);
            expect(encoded).toMatchObject({ ok: false, error: { path: '4' } });
            expect(encoded).toEqual(encodeGeneral(spec.compiled, message));
          }
        }
      }
    },
  );

  it('gives what the general codec gives: whole messages, in any order of keys', () => {
    let taken = 0;
    fc.assert(
      fc.property(specAndMessage, ({ definition, message }) => {
        const spec = compileDefinition<Message>(definition);
        const general = encodeGeneral(spec.compiled, message);
        const backwards = Object.fromEntries(Object.entries(message).toReversed()) as Message;
        for (const one of [message, backwards, message]) {
          expect(encodeMessage(spec, one)).toEqual(general);
        }
        if (spec.fast.encode(message) !== undefined) taken++;
      }),
      runs,
    );
    expect(taken).toBeGreaterThan(0.9 * runs.numRuns);
  });

  it('gives what the general codec gives: values of the wrong type, length or content', () => {
    fc.assert(
      fc.property(
        specAndMessage,
        fc.array(fc.tuple(fc.nat(), fc.option(strange, { nil: undefined })), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.boolean(),
        ({ definition, message }, changes, foreign) => {
          const spec = compileDefinition<Message>(definition);
          const wrong: Record<string, unknown> = { ...message };
          const keys = [
            ...Object.keys(definition.fields).map((key) => `de${key}`),
            'mti',
            'header',
          ];
          for (const [at, value] of changes) wrong[keys[at % keys.length]] = value;
          if (foreign) wrong['de129x'] = '1';
          const given = wrong as unknown as Message;
          // The tables of the right message are there when the wrong one comes, and serve after it.
          encodeMessage(spec, message);
          expect(encodeMessage(spec, given)).toEqual(encodeGeneral(spec.compiled, given));
          expect(encodeMessage(spec, message)).toEqual(encodeGeneral(spec.compiled, message));
        },
      ),
      runs,
    );
  });
});
