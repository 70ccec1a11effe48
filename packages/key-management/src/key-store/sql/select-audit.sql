-- Purpose: a slot's record, oldest first. Parameters: 1 slot id, 2 rows at most.
-- Output: at_ms, slot_id, step, key_id, kcv, reason.
select at_ms, slot_id, step, key_id, kcv, reason
from security_key_audit
where slot_id = $1
order by audit_id
limit $2
