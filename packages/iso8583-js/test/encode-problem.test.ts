// Why a message does not encode, in words that say what is wanted and how much was given, and no content.
import { describe, expect, it } from 'vitest';
import {
  type Message,
  type Spec,
  baseI,
  compileDefinition,
  encodeMessage,
  encodeProblem,
  iso1987Ascii,
  iso1987Binary,
} from '../src/index.ts';

function problem(spec: Spec, message: Message): string {
  const encoded = encodeMessage(spec, message);
  return encoded.ok ? 'none' : encodeProblem(spec, message, encoded.error);
}

const subfields = compileDefinition<Message>({
  name: 'mine',
  mti: { data: 'ascii', len: 4 },
  bitmap: { data: 'binary', bytes: 8 },
  fields: {
    48: {
      prefix: { data: 'ascii', size: 3 },
      sub: { kind: 'positional', order: ['1'], fields: { 1: { data: 'ascii', len: 3 } } },
    },
  },
});

describe('F34: an encode error tells length and expectation', () => {
  it.each<[string, Partial<Message>, string]>([
    ['an amount with a point', { de4: '10.00' }, 'DE 4 wants 12 digits, 5 characters are given'],
    ['letters', { de4: '00000000100x' }, 'DE 4 wants 12 digits, a character is none of these'],
    [
      'a short terminal',
      { de41: 'TERM1' },
      'DE 41 wants 8 characters (letters, digits and specials), 5 characters are given',
    ],
    [
      'a long account number',
      { de2: '1'.repeat(20) },
      'DE 2 wants at most 19 digits, 20 characters are given',
    ],
    ['few bytes', { de52: new Uint8Array(2) }, 'DE 52 wants 8 bytes, 2 bytes are given'],
    ['text for bytes', { de52: '12345G' }, 'DE 52 wants 8 bytes, text is given'],
    [
      'no sign',
      { de28: '000000500' },
      'DE 28 wants C or D in front, then 8 digits, another sign is given',
    ],
    ['bytes for text', { de3: new Uint8Array(3) }, 'DE 3 wants 6 digits, 3 bytes are given'],
    ['an element of no spec', { de193: '1' }, 'DE 193 is not in iso1987Ascii'],
    [
      'a long message type',
      { mti: '02000' },
      'the message type wants 4 digits, 5 characters are given',
    ],
    ['nothing wrong', { de11: '000001' }, 'none'],
  ])('%s', (_name, values, words) => {
    expect(problem(iso1987Ascii, { mti: '0200', ...values })).toBe(words);
  });

  it('packed digits, headers, subfields', () => {
    expect(problem(iso1987Binary, { mti: '0200', de4: '10' })).toBe(
      'DE 4 wants 12 digits, 2 characters are given',
    );
    expect(problem(baseI, { mti: '0200' })).toBe('the header wants 22 bytes, nothing is given');
    expect(problem(subfields, { mti: '0200', de48: { 1: 'AB' } })).toBe(
      'DE 48 > 1 wants 3 characters, 2 characters are given',
    );
    expect(problem(subfields, { mti: '0200', de48: {} })).toBe(
      'DE 48 > 1 wants 3 characters, nothing is given',
    );
    expect(problem(subfields, { mti: '0200', de48: 'ABC' })).toBe(
      'DE 48 wants subfields, text is given',
    );
  });
});
