-- Purpose: what a slot holds now. Parameters: 1 id, 2 exchange since (ms) or null, 3 active key,
-- 4 pending key, 5 retired key, 6 end of the retired key's grace (ms); keys may be null.
update security_key_slot
set exchange_since_ms = $2, active_key = $3, pending_key = $4, retired_key = $5,
    retired_until_ms = $6
where slot_id = $1
