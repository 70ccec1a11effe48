-- Purpose: the working keys of an owner that are valid now, the newest first: the newest, and the one before for as long
-- as the newest is new.
-- $1 owner, $2 purpose, $3 milliseconds.
select version, key_usage, algorithm, kcv, under, block, block_form from (
  select *, lag(created_at) over (order by version desc) as followed_at
  from working_key where owner = $1 and purpose = $2 order by version desc limit 2) k
where followed_at is null or followed_at > clock_timestamp() - $3::bigint * interval '1 millisecond'
order by version desc
