// How a host's messages stand on its wire, seen from the host: read into the terms of ISO 8583:1987 in which it decides, and
// answered in its own. Made apart from the switch's dialects, so that both are not wrong in the same way.
import type { IsoMessage } from '@chipswitch/transaction';
import type { FrameOptions, FrameParts, Spec } from 'iso8583-js';

/** The wire of one host. */
export interface HostWire {
  readonly spec: Spec;
  readonly framing: FrameOptions;
  /** What stands before messages of the host's own. */
  readonly frameParts: FrameParts;
  /** A message that came in, as the host understands it. */
  readonly hear: (wire: IsoMessage) => IsoMessage;
  /** What the host decided, in the elements of its answer. */
  readonly say: (
    asked: IsoMessage,
    heard: IsoMessage,
    decided: Partial<IsoMessage>,
  ) => Partial<IsoMessage>;
  /** Elements that an answer repeats. */
  readonly echo: readonly number[];
  /** A network message of the host's own: 001 signs on, 002 off, 301 tests, 161 exchanges keys. */
  readonly network: (code: string, stan: string) => IsoMessage;
}
