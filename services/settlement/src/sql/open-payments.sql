-- Purpose: payments of a business date that are not at rest. While there are any the day is not settled;
-- those waiting for a person are reported, and do not hold up everybody else.
-- $1: business date. Returns state, payments.
select state, count(*)::text as payments
from payment_outcome
where business_date = $1 and open_for <> 'nobody'
group by state
order by state
