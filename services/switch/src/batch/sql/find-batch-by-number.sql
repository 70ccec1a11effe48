-- Purpose: the last close of a batch of a number: what a trailing 0500 is answered by.
-- $1: terminal_id, $2: batch number (DE 60). Returns response_code, host_totals, or no row.
select response_code, host_totals from terminal_batch
where terminal_id = $1 and split_part(batch_key, '/', 3) = $2
order by last_payment_id desc, closed_at desc
limit 1
