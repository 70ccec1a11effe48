-- Purpose: counts and sums of a terminal's open batch by bucket, as ISO 8583 DE 74 to 89 want them.
-- $1: terminal_id. Returns bucket, count, amount_minor, and the last payment of the batch (the same
-- in each row). A payment whose terminal was never told of an approval is in no bucket.
with since as (
  select coalesce(max(last_payment_id), 0) as payment_id from terminal_batch where terminal_id = $1
), item as (
  select p.payment_id, k.bucket, p.amount_minor as amount, p.outcome = 'undone' as undone,
    p.was_approved and k.bucket is not null as approved
  from payment_outcome p left join payment_kind k on k.name = p.kind, since
  where p.terminal_id = $1 and p.payment_id > since.payment_id
), bucketed as (
  -- A void that was undone itself has taken nothing back.
  select bucket, amount from item where approved and not (undone and bucket = 'sale-reversal')
  union all
  select bucket || '-reversal', amount
  from item where approved and undone and bucket <> 'sale-reversal'
)
select kinds.bucket, count(b.amount)::text as count, coalesce(sum(b.amount), 0)::text as amount_minor,
  (select coalesce(max(payment_id), (select payment_id from since)) from item)::text as last_payment_id
from (values ('sale'), ('sale-reversal'), ('refund'), ('refund-reversal')) as kinds (bucket)
left join bucketed b using (bucket)
group by kinds.bucket
