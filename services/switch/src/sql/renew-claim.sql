-- Purpose: renews a claim from the session that asks.
-- $1 instance, $2 claim, $3 lease in milliseconds, $4 whether the session is the process's own.
-- Returns no row when the claim is another's by now.
update switch_instance s set
  session_pid = case when $4 then a.pid end, session_start = case when $4 then a.backend_start end,
  alive_since = case when s.expires_at > clock_timestamp() then s.alive_since else clock_timestamp() end,
  expires_at = clock_timestamp() + $3::bigint * interval '1 millisecond'
from pg_stat_activity a
where s.instance = $1 and s.claim = $2 and a.pid = pg_backend_pid()
returning s.instance
