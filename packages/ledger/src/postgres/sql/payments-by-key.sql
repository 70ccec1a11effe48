-- Purpose: payments by their idempotency keys. $1: keys. Returns the payments' rows, dates also as text.
select p.*, p.business_date::text as business_day, p.expires_on::text as expires_day
from payment p
where p.idempotency_key = any($1)
