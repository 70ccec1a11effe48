// What the console reads, and the reader over Postgres: bounded statements, nothing written.
import { sqlFiles } from '@chipswitch/ledger/postgres';
import type { Pool } from 'pg';
import {
  type BookingRow,
  type BookingView,
  type PaymentRow,
  type PaymentView,
  bookingViews,
  paymentView,
} from './payment-view.ts';
import { type CurrencyBalance, type SumsRow, trialBalance } from './trial-balance.ts';

/** A step of a payment's life. */
export interface EventView {
  readonly version: number;
  readonly state: string;
  readonly event: string;
  readonly at: string;
}

/** A payment with its life and its bookings. */
export interface PaymentDetail extends PaymentView {
  readonly events: readonly EventView[];
  readonly bookings: readonly BookingView[];
}

/** Which payments, and from where on. */
export interface PaymentQuery {
  readonly limit: number;
  /** Id of the last payment of the page before. */
  readonly afterId?: string;
  readonly state?: string;
  readonly terminalId?: string;
  readonly businessDate?: string;
}

/** What the console reads. */
export interface ConsoleStore {
  /** Newest first. */
  listPayments(query: PaymentQuery): Promise<PaymentView[]>;
  findPayment(id: string): Promise<PaymentDetail | undefined>;
  /** Oldest first. */
  listUnresolved(query: Pick<PaymentQuery, 'limit' | 'afterId'>): Promise<PaymentView[]>;
  trialBalance(businessDate?: string): Promise<CurrencyBalance[]>;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
}

const eventsMax = 200;
const legsMax = 200;
const sql = sqlFiles(new URL('./sql/', import.meta.url));

/** The reader over a pool; the pool belongs to the caller. */
export function createPostgresStore(pool: Pool): ConsoleStore {
  const statements = {
    ping: sql('ping'),
    list: sql('list-payments'),
    one: sql('one-payment'),
    events: sql('payment-events'),
    bookings: sql('payment-bookings'),
    unresolved: sql('unresolved'),
    balance: sql('trial-balance'),
  };
  return {
    listPayments: async ({ limit, afterId, state, terminalId, businessDate }) => {
      const values = [limit, afterId, state, terminalId, businessDate];
      const found = await pool.query<PaymentRow>(statements.list, values);
      return found.rows.map(paymentView);
    },
    listUnresolved: async ({ limit, afterId }) => {
      const found = await pool.query<PaymentRow>(statements.unresolved, [limit, afterId]);
      return found.rows.map(paymentView);
    },
    findPayment: async (id) => {
      const [row] = (await pool.query<PaymentRow>(statements.one, [id])).rows;
      if (row === undefined) return undefined;
      const events = await pool.query<Omit<EventView, 'at'> & { at: Date }>(statements.events, [
        id,
        eventsMax,
      ]);
      const bookings = await pool.query<BookingRow>(statements.bookings, [
        id,
        row.business_date,
        legsMax,
      ]);
      return {
        ...paymentView(row),
        events: events.rows.map((event) => ({ ...event, at: event.at.toISOString() })),
        bookings: bookingViews(bookings.rows),
      };
    },
    trialBalance: async (businessDate) => {
      const found = await pool.query<SumsRow>(statements.balance, [businessDate]);
      return trialBalance(found.rows);
    },
    ping: async () => {
      await pool.query(statements.ping);
    },
  };
}
