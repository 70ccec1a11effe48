-- Purpose: what the switch saw of a business date at one host, as lines for the three-way match.
-- What waits for a person counts as what it was given up for (view payment_outcome).
-- $1: business date, $2: host. Returns ref, amount_minor, type, status.
select reference as ref, amount_minor::text as amount_minor,
  case when kind = 'refund' then 'refund' else 'sale' end as type,
  case outcome when 'undone' then 'reversed' when 'approved' then 'approved' else 'declined' end as status
from payment_outcome
where business_date = $1 and host = $2 and kind in ('purchase', 'offline-purchase', 'refund')
  and reference is not null
