-- Purpose: payments by what a later message knows of them, newest first. $1: terminals. $2: business dates. $3:
-- patterns of keys. $4: retrieval reference. $5: how many. Returns their rows, dates also as text.
select p.*, p.business_date::text as business_day, p.expires_on::text as expires_day
from payment p
where p.terminal_id = any($1) and p.business_date = any($2::date[])
  and (p.idempotency_key like any($3) or p.retrieval_reference = $4)
order by p.payment_id desc
limit $5
