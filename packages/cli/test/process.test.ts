// The real process: start, streams, exit codes, pipes that close early, completion inside a real shell.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encoded, hex, purchase } from './support/messages.ts';
import { runProcess } from './support/run-process.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-process-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const launcher = fileURLToPath(new URL('../bin/chipswitch.mjs', import.meta.url));

describe('streams', () => {
  it('data on stdout, diagnostics on stderr', () => {
    const good = runProcess(['tag', '9F26', '--lang', 'en']);
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(good.out).toContain('9F26  Application Cryptogram');
    const bad = runProcess(['tag', '9F26FF99']);
    expect(bad).toMatchObject({ code: 2, out: '' });
    expect(bad.err).toContain('next: ');
  });

  it('takes a pipe, a file, several words, and bytes that are no text', () => {
    const message = encoded('iso1987Binary', purchase());
    const file = join(folder, 'message.bin');
    writeFileSync(file, message);
    for (const ran of [
      runProcess(['decode', '-', '--json'], { stdin: message }),
      runProcess(['decode', '--json'], { stdin: hex(message) }),
      runProcess(['decode', `@${file}`, '--json']),
      runProcess(['decode', file, '--json']),
      runProcess(['decode', '--json', hex(message).slice(0, 10), hex(message).slice(10)]),
    ]) {
      expect(ran.code).toBe(0);
      expect(JSON.parse(ran.out)).toMatchObject({ kind: 'iso', mti: '0200', version: 1 });
    }
  });

  it('no colour in a pipe, colour when it is forced', () => {
    expect(runProcess(['rc', '51']).out).not.toContain('\u001b[');
    expect(runProcess(['rc', '51', '--color', 'always']).out).toContain('\u001b[');
    expect(runProcess(['rc', '51'], { env: { FORCE_COLOR: '1' } }).out).toContain('\u001b[');
    expect(
      runProcess(['rc', '51'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).out,
    ).not.toContain('\u001b[');
  });

  it('a reader that leaves early is no error', () => {
    const command = `"${process.execPath}" "${launcher}" tag | head -1`;
    const done = spawnSync('bash', ['-o', 'pipefail', '-c', command], { encoding: 'utf8' });
    expect(done.stderr).toBe('');
    expect(done.status).toBe(0);
  });

  it('--unsafe says so', () => {
    const ran = runProcess(['d', '4761739001010119', '--unsafe']);
    expect(ran.out).toContain('4761739001010119');
    expect(ran.err).toContain('unmasked');
  });
});

describe('exit codes', () => {
  const cases: [string[], number][] = [
    [['--version'], 0],
    [['help'], 0],
    [
      [
        'diff',
        hex(encoded('iso1987Ascii', purchase())),
        hex(encoded('iso1987Ascii', purchase({ de11: '000999' }))),
      ],
      1,
    ],
    [['frobnicate'], 2],
    [['decode', 'tlv', '9F26'], 3],
    [['pay', '1.00', 'CNY', '--switch', '127.0.0.1:1'], 4],
    [['verify', 'mac', '00', '--key', '0123456789ABCDEFFEDCBA9876543210', '--mac', '00000000'], 6],
  ];
  for (const [words, code] of cases) {
    it(`${code}: ${words.slice(0, 3).join(' ').slice(0, 40)}`, () => {
      expect(runProcess(words, { env: { CHIPSWITCH_HOME: folder } }).code).toBe(code);
    });
  }
  const asRoot = process.getuid?.() === 0;
  it.skipIf(asRoot)(
    '7: a file that may not be read (not as root, to whom no file is closed)',
    () => {
      const file = join(folder, 'secret');
      writeFileSync(file, '00', { mode: 0o000 });
      expect(runProcess(['decode', `@${file}`]).code).toBe(7);
    },
  );
});

describe('doctor --env', () => {
  const cacheOf = (env: Record<string, string>): unknown => {
    const { out } = runProcess(['doctor', '--env', '--json'], { env });
    const { findings } = JSON.parse(out) as { findings: { what: string }[] };
    return findings.find(({ what }) => what === 'code cache');
  };
  it('B23: finds the code cache that the launcher made', () => {
    const found = cacheOf({ CHIPSWITCH_HOME: folder });
    expect(found).toMatchObject({ state: 'ok' });
    const { detail } = found as { detail: string };
    expect(readdirSync(detail).length).toBeGreaterThan(0);
    expect(detail).toContain(join('.chipswitch', 'cli', 'code'));
  });
  it('B23: says when it is switched off', () => {
    const env = { CHIPSWITCH_HOME: folder, CHIPSWITCH_NO_CACHE: '1' };
    expect(cacheOf(env)).toMatchObject({ state: 'warning', next: 'unset CHIPSWITCH_NO_CACHE' });
  });
});

describe('completion', () => {
  it('works in a real bash', () => {
    const shim = `chipswitch() { "${process.execPath}" "${launcher}" "$@"; }`;
    const script = `${shim}; eval "$(chipswitch completion bash)"; COMP_WORDS=(chipswitch dec ""); COMP_WORDS=(chipswitch dec); COMP_CWORD=1; _chipswitch; echo "\${COMPREPLY[@]}"`;
    const done = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(done.stdout.trim()).toBe('decode');
  });
});
