// Vectors of emv that mean nothing are refused, even when they expect what would be computed.
import { describe, expect, it } from 'vitest';
import { families } from '../src/index.ts';
import { type OfKind, refusalOf, rowsOf } from './nonsense.ts';

const key16 = '0123456789ABCDEFFEDCBA9876543210';

const values: Readonly<Record<string, OfKind>> = {
  'tlv-parse': {
    unit: { input: { hex: 2 } },
    impossible: { input: { padding: ['7F'] } },
    inert: { input: { hex: '' }, expect: { tree: [] } },
    more: [{ input: { padding: [] } }],
  },
  'tlv-build': {
    unit: { input: { tree: [[0x9c, '']] } },
    impossible: { input: { tree: [['9F0203040506', '']] } },
    inert: { input: { tree: [] }, expect: { hex: '' } },
  },
  'dol-parse': {
    unit: { input: { hex: 'PDOL' } },
    impossible: { expect: { entries: [['9F02', -6]], dataLength: -6 } },
    inert: { expect: { entries: [] } },
  },
  'dol-build': {
    unit: { input: { data: { '9F02': 100 } } },
    impossible: { input: { data: { amount: '00' } } },
    inert: { input: { dol: '' }, expect: { hex: '' } },
  },
  afl: {
    unit: { expect: { reads: [['1', 2, false]] } },
    impossible: { expect: { reads: [[-1, 2, false]] } },
    inert: { expect: { reads: [] } },
    more: [{ expect: { error: 'moon' } }],
  },
  'oda-static-data': {
    unit: { input: { aip: '79' } },
    impossible: { input: { records: { '31.1': '7000' } } },
    inert: { expect: { hex: '' } },
    more: [{ input: { records: { '9.9': '7000' } } }],
  },
  'capk-checksum': {
    unit: { input: { exponent: '3' } },
    impossible: { input: { index: '0100' } },
    inert: { expect: { checksum: '' } },
    more: [{ input: { exponent: '02' } }, { input: { rid: '' } }, { input: { modulus: '' } }],
  },
  'emvqr-mpm': {
    unit: { input: { text: 5 } },
    impossible: { expect: { error: 'colour' } },
    inert: { expect: { objects: [] } },
  },
  'emvqr-cpm': {
    unit: { input: { base64: '§' } },
    impossible: { input: { base64: '' } },
    inert: { expect: { tree: [] } },
  },
  'tag-bits': {
    unit: { input: { value: 0x7900 } },
    impossible: { input: { tag: '9F0203040506' } },
    inert: { input: { value: '' }, expect: { set: [] } },
  },
  'tag-value': {
    unit: { input: { tag: 0x9f02 } },
    impossible: { input: { context: { aid: 'A0' } } },
    inert: { expect: { text: '' } },
    more: [{ expect: { date: '2022-02-31' } }, { expect: { time: '25:61:00' } }],
  },
  'cvm-list': {
    unit: { expect: { x: '100000', y: '1000', rules: [] } },
    impossible: { expect: { x: -1, y: 0, rules: [] } },
    inert: { expect: {} },
  },
  'cvm-results': {
    unit: { input: { hex: 3 } },
    impossible: { input: { hex: '1E0300FF' } },
    inert: { expect: { method: '', condition: '', result: '' } },
  },
  iad: {
    unit: { input: { hex: 7 } },
    impossible: { input: { aid: 'visa' } },
    inert: { input: { aid: '' } },
    more: [{ input: { aid: 'A0' } }, { input: { hex: '' } }],
  },
  'issuer-response': {
    unit: { expect: { arpc: 8 } },
    impossible: { expect: { arpc: '00' } },
    inert: { input: { hex: '' }, expect: {} },
    more: [{ expect: {} }, { expect: { scripts: [] } }],
  },
};

const keys: Readonly<Record<string, OfKind>> = {
  udk: {
    unit: { input: { psn: 0 } },
    impossible: { input: { psn: '100' } },
    inert: { expect: { key: '', kcv: '' } },
    more: [{ input: { pan: '12' } }, { input: { imk: '00' } }],
  },
  'session-key': {
    unit: { input: { atc: 1 } },
    impossible: { input: { atc: '0001FF' } },
    inert: { input: { method: 'visa-sm', height: 8 } },
    more: [{ input: { masterKey: '00' } }, { input: { height: 1_000_000 } }],
  },
  ac: {
    unit: { input: { padding: '2' } },
    impossible: { input: { padding: 3 } },
    inert: { input: { sessionKey: 'none', un: '01020304' } },
    more: [{ input: { data: '' } }, { expect: { ac: '' } }],
  },
  'ac-aes': {
    unit: { input: { atc: 1 } },
    impossible: { input: { option: 'A' } },
    inert: { expect: { ac: '' } },
  },
  'ac-data': {
    unit: { input: { de55: 55 } },
    impossible: { input: { scheme: 'banana' } },
    inert: { input: { de55: '' } },
  },
  arpc: {
    unit: { input: { arc: '00' } },
    impossible: { input: { ac: '29CC' } },
    inert: { input: { csu: '00000000' } },
    more: [{ input: { method: 3 } }, { expect: { arpc: '' } }],
  },
  mac: {
    unit: { input: { data: 11 } },
    impossible: { input: { key: '00' } },
    inert: { expect: { mac: '' } },
  },
  cvc3: {
    unit: { input: { un: '899' } },
    impossible: { input: { track: 'bananas' } },
    inert: { expect: { iv: '', value: '' } },
    more: [{ input: { un: '0899' } }, { input: { track: '' } }],
  },
};

const exchanges: Readonly<Record<string, OfKind>> = {
  'script-mac': {
    unit: { input: { message: 15 } },
    impossible: { input: { pan: '1' } },
    inert: { input: { un: '01020304' } },
    more: [{ input: { message: '' } }],
  },
  'script-encrypt': {
    unit: { input: { psn: 1 } },
    impossible: { input: { method: 'amex' } },
    inert: { input: { data: '' } },
  },
  'script-pin-block': {
    unit: { input: { pin: 9999 } },
    impossible: { input: { pin: '1' } },
    inert: { expect: { block: '' } },
    more: [{ input: { format: 'visa', pin: '9999', cardKey: '' } }],
  },
  'pin-change': {
    unit: { input: { atc: 28 } },
    impossible: { input: { ac: '' } },
    inert: { expect: { command: '' } },
    more: [{ input: { imkMac: '00' } }],
  },
  ecsdsa: {
    unit: { input: { publicKeyX: 1 } },
    impossible: { input: { curve: 'P-521' } },
    inert: { input: { signature: '00' } },
    more: [{ input: { hash: 'SHA-512' } }],
  },
  'blinded-dh': {
    unit: { input: { blinding: 1 } },
    impossible: { input: { cardPrivate: '01' } },
    inert: { expect: {} },
  },
  'channel-crypt': {
    unit: { input: { counter: 1 } },
    impossible: { input: { counter: '000001' } },
    inert: { input: { data: '' }, expect: { hex: '' } },
  },
  'channel-macs': {
    unit: { input: { ac: 8 } },
    impossible: { input: { key: `${key16}${key16}` } },
    inert: { expect: { iadMac: '', edaMac: '' } },
  },
  transcript: {
    unit: { input: { apdus: [[1, 2]] } },
    impossible: { input: { imk: '00' } },
    inert: { input: { apdus: [] } },
    more: [{ input: { apdus: [['bananas', '9000']] } }],
  },
};

const rsa = { modulus: '00', exponent: '03' };
const oda: Readonly<Record<string, OfKind>> = {
  'oda-issuer': {
    unit: { input: { date: '2022-05-06' } },
    impossible: { input: { date: '220231' } },
    inert: { expect: { error: '' } },
    more: [{ input: { pan: 'bananas' } }, { input: { certificate: '' } }],
  },
  'oda-icc': {
    unit: { input: { exponent: 3 } },
    impossible: { input: { exponent: '0003' } },
    inert: { expect: { pan: '' } },
    more: [{ input: { issuer: rsa } }],
  },
  'oda-sda': {
    unit: { input: { signature: 1 } },
    impossible: { input: { issuer: rsa } },
    inert: { input: { staticData: '' } },
  },
  'oda-dda': {
    unit: { expect: { hash: 20, iccDynamicNumber: '0000' } },
    impossible: { input: { signature: '' } },
    inert: { input: { terminalData: '' } },
  },
  'oda-fdda': {
    unit: { input: { terminalData: 4 } },
    impossible: { input: { icc: rsa } },
    inert: { expect: { error: '' } },
  },
  'oda-cda': {
    unit: { input: { un: 4 } },
    impossible: { input: { un: '33BCA47D00' } },
    inert: { input: { response: [] } },
  },
  'oda-cda-recover': {
    unit: { input: { un: '33' } },
    impossible: { input: { icc: rsa } },
    inert: { expect: { ac: '', cid: '', iccDynamicNumber: '', transactionDataHash: '' } },
  },
};

const kernel: Readonly<Record<string, OfKind>> = {
  restrictions: {
    unit: { input: { transaction: { '9A': 250_511 } } },
    impossible: { input: { transaction: { '9A': '25051100' } } },
    inert: { expect: { tvr: '' } },
    more: [{ input: { terminal: { '9F09': '13' } } }],
  },
  'risk-management': {
    unit: { input: { amount: '50.00' } },
    impossible: { input: { floorLimit: -1 } },
    inert: { input: { getData: { '9F99': '00' } } },
    more: [
      { input: { getData: { '9F36': '' } } },
      { input: { log: [{ pan: '54', amount: 1 }] } },
      { input: { card: { '9F14': '1200' } } },
    ],
  },
  'random-selection': {
    unit: { input: { target: 0.2 } },
    impossible: { input: { target: 5000 } },
    inert: { input: { threshold: 10_000 } },
    more: [
      { input: { random: 0 } },
      { input: { random: 100 } },
      { input: { maximumTarget: 100 } },
      { input: { maximumTarget: 1 } },
    ],
  },
  'action-analysis': {
    unit: { input: { tvr: 0 } },
    impossible: { input: { tvr: '00000000' } },
    inert: { expect: { request: '' } },
    more: [{ input: { tac: { denial: '' } } }],
  },
  select: {
    unit: { input: { exchange: [[0x00a4, 0x6a81]] } },
    impossible: { input: { terminalAids: [{ aid: '', match: 'exact' }] } },
    inert: { input: { terminalAids: [], exchange: [] } },
  },
  gpo: {
    unit: { input: { data: { '9F02': 100 } } },
    impossible: { input: { response: '90' } },
    inert: { expect: { command: '' } },
  },
};

const kinds = { ...values, ...keys, ...exchanges, ...oda, ...kernel };

describe('nonsense of emv', () => {
  it('is there of every kind', () => {
    expect(Object.keys(kinds).sort()).toEqual(Object.keys(families.emv).sort());
  });
  it.each(rowsOf(kinds))('%s, %s: %j is refused', async (kind, _what, one) => {
    expect(await refusalOf('emv', kind, one)).toBeTypeOf('string');
  });
});
