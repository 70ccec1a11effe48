-- Purpose: whether a terminal has closed the batch that a payment of it is in.
-- $1: terminal_id, $2: payment_id. Returns closed.
select exists (
  select from terminal_batch where terminal_id = $1 and last_payment_id >= $2::bigint) as closed
