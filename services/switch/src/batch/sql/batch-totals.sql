-- Purpose: counts and sums of a batch by bucket, as ISO 8583 DE 74 to 89 want them.
-- $1: batch_id. Returns bucket, count, amount_minor; a bucket with nothing in it has no row.
select bucket, sum(items)::text as count, sum(amount_minor)::text as amount_minor
from batch_item where batch_id = $1 group by bucket
