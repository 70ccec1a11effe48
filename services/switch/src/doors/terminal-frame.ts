// One message that came in by a door of the switch, and the way back to whoever sent it.
import type { IsoMessage, LocalClock } from '@chipswitch/transaction';
import type { Dialect } from '../dialects/dialect.ts';
import type { LineFrame } from '../question.ts';

/** A message in the elements of ISO 8583:1987, whatever the door's own form is. */
export interface TerminalFrame extends Pick<
  LineFrame,
  'giveUp' | 'msLeft' | 'judged' | 'connection' | 'certifiedTerminalId'
> {
  readonly decoded: ReturnType<Dialect['decode']>;
  /** How many bytes came, for the log. */
  readonly bytes: number;
  /** The switch's local time, where this door's terminals may leave theirs out. */
  readonly clock?: LocalClock;
  /** The key of the payment that it is about, where the door knows it. */
  readonly originalKey?: string;
  /** Sends an answer in the door's form; false when it could not be handed over. */
  readonly answer: (message: IsoMessage) => Promise<boolean>;
}
