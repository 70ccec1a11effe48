// What a terminal needs of its line to the switch; sockets, and tests, stand behind it.
import type { IsoMessage } from '@chipswitch/transaction';

/** How an exchange ended. Only `not-sent` is sure that nothing reached the host. */
export type ExchangeResult =
  | { readonly ok: true; readonly message: IsoMessage }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: 'not-sent' | 'timed-out' | 'link-lost' | 'undecodable';
      };
    };

/** A line to the switch. Answers are matched by the line; a late one goes to `onUnmatched`. */
export interface HostLink {
  exchange(message: IsoMessage, timeoutMs: number): Promise<ExchangeResult>;
}
