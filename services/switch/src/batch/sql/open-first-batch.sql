-- Purpose: the first batch of a terminal that never opened a payment.
-- $1: terminal_id.
insert into open_batch (terminal_id) values ($1) on conflict (terminal_id) do nothing
