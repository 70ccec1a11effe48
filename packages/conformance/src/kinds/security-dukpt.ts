// Kinds of security vectors about DUKPT: TDES (X9.24-1) and AES (X9.24-3).
import {
  type DukptKeyType,
  type DukptKeyUsage,
  type KsnErrorCode,
  TdesCipher,
  aesInitialKey,
  aesKsnFault,
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
  tdesKsnFault,
  tdesTransactionKey,
  tdesWorkingKey,
  wholeTdesKsn,
} from '@chipswitch/cryptography';
import type * as v from 'valibot';
import { aesKey as aesBaseKey, anyKey, desBlocks, pan, pin } from '../card-forms.ts';
import {
  blocksOf,
  bytes,
  bytesFrom,
  bytesOf,
  maybe,
  object,
  oneNumberOf,
  oneOf,
  saying,
} from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';
import { leftOf, resultLength } from '../left-part.ts';
import { encipheredIso4, pinBlockOf } from './security-pin.ts';

const serial = { bdk: bytesOf(16), ksn: bytesFrom(8, 10) };
const tdesSerial = bytesOf(10);
const aesSerial = { bdk: aesBaseKey, ksn: bytesOf(12) };
const direction = oneOf('request', 'response');

function tdesKey({ bdk, ksn }: { readonly bdk: Uint8Array; readonly ksn: Uint8Array }): Uint8Array {
  const whole = wholeTdesKsn(ksn);
  return tdesTransactionKey(tdesInitialKey(tdesBaseKey(bdk), whole), whole);
}

/** A serial number that no device reaches: its counter has more bits on than the standard lets it have. */
const beyond = (fault: KsnErrorCode | undefined): string | undefined =>
  fault === 'counter-bits' ? 'ksn: its counter has too many bits on' : undefined;

interface WithSerial {
  readonly ksn: Uint8Array;
}
const misfit = ({ ksn }: WithSerial) => beyond(tdesKsnFault(wholeTdesKsn(ksn)));
const aesMisfit = ({ ksn }: WithSerial) => beyond(aesKsnFault(ksn));

const tdesMac = object({
  ...serial,
  direction,
  algorithm: oneOf('iso9797-1', 'iso9797-3', 'cmac'),
  data: bytes,
  length: resultLength,
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
    expect: object({ ik: bytesOf(16) }),
    run: ({ bdk, ksn }) => ({ ik: tdesInitialKey(tdesBaseKey(bdk), wholeTdesKsn(ksn)) }),
  }),
  'dukpt.tdes.key': kind({
    about: 'Key of a transaction, before any variant.',
    input: object(serial),
    misfit,
    expect: object({ key: bytesOf(16) }),
    run: (input) => ({ key: tdesKey(input) }),
  }),
  'dukpt.tdes.ksn.next': kind({
    about: 'The next key serial number.',
    input: object({ ksn: tdesSerial }),
    expect: object({ ksn: tdesSerial }),
    run: ({ ksn }) => {
      const next = nextTdesKsn(ksn);
      if (typeof next === 'string') throw new Error(next);
      return { ksn: next };
    },
  }),
  'dukpt.tdes.pin': kind({
    about: 'An enciphered PIN block.',
    input: object({ ...serial, format: oneNumberOf(0), pin, pan }),
    misfit,
    expect: object({ block: bytesOf(8) }),
    run: (input) => ({
      block: ecbEncrypt(new TdesCipher(tdesWorkingKey(tdesKey(input), 'pin')), pinBlockOf(input)),
    }),
  }),
  'dukpt.tdes.mac': kind({
    about: 'A MAC.',
    input: tdesMac,
    misfit,
    expect: object({ mac: bytes }),
    run: (input) => ({ mac: leftOf(tdesMacOf(input), input.length) }),
  }),
  'dukpt.tdes.data': kind({
    about: 'Enciphered data, CBC.',
    input: object({ ...serial, direction, iv: bytesOf(8), data: desBlocks }),
    misfit,
    expect: object({ ciphertext: desBlocks }),
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
const cipherType = oneOf('AES128', 'AES192', 'AES256');
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
    input: object({ bdk: aesBaseKey, ikid: bytesOf(8) }),
    expect: object({ ik: aesBaseKey }),
    run: ({ bdk, ikid }) => ({ ik: aesInitialKey(bdk, ikid) }),
  }),
  'dukpt.aes.key': kind({
    about: 'Key of a transaction, from which working keys are derived.',
    input: object(aesSerial),
    misfit: aesMisfit,
    expect: object({ key: aesBaseKey }),
    run: (input) => ({ key: aesKey(input) }),
  }),
  'dukpt.aes.workingkey': kind({
    about: 'A working key; usageCode: the two bytes of the usage in the derivation data.',
    input: object({ ...aesSerial, usage, usageCode: bytesOf(2), keyType }),
    misfit: aesMisfit,
    expect: object({ key: anyKey }),
    run: (input) => {
      const code = (input.usageCode[0] << 8) | input.usageCode[1];
      if (dukptKeyUsages[usageNames[input.usage]] !== code)
        throw new Error('usage and usageCode differ');
      return { key: workingKey(input) };
    },
  }),
  'dukpt.aes.updatekey': kind({
    about: 'Key under which a new initial key comes.',
    input: object({ ik: aesBaseKey, ikid: bytesOf(8), keyType }),
    expect: object({ key: anyKey }),
    run: (input) => ({ key: aesUpdateKey(input.ik, input.ikid, typeNames[input.keyType]) }),
  }),
};

const aesData: Kinds = {
  'dukpt.aes.pin': kind({
    about: 'An enciphered PIN block of format 4; random: its eight bytes of fill.',
    input: object({
      ...aesSerial,
      keyType: cipherType,
      format: oneNumberOf(4),
      pin,
      pan,
      random: bytesOf(8),
    }),
    misfit: aesMisfit,
    expect: object({ block: bytesOf(16) }),
    run: (input) => ({ block: encipheredIso4(workingKey({ ...input, usage: 'PIN' }), input) }),
  }),
  'dukpt.aes.mac': kind({
    about: 'A MAC.',
    input: object({
      ...aesSerial,
      keyType,
      usage: oneOf('MAC_GEN', 'MAC_VER', 'MAC_BOTH'),
      algorithm: oneOf('cmac', 'hmac-sha256'),
      data: bytes,
      length: resultLength,
    }),
    misfit: aesMisfit,
    expect: object({ mac: bytes }),
    run: (input) => {
      if (input.keyType.startsWith('HMAC') !== (input.algorithm === 'hmac-sha256')) {
        throw new Error('keyType and algorithm differ');
      }
      const key = workingKey(input);
      const mac =
        input.algorithm === 'cmac'
          ? cmac(cipherOf(input.keyType, key), input.data)
          : hmacSha('sha256', key, input.data);
      return { mac: leftOf(mac, input.length) };
    },
  }),
  'dukpt.aes.data': kind({
    about: 'Enciphered data.',
    input: object({
      ...aesSerial,
      keyType: oneOf('AES128', 'AES192', 'AES256', 'TDES2', 'TDES3'),
      usage: oneOf('DATA_ENC', 'DATA_DEC', 'DATA_BOTH'),
      mode: oneOf('cbc', 'ecb'),
      iv: maybe(saying(bytesOf(8, 16), 'only with cbc; zeros where absent')),
      data: blocksOf(8),
    }),
    misfit: aesMisfit,
    expect: object({ ciphertext: blocksOf(8) }),
    run: (input) => {
      const cipher = cipherOf(input.keyType, workingKey(input));
      const { mode, data, iv } = input;
      if (mode === 'ecb' && iv !== undefined) throw new Error('ecb takes no iv');
      return {
        ciphertext: mode === 'ecb' ? ecbEncrypt(cipher, data) : cbcEncrypt(cipher, data, iv),
      };
    },
  }),
};

/** Kinds about DUKPT. */
export const dukptKinds: Kinds = { ...tdes, ...aesKeys, ...aesData };
