-- Purpose: notes a question under its idempotency key, the first time it is asked.
-- $1 request id, $2 API key, $3 hash of the idempotency key, $4 hash of the body, $5 terminal, $6 payment key,
-- $7 trace number, $8 local date, $9 local time, $10 the request it is about, $11 whether it is a payment.
-- Returns a row when it is the first.
insert into http_request (request_id, api_key, idempotency_hash, body_hash, terminal_id, payment_key, stan, local_date,
  local_time, about, is_payment)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (api_key, idempotency_hash) do nothing
returning request_id
