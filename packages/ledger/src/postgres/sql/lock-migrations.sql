-- Purpose: one runner of migrations at a time, whatever it migrates; the session's lock.
-- Returns one row of no meaning.
select pg_advisory_lock(hashtext('chipswitch-migrate'))
