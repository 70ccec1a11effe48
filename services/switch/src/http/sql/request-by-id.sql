-- Purpose: a payment that an API key asked for, by its public name.
-- $1 API key, $2 request id.
select request_id, body_hash, terminal_id, payment_key, stan, local_date, local_time, about
from http_request where api_key = $1 and request_id = $2 and is_payment
