-- Purpose: payments opened or moved on a business date whose bookings are not what their outcome says;
-- there must be none. A live purchase or pre-authorisation credits the merchant or the hold by its amount,
-- a live refund debits; what was declined, refused or reversed nets to zero, over all days that it was
-- booked on: each step is booked on its own date. Payments still open are not judged.
-- $1: business date, $2: rows at most. Returns payment_id, state, expected_minor, booked_minor.
with concerned as (
  select payment_id from payment where business_date = $1
  union
  select payment_id from payment_event where business_date = $1 and version > 0
), item as materialized (
  select payment_id, state, kind, business_date as opened_on, amount_minor as amount, outcome
  from concerned join payment_outcome using (payment_id)
  where open_for = 'nobody'
), booked as (
  select t.payment_id, sum(l.amount_minor) as effect
  from item i
  join ledger_transaction t on t.payment_id = i.payment_id
  join ledger_posting l using (transaction_id, business_date)
  where t.business_date >= (select min(opened_on) from item)
    and l.business_date >= (select min(opened_on) from item)
    and l.account_code in (
      select code from account_class where name in ('pending to merchant', 'authorisation holds contra'))
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
