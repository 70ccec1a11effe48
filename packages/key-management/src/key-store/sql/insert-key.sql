-- Purpose: a new key. Parameters: 1 id, 2 usage, 3 algorithm, 4 kcv, 5 state, 6 wrapping, 7 wrapped.
-- Output: one row when it is new, none when the id was ever used.
insert into security_key (key_id, usage, algorithm, kcv, state, wrapping, wrapped)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (key_id) do nothing
returning key_id
