-- Purpose: lets the next runner of migrations begin.
-- Returns one row of no meaning.
select pg_advisory_unlock(hashtext('chipswitch-migrate'))
