// `decode`: what each kind of input is taken for, what is shown of it, and what is refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, encoded, framed, hex, purchase } from './support/messages.ts';
import { runHere, runJson } from './support/run-here.ts';

const cdol = '9F02069F03069F1A0295055F2A029A039C019F3704';
const record = '701A9F390105571040123456789095D2512201197339300F82025900';
const merchantQr =
  '00020101021252044131153137210116372101160123456789ABCDE6010Phnom Penh5913Merchant Shop5802KH540510.005303840622501081234567802090124444446304A0BA';

describe('guesses', () => {
  const cases: [string, string, number, string][] = [
    [record, 'tlv', 75, 'Track 2'],
    ['9F2608A1B2C3D4E5F607189F360200429F3704DEADBEEF', 'tlv', 70, 'Application Cryptogram'],
    [cdol, 'dol', 90, 'Unpredictable Number'],
    ['0000048000', 'tvr', 60, 'floor limit'],
    ['00000000000000004403410342035E031F00', 'cvm-list', 80, 'Signature'],
    ['1F0302', 'cvm-results', 60, 'No CVM'],
    ['4761739001010119=28122010123456789', 'track2', 90, '476173******0119'],
    [';4761739001010119=28122010123456789?', 'track2', 90, '2028-12'],
    ['4761739001010119D28122010123456789', 'track2', 90, '476173******0119'],
    ['%B4761739001010119^DOE/JOHN^28122010000000000?', 'track1', 90, '476173******0119'],
    ['4761739001010119', 'pan', 70, 'Visa'],
    [merchantQr, 'qr', 95, 'USD 10.00'],
    ['3BE800008131FE4543484950434152444A'.slice(0, 32), 'atr', 0, ''],
    ['00A4040007A000000003101000', 'apdu', 80, 'SELECT'],
    ['6F078405A0000000039000', 'apdu', 80, 'response APDU'],
    ['9000', 'sw', 80, 'success'],
    ['63C2', 'sw', 60, '2 tries left'],
    ['A0000000031010', 'aid', 85, 'Visa'],
    ['0420', 'mti', 50, 'reversal advice'],
    ['241234FFFFFFFFFF', 'pinblock', 80, 'format 2'],
    ['FFFF9876543210E00008', 'ksn', 75, 'dukpt'],
    ['08010100100102011801020', 'none', 0, ''],
  ];
  for (const [input, kind, certaintyMin, mention] of cases.filter(([, , , m]) => m !== '')) {
    it(`${input.slice(0, 30)} is ${kind}`, async () => {
      const { document, code } = await runJson(['d', input]);
      expect(code).toBe(0);
      expect(document).toMatchObject({ verb: 'decode', kind });
      expect(document['certainty']).toBeGreaterThanOrEqual(certaintyMin);
      expect((await runHere(['d', input])).out).toContain(mention);
    });
  }

  it('ISO 8583 in every ready-made spec and framing, as hex, text and hex dump', async () => {
    const tpdu = { length: 'binary2', tpdu: true } as const;
    const inputs = [
      hex(encoded('iso1987Ascii', purchase())),
      Buffer.from(encoded('iso1987Ascii', purchase())).toString('latin1'),
      hex(encoded('iso1987Binary', purchase())),
      hex(encoded('iso1987Ebcdic', purchase())),
      hex(framed('posTerminal', purchase(), tpdu)),
      hex(framed('iso1987Ascii', purchase(), { length: 'ascii4' })),
    ];
    for (const input of inputs) {
      const { document } = await runJson(['d', input]);
      expect(document).toMatchObject({ kind: 'iso', mti: '0200' });
      expect(document['certainty']).toBeGreaterThan(90);
    }
    const { document } = await runJson(['d', inputs[4]]);
    expect(document).toMatchObject({ spec: 'posTerminal', framing: 'binary2+tpdu', bodyOffset: 7 });
  });

  it('says what else it could be', async () => {
    const { document } = await runJson(['d', '9000']);
    expect(Array.isArray(document['alternatives'])).toBe(true);
  });

  it('what nothing fits is refused with a next step', async () => {
    const ran = await runHere(['d', 'DEADBEEFDEADBEEF01']);
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('NOT_RECOGNISED');
    expect(ran.err).toContain('next: ');
  });

  it('never throws and always ends in 0, 2 or 3, whatever the bytes or text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => hex(bytes)),
          fc.string({ minLength: 1 }),
          fc.uint8Array({ maxLength: 40 }).map((bytes) => `70${hex(bytes)}`),
        ),
        async (input) => {
          const { code } = await runHere(['decode', '--in', 'auto', '--', input]);
          expect([0, 2, 3]).toContain(code);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('by kind', () => {
  const good: [string[], string[]][] = [
    [
      ['tvr', '0000048000'],
      ['B3 b3', 'B4 b8', '2 of 40 bits set'],
    ],
    [
      ['tsi', 'E800'],
      ['B1 b8', 'Offline data authentication'],
    ],
    [['aip', '1C00'], ['Cardholder verification']],
    [['auc', 'FF00'], ['domestic cash']],
    [['afl', '0801010010010201'], ['SFI']],
    [
      ['cvm-list', '00000000000000004403410342035E031F00'],
      ['Enciphered PIN verified by ICC', 'Signature'],
    ],
    [['cvm-results', '420302'], ['successful']],
    [['iad', '06010A03A00000', '--aid', 'A0000000031010'], ['10']],
    [['ttq', '36004000'], ['bits set']],
    [['ctq', '3800', '--aid', 'A0000000031010'], ['bits set']],
    [['cid', '80'], ['ARQC']],
    [['dol', cdol], ['29 bytes of data']],
    [['track2', '4761739001010119D28122010123456789'], ['476173******0119']],
    [
      ['tag', '9F33', 'E0F8C8'],
      ['Terminal Capabilities', 'bits set'],
    ],
    [['tag', '9F1A', '0156'], ['China']],
    [['sw', '6985'], ['conditions of use not satisfied']],
    [
      ['apdu', '80AE8000021234'],
      ['GENERATE AC', 'ARQC (go online)'],
    ],
    [['atr', '3B600000'], ['T=0']],
    [
      ['qr', merchantQr],
      ['"Merchant Shop"', 'CRC A0BA ok'],
    ],
    [['tlv', '9F 26 08', 'A1B2C3D4E5F60718'], ['A1B2C3D4E5F60718']],
  ];
  for (const [words, mentions] of good) {
    it(words.join(' ').slice(0, 60), async () => {
      const { out, code } = await runHere(['decode', ...words]);
      expect(code).toBe(0);
      for (const mention of mentions) expect(out).toContain(mention);
      expect((await runJson(['decode', ...words])).document).toMatchObject({
        version: 1,
        ok: true,
      });
    });
  }

  const bad: [string[], string, number][] = [
    [['tvr', '00000480'], 'VALUE_LENGTH', 3],
    [['tlv', '9F26081122'], 'TLV_VALUE_TRUNCATED', 3],
    [['tlv', '9F26'], 'TLV_', 3],
    [['tlv', '7080'], 'TLV_LENGTH_INDEFINITE', 3],
    [['dol', '9F02'], 'DOL_', 3],
    [['afl', '0801'], 'VALUE_LENGTH', 3],
    [['qr', merchantQr.replace('10.00', '99.00')], 'QR_CRC', 3],
    [['atr', '00'], 'ATR_BAD_TS', 3],
    [['apdu', 'FF'], 'APDU_CUT_SHORT', 3],
    [['sw', '1234'], 'NOT_A_STATUS_WORD', 3],
    [['track2', 'hello'], 'NOT_TRACK2', 3],
    [['pan', 'hello'], 'NOT_A_PAN', 3],
    [['iso', '0800'], 'ISO_', 3],
    [['tag', 'ZZ', '00'], 'BAD_TAG', 2],
    [['tlvv', '9F2600'], 'UNKNOWN_KIND', 2],
    [['iso', '0800', '--spec', 'iso1987Asci'], 'UNKNOWN_SPEC', 2],
    [['iso', '0800', '--framing', 'binary'], 'UNKNOWN_FRAMING', 2],
  ];
  for (const [words, code, exit] of bad) {
    it(`${words.join(' ').slice(0, 40)}: ${code}`, async () => {
      const ran = await runHere(['decode', ...words]);
      expect(ran.code).toBe(exit);
      expect(ran.err).toContain(`[${code}`);
    });
  }

  it('shows what came before an error, and where the error is', async () => {
    const ran = await runHere(['decode', 'tlv', '9F3602004270059F2608']);
    expect(ran.out).toContain('9F36');
    expect(ran.err).toMatch(/byte \d+/);
    const { document } = await runJson(['decode', 'tlv', '9F3602004270059F2608']);
    expect(document).toMatchObject({ ok: false, error: { exit: 3 }, partial: { length: 10 } });
  });

  it('masks cardholder data, and shows it with --unsafe', async () => {
    expect((await runHere(['d', record])).out).not.toContain('40123456789095');
    expect((await runHere(['d', record, '--unsafe'])).out).toContain('40123456789095');
  });
});

describe('ISO 8583 verbs', () => {
  const request = hex(encoded('iso1987Ascii', purchase()));
  const response = hex(encoded('iso1987Ascii', answer()));

  it('doctor ranks and shows where the runner-up goes wrong', async () => {
    const framedRequest = hex(framed('posTerminal', purchase(), { length: 'binary2', tpdu: true }));
    const { document, code } = await runJson(['doctor', framedRequest]);
    expect(code).toBe(0);
    const [first] = document['ranking'] as unknown[];
    expect(first).toMatchObject({
      spec: 'posTerminal',
      framing: 'binary2+tpdu',
      ok: true,
      roundTrip: true,
      score: 100,
    });
    const { out } = await runHere(['doctor', request]);
    expect(out).toContain('runner-up');
    expect(out).toMatch(/goes wrong at offset \d+/);
    expect((await runHere(['doctor', 'FFFFFFFFFFFF'])).code).toBe(3);
  });

  it('diff tells unexpected changes from what an answer changes anyway', async () => {
    const same = await runHere(['diff', request, request]);
    expect(same).toMatchObject({ code: 0 });
    const other = hex(encoded('iso1987Ascii', answer({ de4: '000000009999' })));
    const { document, code } = await runJson(['diff', request, other]);
    expect(code).toBe(1);
    expect(document['differences']).toContainEqual(
      expect.objectContaining({ path: '4', kind: 'changed', expected: false }),
    );
    expect(document['differences']).toContainEqual(
      expect.objectContaining({ path: '39', expected: true }),
    );
    expect((await runHere(['diff', request])).code).toBe(2);
    expect((await runHere(['diff', request, '00'])).code).toBe(3);
    expect(response).not.toBe(request);
  });

  it('validate finds missing and wrong elements; --strict insists', async () => {
    expect((await runHere(['validate', request])).code).toBe(0);
    expect((await runHere(['validate', '--strict', request])).code).toBe(0);
    const thin = hex(encoded('iso1987Ascii', { mti: '0200', de3: '000000', de11: '000001' }));
    expect((await runHere(['validate', thin])).code).toBe(0);
    const strict = await runJson(['validate', '--strict', thin]);
    expect(strict.code).toBe(3);
    const problems = strict.document['problems'] as { path: string }[];
    expect(problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['2', '4', '7', '41', '49']),
    );
    const wrong = hex(
      encoded(
        'iso1987Ascii',
        purchase({ de7: '1340031500', de49: '999', de2: '4761739001010118' }),
      ),
    );
    const found = (await runJson(['validate', wrong])).document['problems'] as {
      path: string;
      severity: string;
    }[];
    expect(found).toContainEqual(expect.objectContaining({ path: '7', severity: 'error' }));
    expect(found).toContainEqual(expect.objectContaining({ path: '2', severity: 'warning' }));
  });

  it('redact keeps form and length and takes the account number out', async () => {
    const { out, code } = await runHere(['redact', request]);
    expect(code).toBe(0);
    expect(out.trim()).toHaveLength(request.length);
    expect(out).not.toContain(Buffer.from('4761739001010119').toString('hex'));
    const decoded = await runJson(['decode', 'iso', out.trim()]);
    expect(decoded.document).toMatchObject({ mti: '0200', roundTrip: true });
    const framedRequest = hex(framed('posTerminal', purchase(), { length: 'binary2', tpdu: true }));
    const again = (await runHere(['redact', framedRequest])).out.trim();
    expect(again.slice(0, 14)).toBe(framedRequest.slice(0, 14));
    const leaky = hex(encoded('iso1987Ascii', purchase({ de63: 'CARD 4761739001010119' })));
    expect((await runHere(['redact', leaky])).out).not.toContain(
      Buffer.from('4761739001010119').toString('hex'),
    );
    expect((await runHere(['redact', '0102'])).code).toBe(3);
  });

  it('specs lists, shows, and gives JSON that --spec takes back', async () => {
    expect((await runHere(['specs'])).out).toContain('posTerminal');
    expect((await runHere(['specs', 'posTerminal'])).out).toContain('masked: pan');
    expect((await runHere(['specs', '--framings'])).out).toContain('binary2+tpdu');
    const folder = mkdtempSync(join(tmpdir(), 'cli-spec-'));
    const file = join(folder, 'my.json');
    writeFileSync(file, (await runHere(['specs', 'iso1987Binary', '--json'])).out);
    const binary = hex(encoded('iso1987Binary', purchase()));
    expect((await runJson(['decode', 'iso', binary, '--spec', `@${file}`])).document).toMatchObject(
      { mti: '0200' },
    );
    writeFileSync(file, '{"mti":{"data":"nonsense"}}');
    expect((await runHere(['decode', 'iso', binary, '--spec', `@${file}`])).err).toContain(
      'BAD_SPEC',
    );
    writeFileSync(file, 'nonsense');
    expect((await runHere(['decode', 'iso', binary, '--spec', `@${file}`])).err).toContain(
      'SPEC_NOT_JSON',
    );
    rmSync(folder, { recursive: true });
    expect((await runHere(['specs', 'posterminl'])).err).toContain('did you mean "posTerminal"');
  });

  it('F34: build iso says what an element wants and how much was given', async () => {
    const wrong = await runHere(['build', 'iso', '--mti', '0200', '--set', '4=10.00']);
    expect(wrong).toMatchObject({ code: 3 });
    expect(wrong.err).toContain('DE 4 wants 12 digits, 5 characters are given');
    const bare = await runHere(['build', 'iso', '--mti', '0200', '--spec', 'baseI']);
    expect(bare.err).toContain('the header wants 22 bytes, nothing is given');
    expect(bare.err).toContain('--set header=HEX');
  });

  it('build iso is the inverse of decode, in any framing, and keeps card data back', async () => {
    const words = [
      'build',
      'iso',
      '--mti',
      '0800',
      '--set',
      '7=0706082419',
      '--set',
      '11=005835',
      '--set',
      '70=301',
    ];
    const { out } = await runHere([...words, '--out', 'text']);
    expect(out.trim()).toBe(
      '08008220000000000000040000000000000007060824190058353010'.slice(0, -1),
    );
    const framedOut = (await runHere([...words, '--framing', 'binary2'])).out.trim();
    expect((await runJson(['decode', 'iso', framedOut])).document).toMatchObject({
      framing: 'binary2',
      mti: '0800',
    });
    const safe = await runHere([
      'build',
      'iso',
      '--mti',
      '0200',
      '--set',
      '2=4761739001010119',
      '--out',
      'text',
    ]);
    expect(safe.out).not.toContain('4761739001010119');
    expect(safe.err).toContain('--unsafe');
    const bad: [string[], string][] = [
      [['--mti', '0800', '--set', '11=12345678'], 'ENCODE_TOO_LONG'],
      [['--mti', '0800', '--set', '11'], 'BAD_VALUE'],
      [['--set', '11=000001'], 'NO_MTI'],
      [['--mti', '0800', '--set', '7=ABCDEFGHIJ'], 'ENCODE_'],
      [['[1,2]'], 'NOT_JSON'],
    ];
    for (const [rest, code] of bad) {
      const ran = await runHere(['build', 'iso', ...rest]);
      expect(ran.err).toContain(code);
    }
  });

  it('build tlv and build qr', async () => {
    const { out } = await runHere(['build', 'tlv', '77=[82=3C00 94=08010100]', '9F36=0001']);
    expect(out.trim()).toBe('770A82023C009404080101009F36020001');
    expect((await runHere(['build', 'tlv', '5A=4761739001010119'])).out).not.toContain(
      '4761739001010119',
    );
    for (const wrong of ['77=', '77', '9F36=ABC', '77=[82=3C00', '82=[9F3600]', '00'])
      expect((await runHere(['build', 'tlv', wrong])).code).toBe(wrong === '77=' ? 0 : 2);
    const qr = await runHere([
      'build',
      'qr',
      '--name',
      'SHOP',
      '--city',
      'BEIJING',
      '--country',
      'CN',
      '--mcc',
      '5812',
      '--currency',
      'CNY',
      '--amount',
      '9.90',
      '--set',
      '26.00=org.example',
      '--set',
      '26.01=M1',
    ]);
    expect(qr.code).toBe(0);
    expect((await runHere(['d', qr.out.trim()])).out).toContain('CNY 9.90');
    expect((await runHere(['build', 'qr', '--name', 'X', '--currency', 'ZZZ'])).code).toBe(2);
  });
});

describe('what is known to hold no card number is shown', () => {
  it.each([
    ['F05: amounts', ['d', '9F02060000000214749F0306000000000000'], '000000021474'],
    ['F05: a serial number', ['d', '9F1E083132333435363738'], '3132333435363738'],
    [
      'F05: TLV with an error at its end',
      ['decode', 'tlv', '9F02060000000214749F03060000000000009F2608A1'],
      '000000021474',
    ],
    [
      'F06: issuer application data',
      ['decode', 'iad', '0110A00001240000000000000000000000FF', '--aid', 'A0000000041010'],
      '0110A00001240000000000000000000000FF',
    ],
    [
      'F06: data of GENERATE AC',
      ['decode', 'apdu', '80AE80001D0000000010000000000000000840000000000008402611220011223344'],
      '0000000010000000000000000840000000000008402611220011223344',
    ],
    [
      'F06: data of GET PROCESSING OPTIONS',
      [
        'decode',
        'apdu',
        '80A8000023832136004000000000001000000000000000084000000000000840261122001122334400',
      ],
      '360040000000000010000000000000000840000000000008402611220011223344',
    ],
    [
      'F08: a limit of Visa under the tag of a track',
      ['decode', 'tag', '9F6B', '000000010000', '--aid', 'A0000000031010'],
      'Card CVM Limit  000000010000',
    ],
    [
      'F04: additional amounts',
      [
        'build',
        'iso',
        '--spec',
        'iso1987Ascii',
        '--mti',
        '0210',
        '--set',
        '54=1002840C0000001234561001840D000000050000',
        '--out',
        'text',
      ],
      '1002840C0000001234561001840D000000050000',
    ],
    ['F40: an identifier said back', ['aid', 'A0000007790000'], 'A0000007790000'],
  ])('%s', async (_name, words, shown) => {
    const { out, err } = await runHere(words);
    expect(out + err).toContain(shown);
  });
});

describe('tracks', () => {
  const pan = '4761739001010119';
  const one = `%B${pan}^TEST/CARD^2512201114387?`;
  const two = `;${pan}=2512201114387?`;
  it.each([
    [
      'F11: track 1 and 2',
      ['d', one + two, '--json', '--unsafe'],
      /"discretionary": "114387",?[\s\S]*"track2"[\s\S]*"114387"/,
    ],
    ['F11: track 2 first', ['d', two + one], /track 2[\s\S]*track 1/],
    ['F11: a line feed between', ['d', `${one}\n${two}`], /track 1[\s\S]*track 2/],
    ['F11: with track 3', ['d', `${two}+01${pan}=978?`], /track 2[\s\S]*track 3/],
    ['F11: track 2 asked for', ['decode', 'track2', one + two], /Expiry 2025-12/],
    ['F12: no service code', ['decode', 'track2', `${pan}=2512=12345`], /Service code none/],
    ['F12: nothing behind', ['decode', 'track2', `${pan}=`], /Expiry none/],
    ['F12: format code in front', ['decode', 'track2', `B${pan}=25122011`], /Service code 201/],
    ['F12: packed, filled', ['decode', 'track2', `${pan}DF`.padEnd(18, 'F')], /Expiry none/],
    ['F29: expiry of track 1', ['decode', 'track1', one], /Expiry 2025-12/],
    [
      'F29: of tag 56',
      ['decode', 'tag', '56', Buffer.from(one.slice(1, -1)).toString('hex')],
      /Expiry 2025-12/,
    ],
  ])('%s', async (_name, words, shown) => {
    const { out, err } = await runHere(words);
    expect(out + err).toMatch(shown);
    if (!words.includes('--unsafe')) expect(out + err).not.toContain(pan.slice(0, 8));
  });
});
