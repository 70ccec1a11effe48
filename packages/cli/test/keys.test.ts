// Key verbs against published examples; keys and PINs never in an output unless asked for; bad input by name.
import { describe, expect, it } from 'vitest';
import { framed, hex, purchase } from './support/messages.ts';
import { runHere, runJson } from './support/run-here.ts';

// ANSI X9.24-1:2009 annex A.4: the BDK and serial number of every DUKPT text.
const bdk = '0123456789ABCDEFFEDCBA9876543210';
const initialKey = '6AC292FAA1315B4D858AB3A3D7D5933A';

describe('kcv', () => {
  it('TDES zero block (a key of the Thales manuals) and AES', async () => {
    const { document } = await runJson(['kcv', bdk]);
    expect(document).toMatchObject({ algorithm: '2TDEA', kcv: '08D7B4', oddParity: true });
    const aes = await runJson(['kcv', '2B7E151628AED2A6ABF7158809CF4F3C', '--algorithm', 'aes']);
    // NIST SP 800-38B D.1: CMAC subkey generation starts from AES(0) = 7DF76B0C…
    expect(aes.document).toMatchObject({ algorithm: 'AES128', kcv: '7DF76B' });
  });
  it('takes a key from the environment, a pipe, with blanks', async () => {
    expect((await runHere(['kcv', 'env:K'], { env: { K: bdk } })).out).toContain('08D7B4');
    expect((await runHere(['kcv', '-'], { stdin: `${bdk}\n` })).out).toContain('08D7B4');
    expect((await runHere(['kcv', bdk.replaceAll(/(.{8})/g, '$1 ')])).out).toContain('08D7B4');
  });
});

describe('dukpt', () => {
  it('TDES: initial key and PIN key of the standard’s example', async () => {
    const { out, code } = await runHere([
      'dukpt',
      'FFFF9876543210E00001',
      '--bdk',
      bdk,
      '--unsafe',
    ]);
    expect(code).toBe(0);
    expect(out).toContain(initialKey);
    // X9.24-1 A.4: transaction key of counter 1, then its PIN variant.
    expect(out).toContain('042666B49184CFA368DE9628D0397BC9');
    expect(out).toContain('042666B49184CF5C68DE9628D0397B36');
  });
  it('gives the same check values from the initial key, and no key without --unsafe', async () => {
    const fromBdk = await runJson(['dukpt', 'FFFF9876543210E00001', '--bdk', bdk]);
    const fromIk = await runJson(['dukpt', 'FFFF9876543210E00001', '--initial-key', initialKey]);
    expect(fromBdk.document['kcvs']).toEqual(fromIk.document['kcvs']);
    expect(JSON.stringify(fromBdk.document)).not.toMatch(/[0-9A-F]{32}/);
  });
  it('AES: keys of X9.24-3 annex A', async () => {
    const ksn = '123456789012345600000001';
    const { out } = await runHere([
      'dukpt',
      ksn,
      '--bdk',
      'FEDCBA9876543210F1F1F1F1F1F1F1F1',
      '--unsafe',
    ]);
    expect(out).toContain('1273671EA26AC29AFA4D1084127652A1');
    expect(out).toContain('4F21B565BAD9835E112B6465635EAE44');
  });
  it('next serial number passes over counters with more than ten one bits', async () => {
    expect((await runHere(['dukpt', 'next', 'FFFF9876543210E00FFE'])).out.trim()).toBe(
      'FFFF9876543210E01000',
    );
    const end = await runHere(['dukpt', 'next', 'FFFF9876543210FFFFFF']);
    expect(end.code).toBe(3);
    expect(end.err).toContain('KSN_EXHAUSTED');
  });
});

describe('pinblock', () => {
  const pan = '43219876543210987';
  it('format 0 of the standard', async () => {
    const words = ['pinblock', 'build', '--pin', '1234', '--pan', pan, '--unsafe'];
    expect((await runHere(words)).out.trim()).toBe('0412AC89ABCDEF67');
    expect((await runHere(['build', 'pinblock', ...words.slice(2)])).out.trim()).toBe(
      '0412AC89ABCDEF67',
    );
  });
  it('hides the clear block, and the PIN of a block, without --unsafe', async () => {
    const built = await runHere(['pinblock', 'build', '--pin', '1234', '--pan', pan]);
    expect(built.out).not.toContain('12AC');
    const read = await runHere(['pinblock', 'read', '0412AC89ABCDEF67', '--pan', pan]);
    expect(read.out).toContain('****');
    expect(read.out).not.toContain('1234');
    expect(
      (await runHere(['decode', 'pinblock', '0412AC89ABCDEF67', '--pan', pan, '--unsafe'])).out,
    ).toContain('1234');
  });
  for (const format of ['0', '1', '2', '3', '4']) {
    it(`format ${format} goes there and back under a key`, async () => {
      const key = format === '4' ? '00112233445566778899AABBCCDDEEFF' : bdk;
      const common = ['--pan', '4761739001010119', '--format', format, '--key', key];
      const { document } = await runJson(['pinblock', 'build', '--pin', '987654', ...common]);
      const back = await runHere([
        'pinblock',
        'read',
        String(document['block']),
        ...common,
        '--unsafe',
      ]);
      expect(back.out).toContain('987654');
    });
  }
  it('translates where ISO 9564 allows it and refuses where not', async () => {
    const { document } = await runJson([
      'pinblock',
      'build',
      '--pin',
      '1234',
      '--pan',
      '4761739001010119',
      '--key',
      bdk,
    ]);
    const from = [
      'pinblock',
      'translate',
      String(document['block']),
      '--pan',
      '4761739001010119',
      '--key',
      bdk,
    ];
    const to = ['--to-key', initialKey, '--to-format'];
    const done = await runJson([...from, ...to, '3']);
    const read = await runHere([
      'pinblock',
      'read',
      String(done.document['block']),
      '--pan',
      '4761739001010119',
      '--format',
      '3',
      '--key',
      initialKey,
      '--unsafe',
    ]);
    expect(read.out).toContain('1234');
    expect((await runHere([...from, ...to, '1'])).code).toBe(6);
  });
  const bad: [string[], string][] = [
    [['build', '--pin', '123', '--pan', pan], 'BAD_PIN'],
    [['build', '--pin', '1234567890123', '--pan', pan], 'BAD_PIN'],
    [['build', '--pin', '1234', '--pan', '123'], 'BAD_PAN'],
    [['build', '--pin', '1234'], 'MISSING_OPTION'],
    [['build', '--pin', '1234', '--pan', pan, '--format', '4'], 'MISSING_OPTION'],
    [['read', '0412', '--pan', pan], 'BAD_BLOCK'],
    [['read', '0412AC89ABCDEF67', '--pan', '4761739001010119'], 'PIN_BLOCK_'],
    [['open'], 'UNKNOWN_KIND'],
  ];
  for (const [words, code] of bad) {
    it(`refuses ${words.join(' ')}: ${code}`, async () => {
      const ran = await runHere(['pinblock', ...words]);
      expect(ran.code).not.toBe(0);
      expect(ran.err).toContain(code);
    });
  }
});

describe('tr31', () => {
  const kbpk = '89E88CF7931444F334BD7547FC3F380C';
  it('wraps, inspects without a key, unwraps to the same check value', async () => {
    for (const [version, key] of [
      ['A', kbpk],
      ['B', kbpk],
      ['C', kbpk],
      ['D', kbpk],
      ['E', kbpk],
    ] as const) {
      const wrapped = await runJson([
        'tr31',
        'wrap',
        '--key',
        bdk,
        '--kbpk',
        key,
        '--usage',
        'P0',
        '--block-version',
        version,
        '--block',
        'KS=00604B120F9292800000',
      ]);
      const block = String(wrapped.document['block']);
      const inspected = await runJson(['tr31', 'inspect', block]);
      expect(inspected.document).toMatchObject({
        version,
        usage: 'P0',
        algorithm: 'T',
        length: block.length,
      });
      const opened = await runJson(['tr31', 'unwrap', block, '--kbpk', key]);
      expect(opened.document).toMatchObject({ verified: true, kcv: '08D7B4', lengthBytes: 16 });
      expect(JSON.stringify(opened.document)).not.toContain(bdk);
    }
  });
  it('a changed block or key ends with exit code 6, a malformed one with 3', async () => {
    const { document } = await runJson([
      'tr31',
      'wrap',
      '--key',
      bdk,
      '--kbpk',
      kbpk,
      '--usage',
      'K0',
    ]);
    const block = String(document['block']);
    const changed = `${block.slice(0, -1)}${block.endsWith('0') ? '1' : '0'}`;
    expect((await runHere(['tr31', 'unwrap', changed, '--kbpk', kbpk])).code).toBe(6);
    expect((await runHere(['tr31', 'unwrap', block, '--kbpk', bdk])).code).toBe(6);
    expect((await runHere(['tr31', 'inspect', block.slice(0, 40)])).code).toBe(3);
    expect((await runHere(['tr31', 'inspect', 'XYZ'])).code).toBe(3);
    expect(
      (await runHere(['tr31', 'wrap', '--key', bdk, '--kbpk', kbpk, '--usage', 'QQ'])).code,
    ).toBe(2);
  });
});

describe('cryptograms', () => {
  // A Visa CVN 18 transaction: what gen makes, verify accepts; every changed input is refused.
  const imk = '2315208C9110AD402315208C9110AD40';
  const tags: Record<string, string> = {
    '9F02': '000000001000',
    '9F03': '000000000000',
    '9F1A': '0840',
    '95': '0000001000',
    '5F2A': '0840',
    '9A': '050731',
    '9C': '01',
    '9F37': '52BF4585',
    '82': '1800',
    '9F36': '0001',
    '9F10': '06010A03A0B001',
  };
  const words = (overrides: Record<string, string> = {}): string[] =>
    Object.entries({ ...tags, ...overrides }).flatMap(([tag, value]) => [
      '--tag',
      `${tag}=${value}`,
    ]);
  const card = ['--imk', imk, '--pan', '4761739001010119', '--psn', '01'];

  for (const cvn of [
    'visa-cvn10',
    'visa-cvn18',
    'visa-cvn22',
    'mc-cvn16',
    'mc-cvn20',
    'unionpay-cvn01',
    'ccd-a5',
    'ccd-a6',
  ]) {
    it(`${cvn}: made, verified, refused when anything changes`, async () => {
      const iad = cvn.startsWith('mc-')
        ? '0110A00003220000000000000000000000FF'
        : cvn.startsWith('ccd')
          ? '0FA50180000000000000000000000F'
          : '06011203A0B001';
      const own = ['--cvn', cvn, ...card, ...words({ '9F10': iad })];
      const { document } = await runJson(['gen', 'arqc', ...own]);
      const arqc = String(document['arqc']);
      expect(arqc).toMatch(/^[0-9A-F]{16}$/);
      const good = await runHere(['verify', 'arqc', ...own, '--arqc', arqc]);
      expect(good).toMatchObject({ code: 0 });
      const wrong = await runHere([
        'verify',
        'arqc',
        '--cvn',
        cvn,
        ...card,
        ...words({ '9F10': iad, '9F02': '000000001001' }),
        '--arqc',
        arqc,
        '--explain',
      ]);
      expect(wrong.code).toBe(6);
      expect(wrong.out).toContain('shown with --unsafe');
    });
  }

  it('ARPC: made for tag 91, verified', async () => {
    const own = ['--cvn', 'visa-cvn10', ...card, ...words(), '--arqc', '0123456789ABCDEF'];
    const { document } = await runJson(['gen', 'arpc', ...own, '--arc', '00']);
    expect(String(document['tag91'])).toBe(`${String(document['arpc'])}3030`);
    const verified = await runHere([
      'verify',
      'arpc',
      ...own,
      '--arc',
      '3030',
      '--arpc',
      String(document['arpc']),
    ]);
    expect(verified.code).toBe(0);
    expect(
      (await runHere(['verify', 'arpc', ...own, '--arc', '05', '--arpc', String(document['arpc'])]))
        .code,
    ).toBe(6);
  });

  it.each([
    ['visa-cvn18', ['--arc', '00'], 'visa-cvn18 answers by method 2 (--csu)'],
    ['visa-cvn10', ['--csu', '00820000'], 'visa-cvn10 answers by method 1 (--arc)'],
    ['visa-cvn17', ['--arc', '00'], 'visa-cvn17 takes no answer cryptogram'],
    ['visa-cvn18', ['--csu', '00820000'], undefined],
    ['visa-cvn10', ['--arc', '00'], undefined],
  ])('F39: an ARPC of %s with %j says which method its cards take', async (cvn, how, note) => {
    const own = ['--cvn', cvn, ...card, ...words(), '--arqc', '0123456789ABCDEF', ...how];
    const made = await runHere(['gen', 'arpc', ...own]);
    expect(made.code).toBe(0);
    if (note === undefined) expect(made.err).not.toContain('answer');
    else expect(made.err).toContain(note);
    const verified = await runHere(['verify', 'arpc', ...own, '--arpc', made.out.trim()]);
    expect(verified.code).toBe(0);
    if (note !== undefined) expect(verified.err).toContain(note);
  });
  it('an option that does not go with the version is refused', async () => {
    for (const [cvn, option] of [
      ['visa-cvn18', 'C'],
      ['ccd-a6', 'A'],
    ]) {
      const own = ['--cvn', cvn, ...card, ...words(), '--option', option];
      expect((await runHere(['gen', 'arqc', ...own])).err).toContain('BAD_VALUE');
    }
  });

  it('works on a whole message: DE 55, account number and sequence number are found', async () => {
    const message = (arqc: string): string =>
      hex(
        framed(
          'posTerminal',
          purchase({
            de23: '001',
            de55: Uint8Array.from(
              Buffer.from(
                Object.entries({ ...tags, '9F10': '06011203A0B001', '9F26': arqc })
                  .map(
                    ([tag, value]) =>
                      `${tag}${(value.length / 2).toString(16).padStart(2, '0')}${value}`,
                  )
                  .join(''),
                'hex',
              ),
            ),
          }),
          { length: 'binary2', tpdu: true },
        ),
      );
    const made = await runJson(['gen', 'arqc', message('0000000000000000'), '--imk', imk]);
    expect(made.document['cvn']).toBe('visa-cvn18');
    const right = await runHere([
      'verify',
      'arqc',
      message(String(made.document['arqc'])),
      '--imk',
      imk,
    ]);
    expect(right.code).toBe(0);
    expect(
      (await runHere(['verify', 'arqc', message('0000000000000000'), '--imk', imk])).code,
    ).toBe(6);
  });

  it('the version comes out of 9F10 and the scheme out of the account number', async () => {
    const { document } = await runJson([
      'gen',
      'arqc',
      ...card,
      ...words({ '9F10': '06011203A0B001' }),
    ]);
    expect(document['cvn']).toBe('visa-cvn18');
  });

  it('--explain shows check values and no key', async () => {
    const ran = await runHere([
      'gen',
      'arqc',
      '--cvn',
      'visa-cvn18',
      ...card,
      ...words(),
      '--explain',
    ]);
    expect(ran.out).toContain('issuer master key');
    expect(ran.out).toContain('KCV');
    expect(ran.out).not.toContain(imk);
    expect(ran.out).not.toContain('4761739001010119');
  });

  const bad: [string[], string][] = [
    [
      [
        'verify',
        'arqc',
        '--imk',
        'xyz',
        '--pan',
        '4761739001010119',
        '--cvn',
        'visa-cvn18',
        '--atc',
        '0001',
      ],
      'BAD_KEY',
    ],
    [
      [
        'verify',
        'arqc',
        '--imk',
        '0011',
        '--pan',
        '4761739001010119',
        '--cvn',
        'visa-cvn18',
        '--atc',
        '0001',
      ],
      'BAD_KEY_LENGTH',
    ],
    [['verify', 'arqc', '--imk', imk, '--cvn', 'visa-cvn18'], 'NO_PAN'],
    [['verify', 'arqc', '--imk', imk, '--pan', '4761739001010119'], 'NO_IAD'],
    [
      ['verify', 'arqc', '--imk', imk, '--pan', '4761739001010119', '--cvn', 'visa-cvn81'],
      'UNKNOWN_VERSION',
    ],
    [['verify', 'arqc', ...card, '--cvn', 'visa-cvn18', '--atc', '0001'], 'MISSING_TAG'],
    [['verify', 'arqc', '9F26FF', ...card], 'TLV_'],
    [['verify', 'mac', '00', '--key', bdk], 'MISSING_OPTION'],
    [['verify', 'everything'], 'UNKNOWN_KIND'],
    [['gen', 'key'], 'NOWHERE_TO_PUT_IT'],
  ];
  for (const [line, code] of bad) {
    it(`${code}: ${line.slice(0, 3).join(' ')}`, async () => {
      const ran = await runHere(line);
      expect(ran.err).toContain(`[${code}`);
      expect([2, 3]).toContain(ran.code);
    });
  }
});

describe('mac, codes and keys', () => {
  it('retail MAC and CMAC with their vectors', async () => {
    // NIST SP 800-38B D.1 example 2.
    const cmac = await runHere([
      'gen',
      'mac',
      '6BC1BEE22E409F96E93D7E117393172A',
      '--key',
      '2B7E151628AED2A6ABF7158809CF4F3C',
      '--method',
      'cmac-aes',
    ]);
    expect(cmac.out.trim()).toBe('070A16B46B4D4144F79BDD9DD04A287C');
    const data = '4E6F77206973207468652074696D6520666F7220616C6C20';
    const made = await runJson(['gen', 'mac', data, '--key', bdk]);
    const right = await runHere([
      'verify',
      'mac',
      data,
      '--key',
      bdk,
      '--mac',
      String(made.document['mac']).slice(0, 8),
    ]);
    expect(right.code).toBe(0);
    expect(
      (
        await runHere([
          'verify',
          'mac',
          `${data}00`,
          '--key',
          bdk,
          '--mac',
          String(made.document['mac']),
          '--padding',
          '2',
        ])
      ).code,
    ).toBe(6);
  });
  it('codes are shown only with --unsafe', async () => {
    const words = [
      'gen',
      'cvv',
      '--key',
      bdk,
      '--pan',
      '4123456789012345',
      '--expiry',
      '8701',
      '--service-code',
      '101',
    ];
    expect((await runHere(words)).out.trim()).toBe('***');
    // The published example of the CVV calculation.
    expect((await runHere([...words, '--unsafe'])).out.trim()).toBe('561');
  });
});
