-- Purpose: a closed batch by its key.
-- $1: terminal_id, $2: batch_key. Returns response_code, host_totals, or no row.
select response_code, host_totals from terminal_batch where terminal_id = $1 and batch_key = $2
