-- Purpose: keeps an uploaded item with the last closed batch of its number, or with the open one where none was
-- closed; the same item again is counted.
-- $1 terminal_id, $2 batch_number, $3 item_key, $4 finding, $5 amount_minor, $6 journal_amount_minor,
-- $7 payment_id, $8 pan_hmac, $9 pan_truncated, $10 currency, $11 approval_code, $12 retrieval_reference.
insert into terminal_batch_item as i (
  terminal_id, batch_number, batch_id, item_key, finding, amount_minor, journal_amount_minor, payment_id,
  pan_hmac, pan_truncated, currency, approval_code, retrieval_reference)
values ($1, $2, coalesce(
    (select batch_id from terminal_batch where terminal_id = $1 and batch_number = $2
     order by closed_at desc limit 1),
    (select batch_id from open_batch where terminal_id = $1)),
  $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (terminal_id, batch_number, item_key, batch_id, finding, amount_minor, pan_hmac)
do update set times = i.times + 1
