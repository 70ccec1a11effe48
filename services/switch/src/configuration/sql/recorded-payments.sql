-- Purpose: what routing is asked about payments that were sent to a host, newest first, a page at a time.
-- $1 the payment that the page before ended with, or null; $2 payments at the most.
select p.payment_id::text, p.idempotency_key, p.pan_encrypted, p.pan_truncated, p.amount_minor::text,
  p.currency, p.acceptor_id, p.terminal_id, p.kind, p.opened_at
from payment p
where p.host is not null and p.original_id is null
  and p.payment_id < coalesce($1::bigint, 9223372036854775807)
order by p.payment_id desc
limit $2
