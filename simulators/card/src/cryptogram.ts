// One row per cryptogram version and one engine over the rows (Book 2 section 8; scheme tables).
import { concatBytes } from '@chipswitch/bytes';
import { aesCmac, retailMac, tripleDesEncrypt } from './block-cipher.ts';
import { type SessionKeyInput, type SessionKeyMethod, deriveSessionKey } from './key-derivation.ts';

/** How the issuer application data (9F10) and its card verification results are laid out. */
export type IadLayout = 'vis' | 'vis-format2' | 'mchip' | 'ccd' | 'unionpay';

/** Everything in which one cryptogram version differs from another. */
export interface CryptogramRow {
  readonly version: number;
  readonly layout: IadLayout;
  readonly algorithm: 'tdes' | 'aes';
  readonly sessionKey: SessionKeyMethod;
  readonly padding: 1 | 2;
  /** What of 9F10 is under the cryptogram after the values, the AIP and the counter. */
  readonly coversIad: 'cvr' | 'cvr-and-counters' | 'whole' | 'byte-5';
  /** CVN 17 covers only amount and unpredictable number, and no AIP. */
  readonly coversValues?: 'amount-and-unpredictable-number';
  readonly arpcMethod: 1 | 2;
  readonly arpcKey: 'card' | 'session';
  readonly script: {
    readonly sessionKey: SessionKeyMethod;
    readonly encryption: 'visa' | 'mastercard' | 'emv';
    readonly macBytes: 4 | 8;
  };
}

const visaScript = { sessionKey: 'visa-sm', encryption: 'visa', macBytes: 8 } as const;
const mastercardScript = { sessionKey: 'csk', encryption: 'mastercard', macBytes: 8 } as const;
const emvScript = { sessionKey: 'csk', encryption: 'emv', macBytes: 8 } as const;

const visRow = {
  layout: 'vis',
  algorithm: 'tdes',
  sessionKey: 'none',
  padding: 1,
  coversIad: 'cvr',
  arpcMethod: 1,
  arpcKey: 'card',
  script: visaScript,
} as const;

const visSessionRow = {
  ...visRow,
  sessionKey: 'csk',
  padding: 2,
  coversIad: 'whole',
  arpcMethod: 2,
  arpcKey: 'session',
} as const;

const mchipRow = {
  layout: 'mchip',
  algorithm: 'tdes',
  sessionKey: 'mchip-skd',
  padding: 2,
  coversIad: 'cvr',
  arpcMethod: 1,
  arpcKey: 'card',
  script: mastercardScript,
} as const;

const ccdRow = {
  layout: 'ccd',
  algorithm: 'tdes',
  sessionKey: 'csk',
  padding: 2,
  coversIad: 'whole',
  arpcMethod: 2,
  arpcKey: 'session',
  script: emvScript,
} as const;

/** The cryptogram versions this simulator can be personalised with, by name. */
export const cryptogramRows = {
  'visa-10': { version: 0x0a, ...visRow },
  'visa-17': {
    version: 0x11,
    ...visRow,
    coversIad: 'byte-5',
    coversValues: 'amount-and-unpredictable-number',
  },
  'visa-18': { version: 0x12, ...visSessionRow },
  'visa-22': {
    version: 0x22,
    ...visSessionRow,
    layout: 'vis-format2',
    script: emvScript,
  },
  'mchip-16': { version: 0x10, ...mchipRow },
  'mchip-17': { version: 0x11, ...mchipRow, coversIad: 'cvr-and-counters' },
  'mchip-20': { version: 0x14, ...mchipRow, sessionKey: 'csk', arpcKey: 'session' },
  'mchip-21': {
    version: 0x15,
    ...mchipRow,
    sessionKey: 'csk',
    arpcKey: 'session',
    coversIad: 'cvr-and-counters',
  },
  'ccd-a5': { version: 0xa5, ...ccdRow },
  'ccd-a6': {
    version: 0xa6,
    ...ccdRow,
    algorithm: 'aes',
    sessionKey: 'aes-csk',
    script: { ...emvScript, sessionKey: 'aes-csk' },
  },
  'unionpay-01': {
    version: 0x01,
    ...visRow,
    layout: 'unionpay',
    sessionKey: 'pboc',
    padding: 2,
    arpcKey: 'session',
    script: { sessionKey: 'pboc', encryption: 'visa', macBytes: 4 },
  },
  'amex-01': { version: 0x01, ...visRow },
  'jcb-01': { version: 0x01, ...visRow },
  'jcb-04': { version: 0x04, ...visSessionRow },
} as const satisfies Record<string, CryptogramRow>;

/** Name of a cryptogram version of this simulator. */
export type CryptogramName = keyof typeof cryptogramRows;

/** The row of a name. */
export function cryptogramRow(name: CryptogramName): CryptogramRow {
  return cryptogramRows[name];
}

/** What the application cryptogram covers, in order. */
export interface CryptogramInput {
  /** Values of the data object list, as the card saw them, by position. */
  readonly terminalValues: Uint8Array;
  readonly applicationInterchangeProfile: Uint8Array;
  readonly issuerApplicationData: Uint8Array;
  readonly cvr: Uint8Array;
  /** Last eight bytes of an M/Chip 9F10. */
  readonly counters?: Uint8Array | undefined;
}

function iadPart(row: CryptogramRow, input: CryptogramInput): Uint8Array {
  switch (row.coversIad) {
    case 'cvr':
      return input.cvr;
    case 'cvr-and-counters':
      return concatBytes(input.cvr, input.counters ?? new Uint8Array(0));
    case 'whole':
      return input.issuerApplicationData;
    case 'byte-5':
      return input.issuerApplicationData.slice(4, 5);
  }
}

/** The application cryptogram, eight bytes. */
export function applicationCryptogram(
  row: CryptogramRow,
  cardKey: Uint8Array,
  session: SessionKeyInput,
  input: CryptogramInput,
): Uint8Array {
  const key = deriveSessionKey(row.sessionKey, cardKey, session);
  const data = concatBytes(
    input.terminalValues,
    row.coversValues === undefined ? input.applicationInterchangeProfile : new Uint8Array(0),
    session.atc,
    iadPart(row, input),
  );
  if (row.algorithm === 'aes') return aesCmac(key, data).slice(0, 8);
  return retailMac(key, data, row.padding);
}

/** What an authorisation response cryptogram is made over. */
export interface ArpcInput {
  readonly cryptogram: Uint8Array;
  /** Method 1: the two-byte response code. */
  readonly arc?: Uint8Array | undefined;
  /** Method 2: the four bytes of the card status update and 0-8 bytes of proprietary data. */
  readonly csu?: Uint8Array | undefined;
  readonly proprietaryData?: Uint8Array | undefined;
}

/** The authorisation response cryptogram: eight bytes by method 1, four by method 2 (Book 2 8.2). */
export function authorisationResponseCryptogram(
  row: CryptogramRow,
  cardKey: Uint8Array,
  session: SessionKeyInput,
  input: ArpcInput,
): Uint8Array {
  const key =
    row.arpcKey === 'session' ? deriveSessionKey(row.sessionKey, cardKey, session) : cardKey;
  if (row.arpcMethod === 1) {
    const block = Uint8Array.from(input.cryptogram);
    const arc = input.arc ?? new Uint8Array(2);
    block[0] ^= arc[0];
    block[1] ^= arc[1];
    return tripleDesEncrypt(key, block);
  }
  const data = concatBytes(
    input.cryptogram,
    input.csu ?? new Uint8Array(4),
    input.proprietaryData ?? new Uint8Array(0),
  );
  const mac = row.algorithm === 'aes' ? aesCmac(key, data) : retailMac(key, data, 2);
  return mac.slice(0, 4);
}
