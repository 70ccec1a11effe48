-- Purpose: approved holds whose last date is over, in order. $1: business date. $2: behind which payment. $3: how
-- many. Returns their rows, dates also as text.
select p.*, p.business_date::text as business_day, p.expires_on::text as expires_day
from payment p
where p.expires_on < $1 and p.payment_id > $2 and is_approved_state(p.state)
order by p.payment_id
limit $3
