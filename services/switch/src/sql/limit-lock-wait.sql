-- Purpose: how long a statement of this transaction waits for a lock before it gives up.
-- $1: milliseconds, as text. Returns one row of no meaning.
select set_config('lock_timeout', $1, true)
