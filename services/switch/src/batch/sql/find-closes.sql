-- Purpose: the last close under a key, and the last one of a batch number.
-- $1: terminal_id, $2: batch_key, $3: batch number (empty when the terminal gives none).
-- Returns batch_id, by_key, response_code, host_totals, terminal_totals, is_listed: nobody has ended it yet.
select c.batch_id, c.by_key, c.response_code, c.host_totals, c.terminal_totals,
  exists (select from unequal_batch u where u.batch_id = c.batch_id) as is_listed
from (
  (select b.*, true as by_key from terminal_batch b
   where terminal_id = $1 and batch_key = $2 order by closed_at desc limit 1)
  union all
  (select b.*, false from terminal_batch b
   where terminal_id = $1 and batch_number = $3 and $3 <> '' order by closed_at desc limit 1)
) c
