-- Purpose: the batches that nobody has ended yet, the oldest first.
-- $1: at most so many. Returns batch_id, business_date, terminal_id, batch_key, response_code.
select batch_id::text as batch_id, business_date::text as business_date, terminal_id, batch_key, response_code
from unequal_batch order by business_date, batch_id limit $1
