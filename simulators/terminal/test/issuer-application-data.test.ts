// What the card writes into 9F10, read by the decoders of `emv`, which share no line with it.
import { fromHex } from '@chipswitch/bytes';
import {
  type Card,
  type CardOptions,
  type ProfileName,
  createCard,
  profileNames,
  profiles,
} from '@chipswitch/card';
import { decodeIad } from '@chipswitch/emv';
import { parseTlv } from '@chipswitch/tlv';
import { bytesOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import type { CardPort } from '../src/card-reader.ts';
import type { PaymentOrder } from '../src/payment.ts';
import { testCard, testTerminal } from './device.ts';
import { type IssuerScript, scriptedIssuer } from './scripted-issuer.ts';

interface Seen {
  readonly format: string;
  readonly set: readonly string[];
  readonly fields: Readonly<Record<string, string | number>>;
}

/** 9F10 of the first GENERATE AC, as it went to the host. */
async function sent(
  name: ProfileName,
  card: CardPort,
  more: Partial<PaymentOrder> = {},
  script: IssuerScript = {},
): Promise<Seen> {
  const issuer = scriptedIssuer(profiles[name], script);
  const terminal = testTerminal(issuer);
  await terminal.pay({ amountMinor: 125_000n, card, cardholder: { pin: '1234' }, ...more });
  const de55 = issuer.received.map((one) => bytesOf(one, 55)).find((one) => one !== undefined);
  const iad = parseTlv(de55 ?? new Uint8Array(0)).nodes.find((node) => node.tag === 0x9f10);
  const decoded = decodeIad(iad?.value ?? fromHex('00'), profiles[name].applications[0].aid);
  if (!decoded.ok || decoded.data.format === 'unknown')
    return { format: 'unknown', set: [], fields: {} };
  const { results, format } = decoded.data;
  return { format, set: results.set, fields: results.fields };
}

const contact = (name: ProfileName, options: CardOptions = {}): Card => testCard(name, options);

/** The same card in a hand that does not wait for the second GENERATE AC. */
function pulledOutAtSecondAc(card: Card): CardPort {
  let cryptograms = 0;
  return {
    transmit: (apdu) => {
      if (apdu[1] === 0xae && ++cryptograms === 2) throw new Error('no card');
      return card.transmit(apdu);
    },
  };
}

const formats: Partial<Record<ProfileName, string>> = {
  'visa-cvn10': 'visa-0-1-3',
  'visa-cvn18': 'visa-0-1-3',
  'visa-cvn22': 'visa-2-4',
  'mastercard-mchip16': 'mchip',
  'mastercard-mchip21': 'mchip',
  'unionpay-credit': 'unionpay',
  'prepaid-ccd': 'ccd',
  'prepaid-aes': 'ccd',
};

describe('the first cryptogram', () => {
  const names = profileNames.filter((name) => formats[name] !== undefined);
  it.each(names)('%s: read in its own format, as an ARQC without a second one', async (name) => {
    const seen = await sent(name, contact(name));
    expect(seen.format).toBe(formats[name]);
    expect(seen.fields).toMatchObject({ 'first-ac': 'arqc', 'second-ac': 'not-requested' });
    expect(seen.set.filter((one) => one.includes('failed'))).toEqual([]);
  });
});

describe('the PIN', () => {
  it.each<[ProfileName, string[]]>([
    ['visa-cvn18', ['offline-pin-performed']],
    [
      'mastercard-mchip16',
      ['offline-pin-performed', 'offline-enciphered-pin-performed', 'offline-pin-successful'],
    ],
    ['prepaid-aes', ['offline-pin-performed']],
  ])('%s says that it was right', async (name, bits) => {
    const { set } = await sent(name, contact(name));
    expect(set).toEqual(expect.arrayContaining(bits));
    expect(set).not.toContain('offline-pin-failed');
  });

  it.each<ProfileName>(['visa-cvn18', 'mastercard-mchip16', 'prepaid-aes'])(
    '%s says that it was wrong and is used up',
    async (name) => {
      const { set } = await sent(name, contact(name), {
        cardholder: { pin: ['1111', '2222', '3333', '4444'] },
      });
      expect(set).toEqual(expect.arrayContaining(['offline-pin-failed', 'pin-tries-exceeded']));
    },
  );

  it.each<ProfileName>(['mastercard-mchip16', 'prepaid-ccd'])(
    '%s counts the tries',
    async (name) => {
      const card = contact(name);
      card.state.pinTriesLeft = 2;
      const { fields } = await sent(name, card, { cardholder: { pinEntry: 'bypassed' } });
      expect(fields['pin-try-counter']).toBe(2);
    },
  );
});

describe('the past', () => {
  it.each<[ProfileName, string]>([
    ['visa-cvn18', 'issuer-authentication-failed'],
    ['mastercard-mchip16', 'issuer-authentication-failed'],
  ])('%s remembers a wrong ARPC', async (name, bit) => {
    const card = contact(name);
    await sent(name, card, {}, { wrongArpc: true });
    const { set } = await sent(name, card);
    expect(set.some((one) => one.endsWith(bit))).toBe(true);
  });

  it.each<ProfileName>(['visa-cvn18', 'mastercard-mchip16', 'prepaid-aes'])(
    '%s remembers that it was pulled out before its second cryptogram',
    async (name) => {
      const card = contact(name);
      await sent(name, pulledOutAtSecondAc(card));
      const { set } = await sent(name, card);
      expect(set).toContain('last-online-not-completed');
    },
  );

  it('a new Visa card says so until the host has been there', async () => {
    const card = contact('visa-cvn18');
    expect((await sent('visa-cvn18', card)).set).toContain('new-card');
    expect((await sent('visa-cvn18', card)).set).not.toContain('new-card');
  });

  it.each<[ProfileName, string]>([
    ['visa-cvn18', 'velocity-exceeded'],
    ['mastercard-mchip16', 'lower-consecutive-1'],
    ['prepaid-aes', 'lower-count-exceeded'],
  ])('%s knows its limits', async (name, bit) => {
    const card = contact(name);
    const { aid } = profiles[name].applications[0];
    card.state.applications[aid].consecutiveOffline = 30;
    expect((await sent(name, card)).set).toContain(bit);
  });
});

describe('country', () => {
  it.each([
    ['0156', 'domestic'],
    ['0840', 'international'],
  ])('a card of %s in China is %s', async (country, bit) => {
    const profile = profiles['mastercard-mchip16'];
    const foreign = {
      ...profile,
      applications: profile.applications.map((one) => ({ ...one, countryCode: country })),
    };
    const { set } = await sent('mastercard-mchip16', createCard(foreign));
    expect(set).toContain(bit);
  });
});
