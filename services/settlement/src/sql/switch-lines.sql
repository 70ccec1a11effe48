-- Purpose: what the switch saw at one host on a business date, as lines for the three-way match, by the
-- steps of that date: an approval that is undone on a later date is a sale here and a reversal there.
-- Whatever was to be reversed is held against the other sides as such, acknowledged or not.
-- $1: business date, $2: host. Returns ref, amount_minor, type, status.
with moved as (
  select payment_id,
    bool_or(payment_step(state) = 'approves') as approved,
    bool_or(payment_step(state) = 'undoes') as undone
  from payment_event
  where business_date = $1 and payment_step(state) is not null
  group by payment_id
), line as (
  select k.bucket, p.reference, p.amount_minor, m.approved, m.undone,
    -- Undone today what had been approved on a day before.
    m.undone and not m.approved and exists (
      select from payment_event e where e.payment_id = p.payment_id and e.business_date < $1
        and payment_step(e.state) = 'approves') as taken_back
  from moved m join payment_outcome p using (payment_id) join payment_kind k on k.name = p.kind
  where p.host = $2 and k.bucket is not null and k.is_cleared
)
select reference as ref, amount_minor::text as amount_minor,
  -- A refund or a void that is taken back moves money as a sale does.
  case
    when taken_back then case when bucket = 'sale' then 'reversal' else 'sale' end
    when bucket = 'sale-reversal' then 'reversal'
    else bucket
  end as type,
  case
    when taken_back then 'approved'
    when undone then 'reversed'
    when approved then 'approved'
    else 'declined'
  end as status
from line
where reference is not null
