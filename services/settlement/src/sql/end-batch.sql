-- Purpose: another person confirms the latest proposal to end a batch that is on the list.
-- $1: batch_id, $2: who. Returns is_listed, is_proposed, is_same_person and whether it is ended now.
with listed as (
  select batch_id from unequal_batch where batch_id = $1
), proposal as (
  select p.* from terminal_batch_end_proposal p where p.batch_id = $1 order by p.proposed_at desc limit 1
), ended as (
  insert into terminal_batch_end (batch_id, how, ended_by, reason, confirmed_by)
  select l.batch_id, 'person', p.proposed_by, p.reason, $2 from listed l join proposal p using (batch_id)
  where not is_same_person(p.proposed_by, $2)
  on conflict (batch_id) do nothing
  returning batch_id
)
select exists (select from listed) as is_listed, exists (select from proposal) as is_proposed,
  coalesce((select is_same_person(proposed_by, $2) from proposal), false) as is_same_person,
  exists (select from ended) as is_ended
