-- Purpose: whether the batch that a payment is in was closed.
-- $1: payment_id. Returns closed.
select exists (
  select from payment p join terminal_batch b on b.batch_id = p.batch_id where p.payment_id = $1) as closed
