-- Purpose: payments of a business date whose bookings are not what their outcome says; there must be none.
-- A live purchase or pre-authorisation credits the merchant or the hold by its amount, a live refund
-- debits; what was declined, refused or reversed nets to zero. Payments still open are not judged.
-- $1: business date, $2: rows at most. Returns payment_id, state, expected_minor, booked_minor.
with item as (
  select payment_id, state, kind, amount_minor as amount, outcome
  from payment_outcome
  where business_date = $1 and open_for = 'nobody'
), booked as (
  -- A reversal may be booked on a later date than its payment; a week covers every retry.
  select t.payment_id, sum(l.amount_minor) as effect
  from ledger_transaction t
  join ledger_posting l using (transaction_id, business_date)
  where t.business_date between $1::date and $1::date + 7 and t.payment_id is not null
    and l.account_code in (2150, 9150)
  group by t.payment_id
), judged as (
  select i.payment_id, i.state, coalesce(b.effect, 0) as effect,
    case
      when i.outcome <> 'approved' then 0
      when i.kind in ('purchase', 'offline-purchase', 'preauthorisation') then -i.amount
      when i.kind = 'refund' then i.amount
      else 0
    end as expected
  from item i left join booked b using (payment_id)
)
select payment_id::text as payment_id, state, expected::text as expected_minor,
  effect::text as booked_minor
from judged
where effect <> expected
order by judged.payment_id
limit $2
