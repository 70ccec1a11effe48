// The card at APDU level: what it answers to what, in which state, with which status word.
import { createHash } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import { findPath, parseTlv } from '@chipswitch/tlv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Card,
  type CardOptions,
  type ProfileName,
  createCard,
  profileNames,
  profiles,
  sandboxAuthority,
} from '../src/index.ts';

const visa = '00A4040007A000000003101000';
const ok = '9000';

function send(card: Card, ...commands: readonly string[]): string {
  let answer = '';
  for (const command of commands)
    answer = toHex(card.transmit(fromHex(command.replaceAll(' ', ''))));
  return answer;
}

const sw = (answer: string): string => answer.slice(-4);

function valueAt(answer: string, ...path: readonly number[]): Uint8Array {
  const parsed = parseTlv(fromHex(answer.slice(0, -4)));
  if (!parsed.ok) throw new Error(`no TLV: ${parsed.error.code}`);
  const node = findPath(parsed.nodes, ...path);
  if (!node) throw new Error(`no ${path.map((tag) => tag.toString(16)).join(' > ')}`);
  return node.value;
}

function started(name: ProfileName, options: CardOptions = {}): Card {
  const card = createCard(profiles[name], options);
  const { aid } = profiles[name].applications[0];
  const length = (aid.length / 2).toString(16).padStart(2, '0');
  const pdolBytes = profiles[name].applications[0].pdol.reduce((sum, e) => sum + e.length, 0);
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  const gpo = `80A80000${hex(pdolBytes + 2)}83${hex(pdolBytes)}${'00'.repeat(pdolBytes)}00`;
  expect(sw(send(card, `00A40400${length}${aid}00`, gpo))).toBe(ok);
  return card;
}

// Values of a purchase of 12.50 CNY in China, in the order of the common CDOL.
const values = '000000001250 000000000000 0156 0000008000 0156 261122 00 11223344'.replaceAll(
  ' ',
  '',
);

describe('selection', () => {
  it.each([
    ['PSE', '00A404000E315041592E5359532E444446303100', ok],
    ['PPSE over contacts', '00A404000E325041592E5359532E444446303100', '6A82'],
    ['the whole AID', visa, ok],
    ['the start of the AID', '00A4040005A00000000300', ok],
    ['an AID that is not there', '00A4040007A000000099101000', '6A82'],
    ['the next one where there is only one', '00A4040207A000000003101000', ok],
    ['a name of four bytes', '00A4040004A000000300', '6700'],
    ['by file identifier', '00A40000023F0000', '6A86'],
    ['a SELECT under secure messaging', '0CA4040007A000000003101000', '6E00'],
    ['with logical channel 1', '01A4040007A000000003101000', '6E00'],
  ])('%s', (_, command, status) => {
    expect(sw(send(createCard(profiles['visa-cvn10']), command))).toBe(status);
  });

  it('walks through applications that share a name, then says that there are no more', () => {
    const card = createCard(profiles.cobadged);
    const first = send(card, '00A4040005A00000000300');
    const second = send(card, '00A4040205A00000000300');
    expect(toHex(valueAt(first, 0x6f, 0x84))).toBe('A0000000031010');
    expect(toHex(valueAt(second, 0x6f, 0x84))).toBe('A000000003101002');
    expect(sw(send(card, '00A4040205A00000000300'))).toBe('6A82');
  });

  it('lists its applications in the PSE, two to a record, until 6A83', () => {
    const card = createCard(profiles.cobadged);
    send(card, '00A404000E315041592E5359532E444446303100');
    const first = send(card, '00B2010C00');
    expect(toHex(valueAt(first, 0x70, 0x61, 0x4f))).toBe('A000000333010102');
    expect(sw(send(card, '00B2020C00'))).toBe(ok);
    expect(sw(send(card, '00B2030C00'))).toBe('6A83');
  });

  it('shows its contactless side to a contactless reader only', () => {
    const card = createCard(profiles['mastercard-mchip21'], { interface: 'contactless' });
    const ppse = send(card, '00A404000E325041592E5359532E444446303100');
    expect(toHex(valueAt(ppse, 0x6f, 0xa5, 0xbf0c, 0x61, 0x9f2a))).toBe('02');
    expect(sw(send(card, '00A404000E315041592E5359532E444446303100'))).toBe('6A82');
    expect(card.atr[1] >> 4).toBe(8);
  });

  it('a blocked application is selected with 6283 and does not start', () => {
    const card = createCard(profiles['visa-cvn10']);
    card.state.applications['A0000000031010'].blocked = true;
    expect(sw(send(card, visa))).toBe('6283');
    expect(sw(send(card, '80A80000028300 00'))).toBe('6985');
  });

  it('a blocked card answers nothing but 6A81', () => {
    const card = createCard(profiles['visa-cvn10']);
    card.state.cardBlocked = true;
    expect(sw(send(card, visa))).toBe('6A81');
  });
});

describe('the order of commands', () => {
  const cases: [string, string[], string][] = [
    ['GPO before SELECT', ['80A80000028300 00'], '6985'],
    ['GPO twice', [visa, '80A80000028300 00', '80A80000028300 00'], '6985'],
    ['GPO without its template', [visa, '80A8000000'], '6700'],
    ['GPO with data no PDOL asks for', [visa, '80A8000004830211 22 00'], '6700'],
    ['GENERATE AC before GPO', [visa, `80AE80001D${values}00`], '6985'],
    ['VERIFY before GPO', [visa, '0020008008241234FFFFFFFFFF'], '6985'],
    [
      'EXTERNAL AUTHENTICATE before an ARQC',
      [visa, '80A80000028300 00', '008200000A11223344556677883030'],
      '6985',
    ],
    ['a script before an ARQC', [visa, '80A80000028300 00', '84180000081122334455667788'], '6985'],
    ['READ RECORD of a file that is not there', [visa, '00B201FC00'], '6A82'],
    ['READ RECORD past the end', [visa, '00B2091C00'], '6A83'],
    ['READ RECORD zero', [visa, '00B2001C00'], '6A86'],
    ['GET DATA of nothing', [visa, '80CA9F9900'], '6A88'],
    ['an unknown instruction', [visa, '00FF000000'], '6D00'],
    ['a length that does not add up', ['00A4040007A000'], '6700'],
    ['a command too short', ['00A4'], '6700'],
  ];
  it.each(cases)('%s: %s', (_, commands, status) => {
    expect(sw(send(createCard(profiles['visa-cvn10']), ...commands))).toBe(status);
  });

  it('reset forgets the transaction and keeps the counter', () => {
    const card = started('visa-cvn10');
    card.reset();
    expect(sw(send(card, `80AE80001D${values}00`))).toBe('6985');
    expect(send(card, visa, '80CA9F3600')).toBe('9F36020001' + ok);
  });

  it('counts every start, and never past FFFF', () => {
    const card = createCard(profiles['visa-cvn10']);
    card.state.applications['A0000000031010'].atc = 0xfffe;
    expect(sw(send(card, visa, '80A80000028300 00'))).toBe(ok);
    expect(sw(send(card, visa, '80A80000028300 00'))).toBe('6985');
  });
});

describe('GENERATE AC', () => {
  it.each([
    ['AAC', '00', '00'],
    ['TC', '40', '40'],
    ['ARQC', '80', '80'],
  ])('gives an %s when that is asked for', (_, p1, cid) => {
    const answer = send(started('visa-cvn10'), `80AE${p1}001D${values}00`);
    // Format 1: 80, length, CID, ATC, cryptogram, 9F10.
    expect(answer.slice(0, 4)).toBe('8012');
    expect(answer.slice(4, 6)).toBe(cid);
  });

  it.each([
    ['a type that is none', `80AEC0001D${values}00`, '6A86'],
    ['a second parameter', `80AE80011D${values}00`, '6A86'],
    ['too little data', `80AE80001C${values.slice(2)}00`, '6700'],
  ])('refuses %s', (_, command, status) => {
    expect(sw(send(started('visa-cvn10'), command))).toBe(status);
  });

  it('ends after the second; a third is refused', () => {
    const card = started('visa-cvn10');
    send(card, `80AE80001D${values}00`);
    const second = send(card, `80AE40001F3030${values}00`);
    expect(second.slice(4, 6)).toBe('40');
    expect(sw(send(card, `80AE40001F3030${values}00`))).toBe('6985');
  });

  it('asks for the issuer when its own limits are passed', () => {
    const card = createCard(profiles['visa-cvn10']);
    const types: string[] = [];
    for (let i = 0; i < 5; i++) {
      send(card, visa, '80A80000028300 00');
      types.push(send(card, `80AE40001D${values}00`).slice(4, 6));
    }
    expect(types).toEqual(['40', '40', '40', '80', '80']);
  });

  it('an offline-only terminal gets a refusal past the upper limit', () => {
    const card = createCard(profiles['mastercard-mchip16']);
    card.state.applications['A0000000041010'].consecutiveOffline = 6;
    send(card, '00A4040007A000000004101000', '80A80000028300 00');
    const offlineOnly = `${values}23${'00'.repeat(2 + 8 + 3 + 3 + 20)}`;
    const answer = send(card, `80AE400042${offlineOnly}00`);
    expect(toHex(valueAt(answer, 0x77, 0x9f27))).toBe('00');
  });
});

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let i = 0n; i < exponent; i++) result = (result * base) % modulus;
  return result;
}

function recovered(signature: Uint8Array): Uint8Array {
  const { modulus } = sandboxAuthority().icc;
  const number = power(BigInt(`0x${toHex(signature)}`), 3n, BigInt(`0x${toHex(modulus)}`));
  return fromHex(number.toString(16).padStart(modulus.length * 2, '0'));
}

const sha1 = (...parts: Uint8Array[]): string =>
  createHash('sha1')
    .update(concatBytes(...parts))
    .digest('hex')
    .toUpperCase();

describe('signatures', () => {
  it('INTERNAL AUTHENTICATE signs what the terminal sent', () => {
    const answer = send(started('mastercard-mchip17'), '0088000004AABBCCDD00');
    const block = recovered(valueAt(answer, 0x77, 0x9f4b));
    expect(toHex(block.slice(0, 4))).toBe('6A050109');
    expect(toHex(block.slice(-21, -1))).toBe(sha1(block.slice(1, -21), fromHex('AABBCCDD')));
    expect(block.at(-1)).toBe(0xbc);
  });

  it('CDA binds cryptogram, CID and everything sent and answered', () => {
    const card = started('mastercard-mchip17');
    const data = `${values}22${'00'.repeat(2 + 8 + 3 + 3 + 20)}`;
    const answer = send(card, `80AE900042${data}00`);
    const parsed = parseTlv(fromHex(answer.slice(0, -4)));
    const [template] = parsed.nodes;
    expect(template.children?.map((node) => node.tag)).toEqual([0x9f27, 0x9f36, 0x9f4b, 0x9f10]);
    const block = recovered(valueAt(answer, 0x77, 0x9f4b));
    const signed = template.children?.filter((node) => node.tag !== 0x9f4b).map((n) => n.encoded);
    const idnLength = block[4];
    const hash = block.slice(5 + idnLength + 9, 5 + idnLength + 29);
    expect(block[5 + idnLength]).toBe(0x80);
    expect(toHex(hash)).toBe(sha1(fromHex(data), ...(signed ?? [])));
    expect(toHex(block.slice(-21, -1))).toBe(sha1(block.slice(1, -21), fromHex('11223344')));
  });

  it('an AAC carries no signature, even when CDA was asked for', () => {
    const data = `${values}22${'00'.repeat(2 + 8 + 3 + 3 + 20)}`;
    const answer = send(started('mastercard-mchip17'), `80AE100042${data}00`);
    expect(valueAt(answer, 0x77, 0x9f26)).toHaveLength(8);
  });

  it('a card without dynamic authentication knows no INTERNAL AUTHENTICATE', () => {
    expect(sw(send(started('visa-sda'), '0088000004AABBCCDD00'))).toBe('6D00');
  });
});

describe('the PIN', () => {
  const right = '0020008008241234FFFFFFFFFF';
  const wrong = '0020008008249999FFFFFFFFFF';

  it('counts down, blocks, and a right one restores the tries', () => {
    const card = started('visa-sda');
    expect(send(card, wrong)).toBe('63C2');
    expect(send(card, right)).toBe(ok);
    expect([send(card, wrong), send(card, wrong), send(card, wrong)]).toEqual([
      '63C2',
      '63C1',
      '63C0',
    ]);
    expect(send(card, right)).toBe('6983');
    expect(send(card, '80CA9F1700')).toBe('9F170100' + ok);
  });

  it.each([
    ['a block of seven bytes', '0020008007241234FFFFFFFF', '6700'],
    ['another qualifier', '0020008108241234FFFFFFFFFF', '6A86'],
    ['an enciphered one without a challenge', `0020008880${'11'.repeat(128)}`, '6985'],
  ])('%s', (_, command, status) => {
    expect(send(started('visa-sda'), command)).toBe(status);
  });

  it('a block the card cannot decipher is no attempt', () => {
    const card = started('visa-cvn18');
    send(card, '0084000000');
    expect(send(card, `0020008880${'11'.repeat(128)}`)).toBe('6985');
    expect(card.state.pinTriesLeft).toBe(3);
  });

  it('a challenge serves once', () => {
    const card = started('visa-cvn18');
    const { modulus } = sandboxAuthority().icc;
    const encipher = (challenge: string): string => {
      const block = `7F241234FFFFFFFFFF${challenge}`.padEnd(modulus.length * 2, '5A');
      const number = power(BigInt(`0x${block}`), 3n, BigInt(`0x${toHex(modulus)}`));
      return `0020008880${number.toString(16).padStart(modulus.length * 2, '0')}`;
    };
    const challenge = send(card, '0084000000').slice(0, 16);
    expect(send(card, encipher(challenge))).toBe(ok);
    expect(send(card, encipher(challenge))).toBe('6985');
    send(card, '0084000000');
    expect(send(card, encipher(challenge))).toBe('6985');
    expect(card.state.pinTriesLeft).toBe(3);
  });
});

describe('quick contactless', () => {
  const data = (ttq: string, amount = '000000001000'): string =>
    `${ttq}${amount}000000000000015600000000000156261122 00 11223344`.replaceAll(' ', '');
  const gpo = (ttq: string, amount?: string): string => `80A80000238321${data(ttq, amount)}00`;
  const card = (name: ProfileName): Card => {
    const made = createCard(profiles[name], { interface: 'contactless' });
    send(made, visa);
    return made;
  };

  it('answers everything at once, an ARQC where the reader wants the host', () => {
    const answer = send(card('visa-cvn18'), gpo('36808000'));
    expect(toHex(valueAt(answer, 0x77, 0x9f27))).toBe('80');
    expect(valueAt(answer, 0x77, 0x9f26)).toHaveLength(8);
    expect(valueAt(answer, 0x77, 0x57).length).toBeGreaterThan(10);
  });

  it('a TC comes with a signature over amount, currency and qualifiers', () => {
    const made = card('visa-cvn18');
    const answer = send(made, gpo('36000000'));
    expect(toHex(valueAt(answer, 0x77, 0x9f27))).toBe('40');
    const related = valueAt(send(made, '00B2021C00'), 0x70, 0x9f69);
    const block = recovered(valueAt(answer, 0x77, 0x9f4b));
    const terminal = fromHex('112233440000000010000156');
    expect(toHex(block.slice(-21, -1))).toBe(sha1(block.slice(1, -21), terminal, related));
  });

  it.each([
    ['online PIN', '36C00000', '80'],
    ['signature', '32C00000', '40'],
  ])('where a CVM is needed it asks for %s', (_, ttq, bit) => {
    const ctq = valueAt(send(card('visa-cvn18'), gpo(ttq)), 0x77, 0x9f6c);
    expect(ctq[0] & Number.parseInt(bit, 16)).toBe(Number.parseInt(bit, 16));
  });

  it('without a method in common it sends to another interface', () => {
    expect(send(card('visa-cvn18'), gpo('30C00000'))).toBe('6984');
  });

  it('a phone has verified its holder itself', () => {
    const answer = send(card('visa-phone'), gpo('36C04000'));
    expect(valueAt(answer, 0x77, 0x9f6c)[1] & 0x80).toBe(0x80);
    expect(valueAt(answer, 0x77, 0x9f24)).toHaveLength(29);
    expect(valueAt(answer, 0x77, 0x9f6e)).toHaveLength(4);
  });
});

describe('relay resistance', () => {
  it('answers the entropy with its own and its times', () => {
    const card = createCard(profiles['mastercard-mchip21'], { interface: 'contactless' });
    send(card, '00A4040007A000000004101000', '80A800000D830B000000000000000001562200');
    const answer = send(card, '80EA000004AABBCCDD00');
    expect(answer.slice(0, 4)).toBe('800A');
    expect(answer.slice(12, 24)).toBe('000001F40014');
    expect(sw(send(started('visa-cvn10'), '80EA000004AABBCCDD00'))).toBe('6D00');
  });
});

describe('faults on request', () => {
  it.each([
    ['a status word', { type: 'status', sw: 0x6f00 }, '6F00'],
    ['silence', { type: 'mute' }, ''],
    ['other bytes', { type: 'replace', response: fromHex('DEAD9000') }, 'DEAD9000'],
  ] as const)('%s', (_, effect, answer) => {
    const card = createCard(profiles['visa-cvn10'], { faults: [{ on: 'select', effect }] });
    expect(send(card, visa)).toBe(answer);
  });

  it('come at the occurrence that was asked for', () => {
    const card = createCard(profiles['visa-cvn10'], {
      faults: [{ on: 'select', occurrence: 2, effect: { type: 'status', sw: 0x6f00 } }],
    });
    expect([sw(send(card, visa)), sw(send(card, visa)), sw(send(card, visa))]).toEqual([
      ok,
      '6F00',
      ok,
    ]);
  });

  it.each([
    ['garbage', { type: 'garbage' }],
    ['truncate', { type: 'truncate', bytes: 3 }],
    ['flip', { type: 'flip', offset: 0 }],
    ['too-long', { type: 'too-long' }],
  ] as const)('%s changes the answer and keeps 9000', (_, effect) => {
    const plain = send(createCard(profiles['visa-cvn10']), visa);
    const faulty = send(
      createCard(profiles['visa-cvn10'], { faults: [{ on: 'any', effect }] }),
      visa,
    );
    expect(faulty).not.toBe(plain);
    expect(sw(faulty)).toBe(ok);
  });

  it('slow is marked, not slept', () => {
    const card = createCard(profiles['visa-cvn10'], {
      faults: [{ on: 'select', effect: { type: 'slow', delayMs: 9000 } }],
    });
    expect(sw(send(card, visa))).toBe(ok);
    expect(card.lastDelayMs).toBe(9000);
  });
});

describe('whatever is sent', () => {
  it('the card answers with at least a status word and never throws', () => {
    const command = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(
          fc.constantFrom(0x00, 0x80, 0x84, 0x8c, 0x04),
          fc.constantFrom(
            0xa4,
            0xa8,
            0xae,
            0xb2,
            0xca,
            0x20,
            0x24,
            0x82,
            0x84,
            0x88,
            0xda,
            0xea,
            0x1e,
          ),
          fc.integer({ min: 0, max: 255 }),
          fc.integer({ min: 0, max: 255 }),
          fc.uint8Array({ maxLength: 80 }),
        )
        .map(([cla, ins, p1, p2, data]) =>
          concatBytes(Uint8Array.of(cla, ins, p1, p2, data.length), data),
        ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...profileNames),
        fc.array(command, { maxLength: 12 }),
        (name, list) => {
          const { aid } = profiles[name].applications[0];
          const card = createCard(profiles[name]);
          card.transmit(concatBytes(Uint8Array.of(0, 0xa4, 4, 0, aid.length / 2), fromHex(aid)));
          for (const one of list) expect(card.transmit(one).length).toBeGreaterThanOrEqual(2);
        },
      ),
      { numRuns: 60 },
    );
  });
});
