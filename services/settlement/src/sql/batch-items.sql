-- Purpose: terminal batches closed over payments up to a business date, each with its items summed again.
-- $1: business date. Returns terminal_id, batch_key, response_code, host_totals, and for each bucket
-- count and amount as JSON: {"sale": ["2", "12550"], …}.
with batch as (
  select b.*, coalesce(lag(b.last_payment_id) over (
    partition by b.terminal_id order by b.last_payment_id), 0) as after_payment_id
  from terminal_batch b
), of_day as (
  select b.* from batch b join payment p on p.payment_id = b.last_payment_id
  where p.business_date = $1 and b.last_payment_id > b.after_payment_id
), item as (
  select d.terminal_id, d.batch_key, k.bucket, p.amount_minor as amount, p.outcome = 'undone' as undone
  from of_day d join payment_outcome p on p.terminal_id = d.terminal_id
    and p.payment_id > d.after_payment_id and p.payment_id <= d.last_payment_id
    join payment_kind k on k.name = p.kind
  where k.bucket is not null and p.was_approved
), bucketed as (
  -- A void that was undone itself has taken nothing back.
  select terminal_id, batch_key, bucket, amount
  from item where not (undone and bucket = 'sale-reversal')
  union all
  select terminal_id, batch_key, bucket || '-reversal', amount
  from item where undone and bucket <> 'sale-reversal'
), summed as (
  select terminal_id, batch_key, bucket, count(*)::text as items, sum(amount)::text as amount
  from bucketed group by terminal_id, batch_key, bucket
)
select d.terminal_id, d.batch_key, d.response_code, d.host_totals,
  coalesce(json_object_agg(s.bucket, json_build_array(s.items, s.amount))
    filter (where s.bucket is not null), '{}') as buckets
from of_day d left join summed s using (terminal_id, batch_key)
group by d.terminal_id, d.batch_key, d.response_code, d.host_totals
order by d.terminal_id, d.batch_key
