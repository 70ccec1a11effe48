-- Purpose: how a job ended for a business date.
-- $1: job, $2: business date. Returns status, checksum, result, or no row.
select status, checksum::text as checksum, result
from settlement_run
where job = $1 and business_date = $2
