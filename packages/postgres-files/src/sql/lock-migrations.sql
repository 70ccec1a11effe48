-- Purpose: one runner of migrations at a time, whatever it migrates, until the transaction ends.
-- Returns one row of no meaning.
select pg_advisory_xact_lock(hashtext('chipswitch-migrate'))
