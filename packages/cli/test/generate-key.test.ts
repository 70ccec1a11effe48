// `gen key`: the key that is printed is the key that was made, whatever its algorithm, length and way out.
import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runHere, runJson } from './support/run-here.ts';

const kbpkTdes = '0123456789ABCDEFFEDCBA9876543210';
const kbpkAes = '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6';

const kinds = [
  ['aes', 16],
  ['aes', 24],
  ['aes', 32],
  ['tdes', 16],
  ['tdes', 24],
] as const;

/** Blocks under the key by node:crypto, a second road beside the command line's own. */
function ecb(algorithm: 'aes' | 'tdes', key: Buffer, block: Buffer): Buffer {
  const name =
    algorithm === 'aes' ? `aes-${key.length * 8}-ecb` : key.length === 16 ? 'des-ede' : 'des-ede3';
  const cipher = createCipheriv(name, key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** X9.24-1:2017 annex A: TDEA the zero block, three bytes; AES the CMAC of a zero block, five. */
function kcvOf(algorithm: 'aes' | 'tdes', hex: string): string {
  const key = Buffer.from(hex, 'hex');
  if (algorithm === 'tdes') return ecb(algorithm, key, Buffer.alloc(8)).toString('hex', 0, 3);
  const root = BigInt(`0x${ecb(algorithm, key, Buffer.alloc(16)).toString('hex')}`);
  // SP 800-38B 6.1: the subkey is twice the enciphered zero block in the field of x^128 + 0x87.
  const twice = BigInt.asUintN(128, root << 1n) ^ (root >> 127n ? 0x87n : 0n);
  const subkey = Buffer.from(twice.toString(16).padStart(32, '0'), 'hex');
  return ecb(algorithm, key, subkey).toString('hex', 0, 5);
}

function expectWholeKey(algorithm: 'aes' | 'tdes', length: number, key: string, kcv: string): void {
  expect(key).toMatch(new RegExp(`^[0-9A-F]{${length * 2}}$`));
  expect(new Set(Buffer.from(key, 'hex')).size).toBeGreaterThan(4);
  const whole = kcvOf(algorithm, key).toUpperCase();
  expect(kcv.length).toBeGreaterThanOrEqual(6);
  expect(whole.slice(0, kcv.length)).toBe(kcv);
}

describe('gen key', () => {
  it.each(kinds)(
    'E1: text prints the %s key of %i bytes that its KCV is of',
    async (algorithm, length) => {
      const words = [
        'gen',
        'key',
        '--algorithm',
        algorithm,
        '--length',
        String(length),
        '--unsafe',
      ];
      const keys = [];
      for (let run = 0; run < 2; run += 1) {
        const { out, code } = await runHere(words);
        expect(code).toBe(0);
        const [, key, kcv] = /^(\S+) {2}KCV (\S+)\n$/.exec(out) ?? [];
        expectWholeKey(algorithm, length, key, kcv);
        keys.push(key);
      }
      expect(keys[0]).not.toBe(keys[1]);
    },
  );
  it.each(kinds)(
    'E1: --json prints the %s key of %i bytes that its KCV is of',
    async (algorithm, length) => {
      const words = [
        'gen',
        'key',
        '--algorithm',
        algorithm,
        '--length',
        String(length),
        '--unsafe',
      ];
      const first = (await runJson(words)).document;
      const second = (await runJson(words)).document;
      expectWholeKey(algorithm, length, String(first['key']), String(first['kcv']));
      expectWholeKey(algorithm, length, String(second['key']), String(second['kcv']));
      expect(first['key']).not.toBe(second['key']);
    },
  );
  it.each(kinds)(
    'E1: --kbpk wraps the %s key of %i bytes that its KCV is of',
    async (algorithm, length) => {
      const kbpk = algorithm === 'aes' ? kbpkAes : kbpkTdes;
      const words = [
        'gen',
        'key',
        '--algorithm',
        algorithm,
        '--length',
        String(length),
        '--usage',
        'P0',
      ];
      const made = await runHere([...words, '--kbpk', kbpk]);
      const kcv = /KCV ([0-9A-F]+)/.exec(made.err)?.[1] ?? '';
      const opened = await runJson(['tr31', 'unwrap', made.out.trim(), '--kbpk', kbpk, '--unsafe']);
      expectWholeKey(algorithm, length, String(opened.document['key']), kcv);
      const json = (await runJson([...words, '--kbpk', kbpk])).document;
      expect(json['block']).not.toBe(made.out.trim());
      const again = await runJson([
        'tr31',
        'unwrap',
        String(json['block']),
        '--kbpk',
        kbpk,
        '--unsafe',
      ]);
      expectWholeKey(algorithm, length, String(again.document['key']), String(json['kcv']));
    },
  );
  it.each([
    [['--length', '16']],
    [['--length', '8', '--unsafe']],
    [['--algorithm', 'tdes', '--length', '32', '--unsafe']],
    [['--algorithm', 'tdes', '--length', '8', '--unsafe']],
    [['--length', '0', '--unsafe']],
  ])('no key with %j', async (words) => {
    const { out, code } = await runHere(['gen', 'key', ...words]);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

describe('a result in words', () => {
  const ksn = 'FFFF9876543210E00001';
  const pan = '4761739001010119';
  const imk = ['--imk', kbpkTdes, '--pan', pan, '--psn', '00'];
  // Whatever is wiped on the way out is read before: text and document show the same values.
  it.each([
    [['dukpt', ksn, '--bdk', kbpkTdes]],
    [['gen', 'udk', ...imk, '--cvn', 'visa-cvn18']],
    [['gen', 'session-key', ...imk, '--atc', '0001', '--cvn', 'visa-cvn18']],
    [['gen', 'cvv', '--key', kbpkTdes, '--pan', pan, '--expiry', '2512']],
    [['gen', 'pvv', '--key', kbpkTdes, '--pan', pan, '--pin', '1234']],
    [['gen', 'mac', '00112233', '--key', kbpkTdes]],
    [['pinblock', 'build', '--pin', '1234', '--pan', pan]],
    [['pinblock', 'read', '041223C6FFEFEFEE', '--pan', pan]],
    [['kcv', kbpkTdes]],
  ])('E1: %j prints in words what it prints as JSON', async (words) => {
    const inWords = await runHere([...words, '--unsafe']);
    const { document, code } = await runJson([...words, '--unsafe']);
    expect([inWords.code, code]).toEqual([0, 0]);
    const values = JSON.stringify(document).match(/"[0-9A-F]{3,}"/g) ?? [];
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect(inWords.out).toContain(value.slice(1, -1));
    expect(inWords.out).not.toMatch(/(?<![0-9A-F])0{16,}(?![0-9A-F])/);
  });
});
