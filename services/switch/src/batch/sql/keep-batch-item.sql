-- Purpose: keeps an uploaded item; uploading it again changes nothing.
-- $1 terminal_id, $2 batch_number, $3 item_key, $4 finding, $5 amount_minor, $6 journal_amount_minor.
insert into terminal_batch_item (
  terminal_id, batch_number, item_key, finding, amount_minor, journal_amount_minor)
values ($1, $2, $3, $4, $5, $6)
on conflict (terminal_id, batch_number, item_key) do nothing
