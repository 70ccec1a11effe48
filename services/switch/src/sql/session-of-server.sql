-- Purpose: the session that works on this. Returns pid and statement_timeout ('0': none).
select pg_backend_pid() as pid, current_setting('statement_timeout') as statement_timeout
