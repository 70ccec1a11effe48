// A program's command line: what is taken, what is refused in one line, and --help.
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../src/index.ts';

const program = {
  name: 'prog',
  usage: ['prog FILE [--count N] [--json]', 'Does something.'],
  options: { count: { type: 'string', default: '3' }, json: { type: 'boolean' } },
  argumentsMax: 1,
} as const;

describe('a command line', () => {
  it('gives options, defaults and arguments', () => {
    const read = readCommandLine(['a.txt', '--json', '--count=5'], program);
    expect(read).toMatchObject({ ok: true, values: { json: true, count: '5' }, words: ['a.txt'] });
    expect(readCommandLine([], program)).toMatchObject({ ok: true, values: { count: '3' } });
    expect(readCommandLine(['--', '--help'], program)).toMatchObject({
      ok: true,
      words: ['--help'],
    });
  });
  const bad: [string[], RegExp][] = [
    [['--nope'], /^prog: Unknown option '--nope'; --help tells more$/],
    [['-x'], /^prog: Unknown option '-x'; /],
    [['--count'], /^prog: Option '--count <value>' argument missing; /],
    [['--json=1'], /^prog: Option '--json' does not take an argument; /],
    [['a', 'b'], /^prog: takes at most 1 besides options; /],
  ];
  it.each(bad)('%j is refused in one line, exit code 2', (words, line) => {
    const read = readCommandLine(words, program);
    expect(read).toMatchObject({ ok: false, exit: 2 });
    if (!read.ok) expect(read.text).toMatch(line);
    if (!read.ok) expect(read.text).not.toContain('\n');
  });
  it.each([['--help'], ['-h'], ['--nope', '--help']])('%j is help, exit code 0', (...words) => {
    const read = readCommandLine(words, program);
    expect(read).toEqual({ ok: false, exit: 0, text: program.usage.join('\n') });
  });
});
