-- Purpose: keeps a terminal's close of a batch.
-- $1 batch_id, $2 terminal_id, $3 batch_number, $4 batch_key, $5 business date, $6 response_code,
-- $7 host totals, $8 terminal totals.
insert into terminal_batch (
  batch_id, terminal_id, batch_number, batch_key, business_date, response_code, host_totals, terminal_totals)
values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb)
