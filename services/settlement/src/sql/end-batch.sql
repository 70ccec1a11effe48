-- Purpose: a person ends a batch that is on the list.
-- $1: batch_id, $2: who, $3: why. Returns batch_id, or no row when it is not on the list.
insert into terminal_batch_end (batch_id, how, ended_by, reason)
select batch_id, 'person', $2, $3 from unequal_batch where batch_id = $1
on conflict (batch_id) do nothing
returning batch_id
