-- Purpose: closes a terminal's batch, once.
-- $1 terminal_id, $2 batch_key, $3 last_payment_id, $4 response_code, $5 host totals, $6 terminal totals.
-- Returns response_code and host_totals, or no row when the batch was closed before.
insert into terminal_batch (
  terminal_id, batch_key, last_payment_id, response_code, host_totals, terminal_totals)
values ($1, $2, $3, $4, $5::jsonb, $6::jsonb)
on conflict (terminal_id, batch_key) do nothing
returning response_code, host_totals
