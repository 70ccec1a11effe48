-- Purpose: notes how a job ended for a business date; a settled one refuses to be noted again.
-- $1: job, $2: business date, $3: status, $4: checksum, $5: result as JSON.
insert into settlement_run (job, business_date, status, checksum, result)
values ($1, $2, $3, $4, $5)
on conflict (job, business_date) do update set status = excluded.status,
  checksum = excluded.checksum, result = excluded.result, ended_at = excluded.ended_at,
  tries = settlement_run.tries + 1
