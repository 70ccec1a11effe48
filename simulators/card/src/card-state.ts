// What a card remembers: over its life (EEPROM) and within one transaction (RAM).

/** Outcome flags of the last transaction that the next one's CVR reports. */
export interface LastTransaction {
  onlineNotCompleted: boolean;
  issuerAuthenticationFailed: boolean;
  scriptsProcessed: number;
  scriptFailed: boolean;
}

/** What one application keeps when the card is taken out. Plain data: it can be saved as JSON. */
export interface ApplicationState {
  atc: number;
  lastOnlineAtc: number;
  blocked: boolean;
  goOnlineNext: boolean;
  consecutiveOffline: number;
  cumulativeOffline: number;
  last: LastTransaction;
  limits: {
    lowerConsecutive: number;
    upperConsecutive: number;
    lowerCumulative: number;
    upperCumulative: number;
  };
  /** Data objects written by PUT DATA, hex by tag. */
  putData: Record<string, string>;
  /** Records written by UPDATE RECORD, hex by `sfi << 8 | number`. */
  updatedRecords: Record<string, string>;
  /** The last cryptogram's answer and the unpredictable number it belongs to, hex. */
  recoverable?: { readonly unpredictableNumber: string; readonly answer: string };
  /** The transaction log, newest first, hex. */
  log: string[];
}

/** What the whole card keeps. */
export interface CardState {
  cardBlocked: boolean;
  /** The reference PIN; a test card's state is no secret. */
  pin: string;
  pinTriesLeft: number;
  /** By AID, upper-case hex, and interface-independent. */
  applications: Record<string, ApplicationState>;
}

/** Where a transaction stands; each command is allowed in some of them only. */
export type Phase = 'selected' | 'initiated' | 'online' | 'completed';

/** Kinds of application cryptogram, as the two high bits of the CID. */
export type CryptogramType = 'AAC' | 'TC' | 'ARQC';

/** What lives until the next SELECT or reset. */
export interface Session {
  phase: Phase;
  pdolData: Uint8Array;
  cdol1Data: Uint8Array;
  values: Map<number, Uint8Array>;
  challenge: Uint8Array | undefined;
  iccDynamicNumber: Uint8Array;
  pin: 'not-verified' | 'verified' | 'failed';
  pinEnciphered: boolean;
  dataAuthentication: 'none' | 'dda' | 'cda-1' | 'cda-2';
  issuerAuthentication: 'none' | 'ok' | 'failed';
  first: CryptogramType | undefined;
  second: CryptogramType | undefined;
  firstCryptogram: Uint8Array | undefined;
  unableToGoOnline: boolean;
  scriptsProcessed: number;
  scriptFailed: boolean;
  scriptCounter: number;
  /** Records that exist in this transaction only, by `sfi << 8 | number`. */
  dynamicRecords: Map<number, Uint8Array>;
  /** Relay resistance data exchanged, as CDA signs it. */
  relayData: Uint8Array | undefined;
  previous: LastTransaction;
}

/** The session of a SELECT. */
export function newSession(): Session {
  return {
    phase: 'selected',
    pdolData: new Uint8Array(0),
    cdol1Data: new Uint8Array(0),
    values: new Map(),
    challenge: undefined,
    iccDynamicNumber: new Uint8Array(8),
    pin: 'not-verified',
    pinEnciphered: false,
    dataAuthentication: 'none',
    issuerAuthentication: 'none',
    first: undefined,
    second: undefined,
    firstCryptogram: undefined,
    unableToGoOnline: false,
    scriptsProcessed: 0,
    scriptFailed: false,
    scriptCounter: 0,
    dynamicRecords: new Map(),
    relayData: undefined,
    previous: quietLastTransaction(),
  };
}

/** Nothing to report. */
export function quietLastTransaction(): LastTransaction {
  return {
    onlineNotCompleted: false,
    issuerAuthenticationFailed: false,
    scriptsProcessed: 0,
    scriptFailed: false,
  };
}
