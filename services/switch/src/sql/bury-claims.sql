-- Purpose: ends dead claims on an instance or a node: the lease has run out, or the session is gone.
-- $1 instance, $2 node.
update switch_instance s set node = null, expires_at = least(s.expires_at, clock_timestamp())
where (s.instance = $1 or s.node = $2) and (
  s.expires_at <= clock_timestamp() or s.session_pid is not null and not exists (
    select from pg_stat_activity a where a.pid = s.session_pid
      -- The start of another role's session cannot be seen; then the lease alone decides.
      and (a.backend_start = s.session_start or a.backend_start is null)))
