-- Purpose: what a payment booked is found without reading its whole business day.
create index ledger_transaction_payment on ledger_transaction (payment_id) where payment_id is not null;
