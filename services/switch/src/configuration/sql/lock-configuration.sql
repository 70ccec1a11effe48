-- Purpose: lets one write of the configuration happen at a time, until the end of the transaction.
select pg_advisory_xact_lock(hashtext('chipswitch-configuration'))
