// What a card is made from: a profile a person can read and write (JSON), before any key is derived.
import type { DolEntry } from '@chipswitch/tlv';
import type { CryptogramName } from './cryptogram.ts';
import type { DerivationOption } from './key-derivation.ts';

/** Schemes the simulator has profiles for. */
export type CardScheme = 'visa' | 'mastercard' | 'unionpay' | 'amex' | 'jcb' | 'prepaid';

/** The way an application answers: with GENERATE AC, or all at once in GET PROCESSING OPTIONS. */
export type ApplicationFlow = 'generate-ac' | 'quick';

/** Words for the bits of the application interchange profile (Book 3 annex C1; C-2 for byte 2). */
export const aipBits = {
  sda: 0x4000,
  dda: 0x2000,
  'cardholder-verification': 0x1000,
  'terminal-risk-management': 0x0800,
  'issuer-authentication': 0x0400,
  'on-device-cardholder-verification': 0x0200,
  cda: 0x0100,
  'contactless-emv-mode': 0x0080,
  'relay-resistance': 0x0001,
} as const;

/** One word of the application interchange profile. */
export type AipWord = keyof typeof aipBits;

/** Issuer master keys of the profile's issuer, hex; test keys only. */
export interface ProfileMasterKeys {
  readonly applicationCryptogram: string;
  readonly secureMessagingIntegrity: string;
  readonly secureMessagingConfidentiality: string;
}

/** The limits of the card's own risk management; amounts in minor units of the card's currency. */
export interface OfflineLimits {
  readonly lowerConsecutive: number;
  readonly upperConsecutive: number;
  readonly lowerCumulative: number;
  readonly upperCumulative: number;
}

/** What only contactless and phone applications carry. */
export interface ContactlessData {
  /** 9F6C card transaction qualifiers of a quick application, hex. */
  readonly ctq?: string;
  /** 9F6E form factor indicator or third-party data, hex. */
  readonly formFactor?: string;
  /** 9F24 payment account reference, 29 characters. */
  readonly paymentAccountReference?: string;
  /** 9F19 token requestor, 11 digits. */
  readonly tokenRequestorId?: string;
  /** 9F2A kernel identifier in the PPSE entry, hex. */
  readonly kernelIdentifier?: string;
  /** Keeps its last cryptogram for RECOVER AC (9F51 in its records). */
  readonly recovery?: boolean;
  /** The holder has already been verified on the device (a phone). */
  readonly consumerDeviceVerified?: boolean;
}

/** One application of the card. */
export interface ApplicationProfile {
  readonly scheme: CardScheme;
  readonly interfaces: readonly ('contact' | 'contactless')[];
  readonly flow: ApplicationFlow;
  readonly aid: string;
  readonly label: string;
  readonly preferredName?: string;
  readonly issuerCodeTableIndex?: number;
  readonly priority: number;
  readonly confirmation: boolean;
  readonly languages: string;
  readonly pan: string;
  readonly panSequenceNumber: string;
  /** YYMMDD. */
  readonly expiryDate: string;
  /** YYMMDD. */
  readonly effectiveDate: string;
  readonly serviceCode: string;
  readonly countryCode: string;
  readonly currencyCode: string;
  readonly applicationVersion: string;
  readonly derivation: DerivationOption;
  readonly derivationKeyIndex: number;
  readonly cryptogram: CryptogramName;
  readonly aip: readonly AipWord[];
  readonly applicationUsageControl: string;
  readonly issuerActionCodes: {
    readonly default: string;
    readonly denial: string;
    readonly online: string;
  };
  /** 8E, hex, already encoded from the readable rules. */
  readonly cvmList: string;
  readonly pdol: readonly DolEntry[];
  readonly cdol1: readonly DolEntry[];
  readonly cdol2: readonly DolEntry[];
  readonly ddol: readonly DolEntry[];
  readonly limits: OfflineLimits;
  readonly contactless: ContactlessData;
  /** The transaction log's file and number of records, 0 for none. */
  readonly logRecords: number;
}

/** A card: one or more applications that share holder, PIN and the issuer's keys. */
export interface CardProfile {
  readonly name: string;
  readonly title: string;
  readonly cardholderName: string;
  readonly pin: { readonly value: string; readonly tryLimit: number };
  readonly masterKeys: ProfileMasterKeys;
  readonly hasPse: boolean;
  readonly applications: readonly ApplicationProfile[];
}
