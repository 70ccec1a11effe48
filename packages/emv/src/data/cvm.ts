// Names of cardholder verification methods and of the conditions under which they apply: Book 3
// tables 43 and 44.
import type { CodeRow } from './codes.ts';

/** Methods by the six low bits of their code. */
export const cvmMethods: Readonly<Record<number, CodeRow>> = {
  0x00: ['fail', 'Fail CVM processing', 'CVM 处理失败'],
  0x01: ['plaintext-pin-icc', 'Plaintext PIN verified by ICC', 'IC 卡明文 PIN 验证'],
  0x02: ['enciphered-pin-online', 'Enciphered PIN verified online', '联机加密 PIN 验证'],
  0x03: [
    'plaintext-pin-icc-and-signature',
    'Plaintext PIN verified by ICC and signature',
    'IC 卡明文 PIN 验证加签名',
  ],
  0x04: ['enciphered-pin-icc', 'Enciphered PIN verified by ICC', 'IC 卡加密 PIN 验证'],
  0x05: [
    'enciphered-pin-icc-and-signature',
    'Enciphered PIN verified by ICC and signature',
    'IC 卡加密 PIN 验证加签名',
  ],
  0x06: ['facial-biometric-icc', 'Facial biometric verified offline by ICC', '脱机面部验证'],
  0x07: ['facial-biometric-online', 'Facial biometric verified online', '联机面部验证'],
  0x08: ['finger-biometric-icc', 'Finger biometric verified offline by ICC', '脱机指纹验证'],
  0x09: ['finger-biometric-online', 'Finger biometric verified online', '联机指纹验证'],
  0x0a: ['palm-biometric-icc', 'Palm biometric verified offline by ICC', '脱机掌纹验证'],
  0x0b: ['palm-biometric-online', 'Palm biometric verified online', '联机掌纹验证'],
  0x0c: ['iris-biometric-icc', 'Iris biometric verified offline by ICC', '脱机虹膜验证'],
  0x0d: ['iris-biometric-online', 'Iris biometric verified online', '联机虹膜验证'],
  0x0e: ['voice-biometric-icc', 'Voice biometric verified offline by ICC', '脱机声纹验证'],
  0x0f: ['voice-biometric-online', 'Voice biometric verified online', '联机声纹验证'],
  0x1e: ['signature', 'Signature', '签名'],
  0x1f: ['no-cvm', 'No CVM required', '无需 CVM'],
};

/** Conditions by their code. */
export const cvmConditions: Readonly<Record<number, CodeRow>> = {
  0x00: ['always', 'always', '总是'],
  0x01: ['unattended-cash', 'if unattended cash', '无人值守现金交易时'],
  0x02: [
    'not-cash-or-cashback',
    'if not unattended cash, manual cash or cashback',
    '非现金且非返现交易时',
  ],
  0x03: ['if-supported', 'if terminal supports the CVM', '终端支持该 CVM 时'],
  0x04: ['manual-cash', 'if manual cash', '人工值守现金交易时'],
  0x05: ['cashback', 'if purchase with cashback', '返现交易时'],
  0x06: ['under-x', 'if in application currency and under X', '应用货币且金额低于 X 时'],
  0x07: ['over-x', 'if in application currency and over X', '应用货币且金额高于 X 时'],
  0x08: ['under-y', 'if in application currency and under Y', '应用货币且金额低于 Y 时'],
  0x09: ['over-y', 'if in application currency and over Y', '应用货币且金额高于 Y 时'],
};
