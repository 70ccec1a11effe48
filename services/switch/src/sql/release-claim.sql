-- Purpose: gives a claim back.
-- $1 instance, $2 claim.
delete from switch_instance where instance = $1 and claim = $2
