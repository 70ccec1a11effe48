-- Purpose: payments opened or moved on a business date whose bookings are not what their outcome says;
-- there must be none. What a live payment books to the merchant, or to its hold, payment_kind says; what was declined, refused or reversed nets to zero, over all days that it was
-- booked on: each step is booked on its own date. Payments still open are not judged.
-- $1: business date, $2: rows at most. Returns payment_id, state, expected_minor, booked_minor.
with concerned as (
  select payment_id from payment where business_date = $1
  union
  select payment_id from payment_event where business_date = $1 and version > 0
), item as materialized (
  select payment_id, state, effect, on_hold, business_date as opened_on, amount_minor as amount, outcome
  from concerned join payment_outcome using (payment_id) join payment_kind k on k.name = kind
  where open_for = 'nobody'
), booked as (
  select t.payment_id, sum(l.amount_minor) as amount
  from item i
  join ledger_transaction t on t.payment_id = i.payment_id
  join ledger_posting l using (transaction_id, business_date)
  where t.business_date >= (select min(opened_on) from item)
    and l.business_date >= (select min(opened_on) from item)
    and l.account_code = (
      select code from account_class
      where name = case when i.on_hold then 'authorisation holds contra' else 'pending to merchant' end)
  group by t.payment_id
), judged as (
  select i.payment_id, i.state, coalesce(b.amount, 0) as effect,
    case when i.outcome = 'approved' then i.effect * i.amount else 0 end as expected
  from item i left join booked b using (payment_id)
)
select payment_id::text as payment_id, state, expected::text as expected_minor,
  effect::text as booked_minor
from judged
where effect <> expected
order by judged.payment_id
limit $2
