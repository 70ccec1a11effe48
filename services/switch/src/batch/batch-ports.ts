// What the messages of a batch need of the switch, and what comes of one: its answer, or why it is refused.
import type { PaymentJournal } from '@chipswitch/ledger';
import type { IsoMessage, RefusalReason } from '@chipswitch/transaction';
import type { CardVault } from '../card-vault.ts';
import type { Counters } from '../counters.ts';
import type { BatchStore } from './batch-store.ts';

/** The open parts that the messages of a batch work with. */
export interface BatchPorts {
  readonly batches: BatchStore;
  readonly journal: Pick<PaymentJournal, 'findByKey' | 'drawsOn'>;
  readonly vault: Pick<CardVault, 'panHmac'>;
  readonly counters: Counters;
  readonly businessDate: () => string;
  readonly log: (line: { readonly event: string; readonly [detail: string]: unknown }) => void;
  readonly report: (what: string, error: unknown) => void;
}

/** What comes of a message of an identified terminal. */
export type BatchReply =
  | { readonly ok: true; readonly answer: IsoMessage }
  | {
      readonly ok: false;
      readonly error: { readonly code: RefusalReason; readonly path?: string };
    };
