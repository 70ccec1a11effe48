// The card vault: digests that compare, numbers that come back only with key and context.
import { parsePan } from '@chipswitch/cardholder-data';
import { describe, expect, it } from 'vitest';
import { createCardVault } from '../src/index.ts';

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const vault = createCardVault({ hmac: key(1), data: key(2) });
const pan = parsePan('4761739001010119')!;

describe('the card vault', () => {
  it('digests a card the same way every time, and another key another way', () => {
    expect(vault.panHmac(pan)).toBe(vault.panHmac(pan));
    expect(vault.panHmac(pan)).toMatch(/^[0-9a-f]{64}$/);
    expect(createCardVault({ hmac: key(3), data: key(2) }).panHmac(pan)).not.toBe(
      vault.panHmac(pan),
    );
  });
  it('gives a number back in its context only', () => {
    const sealed = vault.encipherPan(pan, 'payment-1');
    expect(Buffer.from(sealed).toString('latin1')).not.toContain(pan);
    expect(vault.decipherPan(sealed, 'payment-1')).toBe(pan);
    expect(vault.decipherPan(sealed, 'payment-2')).toBeUndefined();
    expect(
      createCardVault({ hmac: key(1), data: key(9) }).decipherPan(sealed, 'payment-1'),
    ).toBeUndefined();
  });
  it.each([0, 12, 28, 40])('refuses bytes changed at %i', (at) => {
    const sealed = vault.encipherPan(pan, 'p');
    sealed[at] ^= 1;
    expect(vault.decipherPan(sealed, 'p')).toBeUndefined();
  });
  it('refuses what is too short, and seals no number the same way twice', () => {
    expect(vault.decipherPan(new Uint8Array(28), 'p')).toBeUndefined();
    expect(vault.encipherPan(pan, 'p')).not.toEqual(vault.encipherPan(pan, 'p'));
  });
  it('takes keys of 32 bytes only and wipes them', () => {
    const hmac = key(5);
    expect(() => createCardVault({ hmac: new Uint8Array(16), data: key(2) })).toThrow('32 bytes');
    createCardVault({ hmac, data: key(6) });
    expect(hmac.every((byte) => byte === 0)).toBe(true);
  });
});
