// A terminal's question, with everything known of it before anything is durable.
import type { IsoMessage, PaymentRequest } from '@chipswitch/transaction';
import type { TerminalConfig } from './config.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';

/** The question. */
export interface Asked {
  readonly request: PaymentRequest;
  readonly message: IsoMessage;
  readonly frame: TerminalFrame;
  readonly terminal: TerminalConfig;
}
