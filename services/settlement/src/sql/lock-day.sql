-- Purpose: takes a session's lock by name; waits for whoever has it.
-- $1: name. Returns one row of no meaning.
select pg_advisory_lock(hashtextextended($1, 0))
