-- Purpose: a slot and its keys, the slot's row locked until the end of the transaction.
-- Parameters: 1 slot id. Output: one row, or none.
select s.slot_id, s.grace_ms, s.exchange_since_ms, s.retired_until_ms,
       to_jsonb(a) as active, to_jsonb(p) as pending, to_jsonb(r) as retired
from security_key_slot s
left join (select key_id, usage, algorithm, kcv from security_key) a on a.key_id = s.active_key
left join (select key_id, usage, algorithm, kcv from security_key) p on p.key_id = s.pending_key
left join (select key_id, usage, algorithm, kcv from security_key) r on r.key_id = s.retired_key
where s.slot_id = $1
for update of s
