// PIN CHANGE from the issuer's security module to the card's memory, through the kernel's scripts.
import { fromHex } from '@chipswitch/bytes';
import { type ProfileName, issuerMasterKeys, profiles } from '@chipswitch/card';
import {
  type CryptogramVersionId,
  TdesCipher,
  ecbEncrypt,
  encodePinBlock,
  newClearPin,
} from '@chipswitch/cryptography';
import { createSoftModule } from '@chipswitch/security-module';
import { encodeTlv } from '@chipswitch/tlv';
import { describe, expect, it } from 'vitest';
import { testCard, testTerminal } from './device.ts';
import { scriptedIssuer } from './scripted-issuer.ts';

const zoneKey = 'A1B2C3D4E5F60718293A4B5C6D7E8F90';

/** A PIN as it comes to the issuer: a format 0 block under a zone key. */
function zoneBlock(pin: string, pan: string): Uint8Array {
  const clear = newClearPin();
  for (let i = 0; i < pin.length; i++) clear.digits[i] = Number(pin[i]);
  clear.length = pin.length;
  const block = new Uint8Array(8);
  encodePinBlock(0, clear, pan, block, () => new Uint8Array(14));
  return ecbEncrypt(new TdesCipher(fromHex(zoneKey)), block);
}

function issuerSide(name: ProfileName, cvn: CryptogramVersionId) {
  const module = createSoftModule({ allowClearKeysInProcess: true });
  const keys = issuerMasterKeys(name);
  const load = (id: string, usage: 'E0' | 'E1' | 'E2' | 'P0', hex: string) =>
    module.loadClearKey({ id, usage, algorithm: '2TDEA', bytes: fromHex(hex) });
  const keyAc = load('ac', 'E0', keys.applicationCryptogram);
  const keyMac = load('mac', 'E2', keys.secureMessagingIntegrity);
  const keyEncryption = load('enc', 'E1', keys.secureMessagingConfidentiality);
  const zone = load('zone', 'P0', zoneKey);
  const { pan, panSequenceNumber, derivation } = profiles[name].applications[0];
  const enciphered = (pin: string) => ({
    key: zone,
    format: 0 as const,
    block: zoneBlock(pin, pan),
    pan,
  });
  return (change: { to: string; from?: string }) =>
    ({ arqc, atc }: { arqc: Uint8Array; atc: Uint8Array }): Uint8Array => {
      const made = module.pinChange({
        keyAc,
        keyMac,
        keyEncryption,
        pan,
        panSequenceNumber,
        option: derivation,
        cvn,
        atc,
        arqc,
        newPin: enciphered(change.to),
        ...(change.from === undefined ? {} : { currentPin: enciphered(change.from) }),
      });
      if (!made.ok) throw new Error(made.error.code);
      return encodeTlv([[0x72, [[0x86, made.command]]]]);
    };
}

describe('a PIN change', () => {
  it.each<[ProfileName, CryptogramVersionId]>([
    ['visa-cvn10', 'visa-cvn10'],
    ['visa-cvn18', 'visa-cvn18'],
    ['visa-cvn22', 'visa-cvn22'],
    ['mastercard-mchip16', 'mc-cvn16'],
    ['mastercard-mchip20', 'mc-cvn20'],
    ['prepaid-ccd', 'ccd-a5'],
  ])('%s: the card takes the new PIN and unblocks', async (name, cvn) => {
    const card = testCard(name);
    card.state.pinTriesLeft = 1;
    const scripts = issuerSide(name, cvn)({ to: '567890' });
    const terminal = testTerminal(scriptedIssuer(profiles[name], { scripts }));
    const amountMinor = 125_000n;
    const first = await terminal.pay({ amountMinor, card, cardholder: { pin: '1234' } });
    expect(first.chip?.scriptResults.slice(0, 1)).toBe('2');
    expect(card.state.pin).toBe('567890');
    expect(card.state.pinTriesLeft).toBe(3);
  });

  it.each<[ProfileName, CryptogramVersionId]>([
    ['visa-cvn10', 'visa-cvn10'],
    ['visa-cvn22', 'visa-cvn22'],
  ])('with the present PIN inside, %s needs to have that one', async (name, cvn) => {
    const run = async (from: string): Promise<string> => {
      const card = testCard(name);
      const scripts = issuerSide(name, cvn)({ to: '987654', from });
      const terminal = testTerminal(scriptedIssuer(profiles[name], { scripts }));
      await terminal.pay({ amountMinor: 125_000n, card, cardholder: { pin: '1234' } });
      return card.state.pin;
    };
    expect(await run('1234')).toBe('987654');
    expect(await run('9999')).toBe('1234');
  });
});
