-- Purpose: at the end of an upload, keeps what is in the listed batches of a number and was not sent. Of a batch
-- whose totals agreed a terminal may send what it likes.
-- $1: terminal_id, $2: batch number.
insert into terminal_batch_item (
  terminal_id, batch_number, batch_id, item_key, finding, amount_minor, journal_amount_minor, payment_id,
  pan_hmac, pan_truncated, currency, approval_code, retrieval_reference)
select $1, $2, u.batch_id, p.idempotency_key, 'not-sent', o.amount_minor + c.changed, o.amount_minor + c.changed, p.payment_id,
  p.pan_hmac, p.pan_truncated, p.currency, p.approval_code, p.retrieval_reference
from unequal_batch u
join payment_outcome o on o.batch_id = u.batch_id and o.outcome = 'approved'
join payment_kind k on k.name = o.kind and k.bucket is not null and k.items = 1
join payment p on p.payment_id = o.payment_id
-- What tips have added to it, and reversals of a part taken off it.
cross join lateral (
  select coalesce(sum(case when x.bucket = 'sale' then w.amount_minor else -w.amount_minor end), 0) as changed
  from payment d join payment_outcome w on w.payment_id = d.payment_id join payment_kind x on x.name = d.kind
  where d.original_id = p.payment_id and w.outcome = 'approved' and x.items = 0) c
where u.terminal_id = $1 and u.batch_number = $2 and u.response_code <> '00' and not exists (
  select from terminal_batch_item i
  where i.terminal_id = $1 and i.item_key = p.idempotency_key and i.finding <> 'not-sent')
on conflict (terminal_id, batch_number, item_key, batch_id, finding, amount_minor, pan_hmac) do nothing
