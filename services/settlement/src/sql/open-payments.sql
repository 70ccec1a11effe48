-- Purpose: payments of a business date that are not at rest. While there are any the day is not settled;
-- those waiting for a person are reported, and do not hold up everybody else.
-- $1: business date. Returns state, payments.
select state, count(*)::text as payments
from payment
where business_date = $1 and state in (
  'SENDING', 'REVERSAL_DUE', 'REVERSAL_SENT', 'ADVICE_DUE', 'ADVICE_SENT', 'MANUAL')
group by state
order by state
