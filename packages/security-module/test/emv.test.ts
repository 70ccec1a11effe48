// Issuer-side EMV: the vectors of packages/emv, the table of versions, scripts, and bad input.
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  aesRule,
  cardKeyItself,
  commonRule,
  mastercardRule,
  unionPayRule,
  aesSessionKey,
  arpcMethod1,
  arpcMethod2,
  atcDiversifier,
  cardKeyDiversifier,
  clearPinFromText,
  cmac,
  commonSessionKey,
  cryptogramData,
  cryptogramVersion,
  cryptogramVersionOf,
  cryptogramVersions,
  cvc3,
  cvc3InitialVector,
  deriveCardKey,
  emv2000SessionKey,
  iadLayout,
  isoPinChangeBlock,
  makeCipher,
  mastercardSessionKey,
  pinChangeCommand,
  retailMac,
  scriptEncrypt,
  type ScriptEncipherment,
  scriptMac,
  scriptSessionKey,
  TdesCipher,
  unionPaySessionKey,
  visaPinChangeBlock,
  visaSecureMessagingKey,
} from '@chipswitch/cryptography';
import { describe, expect, it } from 'vitest';
import { SecurityFault, type ArqcInput, createSoftModule, type KeyRef } from '../src/index.ts';

type Input = Readonly<Record<string, string>>;
interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly input: Input;
  readonly expect: Input;
}

const { vectors } = JSON.parse(
  readFileSync(new URL('../../emv/vectors/emv.json', import.meta.url), 'utf8'),
) as { vectors: Vector[] };

const ofKind = (kind: string): [string, Vector][] =>
  vectors.filter((vector) => vector.kind === kind).map((vector) => [vector.id, vector]);

const hexOf = (input: Vector['input'], name: string): Uint8Array => fromHex(input[name]);
const pinOf = (text: string) => {
  const pin = clearPinFromText(text);
  if (pin === undefined) throw new Error('no PIN');
  return pin;
};

function cardKeyOf(input: Vector['input'], imk = 'imk'): Uint8Array {
  const option = input['option'] === 'B' ? 'B' : input['option'] === 'C' ? 'C' : 'A';
  const cipher = makeCipher(option === 'C' ? 'AES128' : '2TDEA', hexOf(input, imk));
  return deriveCardKey(cipher, option, input['pan'], input['psn']);
}

function sessionKeyOf(input: Vector['input'], master: Uint8Array, method: string): Uint8Array {
  const diversifier = input['diversifier'] === undefined ? undefined : hexOf(input, 'diversifier');
  switch (method) {
    case 'none':
      return master;
    case 'csk':
      return commonSessionKey(master, diversifier ?? atcDiversifier(hexOf(input, 'atc')));
    case 'mc-skd':
      return mastercardSessionKey(master, hexOf(input, 'atc'), hexOf(input, 'un'));
    case 'visa-sm':
      return visaSecureMessagingKey(master, hexOf(input, 'atc'));
    case 'aes-csk':
      return aesSessionKey(master, atcDiversifier(hexOf(input, 'atc'), 16));
    default: {
      const { height, branch } = input as unknown as { height: number; branch: number };
      return emv2000SessionKey(master, hexOf(input, 'atc'), {
        height,
        branch,
        iv: hexOf(input, 'iv'),
      });
    }
  }
}

describe('vectors', () => {
  it.each(ofKind('udk'))('%s', (_, { input, expect: wanted }) => {
    expect(toHex(cardKeyOf(input))).toBe(wanted['key']);
  });
  it.each(ofKind('session-key'))('%s', (_, { input, expect: wanted }) => {
    const key = sessionKeyOf(input, hexOf(input, 'masterKey'), input['method']);
    expect(toHex(key)).toBe(wanted['key']);
  });
  it.each(ofKind('ac'))('%s', (_, { input, expect: wanted }) => {
    const key = sessionKeyOf(input, cardKeyOf(input), input['sessionKey']);
    const padding = (input['padding'] as unknown) === 1 ? 1 : 2;
    expect(toHex(retailMac(new TdesCipher(key), hexOf(input, 'data'), padding))).toBe(wanted['ac']);
  });
  it.each(ofKind('ac-aes'))('%s', (_, { input, expect: wanted }) => {
    const key = aesSessionKey(cardKeyOf(input), atcDiversifier(hexOf(input, 'atc'), 16));
    expect(toHex(cmac(makeCipher('AES128', key), hexOf(input, 'data')), 0, 8)).toBe(wanted['ac']);
  });
  it.each(ofKind('arpc'))('%s', (_, { input, expect: wanted }) => {
    const key = sessionKeyOf(input, cardKeyOf(input), input['key']);
    const { encryption } = new TdesCipher(key);
    const ac = hexOf(input, 'ac');
    const extra =
      input['proprietaryData'] === undefined ? undefined : hexOf(input, 'proprietaryData');
    const made =
      (input['method'] as unknown) === 1
        ? arpcMethod1(encryption, ac, hexOf(input, 'arc'))
        : arpcMethod2(encryption, ac, hexOf(input, 'csu'), extra);
    expect(toHex(made)).toBe(wanted['arpc']);
  });
  it.each(ofKind('script-mac'))('%s', (_, { input, expect: wanted }) => {
    const key = sessionKeyOf(input, cardKeyOf(input), input['sessionKey']);
    expect(toHex(scriptMac(key, hexOf(input, 'message')))).toBe(wanted['mac']);
  });
  it.each(ofKind('script-encrypt'))('%s', (_, { input, expect: wanted }) => {
    const key = sessionKeyOf(input, cardKeyOf(input), input['sessionKey']);
    const method = input['method'] as unknown as ScriptEncipherment;
    expect(toHex(scriptEncrypt(key, method, hexOf(input, 'data')))).toBe(wanted['hex']);
  });
  it.each(ofKind('script-pin-block'))('%s', (_, { input, expect: wanted }) => {
    const pin = pinOf(input['pin']);
    const block =
      input['format'] === 'visa'
        ? visaPinChangeBlock(hexOf(input, 'cardKey'), pin)
        : isoPinChangeBlock(pin);
    expect(toHex(block)).toBe(wanted['block']);
  });
  it.each(ofKind('pin-change'))('%s', (_, { input, expect: wanted }) => {
    const row = cryptogramVersion(input['scheme']);
    if (row?.script === undefined) throw new Error('no row');
    const command = pinChangeCommand({
      script: row.script,
      cardKeyAc: cardKeyOf(input, 'imkAc'),
      cardKeyMac: cardKeyOf(input, 'imkMac'),
      cardKeyEncryption: cardKeyOf(input, 'imkEnc'),
      atc: hexOf(input, 'atc'),
      cryptogram: hexOf(input, 'ac'),
      newPin: pinOf(input['pin']),
    });
    expect(toHex(command)).toBe(wanted['command']);
  });
  it.each(ofKind('cvc3'))('%s', (_, { input, expect: wanted }) => {
    const key = cardKeyOf(input);
    const iv = cvc3InitialVector(key, hexOf(input, 'track'));
    expect(toHex(iv)).toBe(wanted['iv']);
    expect(cvc3(key, iv, hexOf(input, 'un'), hexOf(input, 'atc'))).toBe(wanted['value']);
  });
});

// A card of every row, made by the row's own parts and verified by the module.
function cardOf(id: string) {
  const row = cryptogramVersion(id);
  if (row === undefined) throw new Error('no row');
  const imk = fromHex('0123456789ABCDEFFEDCBA9876543210');
  const pan = '4000001234567890123';
  const atc = fromHex('1234');
  const un = fromHex('89ABCDEF');
  const tags = new Map<number, Uint8Array>([
    [0x9f02, fromHex('000000010000')],
    [0x9f03, fromHex('000000000000')],
    [0x9f1a, fromHex('0840')],
    [0x95, fromHex('0000000000')],
    [0x5f2a, fromHex('0840')],
    [0x9a, fromHex('261122')],
    [0x9c, fromHex('00')],
    [0x9f37, un],
    [0x82, fromHex('1800')],
    [0x9f36, atc],
    [0x9f10, fromHex('0FA501A03800000000000000000000000F010203')],
  ]);
  const aes = row.option === 'C';
  const cardKey = deriveCardKey(makeCipher(aes ? 'AES128' : '2TDEA', imk), row.option, pan, '01');
  const session = new Map([
    [cardKeyItself, () => cardKey],
    [commonRule, () => commonSessionKey(cardKey, atcDiversifier(atc))],
    [mastercardRule, () => mastercardSessionKey(cardKey, atc, un)],
    [unionPayRule, () => unionPaySessionKey(cardKey, atc)],
    [aesRule, () => aesSessionKey(cardKey, atcDiversifier(atc, 16))],
  ]).get(row.sessionKey)!();
  const built = cryptogramData(row, tags);
  if (!built.ok) throw new Error(built.error.detail);
  const arqc = aes
    ? cmac(makeCipher('AES128', session), built.data).slice(0, 8)
    : retailMac(new TdesCipher(session), built.data, row.padding === 1 ? 1 : 2);
  return { row, imk, pan, atc, un, tags, cardKey, session, arqc, data: built.data };
}

function inputOf(card: ReturnType<typeof cardOf>, key: KeyRef): ArqcInput {
  return {
    key,
    pan: card.pan,
    panSequenceNumber: '01',
    cvn: card.row.id,
    transactionData: card.tags,
    atc: card.atc,
    unpredictableNumber: card.un,
    arqc: card.arqc,
  };
}

function moduleFor(card: ReturnType<typeof cardOf>) {
  const module = createSoftModule({ allowClearKeysInProcess: true });
  const algorithm = card.row.option === 'C' ? 'AES128' : '2TDEA';
  const key = module.loadClearKey({ id: 'imk', usage: 'E0', algorithm, bytes: card.imk });
  return { module, key };
}

describe.each(cryptogramVersions.map(({ id }) => id))('%s', (id) => {
  const card = cardOf(id);
  const { module, key } = moduleFor(card);
  const input = inputOf(card, key);
  it('verifies, from tags and from bytes', () => {
    expect(module.verifyArqc(input)).toEqual({ ok: true });
    expect(module.verifyArqc({ ...input, transactionData: card.data })).toEqual({ ok: true });
  });
  it('refuses any other bit of the cryptogram, counter, amount, card', () => {
    const flipped = card.arqc.map((byte, i) => (i === 7 ? byte ^ 1 : byte));
    const refused = { ok: false, error: { code: 'not-verified' } };
    expect(module.verifyArqc({ ...input, arqc: flipped })).toEqual(refused);
    expect(module.verifyArqc({ ...input, pan: '4000001234567890124' })).toEqual(refused);
    const dearer = new Map(card.tags).set(0x9f02, fromHex('000000020000'));
    expect(module.verifyArqc({ ...input, transactionData: dearer })).toEqual(refused);
  });
  it('answers by its own method, and by no other', () => {
    const one = { arc: fromHex('3030') };
    const two = { csu: fromHex('00820000'), proprietaryData: fromHex('0102') };
    const { arpcMethod, arpcKey } = card.row;
    const answers = [
      module.verifyArqc({ ...input, arpc: one }),
      module.verifyArqc({ ...input, arpc: two }),
    ];
    expect(answers.map((answer) => answer.ok)).toEqual([arpcMethod === 1, arpcMethod === 2]);
    const answer = answers.find(({ ok }) => ok);
    if (answer === undefined || !answer.ok) return;
    const { arpc } = answer;
    const bytes = arpcKey === 'card' ? card.cardKey : card.session;
    if (card.row.option === 'C') expect(arpc?.length).toBe(4);
    else {
      const { encryption } = new TdesCipher(bytes);
      const wanted =
        arpcMethod === 1
          ? arpcMethod1(encryption, card.arqc, one.arc)
          : arpcMethod2(encryption, card.arqc, two.csu, two.proprietaryData);
      expect(arpc && toHex(arpc)).toBe(toHex(wanted));
    }
  });
});

describe('bad input to verifyArqc', () => {
  const card = cardOf('mc-cvn16');
  const { module, key } = moduleFor(card);
  const input = inputOf(card, key);
  const { unpredictableNumber: _, ...withoutUn } = input;
  it.each<[string, ArqcInput, string]>([
    ['a PAN of 7 digits', { ...input, pan: '4000001' }, 'pan'],
    ['a PAN of 20 digits', { ...input, pan: '40000012345678901234' }, 'pan'],
    ['a PAN with a letter', { ...input, pan: '400000123456789A' }, 'pan'],
    ['a sequence number of one digit', { ...input, panSequenceNumber: '1' }, 'pan'],
    ['an ATC of one byte', { ...input, atc: fromHex('01') }, 'atc'],
    ['a cryptogram of seven bytes', { ...input, arqc: new Uint8Array(7) }, 'arqc'],
    ['no unpredictable number', withoutUn, 'unpredictable number'],
    [
      'a short unpredictable number',
      { ...input, unpredictableNumber: fromHex('01') },
      'unpredictable number',
    ],
    ['option C for a TDES row', { ...input, option: 'C' }, 'option'],
    ['an ARC of one byte', { ...input, arpc: { arc: fromHex('30') } }, 'arpc'],
    ['no tags', { ...input, transactionData: new Map() }, 'missing 9F02'],
    [
      'an unknown version',
      { ...input, cvn: { scheme: 'visa', iad: fromHex('0601FF03000000') } },
      'cryptogram version',
    ],
    [
      'an empty 9F10',
      { ...input, cvn: { scheme: 'visa', iad: new Uint8Array(0) } },
      'cryptogram version',
    ],
    [
      'a short 9F10',
      { ...input, transactionData: new Map([...card.tags, [0x9f10, fromHex('0110')]]) },
      'short 9F10',
    ],
  ])('%s', (_name, bad, detail) => {
    expect(module.verifyArqc(bad)).toEqual({ ok: false, error: { code: 'input', detail } });
  });
});

describe('versions by 9F10', () => {
  it.each([
    ['visa', '06010A03A00000', 'visa-cvn10'],
    ['visa', '06011103A00000', 'visa-cvn17'],
    ['visa', '06011203A00000', 'visa-cvn18'],
    ['visa', '1F220100A0000000000000000000000000000000000000000000000000000000', 'visa-cvn22'],
    ['mastercard', '0110A00003220000000000000000000000FF', 'mc-cvn16'],
    ['mastercard', '0111A00003220000000000000000000000FF', 'mc-cvn17'],
    ['mastercard', '0114A00003220000000000000000000000FF', 'mc-cvn20'],
    ['mastercard', '0115A00003220000000000000000000000FF', 'mc-cvn21'],
    ['mastercard', '0112A00003220000000000000000000000FF', undefined],
    ['ccd', '0FA501A03800000000000000000000000F010203', 'ccd-a5'],
    ['ccd', '0FA601A03800000000000000000000000F010203', 'ccd-a6'],
    ['unionpay', '07010103A0B00001', 'unionpay-cvn01'],
    ['jcb', '07010403A0B00001', 'jcb-cvn04'],
  ] as const)('%s %s', (scheme, iad, id) => {
    expect(cryptogramVersionOf(scheme, fromHex(iad))?.id).toBe(id);
  });
  it('never read past the end', () => {
    for (const { scheme } of cryptogramVersions) {
      for (let length = 0; length < 8; length++) {
        const layout = iadLayout(scheme, new Uint8Array(length).fill(0x1f));
        if (layout !== undefined) expect(layout.cvr.length).toBeGreaterThanOrEqual(4);
      }
    }
  });
  it('M/Chip counters are eight bytes, or sixteen in long data', () => {
    const row = cryptogramVersion('mc-cvn17');
    const lengthWith = (length: number): number => {
      const card = cardOf('mc-cvn17');
      const tags = new Map([...card.tags, [0x9f10, new Uint8Array(length)] as const]);
      const built = row && cryptogramData(row, tags);
      return built?.ok === true ? built.data.length : -1;
    };
    expect([17, 18, 20, 26, 28].map(lengthWith)).toEqual([-1, 47, 47, 55, 55]);
  });
});

describe('card keys', () => {
  it('option B takes letters only where sixteen digits are not reached', () => {
    for (let i = 0; i < 200; i++) {
      const block = cardKeyDiversifier('B', `40000012345678${String(i).padStart(3, '0')}`, '00');
      expect(toHex(block)).toMatch(/^[0-9]{16}$/);
    }
  });
  it.each([
    ['a short diversifier', () => commonSessionKey(new Uint8Array(16), new Uint8Array(7))],
    ['a short ATC', () => visaSecureMessagingKey(new Uint8Array(16), new Uint8Array(1))],
    ['a short card key', () => visaSecureMessagingKey(new Uint8Array(8), new Uint8Array(2))],
    [
      'a tree too small',
      () =>
        emv2000SessionKey(new Uint8Array(16), new Uint8Array(2), {
          height: 8,
          branch: 2,
          iv: new Uint8Array(16),
        }),
    ],
    [
      'a short vector',
      () =>
        emv2000SessionKey(new Uint8Array(16), new Uint8Array(2), {
          height: 16,
          branch: 2,
          iv: new Uint8Array(8),
        }),
    ],
  ])('%s is a fault', (_, work) => {
    expect(work).toThrow(SecurityFault);
  });
});

describe('scripts through the module', () => {
  const module = createSoftModule({ allowClearKeysInProcess: true });
  const load = (id: string, usage: 'E0' | 'E1' | 'E2' | 'P0', bytes: string) =>
    module.loadClearKey({ id, usage, algorithm: '2TDEA', bytes: fromHex(bytes) });
  const keyAc = load('ac', 'E0', '0123456789ABCDEFFEDCBA9876543210');
  const keyMac = load('mac', 'E2', 'FEDCBA98765432100123456789ABCDEF');
  const keyEncryption = load('enc', 'E1', '89ABCDEF0123456776543210FEDCBA98');
  const zpk = load('zpk', 'P0', 'DC1DBD2B655E7A0467AB5737E6D9A30E');
  const card = { pan: '1234567890123456', panSequenceNumber: '00' };

  // A block of PIN 9999 for the card's PAN under the zone key.
  function enciphered(): Uint8Array {
    const clear = fromHex('049999FFFFFFFFFF');
    for (let i = 0; i < 6; i++) clear[2 + i] ^= parseInt(card.pan.slice(3 + 2 * i, 5 + 2 * i), 16);
    const cipher = new TdesCipher(fromHex('DC1DBD2B655E7A0467AB5737E6D9A30E'));
    cipher.encryptBlock(clear, 0, clear, 0);
    return clear;
  }
  const newPin = () => ({ key: zpk, format: 0, block: enciphered(), pan: card.pan }) as const;

  it.each([
    [
      'visa-cvn10',
      '29CCA15AE665FA2E',
      '8424000218BB221AF527377A2811D2B6EBC396A9391A965A5CB2CE62DA',
    ],
    [
      'visa-cvn18',
      '7A788EA6B8A3E733',
      '8424000218BB221AF527377A2811D2B6EBC396A9391A22B480EF312F40',
    ],
    ['mc-cvn16', '24CCF3DEE3158C70', '842400021000859B8FE53F316DEB4B64C36BF88E39'],
  ] as const)('PIN change of %s', (cvn, arqc, command) => {
    const made = module.pinChange({
      ...card,
      keyAc,
      keyMac,
      keyEncryption,
      cvn,
      atc: fromHex('001C'),
      arqc: fromHex(arqc),
      newPin: newPin(),
    });
    expect(made.ok && toHex(made.command)).toBe(command);
  });
  it('PIN change with the present PIN sets P2 to 01', () => {
    const made = module.pinChange({
      ...card,
      keyAc,
      keyMac,
      keyEncryption,
      cvn: 'visa-cvn10',
      atc: fromHex('001C'),
      arqc: fromHex('29CCA15AE665FA2E'),
      newPin: newPin(),
      currentPin: newPin(),
    });
    expect(made.ok && toHex(made.command, 0, 5)).toBe('8424000118');
  });
  it('wants each key in its own place', () => {
    const swapped = { ...card, keyAc, keyMac: keyEncryption, keyEncryption: keyMac };
    const made = module.pinChange({
      ...swapped,
      cvn: 'visa-cvn10',
      atc: fromHex('001C'),
      arqc: fromHex('29CCA15AE665FA2E'),
      newPin: newPin(),
    });
    expect(made).toMatchObject({ ok: false, error: { code: 'key-usage' } });
  });
  it('script MAC and encipherment', () => {
    const session = { ...card, sessionKey: 'visa-sm', diversifier: fromHex('001C') } as const;
    const mac = module.scriptMac({
      ...session,
      key: keyMac,
      message: fromHex('8418000008001C29CCA15AE665FA2E'),
    });
    expect(mac.ok && toHex(mac.mac)).toBe('DB56BA60087CEFD3');
    const short = module.scriptMac({
      ...session,
      key: keyMac,
      message: fromHex('84'),
      lengthBytes: 3,
    });
    expect(short).toMatchObject({ error: { code: 'input' } });
    const wrong = {
      ...session,
      diversifier: fromHex('1C'),
      key: keyEncryption,
      method: 'visa',
    } as const;
    expect(module.scriptEncrypt({ ...wrong, data: fromHex('01') })).toMatchObject({
      error: { code: 'input', detail: 'diversifier' },
    });
    const key = scriptSessionKey(
      deriveCardKey(
        new TdesCipher(fromHex('89ABCDEF0123456776543210FEDCBA98')),
        'A',
        card.pan,
        '00',
      ),
      'visa-sm',
      fromHex('001C'),
    );
    const made = module.scriptEncrypt({
      ...session,
      key: keyEncryption,
      method: 'emv',
      data: fromHex('01'),
    });
    expect(made.ok && toHex(made.data)).toBe(toHex(scriptEncrypt(key, 'emv', fromHex('01'))));
  });
});
