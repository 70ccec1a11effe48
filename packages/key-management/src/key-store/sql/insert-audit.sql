-- Purpose: one step in the record. Parameters: 1 at (ms), 2 slot, 3 step, 4 key id, 5 kcv, 6 reason.
insert into security_key_audit (at_ms, slot_id, step, key_id, kcv, reason)
values ($1, $2, $3, $4, $5, $6)
