-- Purpose: a key's next state; a destroyed key loses its block. Parameters: 1 id, 2 state.
update security_key
set state = $2,
    wrapped = case when $2 = 'DESTROYED' then null else wrapped end,
    changed_at = clock_timestamp()
where key_id = $1 and state <> $2
