// API and web page for operators and merchants, over the journal and the ledger; read-only.
export { type ConsoleParts, createConsole } from './console-server.ts';
export {
  type ConsoleStore,
  type EventView,
  type PaymentDetail,
  type PaymentQuery,
  createPostgresStore,
} from './console-store.ts';
export {
  type BookingView,
  type MoneyView,
  type Outcome,
  type PaymentView,
  type PostingView,
  outcomeOf,
  outcomes,
} from './payment-view.ts';
export { type CurrencyBalance } from './trial-balance.ts';
