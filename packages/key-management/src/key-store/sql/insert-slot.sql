-- Purpose: a new slot. Parameters: 1 id, 2 grace in ms, 3 active key or null.
-- Output: one row when it is new, none when it is there.
insert into security_key_slot (slot_id, grace_ms, active_key)
values ($1, $2, $3)
on conflict (slot_id) do nothing
returning slot_id
