// One run: help, version, JSON envelope, colour, exit codes, unknown words, completion.
import { readFileSync } from 'node:fs';
import { maskLoneCardNumbers } from '@chipswitch/cardholder-data';
import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { verbs, version } from '../src/catalogue.ts';
import { toJson } from '../src/frame/json.ts';
import { choosePaint } from '../src/frame/paint.ts';
import { drawTree } from '../src/frame/tree.ts';
import { runHere, runJson } from './support/run-here.ts';

describe('help', () => {
  it('lists every verb and has a page for each, with an example', async () => {
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ version });
    const list = await runHere(['--help']);
    for (const verb of verbs.filter(({ hidden }) => hidden !== true)) {
      expect(list.out).toContain(`  ${verb.name}`);
      const page = await runHere([verb.name, '--help']);
      expect(page.code).toBe(0);
      expect(page.out).toContain(verb.examples[0].command);
      for (const option of verb.options) expect(page.out).toContain(`--${option.name}`);
      await expect(verb.load()).resolves.toBeTypeOf('function');
    }
  });
  it('has topics, and names a near one', async () => {
    expect((await runHere(['help', 'exit-codes'])).out).toContain('6 cryptographic failure');
    const near = await runHere(['help', 'maskin']);
    expect(near).toMatchObject({ code: 2, out: '' });
    expect(near.err).toContain('did you mean "masking"');
  });
  it('no line is wider than asked', async () => {
    for (const verb of ['help', ...verbs.map(({ name }) => name)]) {
      const { out } = await runHere([verb, '--help', '--width', '80']);
      for (const line of out.split('\n').filter((l) => !l.includes('chipswitch ')))
        expect(stringWidth(line)).toBeLessThanOrEqual(84);
    }
  });
});

describe('errors', () => {
  const cases: [string[], number, string, string][] = [
    [[], 2, 'NO_VERB', 'chipswitch help'],
    [['deocde'], 2, 'UNKNOWN_VERB', 'decode'],
    [['9F260811'], 2, 'UNKNOWN_VERB', 'chipswitch decode INPUT'],
    [['rc', '--serch', 'x'], 2, 'UNKNOWN_OPTION', '--search'],
    [['rc', 'ZZ'], 2, 'UNKNOWN_CODE', 'chipswitch rc --search'],
    [['completion', 'tcsh'], 2, 'UNKNOWN_SHELL', 'bash'],
    [['--widht', '80'], 2, 'UNKNOWN_OPTION', '--width'],
  ];
  for (const [words, code, error, mention] of cases) {
    it(`${words.join(' ') || '(nothing)'}: ${error}, one line, one next step`, async () => {
      const ran = await runHere(words);
      expect(ran).toMatchObject({ code, out: '' });
      expect(ran.err).toContain(`[${error}]`);
      expect(ran.err).toContain(mention);
      expect(ran.err.trim().split('\n')).toHaveLength(2);
      expect(ran.err).toContain('next: ');
    });
  }
  it('are documents with --json', async () => {
    const { code, document } = await runJson(['rc', 'ZZ']);
    expect(code).toBe(2);
    expect(document).toMatchObject({
      version: 1,
      verb: 'rc',
      ok: false,
      error: { code: 'UNKNOWN_CODE', exit: 2 },
    });
    expect((await runJson(['rc', '--nope'])).document).toMatchObject({ ok: false });
  });
});

describe('look-ups', () => {
  it('rc by code, by tag 8A in hex, by word in either language', async () => {
    expect((await runHere(['rc', '51'])).out).toContain('余额不足');
    expect((await runHere(['rc', '3035', '--lang', 'en'])).out).toContain('05  do not honour\n');
    expect((await runHere(['rc', '--search', '挂失'])).out).toContain('41');
    const { document } = await runJson(['rc', '51', '116']);
    expect(document).toMatchObject({
      count: 2,
      entries: [{ code: '51', group: 'declined' }, { code: '116' }],
    });
  });
  it('F01: four digits are the 2003 code, not the 1993 code and one digit more', async () => {
    const { document } = await runJson(['rc', '1016', '9107', '0002']);
    expect(document).toMatchObject({
      entries: [
        { code: '1016', en: 'not sufficient funds', table: '2003' },
        { code: '9107', en: 'card issuer or switch inoperative' },
        { code: '0002', group: 'approved-partial' },
      ],
    });
    expect((await runJson(['rc', '1160'])).code).toBe(2);
  });
  it('aid by prefix and beyond', async () => {
    expect((await runHere(['aid', 'A000000333010101FF'])).out).toContain('UnionPay debit');
    expect((await runHere(['aid', '--search', 'maestro uk'])).out).toContain('A0000000050001');
  });
  it('sw with its number filled in', async () => {
    expect((await runHere(['sw', '63C2', '--lang', 'zh'])).out).toContain('剩余 2 次');
  });
});

describe('JSON', () => {
  it('numbers stay numbers, texts go through the net', () => {
    const value = {
      ms: 46.48237899999999,
      pan: '4761739001010119',
      big: 12n,
      bytes: Uint8Array.of(1),
    };
    expect(JSON.parse(toJson(value, 2, maskLoneCardNumbers))).toEqual({
      ms: 46.48237899999999,
      pan: '476173******0119',
      big: '12',
      bytes: '01',
    });
  });
});

describe('doctor --env', () => {
  it('says what is there and what to do about what is not', async () => {
    const env = { CHIPSWITCH_HOME: '/no/such/folder', CHIPSWITCH_SWITCH: '127.0.0.1:1' };
    const { code, document } = await runJson(['doctor', '--env'], { env });
    expect(code).toBe(0);
    const findings = document['findings'] as { what: string; state: string; next?: string }[];
    expect(findings).toContainEqual(expect.objectContaining({ what: 'node', state: 'ok' }));
    expect(findings).toContainEqual(
      expect.objectContaining({ what: 'switch', state: 'missing', next: 'npm start' }),
    );
    expect(findings).toContainEqual(
      expect.objectContaining({ what: 'own folder', state: 'missing' }),
    );
  });
  it('a message may come through a pipe', async () => {
    const stdin = '0800822000000000000004000000000000000706082419005835301';
    expect((await runJson(['doctor'], { stdin })).document).toMatchObject({
      best: { mti: '0800' },
    });
    expect((await runJson(['validate'], { stdin })).document).toMatchObject({ valid: true });
    expect((await runHere(['redact'], { stdin })).out.trim()).toBe(stdin);
    expect((await runHere(['doctor'])).err).toContain('NO_INPUT');
  });
});

describe('colour', () => {
  it('follows --color, NO_COLOR, FORCE_COLOR and the terminal, in this order', () => {
    const coloured = (choice: string, env: Record<string, string>, tty: boolean): boolean =>
      choosePaint(choice, env, tty)('bad', 'x') !== 'x';
    expect(coloured('auto', {}, true)).toBe(true);
    expect(coloured('auto', {}, false)).toBe(false);
    expect(coloured('auto', { TERM: 'dumb' }, true)).toBe(false);
    expect(coloured('auto', { NO_COLOR: '1' }, true)).toBe(false);
    expect(coloured('auto', { NO_COLOR: '' }, true)).toBe(true);
    expect(coloured('auto', { FORCE_COLOR: '1' }, false)).toBe(true);
    expect(coloured('always', { NO_COLOR: '1' }, false)).toBe(true);
    expect(coloured('never', { FORCE_COLOR: '1' }, true)).toBe(false);
  });
});

describe('completion', () => {
  const words: [string[], string][] = [
    [['he'], 'help'],
    [['completion', ''], 'zsh'],
    [['rc', '--se'], '--search'],
    [['rc', '--color', ''], 'always'],
    [['rc', '5'], '51'],
    [['decode', '--spec', 'pos'], 'posTerminal'],
    [['pay', '--card', 'visa'], 'visa-cvn18'],
    [['verify', 'arqc', '--cvn', 'mc'], 'mc-cvn17'],
    [['tag', '9F2'], '9F26'],
  ];
  for (const [typed, expected] of words) {
    it(`after ${typed.join(' ')} offers ${expected}`, async () => {
      const { out } = await runHere(['complete', '--', ...typed]);
      expect(out.split('\n').map((line) => line.split('\t')[0])).toContain(expected);
    });
  }
  it('makes a script for each shell', async () => {
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      expect((await runHere(['completion', shell])).out).toContain('chipswitch complete --');
    }
  });
});

describe('trees', () => {
  it('align the columns of all levels and stop at a depth', () => {
    const lines = drawTree([
      {
        label: '70',
        cells: ['template'],
        children: [{ label: '5A', cells: ['pan', 'x'], remarks: ['note'] }, { label: '82' }],
      },
    ]);
    expect(lines).toEqual(['70     template', '├─ 5A  pan  x', '│     note', '└─ 82']);
    let deep = { label: 'leaf' } as { label: string; children?: { label: string }[] };
    for (let i = 0; i < 100; i++) deep = { label: 'n', children: [deep] };
    expect(drawTree([deep]).length).toBeLessThan(40);
  });
});
