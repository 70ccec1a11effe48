-- Purpose: sums of a business date by currency and class of account.
-- $1: business date. Returns currency, account_code, entries, debit_minor, credit_minor (as text).
select currency, account_code, count(*)::text as entries,
  coalesce(sum(amount_minor) filter (where amount_minor > 0), 0)::text as debit_minor,
  coalesce(-sum(amount_minor) filter (where amount_minor < 0), 0)::text as credit_minor
from ledger_posting
where business_date = $1
group by currency, account_code
order by currency, account_code
