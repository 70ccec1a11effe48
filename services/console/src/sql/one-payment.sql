-- Purpose: one payment.
-- $1: payment_id. Returns the columns of the payment view, or no row.
select payment_id::text as payment_id, kind, state, amount_minor::text as amount_minor, currency,
  facts ->> 'partialAmountMinor' as partial_amount_minor, pan_truncated, acceptor_id, terminal_id,
  business_date::text as business_date, host, facts ->> 'scheme' as scheme, facts ->> 'booked' as booked, response_code,
  approval_code, retrieval_reference, opened_at, changed_at
from payment
where payment_id = $1
