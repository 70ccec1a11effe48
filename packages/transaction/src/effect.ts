// What must be done about a payment: data, carried out by the switch or by the seeded world.
import type { LedgerTransaction } from '@chipswitch/ledger';
import type { HostAnswer, LateAnswer } from './payment.ts';
import type { PaymentState } from './state.ts';

/** Which of a payment's timers. */
export type TimerName = 'answer' | 'acknowledge';

/**
 * Effects are carried out in order. A `journal` effect is durable before the next one starts: that
 * is what makes "journal before the wire" and "commit before the answer" hold.
 */
export type Effect =
  | {
      readonly type: 'journal';
      readonly version: number;
      readonly state: PaymentState;
      readonly event: string;
      readonly answer?: HostAnswer;
      readonly responseCode?: string;
      readonly host?: string;
      readonly tries?: number;
      readonly lateAnswer?: LateAnswer;
      /** What the host said to a reversal or advice that it did not take. */
      readonly acknowledgementCode?: string;
      readonly booking?: LedgerTransaction;
      /** It holds only while no more than so many payments were opened against this one. */
      readonly draws?: number;
    }
  | { readonly type: 'send-request'; readonly host: string }
  | { readonly type: 'send-reversal'; readonly host: string; readonly repeat: boolean }
  | { readonly type: 'send-advice'; readonly host: string; readonly repeat: boolean }
  | { readonly type: 'start-timer'; readonly timer: TimerName; readonly ms: number }
  | { readonly type: 'cancel-timer'; readonly timer: TimerName }
  /** Answer the terminal; with an answer of the host, or only with a code. */
  | { readonly type: 'reply'; readonly responseCode: string; readonly answer?: HostAnswer }
  /** Put the reversal or advice into its lane, to be written not before `delayMs`. */
  | { readonly type: 'queue'; readonly delayMs: number }
  | { readonly type: 'alarm'; readonly reason: string };
