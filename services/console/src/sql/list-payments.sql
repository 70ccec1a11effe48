-- Purpose: a page of payments, newest first.
-- $1 rows at most, $2 only below this payment_id, $3 state, $4 terminal_id, $5 business date (each may be null).
-- Returns the columns of the payment view; no card data but the truncated PAN.
select payment_id::text as payment_id, kind, state, amount_minor::text as amount_minor, currency,
  facts ->> 'partialAmountMinor' as partial_amount_minor, pan_truncated, acceptor_id, terminal_id,
  business_date::text as business_date, host, facts ->> 'scheme' as scheme, facts ->> 'booked' as booked, response_code,
  approval_code, retrieval_reference, opened_at, changed_at
from payment
where ($2::bigint is null or payment_id < $2)
  and ($3::text is null or state = $3)
  and ($4::text is null or terminal_id = $4)
  and ($5::date is null or business_date = $5)
order by payment.payment_id desc -- the number, not the text of the first column
limit $1
