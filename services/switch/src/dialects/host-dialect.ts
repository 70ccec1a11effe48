// How one kind of host speaks. Inside, every message is in the terms of ISO 8583:1987; a dialect says what of it stands
// on the wire, and what an answer from there means in those terms. One dialect, one file; all of them: host-dialects.ts.
import type { IsoMessage } from '@chipswitch/transaction';
import type { FrameOptions, FrameParts, Spec } from 'iso8583-js';

/** A network management message that we send: its type, and its code in the terms of 1987 (DE 70). */
export interface NetworkMessage {
  readonly mti: '0800' | '0820';
  readonly code: string;
}

/** What stands around each message, and what is always the same in it. */
export interface HostFraming {
  readonly options: FrameOptions;
  readonly parts: FrameParts;
}

/** A dialect. */
export interface HostDialect {
  readonly name: string;
  readonly spec: Spec;
  readonly framing: HostFraming;
  /** What a message's header is, for specs that have one. */
  readonly header?: Uint8Array | string;
  readonly network: {
    readonly signOn: NetworkMessage;
    readonly signOff: NetworkMessage;
    readonly echo: NetworkMessage;
  };
  /** Message type of a reversal; a repeat has the repeat's type, or, at some hosts, the same. */
  readonly reversal: { readonly mti: '0400' | '0420'; readonly repeatIsSame: boolean };
  /** Elements of the wire by which an answer is found, beside its message class and function. */
  readonly matchOn: readonly number[];
  /** Who gives DE 37 of a payment: we do, or the host does in its answer. */
  readonly numbering: 'ours' | 'host';
  /** EMV tags of DE 55 that are the issuer's word to the card, beside those that every issuer has. */
  readonly issuerTags: readonly number[];
  /** Elements of an answer that reach the terminal as they are. */
  readonly passedOn: readonly number[];
  /**
   * A message of ours as it stands on the wire.
   *
   * @param today YYYY-MM-DD, for editions whose dates have a year
   */
  readonly write: (message: IsoMessage, today: string) => IsoMessage;
  /** A message of the host in the terms of 1987. */
  readonly read: (wire: IsoMessage) => IsoMessage;
}

/** Two-byte length and nothing more: what most hosts frame their messages with. */
export const plainFraming: HostFraming = {
  options: { length: 'binary2', maxBytes: 8192 },
  parts: {},
};
