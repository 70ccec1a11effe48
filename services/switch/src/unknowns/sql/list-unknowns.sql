-- Purpose: payments whose outcome is not closed, oldest first: what the machine still works on, and what waits for
-- persons, with the proposal that one of them has made of it as it stands now.
-- $1: rows at most, $2: only above this payment_id. What was sent less than half a minute ago is on its way.
select p.payment_id::text as payment_id, p.kind, p.state, p.amount_minor::text as amount_minor, p.currency,
  p.terminal_id, p.host, p.pan_truncated, p.opened_at, payment_open_for(p.state) as open_for,
  is_standing_booking(p.facts ->> 'booked') is true as is_booked, coalesce((p.facts ->> 'tries')::int, 0) as tries,
  p.facts ->> 'acknowledgementCode' as acknowledgement_code,
  c.verdict, c.proposed_by, c.reason
from payment p
left join lateral (
  select q.verdict, q.proposed_by, q.reason from payment_close_proposal q
  where q.payment_id = p.payment_id and q.version = p.version order by q.proposal_id desc limit 1) c on true
where payment_open_for(p.state) <> 'nobody' and p.payment_id > $2
  and (p.state <> 'SENDING' or p.opened_at < clock_timestamp() - interval '30 seconds')
order by p.payment_id
limit $1
