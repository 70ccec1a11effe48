// No account number beyond its first six and last four digits leaves any verb without --unsafe: random valid
// numbers in every place where one can stand, in every form, in good and in broken input, as text and as JSON.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { classicCapture, ethernetFrame } from './support/make-capture.ts';
import { answer, encoded, framed, hex, purchase } from './support/messages.ts';
import { withCheckDigit } from './support/pans.ts';
import { runHere } from './support/run-here.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-leak-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Numbers whose middle has no zero, so that a redacted digit can be told from the true one. */
const pans = fc
  .tuple(
    fc.constantFrom('4', '51', '2221', '34', '3528', '6011', '62'),
    fc.integer({ min: 13, max: 19 }),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 19, maxLength: 19 }),
  )
  .map(([prefix, length, digits]) =>
    withCheckDigit(`${prefix}${digits.join('')}`.slice(0, length - 1)),
  );

const ascii = (text: string): string => Buffer.from(text).toString('hex').toUpperCase();
const ebcdic = (digits: string): string => digits.replaceAll(/\d/g, 'F$&');
const packed = (pan: string): string => (pan.length % 2 === 0 ? pan : `${pan}F`);
const tlv = (tag: string, value: string): string =>
  `${tag}${(value.length / 2).toString(16).padStart(2, '0').toUpperCase()}${value}`;

/** What must not stand in an output: seven digits from either end, in each way digits can be written. */
function forbidden(pan: string): string[] {
  return [pan.slice(0, 7), pan.slice(-7)].flatMap((part) => [part, ascii(part), ebcdic(part)]);
}

const key = '0123456789ABCDEFFEDCBA9876543210';

function tlvInputs(pan: string): string[] {
  const track2 = `${pan}D2812201`.length % 2 === 0 ? `${pan}D2812201` : `${pan}D2812201F`;
  return [
    tlv('5A', packed(pan)),
    tlv('57', track2),
    tlv('70', tlv('5A', packed(pan)) + tlv('57', track2)),
    // Tags that nobody knows, and text in places where it does not belong.
    tlv('DF01', packed(pan)),
    tlv('DF8110', `00${packed(pan)}00`),
    tlv('C1', ascii(pan)),
    tlv('9F0B', ascii(`DOE/${pan}`)),
    tlv('50', ascii(pan)),
    tlv('9F20', packed(pan)),
    tlv('56', ascii(`B${pan}^DOE/J^2812201`)),
    tlv('E1', tlv('C2', ebcdic(pan))),
    // H3: tags of somebody's own format; and beside what states the number, any tag.
    ...'91 9F6E 9F5B 92 90 98 9F4F 9F10'.split(' ').map((tag) => tlv(tag, packed(pan))),
    tlv('72', tlv('86', `04DA9F58${tlv('', packed(pan))}`)),
    ...['50', '9F16', '9F1C', '9F26', '8E', '8C'].map(
      (tag) => tlv('5A', packed(pan)) + tlv(tag, `0${pan}`.padEnd(20, '0').slice(0, 20)),
    ),
    tlv('9F12', ascii(ascii(pan))) + tlv('57', track2),
    // Broken ones.
    `${tlv('5A', packed(pan))}9F26`,
    `5A7F${packed(pan)}`,
    packed(pan),
    `00${packed(pan)}`,
    ascii(pan),
  ];
}

function isoInputs(pan: string): string[] {
  const message = purchase({ de2: pan, de35: `${pan}=2812201000`.slice(0, 37) });
  const free = purchase({ de2: pan, de48: `CARD ${pan} OK`, de63: pan });
  const emv = purchase({
    de2: pan,
    de55: Uint8Array.from(Buffer.from(tlv('5A', packed(pan)) + tlv('DF01', packed(pan)), 'hex')),
  });
  const whole = hex(encoded('iso1987Ascii', message));
  return [
    whole,
    Buffer.from(encoded('iso1987Ascii', message)).toString('latin1'),
    hex(encoded('iso1987Binary', message)),
    hex(encoded('iso1987Ebcdic', free)),
    hex(encoded('iso1987Ascii', free)),
    hex(encoded('iso1987Binary', emv)),
    hex(framed('posTerminal', purchase({ de2: pan }), { length: 'binary2', tpdu: true })),
    whole.slice(0, -10),
    `${whole}00`,
    whole.slice(6),
  ];
}

function commandLines(pan: string): string[][] {
  const lines: string[][] = [];
  const [iso] = isoInputs(pan);
  for (const input of [...tlvInputs(pan), ...isoInputs(pan)]) {
    for (const verb of [
      ['decode'],
      ['decode', 'tlv'],
      ['decode', 'iso'],
      ['doctor'],
      ['validate'],
      ['redact'],
    ])
      lines.push([...verb, input]);
  }
  for (const kind of [
    'dol',
    'tvr',
    'iad',
    'cvm-list',
    'track2',
    'pan',
    'qr',
    'atr',
    'apdu',
    'sw',
    'pinblock',
    'track1',
  ])
    lines.push(['decode', kind, packed(pan)], ['decode', kind, pan]);
  for (const text of [
    pan,
    `${pan}=28122010000`,
    `;${pan}=28122010000?`,
    `%B${pan}^DOE/J^2812201000?`,
    `PAN ${pan}`,
    `{"de2":"${pan}"}`,
  ])
    lines.push(['decode', text], ['d', '--', text]);
  lines.push(
    ['decode', 'apdu', `0020008008${packed(pan).padEnd(16, 'F').slice(0, 16)}`],
    [
      'decode',
      'apdu',
      `00DA9F36${(packed(pan).length / 2).toString(16).padStart(2, '0')}${packed(pan)}`,
    ],
    ['decode', 'apdu', `${tlv('70', tlv('5A', packed(pan)))}9000`],
    ['decode', 'tag', '5A', packed(pan)],
    ['decode', 'tag', 'DF01', packed(pan)],
    ['diff', iso, hex(encoded('iso1987Ascii', answer({ de2: pan })))],
    ['diff', iso, hex(encoded('iso1987Ascii', purchase({ de2: `${pan.slice(0, -1)}0` })))],
    ['diff', pan, pan],
    ['build', 'iso', '--mti', '0200', '--set', `2=${pan}`, '--set', `35=${pan}=2812201`],
    ['build', 'iso', '--mti', '0200', '--set', `2=${pan}00000000`],
    ['build', 'iso', '--mti', '0200', '--set', pan],
    ['build', 'iso', `{"mti":"0200","de2":"${pan}"}`, '--out', 'text'],
    ['build', 'tlv', `5A=${packed(pan)}`, `57=${packed(pan)}`],
    ['build', 'tlv', `5A=${pan}X`],
    [
      'build',
      'qr',
      '--name',
      'A',
      '--city',
      'B',
      '--country',
      'CN',
      '--mcc',
      '5812',
      '--currency',
      'CNY',
      '--set',
      `02=${pan}`,
    ],
    ['build', 'pinblock', '--pin', '1234', '--pan', pan],
    ['pinblock', 'build', '--pin', '1234', '--pan', pan, '--key', key, '--explain'],
    ['pinblock', 'read', '0412AC89ABCDEF67', '--pan', pan],
    ['pinblock', 'read', packed(pan), '--pan', pan],
    ['gen', 'udk', '--imk', key, '--pan', pan, '--cvn', 'visa-cvn18', '--explain'],
    [
      'gen',
      'arqc',
      '--imk',
      key,
      '--pan',
      pan,
      '--cvn',
      'visa-cvn10',
      '--atc',
      '0001',
      '--explain',
    ],
    ['gen', 'cvv', '--key', key, '--pan', pan, '--expiry', '2812', '--explain'],
    ['gen', 'pvv', '--key', key, '--pan', pan, '--pin', '1234', '--explain'],
    ['gen', 'mac', packed(pan), '--key', key, '--explain'],
    ['verify', 'mac', packed(pan), '--key', key, '--mac', '00000000', '--explain'],
    ['verify', 'arqc', tlv('5A', packed(pan)), '--imk', key, '--cvn', 'visa-cvn18', '--explain'],
    ['verify', 'arqc', '--imk', pan, '--pan', pan],
    ['kcv', pan],
    ['dukpt', pan, '--bdk', pan],
    ['tr31', 'inspect', pan],
    ['tr31', 'unwrap', pan, '--kbpk', pan],
    ['card', 'show', pan],
    ['card', 'new', pan],
    ['card', 'new', 'leak-card', '--pan', pan, '--force'],
    ['card', 'list'],
    ['terminal', 'new', 'leak', '--id', pan, '--acceptor', pan],
    ['terminal', 'show', pan],
    ['pay', pan, 'CNY'],
    ['pay', '1.00', pan],
    ['pay', '1.00', '--card', pan, '--dry-run'],
    ['pay', '1.00', '--card', 'leak-card', '--dry-run', '--apdu', '--slip'],
    ['pay', '1.00', '--switch', pan],
    ['pay', '1.00', '--dry-run', '--expect', pan],
    ['pcap', pan],
    [pan],
    [`--${pan}`],
    ['--lang', pan, 'rc'],
    ['help', pan],
    ['completion', pan],
    ['complete', '--', pan],
  );
  for (const verb of ['tag', 'aid', 'rc', 'sw', 'mcc', 'currency', 'country', 'specs'])
    lines.push([verb, pan], [verb, '--search', pan], [verb, `--${pan}`], [verb, '--lang', pan]);
  return lines;
}

it('in any verb, any place, any form', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(pans, async (pan) => {
      const secret = forbidden(pan);
      for (const words of commandLines(pan)) {
        for (const json of [[], ['--json']]) {
          const at = words.indexOf('--');
          const line =
            at < 0 ? [...words, ...json] : [...words.slice(0, at), ...json, ...words.slice(at)];
          const { out, err } = await runHere(line, { env: { CHIPSWITCH_HOME: folder } });
          // Outputs may group or decorate digits; blanks are taken out before looking.
          const all = `${out}\n${err}`.replaceAll(/[ :]/g, '').toUpperCase();
          const leaked = secret.filter((part) => all.includes(part.toUpperCase()));
          expect({
            words: words.slice(0, 2),
            json: json.length > 0,
            length: pan.length,
            leaked,
          }).toMatchObject({ leaked: [] });
        }
      }
    }),
    { numRuns: 6, seed: 20_261_122, endOnFailure: true },
  );
});

it('in captures, one line and full, text and JSON', async () => {
  await fc.assert(
    fc.asyncProperty(pans, async (pan) => {
      const options = { length: 'binary2', tpdu: true } as const;
      const payload = new Uint8Array(
        Buffer.concat([
          framed('posTerminal', purchase({ de2: pan, de63: `X ${pan}` }), options),
          framed(
            'posTerminal',
            purchase({ de35: `${pan}=2812`.slice(0, 37), de11: '000009' }),
            options,
          ),
        ]),
      );
      const source = { address: [10, 0, 0, 1], port: 1 };
      const plan = {
        timeNs: 0n,
        source,
        destination: { ...source, port: 2 },
        sequence: 1,
        flags: 24,
        payload,
      };
      const file = join(folder, 'leak.pcap');
      writeFileSync(file, classicCapture([{ timeNs: 0n, data: ethernetFrame(plan) }]));
      for (const words of [
        [],
        ['--full'],
        ['--json'],
        ['--full', '--json'],
        ['--spec', 'iso1987Binary'],
      ]) {
        const { out, err } = await runHere(['pcap', file, ...words]);
        const leaked = forbidden(pan).filter((part) => `${out}${err}`.includes(part));
        expect({ words, leaked }).toMatchObject({ leaked: [] });
        expect(out).toContain('0200');
      }
    }),
    { numRuns: 10, seed: 7, endOnFailure: true },
  );
});
