-- Purpose: the question that was asked under an idempotency key.
-- $1 API key, $2 hash of the idempotency key.
select request_id, body_hash, terminal_id, payment_key, stan, local_date, local_time, about
from http_request where api_key = $1 and idempotency_hash = $2
