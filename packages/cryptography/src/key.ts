// What a key is, without the key: identity and the attributes of ANSI X9.143 (TR-31) section 6.

/**
 * Key usages of X9.143 table 2 that this package knows. B0 base derivation key, B1 initial DUKPT
 * key, C0 card verification, D0 data, E0 EMV application cryptograms, E1 EMV confidentiality
 * (MK-SMC), E2 EMV integrity (MK-SMI), E3 data authentication code, E4 dynamic numbers, E6 other
 * EMV master keys (dynamic CVV and CVC3), K0 key encryption, K1 key block protection, K2 TR-34
 * asymmetric, K3 asymmetric agreement, M0 to M8 MAC (M1 ISO 9797-1 algorithm 1, M3 algorithm 3,
 * M6 CMAC, M7 HMAC), P0 PIN encryption, V0 to V2 PIN verification (V1 IBM 3624, V2 Visa PVV).
 */
export const keyUsages = [
  'B0',
  'B1',
  'B2',
  'B3',
  'C0',
  'D0',
  'D1',
  'D2',
  'D3',
  'E0',
  'E1',
  'E2',
  'E3',
  'E4',
  'E5',
  'E6',
  'E7',
  'I0',
  'K0',
  'K1',
  'K2',
  'K3',
  'K4',
  'M0',
  'M1',
  'M2',
  'M3',
  'M4',
  'M5',
  'M6',
  'M7',
  'M8',
  'P0',
  'P1',
  'S0',
  'S1',
  'S2',
  'V0',
  'V1',
  'V2',
  'V3',
  'V4',
  'V5',
] as const;

/** A key usage of X9.143. */
export type KeyUsage = (typeof keyUsages)[number];

/** Algorithm and length of a key. 2TDEA and 3TDEA are triple DES with two and three keys. */
export type KeyAlgorithm = 'DEA' | '2TDEA' | '3TDEA' | 'AES128' | 'AES192' | 'AES256' | 'HMAC';

/**
 * Modes of use of X9.143 table 4: B both encrypt and decrypt, C both generate and verify,
 * D decrypt, E encrypt, G generate, N no special restriction, S sign, T sign and decrypt,
 * V verify, X derive keys, Y create variants.
 */
export type ModeOfUse = 'B' | 'C' | 'D' | 'E' | 'G' | 'N' | 'S' | 'T' | 'V' | 'X' | 'Y';

/** X9.143 table 6: E under a trusted key, N not at all, S under any key-encrypting key. */
export type Exportability = 'E' | 'N' | 'S';

/** What else is known of a key beside its reference. */
export interface KeyAttributes {
  readonly modeOfUse: ModeOfUse;
  readonly exportability: Exportability;
  /** Two characters; `00` where versions are not used. */
  readonly keyVersion: string;
}

/** Bytes of a key of each algorithm; HMAC keys have any length from 16 bytes. */
export const keyLengthBytes: Readonly<Record<Exclude<KeyAlgorithm, 'HMAC'>, number>> = {
  DEA: 8,
  '2TDEA': 16,
  '3TDEA': 24,
  AES128: 16,
  AES192: 24,
  AES256: 32,
};

/**
 * Block length of the cipher of an algorithm; 0 for HMAC, which has none.
 *
 * @example
 * blockLengthOf('AES256') // 16
 */
export function blockLengthOf(algorithm: KeyAlgorithm): 0 | 8 | 16 {
  if (algorithm === 'HMAC') return 0;
  return algorithm.startsWith('AES') ? 16 : 8;
}

/**
 * The mode of use that a usage implies when none is said (X9.143 table 3).
 *
 * @example
 * usualModeOfUse('B0') // 'X'
 */
export function usualModeOfUse(usage: KeyUsage): ModeOfUse {
  switch (usage[0]) {
    case 'B':
    case 'E':
      return 'X';
    case 'C':
    case 'M':
    case 'V':
      return 'C';
    case 'S':
      return 'S';
    default:
      return usage === 'K3' ? 'X' : 'B';
  }
}
