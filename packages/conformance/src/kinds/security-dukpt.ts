// Kinds of security vectors about DUKPT: TDES (X9.24-1) and AES (X9.24-3).
import {
  type DukptKeyType,
  type DukptKeyUsage,
  TdesCipher,
  aesInitialKey,
  aesTransactionKey,
  aesUpdateKey,
  aesWorkingKey,
  cbcEncrypt,
  cmac,
  dukptKeyUsages,
  ecbEncrypt,
  hmacSha,
  macAlgorithm1,
  makeCipher,
  nextTdesKsn,
  retailMac,
  tdesBaseKey,
  tdesInitialKey,
  tdesTransactionKey,
  tdesWorkingKey,
  wholeTdesKsn,
} from '@chipswitch/cryptography';
import type * as v from 'valibot';
import { digits, hex, maybe, number, object, oneNumberOf, oneOf, saying } from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';
import { encipheredIso4, pinBlockOf } from './security-pin.ts';

const serial = { bdk: hex, ksn: hex };
const direction = oneOf('request', 'response');
const length = maybe(saying(number, 'bytes of the MAC, where not all'));

function tdesKey({ bdk, ksn }: { readonly bdk: Uint8Array; readonly ksn: Uint8Array }): Uint8Array {
  const whole = wholeTdesKsn(ksn);
  return tdesTransactionKey(tdesInitialKey(tdesBaseKey(bdk), whole), whole);
}

const tdesMac = object({
  ...serial,
  direction,
  algorithm: oneOf('iso9797-1', 'iso9797-3', 'cmac'),
  data: hex,
  length,
});

function tdesMacOf(input: v.InferOutput<typeof tdesMac>): Uint8Array {
  const key = new TdesCipher(tdesWorkingKey(tdesKey(input), `mac-${input.direction}`));
  if (input.algorithm === 'cmac') return cmac(key, input.data);
  const mac = input.algorithm === 'iso9797-1' ? macAlgorithm1 : retailMac;
  return mac(key, input.data, 1);
}

const tdes: Kinds = {
  'dukpt.tdes.ik': kind({
    about: 'Initial key.',
    input: object(serial),
    expect: object({ ik: hex }),
    run: ({ bdk, ksn }) => ({ ik: tdesInitialKey(tdesBaseKey(bdk), wholeTdesKsn(ksn)) }),
  }),
  'dukpt.tdes.key': kind({
    about: 'Key of a transaction, before any variant.',
    input: object(serial),
    expect: object({ key: hex }),
    run: (input) => ({ key: tdesKey(input) }),
  }),
  'dukpt.tdes.ksn.next': kind({
    about: 'The next key serial number.',
    input: object({ ksn: hex }),
    expect: object({ ksn: hex }),
    run: ({ ksn }) => {
      const next = nextTdesKsn(ksn);
      if (typeof next === 'string') throw new Error(next);
      return { ksn: next };
    },
  }),
  'dukpt.tdes.pin': kind({
    about: 'An enciphered PIN block.',
    input: object({ ...serial, format: oneNumberOf(0), pin: digits, pan: digits }),
    expect: object({ block: hex }),
    run: (input) => ({
      block: ecbEncrypt(new TdesCipher(tdesWorkingKey(tdesKey(input), 'pin')), pinBlockOf(input)),
    }),
  }),
  'dukpt.tdes.mac': kind({
    about: 'A MAC.',
    input: tdesMac,
    expect: object({ mac: hex }),
    run: (input) => ({ mac: tdesMacOf(input).slice(0, input.length) }),
  }),
  'dukpt.tdes.data': kind({
    about: 'Enciphered data, CBC.',
    input: object({ ...serial, direction, iv: hex, data: hex }),
    expect: object({ ciphertext: hex }),
    run: (input) => {
      const key = tdesWorkingKey(tdesKey(input), `data-${input.direction}`);
      return { ciphertext: cbcEncrypt(new TdesCipher(key), input.data, input.iv) };
    },
  }),
};

const usageNames = {
  PIN: 'pin',
  KEY_ENC: 'key-encryption',
  MAC_GEN: 'mac-generation',
  MAC_VER: 'mac-verification',
  MAC_BOTH: 'mac-both',
  DATA_ENC: 'data-encryption',
  DATA_DEC: 'data-decryption',
  DATA_BOTH: 'data-both',
} as const satisfies Readonly<Record<string, DukptKeyUsage>>;

const typeNames = {
  TDES2: '2TDEA',
  TDES3: '3TDEA',
  AES128: 'AES128',
  AES192: 'AES192',
  AES256: 'AES256',
  HMAC128: 'HMAC128',
  HMAC192: 'HMAC192',
  HMAC256: 'HMAC256',
} as const satisfies Readonly<Record<string, DukptKeyType>>;

const keyType = oneOf(
  'AES128',
  'AES192',
  'AES256',
  'HMAC128',
  'HMAC192',
  'HMAC256',
  'TDES2',
  'TDES3',
);
const usage = oneOf(
  'PIN',
  'MAC_GEN',
  'MAC_VER',
  'MAC_BOTH',
  'DATA_ENC',
  'DATA_DEC',
  'DATA_BOTH',
  'KEY_ENC',
);

const aesKey = ({ bdk, ksn }: { readonly bdk: Uint8Array; readonly ksn: Uint8Array }): Uint8Array =>
  aesTransactionKey(aesInitialKey(bdk, ksn.slice(0, 8)), ksn);

function workingKey(input: {
  readonly bdk: Uint8Array;
  readonly ksn: Uint8Array;
  readonly usage: keyof typeof usageNames;
  readonly keyType: keyof typeof typeNames;
}): Uint8Array {
  return aesWorkingKey(aesKey(input), input.ksn, usageNames[input.usage], typeNames[input.keyType]);
}

const cipherOf = (type: keyof typeof typeNames, key: Uint8Array) =>
  makeCipher(type.startsWith('TDES') ? '2TDEA' : 'AES128', key);

const aesKeys: Kinds = {
  'dukpt.aes.ik': kind({
    about: 'Initial key.',
    input: object({ bdk: hex, ikid: hex }),
    expect: object({ ik: hex }),
    run: ({ bdk, ikid }) => ({ ik: aesInitialKey(bdk, ikid) }),
  }),
  'dukpt.aes.key': kind({
    about: 'Key of a transaction, from which working keys are derived.',
    input: object(serial),
    expect: object({ key: hex }),
    run: (input) => ({ key: aesKey(input) }),
  }),
  'dukpt.aes.workingkey': kind({
    about: 'A working key; usageCode: the two bytes of the usage in the derivation data.',
    input: object({ ...serial, usage, usageCode: hex, keyType }),
    expect: object({ key: hex }),
    run: (input) => {
      const code = (input.usageCode[0] << 8) | input.usageCode[1];
      if (dukptKeyUsages[usageNames[input.usage]] !== code)
        throw new Error('usage and usageCode differ');
      return { key: workingKey(input) };
    },
  }),
  'dukpt.aes.updatekey': kind({
    about: 'Key under which a new initial key comes.',
    input: object({ ik: hex, ikid: hex, keyType }),
    expect: object({ key: hex }),
    run: (input) => ({ key: aesUpdateKey(input.ik, input.ikid, typeNames[input.keyType]) }),
  }),
};

const aesData: Kinds = {
  'dukpt.aes.pin': kind({
    about: 'An enciphered PIN block of format 4; random: its eight bytes of fill.',
    input: object({
      ...serial,
      keyType,
      format: oneNumberOf(4),
      pin: digits,
      pan: digits,
      random: hex,
    }),
    expect: object({ block: hex }),
    run: (input) => ({ block: encipheredIso4(workingKey({ ...input, usage: 'PIN' }), input) }),
  }),
  'dukpt.aes.mac': kind({
    about: 'A MAC.',
    input: object({
      ...serial,
      keyType,
      usage,
      algorithm: oneOf('cmac', 'hmac-sha256'),
      data: hex,
      length,
    }),
    expect: object({ mac: hex }),
    run: (input) => {
      const key = workingKey(input);
      const mac =
        input.algorithm === 'cmac'
          ? cmac(cipherOf(input.keyType, key), input.data)
          : hmacSha('sha256', key, input.data);
      return { mac: mac.slice(0, input.length) };
    },
  }),
  'dukpt.aes.data': kind({
    about: 'Enciphered data.',
    input: object({
      ...serial,
      keyType,
      usage,
      mode: oneOf('cbc', 'ecb'),
      iv: maybe(hex),
      data: hex,
    }),
    expect: object({ ciphertext: hex }),
    run: (input) => {
      const cipher = cipherOf(input.keyType, workingKey(input));
      const { mode, data, iv } = input;
      return {
        ciphertext: mode === 'ecb' ? ecbEncrypt(cipher, data) : cbcEncrypt(cipher, data, iv),
      };
    },
  }),
};

/** Kinds about DUKPT. */
export const dukptKinds: Kinds = { ...tdes, ...aesKeys, ...aesData };
