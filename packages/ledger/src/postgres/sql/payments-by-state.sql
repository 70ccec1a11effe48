-- Purpose: payments of an owner in some states, in order. $1: owner. $2: states. $3: how many. $4: behind which
-- payment. Returns their rows, dates also as text.
select p.*, p.business_date::text as business_day, p.expires_on::text as expires_day
from payment p
where p.owner = $1 and p.state = any($2) and p.payment_id > $4
order by p.payment_id
limit $3
