-- Purpose: a payment that is to be closed, and the latest proposal made of it as it stands now.
-- $1: payment_id. Returns key, version, state, is_booked, and of the proposal proposal_id, verdict, proposed_by, reason.
select p.idempotency_key as key, p.version, p.state, is_standing_booking(p.facts ->> 'booked') is true as is_booked,
  c.proposal_id::text as proposal_id, c.verdict, c.proposed_by, c.reason
from payment p
left join lateral (
  select q.* from payment_close_proposal q
  where q.payment_id = p.payment_id and q.version = p.version order by q.proposal_id desc limit 1) c on true
where p.payment_id = $1
