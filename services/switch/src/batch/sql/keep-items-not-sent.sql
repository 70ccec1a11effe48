-- Purpose: at the end of an upload, keeps what is in the listed batches of a number and was not sent. Of a batch
-- whose totals agreed a terminal may send what it likes.
-- $1: terminal_id, $2: batch number.
insert into terminal_batch_item (
  terminal_id, batch_number, batch_id, item_key, finding, amount_minor, journal_amount_minor, payment_id,
  pan_hmac, pan_truncated, currency, approval_code, retrieval_reference)
select $1, $2, u.batch_id, p.idempotency_key, 'not-sent', o.amount_minor, o.amount_minor, p.payment_id,
  p.pan_hmac, p.pan_truncated, p.currency, p.approval_code, p.retrieval_reference
from unequal_batch u
join payment_outcome o on o.batch_id = u.batch_id and o.outcome = 'approved'
join payment_kind k on k.name = o.kind and k.bucket is not null
join payment p on p.payment_id = o.payment_id
where u.terminal_id = $1 and u.batch_number = $2 and u.response_code <> '00' and not exists (
  select from terminal_batch_item i
  where i.terminal_id = $1 and i.item_key = p.idempotency_key and i.finding <> 'not-sent')
on conflict (terminal_id, batch_number, item_key, batch_id, finding, amount_minor, pan_hmac) do nothing
