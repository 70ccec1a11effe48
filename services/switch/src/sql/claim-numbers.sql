-- Purpose: claims the next block of a sequence. Blocks never overlap, whoever asks.
-- $1 name, $2 numbers in the block, $3 business date, $4 numbers of one business date at the most.
-- Returns the first number of the block (from 0), or no row when the date has had its share.
insert into number_sequence as s (name, claimed, day, day_first)
values ($1, $2::bigint, $3::date, 0)
on conflict (name) do update set
  claimed = s.claimed + $2::bigint,
  day = greatest(s.day, $3::date),
  day_first = case when $3::date > s.day then s.claimed else s.day_first end
where $3::date > s.day or s.claimed + $2::bigint - s.day_first <= $4::bigint
returning (s.claimed - $2::bigint)::text as first
