// The whole chain: APDU, cryptogram, issuer, ARPC, script, card; and what an issuer makes of DE 55.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import { type ProfileName, createCard, issuerMasterKeys, profiles } from '@chipswitch/card';
import { cryptogramVersionOf } from '@chipswitch/cryptography';
import {
  type ArpcRequest,
  type CryptogramScheme,
  createSoftModule,
} from '@chipswitch/security-module';
import { describe, expect, it } from 'vitest';
import {
  type KernelAnswer,
  type KernelOutcome,
  type PersonRequest,
  arqcRequestOf,
  cardNumberOf,
  drive,
  hasTsi,
  hasTvr,
  issuerAuthenticationData1,
  issuerAuthenticationData2,
  issuerScript,
  type Recording,
  readTranscript,
  recordCard,
  runContact,
} from '../src/index.ts';
import { people, purchase, terminalFor } from './kernel-simulated.ts';

type Online = Extract<PersonRequest, { type: 'online' }>;

/** The issuer behind a profile: verifies with the security module and answers. */
function issuer(
  name: ProfileName,
  options: { readonly scheme?: CryptogramScheme; readonly arc?: string; readonly spoil?: boolean },
): (request: Online) => KernelAnswer {
  const { arc = '00' } = options;
  const decision = arc === '00' ? 'approved' : 'declined';
  const module = createSoftModule({ allowClearKeysInProcess: true });
  const request = (tags: Online['data']) =>
    arqcRequestOf(tags, options.scheme === undefined ? {} : { scheme: options.scheme });
  return ({ data }) => {
    const asked = request(data);
    if (!asked.ok) throw new Error(asked.error.code);
    const { cvn } = asked.input;
    const row = typeof cvn === 'string' ? undefined : cryptogramVersionOf(cvn.scheme, cvn.iad);
    if (row === undefined) throw new Error('no row');
    const bytes = fromHex(issuerMasterKeys(name).applicationCryptogram);
    const algorithm = row.option === 'C' ? 'AES128' : '2TDEA';
    const key = module.loadClearKey({
      id: `imk-${toHex(asked.input.arqc)}`,
      usage: 'E0',
      algorithm,
      bytes,
    });
    const csu = fromHex('00800000');
    const arpc: ArpcRequest = row.arpcMethod === 1 ? { arc: fromAscii(arc) } : { csu };
    const answer = module.verifyArqc({
      key,
      ...asked.input,
      ...(row.arpcMethod === undefined ? {} : { arpc }),
    });
    if (!('ok' in answer) || !answer.ok) throw new Error('the cryptogram does not hold');
    const made = answer.arpc;
    if (made === undefined) return { type: 'online', result: 'answered', arc, decision };
    if (options.spoil === true) made[0] ^= 1;
    const issuerAuthenticationData =
      row.arpcMethod === 1
        ? issuerAuthenticationData1(made, fromAscii(arc))
        : issuerAuthenticationData2(made, csu);
    return { type: 'online', result: 'answered', arc, decision, issuerAuthenticationData };
  };
}

function pay(name: ProfileName, host: (request: Online) => KernelAnswer): KernelOutcome {
  const profile = profiles[name];
  const card = createCard(profile);
  const run = runContact({
    config: terminalFor(profile),
    input: purchase,
    environment: { random: (length) => Uint8Array.from({ length }, (_, i) => i * 29 + 7) },
  });
  return drive(run, (command) => card.transmit(command), people(profile, host));
}

const chains: readonly (readonly [ProfileName, CryptogramScheme | undefined])[] = [
  ['visa-cvn10', undefined],
  ['visa-cvn18', undefined],
  ['visa-cvn22', undefined],
  ['visa-sda', undefined],
  ['mastercard-mchip16', undefined],
  ['mastercard-mchip17', undefined],
  ['mastercard-mchip20', undefined],
  ['mastercard-mchip21', undefined],
  ['unionpay-credit', undefined],
  ['unionpay-debit', undefined],
  ['jcb-credit', undefined],
  ['prepaid-ccd', 'ccd'],
  ['prepaid-aes', 'ccd'],
];

describe('from the APDU to the ARPC and back', () => {
  it.each(chains)(
    '%s: the issuer accepts the card, the card accepts the issuer',
    (name, scheme) => {
      const outcome = pay(name, issuer(name, scheme === undefined ? {} : { scheme }));
      expect(`${outcome.type}/${outcome.reason}`).toBe('approved/online-approved');
      expect(hasTvr(outcome.tvr, 'issuer-authentication-failed')).toBe(false);
      expect(outcome.cryptogram?.type).toBe('TC');
      expect(outcome.firstCryptogram?.type).toBe('ARQC');
    },
  );

  it.each(chains)('%s: the card refuses after a spoilt ARPC', (name, scheme) => {
    const outcome = pay(
      name,
      issuer(name, { ...(scheme === undefined ? {} : { scheme }), spoil: true }),
    );
    expect(outcome).toMatchObject({
      type: 'declined',
      reason: 'card-declined-after-approval',
      reversalRequired: true,
      cryptogram: { type: 'AAC' },
    });
    // Cards that get the ARPC in CDOL 2 refuse without a word in the TVR.
    const told = hasTsi(outcome.tsi, 'issuer-authentication');
    expect(hasTvr(outcome.tvr, 'issuer-authentication-failed')).toBe(told);
  });

  it.each(chains.slice(0, 4))('%s: the host declines', (name, scheme) => {
    const outcome = pay(
      name,
      issuer(name, { ...(scheme === undefined ? {} : { scheme }), arc: '05' }),
    );
    expect(outcome).toMatchObject({
      type: 'declined',
      reason: 'online-declined',
      reversalRequired: false,
    });
    expect(outcome.cryptogram?.type).toBe('AAC');
  });
});

describe('the question to the security module', () => {
  const tags = new Map([
    [0x84, fromHex('A0000000031010')],
    [0x9f10, fromHex('06010A03A00000')],
    [0x9f26, fromHex('1122334455667788')],
    [0x9f36, fromHex('0001')],
    [0x9f37, fromHex('01020304')],
    [0x57, fromHex('4761739001010119D30122010000000000000F')],
  ]);

  it('takes the PAN out of track 2 and the scheme out of the AID', () => {
    const request = arqcRequestOf(tags);
    expect(request).toMatchObject({
      ok: true,
      input: { pan: '4761739001010119', panSequenceNumber: '00', cvn: { scheme: 'visa' } },
    });
  });

  it.each([
    [0x9f10, { code: 'missing', tag: 0x9f10 }],
    [0x9f26, { code: 'missing', tag: 0x9f26 }],
    [0x9f36, { code: 'missing', tag: 0x9f36 }],
    [0x57, { code: 'pan' }],
    [0x84, { code: 'scheme-unknown' }],
  ])('cannot be put without %s', (missing, error) => {
    const less = new Map(tags);
    less.delete(missing);
    expect(arqcRequestOf(less)).toEqual({ ok: false, error });
  });

  it.each([
    ['5A', '4761739001010119', '4761739001010119'],
    ['5A', '4761739001010119123F', '4761739001010119123'],
    ['5A', '47617390010101AB', undefined],
    ['57', '4761739001010119D2212', '4761739001010119'],
    ['57', 'D22122', undefined],
  ])('PAN in %s %s: %s', (tag, value, pan) => {
    const bytes = fromHex(value.length % 2 === 0 ? value : `${value}F`);
    expect(cardNumberOf(new Map([[Number.parseInt(tag, 16), bytes]]))).toBe(pan);
  });
});

it('an issuer script is a template with its identifier and its commands', () => {
  const script = issuerScript(0x72, fromHex('01020304'), [fromHex('8424000008AABBCCDDEEFF0011')]);
  expect(toHex(script)).toBe('72169F180401020304860D8424000008AABBCCDDEEFF0011');
});

describe('a captured exchange', () => {
  const capture = (name: ProfileName, split: boolean) => {
    const profile = profiles[name];
    const card = createCard(profile);
    const recording: Recording = { exchanges: [] };
    const config = terminalFor(profile);
    const run = runContact({
      config,
      input: purchase,
      environment: { random: (length) => Uint8Array.from({ length }, (_, i) => i * 13 + 5) },
    });
    const outcome = drive(
      run,
      recordCard((command) => card.transmit(command), recording),
      people(profile, () => ({
        type: 'online',
        result: 'answered',
        arc: '00',
        decision: 'approved',
      })),
    );
    const parts = recording.exchanges.flatMap(([command, response]): [string, string][] =>
      split && response.length > 40
        ? [
            [command, `${response.slice(0, 20)}6110`],
            ['00C0000010', response.slice(20)],
          ]
        : [[command, response]],
    );
    return { outcome, read: readTranscript(split ? parts : recording.exchanges, config.caKeys) };
  };

  it.each([
    ['visa-sda', 'sda', false],
    ['visa-cvn10', undefined, false],
    ['mastercard-mchip17', 'cda', false],
    ['mastercard-mchip17', 'cda', true],
    ['unionpay-credit', 'cda', true],
  ] as const)('of %s is read again (%s, in parts: %s)', (name, method, split) => {
    const { outcome, read } = capture(name, split);
    expect(read.oda.ok).toBe(true);
    if (method !== undefined) expect(read.oda.method).toBe(method);
    expect(read.pan).toBe(profiles[name].applications[0].pan);
    expect(read.cryptograms.map((one) => one.type)).toEqual(['ARQC', 'TC']);
    const [first, second] = read.cryptograms;
    const hexOf = (bytes: Uint8Array | undefined) => toHex(bytes ?? new Uint8Array(0));
    expect(hexOf(second.ac)).toBe(hexOf(outcome.cryptogram?.ac));
    expect(hexOf(first.ac)).toBe(hexOf(outcome.firstCryptogram?.ac));
  });

  it('with a wrong scheme key is not authentic', () => {
    const { read } = capture('visa-sda', false);
    expect(read.oda.ok).toBe(true);
    expect(readTranscript([], []).oda).toEqual({ method: 'none', ok: false });
  });
});

it('a captured exchange without anything says nothing', () => {
  const empty = readTranscript(
    [
      ['00A4040000', '6A82'],
      ['no bytes', '9000'],
      ['', ''],
      ['80AE', '9000'],
    ],
    [],
  );
  expect(empty).toMatchObject({
    pan: undefined,
    oda: { method: 'none', ok: false },
    cryptograms: [],
  });
});
