// Any words at all: every verb with random kinds, options and values ends in a documented exit code, says why it
// refuses in one line with one next step, and never throws.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verbs } from '../src/catalogue.ts';
import type { VerbSpec } from '../src/frame/verb.ts';
import { runHere } from './support/run-here.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-fuzz-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const hexText = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase());
const value = fc.oneof(
  hexText,
  fc.string({ maxLength: 30 }),
  fc.stringMatching(/^\d{1,20}$/),
  fc.constantFrom(
    '-',
    '@',
    '@/dev/null',
    '@/',
    '',
    '--',
    '00',
    '9F02=000000001000',
    '4=1',
    'B0080P0TE00E0000',
    '0123456789ABCDEFFEDCBA9876543210',
    'visa-cvn18',
    'posTerminal',
    '{}',
    '[]',
    '{"mti":"0200"}',
    '12.51',
    'CNY',
  ),
);

/** A command line of a verb: a kind (or not), positionals, options with values that may fit. */
function lineOf(verb: VerbSpec): fc.Arbitrary<string[]> {
  const kinds = (verb.kinds ?? []).map(({ name }) => name);
  const kind =
    kinds.length === 0
      ? fc.constant([])
      : fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...kinds).map((one) => [one]) },
          { weight: 1, arbitrary: fc.constant([]) },
        );
  const options =
    verb.options.length === 0
      ? fc.constant([])
      : fc.array(
          fc.constantFrom(...verb.options).chain((option) => {
            if (option.value === undefined) return fc.constant([`--${option.name}`] as string[]);
            const fitting =
              option.choices === undefined
                ? value
                : fc.oneof(value, fc.constantFrom(...option.choices));
            return fitting.map((one) => [`--${option.name}`, one]);
          }),
          { maxLength: 6 },
        );
  return fc
    .tuple(kind, fc.array(value, { maxLength: 3 }), options, fc.boolean(), fc.boolean())
    .map(([first, positionals, given, json, unsafe]) => [
      verb.name,
      ...first,
      ...positionals,
      ...given.flat(),
      ...(json ? ['--json'] : []),
      ...(unsafe ? ['--unsafe'] : []),
    ]);
}

for (const verb of verbs) {
  it(verb.name, { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(lineOf(verb), fc.uint8Array({ maxLength: 60 }), async (words, stdin) => {
        const { code, out, err } = await runHere(words, {
          stdin,
          env: { CHIPSWITCH_HOME: folder, CHIPSWITCH_SWITCH: '127.0.0.1:1' },
        });
        expect([0, 1, 2, 3, 4, 5, 6, 7]).toContain(code);
        if (
          words.includes('--json') &&
          !words.includes('--') &&
          out !== '' &&
          !err.includes('UNKNOWN_OPTION')
        )
          for (const line of words[0] === 'pcap' && code !== 2 ? out.trim().split('\n') : [out])
            expect(() => JSON.parse(line) as unknown).not.toThrow();
        if (code === 2 && !words.includes('--help'))
          expect(err).toMatch(/\[[A-Z0-9_]+\]\n {6}next: ./);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 120) },
    );
  });
}
