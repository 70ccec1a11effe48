-- Purpose: gives a claim back.
-- $1 instance, $2 claim.
update switch_instance set node = null, expires_at = clock_timestamp()
where instance = $1 and claim = $2
