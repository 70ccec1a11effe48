-- Purpose: sums by currency and class of account, of one business date or of all.
-- $1: business date (may be null). Returns currency, account_code, debit_minor, credit_minor.
select currency, account_code,
  coalesce(sum(amount_minor) filter (where amount_minor > 0), 0)::text as debit_minor,
  coalesce(-sum(amount_minor) filter (where amount_minor < 0), 0)::text as credit_minor
from ledger_posting
where $1::date is null or business_date = $1
group by currency, account_code
order by currency, account_code
