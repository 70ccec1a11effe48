-- Purpose: the server's number of the session that works on this. Returns pid.
select pg_backend_pid() as pid
