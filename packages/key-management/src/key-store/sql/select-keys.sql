-- Purpose: every key that is not destroyed, oldest first.
-- Output: key_id, usage, algorithm, kcv, state, wrapping, wrapped.
select key_id, usage, algorithm, kcv, state, wrapping, wrapped
from security_key
where state <> 'DESTROYED'
order by created_at, key_id
