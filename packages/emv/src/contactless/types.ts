// What a contactless reader is: combinations of application and kernel (Book A section 5, Book B section 2).
import type { ApplicationConfig, TerminalConfig, TornRecord } from '../kernel/types.ts';

/** One combination: an AID, a kernel for it, and its limits. */
export interface Combination extends ApplicationConfig {
  /** Kernel identifier, such as 2 (Mastercard), 3 (Visa); for domestic kernels all three bytes. */
  readonly kernelId: number;
  /** Which flow a kernel follows that is not one of 1 to 7, such as a private scheme's. */
  readonly behavesAs?: 2 | 3;
  /** Transaction types (9C) it is for; all when absent. */
  readonly transactionTypes?: readonly number[];
  /** Amounts of one unit of currency are status checks. */
  readonly statusCheck?: boolean;
  /** An amount of nothing is allowed. */
  readonly zeroAmountAllowed?: boolean;
  /** At or above this amount contactless is not allowed (reader contactless transaction limit). */
  readonly transactionLimitMinor?: bigint;
  /** The same for cards that verify on the device (kernel 2). */
  readonly transactionLimitOnDeviceMinor?: bigint;
  /** Above this amount an online cryptogram is required (reader contactless floor limit). */
  readonly contactlessFloorLimitMinor?: bigint;
  /** At or above this amount the cardholder is verified (reader CVM required limit). */
  readonly cvmLimitMinor?: bigint;
  /** Terminal transaction qualifiers (9F66), 4 bytes, before pre-processing. Kernels 1, 3, 6, 7. */
  readonly ttq?: Uint8Array;
  /** Append tag 9F29 of the directory to the AID (extended selection). */
  readonly extendedSelection?: boolean;
  /** Kernel 2: the phone may verify the cardholder. Default true. */
  readonly onDeviceCvm?: boolean;
  /** Kernel 2: relay resistance; not performed when absent. */
  readonly relay?: RelayConfig;
  /** Kernel 2: how torn transactions are kept; they are not when absent. */
  readonly torn?: { readonly lifetimeMs: number };
}

/** Relay resistance of the reader, in hundreds of microseconds (Book C-2 annex A, tags DF8130 on). */
export interface RelayConfig {
  /** Least relay resistance grace period. */
  readonly minimumGrace: number;
  readonly maximumGrace: number;
  /** Expected transmission time of the terminal's command. */
  readonly commandTransmission: number;
  /** Expected transmission time of the answer. */
  readonly responseTransmission: number;
  /** Accuracy threshold of the measured time, in hundreds of microseconds. */
  readonly accuracyThreshold: number;
  /** Transmission time mismatch threshold, in percent. */
  readonly mismatchThreshold: number;
  /** Card's transmission time estimate when it gives none worth using. */
  readonly attemptsMax?: number;
}

/** A contactless reader. */
export interface ContactlessConfig extends Omit<TerminalConfig, 'applications'> {
  readonly combinations: readonly Combination[];
  /** Torn transactions still kept, oldest first. */
  readonly tornLog?: readonly TornRecord[];
  /** Now, in milliseconds of the same clock as the log's. */
  readonly nowMs?: number;
}
