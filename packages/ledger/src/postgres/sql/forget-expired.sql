-- Purpose: a hold of which nothing is left is not looked at again when it expires. What was opened against it within
-- the last week may still be undone, and the hold stand again, but when it has ended by itself.
-- $1: payment_id.
update payment p set expires_on = null
where payment_id = $1 and (
  exists (select from payment d where d.original_id = p.payment_id and d.kind = 'hold-expiry')
  or not exists (
    select from payment d where d.original_id = p.payment_id and d.opened_at > clock_timestamp() - interval '7 days'))
