-- Purpose: gives a session's lock back.
-- $1: name. Returns one row of no meaning.
select pg_advisory_unlock(hashtextextended($1, 0))
