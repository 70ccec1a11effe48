-- Purpose: claims an instance and its node, which no living claim has, for the session that asks.
-- $1 instance, $2 node, $3 claim, $4 lease in milliseconds, $5 whether the session is the process's own: it
-- is not behind a pooler.
insert into switch_instance as s
  (instance, node, claim, session_pid, session_start, expires_at, alive_since)
select $1, $2::smallint, $3::uuid, case when $5 then a.pid end, case when $5 then a.backend_start end,
  clock_timestamp() + $4::bigint * interval '1 millisecond', clock_timestamp()
from pg_stat_activity a where a.pid = pg_backend_pid()
on conflict (instance) do update set node = excluded.node, claim = excluded.claim,
  session_pid = excluded.session_pid, session_start = excluded.session_start,
  expires_at = excluded.expires_at, alive_since = excluded.alive_since
