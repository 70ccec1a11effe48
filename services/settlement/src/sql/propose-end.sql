-- Purpose: a person proposes to end a batch that is on the list.
-- $1: batch_id, $2: who, $3: why. Returns batch_id, or no row when it is not on the list.
insert into terminal_batch_end_proposal (batch_id, proposed_by, reason)
select batch_id, $2, $3 from unequal_batch where batch_id = $1
returning batch_id
