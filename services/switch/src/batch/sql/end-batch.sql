-- Purpose: ends a batch whose totals had not agreed.
-- $1: batch_id, $2: how.
insert into terminal_batch_end (batch_id, how) values ($1, $2) on conflict (batch_id) do nothing
