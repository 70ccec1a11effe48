// What the journal keeps of a message to a host (ISO 8583:1987 DE 90 and its repeats): a follow-up is made of it.
import type { PrivateData } from './private-data.ts';

/** What of the outgoing message a reversal, an advice and a late answer will need: no card data. */
export interface OutgoingFacts {
  /** MTI of the request to the host. */
  readonly mti: string;
  readonly stan: string;
  /** MMDDhhmmss, UTC (DE 7). */
  readonly transmission: string;
  readonly acquirerId: string;
  readonly retrievalReference: string;
  readonly processingCode: string;
  readonly entryMode: string;
  readonly localTime: string;
  readonly localDate: string;
  readonly terminalId: string;
  readonly acceptorId: string;
  readonly currencyNumeric: string;
  readonly panSequenceNumber?: string;
  /** DE 25, where it is not 00. */
  readonly conditionCode?: string;
  /** DE 48 and its like of other dialects. */
  readonly privateData?: PrivateData;
  /** What of the chip's data an advice tells the host (DE 55). */
  readonly iccDataHex?: string;
  /** The payment that this one draws on, as the host knows it: DE 90 and DE 38. */
  readonly original?: { readonly data: string; readonly approvalCode?: string };
}
