-- Purpose: terminal batches that were closed on a business date, and those closed before it that nobody has ended
-- yet, each with its items summed again and with what its upload left to a person.
-- $1: business date. Returns batch_id, terminal_id, batch_key, business_date, is_of_day, is_listed, response_code,
-- host_totals, for each bucket count and amount as JSON: {"sale": ["2", "12550"], …}, and for each kind of
-- exception its count: {"not-sent": 1, …}.
select b.batch_id::text as batch_id, b.terminal_id, b.batch_key, b.business_date::text as business_date,
  b.business_date = $1 as is_of_day, b.response_code, b.host_totals,
  exists (select from unequal_batch u where u.batch_id = b.batch_id) as is_listed,
  (select coalesce(json_object_agg(s.bucket, json_build_array(s.items, s.amount)), '{}') from (
    select bucket, sum(items)::text as items, sum(amount_minor)::text as amount
    from batch_item i where i.batch_id = b.batch_id group by bucket) s) as buckets,
  (select coalesce(json_object_agg(e.finding, e.items), '{}') from (
    select finding, count(*) as items
    from batch_exception x where x.batch_id = b.batch_id group by finding order by finding) e) as exceptions
from terminal_batch b
where b.business_date = $1
  or (b.business_date < $1 and b.batch_id in (select batch_id from unequal_batch))
order by b.business_date, b.terminal_id, b.batch_id
