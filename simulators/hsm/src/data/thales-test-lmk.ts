// The public Thales test local master keys: variant pairs, and the two key-block keys. Never for production.

/** Pairs of the variant test LMK by their numbers. */
export const testVariantPairs: Readonly<Record<string, string>> = {
  '00-01': '01010101010101017902CD1FD36EF8BA',
  '02-03': '20202020202020203131313131313131',
  '04-05': '40404040404040405151515151515151',
  '06-07': '61616161616161617070707070707070',
  '08-09': '80808080808080809191919191919191',
  '10-11': 'A1A1A1A1A1A1A1A1B0B0B0B0B0B0B0B0',
  '12-13': 'C1C1010101010101D0D0010101010101',
  '14-15': 'E0E0010101010101F1F1010101010101',
  '16-17': '1C587F1C13924FEF0101010101010101',
  '18-19': '01010101010101010101010101010101',
  '20-21': '02020202020202020404040404040404',
  '22-23': '07070707070707071010101010101010',
  '24-25': '13131313131313131515151515151515',
  '26-27': '16161616161616161919191919191919',
  '28-29': '1A1A1A1A1A1A1A1A1C1C1C1C1C1C1C1C',
  '30-31': '23232323232323232525252525252525',
  '32-33': '26262626262626262929292929292929',
  '34-35': '2A2A2A2A2A2A2A2A2C2C2C2C2C2C2C2C',
  '36-37': '2F2F2F2F2F2F2F2F3131313131313131',
  '38-39': '01010101010101010101010101010101',
};

/** The pair of a key type: the type's last digit counts the pairs from 04-05. */
export const pairsByKeyTypeDigit: Readonly<Record<string, string>> = {
  '0': '04-05',
  '1': '06-07',
  '2': '14-15',
  '3': '16-17',
  '4': '18-19',
  '5': '20-21',
  '6': '22-23',
  '7': '24-25',
  '8': '26-27',
  '9': '28-29',
  A: '30-31',
  B: '32-33',
  C: '34-35',
  D: '36-37',
  E: '38-39',
};

/** What a key type's first digit, the variant, is exclusive-ored into the pair's first byte. */
export const variantMasks = [0x00, 0xa6, 0x5a, 0x6a, 0xde, 0x2b, 0x50, 0x74, 0x9c, 0xfa] as const;

/** What each part of a key under scheme U or T is exclusive-ored into the ninth byte. */
export const schemeMasks: Readonly<Record<'U' | 'T', readonly number[]>> = {
  U: [0xa6, 0x5a],
  T: [0x6a, 0xde, 0x2b],
};

/** The test key-block LMK of triple DES: what blocks `S0…` of published examples are under. */
export const testKeyBlockLmkTdes = '0123456789ABCDEF8080808080808080FEDCBA9876543210';

/** The test key-block LMK of AES-256: what blocks `S1…` are under. */
export const testKeyBlockLmkAes =
  '9B71333A13F9FAE72F9D0E2DAB4AD6784718012F9244033F3F26A2DE0C8AA11A';
