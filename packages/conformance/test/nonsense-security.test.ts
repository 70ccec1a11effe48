// Vectors of security that mean nothing are refused, even when they expect what would be computed.
import { afterAll, describe, expect, it } from 'vitest';
import { stopSimulator } from '../src/hsm-simulator.ts';
import { families } from '../src/index.ts';
import { type OfKind, refusalOf, rowsOf } from './nonsense.ts';

afterAll(stopSimulator);

const key8 = '0123456789ABCDEF';
const key16 = `${key8}FEDCBA9876543210`;
const key24 = `${key16}${key8}`;

const cards: Readonly<Record<string, OfKind>> = {
  arqc: {
    unit: { input: { pan: 1_234_567_890_123_456 } },
    impossible: { input: { atc: '345678' } },
    inert: { expect: { arqc: '' } },
    more: [{ input: { psn: '100' } }, { input: { imk: key8 } }, { input: { unpredictable: '11' } }],
  },
  arpc: {
    unit: { input: { arc: '00' } },
    impossible: { input: { arqc: '26C8A1042D1CAF3E00' } },
    inert: { input: { csu: '00000000' } },
    more: [{ expect: { arpc: '' } }, { input: { pan: '12345678901234561234567890123456' } }],
  },
  cvv: {
    unit: { input: { expiry: '2026-12' } },
    impossible: { input: { serviceCode: '1111' } },
    inert: { expect: { cvv: '' } },
    more: [{ input: { pan: '12' } }, { input: { expiry: '11' } }],
  },
  cavv: {
    unit: { input: { authResult: 1 } },
    impossible: { input: { unpredictable: '11108' } },
    inert: { expect: { cavv: '' } },
  },
  dcvv: {
    unit: { input: { atc: 1 } },
    impossible: { input: { expiry: '13' } },
    inert: { expect: { dcvv: '' } },
  },
  cvc3: {
    unit: { input: { unpredictable: '2710' } },
    impossible: { input: { atc: '' } },
    inert: { expect: { cvc3: '' } },
    more: [{ input: { trackData: '' } }, { expect: { cvc3: '518' } }],
  },
};

const dukpt: Readonly<Record<string, OfKind>> = {
  'dukpt.tdes.ik': {
    unit: { input: { ksn: 10 } },
    impossible: { input: { bdk: key24 } },
    inert: { expect: { ik: '' } },
  },
  'dukpt.tdes.key': {
    unit: { input: { ksn: 'FFFF9876543210E0000100' } },
    impossible: { input: { ksn: 'FFFF9876543210E007FF' } },
    inert: { expect: { key: '' } },
  },
  'dukpt.tdes.ksn.next': {
    unit: { input: { ksn: '1' } },
    impossible: { input: { ksn: 'FFFF' } },
    inert: { expect: { ksn: '' } },
  },
  'dukpt.tdes.pin': {
    unit: { input: { pin: 1234 } },
    impossible: { input: { pin: '1234567890123' } },
    inert: { expect: { block: '' } },
    more: [{ input: { format: 4 } }, { input: { pan: '4' } }],
  },
  'dukpt.tdes.mac': {
    unit: { input: { length: '4' } },
    impossible: { input: { length: 9 } },
    inert: { input: { length: 0 }, expect: { mac: '' } },
    more: [{ input: { data: '' } }, { input: { direction: 'both' } }],
  },
  'dukpt.tdes.data': {
    unit: { input: { iv: '00' } },
    impossible: { input: { data: '0123' } },
    inert: { input: { data: '' }, expect: { ciphertext: '' } },
  },
  'dukpt.aes.ik': {
    unit: { input: { ikid: 8 } },
    impossible: { input: { bdk: key8 } },
    inert: { expect: { ik: '' } },
  },
  'dukpt.aes.key': {
    unit: { input: { ksn: 'FFFF9876543210E00001' } },
    impossible: { input: { bdk: `${key16}00` } },
    inert: { expect: { key: '' } },
  },
  'dukpt.aes.workingkey': {
    unit: { input: { usageCode: 4096 } },
    impossible: { input: { usageCode: 'FFFF' } },
    inert: { expect: { key: '' } },
    more: [{ input: { keyType: 'AES512' } }],
  },
  'dukpt.aes.updatekey': {
    unit: { input: { ikid: '1234' } },
    impossible: { input: { ik: key8 } },
    inert: { expect: { key: '' } },
  },
  'dukpt.aes.pin': {
    unit: { input: { random: 'FF' } },
    impossible: { input: { keyType: 'HMAC128' } },
    inert: { expect: { block: '' } },
    more: [{ input: { format: 0 } }, { input: { pin: '123' } }],
  },
  'dukpt.aes.mac': {
    unit: { input: { length: 4.5 } },
    impossible: { input: { usage: 'PIN' } },
    inert: { input: { length: 0 }, expect: { mac: '' } },
    more: [{ input: { keyType: 'HMAC128' } }, { input: { length: 17 } }],
  },
  'dukpt.aes.data': {
    unit: { input: { iv: '0000' } },
    impossible: { input: { usage: 'MAC_GEN' } },
    inert: { input: { mode: 'ecb' } },
    more: [{ input: { keyType: 'HMAC128' } }, { input: { data: '' }, expect: { ciphertext: '' } }],
  },
};

const blocks: Readonly<Record<string, OfKind>> = {
  'tr31.header': {
    unit: { expect: { consumed: '40' } },
    impossible: { expect: { consumed: -1 } },
    inert: { expect: {} },
    more: [{ expect: { usage: '' } }],
  },
  'tr31.header.error': {
    unit: { input: { header: 16 } },
    impossible: { expect: { error: 'the-moon' } },
    inert: { expect: { error: '' } },
  },
  'tr31.kbkeys': {
    unit: { input: { kbpk: '45' } },
    impossible: { input: { version: 'D', kbpk: key8 } },
    inert: { input: { kbpk: '' }, expect: { kbek: '', kbak: '' } },
    more: [{ input: { version: 'F' } }],
  },
  'tr31.unwrap': {
    unit: { input: { block: 72 } },
    impossible: { input: { kbpk: '' } },
    inert: { expect: { key: '', header: {} } },
  },
  'tr31.unwrap.error': {
    unit: { input: { kbpk: 16 } },
    impossible: { input: { kbpk: '' } },
    inert: { expect: { error: 'any' } },
  },
  'tr31.wrap': {
    unit: { input: { key: 16 } },
    impossible: { input: { key: '' } },
    inert: { expect: { block: '' } },
    more: [{ input: { header: 'A0072P0TE00E0000A0072P0TE00E0000' } }],
  },
  'thales.keyblock': {
    unit: { input: { kbpk: '1' } },
    impossible: { input: { block: '' } },
    inert: { expect: { key: '' } },
  },
  'thales.lmk.key': {
    unit: { input: { keyType: 1 } },
    impossible: { input: { field: 'U0123' } },
    inert: { expect: { key: '' } },
    more: [{ input: { lmk: 'of-the-moon' } }],
  },
  'thales.lmk.kcv': {
    unit: { input: { length: '3' } },
    impossible: { input: { length: 9 } },
    inert: { input: { length: 0 }, expect: { kcv: '' } },
  },
};

const macs: Readonly<Record<string, OfKind>> = {
  cmac: {
    unit: { input: { key: '2B7E' } },
    impossible: { input: { cipher: 'tdes', key: `${key16}${key16}` } },
    inert: { input: { length: 0 }, expect: { mac: '' } },
    more: [{ input: { length: 17 } }],
  },
  'hmac.sha256': {
    unit: { input: { data: 26 } },
    impossible: { input: { length: 33 } },
    inert: { input: { length: 0 }, expect: { mac: '' } },
    more: [{ input: { key: '' } }],
  },
  'mac.iso9797': {
    unit: { input: { padding: '1' } },
    impossible: { input: { cipher: 'aes', algorithm: 3 } },
    inert: { input: { length: 0 }, expect: { mac: '' } },
    more: [{ input: { cipher: 'des', algorithm: 1, key: key16 } }, { input: { length: 9 } }],
  },
  'mac.padding': {
    unit: { input: { blockSize: 64 } },
    impossible: { input: { blockSize: 0 } },
    inert: { input: { blockSize: 1 } },
    more: [{ expect: { padded: '' } }, { input: { blockSize: 1_000_000_000 } }],
  },
  kcv: {
    unit: { input: { length: '3' } },
    impossible: { input: { cipher: 'aes', key: key8 } },
    inert: { input: { length: 0 }, expect: { kcv: '' } },
    more: [{ input: { length: 9 } }, { input: { cipher: 'des', key: key24 } }],
  },
  'key.components': {
    unit: { input: { components: key16 } },
    impossible: { input: { components: [key16, key8] } },
    inert: { input: { components: [] }, expect: { key: '', kcv: '' } },
    more: [{ input: { components: [key16] } }],
  },
  'key.parity': {
    unit: { input: { parity: 1 } },
    impossible: { input: { key: '2B2B' } },
    inert: { input: { key: '' }, expect: { key: '' } },
  },
  'key.variant': {
    unit: { input: { variant: '1' } },
    impossible: { input: { variant: 32 } },
    inert: { input: { key: '' }, expect: { key: '' } },
  },
};

const pins: Readonly<Record<string, OfKind>> = {
  'pinblock.encode': {
    unit: { input: { pin: 1234 } },
    impossible: { input: { pin: '123' } },
    inert: { input: { format: 2 } },
    more: [{ input: { fill: 'bananas' } }, { input: { pan: '4' } }, { expect: { block: '' } }],
  },
  'pinblock.decode': {
    unit: { input: { block: '1234' } },
    impossible: { input: { format: 5 } },
    inert: { expect: { pin: '' } },
  },
  'pinblock.decode.error': {
    unit: { input: { format: '0' } },
    impossible: { expect: { error: 'parity' } },
    inert: { expect: { error: '' } },
  },
  'pinblock.iso4.panfield': {
    unit: { input: { pan: 4 } },
    impossible: { input: { pan: '12345678901234567890' } },
    inert: { expect: { field: '' } },
  },
  'pinblock.iso4.encipher': {
    unit: { input: { random: 'FF' } },
    impossible: { input: { key: key8 } },
    inert: { expect: { block: '' } },
  },
  'pinblock.iso4.decipher': {
    unit: { input: { block: '00' } },
    impossible: { input: { pan: '1' } },
    inert: { expect: { pin: '' } },
  },
  'pinblock.iso4.decipher.error': {
    unit: { input: { pan: 1 } },
    impossible: { expect: { error: 'mac' } },
    inert: { expect: { error: '' } },
  },
  'pin.translate': {
    unit: { input: { random: '00' } },
    impossible: { input: { formatOut: 7 } },
    inert: { expect: { block: '' } },
    more: [{ input: { fill: 'GG' } }, { input: { keyIn: '00' } }],
  },
  'pin.translate.policy': {
    unit: { input: { formatIn: '0' } },
    impossible: { input: { formatOut: 5 } },
    inert: { expect: {} },
  },
  'pin.pvv': {
    unit: { input: { pvki: 1 } },
    impossible: { input: { pvki: '11' } },
    inert: { expect: { pvv: '' } },
    more: [{ input: { pan: '11' } }],
  },
  'pin.ibm3624.pin': {
    unit: { input: { offset: 0 } },
    impossible: { input: { decimalisationTable: '12' } },
    inert: { input: { offset: '' }, expect: { pin: '' } },
    more: [{ input: { validationData: '' } }],
  },
  'pin.ibm3624.offset': {
    unit: { input: { validationData: 'bananas' } },
    impossible: { input: { decimalisationTable: '123456789012345600' } },
    inert: { expect: { offset: '' } },
  },
  'pin.ibm3624.validationdata': {
    unit: { input: { pan12: '1' } },
    impossible: { input: { pinValidationData: '12345678901234567N' } },
    inert: { input: { pinValidationData: '1234567890FFFFFF' } },
  },
};

const payshield: Readonly<Record<string, OfKind>> = {
  'payshield.encode': {
    unit: { input: { headerHex: 'HEAD' } },
    impossible: { input: { command: 'ZZ' } },
    inert: { expect: { wireHex: '' } },
    more: [
      { input: { command: 'CW', fields: { pan: '1', bananas: '2' } } },
      { input: { command: 'B2', fields: {} }, expect: { wireHex: '' } },
    ],
  },
  'payshield.decode': {
    unit: { input: { headerLength: '4' } },
    impossible: { input: { headerLength: 4000 } },
    inert: { expect: { header: '', code: '', errorCode: '' } },
  },
  'payshield.frame': {
    unit: { input: { header: 3 } },
    impossible: { expect: { error: 'moon' } },
    inert: { expect: { command: '', body: '' } },
  },
  'payshield.exchange': {
    unit: { input: { command: 11 } },
    impossible: { input: { lmk: 'of-the-moon' } },
    inert: { expect: { response: '', body: '' } },
  },
};

const kinds = { ...cards, ...dukpt, ...blocks, ...macs, ...pins, ...payshield };
describe('nonsense of security', () => {
  it('is there of every kind', () => {
    expect(Object.keys(kinds).sort()).toEqual(Object.keys(families.security).sort());
  });
  it.each(rowsOf(kinds))('%s, %s: %j is refused', async (kind, _what, one) => {
    expect(await refusalOf('security', kind, one)).toBeTypeOf('string');
  });
});
