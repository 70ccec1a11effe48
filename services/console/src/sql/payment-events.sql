-- Purpose: every durable step of one payment, in order.
-- $1: payment_id, $2: rows at most. Returns version, state, event, at.
select version, state, event, at
from payment_event
where payment_id = $1
order by version
limit $2
