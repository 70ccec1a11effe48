// Words of a command line: options anywhere, values checked, near misses named, nothing sensitive repeated.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArguments, splitVerb } from '../src/frame/arguments.ts';
import type { OptionSpec } from '../src/frame/option.ts';
import { nearest } from '../src/frame/suggest.ts';

const options: readonly OptionSpec[] = [
  { name: 'spec', short: 's', value: 'NAME', help: '' },
  { name: 'set', value: 'PATH=VALUE', multiple: true, help: '' },
  { name: 'strict', help: '' },
  { name: 'format', value: 'N', choices: ['0', '1'], help: '' },
  { name: 'limit', value: 'N', range: [1, 10], help: '' },
];

describe('reading', () => {
  it('takes values with = or as the next word, flags, repeats, positionals and --', () => {
    const words = ['a', '--spec=x', '--set', 'b=1', '--set=c=2', '--strict', '-', '--', '--json'];
    const got = readArguments(words, options, 'decode');
    expect(got.ok).toBe(true);
    if (!got.ok) return;
    expect(got.values.positionals).toEqual(['a', '-', '--json']);
    expect(got.values.value('spec')).toBe('x');
    expect(got.values.all('set')).toEqual(['b=1', 'c=2']);
    expect(got.values.has('strict')).toBe(true);
    expect(got.values.has('json')).toBe(false);
    expect(got.values.number('limit')).toBeUndefined();
  });
  const bad: [string[], string, string][] = [
    [['--spek', 'x'], 'UNKNOWN_OPTION', '--spec'],
    [['-z'], 'UNKNOWN_OPTION', '-z'],
    [['--spec'], 'MISSING_VALUE', '--spec'],
    [['--strict=1'], 'BAD_VALUE', '--strict'],
    [['--format', '7'], 'BAD_VALUE', '--format'],
    [['--limit', '11'], 'BAD_VALUE', '1 to 10'],
    [['--limit', '-1'], 'BAD_VALUE', '1 to 10'],
    [['--limit', '1e1'], 'BAD_VALUE', '1 to 10'],
    [['--spec', 'a', '--spec', 'b'], 'REPEATED_OPTION', '--spec'],
  ];
  for (const [words, code, mention] of bad) {
    it(`refuses ${words.join(' ')}: ${code}`, () => {
      const got = readArguments(words, options, 'decode');
      expect(got).toMatchObject({ ok: false, exit: 2, code });
      if (!got.ok) {
        expect(got.message).toContain(mention);
        expect(got.next).not.toBe('');
      }
    });
  }
  it('never throws and never repeats an account number', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constant('--4761739001010119'))), (words) => {
        const got = readArguments(words, options, 'decode');
        if (!got.ok) expect(JSON.stringify(got)).not.toContain('9001010');
      }),
    );
  });
  it('is bounded', () => {
    const got = readArguments(
      Array.from({ length: 5000 }, () => 'a'),
      options,
      'decode',
    );
    expect(got).toMatchObject({ ok: false, code: 'TOO_MANY_WORDS' });
  });
});

describe('the verb', () => {
  it('may stand behind global options', () => {
    expect(splitVerb(['--json', '--width', '80', 'tag', '9F26'])).toEqual({
      verb: 'tag',
      before: ['--json', '--width', '80'],
      rest: ['--json', '--width', '80', '9F26'],
    });
    expect(splitVerb(['--version']).verb).toBeUndefined();
    expect(splitVerb([]).verb).toBeUndefined();
  });
});

describe('suggestions', () => {
  it('find slips of the fingers, not other words', () => {
    const verbs = ['decode', 'diff', 'doctor', 'redact', 'validate'];
    expect(nearest('deocde', verbs)[0]).toBe('decode');
    expect(nearest('valid', verbs)[0]).toBe('validate');
    expect(nearest('zzzzzz', verbs)).toEqual([]);
  });
});
