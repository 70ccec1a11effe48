// The recipe for a verb, tried: a declaration and a function, and nothing else; help, completion, suggestions and
// refusals know it.
import { describe, expect, it } from 'vitest';
import { type Surroundings, type VerbSpec, run, verbs, version } from '../src/index.ts';

const shout: VerbSpec = {
  name: 'shout',
  group: 'tool',
  summary: 'the words, louder',
  usage: ['chipswitch shout WORD… [--times N]'],
  kinds: [{ name: 'hello', help: 'a greeting' }],
  options: [
    { name: 'times', value: 'N', range: [1, 9], help: 'how often' },
    { name: 'voice', value: 'NAME', help: 'whose', names: async () => ['alto', 'bass'] },
  ],
  examples: [{ command: 'chipswitch shout hello', shows: 'HELLO' }],
  codes: async () => [{ code: 'HEY', en: 'a call' }],
  load: async () => (context) => {
    const { args } = context;
    const text = args.positionals
      .join(' ')
      .toUpperCase()
      .concat(' ')
      .repeat(args.number('times') ?? 1);
    return { ok: true, data: { text }, text: () => [context.paint('value', text.trimEnd())] };
  },
};

async function ran(...words: string[]) {
  let [out, err] = ['', ''];
  const surroundings: Surroundings = {
    env: {},
    stdin: (async function* () {})(),
    stdinIsTty: true,
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: undefined,
    writeOut: async (text) => void (out += text),
    writeError: (text) => void (err += text),
  };
  const code = await run(words, { verbs: [...verbs, shout], version, surroundings });
  return { code, out, err };
}

describe('a new verb', () => {
  it('runs, as text and as JSON', async () => {
    expect(await ran('shout', 'hello', '--times', '2')).toEqual({
      code: 0,
      out: 'HELLO HELLO\n',
      err: '',
    });
    const { out } = await ran('shout', 'a', '--json');
    expect(JSON.parse(out)).toMatchObject({ version: 1, verb: 'shout', ok: true, text: 'A ' });
  });
  it('stands in the list and has a page', async () => {
    expect((await ran('help')).out).toContain('shout');
    const page = (await ran('shout', '--help')).out;
    for (const part of ['the words, louder', '--times N', 'hello', 'HELLO'])
      expect(page).toContain(part);
    expect((await ran('help', 'shout')).out).toBe(page);
  });
  it('is completed: its name, kinds, options, the names an option takes, and codes', async () => {
    const offered = async (...typed: string[]) =>
      (await ran('complete', '--', ...typed)).out.split('\n').map((line) => line.split('\t')[0]);
    expect(await offered('sho')).toContain('shout');
    expect(await offered('shout', 'h')).toEqual(expect.arrayContaining(['hello', 'HEY']));
    expect(await offered('shout', '--t')).toContain('--times');
    expect(await offered('shout', '--voice', '')).toEqual(['alto', 'bass', '']);
  });
  it('is meant by a slip, and refuses what it does not take', async () => {
    expect((await ran('shoot')).err).toContain('did you mean "shout"');
    expect(await ran('shout', '--times', '10')).toMatchObject({ code: 2, out: '' });
    expect((await ran('shout', '--tims', '1')).err).toContain('--times');
  });
});
