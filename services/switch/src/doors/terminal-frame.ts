// One message that came in by a door of the switch, and the way back to whoever sent it.
import type { Awaitable } from '@chipswitch/security-module';
import type { IsoMessage, LocalClock, RefusalReason } from '@chipswitch/transaction';
import type { Dialect } from '../dialects/dialect.ts';
import type { LineFrame } from '../question.ts';
import type { MacVerdict } from '../security/message-authentication.ts';

/** What a MAC says of a message. */
export type FrameVerdict =
  | MacVerdict
  | { readonly ok: false; readonly why: 'not-expected' | 'replayed' };

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
  /** Whether the message is the terminal's own; absent where another thing says so (an API key). */
  readonly verify?: () => Awaitable<FrameVerdict>;
  /** Codes of this door's dialect for refusals that it has words of its own for. */
  readonly codes?: Partial<Readonly<Record<RefusalReason, string>>>;
  /** Whether this door's dialect has text in an element, not bytes. */
  readonly isText?: (element: number) => boolean;
  /** Sends an answer in the door's form; false when it could not be handed over. */
  readonly answer: (message: IsoMessage) => Promise<boolean>;
  /** Ends when the last answer has left or cannot leave; absent where answers leave at once. */
  readonly untilSent?: () => Promise<void>;
}
