-- Purpose: payments whose outcome is not known or not closed, oldest first; it reads the index of open ones.
-- $1 rows at most, $2 only above this payment_id (may be null). What was sent less than half a minute ago
-- is simply on its way. Returns the columns of the payment view.
select payment_id::text as payment_id, kind, state, amount_minor::text as amount_minor, currency,
  facts ->> 'partialAmountMinor' as partial_amount_minor, pan_truncated, acceptor_id, terminal_id,
  business_date::text as business_date, host, facts ->> 'scheme' as scheme, facts ->> 'booked' as booked, response_code,
  approval_code, retrieval_reference, opened_at, changed_at
from payment
where payment_open_for(state) <> 'nobody'
  and (state <> 'SENDING' or opened_at < clock_timestamp() - interval '30 seconds')
  and ($2::bigint is null or payment_id > $2)
order by payment.payment_id -- the number, not the text of the first column
limit $1
