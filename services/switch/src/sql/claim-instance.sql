-- Purpose: claims an instance and its node, which no living claim has, for the session that asks.
-- $1 instance, $2 node, $3 claim, $4 lease in milliseconds.
insert into switch_instance as s (instance, node, claim, session_pid, session_start, expires_at)
select $1, $2::smallint, $3::uuid, a.pid, a.backend_start,
  clock_timestamp() + $4::bigint * interval '1 millisecond'
from pg_stat_activity a where a.pid = pg_backend_pid()
on conflict (instance) do update set node = excluded.node, claim = excluded.claim,
  session_pid = excluded.session_pid, session_start = excluded.session_start,
  expires_at = excluded.expires_at
