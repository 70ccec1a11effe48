-- Purpose: the number under which a terminal closed a batch.
-- $1: batch_id. Returns batch_number, or no row while it is open.
select batch_number from terminal_batch where batch_id = $1
