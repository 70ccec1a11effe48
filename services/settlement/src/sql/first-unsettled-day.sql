-- Purpose: the first business date that is not settled, of all from the first with anything in it.
-- $1: the last date that is over. Returns day, null when all are settled or there is none.
select min(d.day)::date::text as day
from generate_series(
  (select min(business_date) from (
    select min(business_date) as business_date from payment
    union all select min(business_date) from ledger_transaction
    union all select min(business_date) from settlement_run) first),
  $1::date, interval '1 day') as d (day)
where not exists (
  select from settlement_run r where r.business_date = d.day::date
    and r.job = 'settle-business-day' and r.status = 'settled')
