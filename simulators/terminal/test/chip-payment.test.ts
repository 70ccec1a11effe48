// Whole chip payments in one process: kernel, card and a host that checks what it gets.
import { inspect } from 'node:util';
import { type ProfileName, profileNames, profiles } from '@chipswitch/card';
import { describe, expect, it } from 'vitest';
import { testCard, testTerminal } from './device.ts';
import { scriptedIssuer } from './scripted-issuer.ts';

const contact = profileNames.filter((name) =>
  profiles[name].applications.some((one) => one.interfaces.includes('contact')),
);

describe('an approved chip payment online', () => {
  it.each(contact)('%s: the issuer accepts the cryptogram, the card the answer', async (name) => {
    const issuer = scriptedIssuer(profiles[name]);
    const terminal = testTerminal(issuer);
    const card = testCard(name);
    const result = await terminal.pay({
      amountMinor: 125_000n,
      card,
      cardholder: { pin: '1234' },
    });
    expect(issuer.verdicts).toEqual(['ok']);
    expect(result).toMatchObject({
      outcome: 'approved',
      reason: 'online-approved',
      online: true,
      responseCode: '00',
      approvalCode: 'A12345',
      reversal: 'none',
    });
    expect(result.chip?.acType).toBe('TC');
    // TVR byte 5 bit 7 off: issuer authentication did not fail; byte 1 off: neither did the card's.
    expect(result.chip?.tvr.slice(0, 2)).toMatch(/^0[02]$/);
    expect(result.chip?.tvr.slice(8)).toBe('00');
    expect(inspect(result, { depth: null })).not.toContain(profiles[name].applications[0].pan);
  });
});

describe('a PIN for the host', () => {
  it.each<ProfileName>(['visa-cvn10', 'unionpay-debit'])(
    '%s: reaches it in format 0 under the terminal key',
    async (name) => {
      const issuer = scriptedIssuer(profiles[name]);
      const terminal = testTerminal(issuer);
      await terminal.pay({
        amountMinor: 125_000n,
        card: testCard(name),
        cardholder: { pin: '1234' },
      });
      expect(issuer.pins).toEqual(['1234']);
    },
  );
});
