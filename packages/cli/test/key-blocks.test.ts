// Key blocks as people have them: with a payShield's scheme letter, with key versions, with the wrong key at hand.
import { describe, expect, it } from 'vitest';
import { runHere, runJson } from './support/run-here.ts';

const tdes = '89E88CF7931444F334BD7547FC3F380C';
const aes = '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6';
const key = '0123456789ABCDEFFEDCBA9876543210';
// A public message of a payment service provider.
const fromPayshield =
  'RB0080P0TD00S00003A74E0769701C712CC87ECB93E9455CC2BF16C71B30F507E524F535F42B56027';

async function wrapped(...words: string[]): Promise<string> {
  const made = await runHere(['tr31', 'wrap', '--key', key, '--usage', 'P0', ...words]);
  expect(made.code).toBe(0);
  return made.out.trim();
}

describe('a scheme letter', () => {
  it('F26: R before a block is read by inspect, by tr31 alone and by d', async () => {
    const bare = fromPayshield.slice(1);
    const wanted = {
      version: 'B',
      usage: 'P0',
      algorithm: 'T',
      modeOfUse: 'D',
      exportability: 'S',
    };
    for (const words of [
      ['tr31', 'inspect', fromPayshield],
      ['tr31', fromPayshield],
      ['tr31', 'inspect', bare],
    ]) {
      const { document, code } = await runJson(words);
      expect([words, code]).toEqual([words, 0]);
      expect(document).toMatchObject({ ...wanted, length: 80 });
    }
    expect((await runHere(['d', fromPayshield])).out).toContain('usage P0');
  });
  it.each([
    ['B', tdes],
    ['D', aes],
  ])('F26: R before a block of version %s is opened', async (version, kbpk) => {
    const block = await wrapped('--kbpk', kbpk, '--block-version', version);
    const words = ['--kbpk', kbpk, '--unsafe'];
    const { document } = await runJson(['tr31', 'unwrap', `R${block}`, ...words]);
    expect(document).toMatchObject({ verified: true, key });
  });
  it.each(['RR', 'Q', 'RX', 'S', 'R'])(
    'F26: %s before a block is no scheme of it',
    async (letters) => {
      const text = letters === 'R' ? 'R' : letters + fromPayshield.slice(1);
      expect((await runHere(['tr31', 'inspect', text])).code).toBe(3);
    },
  );
});

describe('key versions', () => {
  it.each([
    ['00', 'not used'],
    ['01', 'version 01 of the key'],
    ['A7', 'version A7 of the key'],
    ['99', 'version 99 of the key'],
    ['c1', 'key component 1'],
  ])('F16: %s is shown as "%s"', async (version, words) => {
    const block = await wrapped('--kbpk', tdes, '--key-version', version);
    const { out } = await runHere(['tr31', 'inspect', block]);
    expect(out).toMatch(new RegExp(`key version +${version} +${words}`));
    expect(out).not.toContain('not known here');
  });
  it.each(['1', '001', '-1', 'é1', ''])('F16: %j is none', async (version) => {
    const words = ['--kbpk', tdes, '--usage', 'P0', `--key-version=${version}`];
    const { err, code } = await runHere(['tr31', 'wrap', '--key', key, ...words]);
    expect(code).toBe(2);
    expect(err).toContain('--key-version');
  });
});

describe('a protection key that the version does not take', () => {
  it.each([
    ['A', aes, 'version A takes a TDES key of 8, 16 or 24 bytes, yours has 32; AES keys go with D'],
    ['B', aes, 'version B takes a TDES key of 16 or 24 bytes, yours has 32; AES keys go with D'],
    ['C', aes, 'version C takes a TDES key of 8, 16 or 24 bytes, yours has 32; AES keys go with D'],
    [
      'D',
      '0123456789ABCDEF',
      'version D takes an AES key of 16, 24 or 32 bytes, yours has 8; TDES',
    ],
    [
      'E',
      '0123456789ABCDEF',
      'version E takes an AES key of 16, 24 or 32 bytes, yours has 8; TDES',
    ],
  ])(
    'F35: version %s says which it takes, wrapping and unwrapping',
    async (version, kbpk, said) => {
      const words = ['--usage', 'P0', '--block-version', version];
      const wrapping = await runHere(['tr31', 'wrap', '--key', key, '--kbpk', kbpk, ...words]);
      expect(wrapping.code).toBe(6);
      expect(wrapping.err).toContain(said);
      const block = await wrapped('--kbpk', tdes, '--block-version', version);
      const opening = await runHere(['tr31', 'unwrap', block, '--kbpk', kbpk]);
      expect(opening.code).toBe(6);
      expect(opening.err).toContain(said);
    },
  );
  it('F35: without a version, a TDES key under a key of 32 bytes goes into version D', async () => {
    const block = await wrapped('--kbpk', aes, '--algorithm', 'tdes');
    expect(block).toMatch(/^D\d{4}P0T/);
    const { document } = await runJson(['tr31', 'unwrap', block, '--kbpk', aes, '--unsafe']);
    expect(document).toMatchObject({ version: 'D', algorithm: 'T', key });
    expect(await wrapped('--kbpk', tdes, '--algorithm', 'tdes')).toMatch(/^B\d{4}P0T/);
  });
});

describe('the twelve account digits', () => {
  const digits = '987654321098';
  const pan = '4139876543210987';
  const pin = ['--pin', '1234'];

  it.each(['0', '3'])('F25: format %s is built and read by them alone', async (format) => {
    const own = ['--format', format, '--account', digits];
    const built = await runJson(['pinblock', 'build', ...pin, ...own, '--unsafe']);
    const block = String(built.document['block']);
    for (const verb of [
      ['pinblock', 'read'],
      ['decode', 'pinblock'],
    ]) {
      const read = await runJson([...verb, block, ...own, '--unsafe']);
      expect(read.document).toMatchObject({ pin: '1234', pinLength: 4 });
    }
    // The same block as by a whole account number with these digits.
    const whole = ['--format', format, '--pan', `413${digits}5`];
    const read = await runJson(['pinblock', 'read', block, ...whole, '--unsafe']);
    expect(read.document).toMatchObject({ pin: '1234' });
  });
  it('F25: reads a public HSM message', async () => {
    const made = await runHere(['build', 'pinblock', ...pin, '--account', digits, '--unsafe']);
    expect(made.out.trim()).toBe('041 2AC 89A BCD EF6 7'.replaceAll(' ', ''));
  });
  it('F25: translates between formats 0 and 3, and not to format 4', async () => {
    const keys = ['--key', tdes, '--to-key', key];
    const own = ['--account', digits, '--key', tdes];
    const built = await runHere(['pinblock', 'build', ...pin, ...own]);
    const moved = [...keys, '--account', digits, '--to-format', '3'];
    const made = await runHere(['pinblock', 'translate', built.out.trim(), ...moved]);
    const back = ['--account', digits, '--key', key, '--format', '3', '--unsafe'];
    expect((await runJson(['pinblock', 'read', made.out.trim(), ...back])).document).toMatchObject({
      pin: '1234',
    });
    const iso4 = [...keys, '--account', digits, '--to-format', '4'];
    const refused = await runHere(['pinblock', 'translate', built.out.trim(), ...iso4]);
    expect(refused.err).toContain('format 4 needs the whole account number');
  });
  it.each([
    [['--account', '98765432109'], 'BAD_DIGITS'],
    [['--account', '9876543210987'], 'BAD_DIGITS'],
    [['--account', '98765432109x'], 'BAD_DIGITS'],
    [['--account', digits, '--format', '4', '--key', aes], 'BAD_PAN'],
    [['--pan', digits], 'BAD_PAN'],
  ])('F25: refuses %j', async (words, code) => {
    const { err, code: exit } = await runHere(['pinblock', 'build', ...pin, ...words]);
    expect(exit).toBe(2);
    expect(err).toContain(code);
  });
  it('F25: a whole account number goes before them', async () => {
    const both = ['--account', digits, '--pan', pan, '--unsafe'];
    const alone = ['--pan', pan, '--unsafe'];
    const one = await runHere(['pinblock', 'build', ...pin, ...both]);
    expect(one.out).toBe((await runHere(['pinblock', 'build', ...pin, ...alone])).out);
  });
});
