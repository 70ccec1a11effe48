-- Purpose: another person confirms a proposal; confirming it again is no error, as long as it is the same person.
-- $1: proposal_id, $2: who. Returns one row when it is confirmed by this person, and whether proposer and confirmer are one.
with proposal as (
  select p.proposal_id, is_same_person(p.proposed_by, $2) as is_same from payment_close_proposal p where p.proposal_id = $1
), confirmed as (
  insert into payment_close (proposal_id, confirmed_by)
  select proposal_id, $2 from proposal where not is_same
  on conflict (proposal_id) do nothing
  returning confirmed_by
)
select p.is_same,
  exists (select from confirmed) or exists (
    select from payment_close c where c.proposal_id = p.proposal_id and is_same_person(c.confirmed_by, $2)) as is_confirmed
from proposal p
