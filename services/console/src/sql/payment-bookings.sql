-- Purpose: what one payment booked, leg by leg. Every step is booked on its own business date, which is
-- never before that of its payment.
-- $1: payment_id, $2: its business date, $3: legs at most.
-- Returns reference, kind, business_date, currency, booked_at, account_code, account_scope, amount_minor.
select t.reference, t.kind, t.business_date::text as business_date, t.currency, t.booked_at,
  l.account_code, l.account_scope, l.amount_minor::text as amount_minor
from ledger_transaction t
join ledger_posting l using (transaction_id, business_date)
where t.payment_id = $1 and t.business_date >= $2::date
order by t.transaction_id, l.leg
limit $3
