-- Purpose: a hold of which nothing is left is not looked at again when it expires; what was opened against it within
-- the last week may still be undone, and the hold stand again.
-- $1: payment_id.
update payment p set expires_on = null
where payment_id = $1 and not exists (
  select from payment d where d.original_id = p.payment_id and d.opened_at > clock_timestamp() - interval '7 days')
