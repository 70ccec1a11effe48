// Security vectors of DUKPT: TDES (X9.24-1) and AES (X9.24-3).
import {
  aesInitialKey,
  aesTransactionKey,
  aesUpdateKey,
  aesWorkingKey,
  cbcEncrypt,
  cmac,
  type DukptKeyType,
  type DukptKeyUsage,
  dukptKeyUsages,
  ecbEncrypt,
  encodePinBlock,
  hmacSha,
  macAlgorithm1,
  makeCipher,
  nextAesKsn,
  nextTdesKsn,
  retailMac,
  TdesCipher,
  tdesBaseKey,
  tdesInitialKey,
  tdesTransactionKey,
  tdesWorkingKey,
  wholeTdesKsn,
} from '@chipswitch/cryptography';
import { bytesAt, bytesIfAny, comparing, type Fields, textAt } from './emv-input.ts';
import { cut } from './kinds-security-key.ts';
import { encipheredIso4, fillOf, formatAt, pinAt } from './kinds-security-pin.ts';
import type { Kinds } from './runner.ts';

const tdesKsnAt = (input: Fields): Uint8Array => wholeTdesKsn(bytesAt(input, 'ksn'));

const tdesKey = (input: Fields): Uint8Array => {
  const ksn = tdesKsnAt(input);
  const ik = bytesIfAny(input, 'ik') ?? tdesInitialKey(tdesBaseKey(bytesAt(input, 'bdk')), ksn);
  return tdesTransactionKey(ik, ksn);
};

const directionOf = (input: Fields): 'request' | 'response' =>
  input['direction'] === 'response' ? 'response' : 'request';

function tdesMac(input: Fields): Uint8Array {
  const key = new TdesCipher(tdesWorkingKey(tdesKey(input), `mac-${directionOf(input)}`));
  const data = bytesAt(input, 'data');
  const algorithm = textAt(input, 'algorithm');
  if (algorithm === 'cmac') return cmac(key, data);
  return algorithm === 'iso9797-1' ? macAlgorithm1(key, data, 1) : retailMac(key, data, 1);
}

const aesTransaction = (input: Fields): Uint8Array => {
  const ksn = bytesAt(input, 'ksn');
  const ik = bytesIfAny(input, 'ik') ?? aesInitialKey(bytesAt(input, 'bdk'), ksn.slice(0, 8));
  return aesTransactionKey(ik, ksn);
};

// The vectors' words, and the standard's, which sources spell in several ways.
const usages: Readonly<Record<string, DukptKeyUsage>> = {
  PIN: 'pin',
  KEY_ENC: 'key-encryption',
  KEK: 'key-encryption',
  MAC_GEN: 'mac-generation',
  MAC_VER: 'mac-verification',
  MAC_BOTH: 'mac-both',
  DATA_ENC: 'data-encryption',
  DATA_DEC: 'data-decryption',
  DATA_BOTH: 'data-both',
};

const types: Readonly<Record<string, DukptKeyType>> = {
  TDES2: '2TDEA',
  TDES3: '3TDEA',
  TDEA2: '2TDEA',
  TDEA3: '3TDEA',
  '2TDEA': '2TDEA',
  '3TDEA': '3TDEA',
  AES128: 'AES128',
  AES192: 'AES192',
  AES256: 'AES256',
  HMAC128: 'HMAC128',
  HMAC192: 'HMAC192',
  HMAC256: 'HMAC256',
};

function typeOf(input: Fields): DukptKeyType {
  const type = types[textAt(input, 'keyType')];
  if (type === undefined) throw new Error('unknown key type');
  return type;
}

// Sources spell usages in several ways; the code of the standard, where a vector has it, says which.
function usageOf(input: Fields): DukptKeyUsage | undefined {
  const named = usages[textAt(input, 'usage')];
  if (typeof input['usageCode'] !== 'string') return named;
  const code = Number.parseInt(input['usageCode'], 16);
  const names = Object.keys(dukptKeyUsages) as DukptKeyUsage[];
  return names.find((name) => dukptKeyUsages[name] === code) ?? named;
}

function workingKey(input: Fields, usage: DukptKeyUsage | undefined): Uint8Array {
  if (usage === undefined) throw new Error('unknown usage');
  return aesWorkingKey(aesTransaction(input), bytesAt(input, 'ksn'), usage, typeOf(input));
}

function aesMac(input: Fields): Uint8Array {
  const key = workingKey(input, usageOf(input));
  const data = bytesAt(input, 'data');
  const algorithm = textAt(input, 'algorithm');
  if (algorithm === 'hmac-sha256') return hmacSha('sha256', key, data);
  return cmac(makeCipher(typeOf(input).includes('TDEA') ? '2TDEA' : 'AES128', key), data);
}

/** Kinds of DUKPT. */
export const dukptKinds: Kinds = {
  'dukpt.tdes.ik': comparing((input) => ({
    ik: tdesInitialKey(tdesBaseKey(bytesAt(input, 'bdk')), tdesKsnAt(input)),
  })),
  'dukpt.tdes.key': comparing((input) => ({ key: tdesKey(input) })),
  'dukpt.tdes.ksn.next': comparing((input) => {
    const next = nextTdesKsn(bytesAt(input, 'ksn'));
    return typeof next === 'string' ? { error: next } : { ksn: next };
  }),
  'dukpt.tdes.pin': comparing((input) => {
    const block = new Uint8Array(8);
    const format = formatAt(input, 'format');
    const error = encodePinBlock(format, pinAt(input), textAt(input, 'pan'), block, fillOf(input));
    if (error !== undefined) return { error };
    return { block: ecbEncrypt(new TdesCipher(tdesWorkingKey(tdesKey(input), 'pin')), block) };
  }),
  'dukpt.tdes.mac': comparing((input) => ({ mac: cut(tdesMac(input), input) })),
  'dukpt.tdes.data': comparing((input) => {
    const key = tdesWorkingKey(tdesKey(input), `data-${directionOf(input)}`);
    const data = bytesAt(input, 'data');
    return { ciphertext: cbcEncrypt(new TdesCipher(key), data, bytesIfAny(input, 'iv')) };
  }),
  'dukpt.aes.ik': comparing((input) => ({
    ik: aesInitialKey(bytesAt(input, 'bdk'), bytesAt(input, 'ikid')),
  })),
  'dukpt.aes.key': comparing((input) => ({ key: aesTransaction(input) })),
  'dukpt.aes.ksn.next': comparing((input) => {
    const next = nextAesKsn(bytesAt(input, 'ksn'));
    return typeof next === 'string' ? { error: next } : { ksn: next };
  }),
  'dukpt.aes.workingkey': comparing((input) => ({ key: workingKey(input, usageOf(input)) })),
  'dukpt.aes.updatekey': comparing((input) => ({
    key: aesUpdateKey(bytesAt(input, 'ik'), bytesAt(input, 'ikid'), typeOf(input)),
  })),
  'dukpt.aes.pin': comparing((input) => {
    const key = workingKey(input, 'pin');
    if (formatAt(input, 'format') === 4) return { block: encipheredIso4(key, input) };
    const block = new Uint8Array(8);
    const format = formatAt(input, 'format');
    const error = encodePinBlock(format, pinAt(input), textAt(input, 'pan'), block, fillOf(input));
    return error === undefined ? { block: ecbEncrypt(makeCipher('2TDEA', key), block) } : { error };
  }),
  'dukpt.aes.mac': comparing((input) => ({ mac: cut(aesMac(input), input) })),
  'dukpt.aes.data': comparing((input) => {
    const key = workingKey(input, usageOf(input));
    const cipher = makeCipher(typeOf(input).includes('TDEA') ? '2TDEA' : 'AES128', key);
    const data = bytesAt(input, 'data');
    const ciphertext =
      input['mode'] === 'ecb'
        ? ecbEncrypt(cipher, data)
        : cbcEncrypt(cipher, data, bytesIfAny(input, 'iv'));
    return { ciphertext };
  }),
};
