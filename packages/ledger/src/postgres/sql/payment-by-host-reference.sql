-- Purpose: the newest payment that a host was sent under a reference. $1: host. $2: reference. Returns its row, dates
-- also as text.
select p.*, p.business_date::text as business_day, p.expires_on::text as expires_day
from payment p
where p.host = $1 and p.host_reference = $2
order by p.payment_id desc
limit 1
