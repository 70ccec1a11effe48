-- Purpose: claims an instance and its node for the session that asks.
-- $1 instance, $2 node, $3 claim, $4 lease in milliseconds. Returns one row when it was claimed.
insert into switch_instance (instance, node, claim, session_pid, session_start, expires_at)
select $1, $2, $3, a.pid, a.backend_start, clock_timestamp() + $4::bigint * interval '1 millisecond'
from pg_stat_activity a where a.pid = pg_backend_pid()
on conflict do nothing
returning instance
