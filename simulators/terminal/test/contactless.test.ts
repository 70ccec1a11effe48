// Taps: every contactless test card against the reader's kernels and an issuer that checks.
import { type CardOptions, type ProfileName, profileNames, profiles } from '@chipswitch/card';
import { describe, expect, it } from 'vitest';
import type { CardPort } from '../src/card-reader.ts';
import { testCard, testTerminal } from './device.ts';
import { scriptedIssuer } from './scripted-issuer.ts';

const tappable = profileNames.filter((name) =>
  profiles[name].applications.some((one) => one.interfaces.includes('contactless')),
);

function tap(name: ProfileName, amountMinor: bigint, device: object = {}, cardholder: object = {}) {
  const issuer = scriptedIssuer(profiles[name]);
  const terminal = testTerminal(issuer, { profile: device });
  const card = testCard(name, { interface: 'contactless' });
  const order = { amountMinor, card, interface: 'contactless', cardholder } as const;
  return { issuer, terminal, result: terminal.pay(order) };
}

describe('a tap', () => {
  it.each(tappable)('%s: the issuer accepts its cryptogram', async (name) => {
    const { issuer, result } = tap(name, 1_000n);
    expect(await result).toMatchObject({
      outcome: 'approved',
      reason: 'online-approved',
      entry: 'contactless',
      reversal: 'none',
    });
    expect(issuer.verdicts).toEqual(['ok']);
    expect(issuer.received[0]).toMatchObject({ mti: '0200', de22: '071' });
  });

  it.each<ProfileName>(['visa-cvn18', 'mastercard-mchip21', 'unionpay-credit'])(
    '%s: under the floor limit it needs no host',
    async (name) => {
      const { issuer, terminal, result } = tap(name, 1_000n, { contactlessFloorLimitMinor: 5_000 });
      expect(await result).toMatchObject({ outcome: 'approved', reason: 'offline-approved' });
      expect(issuer.received).toEqual([]);
      expect(await terminal.settleDebts()).toBe(0);
      expect(issuer.received[0]).toMatchObject({ mti: '0220', de22: '071' });
    },
  );

  it.each<ProfileName>(['visa-cvn18', 'mastercard-mchip21'])(
    '%s: at the CVM limit the PIN goes to the host',
    async (name) => {
      const { issuer, result } = tap(name, 150_000n, {}, { pin: '1234' });
      expect(await result).toMatchObject({ outcome: 'approved' });
      expect(issuer.pins).toEqual(['1234']);
    },
  );

  it.each<ProfileName>(['visa-phone', 'mastercard-phone'])(
    '%s: a phone has verified its holder, nothing is typed',
    async (name) => {
      const { issuer, result } = tap(name, 150_000n);
      expect(await result).toMatchObject({ outcome: 'approved' });
      expect(issuer.pins).toEqual([]);
    },
  );

  it('over the reader’s limit is sent to another interface, and nothing to the host', async () => {
    const { issuer, result } = tap('visa-cvn18', 500_000n);
    expect(await result).toMatchObject({ outcome: 'failed', reason: 'amount-not-allowed' });
    expect(issuer.received).toEqual([]);
  });

  it('without an answer is reversed', async () => {
    const issuer = scriptedIssuer(profiles['visa-cvn18'], { faults: ['timed-out', 'timed-out'] });
    const card = testCard('visa-cvn18', { interface: 'contactless' });
    const result = await testTerminal(issuer).pay({
      amountMinor: 1_000n,
      card,
      interface: 'contactless',
    });
    expect(result).toMatchObject({ outcome: 'declined', reason: 'no-answer', reversal: 'done' });
  });
});

describe('relay resistance', () => {
  const name = 'mastercard-mchip21';
  const pay = async (options: CardOptions, device: object = {}) => {
    const terminal = testTerminal(scriptedIssuer(profiles[name]), { profile: device });
    const card = testCard(name, { interface: 'contactless', ...options });
    return terminal.pay({ amountMinor: 1_000n, card, interface: 'contactless' });
  };
  // TVR byte 5: bit 4 threshold exceeded, bit 3 time limits exceeded, bits 2-1 performed (10) or not (01).
  const relayBits = (tvr: string | undefined): number =>
    Number.parseInt(tvr?.slice(8) ?? '', 16) & 0x0f;

  it('is performed, and CDA signs what was exchanged', async () => {
    const result = await pay({});
    expect(result.outcome).toBe('approved');
    expect(relayBits(result.chip?.tvr) & 0x03).toBe(0x02);
  });

  it('names a card that is too far away', async () => {
    const far = { type: 'slow', delayMs: 400 } as const;
    const result = await pay({ faults: [{ on: 'exchange-relay-resistance-data', effect: far }] });
    expect(relayBits(result.chip?.tvr) & 0x04).toBe(0x04);
  });

  it('finds out a relay that changes what the card said', async () => {
    const result = await pay({
      faults: [{ on: 'exchange-relay-resistance-data', effect: { type: 'flip', offset: 3 } }],
    });
    expect(result).toMatchObject({ outcome: 'declined', reason: 'cda-failed' });
  });

  it('can be switched off, and says so', async () => {
    const result = await pay({}, { relayResistance: false });
    expect(relayBits(result.chip?.tvr) & 0x03).toBe(0x01);
  });
});

describe('a torn tap', () => {
  const name = 'mastercard-phone';
  /** The card slips out of the field while it makes its cryptogram; the first `times` times. */
  const slipping = (times: number) => {
    const card = testCard(name, { interface: 'contactless' });
    const seen: number[] = [];
    const port: CardPort = {
      reset: () => card.reset(),
      transmit: (apdu) => {
        const answer = card.transmit(apdu);
        seen.push(apdu[1]);
        const slips = apdu[1] === 0xae && seen.filter((ins) => ins === 0xae).length <= times;
        if (slips) throw new Error('the field is empty');
        return answer;
      },
    };
    return { port, seen, card };
  };

  it('is taken up again: the card gives the cryptogram it had made', async () => {
    const issuer = scriptedIssuer(profiles[name]);
    const { port, seen } = slipping(1);
    const order = { amountMinor: 1_000n, card: port, interface: 'contactless' } as const;
    expect(await testTerminal(issuer).pay(order)).toMatchObject({ outcome: 'approved' });
    expect(seen.filter((ins) => ins === 0xd0)).toHaveLength(1);
    expect(seen.filter((ins) => ins === 0xae)).toHaveLength(1);
    expect(issuer.verdicts).toEqual(['ok']);
  });

  it('ends without a payment when the card keeps slipping', async () => {
    const issuer = scriptedIssuer(profiles[name]);
    const { port, card } = slipping(99);
    const deaf: CardPort = {
      reset: () => card.reset(),
      transmit: (apdu) => {
        if (apdu[1] === 0xd0) return Uint8Array.of(0x69, 0x85);
        if (apdu[1] === 0xae) return port.transmit(apdu);
        return card.transmit(apdu);
      },
    };
    const order = { amountMinor: 1_000n, card: deaf, interface: 'contactless' } as const;
    expect(await testTerminal(issuer).pay(order)).toMatchObject({
      outcome: 'failed',
      reason: 'torn',
    });
    expect(issuer.received).toEqual([]);
  });
});
