-- Purpose: renews a claim from the session that asks.
-- $1 instance, $2 claim, $3 lease in milliseconds. Returns no row when the claim is another's by now.
update switch_instance s set session_pid = a.pid, session_start = a.backend_start,
  expires_at = clock_timestamp() + $3::bigint * interval '1 millisecond'
from pg_stat_activity a
where s.instance = $1 and s.claim = $2 and a.pid = pg_backend_pid()
returning s.instance
