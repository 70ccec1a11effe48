// What the kernel asks for, what it is answered, and how it ends (EMV Book 3 and Book 4).

import type { CaKey, RevokedCertificate } from '../oda/ca-keys.ts';
import type { OutcomeReason, OutcomeType } from './outcome-codes.ts';

/** Data objects by tag number (`0x9f26`), values as bytes. Values are never changed in place. */
export type TagMap = Map<number, Uint8Array>;

/** The same, for reading. */
export type ReadonlyTagMap = ReadonlyMap<number, Uint8Array>;

/** The steps of a transaction, in the order of Book 3 section 8.2, then those of contactless. */
export type KernelStep =
  | 'select'
  | 'initiate'
  | 'read'
  | 'authenticate'
  | 'restrict'
  | 'verify-cardholder'
  | 'manage-risk'
  | 'analyse-action'
  | 'generate-ac-1'
  | 'online'
  | 'authenticate-issuer'
  | 'script-71'
  | 'generate-ac-2'
  | 'script-72'
  | 'pre-process'
  | 'relay-resistance'
  | 'recover';

/** What the transport saw instead of an answer; it names them, the kernel has no clock. */
export type CardErrorCode = 'timeout' | 'removed' | 'too-long' | 'protocol';

/** Why there is no answer of the card. */
export interface CardError {
  readonly code: CardErrorCode;
}

/** An application that card and terminal share (Book 1 section 12). */
export interface Candidate {
  /** The AID as the card gave it (ADF name, tag 4F or 84). */
  readonly aid: Uint8Array;
  /** What to show: 9F12 where its code table is supported, else 50, else the AID in hex. */
  readonly label: string;
  /** Priority 1 (first) to 15; 0 when the card gave none. */
  readonly priority: number;
  /** The card wants the cardholder to confirm (bit 8 of tag 87). */
  readonly confirm: boolean;
  /** The terminal's application that matched. */
  readonly application: ApplicationConfig;
  /** Languages the card prefers (5F2D), most preferred first, two letters each. */
  readonly languages: readonly string[];
}

/** What the kernel wants done next. `step` says on whose behalf. */
export type KernelRequest =
  /** Send this command to the card. Answer: `apdu`. */
  | { readonly type: 'apdu'; readonly step: KernelStep; readonly command: Uint8Array }
  /** Let the cardholder choose one of several. Answer: `choose-application`. */
  | { readonly type: 'choose-application'; readonly candidates: readonly Candidate[] }
  /** Let the cardholder confirm this one. Answer: `confirm-application`. */
  | { readonly type: 'confirm-application'; readonly candidate: Candidate }
  /** Read a PIN and keep it for the host (enciphered by the PIN pad). Answer: `pin`. */
  | { readonly type: 'pin'; readonly amountMinor: bigint; readonly currency: string }
  /** Read a PIN for the card to check. Answer: `offline-pin`. */
  | {
      readonly type: 'offline-pin';
      readonly mode: 'plaintext' | 'enciphered';
      /** Undefined when the card does not tell. */
      readonly triesLeft: number | undefined;
      /** The PIN before was wrong. */
      readonly again: boolean;
    }
  /** Send an authorization request. Answer: `online`. */
  | { readonly type: 'online'; readonly data: ReadonlyTagMap }
  /** The issuer asks for a call: the attendant decides. Answer: `referral`. */
  | { readonly type: 'referral'; readonly arc: string };

/** The answers, each to the request of the same type. */
export type KernelAnswer =
  | {
      readonly type: 'apdu';
      readonly response: Uint8Array;
      /** How long the card took, in microseconds; relay resistance is not possible without. */
      readonly elapsedUs?: number;
    }
  | { readonly type: 'apdu'; readonly fault: CardErrorCode }
  | { readonly type: 'choose-application'; readonly index: number | undefined }
  | { readonly type: 'confirm-application'; readonly confirmed: boolean }
  | {
      readonly type: 'pin';
      readonly result: PinEntry;
      /** The enciphered PIN block where the pad makes it at once; it becomes tag 99. */
      readonly encipheredPin?: Uint8Array;
    }
  | { readonly type: 'offline-pin'; readonly result: PinEntry; readonly pin?: string }
  | { readonly type: 'online'; readonly result: 'unable' }
  | {
      readonly type: 'online';
      readonly result: 'answered';
      /** Authorization response code (8A), two characters such as `00`, `05`, `51`. */
      readonly arc: string;
      /** What the host decided. The codes and their meanings are the host's, so the caller says it. */
      readonly decision: IssuerDecision;
      /** Value of tag 91, when the issuer sent one. */
      readonly issuerAuthenticationData?: Uint8Array;
      /** Issuer scripts as they came: one or more 71 and 72 templates, tag and length included. */
      readonly scripts?: Uint8Array;
      /** Authorization code (tag 89), six characters. */
      readonly authorizationCode?: string;
    }
  | { readonly type: 'referral'; readonly approved: boolean };

/** What the issuer decided; on a referral the attendant is asked. */
export type IssuerDecision = 'approved' | 'referral' | 'declined';

/** What came of asking for a PIN. */
export type PinEntry = 'entered' | 'bypassed' | 'cancelled' | 'pad-failed';

/** One decision of the kernel, for a person: text without PAN, PIN or key. */
export interface KernelEvent {
  readonly step: KernelStep;
  readonly text: string;
}

/** What identifies the decision of the card. */
export interface Cryptogram {
  readonly type: 'TC' | 'ARQC' | 'AAC';
  /** Cryptogram information data (9F27). */
  readonly cid: number;
  /** Application cryptogram (9F26), 8 bytes. */
  readonly ac: Uint8Array;
  /** Application transaction counter (9F36), 2 bytes. */
  readonly atc: Uint8Array;
  /** Issuer application data (9F10), up to 32 bytes. */
  readonly iad: Uint8Array | undefined;
}

/** How the cardholder was verified, for the receipt and the host. */
export interface CvmOutcome {
  readonly onlinePin: boolean;
  readonly offlinePin: boolean;
  readonly signature: boolean;
  readonly onDevice: boolean;
  readonly noCvm: boolean;
}

/** Cardholder verification as an outcome parameter of contactless (Book A table 6-1). */
export type ContactlessCvm = 'none' | 'online-pin' | 'signature' | 'on-device' | 'not-applicable';

/** Message identifiers of the user interface (Book A table 9-3). */
export type ContactlessMessage =
  | 'approved'
  | 'approved-sign'
  | 'declined'
  | 'enter-pin'
  | 'processing-error'
  | 'insert-card'
  | 'insert-swipe-or-try-another-card'
  | 'present-card-again'
  | 'see-phone'
  | 'authorising';

/** Outcome parameters of contactless (Book A section 6.2). */
export interface ContactlessParameters {
  /** The kernel that ran; 0 when none was started. */
  readonly kernelId: number;
  /** Where Entry Point starts again (A to D), if it does. */
  readonly start: 'A' | 'B' | 'C' | 'D' | undefined;
  readonly cvm: ContactlessCvm;
  readonly message: ContactlessMessage;
  /** The reader should offer another interface. */
  readonly alternateInterface: 'contact' | undefined;
  readonly receipt: boolean;
  /** How long the field stays off, in tenths of a second. */
  readonly fieldOffTenths: number;
  /** The transaction was torn: keep this for the next tap (kernel 2). */
  readonly torn: TornRecord | undefined;
}

/** A transaction whose cryptogram got lost on the way (kernel 2, Book C-2 section 3.7). */
export interface TornRecord {
  /** Application PAN (5A), as the card gave it. */
  readonly pan: Uint8Array;
  readonly psn: Uint8Array | undefined;
  /** When, in milliseconds of the caller's monotonic clock. */
  readonly atMs: number;
  /** Data objects of the transaction that RECOVER AC and its checks need. */
  readonly data: ReadonlyTagMap;
  readonly pdolData: Uint8Array;
  readonly cdol1Data: Uint8Array;
  /** CDA was asked for. */
  readonly cda: boolean;
  /** What the signature must hold of relay resistance, where it was performed. */
  readonly relayData?: Uint8Array;
}

/** The end of a transaction. */
export interface KernelOutcome {
  readonly type: OutcomeType;
  readonly reason: OutcomeReason;
  /** Whether the host answered. */
  readonly online: boolean;
  /** The host approved but the transaction did not complete: it must be reversed. */
  readonly reversalRequired: boolean;
  /** The card asked for an advice (bit 4 of 9F27). */
  readonly adviceRequired: boolean;
  /** Authorization response code (8A): the host's, or Y1, Z1, Y3, Z3. */
  readonly arc: string | undefined;
  readonly cvm: CvmOutcome;
  /** The cryptogram that counts (of GENERATE AC 2 where there was one). */
  readonly cryptogram: Cryptogram | undefined;
  /** The cryptogram of GENERATE AC 1. */
  readonly firstCryptogram: Cryptogram | undefined;
  /** Terminal verification results (95), 5 bytes. */
  readonly tvr: Uint8Array;
  /** Transaction status information (9B), 2 bytes. */
  readonly tsi: Uint8Array;
  /** CVM results (9F34), 3 bytes. */
  readonly cvmResults: Uint8Array;
  /** Issuer script results (9F5B), one of 5 bytes for each script, joined; empty when none. */
  readonly scriptResults: Uint8Array;
  /** Every data object known at the end: card, terminal and issuer. Holds the PAN: not for logs. */
  readonly data: ReadonlyTagMap;
  /** What Entry Point hands to the reader; contactless only. */
  readonly contactless?: ContactlessParameters;
  /** Each decision, explained. Safe to log. */
  readonly log: readonly KernelEvent[];
}

/** Action codes (Book 3 section 10.7), 5 bytes each. */
export interface ActionCodes {
  readonly denial: Uint8Array;
  readonly online: Uint8Array;
  readonly default: Uint8Array;
}

/** Random transaction selection (Book 3 section 10.6.2). */
export interface RandomSelection {
  readonly thresholdMinor: bigint;
  /** Percent, 0 to 99. */
  readonly target: number;
  /** Percent, 0 to 99, at least `target`. */
  readonly maximumTarget: number;
}

/** What the terminal knows about one AID. */
export interface ApplicationConfig {
  /** 5 to 16 bytes. */
  readonly aid: Uint8Array;
  /** `partial`: the card's AID may be longer (application selection indicator). */
  readonly match: 'partial' | 'exact';
  /** Terminal application version number (9F09), 2 bytes. */
  readonly version: Uint8Array;
  /** Terminal floor limit (9F1B) in minor units. Absent: no floor limit check. */
  readonly floorLimitMinor?: bigint;
  readonly randomSelection?: RandomSelection;
  /** Check consecutive offline transactions (9F14, 9F23). Default true. */
  readonly velocityCheck?: boolean;
  readonly tac: ActionCodes;
  /** Dynamic data DOL to use when the card has none; 9F3704 when absent. */
  readonly defaultDdol?: Uint8Array;
  /** Transaction certificate DOL to use when the card has none; empty when absent. */
  readonly defaultTdol?: Uint8Array;
  /** Whether to ask for CDA on an ARQC (Book 4 section 6.3.2.1 modes 1 to 4). Default 1. */
  readonly cdaMode?: 1 | 2 | 3 | 4;
  /** Further data objects for this AID only, such as 9F01, 9F15, 9F66. */
  readonly data?: ReadonlyTagMap;
}

/** What the terminal is. Data objects of the terminal by tag go into `data`. */
export interface TerminalConfig {
  /** Terminal type (9F35), such as 0x22. */
  readonly terminalType: number;
  /** Terminal capabilities (9F33), 3 bytes. */
  readonly capabilities: Uint8Array;
  /** Additional terminal capabilities (9F40), 5 bytes. */
  readonly additionalCapabilities: Uint8Array;
  /** Terminal country code (9F1A), three digits such as `156`. */
  readonly country: string;
  readonly applications: readonly ApplicationConfig[];
  readonly caKeys: readonly CaKey[];
  readonly revoked?: readonly RevokedCertificate[];
  /** Select applications through the PSE first. Default true. */
  readonly pse?: boolean;
  /** Offline plaintext PIN may be used; Bulletin 308 lets it be dropped. Default true. */
  readonly plaintextPin?: boolean;
  /** The PIN may be bypassed; where it may not, a bypass ends the transaction. Default true. */
  readonly pinBypass?: boolean;
  /** The cardholder can choose or confirm an application. Default true. */
  readonly cardholderChoice?: boolean;
  /** Fallback to the magnetic stripe is allowed. Default true. */
  readonly fallback?: boolean;
  /** Perform terminal risk management even when AIP does not ask for it. Default true. */
  readonly riskManagementAlways?: boolean;
  /** ISO 8859 parts the display knows; the additional capabilities tell when absent. */
  readonly codeTables?: readonly number[];
  /** Further data objects of the terminal, such as 9F1C, 9F16, 9F15, 9F1E, 9F01, 9F4E. */
  readonly data?: ReadonlyTagMap;
}

/** An earlier transaction at this terminal, for the floor limit with split sales. */
export interface LogEntry {
  readonly pan: string;
  readonly psn: string | undefined;
  readonly amountMinor: bigint;
}

/** One transaction. */
export interface TransactionInput {
  /** Authorised amount in minor units, cashback included (9F02). */
  readonly amountMinor: bigint;
  /** Of which cashback (9F03). */
  readonly otherAmountMinor?: bigint;
  /** Currency of the amount (5F2A), three digits such as `156`. */
  readonly currency: string;
  /** Minor unit exponent (5F36). Default 2. */
  readonly exponent?: number;
  /** Transaction type (9C): 0x00 purchase, 0x01 cash, 0x09 cashback, 0x20 refund. */
  readonly transactionType: number;
  /** YYMMDD. */
  readonly date: string;
  /** HHMMSS. */
  readonly time: string;
  /** Transaction sequence counter (9F41), 1 to 99999999. */
  readonly sequence?: number;
  /** The attendant wants this one online. */
  readonly forceOnline?: boolean;
  /** Earlier transactions of this terminal; the latest of the same PAN counts. */
  readonly log?: readonly LogEntry[];
  /** The device is known to be offline: do not even ask. */
  readonly offline?: boolean;
}

/** What the kernel cannot have of itself: randomness, and the exception file. */
export interface KernelEnvironment {
  /** Unpredictable bytes; a constant one only in tests. */
  readonly random: (lengthBytes: number) => Uint8Array;
  /** Whether this PAN is on the terminal exception file (Book 4 section 6.3.6). */
  readonly onExceptionFile?: (pan: string, psn: string | undefined) => boolean;
}

/** A running transaction: `next(answer)` gives the next request or, done, the outcome. */
export type KernelRun = Generator<KernelRequest, KernelOutcome, KernelAnswer>;
